"""What case files cannot say: the same question with other credentials, and questions too few for a list."""

from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.providers._names import same_name

ADDRESSES = [{"email": f"row{number}@lanternfield.example"} for number in range(9)]
CHECKED = {"format_valid": True, "mx_found": True, "smtp_check": True}
LISTS = {
    "neverbounce": {"status": "success", "result": "valid"},
    "bouncer": {"status": "deliverable"},
    "emailable": {"state": "deliverable"},
    "millionverifier": {"result": "ok"},
    "reoon": {"status": "safe"},
    "bounceban": {"status": "success", "result": "deliverable"},
    "mailboxlayer": CHECKED,
}


class Vendor:
    """Answers every request with one reply, and keeps what was asked."""

    def __init__(self, provider: str, body: Any, credentials: Any) -> None:
        self.body, self.asked = body, []
        self.session = le.Session(credentials={provider: credentials}, transport=httpx.MockTransport(self.answer))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, json=self.body)


@pytest.mark.parametrize("provider", LISTS)
async def test_few_addresses_are_verified_one_by_one(provider: str) -> None:
    """A background job is slower than a few single checks; mailboxlayer takes lists on higher plans alone."""
    vendor = Vendor(provider, LISTS[provider], "key-for-tests")
    async with vendor.session as session:
        results = await session.bulk(provider, "verify_email", ADDRESSES)
    assert [result["email_status"] for result in results if isinstance(result, le.Hit)] == ["valid"] * 9
    assert len(vendor.asked) == 9
    assert len({request.url.path for request in vendor.asked}) == 1


async def test_a_key_of_one_api_is_enough_and_no_other_is_asked() -> None:
    vendor = Vendor("abstract_api", {"email_deliverability": {"status": "deliverable"}}, {"email_key": "key-for-tests"})
    async with vendor.session as session:
        assert session.has_credentials("abstract_api")
        hit = await session.call("abstract_api", "verify_email", {"email": "mira.okafor@brightloom.example"})
        with pytest.raises(le.FeatureNotSupportedError, match="phone_key"):
            await session.call("abstract_api", "verify_phone", {"phone": "+12025550142"})
    assert hit["email_status"] == "valid"
    assert len(vendor.asked) == 1


async def test_without_any_key_nothing_is_asked() -> None:
    vendor = Vendor("abstract_api", {}, {})
    async with vendor.session as session:
        assert not session.has_credentials("abstract_api")
        with pytest.raises(le.AuthenticationError, match="ABSTRACT_API_EMAIL_KEY"):
            await session.call("abstract_api", "verify_email", {"email": "mira.okafor@brightloom.example"})
    assert vendor.asked == []


async def test_an_older_plan_of_lusha_filters_where_the_newer_reveals() -> None:
    contact = {
        "contact": {"error": None, "data": {"emailAddresses": [{"address": "m@brightloom.example", "type": "work"}]}}
    }
    vendor = Vendor("lusha", contact, {"api_key": "key-for-tests", "plan": "legacy"})
    async with vendor.session as session:
        hit = await session.call("lusha", "find_email", {"email": "mira.okafor@brightloom.example"})
    assert hit["email"] == "m@brightloom.example"
    assert vendor.asked[0].url.params["filterBy"] == "emailAddresses"
    assert "revealEmails" not in vendor.asked[0].url.params


async def test_free_sources_are_told_who_asks() -> None:
    vendor = Vendor("sec_edgar", {"name": "Brightloom Corp"}, {"user_agent": "Tester ops@brightloom.example"})
    async with vendor.session as session:
        await session.call("sec_edgar", "enrich_company", {"cik": "9900011"})
    assert vendor.asked[0].headers.get_list("user-agent") == ["Tester ops@brightloom.example"]
    async with le.Session(credentials={}) as session:
        assert not session.has_credentials("sec_edgar")
        assert session.has_credentials("gleif")
        assert session.has_credentials("github")


@pytest.mark.parametrize(
    ("asked", "found", "same"),
    [
        ("Brightloom", "BRIGHTLOOM LIMITED", True),
        ("Brightloom B.V.", "Brightloom BV", True),
        ("Bright & Loom", "Bright and Loom Inc.", True),
        ("Brightloom", "Brightloom Holdings plc", False),
        ("Limited", "Company", False),
        ("Café Weber", "Cafe Weber GmbH", True),
        ("", "", False),
        (None, "Brightloom", False),
    ],
)
def test_names_of_companies_are_compared_without_their_legal_form(asked: Any, found: Any, same: bool) -> None:
    assert same_name(asked, found) is same


@pytest.mark.parametrize("provider", LISTS)
async def test_one_address_that_fails_costs_the_others_nothing(provider: str) -> None:
    """Few addresses are verified side by side: each keeps its own answer, its own error and its own charge."""
    vendor = Vendor(provider, LISTS[provider], "key-for-tests")
    good, asked = vendor.answer, len(ADDRESSES)

    async def answer(request: httpx.Request) -> httpx.Response:
        response = await good(request)
        return httpx.Response(400, json={}) if "row4" in str(request.url) else response

    vendor.session = le.Session({provider: "key-for-tests"}, transport=httpx.MockTransport(answer), retries=0)
    async with vendor.session as session:
        results = await session.bulk(provider, "verify_email", ADDRESSES)
        cost = session.usage.cost
    assert [isinstance(result, le.Hit) for result in results] == [row != 4 for row in range(asked)]
    assert len(vendor.asked) == asked
    assert cost.credits[provider] == sum(result.credits for result in results if isinstance(result, le.Hit))
    assert cost.credits[provider] >= (asked - 1 if provider != "bounceban" else 0)
