"""What a provider buys: operations that want parts of one record ask for it once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leadenrich.contract import Feature, Query, Request
from leadenrich.errors import ConfigurationError
from leadenrich.sandbox.transport import handlers_of
from leadenrich.sandbox.world import World
from leadenrich.testing.asking import SIZE, features_of, is_about_company, question
from leadenrich.testing.questions import first_steps
from leadenrich.vocabulary import Operation

_OF_ONE_RECORD = frozenset(
    {
        Operation.ENRICH_PERSON,
        Operation.FIND_EMAIL,
        Operation.FIND_PERSONAL_EMAIL,
        Operation.FIND_PHONE,
        Operation.FIND_LINKEDIN,
        Operation.ENRICH_COMPANY,
        Operation.FIND_DOMAIN,
        Operation.FIND_FUNDING,
        Operation.FIND_SOCIAL_URLS,
        Operation.DETECT_TECHNOLOGIES,
    }
)


def one_record_is_bought_once(provider_id: str) -> list[str]:
    """Check that operations of one price at one endpoint send the same request about the same record.

    A request may differ where another that was answered serves it (`Request.served_by`), or where the provider's fake
    gives the reason: `APART = {"find_personal_email": "each kind of address is looked for by itself"}`.
    """
    apart = reasons(provider_id)
    problems = []
    for way, features in _by_way(provider_id):
        asked = [(feature, request) for feature in features if (request := _paid(provider_id, feature, way))]
        for (one, first), (other, second) in itertools.combinations(asked, 2):
            if apart.keys() & {one.operation, other.operation}:
                continue
            alike = first.endpoint == second.endpoint and one.credits == other.credits
            if alike and not _serves(first, second):
                pair = f"{one.operation} and {other.operation}"
                problems.append(f"{pair}, asked by {', '.join(way)}: one record is bought twice")
    return sorted(set(problems))


def reasons(provider_id: str) -> Mapping[str, str]:
    """Return the operations that a provider's fake sets apart, with the reasons.

    Raises:
        ConfigurationError: one without a reason.
    """
    apart: Mapping[str, Any] = getattr(handlers_of(provider_id), "APART", {})
    for operation, reason in apart.items():
        if not isinstance(reason, str) or len(reason) < 10:
            raise ConfigurationError(f"{provider_id}: APART[{operation!r}] needs a reason")
    return apart


def _by_way(provider_id: str) -> Iterator[tuple[Sequence[str], list[Feature]]]:
    groups: dict[tuple[Sequence[str], bool], list[Feature]] = {}
    for feature in features_of(provider_id):
        if feature.operation in _OF_ONE_RECORD:
            for way in feature.needs:
                groups.setdefault((way, is_about_company(feature)), []).append(feature)
    yield from ((way, features) for (way, _), features in groups.items())


def _paid(provider_id: str, feature: Feature, way: Sequence[str]) -> Request | None:
    """Return the first paid request of an operation about a person of whom everything is known."""
    for person in World.of(0, SIZE).people:
        if None not in (person.personal_email, person.mobile_phone, person.email, person.linkedin_url):
            query = question(provider_id, feature, way, person)
            steps = first_steps(provider_id, feature, Query(query)) if query is not None else []
            return next((step for step in steps if step.paid), None)
    return None


def _serves(first: Request, second: Request) -> bool:
    """Return whether the reply to one of two requests answers the other, whichever is asked first."""
    one, other = first.identity(), second.identity()
    return one == other or (
        one in {served.identity() for served in second.served_by}
        and other in {served.identity() for served in first.served_by}
    )
