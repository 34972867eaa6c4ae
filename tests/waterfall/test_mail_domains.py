"""What one address teaches about a company's domains: nothing, until a second person is there."""

from typing import Any

from leadenrich.results import EnrichedRecord, Hit
from leadenrich.waterfall import Waterfall
from leadenrich.waterfall.rules.mail_domains import MailDomains
from tests.waterfall.fakes import FakeSession

STALE = {"Ann": "ann@oldco.example"}
SKIPPED = "its domain accepts every address, as seen earlier"


def person(first: str, **more: str) -> dict[str, str]:
    return {"first_name": first, "last_name": "Okafor", "company_domain": "acme.example", **more}


async def asked(session: FakeSession, record: Any, steps: Any = ("alpha",), **more: Any) -> EnrichedRecord:
    return await Waterfall("find_email", list(steps), catch_all="reject", **more).enrich(record, session=session)


def answers(query: Any) -> Hit:
    """One stale address at a domain that takes everything; the others are good ones of the company's."""
    first = query["first_name"]
    if first in STALE:
        return Hit(email=STALE[first], email_status="accept_all", company_domain="acme.example")
    return Hit(email=f"{first}.okafor@acme.example".lower(), email_status="valid")


async def test_one_stale_address_says_nothing_of_the_company() -> None:
    session = FakeSession({"alpha": answers})
    assert (await asked(session, person("Ann"))).status == "not_found"
    for name in ("Bob", "Cid"):
        assert (await asked(session, person(name)))["email"] == f"{name.lower()}.okafor@acme.example"
    old = await asked(session, person("Dan", company_domain="oldco.example"))  # that domain itself is known
    assert (old.status, old.reason) == ("skipped", SKIPPED)


async def test_two_people_at_another_domain_show_that_it_is_the_companys() -> None:
    def elsewhere(query: Any) -> Hit:
        return Hit(email=f"{query['first_name']}@acme-mail.example".lower(), email_status="accept_all")

    session = FakeSession({"alpha": elsewhere})
    assert (await asked(session, person("Ann"))).status == "not_found"
    assert (await asked(session, person("Ann"))).status == "not_found"  # the same person again is no second one
    assert (await asked(session, person("Bob"))).status == "not_found"
    assert (await asked(session, person("Cid"))).reason == SKIPPED


async def test_the_companys_own_domain_needs_one_person_whatever_host_the_mail_is_at() -> None:
    session = FakeSession({"alpha": Hit(email="ann@mail.acme.example", email_status="accept_all")})
    assert (await asked(session, person("Ann"))).status == "not_found"
    assert (await asked(session, person("Bob"))).reason == SKIPPED


async def test_one_stale_address_teaches_no_pattern_of_the_company() -> None:
    session = FakeSession(
        {
            "alpha": Hit(email="ann.okafor@oldco.example", company_domain="acme.example"),
            "vera": lambda query: Hit(email=query["email"], email_status="valid"),
        }
    )
    first = await asked(session, person("Ann"), ["local", "alpha"], verify=["vera"])
    assert "email" in first
    await asked(session, person("Bob"), ["local"], verify=["vera"])
    assert [query["email"] for query in session.asked("vera.verify_email")] == ["ann.okafor@oldco.example"]


def test_the_memory_is_bounded_and_knows_free_mail() -> None:
    domains = MailDomains(max_companies=2)
    for person_ in ("ann", "bob"):
        domains.note("acme.example", "gmail.com", person_)
        domains.note("acme.example", "acme-mail.example", person_)
    assert not domains.belongs("acme.example", "gmail.com")  # a free provider's domain is no company's
    assert domains.belongs("acme.example", "acme-mail.example")
    assert not domains.belongs("acme-mail.example", "other.example")
    for number in range(20):
        domains.note("acme.example", f"m{number}.example", "ann")
        domains.note(f"c{number}.example", "mail.example", "ann")
    assert len(domains) == 2


async def test_the_same_people_at_two_domains_show_that_both_are_the_companys() -> None:
    def moved(query: Any) -> Hit:
        mailbox = f"{query['first_name']}.okafor@gridwave.example".lower()
        return Hit(email=mailbox, full_name=f"{query['first_name']} Okafor", company_domain="gridwave.example")

    session = FakeSession({"alpha": moved})
    rows = [await asked(session, person(name)) for name in ("Ann", "Ann", "Bob", "Cid")]
    assert [row.status for row in rows] == ["not_found", "not_found", "not_found", "complete"]
    assert rows[0].attempts[0].reason == "the answer is about another company (its domain)"
    strangers = FakeSession({"alpha": Hit(full_name="Eva Lind", company_domain="gridwave.example", title="CTO")})
    for name in ("Ann", "Bob", "Cid"):
        assert (await asked(strangers, person(name))).status == "not_found"  # other people's company says nothing


def at_old_jobs(query: Any) -> Hit:
    """Two of the people are known at an old employer's domain, which takes everything; the others at the company's."""
    first = query["first_name"]
    if first in ("Bob", "Cid"):
        return Hit(email=f"{first}@oldco.example".lower(), email_status="accept_all", company_domain="acme.example")
    return Hit(email=f"{first}.okafor@acme.example".lower(), email_status="valid")


async def test_a_company_that_was_seen_not_to_accept_every_address_is_not_condemned_by_its_peoples_old_ones() -> None:
    session = FakeSession({"alpha": at_old_jobs})
    rows = [await asked(session, person(name)) for name in ("Ann", "Bob", "Cid", "Dan")]
    assert [row.status for row in rows] == ["complete", "not_found", "not_found", "complete"]


async def test_another_finder_is_asked_where_an_address_is_at_a_domain_of_others() -> None:
    """It may know the one at the company's own; where that is what accepts everything, nobody could do better."""
    session = FakeSession(
        {
            "alpha": at_old_jobs,
            "beta": lambda query: Hit(email=f"{query['first_name']}@acme.example".lower(), email_status="accept_all"),
            "gamma": lambda query: Hit(email=f"{query['first_name']}.o@acme.example".lower(), email_status="valid"),
        }
    )
    row = await asked(session, person("Bob"), ["alpha", "beta", "gamma"])
    assert [(one.provider, one.state) for one in row.attempts if one.outcome != "skipped"] == [
        ("alpha", "wrong"),
        ("beta", "catch_all"),
    ]
    assert row.stop_reason == "catch_all"
    barred = FakeSession({**session.script, "vera": lambda query: Hit(email_status=judged(query), confidence=60)})
    bar = Waterfall("find_email", ["alpha", "gamma"], verify=["vera"], quality_threshold=85)
    kept = await bar.enrich(person("Bob"), session=barred)
    assert [one.provider for one in kept.attempts if one.operation == "find_email"] == ["alpha", "gamma"]


def judged(query: Any) -> str:
    """Say what a verifier says: the old employer's domain accepts everything."""
    return "accept_all" if query["email"].endswith("@oldco.example") else "valid"
