"""G2, G5, G6: the same question is asked once, bulk endpoints are used unasked, cancellation harms nobody else."""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import replace

import httpx
import pytest

import leadenrich as le
from leadenrich.contract import Fold, Request
from leadenrich.registry import registry
from tests.engine.vendors import KEY, Server, facts, name

CREDENTIALS = {"acme": KEY}
ASK = ("acme", "find_email", {"full_name": "Mira Okafor"})
pytestmark = pytest.mark.looptime


async def test_identical_lookups_in_flight_share_one_call() -> None:
    server = Server(delay=1)
    async with le.Session(CREDENTIALS, transport=server) as session:
        hits = await asyncio.gather(*(session.call(*ASK) for _ in range(50)))
    assert len(server.requests) == 1
    assert sum(hit.credits for hit in hits) == 1
    assert {hit["email"] for hit in hits} == {"mira.okafor@brightloom.example"}
    assert [bool(hit.credits) for hit in hits] == [True] + [False] * 49  # the one who asked pays
    assert [hit.cached for hit in hits] == [False] + [True] * 49


async def test_ten_leads_by_three_operations_are_one_bulk_call_and_ten_people() -> None:
    def companies(request: httpx.Request, count: int) -> object:
        domains = json.loads(request.content)["domains"]
        return {"companies": [{"domain": domain, "name": domain.split(".")[0].title()} for domain in reversed(domains)]}

    server = Server({"/companies": companies}, delay=1)
    queries = [{"company_domain": f"house{i}.example"} for i in range(10)]
    async with le.Session(CREDENTIALS, transport=server) as session:
        three = await asyncio.gather(*(session.bulk("acme", "enrich_company", queries) for _ in range(3)))
    assert server.paths() == ["/companies"]
    assert [hit["company_name"] for hit in three[0]] == [f"House{i}" for i in range(10)]
    assert session.usage.cost.credits["acme"] == 10


async def test_different_spellings_are_one_question_and_misses_are_remembered() -> None:
    server = Server({"/company": {"name": None}})
    async with le.Session(CREDENTIALS, transport=server) as session:
        for spelling in ("Brightloom.example", "www.brightloom.example", "https://brightloom.example/"):
            assert not await session.call("acme", "enrich_company", {"company_domain": spelling})
    assert len(server.requests) == 1


async def test_a_fold_that_fails_in_part_fails_only_those() -> None:
    server = Server({"/companies": lambda r, n: {"companies": [{"domain": "house1.example", "name": "House"}]}})
    queries = [{"company_domain": f"house{i}.example"} for i in range(3)]
    async with le.Session(CREDENTIALS, transport=server) as session:
        answers = await session.bulk("acme", "enrich_company", queries)
    assert [bool(answer) for answer in answers] == [False, True, False]
    assert session.usage.cost.credits == {"acme": 1}


async def test_a_fold_of_one_sends_the_single_request() -> None:
    server = Server({"/company": {"name": "Brightloom"}})
    async with le.Session(CREDENTIALS, transport=server) as session:
        hit = await session.call("acme", "enrich_company", {"company_domain": "brightloom.example"})
    assert server.paths() == ["/company"]
    assert hit["company_name"] == "Brightloom"


async def test_a_bulk_reply_that_answers_nothing_readable_fails_each_lead_and_is_uncertain() -> None:
    server = Server({"/companies": httpx.Response(200, text="<html>")})
    queries = [{"company_domain": f"house{i}.example"} for i in range(3)]
    async with le.Session(CREDENTIALS, transport=server) as session:
        answers = await session.bulk("acme", "enrich_company", queries)
    assert all(isinstance(answer, le.InvalidReplyError) for answer in answers)
    assert session.usage.cost.uncertain_credits == {"acme": 3}


async def test_one_waiters_cancellation_harms_no_other() -> None:
    server = Server(delay=1)
    async with le.Session(CREDENTIALS, transport=server) as session:
        first = asyncio.create_task(session.call(*ASK))
        second = asyncio.create_task(session.call(*ASK))
        await asyncio.sleep(0.5)
        first.cancel()
        assert (await second)["email"]
        assert first.cancelled()
    assert len(server.requests) == 1
    assert session.usage.cost.credits == {"acme": 1}
    assert not session.usage.cost.uncertain_credits


async def test_the_last_asker_to_leave_stops_the_call_and_books_it_as_uncertain() -> None:
    server = Server(delay=10)
    async with le.Session(CREDENTIALS, transport=server, budget=le.Budget(credits={"acme": 5})) as session:
        tasks = [asyncio.create_task(session.call(*ASK)) for _ in range(3)]
        await asyncio.sleep(1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
        assert server.in_flight == 0
        assert session.usage.cost.uncertain_credits == {"acme": 1}
        assert session.budget is not None
        assert session.budget.uncertain["acme"] == 1
        assert session.budget.reserved["acme"] == 0


async def test_a_call_that_was_not_sent_costs_nothing_when_cancelled() -> None:
    server = Server(delay=10)
    async with le.Session(CREDENTIALS, transport=server) as session:
        tasks = [asyncio.create_task(session.call("acme", "find_email", {"full_name": name(i)})) for i in range(10)]
        await asyncio.sleep(1)  # the slow start lets four out
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert len(server.requests) == 4
    assert session.usage.cost.uncertain_credits == {"acme": 4}


async def test_closing_the_session_leaves_no_task_and_starts_no_call() -> None:
    server = Server(delay=10)
    session = le.Session(CREDENTIALS, transport=server)
    async with session:
        tasks = [asyncio.create_task(session.call("acme", "find_email", {"full_name": name(i)})) for i in range(20)]
        await asyncio.sleep(1)
    sent = len(server.requests)
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(60)
    assert len(server.requests) == sent
    assert not server.closed  # a transport handed in is the caller's
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_accounts_never_see_each_others_answers() -> None:
    def echo(request: httpx.Request, count: int) -> object:
        return {"person": {"email": f"{request.headers['x-api-key']}@brightloom.example"}}

    server, cache = Server({"/person": echo}), {}
    sessions = [le.Session({"acme": f"key{i}"}, transport=server, cache=cache) for i in range(50)]
    for _ in range(2):
        for i, session in enumerate(sessions):
            assert (await session.call(*ASK))["email"] == f"key{i}@brightloom.example"
    assert len(server.requests) == 50
    fresh = le.Session({"acme": "key7"}, transport=server, cache=cache)
    kept = await fresh.call(*ASK)
    assert (kept["email"], kept.cached, kept.credits) == ("key7@brightloom.example", True, 0)
    assert len(server.requests) == 50
    assert "key7" not in "".join(cache)
    for session in [*sessions, fresh]:
        await session.aclose()


async def test_the_memo_is_bounded_and_says_what_it_dropped() -> None:
    server = Server()
    async with le.Session(CREDENTIALS, transport=server) as session:
        session._flight._entries = 10
        await session.bulk("acme", "find_email", [{"full_name": name(i)} for i in range(25)])
        assert session.usage.evictions == 15
        assert len(session._flight._memo) == 10


async def test_polls_of_two_identical_jobs_are_shared_and_the_job_is_paid_once() -> None:
    polls = iter(["running", "running", "done"])

    def job(request: httpx.Request, count: int) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(202, json={"id": "job 1/2"})
        return httpx.Response(200, json={"state": next(polls), "phone": "+12025550142"})

    server = Server({"/jobs": job})
    async with le.Session(CREDENTIALS, transport=server) as session:
        ask = ("acme", "find_phone", {"full_name": "Mira Okafor"})
        hits = await asyncio.gather(session.call(*ask), session.call(*ask))
    assert [str(request.url.raw_path) for request in server.requests][1] == "b'/jobs/job%201%2F2'"
    assert len(server.requests) == 4
    assert sum(hit.credits for hit in hits) == 8


async def test_a_fold_without_waiters_gives_its_place_up_at_once() -> None:
    server = Server()
    queries = [{"company_domain": f"house{i}.example"} for i in range(3)]
    async with le.Session(CREDENTIALS, transport=server, rates={"acme": [le.Rate(1, per=500)]}) as session:
        await session.call("acme", "find_email", {"full_name": "Mira Okafor"})
        asked = [asyncio.create_task(session.call("acme", "enrich_company", query)) for query in queries]
        await asyncio.sleep(1)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        later = await session.call("acme", "find_email", {"full_name": "Jonas Weber"})
        assert later["email"]
        assert asyncio.get_running_loop().time() < 600
    assert server.paths() == ["/person", "/person"]


class Short(le.HTTPProvider):
    """A bulk form that answers fewer questions than it was asked, and a single one that reads nonsense."""

    info = facts("short")

    @le.operation("enrich_company", needs=[("company_domain",)], gives=("company_name",), credits=1)
    def enrich_company(self, query: le.Query) -> le.Flow:
        """Ask."""
        reply = yield le.Request("GET", "/company", params=query.pick(domain="company_domain"))
        if reply.get("odd"):
            raise le.InvalidReplyError("the reply speaks of somebody else")
        return le.Hit(company_name=reply.get("name"))

    @le.bulk("GET", "/company", max_items=10)
    def companies(self, requests: Sequence[le.Request]) -> le.Fold:
        """Lose one answer."""
        reply = yield le.Request("POST", "/companies", json={"n": len(requests)})
        if reply.get("odd"):
            raise le.InvalidReplyError("the reply speaks of somebody else")
        return [reply] * (len(requests) - 1)


registry.register(Short)


@pytest.mark.parametrize(("body", "kind"), [({}, le.BulkOperationError), ({"odd": 1}, le.InvalidReplyError)])
@pytest.mark.parametrize("count", [1, 3])
async def test_an_answer_an_adapter_cannot_believe_may_have_been_charged(
    body: dict[str, int], kind: type[le.ProviderError], count: int
) -> None:
    if count == 1 and not body:
        body, kind = {"odd": 1}, le.InvalidReplyError
    queries = [{"company_domain": f"house{i}.example"} for i in range(count)]
    budget = le.Budget(credits={"short": 3})
    async with le.Session({"short": KEY}, transport=Server({"/": body}), budget=budget) as session:
        answers = await session.bulk("short", "enrich_company", queries)
        assert session.budget is not None
        assert session.budget.uncertain["short"] == count
    assert all(isinstance(answer, kind) for answer in answers)
    assert session.usage.cost.uncertain_credits == {"short": count}


async def test_what_is_remembered_holds_neither_tasks_nor_decoded_bodies() -> None:
    async with le.Session(CREDENTIALS, transport=Server()) as session:
        hit = await session.call(*ASK)
        (kept,) = session._flight._memo.values()
        assert kept.abandon is None
        assert not kept.waiters
        hit.raw["person"]["email"] = "changed@by.example"  # the caller's own copy
        assert (await session.call(*ASK))["email"] == "mira.okafor@brightloom.example"


QUERIES = [{"company_domain": f"house{i}.example"} for i in range(3)]


def slip(*args: object) -> object:
    raise ValueError("a slip of the adapter's")


def nothing(self: object, requests: Sequence[Request]) -> Fold:
    yield Request("POST", "/companies", json={})
    return [None, None, None]  # type: ignore[list-item]  # what no fold may do


@pytest.mark.parametrize("fault", ["run", "group"])
async def test_a_fold_that_cannot_be_made_is_asked_one_by_one(
    fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    cls = registry.get("acme")
    (bulk,) = [one for endpoint, one in cls.folds.items() if endpoint == "GET /company"]
    monkeypatch.setattr(cls, "folds", {"GET /company": replace(bulk, **{fault: slip})})
    server = Server({"/company": {"name": "Brightloom"}}, delay=1)
    async with le.Session(CREDENTIALS, transport=server) as session:
        answers = await asyncio.wait_for(session.bulk("acme", "enrich_company", QUERIES), 600)
    assert all(isinstance(answer, le.Hit) for answer in answers)
    assert server.paths() == ["/company"] * 3


async def test_a_fold_that_answers_with_neither_reply_nor_error_fails_each_lead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cls = registry.get("acme")
    bulk = cls.folds["GET /company"]
    monkeypatch.setattr(cls, "folds", {"GET /company": replace(bulk, run=nothing)})
    async with le.Session(CREDENTIALS, transport=Server({"/companies": {}})) as session:
        answers = await asyncio.wait_for(session.bulk("acme", "enrich_company", QUERIES), 600)
    assert all(isinstance(answer, le.ProviderError) and answer.maybe_charged for answer in answers)


async def test_a_limiter_that_breaks_reaches_those_who_wait_for_a_bulk_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadenrich.engine.permit.Door.permit", slip)
    async with le.Session(CREDENTIALS, transport=Server()) as session:
        answers = await asyncio.wait_for(session.bulk("acme", "enrich_company", QUERIES), 600)
    assert {type(answer).__name__ for answer in answers} == {"FeatureExecutionError"}
