"""Exa: searches of people, companies and news by meaning, answers from the web, and an agent for longer questions.

Facts: the vendor's OpenAPI description (2026-04-03), its Python and JavaScript SDKs (2026-08-07), exa.ai/docs
(error-codes, rate-limits, admin/pricing, changelog; read 2026-08). Replies state their price in US dollars, so a credit
here is a dollar. A search by meaning nearly always finds something: who or what was asked for by name is taken only
where name or domain agree. The endpoint for similar pages is deprecated; lookalikes are a search in words.
"""

import re
from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    Category,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Tier,
    dig,
    finished,
    operation,
    page_size,
    place,
    rename,
)
from leadenrich.providers._models import already_paid, answered, found_pages
from leadenrich.providers._web import host, profile, same_name

COMPANY = {
    "company_name": "name",
    "description": "description",
    "employee_count": "workforce.total",
    "founded_year": "foundedYear",
    "city": "headquarters.city",
    "country": "headquarters.country",
    "annual_revenue_usd": "financials.revenueAnnual",
    "funding_total_usd": "financials.fundingTotal",
    "funding_stage": "financials.fundingLatestRound.name",
    "last_funding_at": "financials.fundingLatestRound.date",
    "visits": "webTraffic.visitsMonthly",
}
FOUND = (*COMPANY, "company_domain", "website")
FUNDING = ("company_name", "company_domain", "funding_total_usd", "funding_stage", "last_funding_at")
NEWS = {"title": "title", "url": "url", "published_at": "publishedDate"}
WORKING = ("queued", "running")
WHICH = [("company_domain",), ("company_name",)]
NAMED = [("full_name", "company_name"), ("first_name", "last_name", "company_name")]


def most_searched(query: Query) -> Decimal:
    """Return the most a search can cost: one cent for each ten results, two for a deep one; list 0.7 and 1.5 cents."""
    deep = str(query.exa_type or "").startswith("deep")
    return Decimal("0.02" if deep else "0.01") * -(-results_of(query) // 10)


class Exa(HTTPProvider):
    info = ProviderInfo(
        title="Exa",
        category=Category.AI_RESEARCH,
        tier=Tier.FREE,
        base_url="https://api.exa.ai",
        docs_url="https://exa.ai/docs/reference",
        auth=HeaderKey("x-api-key"),
        rates=(
            Rate(10, per=1, on="POST /search"),
            Rate(10, per=1, on="POST /answer"),
            Rate(5, per=1, on="POST /agent/runs"),
        ),
        prices=(Price("1", plan="a credit is a US dollar; a search 0.007, an answer 0.005", as_of="2026-08"),),
        established_in="US",
        privacy_url="https://exa.ai/privacy-policy",
        summary="Searches of people, companies and news by meaning; answers from the web.",
    )
    errors = {
        404: ErrorCode.FEATURE_PARAMETERS_INVALID,
        410: ErrorCode.FEATURE_NOT_SUPPORTED,  # an endpoint that has been retired
        422: ErrorCode.FEATURE_EXECUTION_FAILED,
        501: ErrorCode.FEATURE_EXECUTION_FAILED,  # no answer can be made of what is found
    }
    # a 403 is a key without permission, unless its tag (as third parties list them) names plan or content
    words = {
        ("tag", "ACCESS_DENIED"): ErrorCode.FEATURE_NOT_SUPPORTED,
        ("tag", "FEATURE_DISABLED"): ErrorCode.FEATURE_NOT_SUPPORTED,
        ("tag", "PROHIBITED_CONTENT"): ErrorCode.FEATURE_PARAMETERS_INVALID,
    }

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("query",), ("title", "company_name"), ("title", "company_domain")],
        uses=("city", "country", "limit", "exa_type"),
        gives=("people",),
        credits="0.007",
        charged="on_call",
        max_credits=most_searched,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people in plain words, or by title, company and place."""
        firm, where = query.company_name or query.company_domain, place(query.city, None, query.country)
        parts = (query.title, f"at {firm}" if firm else None, f"in {where}" if where else None)
        words = query.query or " ".join(part for part in parts if part)
        reply = yield searched(query, words, "people")
        people = [one for item in reply.items("results") if (one := person(item))]
        return answer({"people": people}, reply)

    @operation(
        Operation.FIND_LINKEDIN,
        needs=NAMED,
        uses=("title",),
        gives=("linkedin_url", "full_name"),
        credits="0.007",
        charged="on_call",
    )
    def find_linkedin(self, query: Query) -> Flow:
        """Find a person's LinkedIn profile: the name must be the same, the company named beside it makes it sure."""
        words = " ".join(filter(None, (query.name, query.title, query.company_name)))
        reply = yield searched(query, words, "people", results=5, includeDomains=["linkedin.com"])
        pages = []
        for item in reply.items("results"):
            beside = f"{item.get('title')} {person(item).get('company_name')}"
            pages.append((item.get("url"), name_of(item) or item.get("title"), beside))
        return answer(profile(pages, query.name, query.company_name), reply)

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",)],
        uses=("country", "limit", "exa_type"),
        gives=("companies",),
        credits="0.007",
        charged="on_call",
        max_credits=most_searched,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies in plain words."""
        reply = yield searched(query, query.query, "company")
        return answer({"companies": [company(item) for item in reply.items("results")]}, reply)

    @operation(
        Operation.FIND_LOOKALIKES,
        needs=WHICH,
        uses=("country", "limit"),
        gives=("companies",),
        credits="0.007",
        charged="on_call",
        max_credits=most_searched,
    )
    def find_lookalikes(self, query: Query) -> Flow:
        """Search companies like one, in words; the one itself is left out."""
        own = query.company_name or query.company_domain
        reply = yield searched(query, f"companies like {own}", "company")
        others = [one for item in reply.items("results") if not is_asked(query, item) and (one := company(item))]
        return answer({"companies": others}, reply)

    @operation(Operation.ENRICH_COMPANY, needs=WHICH, gives=FOUND, credits="0.007", charged="on_call")
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company: of what a search finds, the one whose domain, or else whose name, is the same."""
        return self.the_one(query, FOUND)

    @operation(Operation.FIND_FUNDING, needs=WHICH, gives=FUNDING, credits="0.007", charged="on_call")
    def find_funding(self, query: Query) -> Flow:
        """Find a company's funding by the same question as `enrich_company`."""
        return self.the_one(query, FUNDING, "funding")

    @operation(
        Operation.WEB_TRAFFIC, needs=WHICH, gives=("visits", "company_domain"), credits="0.007", charged="on_call"
    )
    def web_traffic(self, query: Query) -> Flow:
        """Find a site's visits a month by the same question as `enrich_company`."""
        return self.the_one(query, ("visits", "company_domain"), "visits")

    def the_one(self, query: Query, words: tuple[str, ...], wanted: str = "") -> Flow:
        """Search for one company; of its words some, of which one must name what is wanted."""
        reply = yield searched(query, query.company_domain or query.company_name, "company", results=5)
        same = [company(item) for item in reply.items("results") if is_asked(query, item)]
        found = {word: value for word, value in same[0].items() if word in words} if same else {}
        return answer(found if any(wanted in word for word in found) else {}, reply)

    @operation(
        Operation.FIND_NEWS,
        needs=[("company_name",), ("query",)],
        uses=("limit", "exa_since", "exa_until"),
        gives=("news",),
        credits="0.007",
        charged="on_call",
        max_credits=most_searched,
    )
    def find_news(self, query: Query) -> Flow:
        """Find news on a company or a subject."""
        dates = query.pick(startPublishedDate="exa_since", endPublishedDate="exa_until")
        reply = yield searched(query, query.query or query.company_name, "news", **dates)
        return answer({"news": [rename(item, NEWS) for item in reply.items("results")]}, reply)

    @operation(
        Operation.RESEARCH,
        needs=[("prompt",)],
        uses=("output_schema",),
        gives=("answer", "citations"),
        credits="0.005",
        charged="on_call",
    )
    def research(self, query: Query) -> Flow:
        """Answer a prompt from the web; JSON where there is a schema."""
        body = {"query": query.prompt, "text": False, "stream": False, **query.pick(outputSchema="output_schema")}
        reply = yield Request("POST", "/answer", json=body)
        return answered(reply.get("answer"), query, credits=paid(reply), citations=reply.items("citations"))

    @operation(
        "web-search",
        needs=[("query",)],
        uses=("limit", "country", "exa_type"),
        gives=("answer", "citations"),
        credits="0.007",
        charged="on_call",
        max_credits=most_searched,
    )
    def web_search(self, query: Query) -> Flow:
        """Search the web: pages as citations, with the sentences that fit best."""
        body = {"query": query.query, "type": query.exa_type or "auto", "numResults": results_of(query)}
        contents = {"contents": {"highlights": True}}
        reply = yield Request("POST", "/search", json={**body, **query.pick(userLocation="country"), **contents})
        return answer(found_pages(reply.items("results"), text="highlights"), reply)

    @operation(
        "agent",
        needs=[("prompt",)],
        uses=("system", "output_schema", "exa_effort"),
        gives=("answer", "citations"),
        charged="on_call",
        max_credits=5,
        patience=1800,
    )
    def agent(self, query: Query) -> Flow:
        """Let the agent work on a prompt in the background; 5 US dollars is the vendor's own cap on metered effort."""
        body = {
            "query": query.prompt,
            "effort": query.exa_effort or "low",
            **query.pick(outputSchema="output_schema", systemPrompt="system"),
        }
        reply = yield Request("POST", "/agent/runs", json=body, expect=(200, 201, 202))
        reply = yield from finished(reply, "id", run, lambda reply: reply.get("status") in WORKING, every=5)
        if reply.get("status") != "completed":
            error = FeatureExecutionError(f"the agent's run ended as {reply.get('status')!r}")
            raise already_paid(error, paid(reply))
        pages = [page for ground in reply.items("output.grounding") for page in ground.get("citations") or []]
        said = reply.get("output.structured" if query.output_schema else "output.text")
        return answered(said, query, credits=paid(reply), citations=pages)


def run(name: Any) -> Request:
    """Return the request that asks how far a run of the agent is."""
    return Request("GET", "/agent/runs/{id}", at={"id": name}, paid=False)


def results_of(query: Query) -> int:
    """Return how many results are asked for."""
    return page_size(query, 10, 100)


def searched(query: Query, words: Any, category: str, results: int | None = None, **more: Any) -> Request:
    """Return the request of a search in a category."""
    body = {
        "query": words,
        "category": category,
        "type": query.exa_type or "auto",
        "numResults": results or results_of(query),
        **query.pick(userLocation="country"),
        **more,
    }
    return Request("POST", "/search", json=body)


def properties(item: Any, kind: str) -> Any:
    """Return the properties of a result's entity of one kind."""
    entities = dig(item, "entities")
    found = [dig(one, "properties") for one in entities or [] if dig(one, "type") == kind]
    return found[0] if found else None


def name_of(item: Any) -> Any:
    """Return whom a result is about; the title of a profile begins with the name."""
    titled = re.split(r" [-|\u2013] ", str(dig(item, "title", "")), maxsplit=1)
    return dig(properties(item, "person"), "name") or dig(item, "author") or (titled[0] if titled[1:] else None)


def person(item: Any) -> dict[str, Any]:
    """Return a person: of their positions the first that has no end."""
    facts, url = properties(item, "person"), dig(item, "url")
    history = dig(facts, "workHistory")
    now = next((job for job in history or [] if dig(job, "dates.to") is None), None)
    found = {
        **rename({"name": name_of(item)}, {"full_name": "name"}),
        **rename(now, {"title": "title", "company_name": "company.name"}),
    }
    return {**found, **({"linkedin_url": url} if host(url).endswith("linkedin.com") else {})}


def company(item: Any) -> dict[str, Any]:
    """Return a company."""
    found = rename(properties(item, "company"), COMPANY)
    site = rename(item, {"website": "url", "company_domain": "url", "company_name": "title"})
    return {**site, **found}


def is_asked(query: Query, item: Any) -> bool:
    """Return whether a result is the company asked about."""
    if query.company_domain:
        return host(dig(item, "url")) == str(query.company_domain)
    return same_name(query.company_name, dig(properties(item, "company"), "name") or dig(item, "title"))


def paid(reply: Reply) -> Any:
    """Return what a reply says it cost, in US dollars."""
    return reply.get("costDollars.total")


def answer(found: dict[str, Any] | None, reply: Reply) -> Hit | Miss:
    """Return what was found, at what the reply says it cost."""
    return Hit(found, credits=paid(reply)) if found and any(found.values()) else Miss(credits=paid(reply))


provider = Exa
