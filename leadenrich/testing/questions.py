"""The questions the checks ask: a value for every word, as little as suffices, one whose answer is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from leadenrich.contract import Feature, Query, Reply, Request, Wait
from leadenrich.errors import ProviderError
from leadenrich.registry import registry
from leadenrich.sandbox.transport import handlers_of
from leadenrich.sandbox.world import World
from leadenrich.testing.asking import SIZE, candidates
from leadenrich.testing.mock import recorded

_TEXT_WORDS = (
    "first_name",
    "last_name",
    "full_name",
    "title",
    "headline",
    "seniority",
    "department",
    "city",
    "region",
    "company_name",
    "query",
    "keywords",
    "location",
    "industry",
    "technology",
    "prompt",
    "system",
    "address",
    "description",
    "company_type",
    "funding_stage",
    "carrier",
    "mx_provider",
    "github_username",
)
MARKERS: dict[str, Any] = {
    **{word: f"Qx{word.replace('_', '')}" for word in _TEXT_WORDS},
    "email": "qxemail@qxmail.example",
    "personal_email": "qxpersonal@qxfree.example",
    "phone": "+12025550111",
    "mobile_phone": "+12025550122",
    "company_domain": "qxdomain.example",
    "website": "https://www.qxwebsite.example",
    "url": "https://www.qxurl.example/qxpage",
    "linkedin_url": "https://www.linkedin.com/in/qx-person-example",
    "company_linkedin_url": "https://www.linkedin.com/company/qx-company-example",
    "sales_navigator_url": "https://www.linkedin.com/sales/lead/ACwAAQxSalesNavigator0Example",
    "twitter_url": "https://x.com/qxtwitter",
    "github_url": "https://github.com/qxgithuburl",
    "facebook_url": "https://www.facebook.com/qxfacebook",
    "ip": "203.0.113.77",
    "lei": "9845QXLEI0000EXMPL09",
    "cik": "0001977123",
    "ticker": "QXTICK",
    "company_number": "QX123456",
    "place_id": "QxPlaceId",
}
"""A value for every query word of text, told apart from all others wherever it turns up."""


PLAIN: dict[str, Any] = {
    "limit": 7,
    "page_size": 7,
    "cursor": "2",
    "country": "SE",
    "employee_range": "51-200",
    "employee_count": 77,
    "founded_year": 2007,
    "technologies": ["React"],
    "topics": [{"name": "zero trust", "score": 70}],
    "investors": ["First Frost Capital"],
    "filters": {},
}
"""Values for words that are no free text."""

PERSONAL = (
    "first_name",
    "last_name",
    "full_name",
    "email",
    "personal_email",
    "phone",
    "mobile_phone",
    "linkedin_url",
    "sales_navigator_url",
    "twitter_url",
    "github_url",
    "facebook_url",
    "github_username",
)
"""The words whose values are personal."""


def mark(word: str, value: str) -> str:
    """Return the part of a marker that says whose it is, whatever an adapter cuts off."""
    if word in ("phone", "mobile_phone"):
        return value[-7:]
    if word.endswith("_url") or word in ("url", "website"):
        return value.lower().removeprefix("https://www.").rstrip("/").rsplit("/", 1)[-1]
    return value.lower().partition("@")[0] if "@" in value else value.lower()


def full_query(feature: Feature) -> Query:
    """Return a query that holds a value for every word, the operation's own among them."""
    words: dict[str, Any] = {**MARKERS, **PLAIN}
    own = {word: "7" for word in feature.words if word not in words}
    if "full_name" not in feature.words and "first_name" in feature.words:
        del words["full_name"]  # `query.name` would take it for the first and last name that are declared
    return Query({**words, **own})


def minimal_queries(feature: Feature) -> Iterator[Query]:
    """Yield the full query restricted to each alternative of `needs`."""
    whole = full_query(feature)
    for way in feature.needs or ((),):
        yield Query({word: whole.get(word, f"Qx{word.replace('_', '')}") for word in way})


def first_steps(provider_id: str, feature: Feature, query: Query, replies: int = 3) -> list[Request]:
    """Return the requests of a flow that is answered with empty objects, the first few of them."""
    adapter = registry.get(provider_id)
    hook = "https://hooks.example/jobs"
    flow = (adapter(hook) if isinstance(adapter, type) else adapter).flow(feature.operation, query)
    asked: list[Request] = []
    reply: Reply | None = None
    try:
        for _ in range(replies):
            step = next(flow) if reply is None else flow.send(reply)
            request = step.poll if isinstance(step, Wait) else step
            if request is not None:
                asked.append(request)
            reply = Reply(200, json={}, request=request)
    except (StopIteration, ProviderError):  # a question refused before anything is sent
        pass
    except Exception:  # what an empty answer makes of a flow is another check's matter
        if not asked:
            raise
    finally:
        flow.close()
    return asked


def known_query(provider_id: str, feature: Feature) -> Mapping[str, Any]:
    """Return a question the provider's fake knows the answer to."""
    for way in feature.needs or ((),):
        found = next(candidates(provider_id, feature, way, World.of(0, SIZE), 0), None)
        if found is not None:
            query: Mapping[str, Any] = found[1]
            return query
    return next(minimal_queries(feature))


async def good_exchanges(provider_id: str, feature: Feature) -> list[tuple[httpx.Request, httpx.Response]]:
    """Return what a provider and its fake say to each other about an operation; nothing where it has no fake."""
    if handlers_of(provider_id) is None:
        return []
    recorder = await recorded(provider_id, feature.operation, known_query(provider_id, feature), 0, SIZE)
    return recorder.exchanges
