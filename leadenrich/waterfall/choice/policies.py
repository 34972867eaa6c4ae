"""From `order=`, `value=` and `allocation=` to what chooses a record's next step in one session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from leadenrich.errors import WaterfallError, nearest
from leadenrich.waterfall.choice.allocation import Cutoff, Run
from leadenrich.waterfall.choice.order import Order
from leadenrich.waterfall.choice.pricing import Pricing
from leadenrich.waterfall.rules.record_state import AttemptLog, Policy

if TYPE_CHECKING:
    from leadenrich.waterfall.step import StepState
    from leadenrich.waterfall.waterfall import Waterfall

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
            raise WaterfallError(f"no order {order!r}{nearest(order, ORDERS)}")
        return None
    if hasattr(order, "choose"):
        policy: Policy = order
        return policy
    if callable(order):
        return _Chosen(order)
    raise WaterfallError(f"order is a name, a policy or a function, not {type(order).__name__}")


def order_for(waterfall: Waterfall, session: Any) -> tuple[Order, Pricing]:
    """Return the built-in order of a waterfall in a session, and the prices it goes by."""
    pricing = Pricing(session, waterfall.stats, waterfall.checks)
    kind: Any = waterfall.order if waterfall.order in ORDERS else "listed"
    order = Order(
        waterfall.stats, kind, pricing.charges, delays=pricing.delays, value=waterfall.value, known=pricing.known
    )
    return order, pricing


def _teller(session: Any, operation: str) -> Callable[[str], None]:
    """Return what says that steps are left out: in the log, and as an event of the session."""

    def tell(text: str) -> None:
        log.info("%s: %s", operation, text)
        if (emit := getattr(session, "emit", None)) is not None:
            emit("allocation.cutoff", None, operation, text=text)

    return tell


def policy_for(
    waterfall: Waterfall, session: Any, steps: Sequence[StepState], run: Run | None
) -> tuple[Policy | None, Cutoff | None]:
    """Return what chooses the next step (None: the next one listed), and what watches over scarce money."""
    if waterfall.policy is not None:
        return waterfall.policy, None
    scarce = run is not None and waterfall.allocation == "cutoff" and bool(run.scarce) and run.total is not None
    if waterfall.order == "listed" and waterfall.value is None and not scarce:
        return None, None
    order, pricing = order_for(waterfall, session)
    if run is None or run.total is None or not scarce:
        return order, None
    reject = waterfall.catch_all == "reject"
    cutoff = Cutoff(
        order,
        steps,
        pricing,
        run.total,
        run.scarce,
        most=waterfall.max_providers,
        reject=reject,
        tell=_teller(session, waterfall.operation),
        sharing=run.cutoffs,
    )
    run.cutoffs.append(cutoff)
    order.limit = cutoff.allows
    return order, cutoff
