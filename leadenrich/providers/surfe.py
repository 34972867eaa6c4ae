"""Surfe: e-mails, mobiles and companies as background jobs of many, people and company search, look-alikes.

Facts: developers.surfe.com (create-people-bulk-enrichment, search-people v2, get-credits, credits-and-quotas, webhooks)
and its help center (response codes, webhook signatures), re-read 2026. Three purses: email (first-level data: address,
landline, profile, job), mobile, search. Daily quotas are those of an account without search credits (with them up to
100,000 results a day: `Session(rates=...)`). 402 means no credits when enriching, 403 means it when searching. Revenue
is a range without a currency and stays out. Recommendations are those for a profile that is saved at Surfe beforehand
(`POST /v2/recommendations/icp`, which is not ours to write); they are billed at the end of the month, a company once.
"""

import json as jsonlib
from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    Charged,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HMACSignature,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Steps,
    Support,
    Tier,
    bulk,
    by_echo,
    capitalised,
    dig,
    echoed,
    finished,
    first,
    listing,
    operation,
    page_size,
    pluck,
    present,
    rename,
    rows,
    size_bounds,
)

PEOPLE, COMPANIES = "/v2/people/enrich", "/v2/companies/enrich"
WHO = [("linkedin_url",), ("first_name", "last_name", "company_domain"), ("first_name", "last_name", "company_name")]
WORDS = ("linkedin_url", "first_name", "last_name", "company_domain", "company_name")
STATUS = {"valid": "valid", "catch_all": "accept_all"}
PERSON = {
    "first_name": "firstName",
    "last_name": "lastName",
    "title": "jobTitle",
    "seniority": "seniorities.0",
    "department": "departments.0",
    "linkedin_url": "linkedInUrl",
    "country": "country",
    "company_name": "companyName",
    "company_domain": "companyDomain",
}
ADDRESS = {"email": "email", "email_status": ("validationStatus", STATUS)}
COMPANY = {
    "company_name": "name",
    "company_domain": "websites.0",
    "company_linkedin_url": "linkedInURL",
    "description": "description",
    "industry": ["industries.0", "industry"],
    "employee_count": "employeeCount",
    "founded_year": "founded",
    "country": "hqCountry",
    "address": "hqAddress",
    "phone": "phones.0",
    "ticker": "stocks.0.ticker",
    "twitter_url": ("digitalPresence", lambda sites: presence(sites, "twitter")),
    "facebook_url": ("digitalPresence", lambda sites: presence(sites, "facebook")),
    "funding_stage": ("fundingRounds", lambda rounds: latest(rounds)["name"].removesuffix(" Round")),
    "last_funding_at": ("fundingRounds", lambda rounds: latest(rounds).get("announcedDate")),
    "investors": ("fundingRounds", lambda rounds: latest(rounds).get("leadInvestors")),
}
LISTED = {
    "company_name": "name",
    "company_domain": "domain",
    "employee_count": "employeeCount",
    "industry": "industries.0",
    "country": "countries.0",
}
RECOMMENDED = {
    "company_name": "name",
    "company_domain": "domain",
    "company_linkedin_url": "linkedInURL",
    "description": "description",
    "employee_count": "employeeCount",
    "industry": "industries.0",
    "country": "hqCountry",
    "address": "hqAddress",
    "founded_year": "yearFounded",
    "logo_url": "logo",
}
ALIKE = {
    "company_name": "name",
    "website": "website",
    "company_linkedin_url": "linkedinUrl",
    "description": "description",
    "employee_count": "size",
    "founded_year": "founded",
    "industry": "industries.0.industry",
    "phone": "phones.0",
}

ENDED = ("COMPLETED", "FAILED", "CANCELLED")


class Surfe(HTTPProvider):
    info = ProviderInfo(
        title="Surfe",
        category=Category.EMAIL_CONTACT,
        tier=Tier.PRO,
        base_url="https://api.surfe.com",
        docs_url="https://developers.surfe.com",
        auth=Bearer(),
        rates=(
            Rate(10, per=1, kind="leaky", burst=20),
            Rate(2000, per=86_400, unit="items", on=f"POST {PEOPLE}"),
            Rate(2000, per=86_400, unit="items", on=f"POST {COMPANIES}"),
            Rate(200, per=86_400, unit="items", on="POST /v2/people/search"),
            Rate(200, per=86_400, unit="items", on="POST /v2/companies/search"),
            Rate(200, per=86_400, unit="items", on="POST /v1/organizations/lookalikes"),
        ),
        webhook=HMACSignature(
            "x-surfe-signature", signed=("param:t", "body"), value="v0", timestamp="param:t", tolerance=300
        ),
        established_in="FR",
        privacy_url=None,
        summary="E-mails and mobiles of people by profile or name, companies by domain, searches.",
    )
    account = Account(
        "/v1/credits",
        remaining="totalEmail",
        pools={"email": "totalEmail", "mobile": "totalMobile", "search": "totalSearch"},
    )
    webhook_job = "data.enrichmentID"

    def classify(self, reply: Reply) -> Classified:
        """Tell the two meanings of 403 apart: a plan without the feature, or more than quota and credits."""
        if reply.status != 403:
            return None
        said, enriching = str(reply.get("message")).lower(), reply.request.path.startswith((PEOPLE, COMPANIES))
        lacking = "feature" in said or (enriching and "credit" not in said and "quota" not in said)
        return ErrorCode.FEATURE_NOT_SUPPORTED if lacking else ErrorCode.PROVIDER_INSUFFICIENT_CREDITS

    @operation(
        Operation.ENRICH_PERSON, needs=WHO, uses=WORDS, gives=(*PERSON, *ADDRESS), credits={"email": 1}, patience=300
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person and give the work e-mail, as a background job."""
        someone = yield from self.people(query, {"email": True, "linkedInUrl": True})
        found = {**rename(someone, PERSON), **address(someone)}
        # The names asked for are echoed even where no person was found.
        known = found.keys() - {"first_name", "last_name", "company_name", "company_domain", "linkedin_url"}
        return Hit(found) if known else Miss()

    @operation(
        Operation.FIND_EMAIL, needs=WHO, uses=WORDS, gives=(*PERSON, *ADDRESS), credits={"email": 1}, patience=300
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail, by the same request as enrich_person."""
        found = yield from self.enrich_person(query)
        return found if "email" in found else Miss()

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=WHO,
        uses=WORDS,
        patience=300,
        confidence=85,
        confidence_reason="only validated addresses are returned",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail; its price in credits is not published."""
        someone = yield from self.people(query, {"email": True}, {"acceptedEmailType": "personal"})
        emails = [one for one in listing(dig(someone, "emails")) if dig(one, "emailType") != "professional"]
        found = rename(emails, {"personal_email": "0.email"})
        return Hit(found) if found else Miss()

    @operation(
        Operation.FIND_PHONE, needs=WHO, uses=WORDS, gives=("mobile_phone",), credits={"mobile": 1}, patience=300
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number."""
        someone = yield from self.people(query, {"mobile": True})
        fields = {"mobile_phone": "mobilePhone", "confidence": ("confidenceScore", lambda score: round(score * 100))}
        found = rename(dig(someone, "mobilePhones.0"), fields)
        return Hit(found) if "mobile_phone" in found else Miss()

    def people(self, query: Query, include: Mapping[str, bool], options: Mapping[str, str] | None = None) -> Steps[Any]:
        """Start a job for one person and return what came of it."""
        someone = query.pick(
            firstName="first_name",
            lastName="last_name",
            companyName="company_name",
            companyDomain="company_domain",
            linkedinUrl="linkedin_url",
        )
        body = {"include": include, **({"enrichmentOptions": options} if options else {}), "people": [someone]}
        return (yield from self.job(PEOPLE, body)).get("people.0")

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",)], gives=tuple(COMPANY), patience=300)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company, as a background job; its price in credits is not published."""
        reply = yield from self.job(COMPANIES, {"companies": [{"domain": query.company_domain}]})
        found = rename(reply.get("companies.0"), COMPANY)
        return Hit(found) if "company_name" in found else Miss()

    def job(self, path: str, body: dict[str, Any], weight: int = 1) -> Steps[Reply]:
        """Run a job and return how it ended; the host's webhook is told of that."""
        told = {"notificationOptions": {"webhookUrl": self.webhook_url}} if self.webhook_url else {}
        start = yield Request("POST", path, json={**body, **told}, expect=(200, 202), weight=weight)
        reply = yield from finished(
            start,
            "enrichmentID",
            lambda job: Request("GET", path + "/{id}", at={"id": job}, paid=False),
            lambda reply: reply.get("status") not in ENDED,  # PENDING, then IN_PROGRESS
        )
        if reply.get("status") != "COMPLETED":
            raise FeatureExecutionError("the job failed or was cancelled", status=reply.status)
        return reply

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Name the job a webhook is about; the event of one person of many comes too early, so it is left out."""
        early = dig(body, "eventType") == "person.enrichment.completed" and dig(body, "data.person.externalID")
        return [] if early else super().delivered(body, headers)

    # Surfe takes 10,000 people and 500 companies; 100 keep a job short, and one that fails cheap.
    @bulk("POST", PEOPLE, max_items=100, patience=300, group=lambda request: same(request, "people"))
    def bulk_people(self, requests: Requests) -> Fold:
        """Enrich many people in one job."""
        return (yield from self.many(requests, PEOPLE, "people"))

    @bulk("POST", COMPANIES, max_items=100, patience=300, group=lambda request: same(request, "companies"))
    def bulk_companies(self, requests: Requests) -> Fold:
        """Enrich many companies in one job."""
        return (yield from self.many(requests, COMPANIES, "companies"))

    def many(self, requests: Requests, path: str, of: str) -> Fold:
        """Run one job for many; the ids sent along come back with each."""
        items = [{**request.json[of][0], "externalID": str(i)} for i, request in enumerate(requests)]
        reply = yield from self.job(path, {**requests[0].json, of: items}, weight=len(items))
        found = echoed(reply.items(of), "externalID")
        return by_echo(reply, rows(requests), found, lambda one: {"status": "COMPLETED", of: [one]})

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("title",), ("company_name",)],
        uses=(
            "seniority",
            "department",
            "country",
            "industry",
            "employee_range",
            "technology",
            "keywords",
            "filters",
            "limit",
            "page_size",
            "cursor",
        ),
        gives=("people", "total", "next_cursor"),
        credits={"search": 1},
        max_credits=lambda query: {"search": -(-size(query) // 10)},
    )
    def search_people(self, query: Query) -> Flow:
        """Search people: 1 search credit for each ten results; `filters` holds Surfe's own people and companies."""
        own = query.filters or {}
        low, high = size_bounds(query.employee_range)
        people = {
            "jobTitles": listing(query.title),
            "seniorities": listing("C-Level" if query.seniority == "c_suite" else capitalised(query.seniority)),
            "departments": listing(capitalised(query.department)),
            "countries": listing((query.country or "").lower()),
            **(own.get("people") or {}),
        }
        companies = {
            "domains": listing(query.company_domain),
            "names": listing(query.company_name),
            "industries": listing(query.industry),
            "technologies": listing(query.technology),
            "keywords": listing(query.keywords),
            "employeeCount": present({"from": low, "to": high}),
            **(own.get("companies") or {}),
        }
        body = {**own, "people": present(people), "companies": present(companies)}
        reply = yield self.page("/v2/people/search", present(body), query)
        found = [rename(item, PERSON) for item in reply.items("people")]
        return self.results(reply, people=found, total=reply.get("total")) if found else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("country",), ("company_domain",)],
        uses=("employee_range", "filters", "limit", "page_size", "cursor"),
        gives=("companies", "next_cursor"),
        credits={"search": 1},
        max_credits=lambda query: {"search": -(-size(query) // 10)},
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies: 1 search credit for each ten results; `filters` holds Surfe's own."""
        low, high = size_bounds(query.employee_range)
        filters = {
            "domains": listing(query.company_domain),
            "industries": listing(query.industry),
            "countries": listing((query.country or "").lower()),
            "employeeCount": present({"from": low, "to": high}),
            **(query.filters or {}),
        }
        reply = yield self.page("/v2/companies/search", {"filters": present(filters)}, query)
        found = [rename(item, LISTED) for item in reply.items("companies")]
        return self.results(reply, companies=found) if found else Miss()

    def page(self, path: str, body: dict[str, Any], query: Query) -> Request:
        """Return the request for one page; a page's token carries the filters of the first."""
        asked = {"pageToken": query.cursor} if query.cursor else body
        return Request("POST", path, json={"limit": size(query), **asked}, weight=size(query))

    def results(self, reply: Reply, **found: Any) -> Hit:
        """Return one page of a search."""
        count = len(found.get("people") or found.get("companies") or ())
        return Hit({**found, "next_cursor": reply.get("nextPageToken")}, credits={"search": -(-count // 10)})

    @operation(
        "recommendations",
        uses=("surfe_external_user_id", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
    )
    def recommendations(self, query: Query) -> Flow:
        """List the day's companies for a saved profile of the ideal customer, with their people and the reasons."""
        start, count = int(query.cursor or 0), size(query)
        body = {
            **query.pick(externalUserId="surfe_external_user_id"),
            "pagination": {"from": start, "to": start + count},
        }
        reply = yield Request("POST", "/v2/recommendations/fetch", json=body)
        found = [
            {
                **rename(item, RECOMMENDED),
                "surfe_people": [
                    rename(who, {**PERSON, "linkedin_url": "linkedinUrl"}) for who in listing(item.get("people"))
                ],
                "surfe_reasons": pluck(dig(item, "recommendation.reasons") or [], "description"),
            }
            for item in reply.items("companies")
        ]
        total = reply.get("pagination.total")
        more = start + count < total if isinstance(total, int) else len(found) >= count
        page = {"total": total, "next_cursor": str(start + count) if more else None}
        return Hit({"companies": found, **page}) if found else Miss()

    @operation(
        Operation.FIND_LOOKALIKES,
        needs=[("company_domain",), ("company_name",)],
        uses=("industry", "country", "employee_range", "technology", "keywords", "filters", "limit"),
        charged=Charged.FREE,
        support=Support.INFERRED,  # seen in other people's copies of the 2025 documentation only
    )
    def find_lookalikes(self, query: Query) -> Flow:
        """List companies like one, within a daily quota."""
        filters = {
            "employeeCounts": listing(query.employee_range),
            "industries": listing(query.industry),
            "keywords": listing(query.keywords),
            "primaryLocations": listing((query.country or "").lower()),
            "technologies": listing(query.technology),
            **(query.filters or {}),
        }
        body = {
            "domains": listing(query.company_domain),
            "names": listing(query.company_name),
            "maxResults": size(query),
            "filters": present(filters),
        }
        path = "/v1/organizations/lookalikes"
        reply = yield Request("POST", path, json=present(body), weight=size(query), paid=False)
        found = [rename(item, ALIKE) for item in reply.items("organizations")]
        return Hit(companies=found) if found else Miss()


def address(someone: Any) -> dict[str, Any]:
    """Return the first address, a valid one before a catch-all."""
    found = [rename(one, ADDRESS) for one in listing(dig(someone, "emails"))]
    return next((one for one in found if one.get("email_status") == "valid"), first(*found) or {})


def latest(rounds: Any) -> dict[str, Any]:
    """Return the newest funding round."""
    return max((one for one in rounds if isinstance(one, dict)), key=lambda one: str(one.get("announcedDate") or ""))


def presence(sites: Any, name: str) -> str | None:
    """Return where a company is on one network."""
    return next((one.get("url") for one in sites if str(one.get("name")).lower() == name), None)


def same(request: Request, of: str) -> str:
    """Return what requests must share to be one job: all but the people or companies."""
    return jsonlib.dumps({key: value for key, value in request.json.items() if key != of}, sort_keys=True)


def size(query: Query) -> int:
    """Return how many results are asked for, 10 by default as with Surfe."""
    return page_size(query, 10, 200)


provider = Surfe
