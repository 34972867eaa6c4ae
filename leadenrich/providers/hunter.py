"""Hunter: e-mails by name and domain, verification, people and companies by domain.

Facts: hunter.io/api-documentation/v2 (re-read 2026-08-13). Two statuses are inverted against most APIs there:
403 means slow down, 429 means the month's credits are used up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    COMPANY_FIELDS,
    EMAIL_FIELDS,
    PERSON_FIELDS,
    Category,
    ErrorCode,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Rate,
    Request,
    Tier,
    Wait,
    operation,
    rename,
)

LOOKUPS = ("GET /domain-search", "GET /email-finder", "GET /people/find", "GET /companies/find")
STATUS = {"valid": "valid", "invalid": "invalid", "accept_all": "accept_all", "disposable": "disposable"}
PERSON = {
    "first_name": "name.givenName", "last_name": "name.familyName", "full_name": "name.fullName", "email": "email",
    "phone": "phone", "title": "employment.title", "seniority": "employment.seniority",
    "department": "employment.role", "company_name": "employment.name", "company_domain": "employment.domain",
    "city": "geo.city", "region": "geo.state", "country": ["geo.countryCode", "geo.country"],
    "linkedin_url": ("linkedin.handle", lambda handle: f"https://www.linkedin.com/in/{handle.removeprefix('in/')}"),
    "github_url": ("github.handle", lambda handle: f"https://github.com/{handle}"),
    "twitter_url": ("twitter.handle", lambda handle: f"https://twitter.com/{handle}"),
    "facebook_url": ("facebook.handle", lambda handle: f"https://www.facebook.com/{handle}"),
    "mx_provider": "emailProvider",
}  # fmt: skip
COMPANY = {
    "company_name": "name", "company_domain": "domain", "description": "description", "industry": "category.industry",
    "founded_year": "foundedYear", "city": "geo.city", "region": "geo.state",
    "country": ["geo.countryCode", "geo.country"], "phone": ["phone", "site.phoneNumbers.0"], "logo_url": "logo",
    "technologies": "tech", "naics": "category.naicsCode", "sic": "category.sicCode", "company_type": "type",
    "annual_revenue_usd": "metrics.annualRevenue", "funding_total_usd": "metrics.raised",
    "company_linkedin_url": (
        "linkedin.handle", lambda handle: f"https://www.linkedin.com/company/{handle.removeprefix('company/')}",
    ),
    "twitter_url": ("twitter.handle", lambda handle: f"https://twitter.com/{handle}"),
    "facebook_url": ("facebook.handle", lambda handle: f"https://www.facebook.com/{handle}"),
}  # fmt: skip
FOUND = {
    "email": "email", "confidence": "score", "email_status": ("verification.status", STATUS),
    "first_name": "first_name", "last_name": "last_name", "title": "position", "phone": "phone_number",
    "linkedin_url": "linkedin_url", "company_name": "company", "company_domain": "domain",
    "twitter_url": ("twitter", lambda handle: f"https://twitter.com/{handle}"),
}  # fmt: skip
LISTED = {
    "email": "value", "confidence": "confidence", "email_status": ("verification.status", STATUS),
    "first_name": "first_name", "last_name": "last_name", "title": "position", "seniority": "seniority",
    "department": "department", "phone": "phone_number", "is_role": ("type", lambda kind: kind == "generic"),
}  # fmt: skip
DOMAIN = {
    "company_name": "organization", "company_domain": "domain", "description": "description", "industry": "industry",
    "employee_range": "headcount", "country": "country", "region": "state", "city": "city",
    "technologies": "technologies", "email_pattern": "pattern",
}  # fmt: skip


class Hunter(HTTPProvider):
    """Hunter API v2."""

    info = ProviderInfo(
        title="Hunter",
        category=Category.EMAIL_CONTACT,
        tier=Tier.FREE,
        base_url="https://api.hunter.io/v2",
        docs_url="https://hunter.io/api-documentation/v2",
        auth=HeaderKey("X-API-KEY"),
        rates=(
            Rate(15, per=1, on=LOOKUPS), Rate(500, per=60, on=LOOKUPS),
            Rate(10, per=1, on="GET /email-verifier"), Rate(300, per=60, on="GET /email-verifier"),
            Rate(5, per=1, on="POST /discover"), Rate(50, per=60, on="POST /discover"),
        ),
        prices=(Price("0.0245", plan="Starter, 2,000 credits a month", as_of="2026-08-13"),),
        established_in="FR",
        privacy_url="https://hunter.io/privacy-policy",
    )  # fmt: skip
    errors = {
        403: ErrorCode.PROVIDER_RATE_LIMIT,
        429: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
        422: ErrorCode.FEATURE_EXECUTION_FAILED,
        451: ErrorCode.FEATURE_EXECUTION_FAILED,  # the person asked Hunter not to process their data
    }

    @operation(
        Operation.FIND_EMAIL,
        needs=[
            ("first_name", "last_name", "company_domain"), ("full_name", "company_domain"),
            ("first_name", "last_name", "company_name"), ("linkedin_url",),
        ],
        gives=(*EMAIL_FIELDS, "first_name", "last_name", "title", "phone", "linkedin_url", "twitter_url",
               "company_name", "company_domain"),
        credits=1,
    )  # fmt: skip
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; a 202 means the search goes on and the same request asks again."""
        params = query.pick("first_name", "last_name", domain="company_domain")
        if "first_name" not in params:
            params |= query.pick("full_name")
        if "domain" not in params:
            params |= query.pick(company="company_name")
        if query.linkedin_url:
            params["linkedin_handle"] = handle(query.linkedin_url)
        found = rename((yield from self.answered("/email-finder", params)).get("data"), FOUND)
        return Hit(found) if "email" in found else Miss()

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=EMAIL_FIELDS, credits="0.5", charged="on_call")
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield from self.answered("/email-verifier", query.pick("email"))
        found = rename(
            reply.get("data"),
            {
                "email": "email", "email_status": ("status", STATUS), "confidence": "score",
                "is_disposable": "disposable", "is_free": "webmail",
            },
        )  # fmt: skip
        return Hit(found) if "email_status" in found else Miss()

    def answered(self, path: str, params: dict[str, Any]) -> Any:
        """Ask, and ask the same again while the answer is 202."""
        ask = Request("GET", path, params=params, expect=(200, 202))
        reply = yield ask
        while reply.status == 202:
            reply = yield Wait(path, poll=Request("GET", path, params=params, expect=(200, 202), paid=False))
        return reply

    @operation(
        Operation.DOMAIN_EMAILS,
        needs=[("company_domain",), ("company_name",)],
        uses=("limit", "cursor", "seniority", "department"),
        gives=("emails", "total", "next_cursor", *DOMAIN),
        credits=1,
        max_credits=lambda query: -(-min(int(query.limit or 10), 100) // 10),
    )
    def domain_emails(self, query: Query) -> Flow:
        """List a company's addresses; one credit for each ten returned."""
        limit, offset = min(int(query.limit or 10), 100), int(query.cursor or 0)
        params = query.pick("seniority", "department", domain="company_domain")
        if "domain" not in params:
            params |= query.pick(company="company_name")
        reply = yield Request("GET", "/domain-search", params={**params, "limit": limit, "offset": offset})
        emails = [rename(item, LISTED) for item in reply.items("data.emails")]
        if not emails:
            return Miss()
        total, seen = reply.get("meta.results"), offset + len(emails)
        more = str(seen) if isinstance(total, int) and seen < total else None
        found = rename(reply.get("data"), DOMAIN)
        return Hit(found, emails=emails, total=total, next_cursor=more, credits=Decimal(-(-len(emails) // 10)))

    @operation(Operation.ENRICH_PERSON, needs=[("email",), ("linkedin_url",)], gives=(*PERSON_FIELDS, "phone", "mx_provider"))
    def enrich_person(self, query: Query) -> Flow:
        """Say who is behind an address or a profile; 404 means nobody known."""
        params = query.pick("email") or {"linkedin_handle": handle(query.linkedin_url)}
        reply = yield Request("GET", "/people/find", params=params, expect=(200, 404))
        found = rename(reply.get("data"), PERSON) if reply.status == 200 else None
        return Hit(found) if found else Miss()

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",)], gives=COMPANY_FIELDS)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company by its domain; `metrics.employees` is a range in one place and a number in another."""
        params = {"domain": query.company_domain}
        reply = yield Request("GET", "/companies/find", params=params, expect=(200, 404))
        found = rename(reply.get("data"), COMPANY) if reply.status == 200 else None
        if not found:
            return Miss()
        size = reply.get("data.metrics.employees")
        return Hit(found, **{"employee_count" if isinstance(size, int) else "employee_range": size})

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",), ("industry",), ("company_domain",), ("employee_range",)],
        uses=("country", "city", "technology", "limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies (Discover)."""
        limit, offset = min(int(query.limit or 100), 100), int(query.cursor or 0)
        body: dict[str, Any] = {"limit": limit, "offset": offset, **query.pick("query")}
        if query.company_domain:
            body["organization"] = {"domain": [query.company_domain]}
        if query.industry:
            body["industry"] = {"include": [query.industry]}
        if query.employee_range:
            body["headcount"] = [query.employee_range]
        if place := query.pick("country", "city"):
            body["headquarters_location"] = {"include": [place]}
        if query.technology:
            body["technology"] = {"include": [query.technology]}
        reply = yield Request("POST", "/discover", json=body)
        companies = [
            rename(item, {"company_domain": "domain", "company_name": "organization"}) for item in reply.items("data")
        ]
        if not companies:
            return Miss()
        total, seen = reply.get("meta.results"), offset + len(companies)
        more = str(seen) if isinstance(total, int) and seen < total else None
        return Hit(companies=companies, total=total, next_cursor=more)

    def quota(self) -> QuotaFlow:
        """Read the account; whether `available` already has `used` taken off is not documented."""
        reply = yield Request("GET", "/account", paid=False)
        return Quota(
            plan=reply.get("data.plan_name"),
            used=reply.get("data.requests.credits.used"),
            resets_at=reply.get("data.reset_date"),
        )


def handle(url: str) -> str:
    """Return the slug of a profile URL."""
    return url.rstrip("/").rsplit("/", 1)[-1]


provider = Hunter
