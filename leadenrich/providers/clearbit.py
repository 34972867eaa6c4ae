"""Clearbit (legacy; now HubSpot Breeze Intelligence): people by e-mail, companies by domain or IP, names to domains.

Facts: Clearbit's own Python, Node and Ruby clients, help.clearbit.com (status codes, what counts as a request) and
probes of the hosts in 2026-08. Keys are no longer given out, old ones go on working; HubSpot has no enrichment API
of its own. Every product has its own host. 202 means the look-up goes on: the same call asks again.
"""

import hashlib
from typing import Any

from leadenrich.contract import (
    Basic,
    Category,
    Charged,
    ErrorCode,
    Flow,
    Hit,
    HMACSignature,
    HTTPProvider,
    Miss,
    NoAuth,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Steps,
    Support,
    Tier,
    Wait,
    one_call,
    operation,
    rename,
)

COMBINED = "https://person.clearbit.com/v2/combined/find"
REVEAL = "https://reveal.clearbit.com/v1/companies/find"
SUGGEST = "https://autocomplete.clearbit.com/v1/companies/suggest"
LINKEDIN = ("linkedin.handle", "https://www.linkedin.com/{}".format)  # a handle carries its path part: "company/..."
SHARED = {
    "city": "geo.city",
    "region": "geo.state",
    "country": ["geo.countryCode", "geo.country"],
    "twitter_url": ("twitter.handle", "https://twitter.com/{}".format),
    "facebook_url": ("facebook.handle", "https://www.facebook.com/{}".format),
}
PERSON = {
    "first_name": "name.givenName",
    "last_name": "name.familyName",
    "full_name": "name.fullName",
    "email": "email",
    "title": "employment.title",
    "seniority": "employment.seniority",
    "department": "employment.role",
    "company_name": "employment.name",
    "company_domain": "employment.domain",
    "linkedin_url": LINKEDIN,
    "github_url": ("github.handle", "https://github.com/{}".format),
    **SHARED,
}
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "description": "description",
    "industry": "category.industry",
    "employee_count": "metrics.employees",
    "employee_range": ("metrics.employeesRange", lambda words: words.replace("K", "000")),  # "251-1K"
    "founded_year": "foundedYear",
    "annual_revenue_usd": "metrics.annualRevenue",
    "company_type": "type",
    "ticker": "ticker",
    "technologies": "tech",
    "logo_url": "logo",
    "phone": ["phone", "site.phoneNumbers.0"],
    "funding_total_usd": "metrics.raised",
    "naics": "category.naicsCode",
    "sic": "category.sicCode",
    "company_linkedin_url": LINKEDIN,
    **SHARED,
}
NAMED = {"company_name": "name", "company_domain": "domain", "logo_url": "logo"}


class Clearbit(HTTPProvider):
    info = ProviderInfo(
        title="Clearbit",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.ENTERPRISE,
        base_url="https://company.clearbit.com",
        docs_url="https://help.clearbit.com",
        auth=Basic(),
        hosts=("person.clearbit.com", "reveal.clearbit.com", "autocomplete.clearbit.com"),
        rates=(
            Rate(600, per=60, on=("GET /v2/companies/find", "GET /v1/domains/find")),
            Rate(600, per=60, on=f"GET {COMBINED}"),
            Rate(600, per=60, on=f"GET {SUGGEST}"),
        ),
        rate_headers=RateHeaders(
            remaining="x-ratelimit-remaining", reset="x-ratelimit-reset", limit="x-ratelimit-limit", reset_as="epoch"
        ),
        webhook=HMACSignature("x-request-signature", prefix="sha1=", algorithm="sha1"),
        established_in="US",
        summary="People by e-mail, companies by domain, name or IP; for keys that still exist.",
    )
    webhook_job = "id"
    words = {("error.type", "unknown_route"): ErrorCode.PROVIDER_API_ERROR}  # 404, as for an unknown record

    @operation(
        Operation.ENRICH_PERSON,
        needs=[("email",)],
        gives=(*PERSON, "company_linkedin_url"),
        credits=1,
        charged=Charged.ON_CALL,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Say who is behind an address; 404 means unknown."""
        reply = yield from self.answered(COMBINED, {"email": query.email})
        found = rename(reply.get("person"), PERSON)
        page = rename(reply.get("company"), {"company_linkedin_url": LINKEDIN})
        return Hit({**found, **page}) if found else Miss()

    @operation(
        Operation.ENRICH_COMPANY, needs=[("company_domain",)], gives=tuple(COMPANY), credits=1, charged=Charged.ON_CALL
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company by its domain."""
        reply = yield from self.answered("/v2/companies/find", {"domain": query.company_domain})
        found = rename(reply.json, COMPANY) if reply.status == 200 else {}
        return Hit(found) if found else Miss()

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=[("company_domain",)],
        gives=tuple(COMPANY),
        credits=1,
        charged=Charged.ON_CALL,
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List a company's technologies, by the same request as enrich_company."""
        found = yield from self.enrich_company(query)
        return found if "technologies" in found else Miss()

    def answered(self, path: str, params: dict[str, Any]) -> Steps[Reply]:
        """Ask, and ask the same again while the answer is 202; the host's webhook shortens the wait."""
        job = hashlib.sha256("".join(params.values()).encode()).hexdigest()[:32]  # no address in an id of ours
        told = {"webhook_url": self.webhook_url, "webhook_id": job if self.webhook_url else None}
        reply = yield Request("GET", path, params={**params, **told}, expect=(200, 202, 404))
        again = Request("GET", path, params=params, expect=(200, 202, 404), paid=False)
        while reply.status == 202:
            reply = yield Wait(job, poll=again, every=5)
        return reply

    @operation(Operation.FIND_DOMAIN, needs=[("company_name",)], gives=tuple(NAMED))
    def find_domain(self, query: Query) -> Flow:
        """Find a company's domain by its name."""
        ask = Request("GET", "/v1/domains/find", params={"name": query.company_name}, expect=(200, 404))
        return one_call(ask, NAMED, "company_domain")

    # inferred: the record's wrapper was not seen on a page of the vendor's
    @operation("reveal", needs=[("ip",)], gives=tuple(COMPANY), support=Support.INFERRED)
    def reveal(self, query: Query) -> Flow:
        """Describe the company behind an IP address; counted by different addresses a month."""
        reply = yield Request("GET", REVEAL, params={"ip": query.ip}, expect=(200, 404))
        found = {**rename(reply.json, {"company_domain": "domain"}), **rename(reply.get("company"), COMPANY)}
        return Hit(found) if reply.status == 200 and found else Miss()

    @operation(
        Operation.SEARCH_COMPANIES, needs=[("query",), ("company_name",)], gives=("companies",), charged=Charged.FREE
    )
    def search_companies(self, query: Query) -> Flow:
        """Suggest companies for the beginning of a name; free, and without a key."""
        params = query.pick(query="query|company_name")
        reply = yield Request("GET", SUGGEST, params=params, auth=NoAuth(), paid=False)
        found = [rename(item, NAMED) for item in reply.items()]
        return Hit(companies=found) if found else Miss()


provider = Clearbit
