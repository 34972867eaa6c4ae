"""Phone finders that state no kind of number: the numbering plan says what it can, and the rest stays a phone."""

import pytest

import leadenrich as le
from tests.engine.vendors import KEY, Server

LEAD = {"first_name": "Mira", "last_name": "Okafor", "linkedin_url": "https://www.linkedin.com/in/mira-okafor-example"}


@pytest.mark.parametrize(
    ("number", "status", "mobile"),
    [
        ("+49 151 12345678", "complete", "+4915112345678"),
        ("+1 202 555 0142", "partial", None),
        ("nothing", "not_found", None),
    ],
)
async def test_a_number_of_unknown_kind(number: str, status: str, mobile: str | None) -> None:
    profile = {"phone": [number], "full_name": "Mira Okafor"}
    server = Server({"/": {"status_code": 200, "profile": profile}})
    async with le.Session({"contactout": KEY}, transport=server) as session:
        row = await le.Waterfall("find_phone", ["contactout"]).enrich(LEAD, session=session)
    assert (row.status, row["mobile_phone"]) == (status, mobile)
    assert row.attempts[0].asked
    if status == "partial":
        assert row["phone"] == "+12025550142"
        assert "mobile" in (row.reason or "")


async def test_a_mobile_asked_for_by_name_is_a_mobile() -> None:
    server = Server({"/": {"status_code": 200, "profile": {"phone": ["+1 202 555 0142"]}}})
    async with le.Session({"contactout": KEY}, transport=server) as session:
        row = await le.Waterfall("find_phone", ["contactout"], fields=["mobile_phone"]).enrich(LEAD, session=session)
    assert row["mobile_phone"] is None
