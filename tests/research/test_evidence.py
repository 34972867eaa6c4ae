"""Pages gathered cheap first and once for a company, sources that hold, quotes that stand in their page."""

from typing import Any, Literal

import pytest

import leadenrich as le
from leadenrich.research import Research
from leadenrich.research.evidence import Page, checked, same_url, stands_in, sure, together
from tests.engine.vendors import Server
from tests.research.replies import claims, openai

KEY = "key-for-tests"
SELLS = {"sells_to": Literal["business", "consumers", "both"], "products": list[str]}
PAGES = [{"url": "https://brightloom.example/about?utm_source=x", "text": "Brightloom weaves linen for hospitals."}]


def test_addresses_of_one_page_are_equal() -> None:
    assert same_url("http://www.Brightloom.example/about/#top") == same_url("https://brightloom.example/about?utm_x=1")
    assert same_url("https://a.example/x?p=1") != same_url("https://a.example/x?p=2")


def test_a_quote_stands_in_its_page_whatever_the_case_and_blanks() -> None:
    page = "Brightloom weaves  linen\nfor \u201chospitals\u201d."
    assert stands_in('brightloom weaves linen for "hospitals"...', page)
    assert not stands_in("Brightloom weaves cotton", page)
    assert not stands_in("linen", page)  # too short to say anything


def test_only_sources_that_were_returned_count() -> None:
    pages = [Page("https://a.example/x"), Page("https://a.example/x/", "X", "We sell to hospitals only.")]
    named = [
        {"url": "https://www.a.example/x", "quote": "we sell to hospitals only"},
        {"url": "https://b.example/"},
        {"url": 3},
        "x",
    ]
    (held,) = checked(named, pages, quotes=True)
    assert held == {"url": "https://a.example/x/", "title": "X", "quote": "we sell to hospitals only"}
    assert checked([{"url": "https://a.example/x", "quote": "never said there"}], pages, quotes=True) == ()
    assert checked([{"url": "https://a.example/x"}], pages, quotes=False) != ()
    assert checked(None, pages, quotes=False) == ()


def test_confidence_is_no_more_than_what_it_rests_on_allows() -> None:
    assert sure(99, [], sources=True) == 60
    assert sure(99, [{"url": "x"}], sources=True) == 85
    assert sure(99, [{"url": "x", "quote": "y"}], sources=True) == 95
    assert sure(None, [{"url": "x"}], sources=True) == 50
    assert sure(99, [], sources=False) == 90
    assert together(80, 80) == 96


async def ask(question: Research, reply: Any, record: dict[str, Any]) -> le.EnrichedRecord:
    async with le.Session({"openai": KEY}, transport=Server({"/v1/responses": openai(reply)})) as session:
        return await question.enrich(record, session=session)


async def test_a_claim_without_a_page_that_was_given_is_refused_where_citations_are_demanded() -> None:
    question = Research(
        "Whom does {company_name} serve?",
        ["openai"],
        answer={"serves": str},
        pages_field="pages",
        require_citations=True,
    )
    record = {"company_name": "Brightloom", "pages": PAGES}
    row = await ask(question, claims(serves="hospitals", source="https://brightloom.example/about"), record)
    assert row["serves"] == "hospitals"
    assert row.values["serves"].citations == ({"url": PAGES[0]["url"]},)
    assert row.to_dict(provenance=True)["serves_citations"] == [{"url": PAGES[0]["url"]}]
    row = await ask(question, claims(serves="hospitals", source="https://made-up.example"), record)
    assert (row.status, row["serves"]) == ("not_found", None)
    assert row.attempts[-1].reason == "serves: no page that was returned is named for it"


async def test_a_quote_that_the_page_does_not_hold_is_refused_where_quotes_are_demanded() -> None:
    question = Research(
        "Whom does {company_name} serve?", ["openai"], answer={"serves": str}, pages_field="pages", require_quotes=True
    )
    record = {"company_name": "Brightloom", "pages": PAGES}
    url = "https://brightloom.example/about"
    row = await ask(question, claims(serves="hospitals", source=url, quote="weaves linen for hospitals"), record)
    assert row.values["serves"].citations[0]["quote"] == "weaves linen for hospitals"
    assert row.values["serves"].confidence == 90
    row = await ask(question, claims(serves="schools", source=url, quote="weaves linen for schools"), record)
    assert row.attempts[-1].reason == "serves: no true quote"


async def test_pages_are_searched_read_and_answered_from_each_step_an_attempt() -> None:
    question = Research(
        "What does {company_name} sell?",
        ["openai"],
        answer=SELLS,
        search=["tavily"],
        read=["firecrawl"],
        require_quotes=True,
    )
    async with le.Session.sandbox(knows="everything") as session:
        company = session.transport.world.company(5)  # type: ignore[attr-defined]  # the sandbox's own
        row = await question.enrich({"company_name": company.company_name}, session=session)
    assert row.status == "complete"
    asked = [(one.provider, one.operation, one.outcome) for one in row.attempts]
    assert asked == [
        ("tavily", "tavily.web-search", "hit"),
        ("firecrawl", "firecrawl.scrape-page", "hit"),
        ("openai", "generate", "hit"),
    ]
    assert set(row.cost.credits) >= {"tavily", "firecrawl"}
    assert row.values["products"].citations[0]["url"] == company.website
    assert row.values["products"].citations[0]["quote"].startswith("Products: ")


@pytest.mark.parametrize("search", ["exa", "tavily", "serper", "brave_search", "perplexity"])
@pytest.mark.parametrize("read", ["firecrawl", "jina_reader", "tavily", "apify"])
async def test_every_search_goes_with_every_reader(search: str, read: str) -> None:
    question = Research("What does {company_name} sell?", ["openai"], answer=SELLS, search=[search], read=[read])
    async with le.Session.sandbox(knows="everything") as session:
        company = session.transport.world.company(8)  # type: ignore[attr-defined]  # as above
        row = await question.enrich({"company_name": company.company_name}, session=session)
    assert row.status == "complete"
    assert row.values["products"].citations


async def test_what_the_record_knows_is_read_first_and_no_search_is_paid_where_it_suffices() -> None:
    question = Research(
        "What does {company_name} sell?", ["openai"], answer=SELLS, search=["tavily"], read=["firecrawl"], max_pages=1
    )
    async with le.Session.sandbox(knows="everything") as session:
        company = session.transport.world.company(5)  # type: ignore[attr-defined]  # as above
        row = await question.enrich(
            {"company_name": company.company_name, "company_domain": company.company_domain}, session=session
        )
        brought = await question.enrich({"company_name": "Brightloom", "pages": PAGES}, session=session)
    assert [one.provider for one in row.attempts] == ["firecrawl", "openai"]
    assert brought.attempts[0].provider == "tavily"  # without pages_field the record's pages are not its pages


async def test_a_company_is_read_once_for_all_its_people_and_questions() -> None:
    first = Research("What does {company_name} sell to {title}s?", ["openai"], answer=SELLS, read=["firecrawl"])
    second = Research("Is {company_name} hiring?", ["openai"], answer={"is_hiring": bool}, read=["firecrawl"])
    async with le.Session.sandbox(knows="everything") as session:
        company = session.transport.world.company(5)  # type: ignore[attr-defined]  # as above
        people = [
            {"company_name": company.company_name, "company_domain": company.company_domain, "title": f"Buyer {number}"}
            for number in range(6)
        ]
        rows = await le.Chain([first, second]).run(people, session=session)
        assert session.transport.books["firecrawl"].calls == 1  # type: ignore[attr-defined]  # as above
    assert {row.status for row in rows} == {"complete"}


async def test_bounds_are_kept() -> None:
    few = Research(
        "What does {company_name} sell?", ["openai"], answer=SELLS, search=["tavily"], read=["firecrawl"], max_steps=1
    )
    cheap = Research(
        "What does {company_name} sell?",
        ["openai"],
        answer=SELLS,
        read=["tavily"],
        max_usd="0.0000001",
        max_page_tokens=10,
    )
    async with le.Session.sandbox(knows="everything") as session:
        company = session.transport.world.company(5)  # type: ignore[attr-defined]  # as above
        record = {"company_name": company.company_name, "company_domain": company.company_domain}
        row = await few.enrich(record, session=session)
        assert [one.provider for one in row.attempts] == ["firecrawl", "openai"]
        row = await cheap.enrich(record, session=session)
        assert row.status == "skipped"
        assert all(one.error == "BUDGET_EXCEEDED" for one in row.attempts)
        assert row.cost.usd == 0


async def test_allow_and_missing_keys_keep_sources_out() -> None:
    question = Research(
        "What does {company_name} sell?", ["openai"], answer=SELLS, search=["tavily", "exa"], read=["firecrawl"]
    )
    async with le.Session.sandbox(knows="everything", allow=lambda info: info.id != "tavily") as session:
        company = session.transport.world.company(5)  # type: ignore[attr-defined]  # as above
        row = await question.enrich({"company_name": company.company_name}, session=session)
    assert [one.provider for one in row.attempts] == ["exa", "firecrawl", "openai"]


def test_a_plan_speaks_of_a_question_as_of_any_waterfall() -> None:
    question = Research("What does {company_name} sell?", ["openai"], answer=SELLS, read=["tavily"])
    session = le.Session({"openai": KEY, "tavily": KEY})
    plan = question.explain([{"company_name": f"Brightloom {number}"} for number in range(50)], session=session)
    reading, asking = plan.steps
    assert (reading.provider, reading.calls, asking.provider) == ("tavily", 50, "openai")
    assert reading.usd == pytest.approx(50 * 0.2 * 0.008)
    assert asking.price_known
    assert plan.usd.expected == pytest.approx(reading.usd + asking.usd)
