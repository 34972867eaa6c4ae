"""What daily use shows of a vendor that has moved on: `session.drift`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.engine import drift
from leadenrich.engine.drift import LAST, Drift, DriftTable

EVERY = 4

PERSON = {"first_name": "Mira", "last_name": "Okafor", "company_domain": "brightloom.example"}
Answer = Callable[[int], httpx.Response]


def found(**more: Any) -> dict[str, Any]:
    verification = {"date": "2026-04-12", "status": "valid"}
    data = {"email": "mira@brightloom.example", "score": 97, "position": "Head of Data", "verification": verification}
    return {"data": {**data, **more}}


class Vendor(httpx.AsyncBaseTransport):
    """Answers each question by its number."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return self.answer(self.asked)


async def after(answer: Answer, questions: int, **settings: Any) -> tuple[le.Session, list[le.Event]]:
    events: list[le.Event] = []
    session = le.Session(
        credentials={"hunter": "key-for-tests"}, transport=Vendor(answer), retries=0, on_event=events.append, **settings
    )
    async with session:
        for number in range(questions):
            try:
                await session.call("hunter", "find_email", {**PERSON, "first_name": f"Mira{number}"})
            except le.LeadEnrichError:
                continue
    return session, [event for event in events if event.kind == "drift.seen"]


pytestmark = pytest.mark.looptime


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "EVERY", EVERY)


async def test_a_vendor_as_known_shows_only_what_never_came() -> None:
    session, told = await after(lambda number: httpx.Response(200, json=found()), LAST)
    entries = list(session.drift)
    assert {entry.kind for entry in entries} == {"absent"}
    assert Drift("hunter", "find_email", "absent", "data.phone_number", count=LAST) in entries
    assert told == []


async def test_a_field_that_no_longer_comes_is_told_once() -> None:
    def answer(number: int) -> httpx.Response:
        return httpx.Response(200, json=found(**({"position": None} if number > LAST else {})))

    session, told = await after(answer, LAST + EVERY * (LAST + 1))
    assert Drift("hunter", "find_email", "gone", "data.position", count=LAST) in list(session.drift)
    assert [(event.provider, event.operation, event.data["place"]) for event in told] == [
        ("hunter", "find_email", "data.position")
    ]
    assert "data.position: came before" in str(session.drift)


async def test_one_hit_that_has_the_field_is_enough() -> None:
    def answer(number: int) -> httpx.Response:
        return httpx.Response(200, json=found(**({"phone_number": "+12025550142"} if number == 3 else {})))

    session, _ = await after(answer, LAST)
    assert "data.phone_number" not in [entry.place for entry in session.drift]


async def test_a_word_the_tables_lack_is_counted() -> None:
    odd = {"verification": {"status": "probably_fine"}}
    session, told = await after(lambda number: httpx.Response(200, json=found(**odd)), 3)
    assert list(session.drift) == [Drift("hunter", "find_email", "word", "verification.status", '"probably_fine"', 3)]
    assert len(told) == 1


async def test_a_value_in_the_place_of_a_word_is_not_kept() -> None:
    for value in ("mira0", "Okafor", "mira@brightloom.example", "+12025550142"):
        odd = {"verification": {"status": value}}
        session, told = await after(lambda number, odd=odd: httpx.Response(200, json=found(**odd)), 1)  # type: ignore[misc]  # bound early
        text = f"{list(session.drift)} {session.drift} {told}".lower()
        assert value.lower() not in text
        assert f"a text of {len(value)} characters" in text


async def test_a_status_that_is_not_declared_is_counted() -> None:
    session, told = await after(lambda number: httpx.Response(410, json={}), 2)
    assert [(entry.kind, entry.place) for entry in session.drift] == [("status", "410")]
    assert len(told) == 1


async def test_declared_and_usual_statuses_and_outages_are_no_drift() -> None:
    for status in (401, 403, 422, 429, 500, 503):
        session, _ = await after(lambda number, status=status: httpx.Response(status, json={}), 1)  # type: ignore[misc]  # bound early
        assert list(session.drift) == []
        assert str(session.drift) == "no drift seen"
        assert not session.drift


async def test_it_can_be_switched_off() -> None:
    session = le.Session(
        credentials={"hunter": "key-for-tests"},
        transport=Vendor(lambda number: httpx.Response(200, json=found(verification={"status": "odd"}))),
    )
    session.drift.on = False
    async with session:
        await session.call("hunter", "find_email", PERSON)
    assert list(session.drift) == []


async def test_of_many_hits_few_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(DriftTable, "note", lambda table, provider, operation, *more: looked.append(operation))
    await after(lambda number: httpx.Response(200, json=found()), LAST + 2 * EVERY)
    assert len(looked) == LAST + 2


async def test_entries_of_one_provider() -> None:
    session, _ = await after(lambda number: httpx.Response(200, json=found(verification={"status": "odd"})), 1)
    assert [entry.place for entry in session.drift.of("hunter")] == ["verification.status"]
    assert session.drift.of("apollo") == []


async def test_a_hit_holds_plain_values_whether_looked_at_or_not() -> None:
    """What notes that it is read is gone from the answer: its objects and lists are the usual ones."""
    async with le.Session.sandbox(knows="everything") as session:
        transport: Any = session.transport
        firm = {"company_domain": transport.world.people_of(0)[0].company_domain}
        hit = await session.call("builtwith", "free-lookup", firm)
        again = await session.call("apollo", "search_people", {**firm, "limit": 3})
    for answer in (hit, again):
        assert isinstance(answer, le.Hit)
        assert {type(part) for part in _parts(answer.data)} <= {dict, list, str, int, float, bool, type(None)}


def _parts(value: Any) -> list[Any]:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(part for one in below for part in _parts(one))]
