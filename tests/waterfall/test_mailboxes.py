"""One mailbox belongs to one person; an address at a domain that nothing connects with the company waits."""

import asyncio
import gc
import pickle
from typing import Any

import pytest

from leadenrich.results import EnrichedRecord, Hit, Value
from leadenrich.waterfall import Waterfall
from leadenrich.waterfall.rules.mailboxes import Claim, Mailboxes, Who
from tests.waterfall.fakes import FakeSession

ACME = "acme.example"


def person(first: str, last: str = "Okafor", **more: str) -> dict[str, str]:
    return {"first_name": first, "last_name": last, "company_domain": ACME, **more}


async def found(session: FakeSession, record: Any, steps: Any = ("alpha",), **more: Any) -> EnrichedRecord:
    return await Waterfall("find_email", list(steps), **more).enrich(record, session=session)


NAMES = [
    f"{first}{last}" for first in ("An", "Bo", "Cy", "Di", "El", "Fa") for last in ("ra", "nox", "quil", "tev", "sund")
]


@pytest.mark.looptime
@pytest.mark.parametrize("concurrency", [1, 2, 50])
async def test_a_vendor_that_always_answers_the_same_completes_one(concurrency: int) -> None:
    session = FakeSession({"alpha": Hit(email=f"x7@{ACME}")}, delay=1.0)
    records = [person(first, last) for first in NAMES for last in ("Lind", "Vogt", "Brandt", "Colby")]
    stream = Waterfall("find_email", ["alpha"]).stream(records, session=session, concurrency=concurrency)
    rows = await stream
    assert sum(row.status == "complete" for row in rows) == 1
    assert sum(row["email"] is not None for row in rows) == 1
    refused = {row.attempts[0].reason for row in rows if row.status != "complete"}
    assert refused == {"the address belongs to another person"}


async def test_a_role_address_is_everybodys_and_a_person_may_come_twice() -> None:
    session = FakeSession({"alpha": Hit(email=f"info@{ACME}")})
    assert (await found(session, person("Ada")))["email"] == f"info@{ACME}"
    assert (await found(session, person("Ben", "Lind")))["email"] == f"info@{ACME}"
    session = FakeSession({"alpha": Hit(email=f"bob.okafor@{ACME}")})
    assert (await found(session, person("Robert")))["email"] is not None
    assert (await found(session, person("Bob")))["email"] is not None
    other = FakeSession({"alpha": Hit(email=f"x7@{ACME}")})
    assert (await found(other, person("Ada")))["email"] is not None
    assert (await found(other, person("Ben"), identity=False))["email"] is not None  # the gate is turned off


async def test_people_without_a_name_are_told_apart_by_their_profile() -> None:
    session = FakeSession({"alpha.enrich_person": Hit(email=f"x7@{ACME}")})
    waterfall = Waterfall("enrich_person", ["alpha"], fields=["email"])
    profile = "https://www.linkedin.com/in/invented-"
    rows = [await waterfall.enrich({"linkedin_url": f"{profile}{n}"}, session=session) for n in (1, 2, 1)]
    assert [row.status for row in rows] == ["complete", "not_found", "complete"]


async def test_local_proposes_no_address_that_is_taken() -> None:
    def find(query: Any) -> Hit:
        return Hit(email=f"{query['first_name'][0]}{query['last_name']}@{ACME}".lower(), email_status="valid")

    session = FakeSession(
        {"alpha": find, "vera": lambda query: Hit(email=query["email"], email_status="valid", confidence=97)}
    )
    steps = ["local", "alpha"]
    assert (await found(session, person("Jane", "Smith"), steps, verify=["vera"]))["email"] == f"jsmith@{ACME}"
    ben = await found(session, person("Ben", "Lind"), steps, verify=["vera"])
    assert ben.values["email"].provider == "local"
    john = await found(session, person("John", "Smith"), steps, verify=["vera"])
    assert john["email"] is None
    assert [attempt.provider for attempt in john.attempts if attempt.operation == "find_email"] == ["alpha", "local"]
    assert "jsmith" not in str(session.asked("vera.verify_email")[2:])


async def test_the_better_claim_has_it_and_the_earlier_row_is_flagged() -> None:
    told: list[Any] = []
    session = FakeSession(
        {
            "alpha": lambda query: Hit(
                email=f"jonas.weber@{ACME}" if query["first_name"] == "Jonas" else f"jweber@{ACME}"
            ),
            "vera": lambda query: Hit(email=query["email"], email_status="valid", confidence=97),
        }
    )
    session.emit = lambda kind, provider, operation, **data: told.append((kind, data))  # type: ignore[method-assign]
    patterns = {ACME: "{f}{last}"}
    jim = await found(session, person("Jim", "Weber", id="7"), ["local"], verify=["vera"], patterns=patterns)
    assert (jim["email"], jim.values["email"].flags) == (f"jweber@{ACME}", ("inferred",))
    jan = await found(session, person("Jana", "Weber"))
    assert (jan["email"], jan.status) == (f"jweber@{ACME}", "complete")
    assert jim.values["email"].flags == ("inferred", "contested")
    assert [(kind, data["field"]) for kind, data in told if kind == "mailbox.contested"] == [
        ("mailbox.contested", "email")
    ]
    assert "jweber" not in str(told)
    assert [data["key"] for kind, data in told if kind == "mailbox.contested"] == [jim.key]  # an id is shown as it is
    assert (await found(session, person("Jonas", "Weber")))["email"] == f"jonas.weber@{ACME}"


async def test_two_records_at_once_do_not_get_one_address() -> None:
    session = FakeSession({"alpha": Hit(email=f"x7@{ACME}")}, delay=0.001)
    rows = await asyncio.gather(*(found(session, person(first, "Lind")) for first in NAMES))
    assert sum(row.status == "complete" for row in rows) == 1


async def test_an_address_at_another_domain_waits_for_a_second_source() -> None:
    stale = "ada.okafor@oldco.example"
    alone = await found(FakeSession({"alpha": Hit(email=stale)}), person("Ada"))
    assert (alone.status, alone["email"]) == ("partial", stale)
    assert "no second source agrees yet" in str(alone.reason)
    both = await found(
        FakeSession({"alpha": Hit(email=stale), "beta": Hit(email=stale)}), person("Ada"), ["alpha", "beta"]
    )
    assert (both.status, both["email"]) == ("complete", stale)
    better = FakeSession({"alpha": Hit(email=stale), "beta": Hit(email=f"ada.okafor@{ACME}")})
    assert (await found(better, person("Ada"), ["alpha", "beta"]))["email"] == f"ada.okafor@{ACME}"
    stated = FakeSession({"alpha": Hit(email=stale, company_domain=ACME)})
    assert (await found(stated, person("Ada"))).status == "complete"
    below = FakeSession({"alpha": Hit(email=f"ada.okafor@mail.{ACME}")})
    assert (await found(below, person("Ada"))).status == "complete"
    unknown = FakeSession({"alpha": Hit(email=stale)})
    assert (await found(unknown, {"full_name": "Ada Okafor", "company_domain": "oldco.example"})).status == "complete"


async def test_two_people_at_another_domain_are_enough_for_the_third() -> None:
    session = FakeSession({"alpha": lambda query: Hit(email=f"{query['first_name']}.okafor@gridwave.example".lower())})
    rows = [await found(session, person(first)) for first in ("Ada", "Ben", "Cid")]
    assert [row.status for row in rows] == ["partial", "partial", "complete"]


def test_the_memory_is_bounded_and_holds_no_row() -> None:
    mailboxes = Mailboxes(max_mailboxes=3)
    claim = Claim(True, 0, True)
    row = EnrichedRecord({})
    for number in range(9):
        assert mailboxes.claim("email", f"x{number}@{ACME}", Who(f"Ada Lind{number}", None), claim, row)
    assert len(mailboxes) == 3
    del row
    gc.collect()
    assert mailboxes.claim("email", f"x8@{ACME}", Who("Ben Vogt", None), Claim(True, 2, True), EnrichedRecord({}))


def test_a_row_is_still_pickled() -> None:
    row = EnrichedRecord({}, key="7")
    row.values["email"] = Value(f"ada@{ACME}", "alpha")
    assert pickle.loads(pickle.dumps(row)).values == row.values
