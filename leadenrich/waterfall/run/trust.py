"""Finders whose answers verification has confirmed often enough need not be verified every time."""

from __future__ import annotations

import random

from leadenrich.results import Hit
from leadenrich.waterfall.rules.record_state import Checked
from leadenrich.waterfall.rules.rules import Rules
from leadenrich.waterfall.step import StepState

TRUSTED = "trusted"
"""The flag of a value that was taken unverified, because its finder's answers have proved good."""

LOOKED_AT = 0.05
"""The share of a trusted finder's answers that are verified all the same, so that a change is seen."""

SURE = ("valid", None)
"""What a finder may say of an address that goes unverified; any other word asks for a verification."""


class Trust:
    """Who may go unverified in one run of a waterfall.

    What proves a finder is what verification said: confirmed, or refuted. An address at a domain that accepts every
    address proves nothing, and where such addresses are not kept, it counts against its finder.

    Args:
        least: the share of good answers, at the least, with a confidence of 95 %. rules: the waterfall's.
    """

    def __init__(self, least: float, rules: Rules) -> None:
        self._least, self._rules, self._stats = least, rules, rules.stats
        self._random = random.Random(0)

    def goes_unverified(self, step: StepState, field: str, hit: Hit) -> bool:
        """Return whether an answer is taken as found."""
        if step.is_pattern or self._random.random() < LOOKED_AT:
            return False
        if hit.data.get("email_status") not in SURE or not self._rules.acceptance.reaches(hit.confidence):
            return False
        return self._stats.proven(self._stats.number(step.provider, step.operation)) >= self._least

    def learn(self, step: StepState, checked: Checked | None) -> None:
        """Take a verification into account."""
        if checked is None or checked.unavailable:
            return
        accepts_all = checked.status == "accept_all"
        if checked.ok is None or (accepts_all and self._rules.catch_all == "keep"):
            return
        self._stats.prove(self._stats.number(step.provider, step.operation), bool(checked.ok) and not accepts_all)
