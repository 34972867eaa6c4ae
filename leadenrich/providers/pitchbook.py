"""PitchBook: companies, their financing, lookalikes, news, and people, by PitchBook's own ids.

Facts: the vendor's "Public API V2" documentation at documenter.gw.postman.com (TzCV1iRc, read 2026-08) and the sample
replies recorded in it. Everything but the searches goes by PitchBook id, so a question by domain or name searches
first; what is found is taken only where website or name agree. What a call costs is in the contract
(`GET /calls/costs`), so no credits are declared. Money is asked for in US dollars (`X-Currency`). A refused key is
repeated in the 401's message. Its words for a position's level could not be read: `seniority` is sent as it is given.
"""

from typing import Any

from leadenrich.contract import (
    Category,
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
    Reply,
    Request,
    Steps,
    Tier,
    country_name,
    dig,
    one_call,
    operation,
    page_size,
    pluck,
    rename,
    size_bounds,
    whole_number,
)
from leadenrich.providers._names import same_name
from leadenrich.providers._web import host

USD = {"X-Currency": "USD"}
FOUND_OR_NOT = (200, 404)  # an unknown id
COMPANY = {
    "company_name": "companyName.formalName",
    "company_domain": "website",
    "website": "website",
    "description": "description",
    "employee_count": "employees",
    "founded_year": "yearFounded",
    "city": "hqLocation.city",
    "region": "hqLocation.stateProvince",
    "country": "hqLocation.country",
    "company_type": "ownershipStatus.description",
    "sic": "sicCodes.0.code",
    "ticker": "ticker",
    "cik": "cikCode",
    "company_linkedin_url": "companySocialURLs.linkedInProfileUrl",
    "twitter_url": "companySocialURLs.twitterProfileUrl",
    "facebook_url": "companySocialURLs.facebookProfileUrl",
}
LISTED = {
    "company_name": "companyName",
    "company_domain": "website",
    "website": "website",
    "pitchbook_company_id": "companyId",
}
SIMILAR = {
    "company_name": "similarCompanyName",
    "pitchbook_company_id": "similarCompanyId",
    "confidence": ("similarityScore", lambda score: round(100 * float(score), 2)),
}
FINANCING = {
    "funding_stage": ["lastFinancingDealType2.description", "lastFinancingDealType.description"],
    "last_funding_at": "lastFinancingDate",
}
PERSON = {
    "full_name": "personName.full",
    "first_name": "personName.first",
    "last_name": "personName.last",
    "linkedin_url": "linkedInProfileUrl",
    "title": "primaryPosition",
    "company_name": "primaryEntityName",
    "company_domain": "primaryEntityWebsite",
    "city": "primaryOffice.city",
    "region": "primaryOffice.stateProvince",
    "country": "primaryOffice.country",
    "phone": "primaryOffice.phone",
}
ITEM = {"full_name": "personName", "pitchbook_person_id": "personId", "pitchbook_company_id": "firmId"}
CONTACT = {"full_name": "fullName", "email": "email", "phone": "phone"}
DEAL = {
    "deal_id": "dealId",
    "date": "dealDate",
    "number": "dealNumber",
    "type": "dealType1.description",
    "round": "dealType2.description",
}
INVESTOR = {
    "name": "investorName",
    "since": "investorSince",
    "exit": "investorExit",
    "status": ("investorStatus.code", {"ACT": "active", "WO": "written_off"}),
}
NEWS = {"title": "title", "url": "url", "published_at": "publishDate"}
WHICH = [("company_domain",), ("company_name",), ("pitchbook_company_id",)]
WHO = [
    ("email",),
    ("full_name", "company_domain"),
    ("first_name", "last_name", "company_domain"),
    ("full_name", "company_name"),
    ("first_name", "last_name", "company_name"),
    ("pitchbook_person_id",),
]


class PitchBook(HTTPProvider):
    info = ProviderInfo(
        title="PitchBook",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.ENTERPRISE,
        base_url="https://api.pitchbook.com",
        docs_url="https://documenter.gw.postman.com/view/metadata/TzCV1iRc",
        auth=HeaderKey("Authorization", "PB-Token "),
        established_in="US",
        privacy_url="https://pitchbook.com/privacy-policy",
        summary="Private-market data: companies, financing, investors, people.",
    )

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_name",), ("company_domain",), ("keywords",), ("country",), ("industry",)],
        uses=(
            "city",
            "region",
            "employee_range",
            "page_size",
            "limit",
            "cursor",
            "pitchbook_verticals",
            "pitchbook_revenue",
            "pitchbook_total_raised",
            "pitchbook_deal_type",
            "pitchbook_investors",
        ),
        gives=("companies", "total", "next_cursor"),
        charged="on_call",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; industries and deal types go by code, amounts are millions (">100", "10^100")."""
        params = query.pick(
            "keywords",
            "city",
            "industry",
            companyNames="company_domain|company_name",
            stateProvince="region",
            verticals="pitchbook_verticals",
            revenue="pitchbook_revenue",
            totalRaised="pitchbook_total_raised",
            dealType="pitchbook_deal_type",
            investorNames="pitchbook_investors",
        )
        if query.country:
            params |= {"country": country_name(query.country), "locationType": "HQ_ONLY"}
        if span := size(query.employee_range):
            params["employeeCount"] = span
        reply = yield Request("GET", "/companies/search", params={**params, **page_asked(query)})
        return page(reply, "companies", LISTED)

    @operation(
        Operation.ENRICH_COMPANY,
        needs=WHICH,
        uses=("pitchbook_industries", "pitchbook_financials"),
        gives=(*COMPANY, "funding_total_usd", "industry", "annual_revenue_usd"),
        charged="on_call",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; its industry and its revenue are further calls, made where the query asks for them."""
        company = yield from self.company_id(query)
        if company is None:
            return Miss()
        bio = yield about(company, "bio")
        found = rename(bio.json, COMPANY)
        found |= {"funding_total_usd": usd(bio.get("totalMoneyRaised"))}
        if query.pitchbook_industries:
            items = (yield about(company, "industries")).items("industries")
            ranked = sorted(items, key=lambda item: item.get("primary") is not True)
            found |= rename(ranked, {"industry": ["0.industryCode.description", "0.industryGroup.description"]})
        if query.pitchbook_financials:
            found["annual_revenue_usd"] = usd((yield about(company, "most-recent-financials")).get("revenue"))
        return Hit(found) if "company_name" in found else Miss()

    @operation(
        Operation.FIND_FUNDING,
        needs=WHICH,
        uses=("pitchbook_total", "pitchbook_investors"),
        gives=("funding_stage", "last_funding_at", "funding_total_usd", "investors"),
        charged="on_call",
    )
    def find_funding(self, query: Query) -> Flow:
        """Find the latest financing (it may be debt); total raised and investors are further calls, where asked for."""
        company = yield from self.company_id(query)
        if company is None:
            return Miss()
        found: dict[str, Any] = rename((yield about(company, "most-recent-financing")).json, FINANCING)
        if query.pitchbook_total:
            found["funding_total_usd"] = usd((yield about(company, "bio")).get("totalMoneyRaised"))
        if query.pitchbook_investors:
            found["investors"] = pluck((yield about(company, "investors")).get("investors"), "investorName")
        return Hit(found) if any(found.values()) else Miss()

    @operation("deals", needs=WHICH, gives=("pitchbook_deals",), charged="on_call")
    def deals(self, query: Query) -> Flow:
        """List all of a company's deals: when, and of which kind."""
        return self.listed(query, "pitchbook_deals", DEAL, "/companies/{id}/deals", headers=USD)

    @operation("investors", needs=WHICH, gives=("pitchbook_investors", "total"), charged="on_call")
    def investors(self, query: Query) -> Flow:
        """List who has invested in a company, since when, and whether they still hold; none known is an answer too."""
        company = yield from self.company_id(query)
        if company is None:
            return Miss()
        reply = yield about(company, "investors")
        found = [rename(item, INVESTOR) for item in reply.items("investors")]
        known = {"pitchbook_investors": found, "total": reply.get("countAllInvestors")}
        return Hit(known) if reply.status == 200 and (found or known["total"] is not None) else Miss()

    @operation(Operation.FIND_LOOKALIKES, needs=WHICH, gives=("companies",), charged="on_call")
    def find_lookalikes(self, query: Query) -> Flow:
        """Find similar companies: names and PitchBook ids, no domains."""
        return self.listed(query, "companies", SIMILAR, "/companies/{id}/similar-companies", headers=USD)

    @operation(
        Operation.FIND_NEWS, needs=WHICH, uses=("pitchbook_days", "pitchbook_since"), gives=("news",), charged="on_call"
    )
    def find_news(self, query: Query) -> Flow:
        """List news on a company, of the last so many days or since a date."""
        params = query.pick(trailingRange="pitchbook_days", sinceDate="pitchbook_since")
        return self.listed(query, "news", NEWS, "/entities/{id}/news", params=params)

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("full_name",), ("company_domain",), ("company_name",), ("title",), ("email",)],
        uses=("first_name", "last_name", "seniority", "department", "city", "country", "page_size", "limit", "cursor"),
        gives=("people", "total", "next_cursor"),
        charged="on_call",
    )
    def search_people(self, query: Query) -> Flow:
        """Search people: names and PitchBook ids, for `enrich_person` and `find_email`."""
        reply = yield people_asked(query, page_asked(query))
        return page(reply, "people", ITEM)

    @operation(Operation.ENRICH_PERSON, needs=WHO, gives=tuple(PERSON), charged="on_call")
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person and their main position."""
        return self.of_person(query, "bio", PERSON, "full_name")

    @operation(
        Operation.FIND_EMAIL,
        needs=WHO[1:],
        gives=tuple(CONTACT),
        charged="on_call",
        confidence=70,
        confidence_reason="on file at PitchBook, gathered by its researchers; no status is stated",
    )
    def find_email(self, query: Query) -> Flow:
        """Give the contact details on file for a person."""
        return self.of_person(query, "contact", CONTACT, "email")

    def company_id(self, query: Query) -> Steps[Any]:
        """Return the PitchBook id of the company asked about, searching for it where only domain or name is known."""
        if query.pitchbook_company_id:
            return query.pitchbook_company_id
        reply = yield Request("GET", "/companies/search", params=query.pick(companyNames="company_domain|company_name"))
        for item in reply.items("items"):
            if query.company_domain:
                fits = host(item.get("website")) == query.company_domain
            else:
                fits = same_name(query.company_name, item.get("companyName"))
            if fits:
                return item.get("companyId")
        return None

    def listed(self, query: Query, name: str, fields: dict[str, Any], path: str, **asked: Any) -> Flow:
        """Return a list of what belongs to a company."""
        company = yield from self.company_id(query)
        if company is None:
            return Miss()
        reply = yield Request("GET", path, at={"id": company}, expect=FOUND_OR_NOT, **asked)
        items = [rename(item, fields) for item in reply.items()]
        return Hit({name: items}) if items else Miss()

    def person_id(self, query: Query) -> Steps[Any]:
        """Return the PitchBook id of the person asked about: the only one found, or the first of the same name."""
        if query.pitchbook_person_id:
            return query.pitchbook_person_id
        items = (yield people_asked(query, {})).items("items")
        if query.email:
            return items[0].get("personId") if len(items) == 1 else None
        return next((item.get("personId") for item in items if same_name(query.name, item.get("personName"))), None)

    def of_person(self, query: Query, part: str, fields: dict[str, Any], wanted: str) -> Flow:
        """Return one part of what is known of a person."""
        person = yield from self.person_id(query)
        if person is None:
            return Miss()
        ask = Request("GET", f"/people/{{id}}/{part}", at={"id": person}, expect=FOUND_OR_NOT)
        return (yield from one_call(ask, fields, wanted))

    def quota(self) -> QuotaFlow:
        """Read the running contract's credits."""
        reply = yield Request("GET", "/credits/history", paid=False)
        contracts = [item for item in reply.items() if item.get("activeContract")]
        names = {"plan": "pricingModel", "remaining": "creditsRemaining", "used": "creditsUsed"}
        return Quota(**rename(contracts[0] if contracts else {}, names))


def about(company: Any, part: str) -> Request:
    """Return the request for one part of what is known of a company."""
    return Request("GET", f"/companies/{{id}}/{part}", at={"id": company}, headers=USD, expect=FOUND_OR_NOT)


def people_asked(query: Query, paging: dict[str, Any]) -> Request:
    """Return the request that searches people."""
    params = query.pick(
        "email",
        "city",
        "department",
        firmNames="company_domain|company_name",
        positionTitle="title",
        positionLevel="seniority",
    )
    if query.first_name:
        params |= query.pick(firstName="first_name", lastName="last_name")
    else:
        params |= query.pick(personNames="full_name")
    if query.country:
        params["country"] = country_name(query.country)
    return Request("GET", "/people/search", params={**params, **paging})


def page_asked(query: Query) -> dict[str, int]:
    """Return the page asked for; the vendor's own size is 25."""
    return {"page": int(query.cursor or 1), "perPage": page_size(query, 25, 100)}


def page(reply: Reply, name: str, fields: dict[str, Any]) -> Hit | Miss:
    """Return one page of a search."""
    items = [rename(item, fields) for item in reply.items("items")]
    if not items:
        return Miss()
    here, last = whole_number(reply.get("stats.page")), whole_number(reply.get("stats.lastPage"))
    more = str(here + 1) if here is not None and last is not None and here < last else None
    return Hit({name: items, "total": reply.get("stats.total"), "next_cursor": more})


def size(employee_range: str | None) -> str | None:
    """Return a head count in PitchBook's words: "10^50", ">1000", "<10"."""
    low, high = size_bounds(employee_range)
    if low is None:
        return None if high is None else f"<{high}"
    return f">{low}" if high is None else f"{low}^{high}"


def usd(money: Any) -> Any:
    """Return an amount that is in US dollars, and no other."""
    return dig(money, "amount") if dig(money, "currency") == "USD" else None


provider = PitchBook
