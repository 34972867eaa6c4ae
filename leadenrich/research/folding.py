"""Several questions of one record in one call, where that is cheaper than asking one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from leadenrich.contract import Query
from leadenrich.errors import ConfigurationError
from leadenrich.registry import registry
from leadenrich.research.terms import Question, Terms
from leadenrich.waterfall.asker import PriceList
from leadenrich.waterfall.step import StepState

ALIKE = (
    "ask",
    "search",
    "read",
    "look_for",
    "pages_field",
    "operation",
    "model",
    "effort",
    "system",
    "batch",
    "require_citations",
    "require_quotes",
    "agree",
    "max_pages",
    "max_page_tokens",
    "max_steps",
    "max_seconds",
)
"""Settings in which questions must be alike to be asked together."""

Q = TypeVar("Q", bound=Question)


def together(*questions: Q) -> Q:
    """Return one question that asks several at once: rules and pages are sent and paid once, the answers are the same.

    A `Chain` does so by itself where it is cheaper, and keeps the questions apart; this is for one waterfall that
    answers them all.

    Args:
        *questions: alike but for their text and answer; each keeps its columns.

    Raises:
        ConfigurationError: they differ in a setting, or answer in the same column.
    """
    if not questions:
        raise ConfigurationError("there is no question to ask")
    terms = [one.terms for one in questions]
    for one in terms:
        for name in ALIKE:
            if one.given[name] != terms[0].given[name]:
                raise ConfigurationError(f"these questions differ in `{name}`; ask them apart, or make it the same")
    made: Q = joined(terms)
    return made


def joined(terms: Sequence[Terms], **changes: Any) -> Any:
    """Return the question that asks several at once.

    Args:
        terms: of the questions, which are alike.
        **changes: settings in which it differs from the first of them.

    Raises:
        ConfigurationError: two of them answer in the same column.
    """
    answer: dict[str, Any] = {}
    for one in terms:
        for column, part in one.columns.items():
            if column in answer:
                raise ConfigurationError(f"two questions answer in the column {column!r}; give one of them a `prefix`")
            answer[column] = (part.kind, part.description)
    text = " ".join(f"({number}) {one.prompt.text}" for number, one in enumerate(terms, 1))
    words = {word for one in terms for word in (*one.prompt.needs, *one.prompt.uses)}
    limits = [one.given["max_output_tokens"] for one in terms]
    settings = {
        "question": text,
        "answer": answer,
        "prefix": "",
        "inputs": sorted(words),
        "grounded": [column for one in terms for column in one.grounded],
        "max_output_tokens": None if None in limits else sum(limits),
    }
    return terms[0].again(**{**settings, **changes})


def folded(questions: Sequence[Q], session: Any) -> list[Q]:
    """Return the questions, those asked together that cost less so at the session's prices.

    Questions that need what others answer stay apart, and so do those whose settings differ.

    Args:
        questions: in any order; a `Chain` of the result asks them as it would ask these.
        session: whose prices.
    """
    left, made = list(questions), []
    while left:
        group = [left.pop(0)]
        for one in list(left):
            if not _independent(group, one) or not alike(group[0].terms, one.terms):
                continue
            if saved([Putting(each.terms, each.states) for each in (*group, one)], session) is not None:
                group.append(one)
                left.remove(one)
        made.append(together(*group) if len(group) > 1 else group[0])
    return made


def _independent(group: Sequence[Question], one: Question) -> bool:
    answered = {column for other in group for column in other.terms.columns}
    needed = {word for other in (*group, one) for word in (*other.terms.prompt.needs, *other.terms.prompt.uses)}
    own = one.terms.columns.keys()
    return not needed & (answered | own) and not answered & own


def alike(first: Terms, second: Terms) -> bool:
    """Return whether two questions could be asked together: the same pages, models and demands."""
    return all(first.given[name] == second.given[name] for name in ALIKE)


@dataclass(frozen=True, slots=True)
class Saving:
    """What asking together costs a record, and what asking one by one does, in USD; None where no price is known."""

    together: Decimal | None
    apart: Decimal | None

    def __str__(self) -> str:
        if self.together is None or self.apart is None:
            return "for fewer tokens"
        return f"for about ${self.together:.5f} a record instead of ${self.apart:.5f}"


class Putting(NamedTuple):
    """A question as it is put: its terms, and the models' steps."""

    terms: Terms
    steps: Sequence[StepState]


class Taken(NamedTuple):
    """What a call usually takes, by purse and in USD; None where a price is unknown."""

    pools: Mapping[str, Decimal]
    usd: Decimal | None


Known = dict[tuple[int, ...], tuple[Taken, Taken]]
"""What calls for several questions take, from a vendor's cache and without, by the questions."""


def saved(questions: Sequence[Putting], session: PriceList, known: Known | None = None) -> Saving | None:
    """Return what is saved by asking the last of several questions in one call with the others; None: nothing.

    It must be cheaper both where the pages come from the vendor's cache and where they do not. It is not always: each
    token of a long prompt may cost more.

    Args:
        questions: alike.
        session: whose prices.
        known: what was worked out before, which is added to.
    """
    known = {} if known is None else known
    whole, before = _taken(questions, session, known), _taken(questions[:-1], session, known)
    alone = [_taken([one], session, known) for one in questions]
    if not all(_cheaper(*one) for one in zip(whole, before, alone[-1], strict=True)):
        return None
    usd = [one.usd for _, one in alone if one.usd is not None]
    return Saving(whole[1].usd, sum(usd, Decimal(0)) if len(usd) == len(alone) else None)


def _cheaper(whole: Taken, before: Taken, last: Taken) -> bool:
    if whole.usd is not None and before.usd is not None and last.usd is not None:
        return whole.usd < before.usd + last.usd
    apart = {pool: before.pools.get(pool, 0) + last.pools.get(pool, 0) for pool in {**before.pools, **last.pools}}
    return whole.pools != apart and all(amount <= apart.get(pool, 0) for pool, amount in whole.pools.items())


def _taken(questions: Sequence[Putting], session: PriceList, known: Known) -> tuple[Taken, Taken]:
    """Return what one call for all of these takes of the first model that can be asked: with pages cached, and not."""
    key = tuple(id(one.terms) for one in questions)
    if key not in known:
        first, steps = questions[0].terms, questions[0].steps
        whole = joined([one.terms for one in questions]) if len(questions) > 1 else None
        text = first.prompt.text if whole is None else whole.prompt.text
        steps = steps if whole is None else whole.states
        cached, plain = (
            _usually(questions, steps, text, session, cached=one and first.gathers) for one in (True, False)
        )
        known[key] = cached, plain
    return known[key]


def _usually(
    questions: Sequence[Putting], steps: Sequence[StepState], text: str, session: PriceList, *, cached: bool
) -> Taken:
    """Return what a call of these steps takes; `cached`: what stands before the text is in the vendor's cache."""
    place = next((place for place, one in enumerate(steps) if session.has_credentials(one.provider)), 0)
    pools = dict(_usual(steps[place], text, cached=cached))
    if len(questions) > 1:  # the answers are as long together as they are apart
        apart = [_usual(one.steps[place], one.terms.prompt.text, cached=False) for one in questions]
        written = sum((n for one in apart for pool, n in one.items() if pool.endswith(_WRITTEN)), Decimal(0))
        pools |= {pool: written for pool in pools if pool.endswith(_WRITTEN)}
    info = registry.info(steps[place].provider)
    usd = None if session.prices is None or not pools else session.prices.usd(info, pools)
    return Taken(pools, usd)


_WRITTEN = "output_tokens"


def _usual(step: StepState, text: str, *, cached: bool) -> Mapping[str, Decimal]:
    """Return what asking a model usually takes, by purse; `cached`: what stands before the text is in its cache."""
    settings = {name: getattr(value, "text", value) for name, value in step.options.items()}
    if cached and "shared_characters" in step.feature.words:
        settings["shared_characters"] = max(len(settings["prompt"]) - len(text), 1)
    return step.feature.usual(Query(settings)) or {}
