"""What is plainly no address and no number is invalid: said here, at no cost, and never as an error."""

from typing import Any

import pytest

import leadenrich as le


@pytest.mark.parametrize(
    ("provider", "operation", "query", "field", "why"),
    [
        ("zerobounce", "verify_email", {"email": "not an address"}, "email_status", "email has no @"),
        ("zerobounce", "verify_email", {"email": "mira@brightloom..example"}, "email_status", "email "),
        ("twilio_lookup", "verify_phone", {"phone": "+49 1"}, "phone_status", "phone is too short"),
        ("twilio_lookup", "verify_phone", {"phone": "+1 202 555"}, "phone_status", "phone is not an assigned number"),
    ],
)
async def test_it_is_invalid_and_free(
    provider: str, operation: str, query: dict[str, Any], field: str, why: str
) -> None:
    async with le.Session.sandbox(seed=0) as session:
        hit = await session.call(provider, operation, query)
        [in_bulk] = await session.bulk(provider, operation, [query])
        rows = [row async for row in le.Waterfall(operation, [provider]).stream([query], session=session)]
        assert session.usage.cost.calls == 0
    assert isinstance(hit, le.Hit)
    assert isinstance(in_bulk, le.Hit)
    assert hit.data == in_bulk.data == {field: "invalid"}
    assert (hit.provider, hit.cost.usd, hit.confidence) == ("local", 0, 0)
    assert hit.notes[field].startswith(why)
    [row] = rows
    value = row.values[field]
    assert (row.status, row.data[field], value.provider, value.cost.calls) == ("complete", "invalid", "local", 0)
    assert str(row.reason).startswith(why)
    assert not row.attempts


@pytest.mark.parametrize(
    "query",
    [
        {"phone": "030 555 0123"},  # no country: it may be right
        {"phone": "ask the front desk"},
        {"phone": ""},
        {},
    ],
)
async def test_what_may_be_right_is_no_verdict(query: dict[str, Any]) -> None:
    async with le.Session.sandbox(seed=0) as session:
        with pytest.raises(le.FeatureParametersError):
            await session.call("twilio_lookup", "verify_phone", query)
        [row] = [row async for row in le.Waterfall("verify_phone", ["twilio_lookup"]).stream([query], session=session)]
    assert (row.status, "phone_status" in row.data) == ("skipped", False)


async def test_a_placeholder_is_no_address_and_no_verdict() -> None:
    async with le.Session.sandbox(seed=0) as session:
        rows = le.Waterfall("verify_email", ["zerobounce"]).stream([{"email": "n/a"}], session=session)
        assert [row.status async for row in rows] == ["skipped"]
