"""How a stream runs: `Options` inside, `StreamOptions` for signatures."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Self, TypedDict

from leadenrich.engine.budget import Budget, check_budget
from leadenrich.engine.validation import check_list, function, seconds, whole
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.waterfall.run.keys import Key
from leadenrich.waterfall.run.pilot import Approve
from leadenrich.waterfall.summary import Summary

Progress = bool | Callable[[Summary], Any] | None
"""True for a progress bar (extra `progress`), or a function that is called with the `Summary` after each row."""


class StreamOptions(TypedDict, total=False):
    """The keyword arguments that `stream`, `run`, `run_sync`, `iter_sync` and `frame` share."""

    concurrency: int
    ordered: bool
    key: Key
    done: Any
    into: Any
    budget: Budget | None
    max_cost_per_record: Budget | Decimal | float | str | None
    record_timeout: float | None
    progress: Progress
    dedupe: bool
    retry_failed: str | os.PathLike[str] | Iterable[Any] | Mapping[str, str] | None
    limit: int | None
    total: int | None
    pilot: int | None
    approve: Approve | None


@dataclass(frozen=True, slots=True)
class Options:
    """The same with their defaults, checked."""

    concurrency: int = 100
    ordered: bool = False
    key: Key = None
    done: Any = ()
    into: Any = None
    budget: Budget | None = None
    max_cost_per_record: Budget | Decimal | float | str | None = None
    record_timeout: float | None = None
    progress: Progress = False
    dedupe: bool = False
    retry_failed: str | os.PathLike[str] | Iterable[Any] | Mapping[str, str] | None = None
    limit: int | None = None
    total: int | None = None
    pilot: int | None = None
    approve: Approve | None = None

    def __post_init__(self) -> None:
        if self.concurrency is None:
            raise ConfigurationError("concurrency is a whole number from 1, not None")
        whole("concurrency", self.concurrency, 1, ConfigurationError)
        check_budget(self.budget)
        function("approve", self.approve, ConfigurationError, " of the plan")
        if not isinstance(self.progress, bool):
            function("progress", self.progress, ConfigurationError, " of the summary, or True")
        if not isinstance(self.key, str):
            function("key", self.key, ConfigurationError, " of the record, or a field")
        if not isinstance(self.retry_failed, str | os.PathLike):
            check_list("retry_failed", self.retry_failed, "an earlier run's rows", ConfigurationError)
        if isinstance(self.done, str | bytes):
            raise ConfigurationError("done= takes anything that keys can be `in`, such as a set; a text is none")
        whole("limit", self.limit, 0, ConfigurationError)
        whole("total", self.total, 0, ConfigurationError)
        whole("pilot", self.pilot, 1, ConfigurationError)
        if self.approve is not None and self.pilot is None:
            raise ConfigurationError("approve= is asked after a pilot: say how many records that is, pilot=200")
        seconds("record_timeout", self.record_timeout, ConfigurationError)
        if self.into is not None and not all(hasattr(self.into, name) for name in ("finished", "key_of", "write")):
            raise ConfigurationError(
                "into= takes a sink such as le.CsvSink(path): something with finished, key_of, write"
            )

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the options a caller gave.

        Raises:
            ConfigurationError: an unknown one, with the nearest right name.
        """
        known = [field.name for field in fields(cls)]
        for name in given:
            if name not in known:
                raise ConfigurationError(f"no option {name!r}{nearest(name, known)}; options: {', '.join(known)}")
        return cls(**given)
