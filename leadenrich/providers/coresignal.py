"""Coresignal: multi-source records of companies and employees, free searches that answer with ids.

Facts: docs.coresignal.com (multi-source company and employee API, bulk collect; read 2026-08). A Pro plan has 10 calls
a second, larger ones up to 100. Every 200 of a collect costs 20, whatever is null in it. The bulk form is a background
job whose files are gzipped JSON lines; its webhook is left unused, its payload is not published. "LinkedIn" is written
"professional network" there. Addresses of another status than `verified` are guesses. That `experience` is nested in
the index, which a search by employer needs, is read off other indices of the vendor. The balance comes with each reply.
"""

import gzip
import json
from collections.abc import Hashable
from typing import Any

from leadenrich.contract import (
    COMPANY_FIELDS,
    PERSON_FIELDS,
    Category,
    Charged,
    ErrorCode,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    InvalidReplyError,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Rate,
    Request,
    Requests,
    Steps,
    Tier,
    amount,
    bulk,
    country_name,
    dig,
    finished,
    one_call,
    operation,
    page_size,
    pluck,
    present,
    rename,
    size_bounds,
    whole_number,
)

GUESSES = {"matched_pattern": 25, "guessed_common_pattern": 20}
PAGE = ["professional_network_url", "linkedin_url"]
COMPANY = {
    "company_name": "company_name",
    "company_domain": ["website_domain", "website"],
    "website": "website",
    "company_linkedin_url": PAGE,
    "description": "description",
    "industry": "industry",
    "company_type": "type",
    "founded_year": "founded_year",
    "employee_count": "employees_count",
    "employee_range": "size_range",
    "city": "hq_city",
    "region": "hq_state",
    "country": ["hq_country_iso2", "hq_country"],
    "naics": "naics_codes.0",
    "sic": "sic_codes.0",
    "funding_stage": "last_funding_round.type",
    "twitter_url": "twitter_url.0",
    "facebook_url": "facebook_url.0",
    "visits": "total_website_visits_monthly",
    "coresignal_company_id": "id",
    "technologies": (
        "technologies_used",
        lambda used: [name for one in used if (name := one.get("technology") if isinstance(one, dict) else one)],
    ),
    "funding_total_usd": ("funding_rounds", lambda rounds: dollars(rounds, "amount_raised")),
    "annual_revenue_usd": ("revenue_annual", lambda said: dollars(list(said.values()), "annual_revenue", 1)),
}
FUNDING = ("company_name", "company_domain", "funding_stage", "funding_total_usd")
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "headline": "headline",
    "linkedin_url": PAGE,
    "title": "active_experience_title",
    "department": "active_experience_department",
    "seniority": "active_experience_management_level",
    "city": "location_city",
    "region": "location_state",
    "country": ["location_country_iso2", "location_country"],
    "email": "primary_professional_email",
    "email_status": ("primary_professional_email_status", {"verified": "valid"}),
    "coresignal_person_id": "id",
}
EMPLOYER = {
    "company_name": "company_name",
    "company_domain": "company_website",
    "company_linkedin_url": "company_linkedin_url",
}
PREVIEWS: dict[str, dict[str, Any]] = {
    "people": {
        **{word: PERSON[word] for word in ("full_name", "headline", "linkedin_url", "coresignal_person_id")},
        **EMPLOYER,
        "country": "location_country",
    },
    "companies": {
        "company_name": "company_name",
        "company_domain": ["unique_domain", "website"],
        "website": "website",
        "company_linkedin_url": PAGE,
        "employee_range": "size_range",
        "industry": "industry",
        "country": "hq_country",
        "coresignal_company_id": "id",
    },
}
FILES = "data_request_files"
WHICH = [("company_domain",), ("company_linkedin_url",), ("coresignal_company_id",)]
WHO = [("linkedin_url",), ("coresignal_person_id",)]
STEERING = ("filters", "limit", "page_size", "cursor", "coresignal_preview")


def by_id(request: Request) -> Hashable | None:
    """Let requests by number fold; a bulk job takes no names of pages."""
    return str((request.at or {}).get("id")).isdecimal() or None


def preview_cost(query: Query) -> int:
    """Return what a search costs: only a preview is paid."""
    return 20 if query.coresignal_preview else 0


class Coresignal(HTTPProvider):
    info = ProviderInfo(
        title="Coresignal",
        category=Category.MAJOR_DATA,
        tier=Tier.FREE,
        base_url="https://api.coresignal.com/cdapi/v2",
        docs_url="https://docs.coresignal.com",
        auth=HeaderKey("apikey"),
        rates=(Rate(5, per=1),),
        prices=(Price("0.0196", plan="Mini, $49 a month for 2,500", as_of="2026-08-13"),),
        summary="Records of companies and employees from many sources.",
    )
    errors = {409: ErrorCode.FEATURE_EXECUTION_FAILED}  # the same background job is under way already

    @operation(
        Operation.ENRICH_COMPANY, needs=WHICH, gives=(*COMPANY_FIELDS, "visits", "coresignal_company_id"), credits=20
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        return one_call(self.company(query), COMPANY)

    @operation(Operation.FIND_FUNDING, needs=WHICH, gives=FUNDING, credits=20)
    def find_funding(self, query: Query) -> Flow:
        """Find funding, by the same question as `enrich_company`."""
        reply = yield self.company(query)
        found = rename(reply.json, {word: COMPANY[word] for word in FUNDING}) if reply.status == 200 else {}
        if not found:
            return Miss()
        return Hit(found) if found.keys() & set(FUNDING[2:]) else Miss(credits=20)

    def company(self, query: Query) -> Request:
        """Return the request for a company's record."""
        if query.company_domain and not query.coresignal_company_id:
            params = {"website": query.company_domain}
            return Request("GET", "/company_multi_source/enrich", params=params, expect=(200, 404))
        at = {"id": query.coresignal_company_id or slug(query.company_linkedin_url)}
        return Request("GET", "/company_multi_source/collect/{id}", at=at, expect=(200, 404))

    @operation(
        Operation.ENRICH_PERSON, needs=WHO, gives=(*PERSON_FIELDS, "email_status", "coresignal_person_id"), credits=20
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person."""
        found, _ = yield from self.person(query)
        return Hit(found) if found else Miss()

    @operation(
        Operation.FIND_EMAIL,
        needs=WHO,
        gives=(*PERSON_FIELDS, "email_status", "confidence", "coresignal_person_id"),
        credits=20,
    )
    def find_email(self, query: Query) -> Flow:
        """Find the first of a person's work e-mails; a record without one is paid all the same."""
        found, guess = yield from self.person(query)
        return Hit({**found, "confidence": guess}) if "email" in found else Miss(credits=20) if found else Miss()

    def person(self, query: Query) -> Steps[tuple[dict[str, Any], int | None]]:
        """Ask for a person's record; return it in our words, and how sure its address is where that is guessed."""
        at = {"id": query.coresignal_person_id or slug(query.linkedin_url)}
        reply = yield Request("GET", "/employee_multi_source/collect/{id}", at=at, expect=(200, 404))
        if reply.status == 404:
            return {}, None
        jobs = [job for job in reply.items("experience") if str(job.get("active_experience")) in ("1", "True")]
        found = {**rename(reply.json, PERSON), **rename(jobs[0] if jobs else None, EMPLOYER)}
        return found, GUESSES.get(str(reply.get("primary_professional_email_status")))

    @bulk("GET", "/employee_multi_source/collect/{id}", max_items=10_000, group=by_id, patience=1800)
    def many_people(self, requests: Requests) -> Fold:
        """Collect many people's records by a background job."""
        return collected("employee", requests)

    @bulk("GET", "/company_multi_source/collect/{id}", max_items=10_000, group=by_id, patience=1800)
    def many_companies(self, requests: Requests) -> Fold:
        """Collect many companies' records by a background job."""
        return collected("company", requests)

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("title",), ("full_name",), ("company_name",), ("filters",)],
        uses=("country", *STEERING),
        gives=("people", "total", "next_cursor"),
        credits=0,
        charged=Charged.ON_CALL,
        max_credits=preview_cost,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people: ids, or up to 20 short records (`coresignal_preview`); `filters` is your own query."""
        words = query.pick("full_name", active_experience_title="title")
        must = matches({**words, "location_country": country_name(query.country)})
        if query.company_name:
            job = {"experience.company_name": query.company_name}, {"experience.active_experience": 1}
            nested = {"bool": {"must": [{"match": job[0]}, {"term": job[1]}]}}
            must.append({"nested": {"path": "experience", "query": nested}})
        return search("employee", "people", "coresignal_person_id", must, query)

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("company_name",), ("country",), ("filters",)],
        uses=("employee_range", *STEERING),
        gives=("companies", "total", "next_cursor"),
        credits=0,
        charged=Charged.ON_CALL,
        max_credits=preview_cost,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies: ids, or up to 20 short records (`coresignal_preview`); `filters` is your own query."""
        must = matches({**query.pick("industry", "company_name"), "hq_country": country_name(query.country)})
        if bounds := present(dict(zip(("gte", "lte"), size_bounds(query.employee_range), strict=True))):
            must.append({"range": {"employees_count": bounds}})
        return search("company", "companies", "coresignal_company_id", must, query)

    def quota(self) -> QuotaFlow:
        """Read the balance off a free search."""
        reply = yield asked("company", "", {"match_all": {}}, {"items_per_page": 1})
        left: Any = reply.headers.get("x-credits-remaining")
        return Quota(remaining=left)


def asked(kind: str, form: str, query: Any, params: dict[str, Any]) -> Request:
    """Return the request for a search; a preview is paid."""
    path = f"/{kind}_multi_source/search/es_dsl{form}"
    return Request("POST", path, json={"query": query}, params=params, paid=bool(form), expect=(200, 404))


def matches(words: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the clauses of a query that look for words; nothing is looked for where nothing is given."""
    return [{"match": {field: value}} for field, value in present(words).items()]


def search(kind: str, name: str, id: str, must: list[Any], query: Query) -> Flow:
    """Search, and return ids or, of a preview, short records."""
    whole = query.filters or {"bool": {"must": must}}
    if query.coresignal_preview:
        reply = yield asked(kind, "/preview", whole, {})
        if reply.status == 404:
            return Miss()
        items = [found for one in reply.items() if (found := rename(one, PREVIEWS[name]))]
        return Hit({name: items}, credits=20) if items else Miss(credits=20)
    size = page_size(query, 100, 1000)
    reply = yield asked(kind, "", whole, {"items_per_page": size, **query.pick(after="cursor")})
    said = reply.json if reply.status == 200 else None
    ids = [number for one in said if (number := whole_number(one)) is not None] if isinstance(said, list) else []
    head = reply.headers
    page = {"total": head.get("x-total-results"), "next_cursor": head.get("x-next-page-after")}
    return Hit({name: [{id: str(one)} for one in ids], **page}) if ids else Miss()


def collected(kind: str, requests: Requests) -> Fold:
    """Collect records by their numbers: a job, the list of its files, the files."""
    ids = [str((request.at or {})["id"]) for request in requests]
    path = f"/data_requests/{kind}_multi_source/ids"
    started = yield Request("POST", path, json={"ids": [int(id) for id in ids]}, expect=(200, 201, 404))
    if started.status == 404:  # none of these is known
        return [started] * len(ids)
    job = started.get("request_id")
    poll = Request("GET", "/data_requests/{job}/files", at={"job": job}, expect=(200, 202), paid=False)
    reply = yield from finished(
        started, "request_id", lambda _: poll, lambda said: said is started or said.status == 202, every=5
    )
    if not isinstance(files := reply.get(FILES), list):
        raise InvalidReplyError("a finished job without a list of files")
    records: dict[str, Any] = {}
    for name in files:
        at = {"job": job, "name": name}
        file = yield Request("GET", "/data_requests/{job}/files/{name}", at=at, paid=False, text=True)
        packed = file.content.startswith(b"\x1f\x8b")  # a transport may have unpacked it
        lines = (gzip.decompress(file.content) if packed else file.content).splitlines()
        records |= {str(dig(record, "id")): record for record in map(json.loads, filter(None, lines))}
    return [reply.with_json(records.get(id, {})) for id in ids]


def dollars(items: list[Any], amount_at: str, most: int | None = None) -> Any:
    """Return the sum of the amounts stated in dollars, of the first `most` of them."""
    known = [one for one in items if isinstance(one, dict) and one.get(f"{amount_at}_currency") in ("$", "USD")]
    return sum(said for one in pluck(known, amount_at)[:most] if (said := amount(one)) is not None) or None


def slug(url: str) -> str:
    """Return the last part of a page's address."""
    return url.rstrip("/").rsplit("/", 1)[-1]


provider = Coresignal
