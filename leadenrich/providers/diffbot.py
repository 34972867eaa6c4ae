"""Diffbot Knowledge Graph: organizations and people by what is known of them, and searches in its query language.

Facts: docs.diffbot.com (reference of Enhance, its bulk jobs, DQL; read 2026-09) and the vendor's documentation
repository. Quirks: a 429 means that the credits are used up; addresses come without a scheme, dates as "d2011-04-XX",
money with a currency; any field may be missing. Bulk jobs answer in JSON lines, each with the `customId` of its
question; a bulk job is asked for by name (`diffbot.bulk-...`), since it is slower than asking at once.
"""

import json
from typing import Any

from leadenrich.contract import (
    COMPANY_FIELDS,
    PERSON_FIELDS,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    QueryKey,
    Quota,
    QuotaFlow,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    amount,
    bulk,
    country_name,
    dig,
    finished,
    first,
    listing,
    operation,
    page_size,
    pluck,
    rename,
    whole_number,
)

ENTITY = 25
DEEPEST = 10_000  # entities of a search that can be reached by pages
DAY = 24 * 3600.0
BULK = "/kg/v3/enhance/bulk"


def with_scheme(uri: str) -> str:
    """Return an address with a scheme."""
    return uri if "://" in uri else f"https://{uri}"


def day(text: str) -> str:
    """Return the date of "d2011-04-XX": as far as it is known."""
    return text.removeprefix("d").split("-XX", 1)[0][:10]


def usd(money: Any) -> Any:
    """Return an amount that is in US dollars, and no other."""
    return dig(money, "value") if dig(money, "currency") == "USD" else None


def backers(rounds: Any) -> list[Any]:
    """Return the investors of all rounds, each once."""
    return list(dict.fromkeys(name for one in listing(rounds) for name in pluck(dig(one, "investors"), "name")))


SHARED = {
    "city": "location.city.name",
    "region": "location.region.name",
    "country": "location.country.name",
    "twitter_url": ("twitterUri", with_scheme),
    "facebook_url": ("facebookUri", with_scheme),
    "phone": ("phoneNumbers.0.digits", "+{}".format),
}
COMPANY = {
    "company_name": "name",
    "website": ("homepageUri", with_scheme),
    "company_domain": "homepageUri",
    "company_linkedin_url": ("linkedInUri", with_scheme),
    "description": ["description", "summary"],
    "industry": "industries.0",
    "employee_count": "nbEmployees",
    "logo_url": "logo",
    "founded_year": ("foundingDate.str", lambda text: int(text[1:5])),
    "naics": "naicsClassification.0.code",
    "sic": "sicClassification.0.code",
    "annual_revenue_usd": ("revenue", usd),
    "funding_total_usd": ("totalInvestment", usd),
    "investors": ("investments", backers),
    "technologies": ("technographics", lambda items: pluck(items, "technology.name")),
    **SHARED,
}
PERSON = {
    "full_name": "name",
    "first_name": "nameDetail.firstName",
    "last_name": "nameDetail.lastName",
    "email": "emailAddresses.0.contactString",
    "linkedin_url": ("linkedInUri", with_scheme),
    "github_url": ("githubUri", with_scheme),
    **SHARED,
}
FIRM = [("company_domain",), ("company_name",)]
WHO = [("email",), ("linkedin_url",), ("full_name", "company_name"), ("first_name", "last_name", "company_name")]


class Diffbot(HTTPProvider):
    info = ProviderInfo(
        title="Diffbot",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.FREE,
        base_url="https://kg.diffbot.com",
        docs_url="https://docs.diffbot.com/reference/enhance",
        auth=QueryKey("token", field="token"),
        hosts=("api.diffbot.com",),
        established_in="US",
        privacy_url="https://www.diffbot.com/privacy",
        summary="Organizations and people of a knowledge graph read off the web.",
    )
    errors = {429: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}

    def classify(self, reply: Reply) -> Classified:
        """Read a 429 outside the Knowledge Graph as the throttle it is there."""
        elsewhere = not reply.request.path.startswith("/kg/")
        return ErrorCode.PROVIDER_RATE_LIMIT if reply.status == 429 and elsewhere else None

    @operation(
        Operation.ENRICH_COMPANY,
        needs=FIRM,
        uses=("phone", "location", "diffbot_threshold"),
        gives=COMPANY_FIELDS,
        credits=ENTITY,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe an organization; the score of the match is the confidence."""
        return matched((yield Request("GET", "/kg/v3/enhance", params=firm(query))), company)

    @operation(
        Operation.ENRICH_PERSON,
        needs=WHO,
        uses=("phone", "title", "location", "diffbot_threshold"),
        gives=(*PERSON_FIELDS, "phone"),
        credits=ENTITY,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person; the score of the match is the confidence."""
        return matched((yield Request("GET", "/kg/v3/enhance", params=individual(query))), person)

    @operation(
        "bulk-enrich-company",
        needs=FIRM,
        uses=("phone", "location"),
        gives=COMPANY_FIELDS,
        credits=ENTITY,
        patience=DAY,
    )
    def bulk_enrich_company(self, query: Query) -> Flow:
        """Describe an organization in a background job; questions that wait together are one job."""
        return (yield from self.from_job(firm(query), company))

    @operation(
        "bulk-enrich-person",
        needs=WHO,
        uses=("phone", "title", "location"),
        gives=(*PERSON_FIELDS, "phone"),
        credits=ENTITY,
        patience=DAY,
    )
    def bulk_enrich_person(self, query: Query) -> Flow:
        """Describe a person in a background job; questions that wait together are one job."""
        return (yield from self.from_job(individual(query), person))

    def from_job(self, asked: dict[str, Any], read: Any) -> Flow:
        """Submit one question and read its line of the results."""
        job = yield submitted([asked])
        line = job.get("line") or (yield from self.lines(job)).get("0")
        return matched(job.with_json(line or {}), read)

    @bulk("POST", BULK, max_items=10_000, patience=DAY)
    def enhance_together(self, requests: Requests) -> Fold:
        """Make one job of many questions and see it through."""
        job = yield submitted([item for request in requests for item in request.json])
        lines = yield from self.lines(job)
        return [job.with_json({"line": lines.get(str(number)) or {"data": []}}) for number in range(len(requests))]

    def lines(self, job: Reply) -> Steps[dict[str, Any]]:
        """Wait for a job's end and return its results by number."""
        reply = yield from finished(
            job,
            "job_id",
            lambda name: Request("GET", BULK + "/{id}/status", at={"id": name}, expect=(200, 201), paid=False),
            lambda reply: reply is job or running(reply),
            every=10,
        )
        if state(reply) == "STOPPED":
            raise FeatureExecutionError("the bulk job was stopped")
        at = {"id": job.get("job_id")}
        reply = yield Request("GET", BULK + "/{id}", at=at, params={"format": "jsonl"}, paid=False, text=True)
        found = [line for text in reply.text.splitlines() if (line := parsed(text))]
        return {str(numbered(line, number)): line for number, line in enumerate(found)}

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",), ("industry",), ("country",), ("diffbot_dql",)],
        uses=("city", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=ENTITY,
        max_credits=lambda query: ENTITY * size(query),
    )
    def search_companies(self, query: Query) -> Flow:
        """Search organizations by industry and place, by words in the name, or in DQL of your own."""
        dql = terms("type:Organization", {"name": query.query, "industries": query.industry, **place(query)})
        return searched(query.diffbot_dql or dql, query, "companies", company)

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("title",), ("company_name",), ("full_name",), ("diffbot_dql",)],
        uses=("city", "country", "limit", "page_size", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits=ENTITY,
        max_credits=lambda query: ENTITY * size(query),
    )
    def search_people(self, query: Query) -> Flow:
        """Search people by name and place, by the title and employer they have now, or in DQL of your own."""
        job = terms("isCurrent:true", {"title": query.title, "employer.name": query.company_name})
        kind = f"type:Person employments.{{{job}}}" if query.title or query.company_name else "type:Person"
        dql = terms(kind, {"name": query.full_name, **place(query)})
        return searched(query.diffbot_dql or dql, query, "people", person)

    def quota(self) -> QuotaFlow:
        """Read the plan; what is counted as used is that of the last 31 days, not of the billing period."""
        reply = yield Request("GET", "https://api.diffbot.com/v4/account", paid=False)
        used = sum(amount(credits) or 0 for credits in pluck(reply.get("usage"), "credits"))
        return Quota(plan=reply.get("plan"), used=used)


def firm(query: Query) -> dict[str, Any]:
    """Return what is asked about an organization."""
    picked = query.pick("phone", "location", name="company_name", url="company_domain", threshold="diffbot_threshold")
    return {"type": "Organization", **picked}


def individual(query: Query) -> dict[str, Any]:
    """Return what is asked about a person."""
    picked = query.pick(
        "email",
        "phone",
        "title",
        "location",
        url="linkedin_url",
        employer="company_name",
        threshold="diffbot_threshold",
    )
    return {"type": "Person", **({"name": query.name} if query.name else {}), **picked}


def submitted(questions: list[dict[str, Any]]) -> Request:
    """Return the request that starts a bulk job, each question under its number."""
    items = [{**asked, "customId": str(number)} for number, asked in enumerate(questions)]
    return Request("POST", BULK, json=items, expect=(200, 202), weight=len(items))


def matched(reply: Reply, read: Any) -> Hit | Miss:
    """Return the best match."""
    found, score = read(reply.get("data.0.entity")), amount(reply.get("data.0.score"))
    if not found:
        return Miss()
    return Hit({**found, "confidence": None if score is None else round(float(100 * score), 1)})


def company(entity: Any) -> dict[str, Any]:
    """Return an organization; its stage is that of the newest investment."""
    found = rename(entity, COMPANY)
    low, high = dig(entity, "nbEmployeesMin"), dig(entity, "nbEmployeesMax")
    newest = max(listing(dig(entity, "investments")), key=lambda one: str(dig(one, "date.str", "")), default=None)
    more = rename(newest, {"funding_stage": "series", "last_funding_at": ("date.str", day)})
    more |= {"employee_range": f"{low}-{high}"} if low and high else {}
    return {**found, **more} if found else {}


def person(entity: Any) -> dict[str, Any]:
    """Return a person and the position they have now."""
    now = next((job for job in listing(dig(entity, "employments")) if dig(job, "isCurrent") is True), None)
    return {**rename(entity, PERSON), **rename(now, {"title": "title", "company_name": "employer.name"})}


def place(query: Query) -> dict[str, Any]:
    """Return the conditions of a search that say where."""
    return {"location.city.name": query.city, "location.country.name": country_name(query.country)}


def terms(kind: str, wanted: dict[str, Any]) -> str:
    """Return a kind and its conditions, those that hold something; quotes in a value are taken out."""
    said = [f'{field}:"{str(value).replace(chr(34), " ")}"' for field, value in wanted.items() if value]
    return " ".join([kind, *said])


def size(query: Query) -> int:
    """Return how many entities a page has."""
    return page_size(query, 10, 100)


def searched(dql: str, query: Query, name: str, read: Any) -> Flow:
    """Read one page of a search in Diffbot's query language; each entity is 25 credits."""
    offset = int(query.cursor or 0)
    params = {"type": "query", "query": dql, "size": size(query), "from": offset}
    reply = yield Request("GET", "/kg/v3/dql", params=params)
    entities = reply.items("data")
    items = [found for item in entities if (found := read(item.get("entity")))]
    total, seen = whole_number(reply.get("hits")), offset + len(entities)
    more = str(seen) if total is not None and entities and seen < total and seen + size(query) <= DEEPEST else None
    page = {name: items, "total": total, "next_cursor": more}
    return Hit(page, credits=ENTITY * len(entities)) if items else Miss(credits=ENTITY * len(entities))


def state(reply: Reply) -> Any:
    """Return the word for how far a job is."""
    return reply.get("content.status", reply.get("status"))


def running(reply: Reply) -> bool:
    """Return whether a job goes on: a 201 says so too, unless it was stopped."""
    word = state(reply)
    return word in ("NOT_STARTED", "IN_PROCESS") or (reply.status == 201 and word != "STOPPED")


def numbered(line: Any, place: int) -> Any:
    """Return the number a line's question was sent under; its place where it names none."""
    return first(*(dig(line, f"request_ctx.{part}.customId") for part in ("query", "query_ctx")), place)


def parsed(line: str) -> Any:
    """Return a line of JSON, None where it is torn."""
    try:
        return json.loads(line)
    except ValueError:
        return None


provider = Diffbot
