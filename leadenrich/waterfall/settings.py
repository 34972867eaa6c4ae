"""What a waterfall may be told: each setting checked where it is given, in one sentence."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from leadenrich.engine.validation import a, check_list, function, number, one_of, seconds, whole
from leadenrich.errors import WaterfallError
from leadenrich.vocabulary import FIELDS, MAIN_FIELD
from leadenrich.waterfall.rules.acceptance import CatchAll
from leadenrich.waterfall.rules.misnamed import nearest_field
from leadenrich.waterfall.rules.rules import Allocation
from leadenrich.waterfall.rules.verification import CHECKS
from leadenrich.waterfall.stats.statistics import Stats
from leadenrich.waterfall.step import Step, as_step

Steps = Sequence[str | Step | Mapping[str, Any]]
"""Provider ids, `Step`s, or mappings of a `Step`'s arguments, in the order to ask."""


def check_settings(told: Mapping[str, Any]) -> None:
    """Refuse a setting of the wrong kind.

    Raises:
        WaterfallError: the text names the setting and what it takes.
    """
    check_list("fields", told["fields"], '["email"]', WaterfallError)
    one_of("on_error", told["on_error"], ("continue", "stop"), WaterfallError)
    one_of("merge", told["merge"], ("first", "best"), WaterfallError)
    one_of("catch_all", told["catch_all"], get_args(CatchAll), WaterfallError)
    one_of("allocation", told["allocation"], get_args(Allocation), WaterfallError)
    seconds("max_wait", told["max_wait"], WaterfallError)
    whole("max_providers", told["max_providers"], 1, WaterfallError)
    number("quality_threshold", told["quality_threshold"], WaterfallError, most=100)
    _check_scale(told["quality_threshold"])
    number("trust", told["trust"], WaterfallError, most=1)
    if told["trust"] is not None and told["verify"] is None:
        raise WaterfallError("trust= says who may go unverified, so it needs verify=")
    number("value", told["value"], WaterfallError)
    number("catch_all_memory", told["catch_all_memory"], WaterfallError)
    function("accept", told["accept"], WaterfallError, " of the Hit")
    segment = told["segment"]
    function("segment", None if isinstance(segment, str) else segment, WaterfallError, " of the fields, or a field")
    if (patterns := told["patterns"]) is not None and not isinstance(patterns, Mapping):
        raise WaterfallError(
            f"patterns is a mapping such as {{'example.com': '{{first}}.{{last}}'}}, not {a(patterns)}"
        )


def _check_scale(threshold: float | None) -> None:
    """Warn of a threshold that was most likely meant on a scale from 0 to 1."""
    if threshold is not None and 0 < threshold <= 1:
        warnings.warn(
            f"quality_threshold={threshold} accepts nearly every answer: the scale is 0 to 100; did you mean"
            f" {float(threshold) * 100:g}?",
            stacklevel=4,
        )


def check_stats(stats: Any) -> None:
    """Refuse what is neither None nor `Stats`."""
    if stats is not None and not isinstance(stats, Stats):
        raise WaterfallError(f"stats is a le.Stats, such as le.Stats.load(path), not {a(stats)}")


def steps_of(steps: Steps) -> list[Step]:
    """Return the steps, each as a `Step`."""
    if isinstance(steps, str | Step | Mapping) or not isinstance(steps, Iterable):
        raise WaterfallError(f"steps is a list of providers' ids and Steps, not {type(steps).__name__}")
    listed = [as_step(step) for step in steps]
    if not listed:
        raise WaterfallError("a waterfall needs at least one step")
    return listed


def finders_and_checks(operation: str, steps: Sequence[Step]) -> tuple[Sequence[Step], dict[str, list[Step]]]:
    """Return the finders, and by operation the steps that check what the finders find."""
    if operation in CHECKS:
        return steps, {}
    checking: dict[str, list[Step]] = {}
    for step in steps:
        if step.operation in CHECKS:
            checking.setdefault(step.operation, []).append(step)
    finders = [step for step in steps if step.operation not in CHECKS]
    if not finders:
        raise WaterfallError("a waterfall needs a step that finds something; its steps only check")
    return finders, checking


def wanted_fields(operation: str, fields: Iterable[str] | None, columns: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields that a waterfall is there to find; empty: whatever its steps give."""
    if fields is None and columns:
        return frozenset(columns)
    if fields is None:
        return frozenset({MAIN_FIELD[operation]}) if operation in MAIN_FIELD else frozenset()
    if isinstance(fields, str):
        fields = (fields,)
    wanted: tuple[Any, ...] = tuple(fields)
    for field in wanted:
        if not isinstance(field, str) or (field not in FIELDS and field not in columns):
            raise WaterfallError(f"no field {field!r}{nearest_field(field, {*FIELDS, *columns})}")
    return frozenset(wanted)
