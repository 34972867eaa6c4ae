"""Plain rows as a data frame, of whichever library is installed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from leadenrich.errors import ConfigurationError


def frame_of(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return plain rows as a pandas frame, or as a polars one where pandas is not installed.

    Raises:
        ConfigurationError: neither is installed.
    """
    for name in ("pandas", "polars"):
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        return library.DataFrame([dict(row) for row in rows])
    raise ConfigurationError("a frame needs pandas or polars: pip install pandas")
