"""Tomba: e-mails by name, profile or article, verification, a domain's addresses, phones, companies, technologies.

Facts: docs.tomba.io (rate limits, API), the official SDKs (Python 1.1.1), Apify actors (shapes of people/find and
companies/find), MCP server and n8n node (2026). Three purses; nothing found
is not counted, nor is the same request within 30 days. The limit of a Free plan is declared beside those of the
endpoints (Pro: 600 a minute, `Session(rates=...)`). 402 is a mail server that did not answer, not an empty purse. What
`available` means beside `used` is not said, so the account is not read for what is left. A `phone_number` is a flag.
"""

from collections.abc import Callable
from typing import Any

from leadenrich.contract import (
    EMAIL_FIELDS,
    Account,
    AllOf,
    Category,
    Classified,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderAPIError,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Tier,
    country_name,
    dig,
    first,
    listing,
    one_call,
    operation,
    pluck,
    present,
    rename,
)

STATUS = {"valid": "valid", "accept_all": "accept_all", "invalid": "invalid", "disposable": "disposable"}
LINES = {"mobile": "mobile", "fixed_line": "landline", "voip": "voip", "toll_free": "toll_free"}
FOUND = {
    "email": "email",
    "confidence": "score",
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "title": "position",
    "company_name": "company",
    "company_domain": "website_url",
    "linkedin_url": "linkedin",
    "country": "country",
    "is_disposable": "disposable",
    "is_free": "webmail",
    "twitter_url": ("twitter", lambda handle: f"https://x.com/{handle.rstrip('/').rsplit('/', 1)[-1]}"),
}


def level(word: str) -> str | None:
    """Return a person's level; "executive" takes in owners, chiefs and vice presidents, so it is none of ours."""
    return None if word.lower() == "executive" else word


LISTED = {
    **FOUND,
    "department": "department",
    "seniority": ("seniority", level),
    "is_role": ("type", lambda kind: kind == "generic"),
}


def page(of: str) -> Callable[[str], str]:
    """Return what makes a page's address of a handle; an address is one already."""
    kind = of.rpartition("/")[2] + "/"
    return lambda handle: handle if "://" in handle else f"https://{of}/{handle.removeprefix(kind)}"


FACEBOOK, TWITTER = page("www.facebook.com"), page("x.com")
PERSON = {
    "email": "email",
    "email_status": ("verification.status", STATUS),
    "full_name": "name.fullName",
    "first_name": "name.givenName",
    "last_name": "name.familyName",
    "title": "employment.title",
    "seniority": ("employment.seniority", level),
    "department": "employment.department",
    "company_name": "employment.name",
    "company_domain": "employment.domain",
    "city": "geo.city",
    "region": "geo.state",
    "country": ["geo.countryCode", "geo.country", "location"],
    "linkedin_url": ("linkedin.handle", page("www.linkedin.com/in")),
    "twitter_url": ("twitter.handle", TWITTER),
    "facebook_url": ("facebook.handle", FACEBOOK),
}
FIRM = {
    "company_name": "name",
    "company_domain": "domain",
    "description": "description",
    "industry": ["category.industry", "tags.0"],
    "sic": "category.sicCode",
    "naics": "category.naicsCode",
    "employee_range": "metrics.employees",
    "founded_year": "foundedYear",
    "company_type": "type",
    "phone": "site.phoneNumbers.0",
    "city": "geo.city",
    "region": "geo.state",
    "country": ["geo.countryCode", "geo.country", "location"],
    "technologies": "tech",
    "logo_url": "logo",
    "mx_provider": "emailProvider",
    "company_linkedin_url": ("linkedin.handle", page("www.linkedin.com/company")),
    "twitter_url": ("twitter.handle", TWITTER),
    "facebook_url": ("facebook.handle", FACEBOOK),
}
PLACE, LINKS = "location.", "social_links."
COMPANY = {
    "company_name": "organization",
    "company_domain": "website_url",
    "description": "description",
    "industry": "industries",
    "employee_range": "company_size",
    "employee_count": "employee_count",
    "founded_year": "founded",
    "company_type": "company_type",
    "email_pattern": "pattern",
    "phone": "phone_number",
    "city": PLACE + "city",
    "region": PLACE + "state",
    "country": PLACE + "country",
    "company_linkedin_url": LINKS + "linkedin_url",
    "twitter_url": LINKS + "twitter_url",
    "facebook_url": LINKS + "facebook_url",
}
REVEALED = {
    "company_name": "name",
    "company_domain": ["website_url", "domain"],
    "description": "description",
    "industry": "industry",
    "employee_range": ["company_size", "size"],
    "company_type": "type",
    "founded_year": "founded",
    "city": ["city", PLACE + "city"],
    "region": ["state", PLACE + "state"],
    "country": ["country", PLACE + "country"],
    "phone": "phone_number",
    "company_linkedin_url": "linkedin_url",
}
NUMBER = {"phone": "e164_format", "line_type": ("line_type", LINES), "carrier": "carrier", "country": "country_code"}
SIZES = {
    "51-200": "51-250",
    "201-500": "251-1K",
    "501-1000": "251-1K",
    "1001-5000": "1K-5K",
    "5001-10000": "5K-10K",
    "10001+": "10K-50K",
}
DEPARTMENTS = {"communications": "communication", "administration": "administrative", "customer_success": "support"}
"""Our departments whose word in the closed list of the filter is another."""
SEARCH = {"searches": 1}
KNOWN = ("full_name", "first_name", "last_name", "title")


class Tomba(HTTPProvider):
    info = ProviderInfo(
        title="Tomba",
        category=Category.EMAIL_CONTACT,
        tier=Tier.FREE,
        base_url="https://api.tomba.io/v1",
        docs_url="https://docs.tomba.io",
        auth=AllOf(HeaderKey("X-Tomba-Key"), HeaderKey("X-Tomba-Secret", field="api_secret")),
        rates=(
            Rate(60, per=60),
            Rate(300, per=60, on="GET /email-finder"),
            Rate(300, per=60, on="GET /enrich"),
            Rate(150, per=60, on="GET /author-finder"),
            Rate(100, per=60, on="GET /linkedin"),
            Rate(150, per=60, on="GET /email-verifier"),
            Rate(15, per=1, on="GET /domain-search"),
        ),
        rate_headers=RateHeaders("x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit"),
        undocumented=(
            "email-count",
            "email-format",
            "email-sources",
            "location",
            "domain-status",
            "domain-suggestions",
        ),
        summary="E-mails by name, profile or article, verification, phones, companies, technologies.",
    )
    account = Account("/me", plan="data.pricing.name", used="data.requests.domains.used")

    def classify(self, reply: Reply) -> Classified:
        """Read a 402: the mail server did not answer the check."""
        passing = ProviderAPIError("the mail server could not be asked; ask again later", recoverable=True)
        return passing if reply.status == 402 else None

    @operation(
        Operation.FIND_EMAIL,
        gives=(*FOUND, "email_status"),
        credits=SEARCH,
        needs=[
            ("first_name", "last_name", "company_domain"),
            ("full_name", "company_domain"),
            ("first_name", "last_name", "company_name"),
            ("linkedin_url",),
        ],
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail by name and company, else by profile."""
        names = query.pick("first_name", "last_name") if query.first_name else query.pick("full_name")
        if names and firm(query):
            return person("/email-finder", {**firm(query), **names})
        return person("/linkedin", {"url": query.linkedin_url})

    @operation(Operation.ENRICH_PERSON, needs=[("email",)], gives=tuple(PERSON), credits=SEARCH)
    def enrich_person(self, query: Query) -> Flow:
        """Say who is behind an address."""
        return one_call(get("/people/find", query.pick("email")), PERSON, *KNOWN, at="data")

    @operation("combined", needs=[("email",)], gives=tuple({**FIRM, **PERSON}), credits=SEARCH)
    def combined(self, query: Query) -> Flow:
        """Say who is behind an address and describe the employer, in one call; where both have a word, the person's."""
        reply = yield get("/combined/find", query.pick("email"))
        found = {**rename(reply.get("data.company"), FIRM), **rename(reply.get("data.person"), PERSON)}
        return Hit(found) if any(word in found for word in (*KNOWN, "company_name")) else Miss()

    @operation("email-enrich", needs=[("email",)], gives=(*FOUND, "email_status"), credits=SEARCH)
    def email_enrich(self, query: Query) -> Flow:
        """Say who is behind an address, in the shape of the finder: with a score, without the place."""
        return person("/enrich", query.pick("email"))

    @operation("author-email", needs=[("url",)], gives=(*FOUND, "email_status"), credits=SEARCH)
    def author_email(self, query: Query) -> Flow:
        """Find the address of an article's author."""
        return person("/author-finder", query.pick("url"))

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=EMAIL_FIELDS, credits={"verifications": 1})
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield get("/email-verifier", query.pick("email"))
        found = rename(
            reply.get("data.email"),
            {
                "email": "email",
                "confidence": "score",
                "mx_provider": "smtp_provider",
                "is_disposable": "disposable",
                "is_free": "webmail",
            },
        )
        status = verdict(reply.get("data.email"), "status")
        return Hit({"email": query.email, **found, "email_status": status}) if status else Miss()

    @operation(
        Operation.DOMAIN_EMAILS,
        needs=[("company_domain",), ("company_name",)],
        uses=("department", "country", "limit", "page_size", "cursor"),
        gives=("emails", "total", "next_cursor"),
        credits=SEARCH,
        max_credits=lambda query: {"searches": size(query) // 10},
    )
    def domain_emails(self, query: Query) -> Flow:
        """List a company's addresses; counted by tens."""
        page, wanted = int(query.cursor or 1), query.pick("department", "country")
        if query.department:
            wanted["department"] = DEPARTMENTS.get(str(query.department), query.department)
        reply = yield get("/domain-search", {**firm(query), **wanted, "page": page, "limit": size(query)})
        emails = [one for item in reply.items("data.emails") if "email" in (one := address(item, LISTED))]
        if not emails:
            return Miss()
        pages = reply.get("meta.total_pages")
        more = str(page + 1) if isinstance(pages, int) and page < pages else None
        credits = {"searches": -(-len(emails) // 10)}
        return Hit({"emails": emails, "total": reply.get("meta.total"), "next_cursor": more}, credits=credits)

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",)],
        gives=tuple({**COMPANY, **FIRM}),
        credits=SEARCH,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; one known by name alone by the request for its first ten addresses."""
        if query.company_domain:
            return (yield from one_call(get("/companies/find", firm(query)), FIRM, "company_name", at="data"))
        reply = yield get("/domain-search", {**firm(query), "page": 1, "limit": 10})
        found = rename(reply.get("data.organization"), COMPANY)
        paid = {"searches": 1 if reply.items("data.emails") else 0}
        return Hit(found, credits=paid) if "company_name" in found else Miss(credits=paid)

    @operation(
        Operation.FIND_PHONE,
        needs=[("email",), ("linkedin_url",)],
        credits={"phones": 1},
        confidence=70,
        gives=("mobile_phone", "phone", "line_type", "carrier", "country"),
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a person's number."""
        hit = yield from working(get("/phone-finder", query.pick("email", linkedin="linkedin_url")))
        if isinstance(hit, Hit) and hit.get("line_type") == "mobile":
            return Hit({name.replace("phone", "mobile_phone"): value for name, value in hit.data.items()})
        return hit

    @operation("company-phone", needs=[("company_domain",)], gives=tuple(NUMBER), credits={"phones": 1})
    def company_phone(self, query: Query) -> Flow:
        """Find a company's number."""
        return working(get("/phone-finder", {"domain": query.company_domain}))

    @operation(Operation.VERIFY_PHONE, needs=[("phone",)], uses=("country",), gives=(*NUMBER, "phone_status"))
    def verify_phone(self, query: Query) -> Flow:
        """Tell whether a number can exist, and of which kind it is."""
        reply = yield get("/phone-validator", query.pick("phone", country_code="country"))
        words = {True: "valid", False: "invalid"}
        found = rename(reply.get("data"), {**NUMBER, "phone_status": ("valid", words)})
        return Hit({"phone": query.phone, **found}) if "phone_status" in found else Miss()

    @operation(Operation.FIND_LOOKALIKES, needs=[("company_domain",)])
    def find_lookalikes(self, query: Query) -> Flow:
        """List companies like one."""
        fields = {"company_domain": "website_url", "company_name": "name", "industry": "industries"}
        found = [rename(item, fields) for item in (yield get("/similar", firm(query))).items("data")]
        return Hit(companies=found) if found else Miss()

    @operation(Operation.DETECT_TECHNOLOGIES, needs=[("company_domain",)])
    def detect_technologies(self, query: Query) -> Flow:
        """List the technologies of a site."""
        names = pluck((yield get("/technology", firm(query))).get("data"), "name")
        return Hit(technologies=names) if names else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("keywords",), ("technology",), ("company_name",)],
        uses=("country", "region", "city", "employee_range", "company_type", "filters", "cursor"),
        gives=("companies", "total", "next_cursor"),
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies, ten a page; `filters` holds Tomba's own, each {include, exclude}."""
        page = int(query.cursor or 1)
        filters = {
            "industry": query.industry,
            "keywords": query.keywords,
            "technologies": query.technology,
            "company": query.company_name,
            "location_country": country_name(query.country),
            "location_state": query.region,
            "location_city": query.city,
            "type": query.company_type,
            "size": SIZES.get(str(query.employee_range), query.employee_range),
        }
        asked = {name: {"include": listing(value)} for name, value in present(filters).items()}
        body = {"page": page, "filters": {**asked, **(query.filters or {})}}
        reply = yield Request("POST", "/reveal/search", json=body, expect=(200, 404))
        found = [rename(item, REVEALED) for item in reply.items("data.companies")]
        pages = reply.get("meta.pages")
        more = str(page + 1) if isinstance(pages, int) and page < pages else None
        total = first(reply.get("meta.total"), reply.get("data.total"))
        return Hit(companies=found, total=total, next_cursor=more) if found else Miss()


def get(path: str, params: dict[str, Any]) -> Request:
    """Return a question; 404 means nothing found."""
    return Request("GET", path, params=params, expect=(200, 404))


def person(path: str, params: dict[str, Any]) -> Flow:
    """Ask about one person."""
    found = address((yield get(path, params)).get("data"), FOUND)
    return Hit(found) if "email" in found else Miss()


def working(request: Request) -> Flow:
    """Ask for a number; one that the vendor says is none is counted, but not handed on."""
    reply = yield request
    found = rename(reply.get("data"), NUMBER)
    if "phone" not in found:
        return Miss()
    return Miss(credits={"phones": 1}) if reply.get("data.valid") is False else Hit(found)


def address(item: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """Return a person with an address and what is known of it."""
    found = rename(item, fields)
    status = verdict(item, "verification.status") if "email" in found else None
    return {**found, "email_status": status} if status else found


def verdict(item: Any, path: str) -> str | None:
    """Return a status; that of a host which takes everything overrides one that is open."""
    status = rename(item, {"status": (path, STATUS)}).get("status")
    return "accept_all" if status in (None, "unknown") and dig(item, "accept_all") is True else status


def firm(query: Query) -> dict[str, Any]:
    """Return the company asked about."""
    return query.pick(domain="company_domain") or query.pick(company="company_name")


def size(query: Query) -> int:
    """Return how many addresses are asked for: 10, 20 or 50."""
    wanted = int(query.page_size or query.limit or 10)
    return next((one for one in (10, 20) if wanted <= one), 50)


provider = Tomba
