"""The service of docs/guides/service.md as it is written there: fifty tenants over one transport."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.sandbox import World
from leadenrich.sandbox.transport import SandboxTransport

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "service.md").read_text(encoding="utf-8")
KEY = re.compile(r"key-[ha]\d+")
POOR = 0
"""The tenant whose budget is for three calls."""


class Keyed(httpx.AsyncBaseTransport):
    """The sandbox for tenants with keys of their own: it notes whose key a request carries."""

    def __init__(self) -> None:
        self.inner = SandboxTransport(0, size=160, delay=None)
        self.calls: Counter[str] = Counter()
        self.closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = [(name.decode(), value.decode()) for name, value in request.headers.raw]
        (key,) = set(KEY.findall(f"{request.url} {headers}"))
        self.calls[key] += 1
        url = KEY.sub("sandbox", str(request.url))
        plain = [(name, KEY.sub("sandbox", value)) for name, value in headers]
        body = await request.aread()
        return await self.inner.handle_async_request(httpx.Request(request.method, url, headers=plain, content=body))

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.looptime
@pytest.mark.filterwarnings("ignore::UserWarning")  # the poor tenant's budget is soon spent
async def test_fifty_tenants_share_a_transport_and_nothing_else() -> None:
    block = re.search(r"```python\n(.*?)\nservice = ", PAGE, re.DOTALL)
    assert block is not None
    page: dict[str, Any] = {}
    exec(block[1], page)
    keys = {n: {"hunter": f"key-h{n}", "apollo": f"key-a{n}"} for n in range(50)}
    page["TENANTS"].clear()
    page["TENANTS"].update(
        {n: {"credentials": keys[n], "monthly_usd": "0.05" if n == POOR else "5"} for n in range(50)}
    )
    transport = Keyed()
    service = page["Enrichment"](transport=transport)
    people = list(islice(World.of(0, 160).people, 0, None, 40))[:10]
    leads = [{"full_name": one.full_name, "company_domain": one.company_domain} for one in people]

    async def asked(tenant: int) -> list[dict[str, Any]]:
        return list(await asyncio.gather(*(service.enrich(tenant, lead) for lead in leads)))

    answers = await asyncio.gather(*(asked(tenant) for tenant in range(50)))
    rich = answers[POOR + 1 :]
    assert all(answer["status"] in ("complete", "partial", "not_found") for told in rich for answer in told)
    assert all(told == rich[0] for told in rich)  # each asked by itself, and none got more or less than another
    costs = {n: service.session(n).usage.cost.usd for n in range(50)}
    assert costs[POOR] <= le.Budget(usd="0.05").usd
    assert any("budget" in answer["reason"] for answer in answers[POOR] if answer["status"] == "skipped")
    assert len({cost for n, cost in costs.items() if n != POOR}) == 1
    # Each tenant's questions went out under the tenant's own key, and the books of both sides agree.
    assert {transport.calls[f"key-h{n}"] for n in range(50) if n != POOR} == {len(leads)}
    booked = sum(service.session(n).usage.credits.get("hunter", 0) for n in range(50))
    assert booked == transport.inner.books["hunter"].total

    await service.aclose()
    assert not transport.closed  # it is the caller's
    assert asyncio.all_tasks() == {asyncio.current_task()}
    with pytest.raises(le.ConfigurationError, match="closed"):
        await service.enrich(1, leads[0])
