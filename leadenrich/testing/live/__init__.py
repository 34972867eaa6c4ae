"""A live check: run each operation with a user's own key, and say where the replies are not as the adapter has them.

    python -m leadenrich.testing.live hunter                                 # the account, the key, free look-ups
    python -m leadenrich.testing.live hunter --lead lead.json --spend 0.10   # and a hit and a miss an operation

The report holds shapes, types, counts and words of the vendor's own lists, never a value, so that it can be shown to
anybody. `--record` writes a case file in which every value is an invented one of the same form, to be looked through.
"""

from __future__ import annotations

from leadenrich.testing.live.report import Checked, Finding, Report
from leadenrich.testing.live.runner import check

__all__ = ["Checked", "Finding", "Report", "check"]
