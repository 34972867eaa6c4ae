"""`Stats`: how often each provider finds and how often that is accepted, given what was asked before it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, Self

from leadenrich.engine.validation import a, mapping
from leadenrich.engine.validation import number as check_number
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.vocabulary import Operation
from leadenrich.waterfall.stats.attempt_log import AttemptLog
from leadenrich.waterfall.stats.correlation import Seen, effect_of, fitted
from leadenrich.waterfall.stats.rates import STATES, Domains, Estimate, Prior, Shape, Spent

MAX_STATES = 50_000
"""How many situations are told apart; what comes after goes into the providers' overall rates alone."""

SITUATION = 20.0
"""How many records' experience of a provider elsewhere counts for in a situation of its own."""

SEGMENT = 20.0
"""How many records' experience in all segments counts for in one."""

HALF_LIFE = 500.0
"""After so many records what was seen counts half."""

FADES = 8
"""How often within a half-life what was seen is let fade."""

OTHERS = 20.0
"""How many answers' experience the usual prior is worth beside what was seen of all providers together."""

FIRST_FIT = 64
"""So many answers are seen before it is asked how alike providers are; then whenever they have doubled."""

OURS = "local"
"""Proposes what an address pattern implies: its answers say nothing of whether others know the person."""

_PROPOSAL = Prior(0.98, 0.7, seconds=0.0)
_VERIFIER = Prior(0.98, 0.9)
_CHECKS = (Operation.VERIFY_EMAIL, Operation.VERIFY_PHONE, Operation.CHECK_DNC)
_NOTHING = (0.0,) * len(STATES)
_CODE = {state: code for code, state in enumerate(STATES)}
_BITS = 3  # of a situation's number, for each provider asked: its state's code plus one


class Learner(Protocol):
    """Keeps what is learned in a file of the caller's."""

    def use(self, keeper: Any) -> None:
        """Write to that from now on."""
        ...

    def learn(self, log: AttemptLog) -> None:
        """Take a finished record into account."""
        ...

    def prove(self, provider: str, operation: str, good: bool) -> None:
        """Take into account that verification confirmed or refuted an answer."""
        ...

    def pass_over(self) -> None:
        """Take into account that nobody was asked about a record, because its domain accepts every address."""
        ...


class Stats:
    """Rates per provider, operation and segment, given the situation: what earlier steps said of the record.

    Missed, rejected as wrong, rejected as catch-all are different situations. Each has rates of its own as far as it
    was seen; where it was not, the provider's overall rate is used, discounted for each miss before it by a declared
    correlation, and raised for each provider that did find the person. Everything shrinks towards what is known one
    level up: a situation towards the provider, a segment towards all, all towards the declared prior.

    What was seen fades: with each `half_life` records it counts half, so that a vendor who has changed is seen for what
    it is now. A waterfall learns into its `Stats` while it runs. Save it to a file of your own, and load it the next
    time; several are added up (`merge`). A session's ledger keeps what is learned by itself.

    Args:
        priors: `{"hunter": Prior(...), "apollo.find_email": Prior(...)}`, by provider or by provider and operation.
        correlation: how alike providers' knowledge is taken to be at first, from 0 (independent) to below 1: the
            intraclass correlation of a beta-binomial. After `m` misses a find rate `q` becomes
            `q (1 - r) / (1 - r + m r)`. What is seen after misses and finds changes it; see `alike`.
        frozen: learn nothing.
        half_life: records after which what was seen counts half; None: it never fades.

    Raises:
        ConfigurationError: a share, a correlation or a half-life out of its range.
    """

    def __init__(
        self,
        priors: Mapping[str, Prior] | None = None,
        *,
        correlation: float = 0.3,
        frozen: bool = False,
        half_life: float | None = HALF_LIFE,
    ) -> None:
        if not 0 <= correlation < 1:
            raise ConfigurationError(f"correlation lies from 0 to below 1, not at {correlation!r}")
        mapping("priors", priors, '{"hunter": le.Prior(find=0.5)}')
        check_number("half_life", half_life, ConfigurationError, least=1)
        self.priors, self.correlation, self.frozen = dict(priors or {}), correlation, frozen
        self.half_life = half_life
        for name, prior in self.priors.items():
            if not isinstance(prior, Prior):
                raise ConfigurationError(f"priors[{name!r}] is a le.Prior, such as le.Prior(find=0.5), not {a(prior)}")
        self.records = 0
        self.learned: Learner | None = None  # set where a session's ledger keeps what is learned
        self.recalled: str | None = None  # the ledger whose knowledge is in here
        self.domains = Domains()
        self.alike = correlation
        """The correlation by now: the one declared, and what was seen."""
        self._answers, self._fit_at = 0, FIRST_FIT
        self._unfaded = 0
        self._proof: dict[int, list[float]] = {}  # answers that verification confirmed, and refuted
        self._number: dict[tuple[str, str], int] = {}
        self._steps: list[tuple[str, str]] = []
        self._prior: list[Prior] = []
        self._stated: list[bool] = []  # whether the caller stated the prior
        self._spent: list[Spent] = []
        self._finds: dict[tuple[int, str | None], list[float]] = {}  # exposure, finds
        self._ends: dict[tuple[int, str | None, int], list[float]] = {}  # by kinds before: wrong, below, catch, good
        self._others: dict[tuple[str, int], list[float]] = {}  # the same, of all providers of an operation
        self._cells: dict[tuple[str | None, int], dict[int, list[float]]] = {}
        self._shapes: dict[int, Shape] = {0: Shape(0, 0, 0)}

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"learned": None}

    # ---- who and where

    def number(self, provider: str, operation: str) -> int:
        """Return the number by which this object knows a provider's operation."""
        step = (provider, operation)
        if (number := self._number.get(step)) is None:
            number = self._number[step] = len(self._steps)
            self._steps.append(step)
            prior = self.priors.get(f"{provider}.{operation}") or self.priors.get(provider)
            self._prior.append(prior or _prior_of(provider, operation))
            self._stated.append(prior is not None or provider == OURS)
            self._spent.append(Spent())
        return number

    def situation(self, attempts: Iterable[Any]) -> int:
        """Return a record's situation as a number: which providers said what, in whatever order (0: none yet)."""
        number = 0
        for attempt in attempts:
            if (code := _CODE.get(attempt.state)) is not None:
                known = self._number.get((attempt.provider, attempt.operation))
                place = _BITS * (known if known is not None else self.number(attempt.provider, attempt.operation))
                if not number >> place & 7:
                    number |= code + 1 << place
        return number

    def after(self, situation: int, number: int, state: str) -> int:
        """Return the situation that a further answer leads to."""
        return situation | _CODE[state] + 1 << _BITS * number

    def shape(self, situation: int) -> Shape:
        """Return a situation in short."""
        if (shape := self._shapes.get(situation)) is None:
            misses = finds = kinds = 0
            for number, (provider, _) in enumerate(self._steps):
                if code := situation >> _BITS * number & 7:
                    if provider != OURS:
                        misses += code == 1
                        finds += code > 1
                    kinds |= 1 << code - 2 if 1 < code < 5 else 0
            if len(self._shapes) > MAX_STATES:
                self._shapes.clear()
            shape = self._shapes[situation] = Shape(misses, finds, kinds)
        return shape

    # ---- learning

    def learn(self, log: AttemptLog) -> None:
        """Take a finished record into account."""
        if self.frozen or not log.attempts:
            return
        if self.learned is not None:
            self.learned.learn(log)
        if not log.inner:
            self.records += 1
            self._unfaded += 1
            self.meet(asked=1.0, shown=float(log.catch_all))
            if self.half_life is not None and self._unfaded >= self.half_life / FADES:
                self.fade(0.5 ** (self._unfaded / self.half_life))
        situation, segment = 0, log.segment
        found: list[int] = []
        for attempt in log.attempts:
            code = _CODE.get(attempt.state)  # type: ignore[arg-type]  # a failure's or None is simply not there
            if code is None:
                continue
            number = self.number(attempt.provider, attempt.operation)
            if situation >> _BITS * number & 7:
                continue  # asked twice, in other words: the first answer counts
            self._count(number, segment, situation, code, 1.0)
            if code:
                found.append(number)
            if not attempt.cached:
                self._spend(number, bool(code), attempt.cost.credits)
            if attempt.latency is not None:
                self._spent[number].timed += 1
                self._spent[number].seconds += attempt.latency
            situation |= code + 1 << _BITS * number
        self._answers += len(log.attempts)
        if self._answers >= self._fit_at:
            self.fit()
        checking = log.checking.credits
        for number in found:
            spent = self._spent[number]
            spent.checks += 1
            if checking:
                spent.on_check = _added(spent.on_check, checking, 1 / len(found))

    def pass_over(self) -> None:
        """Take into account that nobody was asked about a record, because its domain accepts every address."""
        if not self.frozen:
            if self.learned is not None:
                self.learned.pass_over()
            self.meet(passed=1.0)

    def meet(self, asked: float = 0.0, shown: float = 0.0, passed: float = 0.0) -> None:
        """Add records to `domains`."""
        one = self.domains
        self.domains = Domains(one.asked + asked, one.shown + shown, one.passed + passed)

    def fit(self) -> None:
        """See how alike the providers' knowledge is by what was seen; what rests on that is reckoned anew."""
        self._fit_at = max(2 * self._answers, FIRST_FIT)
        if len(self._cells) >= MAX_STATES:
            return  # not everything is told apart any more
        seen = [
            Seen(number, *self.shape(situation)[:2], sum(counts), counts[0])
            for _, situation, number, counts in self.cells()
            if self._steps[number][0] != OURS
        ]
        self.take_as(fitted(seen, self._prior, self.correlation))

    def take_as(self, alike: float) -> None:
        """Take the providers' knowledge to be so much alike."""
        self.alike = alike
        self._finds.clear()
        for segment, situation, number, counts in self.cells():
            self._expose(number, segment, situation, sum(counts), sum(counts) - counts[0])

    def age(self, share: float) -> None:
        """Let everything seen count for a share (0-1) of what it did."""
        self.fade(share)
        for proof in self._proof.values():
            proof[:] = [count * share for count in proof]

    def fade(self, share: float) -> None:
        """Let what was seen of records count for a share (0-1) of what it did."""
        self._unfaded = 0
        self.domains = Domains(*(count * share for count in self.domains))
        sums = (self._finds, self._ends, self._others, *self._cells.values())
        for one in sums:
            for counts in one.values():  # type: ignore[attr-defined]  # each holds lists of sums
                for place, count in enumerate(counts):
                    counts[place] = count * share
        for spent in self._spent:
            spent.fade(share)

    def prove(self, number: int, good: bool) -> None:
        """Take into account that verification confirmed or refuted an answer of a provider."""
        if not self.frozen:
            if self.learned is not None:
                self.learned.prove(*self._steps[number], good)
            self.restore_proof(number, float(good), float(not good))

    def proof(self, number: int) -> tuple[float, float]:
        """Return how many answers of a provider verification has confirmed, and refuted."""
        good, bad = self._proof.get(number, (0.0, 0.0))
        return good, bad

    def proven(self, number: int) -> float:
        """Return the share of a provider's answers that are good at the least, with a confidence of 95 % (Wilson)."""
        good, bad = self.proof(number)
        if not (whole := good + bad):
            return 0.0
        share, z = good / whole, 1.645
        spread = z * math.sqrt(share * (1 - share) / whole + (z / (2 * whole)) ** 2)
        return max((share + z * z / (2 * whole) - spread) / (1 + z * z / whole), 0.0)

    def merge(self, other: Stats) -> None:
        """Add what other `Stats` have seen; priors and settings stay."""
        from leadenrich.waterfall.stats.statistics_file import add

        add(self, other)

    def restore_proof(self, number: int, good: float, bad: float) -> None:
        """Add answers that verification confirmed and refuted; those seen before fade with them, not with the records.

        A finder who goes unverified is looked at now and then, and keeps its proof for as long as that is good.
        """
        proof = self._proof.setdefault(number, [0.0, 0.0])
        kept = 1.0 if self.half_life is None else 0.5 ** ((good + bad) / self.half_life)
        proof[0] = kept * proof[0] + good
        proof[1] = kept * proof[1] + bad

    def _count(self, number: int, segment: str | None, situation: int, code: int, weight: float) -> None:
        shape = self._expose(number, segment, situation, weight, weight if code else 0.0)
        for group in (None,) if segment is None else (None, segment):
            if code:
                self._ends.setdefault((number, group, shape.kinds), [0.0, 0.0, 0.0, 0.0])[code - 1] += weight
        if code and not self._stated[number]:
            ends = self._others.setdefault((self._steps[number][1], shape.kinds), [0.0, 0.0, 0.0, 0.0])
            ends[code - 1] += weight
        cell = self._cells.get((segment, situation))
        if cell is None:
            if len(self._cells) >= MAX_STATES:
                return
            cell = self._cells[(segment, situation)] = {}
        counts = cell.get(number)
        if counts is None:
            counts = cell[number] = [0.0] * len(STATES)
        counts[code] += weight

    def _expose(self, number: int, segment: str | None, situation: int, asked: float, found: float) -> Shape:
        """Add to what is known of a provider's find rate, whatever the situation; return the situation in short."""
        shape = self._shapes.get(situation) or self.shape(situation)
        scale, shift = effect_of(shape.misses, shape.finds, self.alike)
        for group in (None,) if segment is None else (None, segment):
            finds = self._finds.setdefault((number, group), [0.0, 0.0])
            finds[0] += scale * asked
            finds[1] += found - shift * asked
        return shape

    def _spend(self, number: int, hit: bool, credits: Mapping[str, Any]) -> None:
        spent = self._spent[number]
        if hit:
            spent.hits += 1
            spent.on_hit = _added(spent.on_hit, credits) if credits else spent.on_hit
        else:
            spent.misses += 1
            spent.on_miss = _added(spent.on_miss, credits) if credits else spent.on_miss

    def declare(
        self,
        step: str,
        outcomes: Mapping[str, float],
        *,
        after: Mapping[str, str] | None = None,
        segment: str | None = None,
        weight: float = 1000.0,
    ) -> None:
        """State what is known of a provider in one situation, as strongly as so many records of experience.

        Args:
            step: "provider.operation".
            outcomes: shares of "missed", "wrong", "below", "catch_all" and "accepted", which add up to 1.
            after: what was said before: `{"hunter.find_email": "missed"}`; None: it is asked first.
            segment: of which records; None: all.
            weight: how many records that knowledge is worth.

        Raises:
            ConfigurationError: an unknown state, or shares that do not add up to 1.
        """
        for state in (*outcomes, *(after or {}).values()):
            if state not in _CODE:
                raise ConfigurationError(f"no state {state!r}{nearest(state, STATES)}; states: {', '.join(STATES)}")
        if abs(sum(outcomes.values()) - 1) > 1e-6 or min(outcomes.values()) < 0:
            raise ConfigurationError(f"the outcomes of {step} add up to {sum(outcomes.values()):g}, not to 1")
        situation = self._named(after or {})
        number = self.number(*_split(step))
        for state, share in outcomes.items():
            self._count(number, segment, situation, _CODE[state], share * weight)

    def restore(self, step: str, after: Mapping[str, str], segment: str | None, counts: Sequence[float]) -> None:
        """Add counts of each state (in the order of `STATES`) of a step in a situation."""
        number, situation = self.number(*_split(step)), self._named(after)
        for code, count in enumerate(counts):
            if count:
                self._count(number, segment, situation, code, count)

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Return every (provider, operation) seen or declared."""
        return tuple(self._steps)

    def cells(self) -> Iterator[tuple[str | None, int, int, Sequence[float]]]:
        """Yield (segment, situation, number of the step, counts by state) of every situation seen."""
        for (segment, situation), cell in self._cells.items():
            for number, counts in cell.items():
                yield segment, situation, number, counts

    def told(self, situation: int) -> dict[str, str]:
        """Return a situation in words: "provider.operation" -> state."""
        return {
            f"{provider}.{operation}": STATES[code - 1]
            for number, (provider, operation) in enumerate(self._steps)
            if (code := situation >> _BITS * number & 7)
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what was learned to a JSON file. It holds counts by provider and segment, no values and no people."""
        from leadenrich.waterfall.stats.statistics_file import save

        save(self, path)

    @classmethod
    def load(cls, *paths: str | os.PathLike[str], half_life_days: float | None = 90.0, **settings: Any) -> Self:
        """Return what `save` wrote, or new `Stats` where there is no such file yet; several files are added up.

        Args:
            paths: the files.
            half_life_days: days after which what a file holds counts half; None: its age does not matter.
            settings: `Stats`' own arguments: priors, correlation, frozen, half_life.

        Raises:
            DataTransformationError: the file holds something else.
        """
        from leadenrich.waterfall.stats.statistics_file import load

        check_number("half_life_days", half_life_days, ConfigurationError, least=0.001)
        return load(cls, paths, half_life_days, settings)

    def _named(self, after: Mapping[str, str]) -> int:
        situation = 0
        for step, state in after.items():
            situation = self.after(situation, self.number(*_split(step)), state)
        return situation

    # ---- expecting

    def asked(self, number: int, situation: int, segment: str | None = None) -> float:
        """Return how often a provider was asked in a situation."""
        return sum(self.counts(number, situation, segment))

    def counts(self, number: int, situation: int, segment: str | None = None) -> Sequence[float]:
        """Return how often a provider said what in a situation, in the order of `STATES`."""
        cell = self._cells.get((segment, situation))
        return _NOTHING if cell is None else cell.get(number, _NOTHING)

    def estimate(self, number: int, situation: int = 0, segment: str | None = None) -> Estimate:
        """Return what is expected of asking provider number `number` in a situation."""
        shape = self.shape(situation)
        cell = self._cells.get((segment, situation))
        counts = _NOTHING if cell is None else cell.get(number, _NOTHING)
        asked = sum(counts)
        found = asked - counts[0]
        effect = effect_of(shape.misses, shape.finds, self.alike)
        base, weight = self._base(number, segment, effect[0] * asked, found - effect[1] * asked)
        expected = _share(base * effect[0] + effect[1])
        weight = min(weight, SITUATION) if situation else weight
        find = (found + weight * expected) / (asked + weight)
        good, good_weight, ends = self._ending(number, segment, shape.kinds, counts)
        if asked < 1 and situation:
            doubled = effect_of(shape.misses, shape.finds, min(2 * self.alike, 0.9))
            low, high = sorted((_share(base * doubled[0] + doubled[1]), base))
        else:
            spread = 1.28 * (find * (1 - find) / (asked + weight + 1)) ** 0.5
            low, high = max(find - spread, 0.0), min(find + spread, 1.0)
        return Estimate(find, good, asked + weight, good_weight, min(low, find), max(high, find), asked, ends)

    def base(self, number: int) -> float:
        """Return how often a provider is expected to find something where nobody was asked before (0-1)."""
        return self._base(number, None, 0.0, 0.0)[0]

    def _base(self, number: int, segment: str | None, exposure: float, finds: float) -> tuple[float, float]:
        """Return a provider's find rate when asked first, and its weight; a situation's own experience left out."""
        prior = self._prior[number]
        base, weight = prior.find, prior.weight
        for group in (None,) if segment is None else (None, segment):
            seen = self._finds.get((number, group))
            if seen is not None and (others := seen[0] - exposure) > 1e-6:
                base = _share((seen[1] - finds + weight * base) / (others + weight))
                weight += min(others, SEGMENT)
        return base, weight

    def _ending(
        self, number: int, segment: str | None, kinds: int, own: Sequence[float]
    ) -> tuple[float, float, tuple[float, float, float]]:
        """Return (accept rate, its weight, what rejections become) in a situation with those kinds of rejection."""
        prior = self._prior[number]
        good, weight = prior.accept, prior.weight
        rejections = [1.0, 0.0, 0.0]  # where nothing is known, a rejection is "wrong"
        if not self._stated[number] and (others := self._others.get((self._steps[number][1], kinds))) is not None:
            bad = max(others[0] + others[1] + others[2], 0.0)
            good = _share((others[3] + OTHERS * good) / (bad + others[3] + OTHERS))
            rejections = [(max(n, 0.0) + share) / (bad + 1) for n, share in zip(others, rejections, strict=False)]
        for group in (None,) if segment is None else (None, segment):
            for before in (0,) if kinds == 0 else (0, kinds):
                seen = self._ends.get((number, group, before))
                if seen is None:
                    continue
                counts = [a - b for a, b in zip(seen, own[1:], strict=True)] if before == kinds else seen
                bad = max(counts[0] + counts[1] + counts[2], 0.0)
                if (whole := bad + counts[3]) > 1e-6:
                    good = _share((counts[3] + weight * good) / (whole + weight))
                    rejections = [
                        (max(n, 0.0) + share) / (bad + 1) for n, share in zip(counts, rejections, strict=False)
                    ]
                    weight = min(weight + whole, max(SITUATION, prior.weight))
        found = sum(own[1:])
        bad = found - own[4]
        rejections = [(n + 4 * share) / (bad + 4) for n, share in zip(own[1:4], rejections, strict=True)]
        good = (own[4] + weight * good) / (found + weight)
        return good, found + weight, (rejections[0], rejections[1], rejections[2])

    def spent(self, number: int) -> Spent:
        """Return what a provider's answers took so far."""
        return self._spent[number]

    def seconds(self, number: int) -> float:
        """Return how long an answer takes, in seconds."""
        spent = self._spent[number]
        return (spent.seconds + self._prior[number].seconds) / (spent.timed + 1)


def _prior_of(provider: str, operation: str) -> Prior:
    if provider == OURS and operation == Operation.FIND_EMAIL:
        return _PROPOSAL
    return _VERIFIER if operation in _CHECKS else Prior()


def _share(value: float) -> float:
    return min(max(value, 0.001), 0.999)


def _split(step: str) -> tuple[str, str]:
    provider, dot, operation = step.partition(".")
    if not dot or not provider or not operation:
        raise ConfigurationError(f"a step is named 'provider.operation', not {step!r}")
    return provider, operation


def _added(sums: dict[str, float] | None, credits: Mapping[str, Any], share: float = 1.0) -> dict[str, float]:
    sums = {} if sums is None else sums
    for purse, amount in credits.items():
        sums[purse] = sums.get(purse, 0.0) + float(amount) * share
    return sums


__all__ = ["STATES", "Estimate", "Prior", "Stats"]
