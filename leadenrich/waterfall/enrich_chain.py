"""`le.enrich`: the chain that finds the fields wanted, built from the keys at hand."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Unpack

from leadenrich.contract import Charged, Feature, Support
from leadenrich.engine.validation import a
from leadenrich.errors import WaterfallError, nearest
from leadenrich.registry import registry
from leadenrich.vocabulary import COMPANY_FIELDS, FIELDS, MAIN_FIELD, PERSON_FIELDS, SENSITIVE_FIELDS, Operation
from leadenrich.waterfall.asker import Asker, PriceList, check_session
from leadenrich.waterfall.chain import Chain
from leadenrich.waterfall.choice.stages import LEADS_HAVE
from leadenrich.waterfall.run.options import Options, StreamOptions
from leadenrich.waterfall.run.source import Records
from leadenrich.waterfall.run.stream import Stream
from leadenrich.waterfall.step import Step
from leadenrich.waterfall.waterfall import Waterfall

log = logging.getLogger("leadenrich")

DEPTH = 3
"""How many steps may find each field."""

FOUND_ONE_IN = Decimal(2)
"""What a call that is charged found or not is weighed with: about every second call finds something."""

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


@dataclass(frozen=True, slots=True)
class Candidate:
    """One operation of one provider: which wanted fields it may fill, and what that costs (USD; None: unknown)."""

    provider: str
    feature: Feature
    fills: frozenset[str]
    price: Decimal | None

    @property
    def rank(self) -> tuple[bool, Decimal, bool, bool, int, str]:
        """Return what candidates are sorted by: the price of each field filled, known prices first.

        Of two operations that may fill as much for as much, the one made to fill several fields comes first.
        """
        each = (self.price or Decimal(0)) / len(self.fills)
        return (
            self.price is None,
            each,
            self.feature.support is not Support.DOCUMENTED,
            len(self.fills) > 1 and not self.feature.operation.startswith("enrich_"),
            -len(self.fills),
            self.provider,
        )


def enrich(
    records: Records,
    find: str | Iterable[str],
    *,
    session: Any = None,
    quality_threshold: float | None = None,
    **options: Unpack[StreamOptions],
) -> Stream:
    """Return a stream of rows with the wanted fields found, through a chain built from the keys at hand.

    `print(stream.enricher)` says what was built. `await` the stream to have all rows as a list.

    Args:
        records: as in `Waterfall.stream`.
        find: the fields wanted, such as `["email", "employee_count"]`. Personal e-mail and mobile phone are looked
            for only where they are named.
        session: whom to ask with; None opens one with the keys in the environment, and closes it.
        quality_threshold: the least confidence (0-100) of an accepted answer.
        options: as in `Waterfall.stream`, `budget` among them.

    Raises:
        WaterfallError: an unknown field, or one that nobody with a key at hand finds.
    """
    check_session(session)
    own = session is None
    if session is None:
        from leadenrich.engine.session import Session

        session = Session()
    chain = chain_for(find, session=session, quality_threshold=quality_threshold)
    return Stream(chain, records, session, Options.of(options), own_session=own)


def chain_for(find: str | Iterable[str], *, session: Asker, quality_threshold: float | None = None) -> Chain:
    """Return the chain that `enrich` runs.

    Steps come cheapest first, by the price of a call divided by the wanted fields it may fill, so that a call which
    fills several of them is paid once and counted against all. Each field has up to three steps.

    Args:
        find: the fields wanted.
        session: its credentials say who can be asked, its prices what that costs.
        quality_threshold: as in `Waterfall`.

    Raises:
        WaterfallError: an unknown field, or one that nobody with a key at hand finds.
    """
    wanted = _checked([find] if isinstance(find, str) else find)
    waterfalls = []
    for operation, operations, fields in _groups(wanted):
        candidates = list(_candidates(session, operations, fields))
        missing = fields.difference(*(one.fills for one in candidates)) if candidates else fields
        if missing:
            raise WaterfallError(_nobody(min(missing), operations))
        waterfalls.append(_waterfall(operation, _chosen(candidates, fields), fields, quality_threshold))
    helper = _domain_first(waterfalls, session, wanted)
    chain = Chain([*helper, *waterfalls], fields=wanted)
    log.info("for %s:\n%s", ", ".join(wanted), chain)
    return chain


def _checked(find: Iterable[str]) -> tuple[str, ...]:
    given: object = find
    if not isinstance(given, Iterable):
        raise WaterfallError(f"find is a list of fields such as ['email'], not {a(given)}")
    wanted: list[Any] = list(given)
    if not wanted:
        raise WaterfallError("find= names no field")
    for field in wanted:
        if not isinstance(field, str) or field not in FIELDS:
            raise WaterfallError(f"no field {field!r}{nearest(field, FIELDS)}")
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
        raise WaterfallError(f"nobody finds {field!r}")
    return count.most_common(1)[0][0]


def _candidates(session: Asker, operations: Sequence[str], fields: frozenset[str]) -> Iterator[Candidate]:
    allow = session.allow
    for provider in registry.ids():
        info = registry.info(provider)
        if not session.has_credentials(provider) or (allow is not None and not allow(info)):
            continue
        for feature in info.features:
            fills = _fills(feature, fields)
            if feature.operation in operations and fills and feature.support is not Support.UNDOCUMENTED:
                yield Candidate(provider, feature, fills, _price(session, provider, feature))


def _fills(feature: Feature, fields: frozenset[str]) -> frozenset[str]:
    """Return the wanted fields that a lead as leads come can have filled: not those one must know to ask."""
    ways: list[set[str]] = [set(way) for way in feature.needs or ((),) if LEADS_HAVE.issuperset(way)]
    if not ways:
        return frozenset()
    known: set[str] = set.intersection(*ways)
    return fields.intersection(feature.gives) - known


def _price(session: PriceList, provider: str, feature: Feature) -> Decimal | None:
    """Return what finding something costs in USD; None where credits or their price are not known."""
    if feature.charged is Charged.FREE:
        return Decimal(0)
    if feature.credits is None:
        return None
    total = Decimal(0)
    for pool, amount in feature.credits.items():
        price = session.price(provider, pool)
        if price is None:
            return None
        total += amount * price
    return total * FOUND_ONE_IN if feature.charged is Charged.ON_CALL else total


def _chosen(candidates: Iterable[Candidate], fields: frozenset[str]) -> list[Candidate]:
    """Return the cheapest candidates that together give each field up to `DEPTH` steps."""
    depth: Counter[str] = Counter()
    chosen: list[Candidate] = []
    for one in sorted(candidates, key=lambda one: one.rank):
        twin = next((other for other in chosen if other.provider == one.provider), None)
        if twin is not None and one.fills <= twin.fills:
            continue  # the same vendor would only say the same again
        if any(depth[field] < DEPTH for field in one.fills):
            chosen.append(one)
            depth.update(one.fills)
        if all(depth[field] >= DEPTH for field in fields):
            break
    return chosen


def _waterfall(
    operation: str, chosen: Sequence[Candidate], fields: frozenset[str], quality_threshold: float | None
) -> Waterfall:
    operations = {str(one.feature.operation) for one in chosen}
    if operation not in operations or len(operations) == 1:
        operation = min(operations)
    steps = [
        one.provider if one.feature.operation == operation else Step(one.provider, operation=one.feature.operation)
        for one in chosen
    ]
    own = MAIN_FIELD.get(operation)
    return Waterfall(operation, steps, fields=None if fields == {own} else fields, quality_threshold=quality_threshold)


def _domain_first(waterfalls: Sequence[Waterfall], session: Asker, wanted: Sequence[str]) -> list[Waterfall]:
    """Return a waterfall that finds the domain of records that have none, where others can use it."""
    used = any("company_domain" in way for one in waterfalls for state in one.states for way in state.needs)
    if not used or "company_domain" in wanted:
        return []
    fields = frozenset({"company_domain"})
    chosen = _chosen(_candidates(session, (Operation.FIND_DOMAIN,), fields), fields)
    if not chosen:
        return []
    return [Waterfall(Operation.FIND_DOMAIN, [one.provider for one in chosen], where={"company_name": True})]


def _nobody(field: str, operations: Sequence[str]) -> str:
    one = frozenset({field})
    able = [
        info.id
        for info in registry.infos()
        if any(feature.operation in operations and _fills(feature, one) for feature in info.features)
    ]
    hint = f"; these do, with a key: {', '.join(able[:12])}" if able else ""
    return f"nobody you have a key for finds {field!r}{hint}"
