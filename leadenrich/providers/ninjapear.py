"""NinjaPear (Nubela, who ran Proxycurl): companies, people by e-mail or name, work e-mails, customers of a company.

Facts: the vendor's own client for Python (ninjapear 1.6.0, generated from its OpenAPI file, with the price of each
endpoint and what each status means) and nubela.co/docs. Out of credits is a 403. A reply states its cost in a header;
a person or company that is not found (404) is free, a site or an e-mail is not. An industry is a GICS number, left
out. Funding and competitors cost by the investor or competitor returned with no upper bound stated, so a budget could
not hold them; they are left out. A work e-mail may be inferred from a pattern.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Parameter,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Tier,
    dig,
    listing,
    one_call,
    operation,
    page_size,
    rename,
)

PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "twitter_url": "x_profile_url",
    "city": "city",
    "region": "state",
    "country": "country",
}
JOB = {"title": "role", "company_name": "company_name", "company_domain": "company_website"}
COMPANY = {
    "company_name": "name",
    "company_domain": "websites.0",
    "website": "websites.0",
    "description": "description",
    "company_type": "company_type",
    "founded_year": "founded_year",
    "employee_count": "employee_count",
    "logo_url": "logo_url",
    "facebook_url": "facebook_url",
    "twitter_url": "twitter_url",
    "ticker": "public_listing.stock_symbol",
    "lei": "public_listing.lei",
    "cik": "public_listing.cik",
    "sic": "public_listing.sic_code",
    "annual_revenue_usd": "public_listing.revenue_usd",
}
PLACE = {"city": "city", "region": "state", "country": "country_code"}
CUSTOMER = {
    "company_name": "name",
    "company_domain": "website",
    "website": "website",
    "description": "description",
    "twitter_url": "x_profile",
}
COUNT = Parameter("boolean", description="Look the head count up afresh, for 2 credits more.")


class NinjaPear(HTTPProvider):
    info = ProviderInfo(
        title="NinjaPear",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.BASIC,
        base_url="https://nubela.co/api/v1",
        docs_url="https://nubela.co/docs",
        auth=Bearer(),
        rates=(Rate(1500, per=300),),
        undocumented=("funding", "competitors"),
        summary="Companies, people by work e-mail or name, work e-mails, customers of a company.",
    )
    errors = {403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    account = Account("/meta/credit-balance", remaining="credit_balance")

    @operation(
        Operation.ENRICH_PERSON,
        needs=[("email",), ("first_name", "last_name", "company_domain")],
        gives=(*PERSON, *JOB),
        credits=3,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person by work e-mail, else by name and employer; the job without an end is the job."""
        named = query.pick("first_name", "last_name", employer_website="company_domain")
        reply = yield ask("/employee/profile", query.pick(work_email="email") or named)
        jobs = listing(reply.get("work_experience"))
        current = next((job for job in jobs if dig(job, "role") and not dig(job, "end_date")), None)
        found = {**rename(reply.json, PERSON), **rename(current, JOB)} if reply.status == 200 else {}
        return answer(reply, found if found.keys() & {"full_name", "first_name", "title"} else {}, 3)

    @operation(
        Operation.FIND_EMAIL,
        needs=[("first_name", "company_domain")],
        uses=("last_name",),
        credits=2,
        charged="on_call",
        confidence=60,
        confidence_reason="found in public, or inferred from the company's pattern; which of them is not said",
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail by name and domain."""
        asked = query.pick("first_name", "last_name", domain="company_domain")
        reply = yield ask("/employee/work-email", asked)
        return answer(reply, rename(reply.json, {"email": "work_email"}), 2, always=True)

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",)],
        gives=(*COMPANY, *PLACE),
        credits=3,
        max_credits=lambda query: price(query),
        parameters={"ninjapear_employee_count": COUNT},
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; a domain is surer than a name."""
        fresh = {"include_employee_count": "true"} if query.ninjapear_employee_count else {}
        reply = yield ask("/company/details", {**query.pick(website="company_domain|company_name"), **fresh})
        places = [place for place in listing(reply.get("addresses")) if isinstance(place, dict)]
        seat = next((place for place in places if place.get("is_primary") is True), next(iter(places), None))
        found = {**rename(reply.json, COMPANY), **rename(seat, PLACE)} if reply.status == 200 else {}
        return answer(reply, found if "company_name" in found else {}, price(query))

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        uses=("country",),
        gives=("company_domain", "website"),
        credits=1,
        charged="on_call",
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's own site by its name."""
        reply = yield ask("/company/website", query.pick("company_name", country_code="country"))
        found = rename(reply.json, {"company_domain": "website", "website": "website"}) if reply.status == 200 else {}
        return answer(reply, found, 1, always=True)

    @operation(
        "customers",
        needs=[("company_domain",)],
        uses=("limit", "page_size", "cursor"),
        gives=("companies", "next_cursor"),
        credits=1,
        charged="on_call",
        max_credits=lambda query: 1 + 2 * size(query),
    )
    def customers(self, query: Query) -> Flow:
        """List probable customers of a company: 1 credit, and 2 for each company, investor and partner returned."""
        asked = {**query.pick("cursor", website="company_domain"), "page_size": size(query)}
        reply = yield ask("/customer/listing", asked)
        count = sum(len(reply.items(kind)) for kind in ("customers", "investors", "partner_platforms"))
        companies = [found for item in reply.items("customers") if (found := rename(item, CUSTOMER))]
        more = parse_qs(urlsplit(str(reply.get("next_page", ""))).query).get("cursor", [None])[0]
        return answer(
            reply, {"companies": companies, "next_cursor": more} if companies else {}, 1 + 2 * count, always=True
        )

    @operation("email-kind", needs=[("email",)], gives=("email", "is_disposable", "is_free"), charged="free")
    def email_kind(self, query: Query) -> Flow:
        """Say whether an address is of a throw-away or a free mail provider; free of charge."""
        kinds = {"email": "email", "is_disposable": "is_disposable_email", "is_free": "is_free_email"}
        return one_call(ask("/contact/disposable-email", query.pick("email")), kinds, "is_disposable", "is_free")


def ask(path: str, params: Mapping[str, Any]) -> Request:
    """Return the request for one look-up; 404 means nothing found."""
    return Request("GET", path, params=dict(params), expect=(200, 404))


def answer(reply: Reply, found: Mapping[str, Any], price: int, *, always: bool = False) -> Hit | Miss:
    """Return what was found at the cost that the reply's header states; none stated, a find costs what is published.

    Args:
        reply: the answer.
        found: what it holds; nothing: a miss.
        price: the published one.
        always: a miss costs it as well.
    """
    said = reply.headers.get("x-ninjapear-credit-cost")
    if found:
        return Hit(dict(found), credits=said or price)
    return Miss(credits=said or (price if always else 0))


def price(query: Query) -> int:
    """Return what a company costs."""
    return 5 if query.ninjapear_employee_count else 3


def size(query: Query) -> int:
    """Return how many customers a page has."""
    return page_size(query, 20, 200)


provider = NinjaPear
