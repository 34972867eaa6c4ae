"""`ChainPlan`: what a whole chain is expected to find, cost and take, before a cent is spent."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leadenrich.engine.budget import Budget, check_budget
from leadenrich.engine.validation import whole
from leadenrich.errors import ConfigurationError
from leadenrich.results import EnrichedRecord
from leadenrich.waterfall.asker import check_session
from leadenrich.waterfall.choice.access import check_prices
from leadenrich.waterfall.choice.allocation import fair_shares
from leadenrich.waterfall.choice.policies import order_for
from leadenrich.waterfall.choice.stages import FAN_OUT, LEADS_HAVE
from leadenrich.waterfall.plan.companies import Companies
from leadenrich.waterfall.plan.explain import Planner, usd_of
from leadenrich.waterfall.plan.plan import Plan, Range, aligned, duration, plan_html
from leadenrich.waterfall.plan.sampling import SAMPLE, Sampling, count, rows_of
from leadenrich.waterfall.rules.rules import ChainRules, Rules
from leadenrich.waterfall.run.fan_out import fan_out
from leadenrich.waterfall.run.record_loop import loop_of
from leadenrich.waterfall.run.stage import folds_of

ROWS = 10
"""How many rows a search is taken to make of a record where its steps set no `limit`."""

MOST_ROWS = 100
"""No more rows than this are imagined for one record."""

ROUNDS = 5
"""How often a budget is divided anew among the waterfalls, at the most."""

NEARLY = 0.98
"""A plan that spends this share of the budget leaves nothing to divide."""

ROOM = 1.05
"""How much more than what it came to a waterfall is given that had enough: another round has other records."""

Answered = tuple[Rules, list[bool], list[bool]]
"""A waterfall; for which of the records of a sample it is expected to find something; which have it already."""

EXAMPLES: dict[str, Any] = {
    "email": "mira.okafor@brightloom.example",
    "personal_email": "mira@mail.example",
    "company_domain": "brightloom.example",
    "website": "https://brightloom.example",
    "linkedin_url": "https://www.linkedin.com/in/mira-okafor-example",
    "company_linkedin_url": "https://www.linkedin.com/company/brightloom-example",
    "first_name": "Mira",
    "last_name": "Okafor",
    "full_name": "Mira Okafor",
    "company_name": "Brightloom",
    "mobile_phone": "+12025550123",
    "phone": "+12025550100",
    "country": "US",
    "ip": "192.0.2.7",
    "url": "https://brightloom.example/about",
}
"""What stands for a field that is expected to be found; of any other field, its name does."""


@dataclass(frozen=True, slots=True)
class ChainPlan:
    """What a run of a chain is expected to come to.

    Prints as text, shows as a table in a notebook; `to_dict()` gives it to other programs.

    Attributes:
        records: how many go in. plans: one for each waterfall, in the order they run, and one for those that ask
            together; each says by itself which steps it is made of. stages: the stage of each of them, counted from 1;
            those of one stage run side by side.
        seconds: when it is finished, in seconds. bottleneck: the provider that decides that, or None where answer
            times do.
        usd: the total with its 80 % interval. notes: what is missing, assumed or left out.
    """

    records: int
    plans: tuple[Plan, ...]
    stages: tuple[int, ...]
    seconds: float
    bottleneck: str | None
    usd: Range
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self._finish()
        yield (
            f"{self.records:,} records: ${self.usd.expected:,.2f} (${self.usd.low:,.2f} to ${self.usd.high:,.2f});"
            " 80 % intervals"
        )
        yield from aligned(self.table())
        yield from self.notes

    def _finish(self) -> str:
        held = f"{self.bottleneck}'s limits hold it up" if self.bottleneck else "no vendor's limit holds it up"
        return f"finished after {duration(self.seconds)}: {held}"

    def table(self) -> list[tuple[str, ...]]:
        """Return a header and a line a waterfall, as text."""
        lines: list[tuple[str, ...]] = [("stage", "rows", "asked", "found", "range", "cost")]
        for stage, plan in zip(self.stages, self.plans, strict=True):
            accepted = plan.accepted
            lines.append(
                (
                    f"{stage}. {plan.operation}",
                    f"{plan.records:,}",
                    f"{plan.asked:,.0f}",
                    f"{accepted.expected:,.0f}",
                    f"{accepted.low:,.0f}-{accepted.high:,.0f}",
                    f"${plan.usd.expected:,.2f}",
                )
            )
        return lines

    def _repr_html_(self) -> str:
        first, second, *_ = self._lines()
        return plan_html((first, second), self.table(), self.notes)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "records": self.records,
            "seconds": self.seconds,
            "bottleneck": self.bottleneck,
            "usd": self.usd._asdict(),
            "stages": list(self.stages),
            "plans": [plan.to_dict() for plan in self.plans],
            "notes": list(self.notes),
        }


def explain_chain(
    chain: ChainRules,
    records: int | Iterable[Any],
    *,
    session: Any = None,
    budget: Budget | None = None,
    concurrency: int = 100,
) -> ChainPlan:
    """Return the plan of a run; see `Chain.explain`."""
    check_session(session)
    check_budget(budget)
    whole("concurrency", concurrency, 1, ConfigurationError)
    if session is None:
        from leadenrich.engine.session import Session

        session = Session()
    total, sample, companies = count(records)
    usd = usd_of(budget, session)
    if usd is not None:
        check_prices(chain.waterfalls, session)
    forecast = _Forecast(chain, session, total, sample, companies, concurrency)
    plan = forecast.plan()
    if usd is None or plan.usd.expected <= usd:
        return plan
    needs = [one.usd.expected for one in plan.plans]
    for _ in range(ROUNDS):  # what one waterfall finds less, the next ones need less for
        plan = forecast.plan(usd, needs)
        if plan.usd.expected >= usd * NEARLY:
            break
        needs = [
            need if one.cutoff is not None else min(ROOM * one.usd.expected, need)
            for need, one in zip(needs, plan.plans, strict=True)
        ]
    return plan


class _Forecast:
    """Plans the waterfalls of a chain one after the other, each for the records as the ones before it leave them."""

    def __init__(
        self,
        chain: ChainRules,
        session: Any,
        total: int,
        sample: Sequence[Any] | None,
        companies: Companies,
        concurrency: int,
    ) -> None:
        self._chain, self._session, self._total = chain, session, total
        self._sample, self._companies, self._concurrency = sample, companies, concurrency
        self._parts: list[int] = []  # how many waterfalls each plan stands for

    def _share(self, needs: Sequence[float], parts: Sequence[int], usd: float) -> float:
        """Return the USD of the first of several plans, which stand for one waterfall or for several."""
        each = [need / many for need, many in zip(needs, parts, strict=True) for _ in range(many)]
        return sum(fair_shares(each, usd)[: parts[0]])

    def plan(self, usd: float | None = None, needs: Sequence[float] = ()) -> ChainPlan:
        """Return the plan.

        Args:
            usd: what there is, where that is not enough for all.
            needs: USD that each plan came to without a limit.
        """
        chain, session, rng = self._chain, self._session, random.Random(0)
        known, notes = _known(chain, self._sample)
        rows, waiting = float(self._total), 0.0
        plans: list[Plan] = []
        stages: list[int] = []
        counted: set[Any] = set()
        for stage, level in enumerate(chain.stages, 1):
            answered: list[Answered] = []
            longest = 0.0
            for rules, many, note in _planned([chain.waterfalls[place] for place in level], session):
                loop = loop_of(rules, session)
                sampling = Sampling(loop, known, self._companies)
                planner = Planner(loop, *order_for(rules, session), sampling, counted)
                share, place = None, len(plans)
                if usd is None:
                    self._parts.append(many)
                else:
                    left = max(usd - sum(one.usd.expected for one in plans), 0.0)
                    share = self._share(needs[place:], self._parts[place:], left)
                plan = planner.plan(round(rows), share, self._concurrency)
                notes += [note] if note else []
                longest = max(longest, planner.waiting)
                rate = planner.found / plan.asked if plan.asked else 0.0
                found = _drawn(sampling.askable, rate, rng)
                answered.append((rules, found, sampling.complete))
                plans.append(plan)
                stages.append(stage)
                notes += [f"{rules.operation}: {note}" for note in plan.notes]
                if rules.operation in FAN_OUT:
                    notes.append(_said_of_rows(rules))
            waiting += longest
            grown = list(_with_finds(chain, known, answered))
            rows *= len(grown) / max(len(known), 1)
            known = grown if len(grown) <= SAMPLE else rng.sample(grown, SAMPLE)
        held, seconds = _held_up(plans)
        return ChainPlan(
            self._total,
            tuple(plans),
            tuple(stages),
            max(seconds, waiting),
            held if seconds > waiting else None,
            _sum(plan.usd for plan in plans),
            tuple(dict.fromkeys(notes)),
        )


def _drawn(askable: Sequence[bool], rate: float, rng: random.Random) -> list[bool]:
    """Return which of the records are taken to be answered: any of those that can be, as many as are expected."""
    able = [place for place, can in enumerate(askable) if can]
    found = set(rng.sample(able, min(round(rate * len(able)), len(able))))
    return [place in found for place in range(len(askable))]


def _planned(level: Sequence[Rules], session: Any) -> list[tuple[Rules, int, str]]:
    """Return what is planned of a stage: rules, how many waterfalls they stand for, and what is to be said of that."""
    folds = folds_of([loop_of(rules, session) for rules in level])
    by_place = {place: fold for fold in folds for place in fold.places}
    found: list[tuple[Rules, int, str]] = []
    for place, rules in enumerate(level):
        fold = by_place.get(place)
        if fold is None:
            found.append((rules, 1, ""))
        elif place == fold.places[0]:
            found.append((fold.rules, len(fold.places), fold.note))
    return found


def _known(chain: ChainRules, sample: Sequence[Any] | None) -> tuple[list[EnrichedRecord], list[str]]:
    """Return what is known of the records of a sample at first; without one, of such as bring what is asked for."""
    if sample is not None:
        return rows_of(sample, clean=chain.clean, region=chain.region), []
    used = {word for one in chain.waterfalls for state in one.states for way in state.needs for word in way}
    brought = sorted((used & LEADS_HAVE) - _aims(chain)) if chain.inputs is None else chain.inputs
    record = {word: EXAMPLES.get(word, word) for word in brought}
    told = f"the records are taken to bring {', '.join(brought) or 'nothing'}; give them to have that looked at"
    return [EnrichedRecord(record, data=dict(record)) for _ in range(SAMPLE)], [told]


def _aims(chain: ChainRules) -> set[str]:
    """Return the fields that waterfalls of the chain are there to find, those of searches aside."""
    lookups = [one for one in chain.waterfalls if one.operation not in FAN_OUT]
    return {field for one in lookups for field in one.wanted or one.gives}


def _finds(rules: Rules, chain: ChainRules) -> set[str]:
    """Return the fields a row has gained where the waterfall was answered."""
    if rules.operation in FAN_OUT:
        return set(FAN_OUT[rules.operation]) - _aims(chain)
    return set(rules.wanted or rules.gives)


def _rows_of(rules: Rules) -> int | None:
    """Return how many rows a search makes of a record at most, None where its steps do not say."""
    limits = [limit for step in rules.states if isinstance(limit := step.options.get("limit"), int) and limit > 0]
    return min(max(limits), MOST_ROWS) if limits else None


def _said_of_rows(rules: Rules) -> str:
    limit = _rows_of(rules)
    why = "the limit of its steps" if limit else "its steps set no limit"
    return f"{rules.operation}: a record that is answered is taken to become {limit or ROWS} rows ({why})"


def _with_finds(
    chain: ChainRules, known: Sequence[EnrichedRecord], answered: Sequence[Answered]
) -> Iterator[EnrichedRecord]:
    """Yield what is known of each record after a stage; a search makes several rows of one."""
    for place, row in enumerate(known):
        gained: dict[str, Any] = {}
        rows, children = 0, list[EnrichedRecord]()
        for rules, found, complete in answered:
            if complete[place] and rules.operation in FAN_OUT:
                children += fan_out(row, rules)
            if found[place]:
                gained |= {field: EXAMPLES.get(field, field) for field in _finds(rules, chain)}
                rows += (_rows_of(rules) or ROWS) if rules.operation in FAN_OUT else 0
        for one in children or [row] * max(rows, 1):
            grown = EnrichedRecord(one.record, status=one.status, data={**gained, **one.data})
            grown.values, grown.problems = dict(one.values), one.problems
            yield grown


def _held_up(plans: Sequence[Plan]) -> tuple[str | None, float]:
    """Return the vendor whose limits take longest for all it is asked, and the seconds."""
    seconds: dict[str, float] = defaultdict(float)
    for plan in plans:
        for step in plan.steps:
            seconds[step.provider] += step.seconds
    return max(seconds.items(), key=lambda item: item[1], default=(None, 0.0))


def _sum(parts: Iterable[Range]) -> Range:
    """Return the sum of independent amounts; intervals add as their squares do."""
    listed = list(parts)
    expected = sum(one.expected for one in listed)
    down = sum((one.expected - one.low) ** 2 for one in listed) ** 0.5
    up = sum((one.high - one.expected) ** 2 for one in listed) ** 0.5
    return Range(expected, max(expected - down, 0.0), expected + up)
