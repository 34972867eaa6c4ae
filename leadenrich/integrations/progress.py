"""A progress bar for streams (extra `progress`)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from leadenrich.errors import ConfigurationError

if TYPE_CHECKING:
    from leadenrich.waterfall.summary import Summary

_KNOWN = "{percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} {rate_noinv_fmt}, {remaining} left{postfix}"
_UNKNOWN = "{n_fmt} rows, {rate_noinv_fmt}, {elapsed}{postfix}"


class ProgressBar:
    """Shows percent, rows a second, time left, what was found and spent, and who is waited for, in one line.

    Called with the `Summary` after each row. Where standard error is no terminal (a log file, CI) nothing is shown.

    Args:
        options: handed to `tqdm.auto.tqdm` (`file`, `ncols`, `disable`, ...).

    Raises:
        ConfigurationError: tqdm is not installed.
    """

    def __init__(self, **options: Any) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            raise ConfigurationError("progress=True needs tqdm: pip install 'leadenrich[progress]'") from None
        if "file" not in options and "disable" not in options:
            options["disable"] = not (sys.stderr.isatty() or "ipykernel" in sys.modules)
        self._tqdm, self._options = tqdm, {"unit": "", "dynamic_ncols": True, **options}
        self._bar: Any = None

    def __call__(self, summary: Summary) -> None:
        """Show the run as it stands."""
        if self._bar is None:  # only now is it known how many there are, and how many were finished before
            total, before = summary.total, summary.finished_before
            form = _UNKNOWN if total is None else _KNOWN
            self._bar = self._tqdm(**{"total": total, "initial": before, "bar_format": form, **self._options})
        bar = self._bar
        bar.set_postfix_str(told(summary), refresh=False)
        bar.update(summary.rows + summary.finished_before - bar.n)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()


def told(summary: Summary) -> str:
    """Return what was found and spent, and who is waited for: "612 found, $1.23 of $20, waits for apollo"."""
    found = summary.statuses["complete"] + summary.statuses["partial"]
    parts = [f"{found:,} found"]
    spent = summary.cost.usd
    if summary.budget_usd is not None:
        parts.append(f"${spent or 0:,.2f} of ${summary.budget_usd:f}")
    elif spent is not None:
        parts.append(f"${spent:,.2f}")
    if (provider := summary.waits_for) is not None:
        parts.append(f"waits for {provider}")
    return ", ".join(parts)
