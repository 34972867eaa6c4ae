"""A bulk reply that lacks answers: whom it leaves out is told so, and what may have been charged is booked."""

import itertools
import json
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.registry import registry
from leadenrich.sandbox.transport import SandboxTransport
from leadenrich.sandbox.world import World
from leadenrich.testing.asking import SIZE, candidates
from leadenrich.testing.mock import session_over

ASKED = 20
LONG = 8
"""Lists from so many entries on are those of a bulk reply."""

BULKS = [
    ("bettercontact", "find_email"),
    ("bounceban", "verify_email"),
    ("bouncer", "verify_email"),
    ("dropcontact", "find_email"),
    ("emailable", "verify_email"),
    ("enrow", "find_email"),
    ("enrow", "verify_email"),
    ("fullenrich", "find_email"),
    ("icypeas", "find_email"),
    ("lusha", "lusha.v3-search-and-enrich"),
    ("millionverifier", "verify_email"),
    ("neverbounce", "verify_email"),
    ("people_data_labs", "enrich_person"),
    ("reoon", "verify_email"),
    ("skrapp", "find_email"),
    ("surfe", "find_email"),
    ("zerobounce", "verify_email"),
]
"""Bulk calls whose replies name the question; a vendor that says "not found" by leaving it out is none of these."""


class Forgetful(httpx.AsyncBaseTransport):
    """Passes the sandbox's answers on with only the first half of each long list, table or report."""

    def __init__(self, inner: SandboxTransport) -> None:
        self.inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.inner.handle_async_request(request)
        try:
            body = json.dumps(_half(json.loads(response.content))).encode()
        except ValueError:
            lines = response.content.decode().splitlines()
            body = "\n".join(_half(lines)).encode()
        return httpx.Response(response.status_code, content=body, headers={"content-type": "application/json"})


def _half(part: Any) -> Any:
    if isinstance(part, list):
        return [_half(one) for one in (part[: len(part) // 2] if len(part) >= LONG else part)]
    if isinstance(part, dict):
        table = len(part) >= LONG and all(isinstance(one, dict) for one in part.values())
        kept = itertools.islice(part.items(), len(part) // 2 if table else None)
        return {name: _half(one) for name, one in kept}
    return part


@pytest.mark.parametrize(("vendor", "operation"), BULKS)
async def test_what_a_bulk_reply_leaves_out_may_have_been_charged(vendor: str, operation: str) -> None:
    feature = registry.info(vendor).feature(operation)
    assert feature is not None
    found = candidates(vendor, feature, feature.needs[0], World.of(0, SIZE), 0)
    queries = [query for _, query in itertools.islice(found, ASKED)]
    inner = SandboxTransport(0, knows="everything", delay=None, size=SIZE)
    keys = dict.fromkeys(registry.info(vendor).auth.fields, "sandbox")
    async with session_over(vendor, Forgetful(inner), keys) as session:
        results = await session.bulk(vendor, operation, queries)
        cost = session.usage.cost
    left_out = [result for result in results if isinstance(result, le.ProviderError)]
    assert len(left_out) >= ASKED // 2 - 1
    assert all(error.maybe_charged and error.provider == vendor for error in left_out)
    booked = sum(cost.credits.values()) + sum(cost.uncertain_credits.values())
    assert booked >= inner.books[vendor].total > 0 or vendor == "millionverifier"  # it gives back catch-alls
