"""Nymeria: people by profile or address, their e-mails and phones, verification, companies, searches.

Facts: Nymeria's official SDKs for Go, Python and Ruby (v4, 2025-02) and what could be read of nymeria.io/developers
(errors, credits, 10 requests a second), hence `support="inferred"`. `require` makes a record without the wanted kind of
data a miss. A miss is a 404. What a call took is in a header; prices are not published. Batches are answered as a
bare list or in `data`, each with our `metadata`, else in order; their maximum is not stated, 100 is ours.
"""

from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    PERSON_FIELDS,
    Category,
    Charged,
    FeatureExecutionError,
    FeatureParametersError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    InsufficientCreditsError,
    Miss,
    Operation,
    ProviderError,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Support,
    Tier,
    amount,
    bulk,
    by_echo,
    country_name,
    echoed,
    operation,
    page_size,
    present,
    rename,
    ways_of,
)

PERSON_PATH, VERIFY, RECORD = "/person/enrich", "/email/verify", "/person/retrieve/{id}"
PROFILES = "linkedin_url|github_url|twitter_url|facebook_url"
WHO = [("linkedin_url",), ("email",), ("github_url",), ("twitter_url",), ("facebook_url",)]
STATUS = {"valid": "valid", "invalid": "invalid", "catchall": "accept_all", "disposable": "disposable"}
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "email": "work_email",
    "linkedin_url": "linkedin_url",
    "twitter_url": "twitter_url",
    "github_url": "github_url",
    "facebook_url": "facebook_url",
    "title": "job_title",
    "seniority": "job_title_levels.0",
    "department": "job_title_role",
    "country": "location_country",
    "company_name": "job_company_name",
    "company_domain": "job_company_website",
    "company_linkedin_url": "job_company_linkedin_url",
    "nymeria_person_id": "id",
}
CONTACTS = {"personal_email": "personal_emails.0", "mobile_phone": "mobile_phone", "phone": "phone_numbers.0"}
COMPANY = {
    "company_name": "name",
    "employee_range": "size",
    "industry": "industry",
    "founded_year": "founded",
    "company_domain": "website_url",
    "website": "website_url",
    "company_linkedin_url": ("linkedin_name", lambda name: f"https://www.linkedin.com/company/{name}"),
    "twitter_url": ("twitter_name", lambda name: f"https://x.com/{name}"),
    "facebook_url": ("facebook_name", lambda name: f"https://www.facebook.com/{name}"),
    "city": ("location", lambda place: place.split(",")[0].title()),
}
PAGED = ("filters", "limit", "page_size", "cursor")


class Nymeria(HTTPProvider):
    info = ProviderInfo(
        title="Nymeria",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://www.nymeria.io/api/v4",
        docs_url="https://www.nymeria.io/developers",
        auth=HeaderKey("X-Api-Key"),
        rates=(Rate(10, per=1),),
        support=Support.INFERRED,
        undocumented=("preview",),
        summary="People, their e-mails and phones, verification, companies, searches.",
    )

    free_call = Request("POST", "/check-authentication", paid=False)

    @operation(
        Operation.ENRICH_PERSON,
        needs=[*WHO, ("nymeria_person_id",)],
        gives=(*PERSON_FIELDS, *CONTACTS, "nymeria_person_id"),
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, with the work e-mail; a record found by a search is read by its id."""
        if query.nymeria_person_id:
            request = Request("GET", RECORD, at={"id": query.nymeria_person_id}, expect=(200, 404))
        else:
            request = person(query)
        return told(request, {**PERSON, **CONTACTS})

    @operation(Operation.FIND_EMAIL, needs=[("linkedin_url",)], gives=(*PERSON_FIELDS, "nymeria_person_id"))
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        return told(person(query, "professional-email"), PERSON, "email")

    @operation(Operation.FIND_PERSONAL_EMAIL, needs=[("linkedin_url",), ("email",)])
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail."""
        return told(person(query, "personal-email"), {"personal_email": CONTACTS["personal_email"]})

    @operation(Operation.FIND_PHONE, needs=[("linkedin_url",), ("email",)], gives=("mobile_phone", "phone"))
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile, or any number of the person's."""
        return told(person(query, "phone"), {name: CONTACTS[name] for name in ("mobile_phone", "phone")})

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=("email", "email_status"), charged=Charged.ON_CALL)
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield get(VERIFY, query.pick("email"))
        found = rename(reply.get("data"), {"email_status": ("result", STATUS)})
        return Hit({"email": query.email, **found}, credits=cost(reply)) if found else Miss(credits=cost(reply))

    @bulk("GET", PERSON_PATH, max_items=100)
    def many_people(self, requests: Requests) -> Fold:
        """Ask about many people at once; each says what is required of it."""
        return many(PERSON_PATH, [{"params": one.params} for one in requests])

    @bulk("GET", VERIFY, max_items=100)
    def many_addresses(self, requests: Requests) -> Fold:
        """Verify many addresses at once."""
        return many(VERIFY, [{"params": one.params} for one in requests])

    @bulk("GET", RECORD, max_items=100)
    def many_records(self, requests: Requests) -> Fold:
        """Read many records at once."""
        return many("/person/retrieve", [{"id": (one.at or {})["id"]} for one in requests])

    @operation(
        Operation.SEARCH_PEOPLE,
        gives=("people", "total", "next_cursor"),
        needs=[("company_name",), ("title",), ("first_name",), ("last_name",), ("industry",), ("country",)],
        uses=("city", *PAGED),
    )
    def search_people(self, query: Query) -> Flow:
        """Search people."""
        asked = query.pick("first_name", "last_name", "title", "industry", company="company_name", location="city")
        return search(query, "/person/search", asked, "people", PERSON)

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("company_linkedin_url",)],
        gives=tuple(COMPANY),
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        asked = query.pick(website="company_domain", name="company_name", profile="company_linkedin_url")
        return told(get("/company/enrich", asked), COMPANY, "company_name")

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_name",), ("industry",), ("country",)],
        gives=("companies", "total", "next_cursor"),
        uses=("city", "employee_range", *PAGED),
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies."""
        asked = query.pick("industry", name="company_name", location="city", size="employee_range")
        return search(query, "/company/search", asked, "companies", COMPANY)


def get(path: str, params: dict[str, Any]) -> Request:
    """Return a question; 404 means nothing found."""
    return Request("GET", path, params=params, expect=(200, 404))


def told(request: Request, fields: dict[str, Any], *wanted: str) -> Flow:
    """Ask once: a hit of what the record tells, at the price stated."""
    reply = yield request
    found = rename(reply.get("data"), fields) if reply.status == 200 else {}
    known = any(word in found for word in wanted or fields)
    return Hit(found, credits=cost(reply)) if known else Miss(credits=cost(reply))


def cost(reply: Reply) -> Any:
    """Return what a call took: of a batch's one answer its share, else what the header says."""
    return reply.get("credits_spent", reply.headers.get("x-call-credits-spent") or None)


def person(query: Query, kind: str | None = None) -> Request:
    """Return the request for a person, of whom a kind of data must be known; a record at hand is not bought again."""
    ways = ways_of(query, *({"profile": word} for word in PROFILES.split("|")), {"email": "email"})
    kinds = (None, "professional-email", "personal-email", "phone")
    asked = [get(PERSON_PATH, {**way, **present({"require": one})}) for way in ways for one in kinds]
    mine = {**ways[0], **present({"require": kind})}
    return Request("GET", PERSON_PATH, params=mine, expect=(200, 404), served_by=asked)


def many(path: str, items: list[dict[str, Any]]) -> Fold:
    """Ask about many; the answers name the question, or have the order of the questions."""
    asked = [{**item, "metadata": {"external_id": str(i)}} for i, item in enumerate(items)]
    reply = yield Request("POST", f"{path}/bulk", json={"requests": asked}, weight=len(items))
    said = reply.items() or reply.items("data")
    named = echoed(said, "metadata.external_id")
    if not named and len(said) == len(items):
        named = {str(i): item for i, item in enumerate(said)}
    spent, hits = amount(cost(reply)), sum(item.get("status") == 200 for item in said)
    share = None if spent is None else spent / max(1, hits)
    return by_echo(reply, map(str, range(len(items))), named, lambda item: single(item, share))


def single(item: dict[str, Any], share: Decimal | None) -> dict[str, Any] | Reply | ProviderError:
    """Return one answer of a batch in the shape of an answer to one, with its share of what the batch took."""
    status = item.get("status")
    spent = {} if share is None else {"credits_spent": str(share if status == 200 else 0)}
    if status in (200, 404, None):
        return Reply(404, json=spent) if status == 404 else {**item, **spent}
    if status == 402:
        return InsufficientCreditsError("the account has no credits left", status=402)
    if status == 400:
        return FeatureParametersError("the vendor refused the question as ill-formed", status=400)
    return FeatureExecutionError("the vendor could not answer this one of the batch")


def search(query: Query, path: str, asked: dict[str, Any], word: str, fields: dict[str, Any]) -> Flow:
    """Ask for one page; `filters` holds Nymeria's own parameters."""
    limit, offset = page_size(query, 10, 100), int(query.cursor or 0)
    place = {"country": country_name(query.country)} if query.country else {}
    reply = yield get(path, {**asked, **place, **(query.filters or {}), "limit": limit, "offset": offset})
    found = [rename(item, fields) for item in reply.items("data")]
    more = str(offset + limit) if len(found) == limit else None
    return Hit({word: found, "total": reply.get("total"), "next_cursor": more}) if found else Miss()


provider = Nymeria
