"""Finding and reading pages for a question: what the record knows first, what is free before what is paid."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from leadenrich.contract import Charged, Feature, Query
from leadenrich.errors import BudgetExceededError, ConfigurationError, ProviderBenchedError, ProviderError, nearest
from leadenrich.registry import registry
from leadenrich.research.evidence import Page, same_url
from leadenrich.research.guard import bounded, page_text
from leadenrich.results import NO_COST, Attempt, Hit
from leadenrich.waterfall import Step
from leadenrich.waterfall.plan.plan import PlanStep, Range

if TYPE_CHECKING:
    from leadenrich.results import EnrichedRecord

SEARCHES = ("web-search", "research")
READS = ("scrape-page", "read-page", "extract-page", "research")
"""Operations that search or read, by the word that follows the provider's id; the first one a provider has is used."""

CHARACTERS_A_TOKEN = 4
_NOT_ASKED = (BudgetExceededError, ProviderBenchedError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be gathered for one record.

    Attributes:
        pages: read at most. tokens: of page text that reach the model. steps: searches and pages asked for.
        seconds: for all of it, queueing included.
    """

    pages: int = 3
    tokens: int = 8_000
    steps: int = 8
    seconds: float = 60.0


@dataclass(slots=True)
class Gathered:
    """What is at hand for one record: pages with their text, and pages that were only found."""

    pages: list[Page] = field(default_factory=list)
    found: list[Page] = field(default_factory=list)
    steps: int = 0

    @property
    def shown(self) -> list[Page]:
        """Return the pages a model reads: those that were read, else what a search says of those it found."""
        return [*self.pages, *(page for page in self.found if page.text and not self.pages)]


@dataclass(frozen=True, slots=True)
class Source:
    """A provider that searches or reads, with the word its question goes by."""

    step: Step
    operation: str
    word: str
    feature: Feature


def source(step: Step, wanted: Sequence[str], words: Sequence[str]) -> Source:
    """Return a step as a source of pages.

    Args:
        step: the provider, with its operation where that is not the usual one.
        wanted: the operations it may be asked for, in order.
        words: the words its question may go by, in order.

    Raises:
        ConfigurationError: it has no such operation; the text names who has one.
    """
    info = registry.info(step.provider)
    names = [step.operation] if step.operation else [f"{step.provider}.{name}" for name in wanted] + list(wanted)
    for name in names:
        feature = info.feature(registry.check_operation(step.provider, name) if step.operation else name)
        if feature is None:
            continue
        word = next((word for word in words if any(way == (word,) for way in feature.needs)), None)
        if word is not None and {"answer", "citations"} & set(feature.gives):
            return Source(step, feature.operation, word, feature)
    able = sorted(
        one.id
        for one in registry.infos()
        if any(one.feature(f"{one.id}.{name}") for name in wanted if name != "research")
    )
    raise ConfigurationError(
        f"{step.provider} {'searches' if 'query' in words else 'reads'} no pages{nearest(step.provider, able)};"
        f" these do: {', '.join(able)}"
    )


class Gatherer:
    """Gathers pages in one session; an equal search or page is asked for once in it (G5).

    Args:
        session: what asks. search, read: the sources. limits: how much.
    """

    def __init__(self, session: Any, search: Sequence[Source], read: Sequence[Source], limits: Limits) -> None:
        self._session, self._limits = session, limits
        self._search = self._askable(search)
        self._read = self._askable(read)

    def _askable(self, sources: Sequence[Source]) -> list[Source]:
        """Return the sources this session can ask, those that cost nothing first."""
        allow = getattr(self._session, "allow", None)
        able = [
            one
            for one in sources
            if self._session.has_credentials(one.step.provider)
            and (allow is None or allow(registry.info(one.step.provider)))
        ]
        return sorted(able, key=lambda one: one.feature.charged != "free")

    async def gather(
        self, row: EnrichedRecord, own: Sequence[Page], words: str | None, known: Sequence[str], purses: Sequence[Any]
    ) -> Gathered:
        """Return what can be found for a record; each search and page is an attempt of the row.

        Args:
            row: its attempts and cost are added to.
            own: pages the record brings.
            words: what to search for; None: no search.
            known: addresses the record itself knows, read without a search.
            purses: ledgers that must have room.
        """
        at_hand = Gathered([Page(one.url, one.title, page_text(one.text)) for one in own])
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._fill(at_hand, row, words, known, purses)
        except TimeoutError:
            row.attempts.append(
                Attempt("research", "gather", "skipped", f"pages took longer than {self._limits.seconds:g} s")
            )
        at_hand.pages = self._within(at_hand.pages)
        return at_hand

    async def _fill(
        self, at_hand: Gathered, row: EnrichedRecord, words: str | None, known: Sequence[str], purses: Sequence[Any]
    ) -> None:
        for url in known if self._read else ():
            await self._page(at_hand, row, Page(url), purses)
        if words is None or len(at_hand.pages) >= self._limits.pages:
            return
        for one in self._search:
            if (hit := await self._ask(at_hand, row, one, {one.word: words, "limit": 5}, purses)) is None:
                continue
            self._note_found(at_hand, hit)
            if at_hand.found:
                break
        for page in at_hand.found if self._read else ():
            if len(at_hand.pages) >= self._limits.pages:
                return
            await self._page(at_hand, row, page, purses)

    @staticmethod
    def _note_found(at_hand: Gathered, hit: Hit) -> None:
        """Take the pages of a search: addresses that the search vendor returned, with what it says of each."""
        listed = [one for one in hit.get("citations") or () if isinstance(one, Mapping) and one.get("url")]
        for one in listed:
            page = Page(str(one["url"]), str(one.get("title") or ""), page_text(str(one.get("snippet") or "")))
            at_hand.found.append(page)
        if hit.get("answer") and len(listed) == 1 and not at_hand.found[-1].text:
            at_hand.found[-1] = Page(at_hand.found[-1].url, at_hand.found[-1].title, page_text(str(hit["answer"])))

    async def _page(self, at_hand: Gathered, row: EnrichedRecord, page: Page, purses: Sequence[Any]) -> None:
        """Read one page with the first reader that gives its text."""
        if any(same_url(one.url) == same_url(page.url) for one in at_hand.pages):
            return
        for one in self._read:
            hit = await self._ask(at_hand, row, one, {one.word: page.url}, purses)
            text = page_text(str(hit.get("answer"))) if hit is not None and hit.get("answer") else ""
            if text:
                at_hand.pages.append(Page(page.url, page.title, text))
                return

    async def _ask(
        self, at_hand: Gathered, row: EnrichedRecord, one: Source, query: Mapping[str, Any], purses: Sequence[Any]
    ) -> Hit | None:
        if at_hand.steps >= self._limits.steps:
            return None
        at_hand.steps += 1
        asked = await self._session.ask(
            one.step.provider,
            one.operation,
            {**one.step.options, **{word: value for word, value in query.items() if word in one.feature.words}},
            timeout=one.step.timeout,
            retries=one.step.retries,
            purses=purses,
        )
        row.attempts.append(_attempt(one, asked))
        if asked.cost is not NO_COST:
            row.cost += asked.cost
        return asked.result if isinstance(asked.result, Hit) else None

    def _within(self, pages: Sequence[Page]) -> list[Page]:
        """Return the pages, shortened so that together they keep to the tokens allowed."""
        left, kept = self._limits.tokens * CHARACTERS_A_TOKEN, []
        for number, page in enumerate(pages[: self._limits.pages]):
            share = max(left // (min(len(pages), self._limits.pages) - number), 200)
            text = bounded(page.text, share)
            left -= len(text)
            kept.append(Page(page.url, page.title, text))
        return kept


def planned(
    search: Sequence[Source], read: Sequence[Source], words: str, limits: Limits, session: Any, records: float
) -> dict[Any, PlanStep]:
    """Return the searches and pages of a plan, by what makes them the same: the first source that can be asked of each.

    Args:
        search: a question's searches.
        read: its readers.
        words: what it searches for.
        limits: how much it gathers.
        session: whose keys and prices.
        records: with pages of their own.
    """
    found: dict[Any, PlanStep] = {}
    for sources, each in ((search, 1), (read, limits.pages if search else 1)):
        one = next((one for one in sources if session.has_credentials(one.step.provider)), None)
        if one is None:
            continue
        info, calls = registry.info(one.step.provider), records * each
        usd = usd_of(one, session)
        sure = Range(1.0, 1.0, 1.0)
        key = (info.id, one.operation, str(one.step.options), words if search else "", each)
        found[key] = PlanStep(
            info.id, one.operation, calls, calls, 0.0, float(usd or 0) * calls, 0.0, sure, usd is not None
        )
    return found


def usd_of(one: Source, session: Any, *, most: bool = False) -> Decimal | None:
    """Return what asking a source usually takes, or at most, in USD; None where that is not known."""
    settings = Query({**one.step.options, one.word: "https://example.com"})
    if one.feature.charged is Charged.FREE:
        return Decimal(0)
    pools = one.feature.most(settings) if most else one.feature.usual(settings)
    if not pools or session.prices is None:
        return None
    usd: Decimal | None = session.prices.usd(registry.info(one.step.provider), pools)
    return usd


def unpriced(one: Source, session: Any) -> dict[str, str]:
    """Return the entries of `prices=` that a source lacks: name -> what it prices."""
    if usd_of(one, session) is not None:
        return {}
    provider, pools = one.step.provider, one.feature.usual(Query({**one.step.options, one.word: "x"}))
    if not pools:
        return {f"{provider}.{one.operation}": "USD for each answer"}
    lacking = [pool for pool in pools if session.price(provider, pool) is None]
    return {f"{provider}.{pool}" if pool else provider: "USD per credit" for pool in lacking}


def _attempt(one: Source, asked: Any) -> Attempt:
    result = asked.result
    failed = isinstance(result, ProviderError)
    outcome = "hit" if isinstance(result, Hit) else "miss"
    if failed:
        outcome = "skipped" if isinstance(result, _NOT_ASKED) else "error"
    return Attempt(
        one.step.provider,
        one.operation,
        outcome,  # type: ignore[arg-type]  # one of the four words above
        result.message if failed else getattr(result, "reason", None),
        asked.cost,
        latency=asked.latency,
        cached=asked.cached,
        error=str(result.code) if failed else None,
        job_id=asked.job_id,
    )
