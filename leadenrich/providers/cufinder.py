"""CUFinder: domains, companies, people, work e-mails, technologies and lookalikes, each by an endpoint of its own.

Facts: the vendor's clients for Python (cufinder-py 1.3.0) and TypeScript (its tests show the nested parts), and the
pages on status codes and errors at apidoc.cufinder.io. Bodies are forms. An answer is `{"status": 1, "data": ...}`;
an empty account is a 400, not found a 404. `credit_count` is what is left; what an endpoint costs could not be read,
so no credits are declared. The two clients name parts of a person and a company differently; both are read. Of what
kind a number is is not said, nor how long a page is.
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
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
    Tier,
    country_name,
    listing,
    one_call,
    operation,
    rename,
)

NAMED = [("company_domain",), ("company_name",)]
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "linkedin_url": ["linkedin_url", "social.linkedin"],
    "facebook_url": ["facebook", "social.facebook"],
    "twitter_url": ["twitter", "social.twitter"],
    "github_url": "social.github",
    "title": ["job_title", "current_job.title"],
    "city": ["city", "location.city"],
    "region": ["state", "location.state"],
    "country": ["country", "location.country"],
    "company_name": ["company_name", "company.name"],
    "company_domain": ["company_website", "company.website"],
    "company_linkedin_url": ["company_linkedin", "company.social.linkedin"],
}
CONTACT = {"email": ["email", "connections.work_email"], "phone": ["phone", "connections.phone"]}
COMPANY = {
    "company_name": "name",
    "company_domain": ["domain", "website"],
    "website": "website",
    "company_linkedin_url": ["linkedin_url", "social.linkedin"],
    "description": ["description", "overview"],
    "industry": "industry",
    "company_type": "type",
    "employee_range": ["size", "employees.range"],
    "employee_count": [("employee_count", int), "employees.count"],
    "founded_year": [("founded_year", int), ("founded_date", lambda date: int(str(date)[:4]))],
    "city": ["city", "main_location.city"],
    "region": ["state", "main_location.state"],
    "country": ["country", "main_location.country"],
    "logo_url": ["logo_url", "logo"],
    "facebook_url": "social.facebook",
    "twitter_url": "social.twitter",
}
PLACE = {
    "name": "name",
    "website": "website",
    "industry": "industry",
    "address": "main_location.address",
    "city": "main_location.city",
    "region": "main_location.state",
    "country": "main_location.country",
    "rating": "geo_location.rating",
    "rating_count": "geo_location.reviews_count",
}
FUNDED = {"funding_stage": "funding_last_round_type"}


class CUFinder(HTTPProvider):
    info = ProviderInfo(
        title="CUFinder",
        category=Category.EMAIL_CONTACT,
        tier=Tier.FREE,
        base_url="https://api.cufinder.io/v2",
        docs_url="https://apidoc.cufinder.io",
        auth=HeaderKey("x-api-key"),
        summary="Domains, companies, people, work e-mails, technologies and lookalikes.",
    )
    errors = {400: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}

    def classify(self, reply: Reply) -> Classified:
        """See a failure that comes with a 200."""
        return ErrorCode.PROVIDER_API_ERROR if reply.status == 200 and reply.get("status") == -1 else None

    @operation(Operation.FIND_DOMAIN, needs=[("company_name", "country")], gives=("company_domain",))
    def find_domain(self, query: Query) -> Flow:
        """Find a company's domain; the vendor wants its country beside the name."""
        request = ask("/cuf", query.pick("company_name", country_code="country"))
        return one_call(request, {"company_domain": "data.domain"})

    @operation(Operation.FIND_SOCIAL_URLS, needs=[("company_name",)], gives=("company_linkedin_url",))
    def find_social_urls(self, query: Query) -> Flow:
        """Find a company's LinkedIn page by its name."""
        return one_call(ask("/lcuf", query.pick("company_name")), {"company_linkedin_url": "data.linkedin_url"})

    @operation(Operation.ENRICH_COMPANY, needs=NAMED, gives=tuple(COMPANY))
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        return one_call(ask("/enc", named(query)), COMPANY, "company_name", at="data.company")

    @operation(
        Operation.ENRICH_PERSON,
        needs=[
            ("linkedin_url",),
            ("email",),
            *((*name, "company_name") for name in (("full_name",), ("first_name", "last_name"))),
        ],
        gives=(*PERSON, *CONTACT),
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person by profile, by work e-mail, or by name and company; that brings e-mail and number."""
        if query.linkedin_url or query.email:
            path, asked = ("/epp", query.pick("linkedin_url")) if query.linkedin_url else ("/rel", query.pick("email"))
            return one_call(ask(path, asked), PERSON, "full_name", "first_name", at="data.person")
        return one_call(known(query), {**PERSON, **CONTACT}, "full_name", "first_name", at="data.person")

    @operation(
        Operation.FIND_EMAIL,
        needs=[
            ("linkedin_url",),
            *((*name, "company_name") for name in (("full_name",), ("first_name", "last_name"))),
        ],
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail by profile, else by name and company."""
        if query.linkedin_url:
            return one_call(ask("/fwe", query.pick("linkedin_url")), {"email": "data.work_email"})
        return one_call(known(query), {"email": CONTACT["email"]}, at="data.person")

    @operation(
        Operation.FIND_PHONE,
        needs=[(*name, "company_name") for name in (("full_name",), ("first_name", "last_name"))],
        gives=("phone",),
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a number by name and company, in the record of the person."""
        return one_call(known(query), {"phone": CONTACT["phone"]}, at="data.person")

    @operation(Operation.DOMAIN_EMAILS, needs=[("company_domain",)])
    def domain_emails(self, query: Query) -> Flow:
        """List up to five general addresses of a company."""
        reply = yield ask("/dte", query.pick(company_website="company_domain"))
        emails = [{"email": one} for one in listing(reply.get("data.emails")) if isinstance(one, str)]
        return Hit(emails=emails) if emails else Miss()

    @operation(Operation.DETECT_TECHNOLOGIES, needs=NAMED)
    def detect_technologies(self, query: Query) -> Flow:
        """List a company's technologies."""
        reply = yield ask("/fts", named(query))
        found = [one for one in listing(reply.get("data.technologies")) if isinstance(one, str)]
        return Hit(technologies=found) if found else Miss()

    @operation(Operation.FIND_LOOKALIKES, needs=[("company_name",)], gives=("companies",))
    def find_lookalikes(self, query: Query) -> Flow:
        """List companies like one."""
        reply = yield ask("/fcl", query.pick(query="company_name"))
        companies = [found for item in reply.items("data.companies") if (found := rename(item, COMPANY))]
        return Hit(companies=companies) if companies else Miss()

    @operation(Operation.FIND_FUNDING, needs=[("company_name",)], gives=tuple(FUNDED))
    def find_funding(self, query: Query) -> Flow:
        """Name a company's last round; its amount is not turned into dollars."""
        return one_call(ask("/elf", query.pick(query="company_name")), FUNDED, at="data.fundraising_info")

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_name",), ("company_linkedin_url",), ("full_name",), ("title",), ("filters",)],
        uses=("seniority", "industry", "employee_range", "city", "region", "country", "cursor"),
        gives=("people", "next_cursor"),
    )
    def search_people(self, query: Query) -> Flow:
        """Search people; `filters` holds CUFinder's own parameters."""
        who = query.pick(
            "full_name",
            "company_name",
            "company_linkedin_url",
            "city",
            state="region",
            job_title_role="title",
            job_title_level="seniority",
            company_industry="industry",
            company_employee_size="employee_range",
        )
        reply = yield page("/pse", query, who)
        people = [found for item in reply.items("data.peoples") if (found := rename(item, PERSON))]
        return Hit(people=people, next_cursor=following(query)) if people else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("company_name",), ("country",), ("filters",)],
        uses=("employee_range", "city", "region", "cursor"),
        gives=("companies", "next_cursor"),
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; `filters` holds CUFinder's own parameters."""
        which = query.pick("industry", "city", name="company_name", state="region", employee_size="employee_range")
        reply = yield page("/cse", query, which)
        companies = [found for item in reply.items("data.companies") if (found := rename(item, COMPANY))]
        return Hit(companies=companies, next_cursor=following(query)) if companies else Miss()

    @operation(
        Operation.SEARCH_PLACES,
        needs=[("company_name",), ("industry", "city"), ("industry", "country")],
        uses=("region", "cursor"),
        gives=("places", "next_cursor"),
    )
    def search_places(self, query: Query) -> Flow:
        """Search local businesses."""
        reply = yield page("/lbs", query, query.pick("industry", "city", name="company_name", state="region"))
        places = [found for item in reply.items("data.companies") if (found := rename(item, PLACE))]
        return Hit(places=places, next_cursor=following(query)) if places else Miss()


def ask(path: str, form: Mapping[str, Any]) -> Request:
    """Return the request for one look-up; 404 means nothing found."""
    return Request("POST", path, data=dict(form), expect=(200, 404))


def named(query: Query) -> dict[str, Any]:
    """Return how one company is named."""
    return query.pick(query="company_domain|company_name")


def known(query: Query) -> Request:
    """Return the request for one person by name and company, which serves e-mail and number as well."""
    return ask("/tep", {"full_name": query.name, **query.pick(company="company_name")})


def page(path: str, query: Query, form: Mapping[str, Any]) -> Request:
    """Return the request for one page of a search."""
    country = {"country": country_name(query.country)} if query.country else {}
    return ask(path, {**form, **country, **(query.filters or {}), "page": int(query.cursor or 1)})


def following(query: Query) -> str:
    """Return the number of the next page: how many there are is not said, so the last one is followed by a miss."""
    return str(int(query.cursor or 1) + 1)


provider = CUFinder
