"""Hunter: e-mails by name and domain, verification, people and companies by domain.

Facts: hunter.io/api-documentation/v2 (re-read 2026-08-13). Two statuses are inverted against most APIs there:
403 means slow down, 429 means the month's credits are used up. 202 means still at work, 222 that the mail server
answered oddly and a later try may do better. Discover takes `limit` and `offset` on paid plans alone (pagination_error
elsewhere), so a first page is asked without and cut here.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    EMAIL_FIELDS,
    Account,
    Category,
    Classified,
    ErrorCode,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Parameter,
    Price,
    ProviderAPIError,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Steps,
    Support,
    Tier,
    Wait,
    one_call,
    operation,
    page_size,
    pluck,
    rename,
)

LOOKUPS = ("GET /domain-search", "GET /email-finder", "GET /people/find", "GET /companies/find", "GET /combined/find")
LEVELS = {  # Hunter tells three levels apart
    "executive": ("owner", "founder", "c_suite", "partner", "vp"),
    "senior": ("head", "director", "manager", "senior"),
    "junior": ("entry", "intern"),
}
TEAMS = {
    "it": ("engineering", "data", "security"),
    "management": ("product",),
    "support": ("customer_success",),
    "communication": ("communications",),
    "health": ("medical",),
    "operations": ("procurement", "administration"),
}


def page(of: str) -> Callable[[str], str]:
    """Return what makes a page's address of a handle; an address is one already."""
    kind = of.rpartition("/")[2] + "/"
    return lambda handle: handle if "://" in handle else f"https://{of}/{handle.removeprefix(kind)}"


CHOICES = {
    "hunter_type": Parameter(
        "string", enum=("personal", "generic"), description="Addresses of people, or shared ones."
    ),
    "hunter_required_field": Parameter(
        "string", description="Only addresses of which this is known: full_name, position or phone_number, or several."
    ),
    "hunter_verification_status": Parameter(
        "string", description="Only addresses of this status: valid, accept_all or unknown, or several."
    ),
}
TWITTER, FACEBOOK, LINKEDIN = page("twitter.com"), page("www.facebook.com"), page("www.linkedin.com/in")
EMPLOYER = page("www.linkedin.com/company")
STATUS = {"valid": "valid", "invalid": "invalid", "accept_all": "accept_all", "disposable": "disposable"}


def level(word: str) -> str | None:
    """Return a person's level; "executive" takes in owners, chiefs and vice presidents, so it is none of ours."""
    return None if word.lower() == "executive" else word


PERSON = {
    "first_name": "name.givenName",
    "last_name": "name.familyName",
    "full_name": "name.fullName",
    "email": "email",
    "phone": "phone",
    "title": "employment.title",
    "seniority": ("employment.seniority", level),
    "department": "employment.role",
    "company_name": "employment.name",
    "company_domain": "employment.domain",
    "city": "geo.city",
    "region": "geo.state",
    "country": ["geo.countryCode", "geo.country"],
    "linkedin_url": ("linkedin.handle", LINKEDIN),
    "github_url": ("github.handle", page("github.com")),
    "twitter_url": ("twitter.handle", TWITTER),
    "facebook_url": ("facebook.handle", FACEBOOK),
    "mx_provider": "emailProvider",
}
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "description": "description",
    "industry": "category.industry",
    "ticker": "ticker",
    "founded_year": "foundedYear",
    "city": "geo.city",
    "region": "geo.state",
    "country": ["geo.countryCode", "geo.country"],
    "phone": ["phone", "site.phoneNumbers.0"],
    "logo_url": "logo",
    "technologies": "tech",
    "naics": "category.naicsCode",
    "sic": "category.sicCode",
    "company_type": "type",
    "annual_revenue_usd": "metrics.annualRevenue",
    "funding_total_usd": "metrics.raised",
    # `metrics.employees` is a range in one place and a number in another
    "employee_count": ("metrics.employees", lambda people: people if isinstance(people, int) and people else None),
    "employee_range": [
        ("metrics.employees", lambda people: people if isinstance(people, str) else None),
        "metrics.employeesRange",
    ],
    "last_funding_at": ("fundingRounds", lambda rounds: max(pluck(rounds, "announcedDate"))),
    "company_linkedin_url": ("linkedin.handle", EMPLOYER),
    "twitter_url": ("twitter.handle", TWITTER),
    "facebook_url": ("facebook.handle", FACEBOOK),
}
FOUND = {
    "email": "email",
    "confidence": "score",
    "email_status": ("verification.status", STATUS),
    "first_name": "first_name",
    "last_name": "last_name",
    "title": "position",
    "phone": "phone_number",
    "linkedin_url": "linkedin_url",
    "company_name": "company",
    "company_domain": "domain",
    "twitter_url": ("twitter", TWITTER),
}
LISTED = {
    "email": "value",
    "confidence": "confidence",
    "email_status": ("verification.status", STATUS),
    "first_name": "first_name",
    "last_name": "last_name",
    "title": "position",
    "seniority": ("seniority", level),
    "department": "department",
    "phone": "phone_number",
    "is_role": ("type", lambda kind: kind == "generic"),
    "linkedin_url": ("linkedin", LINKEDIN),
    "twitter_url": ("twitter", TWITTER),
}
CHECKED = {
    "email": "email",
    "email_status": ("status", STATUS),
    "confidence": "score",
    "is_disposable": "disposable",
    "is_free": "webmail",
}
LIKE = {"company_domain": "domain", "company_name": "organization"}
COUNTS = {
    "total": ("total", lambda count: count or None),
    "hunter_personal_emails": "personal_emails",
    "hunter_generic_emails": "generic_emails",
}
DOMAIN = {
    "company_name": "organization",
    "company_domain": "domain",
    "description": "description",
    "industry": "industry",
    "employee_range": "headcount",
    "country": "country",
    "region": "state",
    "city": "city",
    "technologies": "technologies",
    "email_pattern": "pattern",
    "company_linkedin_url": ("linkedin", EMPLOYER),
    "twitter_url": ("twitter", TWITTER),
    "facebook_url": ("facebook", FACEBOOK),
}


class Hunter(HTTPProvider):
    info = ProviderInfo(
        title="Hunter",
        category=Category.EMAIL_CONTACT,
        tier=Tier.FREE,
        base_url="https://api.hunter.io/v2",
        docs_url="https://hunter.io/api-documentation/v2",
        auth=HeaderKey("X-API-KEY"),
        established_in="FR",
        rates=(
            Rate(15, per=1, on=LOOKUPS),
            Rate(500, per=60, on=LOOKUPS),
            Rate(10, per=1, on="GET /email-verifier"),
            Rate(300, per=60, on="GET /email-verifier"),
            Rate(5, per=1, on="POST /discover"),
            Rate(50, per=60, on="POST /discover"),
            Rate(15, per=1, on="GET /email-count"),
        ),
        prices=(Price("0.0245", plan="Starter, 2,000 credits a month", as_of="2026-08-13"),),
        privacy_url="https://hunter.io/privacy-policy",
        summary="E-mails by name and domain with a score, verification, people and companies by domain.",
    )
    errors = {
        403: ErrorCode.PROVIDER_RATE_LIMIT,
        429: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
        422: ErrorCode.FEATURE_EXECUTION_FAILED,
        451: ErrorCode.FEATURE_EXECUTION_FAILED,  # the person asked Hunter not to process their data
    }
    account = Account("/account", plan="data.plan_name", used="data.requests.credits.used", resets_at="data.reset_date")

    def classify(self, reply: Reply) -> Classified:
        """Read the status that is Hunter's own: a verification the mail server would not let through for now."""
        if reply.status == 222:
            return ProviderAPIError("the mail server answered oddly; ask again later", recoverable=True)
        return None

    @operation(
        Operation.FIND_EMAIL,
        needs=[
            ("first_name", "last_name", "company_domain"),
            ("full_name", "company_domain"),
            ("first_name", "last_name", "company_name"),
            ("full_name", "company_name"),
            ("linkedin_url",),
        ],
        gives=(
            *EMAIL_FIELDS,
            "first_name",
            "last_name",
            "title",
            "phone",
            "linkedin_url",
            "twitter_url",
            "company_name",
            "company_domain",
        ),
        credits=1,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; a 202 means the search goes on and the same request asks again."""
        params = query.pick("first_name", "last_name") if query.first_name else query.pick("full_name")
        params |= firm(query)
        if query.linkedin_url:
            params["linkedin_handle"] = handle(query.linkedin_url)
        found = rename((yield from answered("/email-finder", params)).get("data"), FOUND)
        return Hit(found) if "email" in found else Miss()

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=EMAIL_FIELDS, credits="0.5", charged="on_call")
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield from answered("/email-verifier", query.pick("email"))
        found = rename(reply.get("data"), CHECKED)
        return Hit(found) if "email_status" in found else Miss()

    @operation(
        Operation.DOMAIN_EMAILS,
        needs=[("company_domain",), ("company_name",)],
        uses=("limit", "page_size", "cursor", "seniority", "department", "title", "filters", *CHOICES),
        parameters=CHOICES,
        gives=("emails", "total", "next_cursor", *DOMAIN),
        credits=1,
        max_credits=lambda query: -(-size(query, 10) // 10),
    )
    def domain_emails(self, query: Query) -> Flow:
        """List a company's addresses; one credit for each ten returned. `filters` holds Hunter's own parameters."""
        limit, offset = size(query, 10), int(query.cursor or 0)
        menus = {"seniority": LEVELS, "department": TEAMS}
        params = firm(query) | {word: theirs(query[word], menus[word]) for word in menus if query.get(word)}
        params |= query.pick(job_titles="title", **{word.removeprefix("hunter_"): word for word in CHOICES})
        params |= query.filters or {}
        reply = yield Request("GET", "/domain-search", params={**params, "limit": limit, "offset": offset})
        emails = [rename(item, LISTED) for item in reply.items("data.emails")]
        if not emails:
            return Miss()
        found = {**rename(reply.get("data"), DOMAIN), **counted(reply, offset + len(emails))}
        return Hit(found, emails=emails, credits=Decimal(-(-len(emails) // 10)))

    @operation(Operation.ENRICH_PERSON, needs=[("email",), ("linkedin_url",)], gives=tuple(PERSON))
    def enrich_person(self, query: Query) -> Flow:
        """Say who is behind an address or a profile; 404 means unknown."""
        params = query.pick("email") or {"linkedin_handle": handle(query.linkedin_url)}
        return one_call(Request("GET", "/people/find", params=params, expect=(200, 404)), PERSON, at="data")

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",)], gives=tuple(COMPANY))
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company by its domain."""
        request = Request("GET", "/companies/find", params={"domain": query.company_domain}, expect=(200, 404))
        return one_call(request, COMPANY, at="data")

    @operation("combined", needs=[("email",)], gives=(*COMPANY, *PERSON))
    def combined(self, query: Query) -> Flow:
        """Say who is behind an address and describe the employer, in one call; where both have a word, the person's."""
        reply = yield Request("GET", "/combined/find", params=query.pick("email"), expect=(200, 404))
        found = {**rename(reply.get("data.company"), COMPANY), **rename(reply.get("data.person"), PERSON)}
        return Hit(found) if reply.status == 200 and found else Miss()

    @operation("email-count", needs=[("company_domain",), ("company_name",)], gives=tuple(COUNTS), charged="free")
    def email_count(self, query: Query) -> Flow:
        """Count the addresses known of a company; free."""
        return one_call(Request("GET", "/email-count", params=firm(query), paid=False), COUNTS, "total", at="data")

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",), ("industry",), ("company_domain",), ("employee_range",), ("keywords",)],
        uses=("country", "city", "technology", "filters", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies (Discover); `filters` holds Hunter's own."""
        place = query.pick("country", "city")
        body = {
            **query.pick("query"),
            **{word: {"include": [query[word]]} for word in ("industry", "technology", "keywords") if query.get(word)},
            **({"organization": {"domain": [query.company_domain]}} if query.company_domain else {}),
            **({"headcount": [query.employee_range]} if query.employee_range else {}),
            **({"headquarters_location": {"include": [place]}} if place else {}),
        }
        return discover(query, body)

    @operation(
        Operation.FIND_LOOKALIKES,
        needs=[("company_domain",)],
        uses=("filters", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
        support=Support.INFERRED,
    )
    def find_lookalikes(self, query: Query) -> Flow:
        """List companies like one (Discover): a filter of paid plans, in the form of PyHunter 2.1."""
        return discover(query, {"similar_to": {"domain": query.company_domain}})


def answered(path: str, params: dict[str, Any]) -> Steps[Reply]:
    """Ask, and ask the same again while the answer is 202."""
    reply = yield Request("GET", path, params=params, expect=(200, 202))
    while reply.status == 202:
        reply = yield Wait(path, poll=Request("GET", path, params=params, expect=(200, 202), paid=False))
    return reply


def discover(query: Query, body: dict[str, Any]) -> Flow:
    """Ask for one page of companies."""
    limit, offset = size(query, 100), int(query.cursor or 0)
    asked = {**({"offset": offset} if offset else {}), **body, **(query.filters or {})}
    reply = yield Request("POST", "/discover", json=asked, paid=False)
    companies = [rename(item, LIKE) for item in reply.items("data")][:limit]
    return Hit(counted(reply, offset + len(companies)), companies=companies) if companies else Miss()


def counted(reply: Reply, seen: int) -> dict[str, Any]:
    """Return how many there are in all, and where the next page begins."""
    total = reply.get("meta.results")
    return {"total": total, "next_cursor": str(seen) if isinstance(total, int) and seen < total else None}


def firm(query: Query) -> dict[str, Any]:
    """Return which company is meant, by its domain where that is known."""
    return query.pick(domain="company_domain") or query.pick(company="company_name")


def theirs(word: str, menu: dict[str, tuple[str, ...]]) -> str:
    """Return Hunter's word for one of ours; one it may know itself as it is."""
    return next((name for name, ours in menu.items() if word in ours), word)


def size(query: Query, usual: int) -> int:
    """Return how many are asked for at once."""
    return page_size(query, usual, 100)


def handle(url: str) -> str:
    """Return the slug of a profile URL."""
    return url.rstrip("/").rsplit("/", 1)[-1]


provider = Hunter
