"""Crustdata: companies and people by page, domain, name or address, searches of both, in batches of 25.

Facts: docs.crustdata.com (company search, enrichment, identify; person enrichment, contact/enrich; credits; best
practices; rate limits; read 2026-08, API version 2025-11-01). 403 means an empty account or a field or endpoint outside
the plan, told apart by its text. Names can match strangers at full score, so a match must have the name or the domain
asked for; a record is paid whether it does or not. Contacts are bought by the fields asked for; the separate contact
endpoint answers self-serve keys with 403. Pages differ on the words for an address's status and for a place: both are
read; a country is searched under the newer name, since the older one is refused. The jobs for thousands of records put
their result on a host that is not published and are left out. A filter on the current employer's domain is inferred.
"""

from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    COMPANY_FIELDS,
    PERSON_FIELDS,
    Account,
    Bearer,
    Category,
    Classified,
    ErrorCode,
    FeatureNotSupportedError,
    Flow,
    Fold,
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
    amount,
    bulk,
    dig,
    first,
    listing,
    operation,
    page_size,
    pluck,
    rename,
    size_bounds,
    table,
)
from leadenrich.contract.vendor_words import alpha_3
from leadenrich.providers._names import same_name

VERSION = {"x-api-version": "2025-11-01"}
CORE = ["basic_info", "headcount", "funding", "locations", "taxonomy", "revenue", "social_profiles"]
MORE = ["basic_info", "web_traffic", "news", "competitors"]
WHO = ["basic_profile", "social_handles", "experience"]
FUNDING = {
    "funding_total_usd": "funding.total_investment_usd",
    "funding_stage": "funding.last_round_type",
    "last_funding_at": "funding.last_fundraise_date",
    "investors": "funding.investors",
}
NAMED = {
    "company_name": "basic_info.name",
    "company_domain": "basic_info.primary_domain",
    "company_linkedin_url": "basic_info.professional_network_url",
    "crustdata_company_id": ["crustdata_company_id", "basic_info.crustdata_company_id"],
    "confidence": ("confidence_score", lambda score: min(100, float(score) * 100)),  # of the match; it may exceed 1
}
COMPANY = {
    **NAMED,
    **FUNDING,
    "website": "basic_info.website",
    "description": "basic_info.description",
    "industry": ["taxonomy.professional_network_industry", "basic_info.industries.0"],
    "company_type": "basic_info.company_type",
    "founded_year": "basic_info.year_founded",
    "employee_count": "headcount.total",
    "employee_range": "basic_info.employee_count_range",
    "city": ["locations.hq_city", "locations.city"],
    "region": ["locations.hq_state", "locations.state"],
    "country": ["locations.hq_country", "locations.country"],
    "annual_revenue_usd": "revenue.estimated.lower_bound_usd",
    "twitter_url": "social_profiles.twitter_url",
}
NEWS = {"title": "article_title", "url": "article_url", "published_at": "article_publish_date"}
JOB = "experience.employment_details.current"
PERSON = {
    "full_name": "basic_profile.name",
    "first_name": "basic_profile.first_name",
    "last_name": "basic_profile.last_name",
    "headline": "basic_profile.headline",
    "title": ["basic_profile.current_title", f"{JOB}.0.title"],
    "city": "basic_profile.location.city",
    "region": "basic_profile.location.state",
    "country": "basic_profile.location.country",
    "linkedin_url": "social_handles.professional_network_identifier.profile_url",
    "twitter_url": ("social_handles.twitter_identifier.slug", lambda slug: f"https://x.com/{slug}"),
    "github_url": "social_handles.dev_platform_identifier.profile_url",
    "company_name": f"{JOB}.0.name",
    "company_domain": [
        f"{JOB}.0.company_website_domain.0",
        f"{JOB}.0.company_website_domain",
        f"{JOB}.0.company_website",
    ],
    "seniority": f"{JOB}.0.seniority_level",
    "company_linkedin_url": [
        f"{JOB}.0.company_professional_network_profile_url",
        f"{JOB}.0.company_professional_network_url",
    ],
    "department": f"{JOB}.0.function_category",
    "crustdata_person_id": "crustdata_person_id",
}
LEVELS = {
    "owner": "Owner / Partner",
    "founder": "Owner / Partner",
    "partner": "Owner / Partner",
    "c_suite": "CXO",
    "vp": "Vice President",
    "head": "Director",
    "director": "Director",
    "manager": "Experienced Manager",
    "senior": "Senior",
    "entry": "Entry Level",
    "intern": "In Training",
}
FIRM = {
    "crustdata_company_ids": "crustdata_company_id",
    "domains": "company_domain",
    "professional_network_profile_urls": "company_linkedin_url",
    "names": "company_name",
}
STATUS = {"verified": "valid", "deliverable": "valid", "catch_all": "accept_all", "invalid": "invalid"}
BEST = ("valid", "accept_all", "unknown", "invalid")
TRAFFIC = {"visits": ["web_traffic.domain_traffic.monthly_visitors", "web_traffic.monthly_visitors"]}
DENIED = ("field", "endpoint", "permission", "access", "plan", "denied", "not allowed", "not enabled")
FIRMS = [(word,) for word in FIRM.values()]
PEOPLE = [("linkedin_url",), ("email",)]


EACH = Decimal("0.03")  # of a search's results
RATES = (  # each endpoint has its own; of companies' no number could be read, so the lowest
    Rate(30, per=60, on="POST /person/search"),
    *(Rate(15, per=60, on=f"POST /{one}") for one in ("person/enrich", "company/enrich", "company/identify")),
    Rate(15, per=60, on="POST /company/search"),
)


def alike(request: Request) -> tuple[str, str]:
    """Let requests fold that go by the same kind of name and want the same fields."""
    return next(iter(request.json)), str(request.json.get("fields"))


def most(query: Query) -> Decimal:
    """Return what a page of a search costs at most."""
    return EACH * size(query)


class Crustdata(HTTPProvider):
    info = ProviderInfo(
        title="Crustdata",
        category=Category.MAJOR_DATA,
        tier=Tier.BASIC,
        base_url="https://api.crustdata.com",
        docs_url="https://docs.crustdata.com",
        auth=Bearer(),
        rates=RATES,
        rate_headers=RateHeaders("x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit"),
        established_in="US",
        summary="Companies and people with their contacts, and searches of both.",
    )
    account = Account(
        "/account/credits",
        headers=VERSION,
        remaining="account.credits",
        resets_at="account.recurring_credits_refresh_date",
    )

    def classify(self, reply: Reply) -> Classified:
        """Tell the two meanings of a 403 apart: an empty account, unless its text names what the plan denies."""
        if reply.status != 403:
            return None
        text = reply.text.lower()
        denied = "credit" not in text and any(word in text for word in DENIED)
        if denied and " field" in text:  # another question may not name it
            return FeatureNotSupportedError("the plan lacks a field that was asked for")
        return ErrorCode.FEATURE_NOT_SUPPORTED if denied else ErrorCode.PROVIDER_INSUFFICIENT_CREDITS

    @operation(Operation.ENRICH_COMPANY, needs=FIRMS, gives=(*COMPANY_FIELDS, "crustdata_company_id"), credits=2)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        record = yield from company(query, CORE)
        found = rename(record, COMPANY)
        return Hit(found) if found else Miss(credits=None if record is None else 2)

    @operation(Operation.FIND_FUNDING, needs=FIRMS, gives=(*NAMED, *FUNDING), credits=2)
    def find_funding(self, query: Query) -> Flow:
        """Find funding, by the same question as `enrich_company`."""
        return aspect((yield from company(query, CORE)), FUNDING)

    @operation(Operation.WEB_TRAFFIC, needs=FIRMS, gives=(*NAMED, "visits"), credits=2)
    def web_traffic(self, query: Query) -> Flow:
        """Count a site's monthly visitors."""
        return aspect((yield from company(query, MORE)), TRAFFIC)

    @operation(Operation.FIND_NEWS, needs=FIRMS, gives=(*NAMED, "news"), credits=2)
    def find_news(self, query: Query) -> Flow:
        """List news of a company, by the same question as `web_traffic`."""
        read = ("news", lambda news: [item for one in news if (item := rename(one, NEWS))])
        return aspect((yield from company(query, MORE)), {"news": read})

    @operation(Operation.FIND_LOOKALIKES, needs=FIRMS, gives=(*NAMED, "companies"), credits=2)
    def find_lookalikes(self, query: Query) -> Flow:
        """List a company's competitors by their domains, by the same question as `web_traffic`."""
        read = ("competitors.websites", lambda sites: [{"company_domain": site} for site in sites])
        return aspect((yield from company(query, MORE)), {"companies": read})

    @operation(
        Operation.FIND_DOMAIN, needs=[("company_name",), ("company_linkedin_url",)], gives=tuple(NAMED), charged="free"
    )
    def find_domain(self, query: Query) -> Flow:
        """Identify a company; free."""
        found = rename((yield from company(query, None)), NAMED)
        return Hit(found) if "company_domain" in found else Miss()

    @operation(Operation.ENRICH_PERSON, needs=PEOPLE, gives=(*PERSON_FIELDS, "crustdata_person_id"), credits=1)
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person."""
        found = rename((yield from person(query)), PERSON)
        return Hit(found) if found else Miss()

    @operation(Operation.FIND_LINKEDIN, needs=[("email",)], gives=("linkedin_url", *PERSON), credits=1)
    def find_linkedin(self, query: Query) -> Flow:
        """Find the profile behind a work address, by the same question as `enrich_person`."""
        return wanted((yield from person(query)), {}, "linkedin_url", 1)

    @operation(Operation.FIND_EMAIL, needs=[("linkedin_url",)], gives=(*PERSON, "email", "email_status"), credits=2)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        found = yield from person(query, "contact.business_emails")
        return wanted(found, best(found, "business_emails", "email"), "email", 2)

    @operation(
        Operation.FIND_PERSONAL_EMAIL, needs=PEOPLE, gives=(*PERSON, "personal_email", "email_status"), credits=3
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail."""
        found = yield from person(query, "contact.personal_emails")
        return wanted(found, best(found, "personal_emails", "personal_email"), "personal_email", 3)

    @operation(
        Operation.FIND_PHONE,
        needs=PEOPLE,
        gives=(*PERSON, "phone"),
        credits=3,
        confidence=75,
        confidence_reason="stated without score or kind",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a person's number."""
        found = yield from person(query, "contact.phone_numbers")
        return wanted(found, rename(found, {"phone": "contact.phone_numbers.0"}), "phone", 3)

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("title",)],
        uses=("seniority", "filters", "limit", "page_size", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits="0.03",
        max_credits=most,
        support=Support.INFERRED,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people in their present jobs; `filters` is one more condition in Crustdata's form."""
        level = LEVELS.get(query.seniority, query.seniority)
        conditions = [
            (f"{JOB}.company_website_domain", "in", listing(query.company_domain)),
            (f"{JOB}.title", "(.)", query.title),
            (f"{JOB}.seniority_level", "in", listing(level)),
        ]
        return search(query, "person", ("profiles", "results"), conditions, WHO, "people", PERSON)

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("country",), ("company_name",)],
        uses=("employee_range", "filters", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits="0.03",
        max_credits=most,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; `filters` is one more condition in Crustdata's form."""
        low, high = size_bounds(query.employee_range)
        conditions = [
            ("taxonomy.professional_network_industry", "=", query.industry),
            ("basic_info.name", "(.)", query.company_name),
            ("locations.country", "in", listing(alpha_3(query.country))),
            ("headcount.total", "=>", low),
            ("headcount.total", "=<", high),
        ]
        fields = ["crustdata_company_id", *CORE]
        return search(query, "company", ("companies",), conditions, fields, "companies", COMPANY)

    @bulk("POST", "/company/enrich", max_items=25, group=alike)
    def many_companies(self, requests: Requests) -> Fold:
        """Describe up to 25 companies; the answers come in the order asked."""
        return folded(requests)

    @bulk("POST", "/company/identify", max_items=25, group=alike)
    def many_names(self, requests: Requests) -> Fold:
        """Identify up to 25 companies."""
        return folded(requests)

    @bulk("POST", "/person/enrich", max_items=25, group=alike)
    def many_people(self, requests: Requests) -> Fold:
        """Describe up to 25 people."""
        return folded(requests)


def folded(requests: Requests) -> Fold:
    """Ask for several at once, the lists of names joined; each answer says what it is about."""
    one = requests[0]
    key = next(iter(one.json))
    names = [name for request in requests for name in request.json[key]]
    body = {**one.json, key: names}
    reply = yield Request(
        "POST", one.path, json=body, headers=VERSION, expect=(200, 404), paid=one.paid, weight=len(requests)
    )
    answers = reply.json if reply.status == 200 and isinstance(reply.json, list) else []
    told = {name_of(dig(answer, "matched_on")): answer for answer in answers}
    if len(answers) == len(names) and not told.keys() >= {name_of(name) for name in names}:
        return [reply.with_json([answer]) for answer in answers]  # said in other words: they come in the order asked
    if "none" in told:
        return [InvalidReplyError("the batch does not say whom its answers are about")] * len(requests)
    return [reply.with_json([told.get(name_of(name))]) for name in names]


def name_of(name: Any) -> str:
    """Return a name as it is compared: pages and domains come back in another case or with a slash at the end."""
    return str(name).strip().lower().rstrip("/")


def company(query: Query, fields: list[str] | None) -> Steps[Any]:
    """Ask for a company, or, without fields, who it is; return the best match that is the one asked for.

    None where nothing came back, {} where strangers did.
    """
    key, word = next((key, word) for key, word in FIRM.items() if query.get(word))
    asked = query[word]
    if word == "crustdata_company_id" and str(asked).isdecimal():
        asked = int(asked)
    body: dict[str, Any] = {key: [asked], **({"fields": fields} if fields else {})}
    path = "/company/enrich" if fields else "/company/identify"
    reply = yield Request("POST", path, json=body, headers=VERSION, expect=(200, 404), paid=bool(fields))
    matches = sorted(reply.items("0.matches"), key=sure, reverse=True)
    for match in matches:
        name = dig(match, f"company_data.{NAMED[word]}") if word in ("company_name", "company_domain") else None
        if name is None or (same_name(query.company_name, name) if word == "company_name" else name_of(name) == asked):
            data = match.get("company_data")
            return {**data, "confidence_score": match.get("confidence_score")} if isinstance(data, dict) else {}
    return {} if matches else None


def sure(match: dict[str, Any]) -> float:
    """Return how sure a match is."""
    return float(amount(match.get("confidence_score")) or 0)


def aspect(found: Any, fields: dict[str, Any]) -> Hit | Miss:
    """Return some facts of a company; a record that lacks them is paid all the same."""
    facts = rename(found, fields)
    return Hit({**rename(found, NAMED), **facts}) if facts else Miss(credits=None if found is None else 2)


def person(query: Query, contact: str | None = None) -> Steps[Any]:
    """Ask for a person, and for one kind of contact; return the best match, or None."""
    key = "professional_network_profile_urls" if query.linkedin_url else "business_emails"
    body = {key: [query.linkedin_url or query.email], "fields": [*WHO, *([contact] if contact else [])]}
    reply = yield Request("POST", "/person/enrich", json=body, headers=VERSION, expect=(200, 404))
    matches = pluck(sorted(reply.items("0.matches"), key=sure, reverse=True), "person_data")
    return matches[0] if matches else None


def best(found: Any, kind: str, field: str) -> dict[str, Any]:
    """Return the best address of a kind."""
    mails = [one for one in listing(dig(found, f"contact.{kind}")) if dig(one, "email")]
    mails.sort(key=lambda one: BEST.index(table(STATUS, one.get("status"))))
    return rename(first(*mails), {field: "email", "email_status": ("status", STATUS)})


def wanted(found: Any, contact: dict[str, Any], field: str, price: int) -> Hit | Miss:
    """Return a person with the contact asked for; a profile without it is taken to be paid as one with it."""
    facts = {**rename(found, PERSON), **contact}
    return Hit(facts) if field in facts else Miss(credits=price if found else None)


def search(
    query: Query, kind: str, lists: tuple[str, ...], conditions: list[Any], fields: list[str], name: str, words: Any
) -> Flow:
    """Ask for one page, found under one of these names of a list."""
    asked = [(field, how, value) for field, how, value in conditions if value not in (None, "", [])]
    filters = [{"field": field, "type": how, "value": value} for field, how, value in asked] + listing(query.filters)
    page = {"fields": fields, "limit": size(query), **query.pick("cursor")}
    body = {"filters": {"op": "and", "conditions": filters}, **page}
    reply = yield Request("POST", f"/{kind}/search", json=body, headers=VERSION, expect=(200, 404))
    items = [item for key in lists for one in reply.items(key) if (item := rename(one, words))]
    found = {name: items, "total": reply.get("total_count"), "next_cursor": reply.get("next_cursor")}
    return Hit(found, credits=EACH * len(items)) if items else Miss()


def size(query: Query) -> int:
    """Return how many are asked for at once."""
    return page_size(query, 20, 1000)


provider = Crustdata
