"""Explorium AgentSource: people and companies matched to an id first, then enriched by it, fifty at once.

Facts: developers.explorium.ai (prospects, credits, bulk enrichment, rate-limit; OpenAPI 0.3.19, read 2026-08). What is
known of companies' fields comes from other people's clients (`support="inferred"`), of a search's and of lookalikes'
from the OpenAPI 0.2.273; prices are mostly unpublished. `request_status` "miss" under a 200 is nothing found, "failure"
an error; an empty account is a 403 whose `details` say so. v1 spells the work address `professions_email`; a bulk reply
names whose a row is by `entity_id` or by the id asked for. Allowed filter values come from the vendor's autocomplete.
"""

from typing import Any

from leadenrich.contract import (
    PERSON_FIELDS,
    Account,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    InvalidReplyError,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Requests,
    Steps,
    Support,
    Tier,
    bulk,
    first,
    listing,
    one_call,
    operation,
    page_size,
    pluck,
    rename,
    whole_number,
)

MAIL = {"valid": "valid", "catch_all": "accept_all", "catch-all": "accept_all", "invalid": "invalid"}
STATUS = ("professional_email_status", MAIL)
UNSAID = [(spelling, lambda address: "unknown") for spelling in ("professions_email", "professional_email")]
WORK = {"email": ["professions_email", "professional_email"], "email_status": [STATUS, *UNSAID]}
HOME = {"personal_email": ("emails", lambda got: pluck([m for m in got if m.get("type") == "personal"], "address")[0])}
PHONE = {
    "mobile_phone": "mobile_phone",
    "phone": ["phone_numbers.0.phone_number", ("phone_numbers.0", lambda one: one.strip())],
}
PERSON = {
    "full_name": "full_name",
    "first_name": "first_name",
    "last_name": "last_name",
    "title": "job_title",
    "seniority": ["job_seniority_level", "job_level_main"],
    "linkedin_url": ["linkedin", "linkedin_url_array.0"],
    "department": ["job_department", "job_department_main"],
    "city": ["city", "city_name"],
    "region": "region_name",
    "country": "country_name",
    "company_name": "company_name",
    "company_domain": "company_website",
    "company_linkedin_url": "company_linkedin",
    "explorium_prospect_id": "prospect_id",
}
COMPANY = {
    "company_name": "name",
    "company_domain": ["website", "domain"],
    "website": "website",
    "naics": "naics",
    "description": "business_description",
    "industry": ["linkedin_industry_category", "naics_description"],
    "sic": "sic_code",
    "employee_range": ["number_of_employees_range", "company_size"],
    "ticker": "ticker",
    "company_linkedin_url": ["linkedin_profile", "linkedin"],
    "logo_url": ["business_logo", "logo"],
    "city": "city_name",
    "region": ["region_name", "region"],
    "country": "country_name",
    "explorium_business_id": "business_id",
}
FUNDING = {
    "funding_total_usd": "known_funding_total_value",
    "funding_stage": "last_funding_round_type",
    "last_funding_at": "last_funding_round_date",
    "investors": "investors",
}
LIKE = {
    word: [name, f"data.{name}"]
    for word, name in (
        ("company_name", "lookalike_business_name"),
        ("company_domain", "lookalike_website"),
        ("description", "lookalike_description"),
        ("employee_range", "lookalike_number_of_employees_range"),
        ("country", "lookalike_country_location"),
        ("explorium_business_id", "lookalike_business_id"),
    )
}
LIKES = {"companies": ("data", lambda items: [found for one in listing(items) if (found := rename(one, LIKE))])}
NAMED = [
    (*name, firm)
    for name in (("full_name",), ("first_name", "last_name"))
    for firm in ("company_name", "company_domain")
]
PEOPLE = [("linkedin_url",), ("phone",), *NAMED, ("explorium_prospect_id",)]
ANYBODY = [("email",), *PEOPLE]
FIRMS = [("company_domain",), ("company_name",), ("company_linkedin_url",), ("explorium_business_id",)]
PAGED = ("filters", "limit", "page_size", "cursor")


class Explorium(HTTPProvider):
    info = ProviderInfo(
        title="Explorium",
        category=Category.MAJOR_DATA,
        tier=Tier.FREE,
        base_url="https://api.explorium.ai/v1",
        docs_url="https://developers.explorium.ai",
        auth=HeaderKey("api_key"),
        rates=(Rate(200, per=60, unit="items"),),  # a bulk call counts as many as it holds
        rate_headers=RateHeaders(
            remaining="x-ratelimit-remaining", reset="x-ratelimit-reset", limit="x-ratelimit-limit", reset_as="epoch"
        ),
        summary="People, their contacts, and companies, by an id matched first.",
    )
    account = Account("/credits", plan="account_type", remaining="remaining_credits")

    def classify(self, reply: Reply) -> Classified:
        """Read the failure that comes with a 200, and the 403 of an empty account."""
        if reply.status == 403 and "insufficient credits" in str(first(reply.get("details"), reply.get("detail"))):
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        failed = reply.status == 200 and reply.get("response_context.request_status") == "failure"
        return ErrorCode.PROVIDER_API_ERROR if failed else None

    @operation(Operation.FIND_EMAIL, needs=PEOPLE, gives=tuple(WORK))
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        return contact(query, "email", WORK, "email")

    @operation(Operation.FIND_PERSONAL_EMAIL, needs=ANYBODY, confidence=70, confidence_reason="stated without a score")
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail, by the same question as `find_email`."""
        return contact(query, "email", HOME)

    @operation(
        Operation.FIND_PHONE,
        needs=ANYBODY,
        gives=tuple(PHONE),
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number, and whatever number comes first."""
        return contact(query, "phone", PHONE)

    @operation(Operation.ENRICH_PERSON, needs=ANYBODY, gives=(*PERSON_FIELDS, "explorium_prospect_id"))
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person."""
        return person(query, "profiles", PERSON)

    @operation(Operation.ENRICH_COMPANY, needs=FIRMS, gives=tuple(COMPANY), credits=1, support=Support.INFERRED)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        return company(query, "firmographics", COMPANY)

    @operation(Operation.FIND_FUNDING, needs=FIRMS, gives=tuple(FUNDING), support=Support.INFERRED)
    def find_funding(self, query: Query) -> Flow:
        """Find a company's funding."""
        return company(query, "funding_and_acquisition", FUNDING)

    @operation(Operation.DETECT_TECHNOLOGIES, needs=FIRMS, support=Support.INFERRED)
    def detect_technologies(self, query: Query) -> Flow:
        """List a company's technologies."""
        return company(query, "technographics", {"technologies": "full_tech_stack"})

    @operation(Operation.FIND_LOOKALIKES, needs=FIRMS, support=Support.INFERRED)
    def find_lookalikes(self, query: Query) -> Flow:
        """List up to three companies like one."""
        return company(query, "lookalikes", LIKES, at="")

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[*FIRMS, ("filters",)],
        uses=("country", *PAGED),
        gives=("people", "total", "next_cursor"),
    )
    def search_people(self, query: Query) -> Flow:
        """Search people of a company, or by `filters` in Explorium's form; no contacts."""
        filters: dict[str, Any] = {}
        if any(query.get(way[0]) for way in FIRMS):
            if not (id := (yield from identify_company(query))):
                return Miss()
            filters["business_id"] = {"values": [id]}
        return (yield from search("/prospects", filters, query, "people", PERSON))

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("country",), ("industry",), ("employee_range",), ("filters",)],
        uses=PAGED,
        gives=("companies", "total", "next_cursor"),
        support=Support.INFERRED,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies by country, LinkedIn category and size, or by `filters` in Explorium's form."""
        wanted = query.pick(linkedin_category="industry", company_size="employee_range")
        filters = {name: {"values": [value]} for name, value in wanted.items()}
        return search("/businesses", filters, query, "companies", COMPANY)

    @bulk("POST", "/prospects/match", max_items=50)
    def match_people(self, requests: Requests) -> Fold:
        """Match up to 50 people; the answers come in the order asked."""
        return matched(requests, "prospects_to_match", "matched_prospects")

    @bulk("POST", "/businesses/match", max_items=50)
    def match_companies(self, requests: Requests) -> Fold:
        """Match up to 50 companies, likewise."""
        return matched(requests, "businesses_to_match", "matched_businesses")

    @bulk("POST", "/prospects/contacts_information/enrich", max_items=50, group=lambda one: str(one.json["parameters"]))
    def many_contacts(self, requests: Requests) -> Fold:
        """Ask for the contacts of up to 50 people."""
        return by_ids(requests, "prospect_id")

    @bulk("POST", "/businesses/firmographics/enrich", max_items=50)
    def many_companies(self, requests: Requests) -> Fold:
        """Describe up to 50 companies."""
        return by_ids(requests, "business_id")


def contact(query: Query, kind: str, fields: dict[str, Any], *wanted: str) -> Flow:
    """Ask for one kind of a person's contacts."""
    return person(query, "contacts_information", fields, *wanted, parameters={"contact_types": [kind]})


def person(query: Query, what: str, fields: dict[str, Any], *wanted: str, **more: Any) -> Flow:
    """Match a person and ask for one enrichment; a "miss" comes without data."""
    id = query.explorium_prospect_id
    if not id:
        said = query.pick(
            "email", linkedin="linkedin_url", phone_number="phone", company_name="company_name|company_domain"
        )
        asked = {**({"full_name": query.name} if query.name else {}), **said}
        reply = yield Request("POST", "/prospects/match", json={"prospects_to_match": [asked]})
        id = reply.get("matched_prospects.0.prospect_id")
    request = Request("POST", f"/prospects/{what}/enrich", json={"prospect_id": id, **more})
    return (yield from one_call(request, fields, *wanted, at="data")) if id else Miss()


def company(query: Query, what: str, fields: dict[str, Any], at: str = "data") -> Flow:
    """Match a company and ask for one enrichment, likewise."""
    id = yield from identify_company(query)
    request = Request("POST", f"/businesses/{what}/enrich", json={"business_id": id})
    return (yield from one_call(request, fields, at=at)) if id else Miss()


def identify_company(query: Query) -> Steps[Any]:
    """Return a company's id."""
    if query.explorium_business_id:
        return query.explorium_business_id
    asked = query.pick(name="company_name", domain="company_domain", linkedin_url="company_linkedin_url")
    reply = yield Request("POST", "/businesses/match", json={"businesses_to_match": [asked]})
    return reply.get("matched_businesses.0.business_id")


def matched(requests: Requests, ask: str, answer: str) -> Fold:
    """Match several at once."""
    body = {ask: [one for request in requests for one in request.json[ask]]}
    reply = yield Request("POST", requests[0].path, json=body, weight=len(requests))
    found = reply.get(answer)
    if not isinstance(found, list) or len(found) != len(requests):  # their order is all that tells whose they are
        return [InvalidReplyError("the batch has another number of answers than questions")] * len(requests)
    return [reply.with_json({answer: [one]}) for one in found]


def by_ids(requests: Requests, key: str) -> Fold:
    """Enrich several at once."""
    rest = {name: value for name, value in requests[0].json.items() if name != key}
    ids = [request.json[key] for request in requests]
    path = requests[0].path.replace("/enrich", "/bulk_enrich")
    reply = yield Request("POST", path, json={f"{key}s": ids, **rest}, weight=len(ids))
    data = {first(one.get(key), one.get("entity_id")): one.get("data") for one in reply.items("data")}
    return [reply.with_json({"data": data.get(id)}) for id in ids]


def search(path: str, filters: dict[str, Any], query: Query, name: str, fields: dict[str, Any]) -> Flow:
    """Ask for one page."""
    page, count = int(query.cursor or 1), page_size(query, 100, 100)
    if query.country:
        filters["country_code"] = {"values": [str(query.country).lower()]}
    body = {"mode": "full", "size": page * count, "page_size": count, "page": page}
    reply = yield Request("POST", path, json={**body, "filters": {**filters, **(query.filters or {})}})
    items = [found for one in reply.items("data") if (found := rename(one, fields))]
    total = whole_number(reply.get("total_results"))
    more = str(page + 1) if total is not None and page * count < total else None
    return Hit({name: items, "total": total, "next_cursor": more}) if items else Miss()


provider = Explorium
