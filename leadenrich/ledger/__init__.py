"""The caller's own file of what was paid for: answers, spend, calls and jobs under way, in one SQLite database."""

from __future__ import annotations

from leadenrich.ledger.file import FileLedger

__all__ = ["FileLedger"]
