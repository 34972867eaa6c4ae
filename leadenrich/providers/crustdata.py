"""Crustdata: companies and people by page, domain, name or address, searches of both, in batches of 25.

Facts: docs.crustdata.com (company search, enrichment, identify; person enrichment, contact/enrich; read 2026-08, API
version 2025-11-01). 403 means an empty account or a field or endpoint outside the plan, told apart by its text. Names
can match strangers at full score, so a match must bear the name or the domain asked for. Contacts are bought by the
fields asked for; the separate contact endpoint answers self-serve keys with 403. The jobs for thousands of records put
their result on a host that is not published and are left out. A filter on the current employer's domain is inferred.
"""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any

from leadenrich.contract import (COMPANY_FIELDS, PERSON_FIELDS, Bearer, Category, Classified, ErrorCode, Flow, Fold,
                                 Hit, HTTPProvider, Miss, Operation, ProviderAPIError, ProviderInfo, Query, Rate, Reply,
                                 Request, Requests, Steps, Support, Tier, bulk, dig, operation, pluck, rename,
                                 size_bounds)  # fmt: skip
from leadenrich.contract.saying import alpha_3
from leadenrich.providers._names import same_name

VERSION = {"x-api-version": "2025-11-01"}
CORE = ["basic_info", "headcount", "funding", "locations", "taxonomy", "revenue", "social_profiles"]
MORE = ["basic_info", "web_traffic", "news", "competitors"]
WHO = ["basic_profile", "social_handles", "experience"]
FUNDING = {"funding_total_usd": "funding.total_investment_usd", "funding_stage": "funding.last_round_type",
           "last_funding_at": "funding.last_fundraise_date", "investors": "funding.investors"}  # fmt: skip
NAMED = {
    "company_name": "basic_info.name", "company_domain": "basic_info.primary_domain",
    "company_linkedin_url": "basic_info.professional_network_url",
    "crustdata_company_id": ["crustdata_company_id", "basic_info.crustdata_company_id"],
    "confidence": ("confidence_score", lambda score: min(100, score * 100)),  # of the match; it may exceed 1
}  # fmt: skip
COMPANY = {**NAMED, **FUNDING, "website": "basic_info.website", "description": "basic_info.description",
           "industry": ["taxonomy.professional_network_industry", "basic_info.industries.0"],
           "company_type": "basic_info.company_type", "founded_year": "basic_info.year_founded",
           "employee_count": "headcount.total", "employee_range": "basic_info.employee_count_range",
           "city": "locations.hq_city", "region": "locations.hq_state", "country": "locations.hq_country",
           "annual_revenue_usd": "revenue.estimated.lower_bound_usd",
           "twitter_url": "social_profiles.twitter_url"}  # fmt: skip
NEWS = {"title": "article_title", "url": "article_url", "published_at": "article_publish_date"}
JOB = "experience.employment_details.current"
PERSON = {"full_name": "basic_profile.name", "first_name": "basic_profile.first_name",
          "last_name": "basic_profile.last_name", "headline": "basic_profile.headline",
          "title": ["basic_profile.current_title", f"{JOB}.0.title"], "city": "basic_profile.location.city",
          "region": "basic_profile.location.state", "country": "basic_profile.location.country",
          "linkedin_url": "social_handles.professional_network_identifier.profile_url",
          "twitter_url": ("social_handles.twitter_identifier.slug", lambda slug: f"https://x.com/{slug}"),
          "github_url": "social_handles.dev_platform_identifier.profile_url", "company_name": f"{JOB}.0.name",
          "company_domain": f"{JOB}.0.company_website_domain", "seniority": f"{JOB}.0.seniority_level",
          "company_linkedin_url": f"{JOB}.0.company_professional_network_profile_url",
          "department": f"{JOB}.0.function_category", "crustdata_person_id": "crustdata_person_id"}  # fmt: skip
LEVELS = {"owner": "Owner / Partner", "founder": "Owner / Partner", "partner": "Owner / Partner", "c_suite": "CXO",
          "vp": "Vice President", "head": "Director", "director": "Director", "manager": "Experienced Manager",
          "senior": "Senior", "entry": "Entry Level", "intern": "In Training"}  # fmt: skip
FIRM = {"crustdata_company_ids": "crustdata_company_id", "domains": "company_domain",
        "professional_network_profile_urls": "company_linkedin_url", "names": "company_name"}  # fmt: skip
DENIED = ("field", "endpoint", "permission", "access", "plan", "denied", "not allowed", "not enabled")
FIRMS = [(word,) for word in FIRM.values()]
PEOPLE = [("linkedin_url",), ("email",)]


def alike(request: Request) -> Hashable | None:
    """Let requests fold that go by the same kind of name and want the same fields."""
    body = request.json
    return (next(iter(body)), str(body.get("fields"))) if isinstance(body, dict) and body else None


def most(query: Query) -> Decimal:
    """Return what a page of a search costs at most."""
    return Decimal("0.03") * size(query)


class Crustdata(HTTPProvider):
    info = ProviderInfo(title="Crustdata", category=Category.MAJOR_DATA, tier=Tier.BASIC,
                        base_url="https://api.crustdata.com", docs_url="https://docs.crustdata.com", auth=Bearer(),
                        rates=(Rate(15, per=60),), established_in="US",
                        summary="Companies and people with their contacts, and searches of both.")  # fmt: skip

    def classify(self, reply: Reply) -> Classified:
        """Tell the two meanings of a 403 apart: an empty account, unless its text speaks of what the plan denies."""
        if reply.status != 403:
            return None
        text = reply.text.lower()
        denied = "credit" not in text and any(word in text for word in DENIED)
        return ErrorCode.FEATURE_NOT_SUPPORTED if denied else ErrorCode.PROVIDER_INSUFFICIENT_CREDITS

    @operation(Operation.ENRICH_COMPANY, needs=FIRMS, gives=(*COMPANY_FIELDS, "crustdata_company_id"), credits=2)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        found = rename((yield from company(query, CORE)), COMPANY)
        return Hit(found) if found else Miss()

    @operation(Operation.FIND_FUNDING, needs=FIRMS, gives=(*NAMED, *FUNDING), credits=2)
    def find_funding(self, query: Query) -> Flow:
        """Find funding, by the same question as `enrich_company`."""
        return aspect((yield from company(query, CORE)), FUNDING)

    @operation(Operation.WEB_TRAFFIC, needs=FIRMS, gives=(*NAMED, "visits"), credits=2)
    def web_traffic(self, query: Query) -> Flow:
        """Count a site's monthly visitors."""
        return aspect((yield from company(query, MORE)), {"visits": "web_traffic.domain_traffic.monthly_visitors"})

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

    @operation(Operation.FIND_DOMAIN, needs=[("company_name",), ("company_linkedin_url",)], gives=tuple(NAMED),
               charged="free")  # fmt: skip
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

    @operation(Operation.FIND_PERSONAL_EMAIL, needs=PEOPLE, gives=(*PERSON, "personal_email", "email_status"),
               credits=3)  # fmt: skip
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail."""
        found = yield from person(query, "contact.personal_emails")
        return wanted(found, best(found, "personal_emails", "personal_email"), "personal_email", 3)

    @operation(Operation.FIND_PHONE, needs=PEOPLE, gives=(*PERSON, "phone"), credits=3, confidence=75,
               confidence_reason="stated without score or kind")  # fmt: skip
    def find_phone(self, query: Query) -> Flow:
        """Find a person's number."""
        found = yield from person(query, "contact.phone_numbers")
        return wanted(found, rename(found, {"phone": "contact.phone_numbers.0"}), "phone", 3)

    @operation(Operation.SEARCH_PEOPLE, needs=[("company_domain",), ("title",)],
               uses=("seniority", "filters", "limit", "page_size", "cursor"), gives=("people", "total", "next_cursor"),
               credits="0.03", max_credits=most, support=Support.INFERRED)  # fmt: skip
    def search_people(self, query: Query) -> Flow:
        """Search people in their present jobs; `filters` is one more condition in Crustdata's form."""
        level = LEVELS.get(query.seniority, query.seniority) if query.seniority else None
        conditions = [
            (f"{JOB}.company_website_domain", "in", query.company_domain and [query.company_domain]),
            (f"{JOB}.title", "(.)", query.title), (f"{JOB}.seniority_level", "in", level and [level]),
        ]  # fmt: skip
        return (yield from search(query, "person", ("profiles", "results"), conditions, WHO, "people", PERSON))

    @operation(Operation.SEARCH_COMPANIES, needs=[("industry",), ("country",), ("company_name",)],
               uses=("employee_range", "filters", "limit", "page_size", "cursor"),
               gives=("companies", "total", "next_cursor"), credits="0.03", max_credits=most)  # fmt: skip
    def search_companies(self, query: Query) -> Flow:
        """Search companies; `filters` is one more condition in Crustdata's form."""
        low, high = size_bounds(query.employee_range)
        conditions = [
            ("taxonomy.professional_network_industry", "=", query.industry),
            ("basic_info.name", "(.)", query.company_name),
            ("locations.hq_country", "in", query.country and [alpha_3(query.country)]),
            ("headcount.total", "=>", low), ("headcount.total", "=<", high),
        ]  # fmt: skip
        fields = ["crustdata_company_id", *CORE]
        return (yield from search(query, "company", ("companies",), conditions, fields, "companies", COMPANY))

    @bulk("POST", "/company/enrich", max_items=25, group=alike)
    def many_companies(self, requests: Requests) -> Fold:
        """Describe up to 25 companies; the answers come in the order asked."""
        return (yield from folded(requests))

    @bulk("POST", "/company/identify", max_items=25, group=alike)
    def many_names(self, requests: Requests) -> Fold:
        """Identify up to 25 companies."""
        return (yield from folded(requests))

    @bulk("POST", "/person/enrich", max_items=25, group=alike)
    def many_people(self, requests: Requests) -> Fold:
        """Describe up to 25 people."""
        return (yield from folded(requests))


def folded(requests: Requests) -> Fold:
    """Ask for several at once: the lists of names joined."""
    first = requests[0]
    key = next(iter(first.json))
    body = {**first.json, key: [name for request in requests for name in request.json[key]]}
    reply = yield Request("POST", first.path, json=body, headers=VERSION, expect=(200, 404), paid=first.paid,
                          weight=len(requests))  # fmt: skip
    answers = reply.json if reply.status == 200 and isinstance(reply.json, list) else []
    if len(answers) != len(requests):  # one is left out: only what an answer says it is about can tell which
        told = {str(dig(one, "matched_on")): one for one in answers}
        if "None" in told:
            return [ProviderAPIError("the batch does not say whom its answers are about")] * len(requests)
        answers = [told.get(str(name)) for name in body[key]]
    return [reply.with_json([answer]) for answer in answers]


def company(query: Query, fields: list[str] | None) -> Steps[Any]:
    """Ask for a company, or, without fields, who it is; return the best match that is the one asked for, or None."""
    key, word = next((key, word) for key, word in FIRM.items() if query.get(word))
    name = query[word]
    if word == "crustdata_company_id" and str(name).isdecimal():
        name = int(name)
    body: dict[str, Any] = {key: [name], **({"fields": fields} if fields else {})}
    path = "/company/enrich" if fields else "/company/identify"
    reply = yield Request("POST", path, json=body, headers=VERSION, expect=(200, 404), paid=bool(fields))
    for match in sorted(reply.items("0.matches"), key=sure, reverse=True):
        name = dig(match, f"company_data.{NAMED[word]}") if word in ("company_name", "company_domain") else None
        if name is None or (same_name(query[word], name) if word == "company_name" else str(name) == query[word]):
            data = match.get("company_data")
            return {**data, "confidence_score": match.get("confidence_score")} if isinstance(data, dict) else None
    return None


def sure(match: dict[str, Any]) -> float:
    """Return how sure a match is."""
    score = match.get("confidence_score")
    return score if isinstance(score, int | float) else 0


def aspect(found: Any, fields: dict[str, Any]) -> Hit | Miss:
    """Return some facts of a company; a record that lacks them is paid all the same."""
    facts = rename(found, fields)
    return Hit({**rename(found, NAMED), **facts}) if facts else Miss(credits=2 if found else None)


def person(query: Query, contact: str | None = None) -> Steps[Any]:
    """Ask for a person, and for one kind of contact; return the best match, or None."""
    key = "professional_network_profile_urls" if query.linkedin_url else "business_emails"
    body = {key: [query.linkedin_url or query.email], "fields": [*WHO, *([contact] if contact else [])]}
    reply = yield Request("POST", "/person/enrich", json=body, headers=VERSION, expect=(200, 404))
    matches = pluck(sorted(reply.items("0.matches"), key=sure, reverse=True), "person_data")
    return matches[0] if matches else None


def best(found: Any, kind: str, field: str) -> dict[str, Any]:
    """Return the first verified address of a kind, else the first."""
    listed = dig(found, f"contact.{kind}")
    mails = [one for one in listed if isinstance(one, dict) and one.get("email")] if isinstance(listed, list) else []
    mails.sort(key=lambda one: one.get("status") != "verified")
    status = ("status", {"verified": "valid"})
    return rename(mails[0], {field: "email", "email_status": status}) if mails else {}


def wanted(found: Any, contact: dict[str, Any], field: str, price: int) -> Hit | Miss:
    """Return a person with the contact asked for; a profile without it is taken to be paid as one with it."""
    facts = {**rename(found, PERSON), **contact}
    return Hit(facts) if field in facts else Miss(credits=price if found else None)


def search(
    query: Query, kind: str, lists: Sequence[str], conditions: list[Any], fields: list[str], name: str, words: Any
) -> Flow:
    """Ask for one page."""
    filters = [{"field": field, "type": how, "value": value} for field, how, value in conditions if value is not None]
    body = {
        "filters": {"op": "and", "conditions": [*filters, *([query.filters] if query.filters else [])]},
        "fields": fields, "limit": size(query), **query.pick("cursor"),
    }  # fmt: skip
    reply = yield Request("POST", f"/{kind}/search", json=body, headers=VERSION, expect=(200, 404))
    items = [found for key in lists for one in reply.items(key) if (found := rename(one, words))]
    page = {"total": reply.get("total_count"), "next_cursor": reply.get("next_cursor")}
    return Hit({name: items, **page}, credits=Decimal("0.03") * len(items)) if items else Miss()


def size(query: Query) -> int:
    """Return how many are asked for at once."""
    return min(int(query.page_size or query.limit or 20), 1000)


provider = Crustdata
