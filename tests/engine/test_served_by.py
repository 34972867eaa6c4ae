"""One record is bought once: a request says which others about the same record serve it."""

import httpx
import pytest

import leadenrich as le
from leadenrich.registry import registry
from leadenrich.sandbox import sandbox_session
from leadenrich.sandbox.world import World
from leadenrich.testing.asking import SIZE
from tests.engine.vendors import KEY, Server, facts

PERSON = {"linkedin_url": "https://www.linkedin.com/in/mira-okafor-example"}


def record(required: str | None = None, served_by: tuple[le.Request, ...] = ()) -> le.Request:
    params = {"profile": "mira", "required": required}
    return le.Request("GET", "/record", params=params, expect=(200, 404), served_by=served_by)


class Records(le.HTTPProvider):
    """A vendor that sells records, and finders that say which field a record must hold."""

    info = facts("records")

    @le.operation("enrich_person", needs=[("linkedin_url",)], gives=("title", "email"), credits=1)
    def enrich_person(self, query: le.Query) -> le.Flow:
        """Describe."""
        return le.Hit(title=(yield record(None, (record("email"),))).get("title") or "none")

    @le.operation("find_email", needs=[("linkedin_url",)], gives=("email",), credits=1)
    def find_email(self, query: le.Query) -> le.Flow:
        """Find."""
        reply = yield record("email", (record(),))
        return le.Hit(email=reply.get("email")) if reply.get("email") else le.Miss()


registry.register(Records)


@pytest.mark.parametrize("order", [("enrich_person", "find_email"), ("find_email", "enrich_person")])
async def test_a_record_at_hand_serves_the_other_operation(order: tuple[str, str]) -> None:
    server = Server({"/record": {"title": "Weaver", "email": "mira@brightloom.example"}})
    async with le.Session({"records": KEY}, transport=server) as session:
        for operation in order:
            assert await session.call("records", operation, PERSON)
        assert session.usage.credits == {"records": 1}
    assert len(server.paths()) == 1


async def test_a_record_that_was_not_found_serves_no_other() -> None:
    server = Server({"/record": httpx.Response(404, json={})})
    async with le.Session({"records": KEY}, transport=server) as session:
        assert not await session.call("records", "find_email", PERSON)
        await session.call("records", "enrich_person", PERSON)
    assert len(server.paths()) == 2


FINDS = [
    ("people_data_labs", ["email", "mobile_phone", "title"]),
    ("nymeria", ["email", "mobile_phone", "title"]),
    ("zoominfo", ["email", "mobile_phone", "title"]),
    ("signalhire", ["email", "mobile_phone", "title"]),
    ("rocketreach", ["email", "personal_email", "title"]),
    ("lusha", ["email", "personal_email", "title"]),
    ("apollo", ["email", "title"]),
    ("uplead", ["email", "mobile_phone", "title"]),
]


@pytest.mark.parametrize("way", [("linkedin_url",), ("first_name", "last_name", "company_name", "company_domain")])
@pytest.mark.parametrize(("vendor", "find"), FINDS)
async def test_a_chain_buys_one_record_of_a_vendor(vendor: str, find: list[str], way: tuple[str, ...]) -> None:
    """Although what one operation finds is known to the next, and could be asked by too."""
    wanted = (*find, *way)
    person = next(one for one in World.of(0, SIZE).people if all(getattr(one, field) for field in wanted))
    keys = {vendor: dict.fromkeys(registry.info(vendor).auth.fields, "sandbox")}
    if not any(set(ways) <= set(way) for ways in registry.info(vendor).feature("enrich_person").needs):  # type: ignore[union-attr]  # all have one
        return
    async with sandbox_session(le.Session, 0, knows="everything", size=SIZE, credentials=keys) as session:
        (row,) = await le.enrich([{word: getattr(person, word) for word in way}], find=find, session=session)
        book = session.transport.books[vendor]  # type: ignore[attr-defined]  # the sandbox's own
    assert all(field in row.data for field in find)
    assert book.total <= 1
