"""Cognism: people and companies in two steps: a free match, then the redemption that costs a credit.

Facts: help.cognism.com (Using Enrich and Redeem APIs, Search and Access Records, API Migration Guide) and texts derived
from the Postman collection, 2026-08; what a redeemed record holds comes from integrations, hence inferred. Matches and
searches give previews, which say whether there is an e-mail or a number: where there is none, nothing is redeemed.
Twenty are redeemed at once; a thousand requests and a thousand records a minute. A company costs nothing. What
`matchScore` and the grade of an address are measured in is not published, so neither is taken for a confidence. Filter
values that are in no list of theirs find nothing, so ours are put into their words.
"""

from typing import Any

from leadenrich.contract import (
    Bearer,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Requests,
    Support,
    Tier,
    bulk,
    capitalised,
    country_name,
    dig,
    listing,
    one_call,
    operation,
    page_size,
    present,
    rename,
    size_bounds,
)

LEVELS = {"middle-management": "manager", "senior leadership": ""}  # the second is no level of ours
PERSON = {
    "first_name": "firstName",
    "last_name": "lastName",
    "full_name": "fullName",
    "title": "jobTitle",
    "seniority": ["seniority", ("managementLevel", lambda word: LEVELS.get(word.lower(), word))],
    "linkedin_url": "linkedinUrl",
    "country": "country",
    "company_name": "account.name",
    "company_domain": ["account.domain", "account.website"],
    "company_linkedin_url": "account.linkedinUrl",
}
CONTACT = {**PERSON, "email": "email.address"}
PHONE = {"mobile_phone": "mobilePhoneNumbers.0.number", "on_dnc": "mobilePhoneNumbers.0.dnc", "full_name": "fullName"}
FLAGS = {"email": "hasEmail", "mobile_phone": "hasMobilePhoneNumbers"}
COMPANY = {
    "company_name": "name",
    "company_domain": ["domain", "website"],
    "website": "website",
    "description": ["description", "shortDescription"],
    "industry": ["industry.0", "industry"],
    "employee_count": "headcount",
    "annual_revenue_usd": "revenue",
    "founded_year": "founded",
    "company_type": "type",
    "company_linkedin_url": "linkedinUrl",
    "technologies": "technologies",
    "city": "location.0.city",
    "region": "location.0.state",
    "country": "location.0.country",
}
PREVIEW = {"company_name": "name", "company_domain": "domain", "industry": ["industry.0", "industry"]}
# The closed lists of the filters: `seniority`, below it `managementLevel`, `jobFunctions` and the types of accounts.
RANKS = {
    "owner": "Owner",
    "founder": "Owner",
    "c_suite": "CXO",
    "partner": "Partner",
    "vp": "VP",
    "head": "Director",
    "director": "Director",
    "manager": "Manager",
}
JUNIOR = {"senior": "Experienced Staff", "entry": "Entry-Level", "intern": "Entry-Level"}
FUNCTIONS = {
    "executive": "Oversight",
    "engineering": "Technology",
    "it": "Technology",
    "data": "Technology",
    "security": "Technology",
    "customer_success": "Client Success",
    "support": "Client Success",
    "hr": "HR",
    "finance": "Accounting",
}
TYPES = {
    "public": "Public Company",
    "public_company": "Public Company",
    "private": "Privately Held",
    "self_employed": "Self-Employed",
    "non_profit": "non profit",
    "nonprofit": "non profit",
}
WHO = (
    ("linkedin_url",),
    ("email",),
    ("first_name", "last_name", "company_domain"),
    ("first_name", "last_name", "company_name"),
)
RECORDS = ("POST /contact/redeem", "POST /account/redeem", "POST /contact/search", "POST /account/search")
REASON = "graded by the vendor in words it does not publish"


class Cognism(HTTPProvider):
    info = ProviderInfo(
        title="Cognism",
        category=Category.MAJOR_DATA,
        tier=Tier.ENTERPRISE,
        base_url="https://app.cognism.com/api/search",
        docs_url="https://developers.cognism.com",
        auth=Bearer(),
        rates=(Rate(1000, per=60), Rate(1000, per=60, unit="items", on=RECORDS)),
        rate_headers=RateHeaders(
            limit="x-rate-total-limit", remaining="x-rate-total-limit-remaining", reset="x-rate-limit-reset"
        ),
        established_in="GB",
        summary="People with e-mails and mobiles, companies, searches of both.",
    )
    free_call = Request("GET", "/entitlement/contactEntitlementSubscription", paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Tell a filter that the subscription does not include from an ill-formed question; both are a 400."""
        return ErrorCode.FEATURE_NOT_SUPPORTED if reply.status == 400 and "entitlement" in reply.text.lower() else None

    @operation(
        Operation.ENRICH_PERSON,
        needs=WHO,
        uses=("title",),
        gives=(*CONTACT, "mobile_phone", "on_dnc"),
        credits=1,
        confidence=75,
        confidence_reason=REASON,
        support=Support.INFERRED,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person; the record that is redeemed holds the mobile number too."""
        return redeemed(query, {**CONTACT, **PHONE})

    @operation(
        Operation.FIND_EMAIL,
        needs=WHO,
        uses=("title",),
        gives=tuple(CONTACT),
        credits=1,
        confidence=75,
        confidence_reason=REASON,
        support=Support.INFERRED,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; redeemed only where the preview says there is one."""
        return redeemed(query, CONTACT, "email")

    @operation(
        Operation.FIND_PHONE, needs=WHO, uses=("title",), gives=tuple(PHONE), credits=1, support=Support.INFERRED
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number; redeemed only where the preview says there is one."""
        return redeemed(query, PHONE, "mobile_phone")

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_linkedin_url",), ("website",), ("company_name",)],
        uses=("country", "city"),
        gives=tuple(COMPANY),
        charged="free",
        support=Support.INFERRED,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; its redemption is free."""
        body = query.pick(
            "website", "city", name="company_name", domain="company_domain", linkedinUrl="company_linkedin_url"
        )
        place = {"country": country_name(query.country)} if query.country else {}
        preview = yield Request("POST", "/account/enrich", json={**body, **place}, paid=False)
        if not (ticket := preview.get("results.0.redeemId")):
            return Miss()
        return (yield from one_call(redeem("account", [ticket]), COMPANY, "company_name", at="results.0"))

    @operation(
        Operation.SEARCH_PEOPLE,
        uses=(
            "first_name",
            "last_name",
            "title",
            "seniority",
            "department",
            "country",
            "company_name",
            "company_domain",
            "limit",
            "cursor",
        ),
        gives=("people", "total", "next_cursor"),
        charged="free",
    )
    def search_people(self, query: Query) -> Flow:
        """List people as previews."""
        account = present({"names": listing(query.company_name), "domains": listing(query.company_domain)})
        filters = {
            **query.pick(firstName="first_name", lastName="last_name"),
            "jobTitles": listing(query.title),
            "seniority": [RANKS.get(word, word) for word in listing(query.seniority) if word not in JUNIOR],
            "managementLevel": [JUNIOR[word] for word in listing(query.seniority) if word in JUNIOR],
            "jobFunctions": [FUNCTIONS.get(word) or capitalised(word) for word in listing(query.department)],
            "countries": listing(country_name(query.country)),
            "account": account,
        }
        return search("contact", query, filters, "people", PERSON)

    @operation(
        Operation.SEARCH_COMPANIES,
        uses=(
            "company_name",
            "company_domain",
            "industry",
            "region",
            "city",
            "technology",
            "employee_range",
            "company_type",
            "limit",
            "cursor",
        ),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """List companies as previews."""
        low, high = size_bounds(query.employee_range)
        filters = {
            "names": listing(query.company_name),
            "domains": listing(query.company_domain),
            "industries": listing(query.industry),
            "regions": listing(query.region),
            "cities": listing(query.city),
            "technologies": listing(query.technology),
            "headcount": present({"from": low, "to": high}),
            "types": [TYPES.get(word) or capitalised(word) for word in listing(query.company_type)],
        }
        return search("account", query, filters, "companies", PREVIEW)

    @bulk("POST", "/contact/redeem", max_items=20)
    def redeem_contacts(self, requests: Requests) -> Fold:
        """Redeem up to 20 people in one call."""
        return redeem_many("contact", requests)

    @bulk("POST", "/account/redeem", max_items=20)
    def redeem_accounts(self, requests: Requests) -> Fold:
        """Redeem up to 20 companies in one call."""
        return redeem_many("account", requests)


def redeemed(query: Query, fields: dict[str, Any], wanted: str | None = None) -> Flow:
    """Match a person and redeem the match, unless the preview lacks what is wanted; redeeming is what is paid."""
    body = query.pick(
        "email",
        firstName="first_name",
        lastName="last_name",
        linkedinUrl="linkedin_url",
        jobTitle="title",
        accountName="company_name",
        accountWebsite="company_domain",
    )
    preview = yield Request("POST", "/contact/enrich", json=body, paid=False)
    ticket = preview.get("results.0.redeemId")
    if not ticket or (wanted and preview.get(f"results.0.{FLAGS[wanted]}") is not True):
        return Miss()
    found = rename((yield redeem("contact", [ticket])).get("results.0"), fields)
    return Hit(found) if found and (not wanted or wanted in found) else Miss(credits=1 if found else 0)


def redeem(kind: str, tickets: list[Any]) -> Request:
    """Return the request that redeems previews."""
    params = {"mergePhonesAndLocations": "false"}
    return Request("POST", f"/{kind}/redeem", params=params, json={"redeemIds": tickets}, weight=len(tickets))


def redeem_many(kind: str, requests: Requests) -> Fold:
    """Redeem several previews in one call; results carry their ticket, or a new one where the person has moved on."""
    tickets = [dig(request.json, "redeemIds.0") for request in requests]
    reply = yield redeem(kind, tickets)
    known = {one.get("redeemId"): one for one in reply.items("results")}
    if len(known) == len(tickets) and len(lost := [ticket for ticket in tickets if ticket not in known]) == 1:
        known[lost[0]] = next(one for ticket, one in known.items() if ticket not in tickets)
    return [reply.with_json({"results": [known[ticket]] if ticket in known else []}) for ticket in tickets]


def search(kind: str, query: Query, filters: dict[str, Any], name: str, fields: dict[str, Any]) -> Flow:
    """Read one page of previews, at least 20; paging goes forward only, and ends with a page that is not full."""
    size = max(20, page_size(query, 20, 100))
    params = {"indexSize": size, "lastReturnedKey": query.cursor or ""}
    reply = yield Request("POST", f"/{kind}/search", params=params, json=present(filters), weight=size)
    items = [rename(one, fields) for one in reply.items("results")]
    more = reply.get("lastReturnedKey") if len(items) >= size else None
    page: dict[str, Any] = {name: items, "total": reply.get("totalResults"), "next_cursor": more}
    return Hit(page) if items else Miss()


provider = Cognism
