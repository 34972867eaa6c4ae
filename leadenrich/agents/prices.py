"""What one call of a tool is expected to cost, and the most it can cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import Charged, Feature, Query
from leadenrich.registry import registry
from leadenrich.waterfall.choice.stages import FAN_OUT
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.run.record_loop import loop_of
from leadenrich.waterfall.step import StepState


def prices_of(
    rules: Sequence[Rules], session: Any, arguments: Mapping[str, Any] | None = None
) -> tuple[Decimal | None, Decimal | None]:
    """Return what one call is expected to cost, and the most it can cost, in USD; None where a price is unknown.

    Pages, repairs of an answer and verification count. The most that a search costs which makes several rows of one is
    not known before it has answered.

    Args:
        rules: of the tool's waterfalls.
        session: whose keys and prices.
        arguments: of the call, on which its price may depend; None: not known yet.
    """
    expected, most = Decimal(0), Decimal(0)
    unknown = unbounded = False
    for one in rules:
        loop = loop_of(one, session)
        usual, dearest = _of_steps(one.states, session, arguments)
        for check in one.checks:
            verified = _of_steps(check.states, session, None)
            usual, dearest = _plus(usual, verified[0]), _plus(dearest, _times(verified[1], len(one.states)))
        before = loop.before(1.0, 1.0).values()
        if any(not step.price_known for step in before):
            usual = None
        usual = _plus(usual, sum((Decimal(str(step.usd)) for step in before), Decimal(0)))
        dearest = _plus(_times(dearest, loop.tries), loop.most_before())
        if loop.cap is not None:
            dearest = loop.cap if dearest is None else min(dearest, loop.cap)
        unknown = unknown or usual is None
        unbounded = unbounded or dearest is None or (one.operation in FAN_OUT and len(rules) > 1)
        expected, most = expected + (usual or Decimal(0)), most + (dearest or Decimal(0))
    return None if unknown else expected, None if unbounded else most


def _of_steps(
    states: Iterable[StepState], session: Any, arguments: Mapping[str, Any] | None
) -> tuple[Decimal | None, Decimal | None]:
    """Return what asking these in turn is expected to cost, and the most it can; None where a price is unknown."""
    expected: Decimal | None = Decimal(0)
    most: Decimal | None = Decimal(0)
    for place, state in enumerate(state for state in states if session.has_credentials(state.provider)):
        if state.is_pattern:
            continue
        usual = usd_of(session, state.provider, state.feature, _settings(state, "text", arguments))
        asked = _settings(state, "longest", arguments)
        dearest = usd_of(session, state.provider, state.feature, asked, most=True, known=arguments is not None)
        most = _plus(most, dearest)
        expected = _plus(expected, None if usual is None else usual / (2**place))  # about every second call ends it
    return expected, most


def _settings(state: StepState, name: str, arguments: Mapping[str, Any] | None) -> Query:
    """Return what a step is asked, as far as it is known; `name`: which text stands for one made of a record."""
    given = {word: value for word, value in (arguments or {}).items() if word in state.feature.words}
    return Query({**given, **{word: getattr(value, name, value) for word, value in state.options.items()}})


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _times(amount: Decimal | None, count: int) -> Decimal | None:
    return None if amount is None else amount * count


def usd_of(
    session: Any, provider: str, feature: Feature, settings: Query, *, most: bool = False, known: bool = False
) -> Decimal | None:
    """Return what asking a provider costs, None where it is unknown; `known`: the question is complete."""
    if feature.charged is Charged.FREE and feature.max_credits is None:
        return Decimal(0)
    try:
        pools = feature.most(settings) if most else feature.usual(settings)
    except Exception:  # the most may depend on what is asked, which is not known yet
        if known:
            return None
        pools = None
    if pools is None:
        pools = session.prices.credits_of(registry.info(provider), feature)
    if pools is None:
        return None
    usd: Decimal | None = session.prices.usd(registry.info(provider), pools)
    return usd
