"""`le.enrich`: the chain that finds the fields wanted, built from the keys at hand."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from leadenrich.engine.budget import Budget
from leadenrich.engine.key_names import key_variables, near_misses
from leadenrich.engine.validation import a
from leadenrich.errors import WaterfallError
from leadenrich.registry import registry
from leadenrich.vocabulary import COMPANY_FIELDS, FIELDS, MAIN_FIELD, PERSON_FIELDS, SENSITIVE_FIELDS, Operation
from leadenrich.waterfall.asker import Asker, check_session
from leadenrich.waterfall.chain import Chain
from leadenrich.waterfall.choice.candidates import Candidate, candidates, fills, one_each, verifiers
from leadenrich.waterfall.rules.acceptance import CatchAll
from leadenrich.waterfall.rules.misnamed import nearest_field
from leadenrich.waterfall.run.options import Options, StreamOptions
from leadenrich.waterfall.run.source import Records
from leadenrich.waterfall.run.stream import Stream
from leadenrich.waterfall.stats.statistics import Stats
from leadenrich.waterfall.step import Step
from leadenrich.waterfall.waterfall import Waterfall

log = logging.getLogger("leadenrich")

ADDRESSES = frozenset({"email", "personal_email"})
"""Fields that verifiers of e-mail check."""

_PERSON = (Operation.FIND_EMAIL, Operation.ENRICH_PERSON, Operation.FIND_LINKEDIN)
_COMPANY = (
    Operation.ENRICH_COMPANY,
    Operation.FIND_DOMAIN,
    Operation.DETECT_TECHNOLOGIES,
    Operation.FIND_FUNDING,
    Operation.FIND_SOCIAL_URLS,
)
_OF_COMPANY = frozenset(COMPANY_FIELDS) - {"city", "region", "country", "phone", "twitter_url", "facebook_url"}
_OF_PERSON = (frozenset(PERSON_FIELDS) - _OF_COMPANY) | {"is_free", "is_disposable", "is_role", "mx_provider"}
_BY_FIELD: dict[str, str] = {
    **{field: str(operation) for operation, field in MAIN_FIELD.items()},
    "phone": Operation.FIND_PHONE,
    "line_type": Operation.VERIFY_PHONE,
    "carrier": Operation.VERIFY_PHONE,
    "people": Operation.SEARCH_PEOPLE,
    "companies": Operation.SEARCH_COMPANIES,
    "answer": Operation.RESEARCH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `enrich` was told of how to choose.

    Attributes:
        quality_threshold, catch_all, stats: as in `Waterfall`. verify: whether the verifiers at hand check addresses.
        priced: only steps whose price is known are taken, because a budget in USD is to be kept.
    """

    quality_threshold: float | None = None
    catch_all: CatchAll = "agree"
    verify: bool = True
    stats: Stats | None = None
    priced: bool = False


class PlannedChain(Chain):
    """A chain that `enrich` built.

    Attributes:
        why: in one line, what was chosen and why.
    """

    why: str = ""

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.why}"


def enrich(
    records: Records,
    find: str | Iterable[str],
    *,
    session: Any = None,
    quality_threshold: float | None = None,
    catch_all: CatchAll = "agree",
    verify: bool = True,
    stats: Stats | None = None,
    **options: Unpack[StreamOptions],
) -> Stream:
    """Return a stream of rows with the wanted fields found, through a chain built from the keys at hand.

    Every provider with a key is taken, by expected cost; e-mail addresses are verified by the cheapest verifiers with a
    key. `print(stream.enricher)` says what was chosen and why. `await` the stream to have all rows as a list.

    Args:
        records: as in `Waterfall.stream`.
        find: the fields wanted, such as `["email", "employee_count"]`. Personal e-mail and mobile phone are looked
            for only where they are named.
        session: whom to ask with; None opens one with the keys in the environment, and closes it.
        quality_threshold: the least confidence (0-100) of an accepted answer.
        catch_all: as in `Waterfall`: at a domain that accepts every address, an address is taken once two finders
            "agree" on it; "keep" takes the first, "reject" takes none, which costs least.
        verify: False: take addresses as found.
        stats: what is known of the providers' rates, and where more is learned; as in `Waterfall`.
        options: as in `Waterfall.stream`, `budget` among them. A budget in USD leaves out steps without a price.

    Raises:
        WaterfallError: an unknown field, or one that no provider with a key finds.
    """
    check_session(session)
    checked = Options.of(options)
    own = session is None
    if session is None:
        from leadenrich.engine.session import Session

        session = Session()
    settings = Settings(
        quality_threshold=quality_threshold,
        catch_all=catch_all,
        verify=verify,
        stats=stats,
        priced=_limits_usd(checked, session),
    )
    return Stream(chain_for(find, session=session, settings=settings), records, session, checked, own_session=own)


def _limits_usd(options: Options, session: Asker) -> bool:
    """Return whether USD are limited: for the run, for each record or for the session."""
    each = options.max_cost_per_record
    limits = (
        options.budget is not None and options.budget.usd is not None,
        each is not None and (not isinstance(each, Budget) or each.usd is not None),
        session.budget is not None and session.budget.budget.usd is not None,
    )
    return any(limits)


def chain_for(
    find: str | Iterable[str],
    *,
    session: Asker,
    settings: Settings | None = None,
) -> PlannedChain:
    """Return the chain that `enrich` runs.

    One field alone is looked for by expected cost. Where a call may fill several wanted fields, steps come cheapest
    first, by the price of a call divided by the wanted fields it may fill, so that such a call is paid once and
    counted against all.

    Args:
        find: the fields wanted.
        session: its credentials say who can be asked, its prices what that costs.
        settings: how to choose.

    Raises:
        WaterfallError: an unknown field, or one that no provider with a key finds.
    """
    told = settings or Settings()
    wanted = _checked([find] if isinstance(find, str) else find)
    plans = []
    for operation, operations, fields in _groups(wanted):
        able = list(candidates(session, operations, fields))
        chosen = one_each(one for one in able if one.price is not None or not told.priced)
        if missing := fields.difference(*(one.fills for one in chosen)):
            unpriced = [one.provider for one in able if min(missing) in one.fills]
            raise WaterfallError(_nobody(min(missing), operations, unpriced))
        plans.append(_Planned(operation, fields, chosen, able, session, told))
    waterfalls = [one.waterfall for one in plans]
    chain = PlannedChain([*_domain_first(waterfalls, session, wanted, told), *waterfalls], fields=wanted)
    chain.why = "; ".join(one.why for one in plans)
    log.info("for %s:\n%s", ", ".join(wanted), chain)
    session.emit("enrich.planned", text=chain.why)
    return chain


class _Planned:
    """One waterfall of the chain, and why it is as it is."""

    def __init__(
        self,
        operation: str,
        fields: frozenset[str],
        chosen: Sequence[Candidate],
        able: Sequence[Candidate],
        session: Asker,
        told: Settings,
    ) -> None:
        operations = {str(one.feature.operation) for one in chosen}
        made_for = {_BY_FIELD[field] for field in fields if field in _BY_FIELD} & operations
        if len(fields) == 1 and made_for:
            operation = made_for.pop()
        elif operation not in operations or len(operations) == 1:
            operation = min(operations)
        self.fields, self.chosen, self.told = fields, chosen, told
        self.left_out = sorted({one.provider for one in able} - {one.provider for one in chosen})
        self.checks = verifiers(session, priced=told.priced) if told.verify and fields & ADDRESSES else []
        self.single = len(fields) == 1
        self.guesses = operation == Operation.FIND_EMAIL and bool(self.checks)
        steps = [
            one.provider if one.feature.operation == operation else Step(one.provider, operation=one.feature.operation)
            for one in chosen
        ]
        own = MAIN_FIELD.get(operation)
        self.waterfall = Waterfall(
            operation,
            ["local", *steps] if self.guesses else steps,
            fields=None if fields == {own} else fields,
            quality_threshold=told.quality_threshold,
            verify=[Step(one.provider, operation=Operation.VERIFY_EMAIL) for one in self.checks] or None,
            catch_all=self.catch_all,
            order="expected_cost" if self.single else "listed",
            stats=told.stats,
        )

    @property
    def catch_all(self) -> CatchAll:
        """Return what to do at a domain that accepts every address: one finder alone cannot agree with another."""
        finders = {one.provider for one in self.chosen}
        return "keep" if self.told.catch_all == "agree" and len(finders) < 2 else self.told.catch_all

    @property
    def why(self) -> str:
        """Say what was chosen and why."""
        known = [one.price for one in self.chosen if one.price is not None]
        unpriced = [one.provider for one in self.chosen if one.price is None]
        asked = "by expected cost" if self.single else "cheapest first for each field filled"
        said = [f"{', '.join(sorted(self.fields))}: {len(self.chosen)} with keys at hand, {asked}"]
        if known:
            said[0] += f" (${min(known):.2g} to ${max(known):.2g} a find)" if len(known) > 1 else f" (${known[0]:.2g})"
        if unpriced:
            said.append(f"of unknown price, so taken to be dear: {_some(unpriced)}")
        if self.left_out and self.told.priced:
            said.append(f"left out, as a budget in USD needs their price: {_some(self.left_out)}")
        if not self.fields & ADDRESSES:
            return ", ".join(said)
        if self.guesses:
            said.append("the company's address pattern first")
        if self.checks:
            said.append(f"verified by {_some([one.provider for one in self.checks])}")
        else:
            said.append("unverified" + (": no verifier has a key" if self.told.verify else ""))
        said.append(f"at catch-all domains: {_POLICIES[self.catch_all]}")
        return ", ".join(said)


_POLICIES = {"agree": "two finders must agree", "keep": "kept, flagged risky", "reject": "none is taken"}


def _some(names: Sequence[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _checked(find: Iterable[str]) -> tuple[str, ...]:
    given: object = find
    if not isinstance(given, Iterable):
        raise WaterfallError(f"find is a list of fields such as ['email'], not {a(given)}")
    wanted: list[Any] = list(given)
    if not wanted:
        raise WaterfallError("find= names no field")
    for field in wanted:
        if not isinstance(field, str) or field not in FIELDS:
            raise WaterfallError(f"no field {field!r}{nearest_field(field)}")
    return tuple(dict.fromkeys(wanted))


def _groups(wanted: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...], frozenset[str]]]:
    """Yield (operation of the waterfall, operations that may serve, fields): fields that one call may fill together."""
    left = set(wanted)
    for operation, operations, whole in (
        (Operation.ENRICH_COMPANY, _COMPANY, _OF_COMPANY),
        (Operation.ENRICH_PERSON, _PERSON, _OF_PERSON),
    ):
        if fields := frozenset(left & whole) - SENSITIVE_FIELDS:
            left -= fields
            yield operation, operations, fields
    by_operation: dict[str, set[str]] = {}
    for field in sorted(left):
        by_operation.setdefault(_BY_FIELD.get(field) or _commonest(field), set()).add(field)
    for name, fields_of in by_operation.items():
        yield name, (name,), frozenset(fields_of)


def _commonest(field: str) -> str:
    """Return the operation by which most providers give a field that has none of its own."""
    count = Counter(
        str(feature.operation)
        for info in registry.infos()
        for feature in info.features
        if field in feature.gives and feature.operation in Operation._value2member_map_
    )
    if not count:
        raise WaterfallError(f"no provider finds {field!r}")
    return count.most_common(1)[0][0]


def _domain_first(
    waterfalls: Sequence[Waterfall], session: Asker, wanted: Sequence[str], told: Settings
) -> list[Waterfall]:
    """Return a waterfall that finds the domain of records that have none, where others can use it."""
    used = any("company_domain" in way for one in waterfalls for state in one.states for way in state.needs)
    if not used or "company_domain" in wanted:
        return []
    fields = frozenset({"company_domain"})
    able = candidates(session, (Operation.FIND_DOMAIN,), fields)
    steps = [one.provider for one in one_each(able) if one.price is not None or not told.priced]
    if not steps:
        return []
    where = {"company_name": True}
    return [Waterfall(Operation.FIND_DOMAIN, steps, where=where, order="expected_cost", stats=told.stats)]


def _nobody(field: str, operations: Sequence[str], unpriced: Sequence[str] = ()) -> str:
    if unpriced:
        told = ", ".join(f"'{name}': '0.01'" for name in unpriced)
        return f"a budget in USD needs the price of whoever finds {field!r}; give prices={{{told}}} (USD per credit)"
    one = frozenset({field})
    able = [
        info
        for info in registry.infos()
        if any(feature.operation in operations and fills(feature, one) for feature in info.features)
    ]
    keyed = [f"{info.id} ({key_variables(info)})" for info in able[:12]]
    hint = f"; these do, with a key: {', '.join(keyed)}" if able else ""
    misspelt = [f"; {miss}" for info in able for miss in near_misses(info)]
    return f"no provider you have a key for finds {field!r}{hint}{''.join(misspelt)}"
