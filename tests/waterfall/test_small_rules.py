"""Single lines of the rules, each with a test that fails when the line says something else."""

from __future__ import annotations

import asyncio
import warnings
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

import leadenrich as le
from leadenrich.results import EnrichedRecord, Hit, Miss, Value
from leadenrich.sandbox import World
from leadenrich.vocabulary import MAIN_FIELD, Operation
from leadenrich.waterfall.enrich_chain import _limits_usd
from leadenrich.waterfall.rules.acceptor import told_mobile
from leadenrich.waterfall.rules.mail_domains import MailDomains
from leadenrich.waterfall.rules.patterns import Patterns
from leadenrich.waterfall.run.backpressure import ConsumerGate
from leadenrich.waterfall.run.fan_out import fan_out
from leadenrich.waterfall.run.options import Options
from tests.engine.vendors import KEY, Server, name
from tests.waterfall.fakes import FakeSession, lead

pytestmark = pytest.mark.looptime


@pytest.mark.parametrize(("memory", "seconds"), [(0, 10), (3600, 20)])
async def test_one_record_of_a_company_goes_first_only_where_its_answer_is_remembered(
    memory: int, seconds: float
) -> None:
    waterfall = le.Waterfall("find_email", ["acme"], catch_all="reject", catch_all_memory=memory)
    records = [{"full_name": name(number), "company_domain": "brightloom.example"} for number in range(2)]
    async with le.Session({"acme": KEY}, transport=Server(delay=10)) as session:
        started = asyncio.get_running_loop().time()
        await waterfall.run(records, session=session, concurrency=2)
    assert asyncio.get_running_loop().time() - started == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize(
    ("settings", "waits"),
    [
        ({"catch_all": "reject"}, True),
        ({"catch_all": "keep"}, False),
        ({"catch_all": "reject", "operation": "find_phone"}, False),  # a number shows nothing of a mail server
        (
            {"catch_all": "reject", "allocation": "breadth"},
            False,
        ),  # there, all take their first step before any its second
    ],
)
async def test_who_waits_for_the_first_of_a_company(settings: dict[str, Any], waits: bool) -> None:
    operation = settings.pop("operation", "find_email")
    session = FakeSession({"alpha": Miss()}, delay=10)
    started = asyncio.get_running_loop().time()
    await le.Waterfall(operation, ["alpha"], **settings).run([lead(1), lead(2)], session=session, concurrency=2)
    took = asyncio.get_running_loop().time() - started
    assert took == pytest.approx(20 if waits else 10, abs=1)


# ---- what is taken from an answer, and said of it


def test_a_mobile_number_that_a_vendor_states_is_not_replaced_by_another_of_its_numbers() -> None:
    both = told_mobile(Hit(phone="+4915112345678", mobile_phone="+491701234567"))
    assert both.data["mobile_phone"] == "+491701234567"
    assert told_mobile(Hit(phone="+4915112345678")).data["mobile_phone"] == "+4915112345678"
    assert "mobile_phone" not in told_mobile(Hit(full_name="Mira Okafor")).data


def test_no_company_and_no_person_teach_no_mail_domain() -> None:
    domains = MailDomains()
    for person in ("ann", "bob"):
        domains.note("", "acme-mail.example", person)
    assert len(domains) == 0
    for _ in range(2):
        domains.note("acme.example", "acme-mail.example", "")
    assert len(domains) == 0
    domains.note("acme.example", "acme-mail.example", "ann")
    assert len(domains) == 1


def test_a_pattern_is_as_sure_as_the_share_of_the_addresses_that_fit_it() -> None:
    patterns = Patterns()
    for first, local in (("Ann", "ann.lind"), ("Bob", "bob.lind"), ("Cid", "clind")):
        patterns.learn(
            f"{local}@acme.example", {"first_name": first, "last_name": "Lind", "company_domain": "acme.example"}
        )
    proposal = patterns.propose({"first_name": "Eva", "last_name": "Berg", "company_domain": "acme.example"})
    assert proposal is not None
    assert (proposal.email, proposal.confidence) == ("eva.berg@acme.example", 66.7)


async def test_the_reason_of_a_chain_is_about_the_waterfalls_that_find_its_fields() -> None:
    several = [le.Waterfall("find_email", ["alpha"]), le.Waterfall("find_phone", ["beta"])]
    one = await le.Chain(several, fields=["email"]).enrich(lead(), session=FakeSession())
    assert one.reason == "find_email: not_found"
    none = await le.Chain(several, fields=["title"]).enrich(lead(), session=FakeSession())
    assert none.reason == "find_email: not_found; find_phone: not_found"


def test_a_companys_row_keeps_nothing_of_the_search_and_a_persons_keeps_the_company() -> None:
    given = {"company_domain": "brightloom.example", "industry": "textiles", "id": "7", "title": "CTO"}
    kept = {}
    for operation, item in (
        ("search_people", {"full_name": "Ann Lind"}),
        ("search_companies", {"company_name": "Acme"}),
    ):
        row = EnrichedRecord(given, data=dict(given))
        field = MAIN_FIELD[Operation(operation)]
        row.values[field] = Value([item], "alpha", 90.0, datetime(2030, 1, 1, tzinfo=UTC))
        kept[operation] = fan_out(row, SimpleNamespace(operation=operation, wanted=frozenset()))[0].data  # type: ignore[arg-type]
    assert kept["search_people"]["company_domain"] == "brightloom.example"
    assert kept["search_people"]["industry"] == "textiles"
    assert "title" not in kept["search_people"]
    assert kept["search_companies"] == {"id": "7", "company_name": "Acme"}


def test_a_file_holds_what_is_not_the_default() -> None:
    assert (
        le.Waterfall("find_email", ["alpha"]).dumps().split()
        == le.Waterfall("find_email", ["alpha"], order="listed").dumps().split()
    )
    assert "order" not in le.Waterfall("find_email", ["alpha"], order="listed").dumps()
    assert "max_providers = 2" in le.Waterfall("find_email", ["alpha"], max_providers=2).dumps()


@pytest.mark.parametrize(("threshold", "warns"), [(0.9, True), (1, True), (0, False), (1.5, False), (90, False)])
def test_a_threshold_that_looks_like_a_share_is_warned_of(threshold: float, warns: bool) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        le.Waterfall("find_email", ["alpha"], quality_threshold=threshold)
    assert bool(told) == warns


@pytest.mark.parametrize(
    ("each", "limited"), [("0.05", True), (le.Budget(usd=1), True), (le.Budget(calls=2), False), (None, False)]
)
def test_what_a_record_may_cost_in_usd_asks_for_prices(each: Any, limited: bool) -> None:
    assert _limits_usd(Options.of({"max_cost_per_record": each}), FakeSession()) is limited


# ---- streams


async def test_the_last_of_a_budget_is_said_exactly() -> None:
    session = le.Session.sandbox(prices={"findymail": "0.02", "zerobounce": "0.01"})
    waterfall = le.Waterfall("find_email", ["findymail"], verify=["zerobounce"], allocation="depth")
    known = World.of(0).people
    people = [
        {"full_name": one.full_name, "company_domain": one.company_domain}
        for one, _ in zip(known, range(9), strict=False)
    ]
    rows = await waterfall.run(people, session=session, concurrency=1, budget=le.Budget(usd="0.055"))
    spent = sum((row.cost.usd or Decimal(0)) for row in rows)
    assert spent > 0
    told = {one.reason for row in rows for one in row.attempts if one.outcome == "skipped"}
    assert any(f"has {Decimal('0.055') - spent:f} usd left" in str(reason) for reason in told)


def test_a_gate_lets_no_more_through_than_allowed_and_takes_back_what_waited() -> None:
    gate = ConsumerGate(2)
    visit = gate.count()
    assert gate.open
    gate.count()
    assert not gate.open
    gate.uncount(visit + 1)  # of another visit: over and done with
    assert not gate.open
    gate.uncount(visit)  # it waits for a limit, so it did not go out
    assert gate.open
    gate.count()
    assert not gate.open
    gate.attend()
    assert (gate.open, gate.passed) == (True, 0)
    for _ in range(5):
        gate.count()
    assert gate.open  # the consumer is waiting: nothing is counted against it


async def test_those_who_waited_at_a_gate_go_on_when_it_opens() -> None:
    gate = ConsumerGate(1)
    visit = gate.count()
    waiting = [asyncio.create_task(gate.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    gate.uncount(visit)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [True, False, False]
    gate.ended()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [True, True, False]
    waiting[2].cancel()


class Kept:
    """A sink of the caller's own."""

    def __init__(self) -> None:
        self.finished: set[str] = set()
        self.written: list[Any] = []
        self.asked: list[list[bool]] = []

    def key_of(self, record: Any, position: int) -> str:
        return str(record["id"])

    def write(self, row: Any, key: str) -> None:
        self.written.append(key)

    def write_all(self, rows: Any, key: str) -> None:
        self.written.append(([row.key for row in rows], key))

    def finished_without(self, has_key: Any) -> set[str]:
        self.asked.append([has_key("alpha"), has_key("beta")])
        return {"lead-1"}

    def close(self) -> None:
        """Hold nothing open."""


async def test_a_sink_of_ones_own_is_asked_what_is_finished_with_the_keys_at_hand() -> None:
    sink, session = Kept(), FakeSession({"alpha": Miss()}, without=("beta",))
    records = [lead(number, id=f"lead-{number}") for number in range(3)]
    await le.Waterfall("find_email", ["alpha"], clean=False).run(records, session=session, into=sink)
    assert sorted(sink.written) == ["lead-0", "lead-2"]
    assert sink.asked == [[True, False]]


@pytest.mark.parametrize(("found", "written"), [(1, ["c1"]), (2, [(["c1/0", "c1/1"], "c1")])])
async def test_the_rows_of_one_record_go_to_a_sink_in_one_step(found: int, written: list[Any]) -> None:
    people = [{"full_name": f"{first} Lind"} for first in ("Ann", "Bob")][:found]
    sink, session = Kept(), FakeSession({"alpha.search_people": Hit(people=people)})
    records = [{"company_domain": "brightloom.example", "id": "c1"}]
    await le.Chain([le.Waterfall("search_people", ["alpha"])]).run(records, session=session, into=sink)
    assert sink.written == written


# ---- definitions


async def test_an_option_gives_a_word_that_the_record_lacks() -> None:
    session = FakeSession({"alpha": Hit(company_domain="brightloom.example")})
    step = le.Step("alpha", options={"company_name": "Brightloom"})
    row = await le.Waterfall("find_domain", [step]).enrich({"full_name": "Mira Okafor"}, session=session)
    assert row["company_domain"] == "brightloom.example"
    assert session.asked("alpha.find_domain")[0]["company_name"] == "Brightloom"


@pytest.mark.parametrize(
    ("settings", "asked"), [({}, "brightloom.example"), ({"clean": False}, "WWW.Brightloom.example")]
)
async def test_a_chain_cleans_its_records_unless_told_otherwise(settings: dict[str, Any], asked: str) -> None:
    session = FakeSession()
    chain = le.Chain([le.Waterfall("find_email", ["alpha"])], **settings)
    await chain.enrich(lead(company_domain="WWW.Brightloom.example"), session=session)
    assert session.asked("alpha.find_email")[0]["company_domain"] == asked


def test_a_fault_in_a_file_names_the_word_and_not_the_type() -> None:
    with pytest.raises(le.WaterfallError, match=r"steps"):
        le.Waterfall.loads('operation = "find_email"\nsteps = [5]\n')
