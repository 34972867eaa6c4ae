"""What RocketReach's case file cannot say: settings beside the key, and bulk look-ups that answer by webhook."""

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx

import leadenrich as le

PEOPLE = [{"full_name": f"Mira Okafor{number}", "company_name": "Brightloom"} for number in range(10)]
PROFILE = {
    "id": 1,
    "status": "complete",
    "name": "Mira Okafor",
    "recommended_professional_email": "m@brightloom.example",
}


class Vendor:
    """Answers every request with one reply, and keeps what was asked."""

    def __init__(self, body: Any, **settings: str) -> None:
        self.body, self.asked = body, []
        keys = {"api_key": "key-for-tests", "webhook_secret": "secret-for-tests", **settings}
        self.session = le.Session(credentials={"rocketreach": keys}, transport=httpx.MockTransport(self.answer))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if not request.url.path.endswith(("bulkLookup", "bulk_lookup")):
            return httpx.Response(200, json=self.body)
        queries = json.loads(request.content)["queries"]
        named = [{"name": query["name"], "metadata": query["metadata"], "status": "complete"} for query in queries]
        body = json.dumps(named[::-1][:-1]).encode()  # in another order, the first one lost
        digest = hmac.new(b"secret-for-tests", body, hashlib.sha256).digest()
        headers = {"RR-Request-ID": "req-7", "X-RocketReach-Signature": base64.b64encode(digest).decode()}
        await self.session.deliver("rocketreach", body, headers)
        return httpx.Response(200, headers={"RR-Request-ID": "req-7"})


async def test_ten_people_go_out_in_one_call_and_come_back_by_webhook() -> None:
    vendor = Vendor(PROFILE, webhook_id="3")
    async with vendor.session as session:
        results = await session.bulk("rocketreach", "enrich_person", PEOPLE)
    assert [request.url.path for request in vendor.asked] == ["/api/v2/bulkLookup"]
    sent = json.loads(vendor.asked[0].content)
    assert sent["webhook_id"] == 3
    assert sent["queries"][4]["metadata"] == {"external_id": "4"}
    assert isinstance(results[0], le.ProviderError)
    assert [result["full_name"] for result in results[1:] if isinstance(result, le.Hit)] == [
        person["full_name"] for person in PEOPLE[1:]
    ]


async def test_fewer_than_ten_go_out_one_by_one() -> None:
    vendor = Vendor(PROFILE, webhook_id="3")
    async with vendor.session as session:
        results = await session.bulk("rocketreach", "enrich_person", PEOPLE[:4])
    assert {request.url.path for request in vendor.asked} == {"/api/v2/person/lookup"}
    assert [request.url.params["webhook_id"] for request in vendor.asked] == ["3"] * 4
    assert all(isinstance(result, le.Hit) for result in results)


async def test_without_a_webhook_ten_go_out_one_by_one() -> None:
    vendor = Vendor(PROFILE)
    async with vendor.session as session:
        await session.bulk("rocketreach", "enrich_person", PEOPLE)
    assert len(vendor.asked) == 10


async def test_a_universal_key_reveals_and_pays_what_is_asked_for() -> None:
    vendor = Vendor(PROFILE, surface="universal")
    async with vendor.session as session:
        found = await session.call("rocketreach", "find_email", PEOPLE[0])
        whole = await session.call("rocketreach", "enrich_person", PEOPLE[0])
    assert [request.url.path for request in vendor.asked] == ["/api/v2/universal/person/lookup"] * 2
    reveals = [{name for name in request.url.params if name.startswith("reveal_")} for request in vendor.asked]
    assert reveals == [
        {"reveal_professional_email"}, {"reveal_professional_email", "reveal_detailed_person_enrichment"},
    ]  # fmt: skip
    assert (found.credits, whole.credits) == (2, 3)


async def test_an_older_key_asks_for_phones_the_older_way() -> None:
    vendor = Vendor({**PROFILE, "phones": []}, surface="legacy")
    async with vendor.session as session:
        missing = await session.call("rocketreach", "find_phone", PEOPLE[0])
    assert isinstance(missing, le.Miss)
    assert vendor.asked[0].url.path == "/api/v2/person/lookup"
    assert vendor.asked[0].url.params["lookup_type"] == "phone"


async def test_a_universal_account_is_read_where_it_stands() -> None:
    body = {"plan": {"name": "Pro"}, "credit_usage": {"credits_used": 12, "credits_remaining": 988}}
    vendor = Vendor(body, surface="universal")
    async with vendor.session as session:
        quota = await session.quota("rocketreach")
    assert (quota.plan, quota.used, quota.remaining) == ("Pro", 12, 988)
    assert vendor.asked[0].url.path == "/api/v2/universal/account/"


async def test_universal_companies_are_searched_where_they_stand() -> None:
    vendor = Vendor({"companies": [{"name": "Brightloom"}], "pagination": {"total": 1}}, surface="universal")
    async with vendor.session as session:
        page = await session.call("rocketreach", "search_companies", {"industry": "Textiles"})
    assert vendor.asked[0].url.path == "/api/v2/universal/company/search"
    assert page.credits == 2
