"""The plan of a job that goes on: what is finished is left out, what is known costs nothing, what is open is harder."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadenrich as le
from leadenrich.errors import ConfigurationError
from leadenrich.sandbox import World
from leadenrich.sandbox.transport import SandboxCredentials, SandboxTransport
from leadenrich.waterfall.choice.allocation import fair_shares
from leadenrich.waterfall.plan.turned import found_after
from tests.sandbox_leads import PRICES

LEADS = 400


def leads(count: int = LEADS, seed: int = 0) -> list[dict[str, Any]]:
    """People of the sandbox, of whose companies every third is known by name alone."""
    people = itertools.islice(World.of(seed).people, count)
    return [
        {
            "id": str(number),
            "full_name": one.full_name,
            "company_name": one.company_name,
            **({} if number % 3 == 0 else {"company_domain": one.company_domain}),
        }
        for number, one in enumerate(people)
    ]


def finder() -> le.Waterfall:
    return le.Waterfall("find_email", ["hunter", "apollo", "findymail"], quality_threshold=80)


def chain() -> le.Chain:
    return le.Chain(
        [
            le.Waterfall("verify_email", ["zerobounce"]),
            le.Waterfall("find_email", ["hunter", "findymail"]),
            le.Waterfall("find_domain", ["ocean_io"]),
            le.Waterfall("enrich_company", ["contactout", "leadmagic"], fields=["employee_count"]),
        ]
    )


class HalfDown(httpx.AsyncBaseTransport):
    """The sandbox's vendors, some of whom fail half of the time."""

    def __init__(self, who: tuple[str, ...]) -> None:
        self._inner, self._who, self._calls = SandboxTransport(seed=0), who, 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or fail."""
        if any(name in request.url.host for name in self._who):
            self._calls += 1
            if self._calls * 7919 % 1000 < 500:
                return httpx.Response(503)
        return await self._inner.handle_async_request(request)


class Job:
    """One job over several runs: a ledger, and a sink where it has one."""

    def __init__(self, folder: Path, make: Any, *, sink: bool = True, usd: float | None = None) -> None:
        self.folder, self.make, self.sink, self.usd = folder, make, sink, usd

    async def run(self, records: Any, *, transport: Any = None, runs: bool = True, **options: Any) -> tuple[Any, Any]:
        """Return the plan of a run, made before it, and its summary."""
        with le.FileLedger(self.folder / "job.db", fsync=False) as ledger:
            settings: dict[str, Any] = {"prices": PRICES, "ledger": ledger}
            if self.usd is not None:
                settings["budget"] = le.Budget(usd=self.usd, name="job")
            opened = (
                le.Session.sandbox(**settings)
                if transport is None
                else le.Session(SandboxCredentials(), transport=transport, **settings)
            )
            async with opened as session:
                if self.sink:
                    options["into"] = le.JsonlSink(self.folder / "rows.jsonl", key="id")
                stream = self.make().stream(records, session=session, key="id", **options)
                plan = stream.explain()
                return plan, await stream.drain() if runs else None


def found(plan: Any) -> float:
    """Return the e-mail addresses that a plan expects."""
    plans = getattr(plan, "plans", (plan,))
    return float(next(one.accepted.expected for one in plans if one.operation == "find_email"))


def usd(summary: Any) -> float:
    return float(summary.cost.usd or 0)


@pytest.mark.slow
@pytest.mark.parametrize("sink", [True, False])
@pytest.mark.parametrize("make", [finder, chain])
async def test_a_run_that_goes_on_is_planned_for_what_is_left(tmp_path: Path, make: Any, sink: bool) -> None:
    job = Job(tmp_path, make, sink=sink)
    await job.run(leads(), limit=LEADS // 2)
    plan, summary = await job.run(leads())
    assert plan.records == summary.rows == (LEADS // 2 if sink else LEADS)
    assert plan.usd.expected == pytest.approx(usd(summary), rel=0.1)
    assert found(plan) == pytest.approx(summary.found["email"], rel=0.1)
    again, summary = await job.run(leads())
    assert (again.records, usd(summary)) == (0 if sink else LEADS, 0)
    assert again.usd.expected == pytest.approx(0, abs=0.01)
    complete = summary.statuses["complete"] if make is finder else summary.found["email"]
    assert found(again) == pytest.approx(complete, rel=0.01)


@pytest.mark.slow
@pytest.mark.looptime
async def test_what_an_outage_left_open_is_planned_as_it_is(tmp_path: Path) -> None:
    """They are those whom the others do not know: by the rates of all records it would be more than twice this."""
    job = Job(tmp_path, chain, sink=False)
    await job.run(leads(2 * LEADS)[LEADS:])  # others, so that the rates of those who fail are known
    job.sink = True
    _, first = await job.run(leads(), transport=HalfDown(("hunter", "leadmagic")))
    plan, summary = await job.run(leads())
    assert plan.records == summary.rows == first.retryable
    assert plan.usd.low <= usd(summary) <= plan.usd.high  # few records are left; `benchmarks.plans` has many markets
    rates_of_all = chain().explain(leads()[: summary.rows], session=le.Session.sandbox(prices=PRICES))
    assert rates_of_all.usd.expected > 2 * usd(summary)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.4, 0.7])
@pytest.mark.parametrize("stopped", [False, True])
async def test_a_budget_is_planned_as_it_is_spent(tmp_path: Path, share: float, stopped: bool) -> None:
    """The budget goes to those who can use it, in the plan as in the run, before a restart and after it."""
    (whole := tmp_path / "whole").mkdir()
    _, summary = await Job(whole, chain).run(leads())
    job = Job(tmp_path, chain, sink=False)
    await job.run(leads(2 * LEADS)[LEADS:])  # others, so that the rates are known
    job.sink, job.usd, spent = True, round(share * usd(summary), 2), 0.0
    if stopped:
        _, first = await job.run(leads(), limit=60)
        spent = usd(first)
    plan, summary = await job.run(leads())
    assert plan.usd.expected == pytest.approx(usd(summary), rel=0.05)
    assert spent + usd(summary) == pytest.approx(job.usd, rel=0.05)
    emails = next(one for one in plan.plans if one.operation == "find_email")
    assert emails.accepted.expected == pytest.approx(summary.found["email"], rel=0.3 if stopped else 0.15)


async def test_a_question_about_a_company_is_planned_once_for_all_its_records() -> None:
    company = le.Waterfall("enrich_company", ["leadmagic"], fields=["employee_count"])
    person = le.Waterfall("find_email", ["leadmagic"])
    shared = [{"full_name": f"Ada Example{n}", "company_domain": f"c{n // 10}.example"} for n in range(100)]
    apart = [one | {"company_domain": f"c{n}.example"} for n, one in enumerate(shared)]
    session = le.Session.sandbox(prices=PRICES)
    together, alone = (company.explain(one, session=session).usd.expected for one in (shared, apart))
    assert together == pytest.approx(alone / 10)
    assert person.explain(shared, session=session).usd.expected == person.explain(apart, session=session).usd.expected
    named = [{"company_name": one["company_domain"]} for one in shared]
    by_name = le.Waterfall("find_domain", ["ocean_io"])
    assert by_name.explain(named, session=session).usd.expected == pytest.approx(
        by_name.explain([{"company_name": f"c{n}"} for n in range(100)], session=session).usd.expected / 10
    )


async def test_records_left_open_by_company_are_paid_for_by_company(tmp_path: Path) -> None:
    """Ten companies of ten are open whole, not ten records of a hundred companies each."""
    company = le.Waterfall("enrich_company", ["leadmagic"], fields=["employee_count"])
    shared = [{"full_name": f"Ada Example{n}", "company_domain": f"c{n // 10}.example"} for n in range(1000)]
    whole = [one | ({} if n // 10 % 10 == 0 else {"employee_count": 5}) for n, one in enumerate(shared)]
    apart = [one | ({} if n % 10 == 0 else {"employee_count": 5}) for n, one in enumerate(shared)]
    session = le.Session.sandbox(prices=PRICES)
    by_company, by_record = (company.explain(one, session=session) for one in (whole, apart))
    assert by_company.asked == pytest.approx(by_record.asked, rel=0.15)
    assert by_company.usd.expected == pytest.approx(10 / 100 * by_record.usd.expected, rel=0.35)


def test_what_is_found_after_others_is_told_by_the_other_order() -> None:
    """Of 100 people alpha knows 40, beta 50, both 30: of the 50 that beta misses, alpha knows 10."""
    stats = le.Stats(half_life=None)
    alpha, beta = stats.number("alpha", "find_email"), stats.number("beta", "find_email")
    missed = stats.after(0, beta, "missed")
    assert found_after(stats, alpha, missed) is None
    stats.restore("alpha.find_email", {}, None, [60, 0, 0, 0, 40])
    stats.restore("beta.find_email", {"alpha.find_email": "missed"}, None, [40, 0, 0, 0, 20])
    assert found_after(stats, alpha, missed) is None  # nobody asked beta first
    stats.restore("beta.find_email", {}, None, [50, 0, 0, 0, 50])
    told = found_after(stats, alpha, missed)
    assert told is not None
    find, weight = told
    assert find == pytest.approx(0.2)
    assert 0 < weight < 50


async def test_a_chain_asks_about_as_many_as_are_expected() -> None:
    plan = chain().explain(leads(), session=le.Session.sandbox(prices=PRICES))
    email, checked = (
        next(one for one in plan.plans if one.operation == name) for name in ("find_email", "verify_email")
    )
    assert checked.asked == pytest.approx(email.accepted.expected, abs=0.5)


async def test_a_plan_learns_nothing_and_remembers_nothing(tmp_path: Path) -> None:
    job, one = Job(tmp_path, finder, sink=False), finder()
    await job.run(leads(60))
    with le.FileLedger(tmp_path / "job.db", fsync=False) as ledger:
        async with le.Session(SandboxCredentials(), transport=SandboxTransport(seed=0), ledger=ledger) as session:
            first = one.explain(leads(60), session=session)
            told = one.stats.records, sorted(one.stats.cells())
            assert str(one.explain(leads(60), session=session)) == str(first)
            assert (one.stats.records, sorted(one.stats.cells())) == told
            assert not [line for line in session.usage.to_dict().get("lines", ()) if line.get("questions")]


async def test_verified_answers_that_are_known_are_complete_and_unverified_ones_are_not(tmp_path: Path) -> None:
    def verified() -> le.Waterfall:
        return le.Waterfall("find_email", ["hunter", "apollo"], verify=["zerobounce"])

    plain = Job(tmp_path, lambda: le.Waterfall("find_email", ["hunter", "apollo"]), sink=False)
    await plain.run(leads(100))  # the finders' answers are known, the verifier's are not
    before, summary = await Job(tmp_path, verified, sink=False).run(leads(100))
    assert usd(summary) > 0.2
    assert before.usd.expected > 0.5 * usd(summary)
    after, _ = await Job(tmp_path, verified, sink=False).run(leads(100), runs=False)
    assert after.usd.expected < 0.1 * usd(summary)


async def test_a_pilot_plans_the_records_that_are_left(tmp_path: Path) -> None:
    """Half of the rest has its domain already: a plan of so many records that knows none of them cannot tell."""
    people = leads(80)
    for number, one in enumerate(people):
        if number >= 20:
            one["company_domain"] = "brightloom.example"
    plans: list[Any] = []

    def approve(plan: Any) -> bool:
        plans.append(plan)
        return False

    async with le.Session.sandbox(prices=PRICES) as session:
        sink = le.JsonlSink(tmp_path / "rows.jsonl", key="id")
        await chain().run(people, session=session, into=sink, pilot=20, approve=approve)
    (plan,) = plans
    assert plan.records == 60
    assert plan.plans[0].operation == "find_domain"
    assert plan.plans[0].asked == 0


def test_the_plan_of_a_stream_begins_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    session = le.Session.sandbox(prices=PRICES)
    stream = finder().stream(leads(30), session=session, into=le.JsonlSink(path, key="id"), limit=20)
    assert stream.explain().records == 20
    assert not session.is_open
    assert stream.summary.started_at is None
    with le.JsonlSink(path, key="id") as other:  # nobody holds the file
        assert not other.finished

    def some() -> Iterator[dict[str, Any]]:
        yield from leads(5)

    assert finder().stream(some(), session=session, total=50, done={"1", "2"}).explain().records == 48
    with pytest.raises(ConfigurationError, match="read again"):
        finder().stream(some(), session=session).explain()
    assert finder().stream(leads(1)[0], session=session).explain().records == 1
    rows = [{"row_key": "1", "status": "complete"}, {"row_key": "2", "status": "failed"}]
    assert finder().stream(leads(5), session=session, key="id", retry_failed=rows).explain().records == 4


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6), st.floats(0, 300))
def test_shares_are_fair(needs: list[float], whole: float) -> None:
    shares = fair_shares(needs, whole)
    assert sum(shares) == pytest.approx(whole, abs=1e-6)
    if sum(needs) <= whole:
        assert all(share >= need - 1e-6 for share, need in zip(shares, needs, strict=True))
    else:
        most = max(shares)
        assert all(share == pytest.approx(min(need, most), abs=1e-6) for share, need in zip(shares, needs, strict=True))
