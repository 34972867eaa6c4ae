"""`Rules`: what a waterfall was told, as one frozen value; `ChainRules`: the same of a chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from leadenrich.results import to_json
from leadenrich.waterfall.caller_function import call_function
from leadenrich.waterfall.conditions import Condition
from leadenrich.waterfall.rules.acceptance import Acceptance, CatchAll
from leadenrich.waterfall.rules.patterns import Patterns
from leadenrich.waterfall.rules.record_state import Policy
from leadenrich.waterfall.stats.statistics import Stats
from leadenrich.waterfall.step import StepState

Allocation = Literal["cutoff", "breadth", "depth"]
"""What happens to a budget that is too small; see `leadenrich.waterfall.choice.allocation`."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rules:
    """What a waterfall was told, checked and looked up; `Waterfall` explains each setting.

    Attributes:
        states: its finders, with their facts. checks: the rules of the waterfalls that verify what is found.
        wanted: the fields wanted; empty: whatever the steps give.
        order: the name of a built-in order. policy: the caller's own order, then `order` is "listed".
        best: every step is asked, and the most confident value wins.
        condition: the waterfall applies where it holds. columns: fields of its own, beyond the vocabulary.
        trust: how sure a finder's answers must be for them to go unverified, None: all are verified.
        loop: makes what takes a record through, of (rules, session, context); None: the `RecordLoop` of all others.
        learns: whether `stats` is the waterfall's own, so that a session's ledger keeps what it learns.
    """

    operation: str
    wanted: frozenset[str]
    states: tuple[StepState, ...]
    checks: tuple[Rules, ...]
    acceptance: Acceptance
    stats: Stats
    order: Any
    policy: Policy | None
    max_providers: int | None
    max_wait: float | None
    on_error: Literal["continue", "stop"]
    best: bool
    catch_all_memory: float
    condition: Condition | None
    segment: str | Callable[[Mapping[str, Any]], Any] | None
    identity: bool
    patterns: Patterns | None
    overwrite: bool
    value: float | None
    allocation: Allocation
    trust: float | None
    clean: bool
    region: str | None
    columns: Mapping[str, Any]
    loop: Callable[..., Any] | None = None
    learns: bool = True

    @property
    def name(self) -> str:
        """Return a name for what is learned under these rules: the same in every run, whatever the steps are."""
        told = (
            sorted(self.wanted),
            self.quality_threshold,
            self.catch_all,
            self.identity,
            [(check.operation, [state.provider for state in check.states]) for check in self.checks],
        )
        digest = hashlib.blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()
        return f"stats {self.operation} {digest}"

    @property
    def gives(self) -> frozenset[str]:
        """Return every field that some step may fill."""
        return frozenset().union(*(state.gives for state in self.states))

    @property
    def catch_all(self) -> CatchAll:
        """Return what to do with an address whose domain accepts every address."""
        return self.acceptance.catch_all

    @property
    def catch_all_ends(self) -> bool:
        """Return whether a record ends at a catch-all domain: nothing is taken there, or nothing reaches the bar."""
        bar = self.catch_all == "keep" and self.quality_threshold is not None and bool(self.checks)
        return self.catch_all == "reject" or bar

    @property
    def quality_threshold(self) -> float | None:
        """Return the least confidence (0-100) of an accepted answer."""
        return self.acceptance.threshold

    def segment_of(self, fields: Mapping[str, Any]) -> str | None:
        """Return a record's segment, None where the waterfall names none, or where its function fails."""
        if self.segment is None:
            return None
        found = call_function(self.segment, fields)[0] if callable(self.segment) else fields.get(self.segment)
        return found if found is None or isinstance(found, str) else str(to_json(found))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ChainRules:
    """What a chain was told.

    Attributes:
        waterfalls: the rules of each, as listed. stages: their places, stage by stage.
        fields: what makes a row complete. inputs: the fields the records bring, where that is known.
    """

    waterfalls: tuple[Rules, ...]
    stages: tuple[tuple[int, ...], ...]
    fields: tuple[str, ...] | None
    inputs: tuple[str, ...] | None
    clean: bool
    region: str | None


class Ruled(Protocol):
    """Has rules: a `Waterfall`."""

    @property
    def rules(self) -> Rules:
        """Return them."""
        ...
