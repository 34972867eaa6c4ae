"""Events are what their docstring says: complete, in order, about the right row, and harmless to the run."""

import asyncio
import gc
import inspect
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.engine.events import QUEUE, Event
from leadenrich.engine.subject import shown_key
from tests.engine.vendors import KEY, Server, name

pytestmark = pytest.mark.looptime

PACKAGE = Path(str(le.__file__)).parent
FOUND = {"person": {"email": "mira@brightloom.example"}}
CREDENTIALS = {"acme": KEY}
PEOPLE = [{"full_name": name(i), "id": f"lead-{i}"} for i in range(8)]


def kinds_in_the_code() -> set[str]:
    kinds: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        kinds |= set(re.findall(r"(?:emit|_tell)\(\s*(?:(?:Subject\([^)]*\)|subject),\s*)?\"([a-z]+\.[a-z]+)\"", text))
    return kinds


def test_the_docstring_names_every_kind_and_no_other() -> None:
    documented = set(re.findall(r"`([a-z]+\.[a-z]+)`", inspect.getdoc(Event) or ""))
    assert documented == kinds_in_the_code()
    assert {"call.started", "call.shared", "breaker.opened", "row.finished"} <= documented


async def run(
    records: Any = PEOPLE, answer: Any = FOUND, **options: Any
) -> tuple[list[le.EnrichedRecord], list[Event]]:
    heard: list[Event] = []
    async with le.Session(CREDENTIALS, transport=Server({"/person": answer}), on_event=heard.append) as session:
        waterfall = le.Waterfall("find_email", ["acme"], identity=False)
        rows = await waterfall.run(records, session=session, **{"key": "id", **options})
    return rows, heard


async def test_a_row_is_told_of_in_order_with_its_key_and_its_cost() -> None:
    rows, heard = await run()
    stories: dict[Any, list[Event]] = defaultdict(list)
    for event in heard:
        stories[event.row].append(event)
    assert [event.kind for event in stories.pop(None)] == ["run.started", "run.finished"]
    assert len(stories) == len(rows)
    for place, story in stories.items():
        assert [event.kind for event in story] == ["row.started", "call.started", "call.finished", "row.finished"]
        assert {event.key for event in story} == {f"lead-{place}"}
        assert len({event.run for event in story}) == 1
        assert story[1].call == story[2].call is not None
        assert [event.at for event in story] == sorted(event.at for event in story)
        finished, ended = story[2].data, story[3].data
        assert (finished["outcome"], finished["usd"], finished["credits"]) == ("hit", "0.02", {"acme": "1"})
        assert (ended["status"], ended["usd"], ended["asked"]) == ("complete", "0.02", 1)
        assert ended["found"] == [field for field, value in rows[place].values.items() if value.provider != "input"]
    assert len({event.call for event in heard if event.call}) == len(rows)
    assert heard[-1].data["rows"] == len(rows)
    assert heard[-1].data["usd"] == "0.16"


async def test_a_question_that_joins_another_says_so() -> None:
    _, heard = await run([{"full_name": name(1), "id": f"lead-{i}"} for i in range(3)])
    shared = [event for event in heard if event.kind == "call.shared"]
    finished = [event.data["usd"] for event in heard if event.kind == "call.finished"]
    assert {event.key for event in shared} == {"lead-1", "lead-2"}
    assert sorted(finished) == ["0", "0", "0.02"]


async def test_a_breaker_that_opens_and_closes_is_told_of() -> None:
    ill = True
    heard: list[Event] = []
    server = Server({"/person": lambda request, count: httpx.Response(500) if ill else FOUND})
    async with le.Session(CREDENTIALS, transport=server, retries=0, on_event=heard.append) as session:
        for i in range(20):
            await session.ask("acme", "find_email", {"full_name": name(i)})
        ill = False
        await asyncio.sleep(30)
        await session.ask("acme", "find_email", {"full_name": name(99)})
    told = [(event.kind, event.provider, event.data.get("seconds")) for event in heard if "breaker" in event.kind]
    assert told == [("breaker.opened", "acme", 5.0), ("breaker.closed", "acme", None)]


async def test_a_question_that_waits_for_a_limit_says_for_how_long() -> None:
    heard: list[Event] = []
    rates = {"acme": [le.Rate(1, per=10)]}
    async with le.Session(
        CREDENTIALS, transport=Server({"/person": FOUND}), rates=rates, on_event=heard.append
    ) as session:
        waterfall = le.Waterfall("find_email", ["acme"], identity=False)
        await waterfall.run(PEOPLE[:2], session=session, key="id")
    waits = [(event.kind, event.key, event.call) for event in heard if event.kind in ("call.waiting", "call.resumed")]
    assert [kind for kind, *_ in waits] == ["call.waiting", "call.resumed"]
    assert waits[0][1:] == waits[1][1:]
    assert next(event.data["seconds"] for event in heard if event.kind == "call.resumed") >= 9


async def test_a_cancelled_question_ends_with_its_cost() -> None:
    heard: list[Event] = []
    server = Server({"/person": FOUND}, delay=50)
    async with le.Session(CREDENTIALS, transport=server, on_event=heard.append) as session:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await session.call("acme", "find_email", {"full_name": name(1)})
    assert [event.kind for event in heard] == ["call.started", "call.finished"]
    assert heard[1].data["outcome"] == "cancelled"
    assert heard[1].data["uncertain_usd"] == "0.02"


async def test_an_iterator_hears_from_the_moment_it_was_asked_for() -> None:
    async with le.Session(CREDENTIALS, transport=Server({"/person": FOUND})) as session:
        events = session.events()
        forgotten = session.events()
        await session.call("acme", "find_email", {"full_name": name(1)})
        del forgotten
        gc.collect()
        assert len(session._context.events._listeners) == 1
    assert [event.kind async for event in events] == ["call.started", "call.finished"]
    assert [event async for event in events] == []


async def test_an_iterator_that_sleeps_drops_and_counts() -> None:
    async with le.Session(CREDENTIALS, transport=Server({"/person": FOUND})) as session:
        events = session.events()
        for _ in range(QUEUE + 5):
            session.emit("budget.warning")
    assert events.dropped == 6  # the last one made room for the end
    assert sum([1 async for _ in events]) == QUEUE - 1


async def test_an_async_callback_is_told_one_after_the_other() -> None:
    heard: list[str] = []

    async def callback(event: Event) -> None:
        await asyncio.sleep(1 if event.kind == "call.started" else 0)
        heard.append(event.kind)

    async with le.Session(CREDENTIALS, transport=Server({"/person": FOUND}), on_event=callback) as session:
        await session.call("acme", "find_email", {"full_name": name(1)})
    assert heard == ["call.started", "call.finished"]


async def test_a_callback_that_calls_back_hurts_nothing() -> None:
    """It asks, emits and changes what it was given."""
    seen = 0

    def callback(event: Event) -> None:
        nonlocal seen
        seen += 1
        event.data.clear()
        if seen < 50:
            session.emit("budget.warning")

    async with le.Session(CREDENTIALS, transport=Server({"/person": FOUND}), on_event=callback) as session:
        rows = await le.Waterfall("find_email", ["acme"], identity=False).run(PEOPLE, session=session)
    assert [row.status for row in rows] == ["complete"] * len(PEOPLE)


async def test_one_record_alone_is_told_of_too() -> None:
    heard: list[Event] = []
    async with le.Session(CREDENTIALS, transport=Server({"/person": FOUND}), on_event=heard.append) as session:
        await le.Waterfall("find_email", ["acme"], identity=False).enrich(PEOPLE[3], session=session, key="id")
    assert [(event.kind, event.key) for event in heard if event.row is not None] == [
        ("row.started", "lead-3"),
        ("call.started", "lead-3"),
        ("call.finished", "lead-3"),
        ("row.finished", "lead-3"),
    ]


IDS = ["17", "123456789", "lead-17", "0035f00002ABCdeAAH", "4b1c7a9e-3f2d-4a8b-9c6e-1d2f3a4b5c6d", "row17", "lead-17/2"]
PEOPLE_KEYS = [
    "mira.okafor@brightloom.example",
    "Mira Okafor",
    "mira-okafor",
    "+4915112345678",
    "4915112345678",
    "https://www.linkedin.com/in/mira-okafor-1",
    "brightloom.example/mira",
    "mira17",
    "mira.okafor@brightloom.example/3",
    "",
    "ミラ",
]


@pytest.mark.parametrize("key", IDS)
def test_an_id_is_shown(key: str) -> None:
    assert shown_key(key, {"first_name": "Mira", "email": "mira@brightloom.example"}) == key


@pytest.mark.parametrize("key", PEOPLE_KEYS)
def test_a_key_that_looks_like_a_person_is_hashed(key: str) -> None:
    shown = shown_key(key, {"first_name": "Mira"})
    assert re.fullmatch(r"#[0-9a-f]{16}(/3)?", shown)
    assert shown == shown_key(key, {"first_name": "Mira"})
