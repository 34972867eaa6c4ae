"""From `order=`, `value=` and `allocation=` to what chooses a record's next step in one session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from leadenrich.errors import WaterfallError, nearest
from leadenrich.waterfall.asker import Asker, PriceList
from leadenrich.waterfall.choice.allocation import Cutoff, Funds
from leadenrich.waterfall.choice.order import Order
from leadenrich.waterfall.choice.pricing import Pricing
from leadenrich.waterfall.rules.record_state import Policy
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.stats.attempt_log import AttemptLog
from leadenrich.waterfall.step import StepState

log = logging.getLogger("leadenrich")

ORDERS = ("listed", "expected_cost", "expected_time")


class _Chosen:
    """A function in the place of a policy; it learns nothing."""

    def __init__(self, choose: Any) -> None:
        self.choose = choose

    def learn(self, log: AttemptLog) -> None:
        """Learn nothing."""


def own_policy(order: Any) -> Policy | None:
    """Return the caller's policy, None where `order` is a name.

    Raises:
        WaterfallError: it is neither a known name, a policy nor a function.
    """
    if isinstance(order, str):
        if order not in ORDERS:
            words = ", ".join(ORDERS)
            raise WaterfallError(f"order is one of {words}, or a policy; not {order!r}{nearest(order, ORDERS)}")
        return None
    if hasattr(order, "choose"):
        policy: Policy = order
        return policy
    if callable(order):
        return _Chosen(order)
    raise WaterfallError(f"order is a name, a policy or a function, not {type(order).__name__}")


def order_for(rules: Rules, session: PriceList) -> tuple[Order, Pricing]:
    """Return the built-in order of a waterfall in a session, and the prices it goes by."""
    pricing = Pricing(session, rules.stats, rules.checks).assume_dear(rules.states)
    kind: Any = rules.order if rules.order in ORDERS else "listed"
    order = Order(rules.stats, kind, pricing.charges, delays=pricing.delays, value=rules.value, known=pricing.known)
    return order, pricing


def _teller(session: Asker, operation: str) -> Callable[[str], None]:
    """Return what says that steps are left out: in the log, and as an event of the session."""

    def tell(text: str) -> None:
        log.info("%s: %s", operation, text)
        session.emit("allocation.cutoff", None, operation, text=text)

    return tell


def policy_for(
    rules: Rules, session: Asker, steps: Sequence[StepState], funds: Funds
) -> tuple[Policy | None, Cutoff | None]:
    """Return what chooses the next step (None: the next one listed), and what watches over scarce money."""
    if rules.policy is not None:
        return rules.policy, None
    scarce = rules.allocation == "cutoff" and bool(funds.scarce) and funds.total is not None
    if rules.order == "listed" and rules.value is None and not scarce:
        return None, None
    order, pricing = order_for(rules, session)
    if funds.total is None or not scarce:
        return order, None
    cutoff = Cutoff(
        order,
        steps,
        pricing,
        funds.total,
        funds.scarce,
        most=rules.max_providers,
        reject=rules.catch_all_ends,
        tell=_teller(session, rules.operation),
        sharing=funds.cutoffs,
    )
    funds.cutoffs.append(cutoff)
    order.limit = cutoff.allows
    return order, cutoff
