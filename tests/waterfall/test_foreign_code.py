"""Foreign code at every seam of a run: whatever it does, no lead is lost and the stream goes on or says why not."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest

from leadenrich.errors import FeatureParametersError, WaterfallError
from leadenrich.results import EnrichedRecord, Hit, StopReason
from leadenrich.waterfall import Chain, Step, Waterfall
from tests.waterfall.fakes import FakeSession, lead, own_address, virtual

pytestmark = pytest.mark.looptime

FOUND = Hit(email="mira.okafor@brightloom.example")


def leads(count: int) -> list[dict[str, Any]]:
    return [lead(number, id=f"lead-{number}") for number in range(1, count + 1)]


def cancels(*_: Any) -> Any:
    raise asyncio.CancelledError


def raises(*_: Any) -> Any:
    raise LookupError


async def is_async(*_: Any) -> bool:
    return True


def cancels_its_task(*_: Any) -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


# ---- who is asked


@pytest.mark.parametrize("concurrency", [1, 2, 10])
async def test_a_vendor_that_raises_a_cancellation_fails_and_the_next_is_asked(concurrency: int) -> None:
    session = FakeSession({"alpha": cancels, "beta": own_address}, delay=1.0)
    rows = await Waterfall("find_email", ["alpha", "beta"]).run(leads(20), session=session, concurrency=concurrency)
    assert [(row.status, row["email"]) for row in rows] == [("complete", own_address(row)["email"]) for row in rows]
    assert len(rows) == 20
    assert rows[0].attempts[0].stop_reason is StopReason.INTERRUPTED


@pytest.mark.parametrize("concurrency", [1, 2, 10])
@pytest.mark.parametrize("several", [False, True])
async def test_a_worker_that_is_cancelled_is_a_failed_row_and_the_others_go_on(concurrency: int, several: bool) -> None:
    def answer(query: Mapping[str, Any]) -> Hit:
        if query["last_name"] in {lead(number)["last_name"] for number in (3, 4, 12)}:
            cancels_its_task()
        return FOUND

    finder = Waterfall("find_email", ["alpha"])
    enricher: Any = Chain([finder, Waterfall("find_phone", ["beta"])]) if several else finder
    session = FakeSession({"alpha": answer}, delay=1.0)
    original = session.ask

    async def ask(*args: Any, **options: Any) -> Any:
        asked = await original(*args, **options)
        await asyncio.sleep(0.1)  # where the cancellation arrives
        return asked

    session.ask = ask  # type: ignore[method-assign]
    rows = await enricher.run(leads(20), session=session, concurrency=concurrency, key="id")
    assert sorted(row.key for row in rows) == sorted(one["id"] for one in leads(20))
    cut = [row for row in rows if row.stop_reason is StopReason.INTERRUPTED]
    assert [row.key for row in cut] == ["lead-3", "lead-4", "lead-12"]
    assert {(row.status, row.retryable) for row in cut} == {("failed", True)}


async def test_one_record_alone_may_be_cancelled_by_its_caller_but_not_by_a_vendor() -> None:
    finder = Waterfall("find_email", ["alpha"])
    row = await finder.enrich(lead(), session=FakeSession({"alpha": cancels}))
    assert (row.status, row.retryable) == ("failed", True)
    task = asyncio.ensure_future(finder.enrich(lead(), session=FakeSession({"alpha": FOUND}, delay=100)))
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_workers_end_with_the_loop_although_the_stream_was_not_closed() -> None:
    session = FakeSession({"alpha": FOUND}, delay=5.0)
    stream = Waterfall("find_email", ["alpha"]).stream(leads(1000), session=session, concurrency=5)
    await anext(stream)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()  # as `asyncio.run` does at its end
    await asyncio.sleep(1000)
    assert len(session.calls) <= 10
    await stream.aclose()


# ---- where records come from and go to


async def fails_at(count: int, error: type[BaseException]) -> AsyncIterator[dict[str, Any]]:
    for one in leads(count):
        yield one
    await asyncio.sleep(0)
    raise error


@pytest.mark.parametrize("concurrency", [1, 5])
async def test_a_source_that_is_cancelled_is_an_error_out_of_the_stream(concurrency: int) -> None:
    def iterator() -> Iterator[dict[str, Any]]:
        yield from leads(3)
        raise asyncio.CancelledError

    async def cancelled() -> AsyncIterator[dict[str, Any]]:
        yield lead()
        cancels_its_task()
        await asyncio.sleep(1)
        yield lead()

    for source in (iterator(), fails_at(3, asyncio.CancelledError), cancelled()):
        stream = Waterfall("find_email", ["alpha"]).stream(source, session=FakeSession(), concurrency=concurrency)
        with pytest.raises(WaterfallError, match="the source of records was cancelled before its end"):
            await stream


async def test_a_sink_and_a_progress_function_that_are_cancelled_are_named() -> None:
    class Sink:
        finished = ()

        def key_of(self, record: Any, index: int) -> str:
            return str(index)

        write = cancels

        def close(self) -> None: ...

    finder = Waterfall("find_email", ["alpha"])
    with pytest.raises(WaterfallError, match="the sink raised a CancelledError"):
        await finder.run(leads(3), session=FakeSession(), into=Sink())
    with pytest.raises(WaterfallError, match="`progress` raised a CancelledError"):
        await finder.run(leads(3), session=FakeSession(), progress=cancels)


# ---- functions of the caller's


@pytest.mark.parametrize(
    ("function", "told"),
    [(cancels, "raised a CancelledError"), (raises, "raised a LookupError"), (is_async, "is async, and only plain")],
)
async def test_functions_that_fail_cost_an_answer_and_never_the_stream(function: Any, told: str) -> None:
    async def first(**rules: Any) -> EnrichedRecord:
        steps = rules.pop("steps", ["alpha"])
        session = FakeSession({"alpha": FOUND, "beta": FOUND})
        rows = await Waterfall("find_email", steps, **rules).run(leads(3), session=session, key=rules.pop("key", None))
        assert len(rows) == 3
        return rows[0]

    row = await first(accept=function)
    assert (row.status, row.attempts[0].reason) == ("not_found", None) or f"`accept` {told}" in str(row.reason)
    row = await first(where=function)
    assert (row.status, row.reason) == ("skipped", row.reason)
    assert f"its condition {told}" in str(row.reason)
    row = await first(segment=function)
    assert row.status == "complete"
    row = await first(steps=[Step("alpha", options={"seniority": function}), "beta"])
    assert row.status == "complete"
    assert row.attempts[0].error == FeatureParametersError.code
    assert f"'seniority' {told}" in str(row.attempts[0].reason)
    rows = await Waterfall("find_email", ["alpha"]).run(leads(2), session=FakeSession(), key=function)
    assert [row.key for row in rows] == ["0", "1"]
    assert told in str(rows[0].problems)


@pytest.mark.parametrize("choice", [99, -1, True, "alpha", 0.0, (), is_async])
async def test_an_order_that_chooses_no_step_fails_the_row(choice: Any) -> None:
    def order(candidates: Any, state: Any) -> Any:
        return choice

    rows = await Waterfall("find_email", ["alpha", "beta"], order=order).run(leads(3), session=FakeSession())
    assert {(row.status, row.stop_reason) for row in rows} == {("failed", StopReason.INTERNAL_ERROR)}
    assert "`order` chose " in str(rows[0].reason)


async def test_an_order_that_is_cancelled_fails_the_row() -> None:
    rows = await Waterfall("find_email", ["alpha"], order=cancels).run(leads(3), session=FakeSession())
    assert [row.reason for row in rows] == ["`order` raised a CancelledError"] * 3


async def test_a_policy_that_cannot_learn_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    class Policy:
        learn = raises

        def choose(self, candidates: Any, state: Any) -> int:
            return 0

    session = FakeSession({"alpha": own_address})
    rows = await Waterfall("find_email", ["alpha"], order=Policy()).run(leads(3), session=session)
    assert {row.status for row in rows} == {"complete"}
    assert caplog.text.count("`order.learn` raised a LookupError") == 1


async def test_a_timeout_of_foreign_code_is_not_taken_for_ours() -> None:
    def times_out(*_: Any) -> int:
        raise TimeoutError

    for limit in (None, 100.0):
        (row,) = await Waterfall("find_email", ["alpha"], order=times_out).run(
            leads(1), session=FakeSession(), record_timeout=limit
        )
        assert (row.status, row.reason) == ("failed", "internal error: TimeoutError")


# ---- everything at once


@pytest.mark.parametrize("seeds", [range(30), pytest.param(range(30, 150), marks=pytest.mark.slow)], ids=str)
def test_no_lead_is_lost_whatever_foreign_code_does(seeds: range) -> None:
    """Each seam raises, cancels, answers nonsense or dawdles at random; replay one with `storm(seed)`."""
    for seed in seeds:
        virtual(lambda seed=seed: storm(seed))  # type: ignore[misc]


async def storm(seed: int) -> None:
    rng = random.Random(seed)

    def odd(good: Any) -> Any:
        """Returns a function that mostly does well."""

        def function(*args: Any) -> Any:
            chance = rng.random()
            if chance < 0.05:
                raise asyncio.CancelledError
            if chance < 0.1:
                raise rng.choice([LookupError, RuntimeError, TimeoutError])
            if chance < 0.13:
                return rng.choice([object(), "nonsense", [], 10**9])
            if chance < 0.15:
                cancels_its_task()
            return good

        return function

    finder = Waterfall(
        "find_email",
        ["alpha", Step("beta", options={"seniority": odd("head")}), "gamma"],
        accept=odd(True),
        where=odd(True),
        segment=odd("a"),
        order=odd(0) if rng.random() < 0.5 else "expected_cost",
        verify=["vera"] if rng.random() < 0.3 else None,
    )
    enricher: Any = finder if rng.random() < 0.6 else Chain([finder, Waterfall("find_phone", ["alpha", "beta"])])
    script = {name: odd(FOUND) for name in ("alpha", "beta", "gamma")}
    session = FakeSession(script, delay=lambda *_: rng.random())
    count = rng.randint(1, 30)
    rows = await enricher.run(
        leads(count),
        session=session,
        concurrency=rng.randint(1, 8),
        key=odd("x") if rng.random() < 0.3 else "id",
        dedupe=rng.random() < 0.3,
        ordered=rng.random() < 0.5,
        record_timeout=rng.choice([None, 2.0]),
    )
    assert sorted(row.index for row in rows) == list(range(count)), seed
    assert all(row.stop_reason is not None for row in rows), seed
    assert session.in_flight == session.streams == 0, seed
