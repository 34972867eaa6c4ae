"""The Companies API: companies by domain, page, address or name, searches, lookalikes, questions about a company.

Facts: the vendor's own SDK (generated from its OpenAPI) and thecompaniesapi.com/api (read 2026-08). The token goes raw
behind "Basic ". Each reply states what it cost (`meta.cost`, nothing where `meta.freeRequest`); price lists were not to
be had. A 403 may mean no credits: its `messages` say so, or, as the errors page has it, its `error.type`. 50 requests a
second are the smallest plan's. Head counts are ranges of the vendor's own, revenue is a range and left out. The SDK
encodes the list of domains in `similar` twice, and so does this. The jobs that enrich many domains end in reading them
one by one, so they are not used.
"""

import json
from typing import Any
from urllib.parse import quote

from leadenrich.contract import (
    COMPANY_FIELDS,
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
    Quota,
    QuotaFlow,
    Rate,
    Reply,
    Request,
    Tier,
    amount,
    first,
    operation,
    page_size,
    rename,
    size_bounds,
    whole_number,
)
from leadenrich.providers._names import same_name

SIZES = {
    "1-10": "1-10",
    "10-50": "10-50",
    "50-200": "50-200",
    "200-500": "200-500",
    "500-1k": "500-1000",
    "1k-5k": "1000-5000",
    "5k-10k": "5000-10000",
    "over-10k": "10001+",
}
COMPANY = {
    "company_name": "about.name",
    "company_domain": "domain.domain",
    "website": "urls.website",
    "sic": "codes.sic.0",
    "company_linkedin_url": "socials.linkedin.url",
    "twitter_url": "socials.twitter.url",
    "naics": "codes.naics.0",
    "facebook_url": "socials.facebook.url",
    "description": "descriptions.primary",
    "industry": "about.industry",
    "employee_count": "about.totalEmployeesExact",
    "employee_range": ("about.totalEmployees", lambda code: SIZES[code.lower()]),
    "founded_year": "about.yearFounded",
    "company_type": "about.businessType",
    "phone": "contacts.phones.0.value",
    "city": "locations.headquarters.city.name",
    "region": "locations.headquarters.state.name",
    "country": ["locations.headquarters.country.code", "locations.headquarters.country.name"],
    "technologies": "technologies.active",
    "logo_url": "assets.logoSquare.src",
    "ticker": "finances.stockSymbol",
}
PAGED = ("limit", "page_size", "cursor")
LISTED = ("companies", "total", "next_cursor")


class TheCompaniesAPI(HTTPProvider):
    info = ProviderInfo(
        title="The Companies API",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.BASIC,
        base_url="https://api.thecompaniesapi.com",
        docs_url="https://www.thecompaniesapi.com/api",
        auth=HeaderKey("Authorization", "Basic ", field="token"),
        rates=(Rate(50, per=1),),
        summary="Companies, searches, lookalikes, and questions answered from a company's site.",
    )

    def classify(self, reply: Reply) -> Classified:
        """Tell an empty account from other refusals, in either layout of an error."""
        said = f"{reply.get('messages', '')} {reply.get('error.type', '')}".lower() if reply.status >= 400 else ""
        return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS if "nocredits" in said else None

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_linkedin_url",), ("email",), ("company_name",)],
        uses=("country",),
        gives=(*COMPANY_FIELDS, "ticker"),
        credits=1,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        if query.company_domain:
            reply = yield read("/v2/companies/{domain}", at={"domain": query.company_domain})
        elif query.company_linkedin_url:
            reply = yield read("/v2/companies/by-social", params={"linkedin": query.company_linkedin_url})
        elif query.email:
            reply = yield read("/v2/companies/by-email", params=query.pick("email"))
        else:
            params = {**query.pick(name="company_name", countries="country"), "size": 1}
            reply = yield read("/v2/companies/by-name", params=params)
        found = rename(first(reply.get("companies.0"), reply.get("company"), reply.json), COMPANY)
        if reply.get("companies") and not same_name(query.company_name, found.get("company_name")):
            return Miss("no company of exactly that name", credits=cost(reply))
        return answer(reply, found)

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[(one,) for one in ("query", "prompt", "industry", "country", "technology", "employee_range", "filters")],
        uses=PAGED,
        gives=LISTED,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies by words, by facts, or by a prompt; `filters` holds one more condition of the vendor's."""
        if query.prompt:
            return listed((yield read("/v2/companies/by-prompt", params={**query.pick("prompt"), **page(query)})))
        low, high = size_bounds(query.employee_range)
        sizes = [code for code, span in SIZES.items() if query.employee_range and meets(span, low or 0, high or 10**9)]
        wanted = {
            "about.industry": query.industry and [str(query.industry).lower()],
            "about.totalEmployees": sizes,
            "locations.headquarters.country.code": query.country and [str(query.country).lower()],
            "technologies.active": query.technology and [str(query.technology).lower().replace(" ", "-")],
        }
        conditions = [
            {"attribute": name, "operator": "and", "sign": "equals", "values": values}
            for name, values in wanted.items()
            if values
        ] + ([query.filters] if query.filters else [])
        body = {**query.pick(search="query"), "query": conditions, **page(query)}
        return listed((yield Request("POST", "/v2/companies", json=body, expect=(200, 404))))

    @operation(Operation.FIND_LOOKALIKES, needs=[("company_domain",)], uses=PAGED, gives=LISTED)
    def find_lookalikes(self, query: Query) -> Flow:
        """List companies like one."""
        domains = quote(json.dumps([query.company_domain]))
        return listed((yield read("/v2/companies/similar", params={"domains": domains, **page(query)})))

    @operation("email-patterns", needs=[("company_domain",)], gives=("email_pattern", "the_companies_api_patterns"))
    def email_patterns(self, query: Query) -> Flow:
        """List the patterns of a company's addresses, the most used one first."""
        reply = yield read("/v2/companies/{domain}/email-patterns", at={"domain": query.company_domain})
        patterns = sorted(reply.items(), key=lambda one: amount(one.get("usagePercentage")) or 0, reverse=True)
        found = rename(patterns[0] if patterns else None, {"email_pattern": "pattern"})
        return answer(reply, {**found, "the_companies_api_patterns": patterns} if found else {})

    @operation(Operation.RESEARCH, needs=[("company_domain", "prompt")], uses=("model",))
    def research(self, query: Query) -> Flow:
        """Answer a question about a company; `model` is "small" or "large"."""
        fields = [{"key": "answer", "type": "string", "description": "the answer"}]
        body = {"question": query.prompt, "fields": fields, **query.pick("model")}
        at = {"domain": query.company_domain}
        reply = yield Request("POST", "/v2/companies/{domain}/ask", at=at, json=body, expect=(200, 404))
        paths = ("answer.output.answer", "prompt.response.answer.output.answer", "prompt.response.answer.answer")
        return answer(reply, rename(reply.json, {"answer": list(paths)}))

    def quota(self) -> QuotaFlow:
        """Read the team's credits."""
        at = {"team": (yield Request("GET", "/v2/user", paid=False)).get("currentTeamId")}
        reply = yield Request("GET", "/v2/teams/{team}", at=at, paid=False)
        return Quota(remaining=reply.get("credits"))


def read(path: str, **parts: Any) -> Request:
    """Return a request; 404 means no such company."""
    return Request("GET", path, expect=(200, 404), **parts)


def page(query: Query) -> dict[str, int]:
    """Return the page asked for."""
    return {"size": page_size(query, 10, 100), "page": int(query.cursor or 1)}


def meets(span: str, low: int, high: int) -> bool:
    """Return whether two ranges of a head count meet in more than an end."""
    least, most = size_bounds(span)
    return (least or 0) < high and (most or 10**9) > low


def cost(reply: Reply) -> Any:
    """Return what a reply says it cost."""
    return 0 if reply.get("meta.freeRequest") is True else reply.get("meta.cost")


def answer(reply: Reply, found: dict[str, Any]) -> Hit | Miss:
    """Return what was found at the price stated."""
    return Hit(found, credits=cost(reply)) if reply.status == 200 and found else Miss(credits=cost(reply))


def listed(reply: Reply) -> Hit | Miss:
    """Return one page of companies."""
    companies = [found for one in reply.items("companies") if (found := rename(one, COMPANY))]
    here, last = whole_number(reply.get("meta.currentPage")), whole_number(reply.get("meta.lastPage"))
    more = str(here + 1) if here is not None and last is not None and here < last else None
    found = {"companies": companies, "total": reply.get("meta.total"), "next_cursor": more}
    return answer(reply, found if companies else {})


provider = TheCompaniesAPI
