"""Forager.ai: people and their contacts by profile, e-mail or phone, organizations, sites, searches.

Facts: docs.forager.ai (authentication, credit pricing, openapi; read 2026-08) and a client tested against the vendor in
2026-08 (what finds nothing is free, a reverse look-up says it with a 404, a contact look-up with an empty list). The
account's number is in every path. Searches take boolean texts, so phrases are quoted; places, industries and
technologies go by numbers, which only `filters` can carry. Pages count from 0 and state no size, so a cursor holds how
many have been seen. The currency of revenue and the period of traffic are not stated. Another live client says: many
organizations name one domain, the one of the best `domain_rank` is it; `addresses` are offices in no order, the seat is
`location`; pages of merged organizations are called `duplicate__<number>_<name>`.
"""

import re
from collections.abc import Callable
from typing import Any

from leadenrich.contract import (
    COMPANY_FIELDS,
    AllOf,
    Category,
    Charged,
    ErrorCode,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Settings,
    Tier,
    amount,
    dig,
    first,
    listing,
    one_call,
    operation,
    pluck,
    present,
    rename,
    size_bounds,
)
from leadenrich.providers._web import host


def spot(*kinds: str) -> tuple[str, Callable[[Any], str]]:
    """Return the way to the place of a kind in a location."""
    return "location.osm_locations", lambda places: next(
        (str(one["name"]).split(",")[0].strip() for one in places if one.get("place_type") in kinds), ""
    )


def only(part: str) -> tuple[str, Callable[[Any], Any]]:
    """Return the way to a part of an address, where there is one address alone."""
    return "addresses", lambda offices: offices[0].get(part) if len(offices) == 1 else None


MAIL = {"valid": "valid", "invalid": "invalid"}
PROFILE = "linkedin_info.public_profile_url"
CITY, REGION, COUNTRY = spot("city", "town", "municipality", "village"), spot("state", "region"), spot("country")
PLACE = {"city": CITY, "region": REGION, "country": COUNTRY}
PERSON = {
    "full_name": "full_name",
    "first_name": "first_name",
    "last_name": "last_name",
    "linkedin_url": PROFILE,
    "forager_person_id": "id",
}
ROLE = {
    "title": "role_title",
    "company_name": "organization.name",
    "company_domain": "organization.domain",
    "company_linkedin_url": (f"organization.{PROFILE}", lambda url: merged(url)),
}
LISTED = {
    **{field: f"person.{path}" for field, path in PERSON.items()},
    **{field: (f"person.{path}", convert) for field, (path, convert) in PLACE.items()},
    **ROLE,
}
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "website": "website",
    "description": "description",
    "industry": "linkedin_info.industry.name",
    "employee_count": "employees_amount",
    "logo_url": "logo",
    "employee_range": "employees_range",
    "annual_revenue_usd": "finance_info.revenue",
    "founded_year": "founded_date",
    "city": [CITY, only("city")],
    "region": [REGION, only("state")],
    "country": [COUNTRY, only("country")],
    "company_linkedin_url": (PROFILE, lambda url: merged(url)),
}
TOTALS = {
    "total": ("total_search_results", lambda count: count if amount(count) else None),
    "forager_persons": "total_persons",
    "forager_organizations": "total_organizations",
}
TRAFFIC = {"visits": "similarweb_traffic", "global_rank": "similarweb_rank", "company_domain": "domain"}
RUNS = ("website_technologies", lambda items: pluck([one for one in items if one.get("is_active")], "name"))
WHO = [("linkedin_url",), ("forager_person_id",)]
FIRMS = [("company_domain",), ("company_linkedin_url",)]
ROLES, FIRM, SITE = "person_role_search", "organization_search", "website_detail_lookup"
BY = [("title",), ("full_name",), ("company_domain",), ("filters",)]


class Forager(HTTPProvider):
    info = ProviderInfo(
        title="Forager.ai",
        category=Category.EMAIL_CONTACT,
        tier=Tier.FREE,
        base_url="https://api-v2.forager.ai",
        docs_url="https://docs.forager.ai",
        auth=AllOf(HeaderKey("X-API-KEY"), Settings("account_id")),
        summary="People and their contacts by profile, e-mail or phone; organizations; searches.",
    )
    errors = {403: ErrorCode.PROVIDER_AUTHENTICATION_FAILED}  # a missing or wrong key
    free_call = Request("GET", "/api/users/current/", paid=False)

    @operation(Operation.FIND_EMAIL, needs=WHO, gives=("email", "email_status"), credits=5)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        return mails("work_emails", query, "email")

    @operation(Operation.FIND_PERSONAL_EMAIL, needs=WHO, gives=("personal_email", "email_status"), credits=5)
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail."""
        return mails("personal_emails", query, "personal_email")

    @operation(
        Operation.FIND_PHONE,
        needs=WHO,
        gives=("phone",),
        credits=15,
        confidence=80,
        confidence_reason="said to be verified",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a phone number; of which kind it is, the reply does not say."""
        numbers = pluck((yield ask("person_contacts_lookup/phone_numbers", who(query))).items(), "phone_number")
        return Hit(phone=numbers[0]) if numbers else Miss()

    @operation(
        Operation.ENRICH_PERSON,
        needs=[*WHO, ("email",), ("phone",)],
        gives=(*PERSON, *PLACE, *ROLE),
        credits=1,
        max_credits=lambda query: price(query),
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person; by e-mail it costs 5, by phone 15."""
        if query.linkedin_url or query.forager_person_id:
            reply = yield ask("person_detail_lookup", who(query))
        else:
            way = query.pick("email") or query.pick(phone_number="phone")
            reply = yield ask(f"person_detail_reverse_lookup/by_{next(iter(way))}", way)
        roles = reply.items("roles")
        role = next((one for one in roles if one.get("is_current")), first(*roles))
        found = {**rename(reply.json, PERSON | PLACE), **rename(role, ROLE)} if reply.status == 200 else {}
        return Hit(found, credits=price(query)) if found else Miss()

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=BY,
        uses=("headline", "employee_range", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits=1,
        charged=Charged.ON_CALL,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people by their present roles; `filters` holds Forager's own."""
        reply = yield ask(ROLES, {**roles(query), "page": page(query)[0], **(query.filters or {})})
        return listed(reply, query, "people", LISTED)

    @operation("count-people", needs=BY, uses=("headline", "employee_range"), charged=Charged.FREE, gives=tuple(TOTALS))
    def count_people(self, query: Query) -> Flow:
        """Count what `search_people` would find; free."""
        return one_call(ask(f"{ROLES}/totals", {**roles(query), **(query.filters or {})}, paid=False), TOTALS, "total")

    @operation(Operation.ENRICH_COMPANY, needs=FIRMS, gives=COMPANY_FIELDS, credits=1, charged=Charged.ON_CALL)
    def enrich_company(self, query: Query) -> Flow:
        """Describe an organization, by a search for its domain or page."""
        reply = yield ask(FIRM, {**firm(query), "page": 0})
        same = sorted((one for one in reply.items("search_results") if meant(one, query)), key=standing)
        found = rename(first(*same), COMPANY)
        return Hit(found) if found else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[*FIRMS, ("filters",)],
        uses=("employee_range", "keywords", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=1,
        charged=Charged.ON_CALL,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search organizations; `filters` holds Forager's own."""
        said = {"description": quoted(query.keywords)} if query.keywords else {}
        body = {**firm(query), **said, **sizes("employees", query), "page": page(query)[0]}
        reply = yield ask(FIRM, {**body, **(query.filters or {})})
        return listed(reply, query, "companies", COMPANY)

    @operation(
        Operation.DETECT_TECHNOLOGIES, needs=[("company_domain",)], gives=("technologies", "company_domain"), credits=1
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List what a site runs now."""
        fields = {"technologies": RUNS, "company_domain": "domain"}
        return one_call(ask(SITE, query.pick(domain="company_domain")), fields, "technologies")

    @operation(Operation.WEB_TRAFFIC, needs=[("company_domain",)], gives=tuple(TRAFFIC), credits=1)
    def web_traffic(self, query: Query) -> Flow:
        """Read a site's traffic, by the same question as `detect_technologies`."""
        return one_call(ask(SITE, query.pick(domain="company_domain")), TRAFFIC, "visits", "global_rank")


def ask(path: str, body: dict[str, Any], paid: bool = True) -> Request:
    """Return a request; a look-up without result is a 404."""
    path = f"/api/{{account_id}}/datastorage/{path}/"
    return Request("POST", path, json=body, expect=(200, 204, 404), paid=paid)


def who(query: Query) -> dict[str, Any]:
    """Return whom a look-up is about."""
    if query.forager_person_id:
        return {"person_id": query.forager_person_id}
    return {"linkedin_public_identifier": slug(query.linkedin_url)}


def slug(url: str) -> str:
    """Return the last part of a page's address."""
    return url.rstrip("/").rsplit("/", 1)[-1]


def merged(url: str) -> str:
    """Return the address that a merged organization's page has now."""
    return re.sub(r"/duplicate__\d+_", "/", url)


def meant(one: dict[str, Any], query: Query) -> bool:
    """Return whether an organization is the one asked for."""
    if query.company_domain:
        return bool(query.company_domain == host(one.get("domain")))
    name = dig(one, "linkedin_info.public_identifier")
    return name is None or str(name).lower() == slug(query.company_linkedin_url).lower()


def standing(one: dict[str, Any]) -> tuple[float, float]:
    """Return what puts the organization that a domain belongs to before those that merely name it."""
    rank, people = one.get("domain_rank"), one.get("employees_amount")
    return rank if isinstance(rank, int) else float("inf"), -people if isinstance(people, int) else 0


def price(query: Query) -> int:
    """Return what a person costs."""
    return 1 if query.linkedin_url or query.forager_person_id else 5 if query.email else 15


def quoted(text: str) -> str:
    """Return a phrase as boolean texts take it."""
    return '"' + str(text).replace('"', " ") + '"'


def sizes(word: str, query: Query) -> dict[str, int]:
    """Return the bounds of a head count."""
    low, high = size_bounds(query.employee_range)
    return present({f"{word}_start": low, f"{word}_end": high})


def roles(query: Query) -> dict[str, Any]:
    """Return what a search of roles is for."""
    texts = query.pick(role_title="title", person_name="full_name", person_headline="headline")
    firms = {"organization_domains": [query.company_domain]} if query.company_domain else {}
    bounds = sizes("organization_employees", query)
    return {**{field: quoted(text) for field, text in texts.items()}, **firms, **bounds, "role_is_current": True}


def firm(query: Query) -> dict[str, Any]:
    """Return which organization is meant."""
    pages = [slug(url) for url in listing(query.company_linkedin_url)]
    return present({"domains": listing(query.company_domain), "linkedin_public_identifiers": pages})


def page(query: Query) -> tuple[int, int]:
    """Return the page asked for and how many items were seen before it."""
    number, _, seen = str(query.cursor or "0:0").partition(":")
    return int(number), int(seen or 0)


def listed(reply: Reply, query: Query, name: str, fields: dict[str, Any]) -> Hit | Miss:
    """Return one page of a search."""
    items = [found for one in reply.items("search_results") if (found := rename(one, fields))]
    (number, seen), total = page(query), reply.get("total_search_results")
    seen += len(items)
    more = f"{number + 1}:{seen}" if isinstance(total, int) and seen < total else None
    return Hit({name: items, "total": total, "next_cursor": more}) if items else Miss()


def mails(kind: str, query: Query, field: str) -> Flow:
    """Find the first valid address, else the first."""
    reply = yield ask(f"person_contacts_lookup/{kind}", who(query))
    mails = sorted(reply.items(), key=lambda one: one.get("validation_status") != "valid")
    found = rename(first(*mails), {field: "email", "email_status": ("validation_status", MAIL)})
    return Hit(found) if field in found else Miss()


provider = Forager
