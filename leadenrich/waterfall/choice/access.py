"""Before anything is asked: who may be asked in a session at all, which keys are missing, which prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadenrich.errors import ConfigurationError
from leadenrich.records.waiting import no_key
from leadenrich.registry import registry
from leadenrich.results import StopReason
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.caller_function import call_function
from leadenrich.waterfall.choice.pricing import Pricing
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.step import Passed, StepState


def why_blocked(session: Asker, step: StepState) -> Passed | None:
    """Return why a step cannot be asked in a session at all, or None."""
    if step.is_pattern:
        return None
    if session.allow is not None:
        allowed, why = call_function(session.allow, registry.info(step.provider))
        if why is not None:
            return Passed(StopReason.NOT_ALLOWED, f"the session's `allow` {why}")
        if not allowed:
            return Passed(StopReason.NOT_ALLOWED, "the session's `allow` keeps it out")
    if not session.has_credentials(step.provider):
        return Passed(StopReason.NO_CREDENTIALS, no_key(step.provider))
    return None


def check_keys(several: Iterable[Rules], session: Asker) -> None:
    """Refuse a run whose steps have no key at all; say once which steps of another lack theirs.

    Args:
        several: the rules of every waterfall of the run; verifiers count too.
        session: whose keys.

    Raises:
        ConfigurationError: no step can be asked; it names what to set for each step.
    """
    steps = {step.provider: step for rules in _with_checks(several) for step in rules.states}
    blocked = {provider: why_blocked(session, step) for provider, step in steps.items()}
    lacking = [
        provider for provider, why in blocked.items() if why is not None and why.reason is StopReason.NO_CREDENTIALS
    ]
    told = [f"{provider}: {session.missing_key(provider)}" for provider in lacking]
    if lacking and len(lacking) == len(blocked):
        raise ConfigurationError("\n  ".join(["no step has a key", *told]))
    if lacking:
        session.warn_once("\n  ".join(["steps without a key are passed over", *told]))


def check_prices(several: Iterable[Rules], session: Asker) -> None:
    """Refuse a budget in USD where a step that may be asked has no price; verifiers and sources of pages count too.

    Args:
        several: the rules of every waterfall that draws on the budget.
        session: whose prices and keys.

    Raises:
        ConfigurationError: it names every price that is missing.
    """
    missing = missing_prices(several, session)
    if missing:
        told = ", ".join(f"'{name}': '0.01'" for name in missing)
        kinds = ", ".join(sorted(set(missing.values())))
        raise ConfigurationError(
            f"a budget in USD needs the price of {', '.join(missing)}; give prices={{{told}}} ({kinds})"
        )


def missing_prices(several: Iterable[Rules], session: Asker) -> dict[str, str]:
    """Return the prices that nobody knows of what may be asked, verifiers too: name -> of what it is the price."""
    missing: dict[str, str] = {}
    for rules in _with_checks(several):
        pricing = Pricing(session, rules.stats)
        for step in rules.states:
            if why_blocked(session, step) is None:
                missing |= pricing.missing(step)
        if rules.loop is not None:
            missing |= rules.loop(rules, session, None).missing_prices()
    return missing


def _with_checks(several: Iterable[Rules]) -> Iterator[Rules]:
    for rules in several:
        yield rules
        yield from _with_checks(rules.checks)
