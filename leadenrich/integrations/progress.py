"""A progress bar for streams (extra `progress`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadenrich.errors import ConfigurationError

if TYPE_CHECKING:
    from leadenrich.waterfall.summary import Summary


class ProgressBar:
    """Shows rows done, the share found complete and the money spent; called with the `Summary` after each row.

    Args:
        options: handed to `tqdm.auto.tqdm` (`file`, `desc`, `disable`, ...).

    Raises:
        ConfigurationError: tqdm is not installed.
    """

    def __init__(self, **options: Any) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            raise ConfigurationError("progress=True needs tqdm: pip install 'leadenrich[progress]'") from None
        self._bar: Any = tqdm(**{"unit": " rows", "desc": "enriching", **options})

    def __call__(self, summary: Summary) -> None:
        """Show the run as it stands."""
        bar = self._bar
        if bar.total is None and summary.total is not None:
            bar.total = summary.total
        bar.set_postfix_str(f"{summary.statuses['complete']} complete, {summary.cost}", refresh=False)
        bar.update(summary.rows + summary.finished_before - bar.n)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()
