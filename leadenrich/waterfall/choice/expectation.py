"""What a record is expected to come to: every situation it can get into, with its chance, its cost and its gain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from leadenrich.waterfall.choice.order import Charges, Order
from leadenrich.waterfall.stats.attempt_log import ACCEPTED, BELOW, CATCH_ALL, MISSED, WRONG
from leadenrich.waterfall.stats.statistics import Estimate
from leadenrich.waterfall.step import StepState

FAINT = 1e-4
"""Situations rarer than this are not followed."""

FEW = 8
"""With more steps than this, what counts as rare grows with the square of their number."""

MANY = 4000
"""How many situations are followed at most."""


@dataclass(slots=True)
class Node:
    """One situation, and the step that is asked in it.

    Attributes:
        step: who is asked. situation: its number in `Stats`. estimate: what is expected of it.
        charges: what that takes, in USD. seconds: and in time.
        index: USD for each accepted value, by which limits leave it out. chance: that a record gets here (0-1).
        after: what comes next where no value is accepted: state -> situation; absent: the record ends.
    """

    step: StepState
    situation: int
    estimate: Estimate
    charges: Charges
    seconds: float
    index: float
    chance: float
    after: dict[str, Node] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Node]:
        yield self
        for node in self.after.values():
            yield from node


Rates = Callable[[Node], tuple[float, float]]
"""Gives (find rate, accept rate) of a situation."""


def look_ahead(
    order: Order,
    steps: Sequence[StepState],
    charges: Callable[[StepState], Charges],
    delays: Callable[[StepState], Charges],
    *,
    segment: str | None = None,
    most: int | None = None,
    reject: bool = False,
    limit: float | None = None,
    situation: int = 0,
) -> Node | None:
    """Return the first situation of a record, with all that can follow; None where no provider would be asked.

    Args:
        order: chooses the steps, as it would by now, without exploring.
        steps: those that can be asked.
        charges: what each takes, in USD.
        delays: and in seconds.
        segment: of the record.
        most: how many may be asked.
        reject: an address of a catch-all domain ends the record.
        limit: the highest index of a step that is asked.
        situation: where the record stands, by answers that are known.
    """
    room = [MANY]
    faint = FAINT * max(len(steps) / FEW, 1.0) ** 2

    def follow(left: tuple[StepState, ...], situation: int, chance: float) -> Node | None:
        if not left or chance < faint or room[0] <= 0 or (most is not None and len(steps) - len(left) >= most):
            return None
        place = order.settled(left, situation, segment, limit)
        if place is None:
            return None
        room[0] -= 1
        step = left[place]
        one = order.estimate(step, situation, segment)
        index = order.index_of(step, one)
        node = Node(step, situation, one, charges(step), delays(step).expected(one.find), index, chance)
        rest = (*left[:place], *left[place + 1 :])
        number = order.stats.number(step.provider, step.operation)
        for state, share in one.unaccepted:
            if reject and state == CATCH_ALL:
                continue
            following = follow(rest, order.stats.after(situation, number, state), chance * share)
            if following is not None:
                node.after[state] = following
        return node

    return follow(tuple(steps), situation, 1.0)


@dataclass(slots=True)
class Expectation:
    """What one record comes to on average.

    Attributes:
        usd, square: its cost, and the square of that. seconds: its time. accepted: the chance of a value (0-1).
        plain, caught: the chance that something is found at a domain that is no catch-all, or is one, and the cost
            then.
        calls, hits, good, spent: by step: questions, answers, accepted values, USD.
        parted: what is known of the variances between companies; see `between`.
    """

    usd: float = 0.0
    square: float = 0.0
    plain: tuple[float, float] = (0.0, 0.0)
    caught: tuple[float, float] = (0.0, 0.0)
    seconds: float = 0.0
    accepted: float = 0.0
    calls: dict[int, float] = field(default_factory=dict)
    hits: dict[int, float] = field(default_factory=dict)
    good: dict[int, float] = field(default_factory=dict)
    spent: dict[int, float] = field(default_factory=dict)
    parted: tuple[float, float] | None = None

    @property
    def variance(self) -> float:
        """Return the variance of one record's cost."""
        return max(self.square - self.usd**2, 0.0)

    @property
    def between(self) -> tuple[float, float]:
        """Return the parts of the variances (of the cost, of accepted values) that all records of a domain share.

        What they share is whether it accepts every address.
        """
        (plain, plain_usd), (caught, caught_usd) = self.plain, self.caught
        if self.parted is not None:
            return self.parted
        if plain < FAINT or caught < FAINT:
            return 0.0, 0.0
        share = caught / (plain + caught)
        return share * (1 - share) * ((plain + caught) * (caught_usd / caught - plain_usd / plain)) ** 2, 0.0

    def part(self, records: float, share: float, plain: Expectation, caught: Expectation) -> None:
        """Note that records of a kind are of one of two sorts, company by company.

        Args:
            records: the share of such records (0-1).
            share: of these, those at domains that accept every address (0-1).
            plain: what the others come to.
            caught: what those come to.
        """
        usd, values = self.parted or (0.0, 0.0)
        sure = records * share * (1 - share)
        usd += sure * (plain.usd - caught.usd) ** 2
        self.parted = usd, values + sure * (plain.accepted - caught.accepted) ** 2

    def end(self, chance: float, spent: float, seen: str) -> None:
        """Add records that end so.

        Args:
            chance: of that (0-1).
            spent: USD by then.
            seen: the state of what was found, "missed" where nothing was.
        """
        self.usd += chance * spent
        self.square += chance * spent * spent
        if seen == CATCH_ALL:
            self.caught = (self.caught[0] + chance, self.caught[1] + chance * spent)
        elif seen != MISSED:
            self.plain = (self.plain[0] + chance, self.plain[1] + chance * spent)

    def add(self, other: Expectation, weight: float) -> None:
        """Add what another kind of record comes to."""
        self.usd += weight * other.usd
        self.square += weight * other.square
        self.plain = (self.plain[0] + weight * other.plain[0], self.plain[1] + weight * other.plain[1])
        self.caught = (self.caught[0] + weight * other.caught[0], self.caught[1] + weight * other.caught[1])
        self.seconds += weight * other.seconds
        self.accepted += weight * other.accepted
        if other.parted is not None:
            usd, values = self.parted or (0.0, 0.0)
            self.parted = usd + weight * other.parted[0], values + weight * other.parted[1]
        for name in ("calls", "hits", "good", "spent"):
            mine = getattr(self, name)
            for step, amount in getattr(other, name).items():
                mine[step] = mine.get(step, 0.0) + weight * amount


def expect(
    root: Node | None,
    *,
    rates: Rates | None = None,
    limit: float | None = None,
    plain: bool = False,
) -> Expectation:
    """Return what a record comes to.

    Args:
        root: its first situation.
        rates: gives (find rate, accept rate) in place of the expected ones.
        limit: a situation of a higher index ends the record.
        plain: the record's company is one whose domain does not accept every address.
    """
    expectation = Expectation()

    end = expectation.end

    def visit(node: Node | None, chance: float, spent: float, seen: str) -> None:
        if node is None or (limit is not None and node.index > limit):
            return end(chance, spent, seen)
        find, accept = (node.estimate.find, node.estimate.accept) if rates is None else rates(node)
        charges, step = node.charges, node.step.index
        hit = charges.hit + charges.check
        good, rejected = find * accept, list(node.estimate.rejections)
        bad = find - good
        if plain and rejected[2]:
            others = find - bad * rejected[2]
            whole = rejected[0] + rejected[1]
            good = find * good / others if others > 0 else 0.0
            bad, rejected = (
                find - good,
                [rejected[0] / whole, rejected[1] / whole, 0.0] if whole > 0 else [1.0, 0.0, 0.0],
            )
        expectation.seconds += chance * node.seconds
        expectation.accepted += chance * good
        for sums, amount in (
            (expectation.calls, 1.0),
            (expectation.hits, find),
            (expectation.good, good),
            (expectation.spent, charges.expected(find)),
        ):
            sums[step] = sums.get(step, 0.0) + chance * amount
        same = seen == CATCH_ALL  # accepted after that, it is the value that was verified already
        end(chance * good, spent + (charges.hit if same else hit), ACCEPTED if seen == MISSED else seen)
        visit(node.after.get(MISSED), chance * (1 - find), spent + charges.miss, seen)
        for state, part in zip((WRONG, BELOW, CATCH_ALL), rejected, strict=True):
            if bad * part:
                visit(node.after.get(state), chance * bad * part, spent + hit, seen if seen == CATCH_ALL else state)
        return None

    visit(root, 1.0, 0.0, MISSED)
    return expectation


def expect_caught(root: Node | None, *, rates: Rates | None = None, asked: float = 1.0) -> Expectation:
    """Return what a record comes to whose company's domain accepts every address, where the first answer shows it.

    Args:
        root: its first situation.
        rates: gives (find rate, accept rate) in place of the expected ones.
        asked: the share (0-1) of such records that anybody is asked about.
    """
    expectation, node, chance, spent = Expectation(), root, asked, 0.0
    while node is not None:
        find = node.estimate.find if rates is None else rates(node)[0]
        step, hit = node.step.index, node.charges.hit + node.charges.check
        expectation.seconds += chance * node.seconds
        for sums, amount in (
            (expectation.calls, 1.0),
            (expectation.hits, find),
            (expectation.spent, node.charges.expected(find)),
        ):
            sums[step] = sums.get(step, 0.0) + chance * amount
        expectation.end(chance * find, spent + hit, CATCH_ALL)
        spent, chance, node = spent + node.charges.miss, chance * (1 - find), node.after.get(MISSED)
    expectation.end(chance, spent, MISSED)
    return expectation


def found_in(root: Node | None, rates: Rates | None = None) -> float:
    """Return the chance (0-1) that anybody finds something of a record, at whatever domain; `rates` as in `expect`."""
    missed, node = 1.0, root
    while node is not None:
        missed *= 1 - (node.estimate.find if rates is None else rates(node)[0])
        node = node.after.get(MISSED)
    return 1 - missed
