"""Lusha: people with e-mails and phones, companies, lookalikes and prospecting.

Facts: the vendor's OpenAPI v2 and v3, docs.lusha.com (rate limits, errors, changelog, pricing, migration guide). v3 is
the current version and asked first. Where an account lacks it (a 403 that names V3), and with `version: v2` beside the
key, v2 is asked, which was to be retired six months after v3 came. A call says which contacts it wants, for both would
be paid: in v3 by `reveal`; in v2 by `revealEmails` or `revealPhones`, which need the unified credits plan, or with
`plan: legacy` by `filterBy`. Both spell their fields differently; all are read. A miss is a 200 with an error inside. A
v3 search may cost a credit beside what it reveals: `billing` says so. Another 403 is a plan's gate if it names one,
else an account that is not active. v2's bulk forms are left out: v3 takes a hundred at once.
"""

import re
from typing import Any

from leadenrich.contract import (
    AllOf,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
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
    RateHeaders,
    Reply,
    Request,
    Requests,
    Settings,
    Steps,
    Tier,
    bulk,
    by_echo,
    country_name,
    dig,
    echoed,
    first,
    listing,
    one_call,
    operation,
    pluck,
    present,
    rename,
    rows,
    size_bounds,
    ways_of,
)

PERSON = {
    "first_name": "firstName",
    "last_name": "lastName",
    "full_name": "fullName",
    "linkedin_url": ["socialLinks.linkedin", "social_links.linkedin"],
    "twitter_url": ["socialLinks.xUrl", "social_links.x_url"],
    "title": ["jobTitle.title", "job_title.title"],
    "seniority": ["jobTitle.seniority", "job_title.seniority"],
    "department": ["jobTitle.departments.0", "job_title.departments.0"],
    "city": "location.city",
    "region": "location.state",
    "country": ["location.countryIso2", "location.country_iso2", "location.country"],
    "company_name": "company.name",
    "company_domain": ["company.domains.email", "company.domain", "company.domains.homepage", "company.fqdn"],
    "company_linkedin_url": "company.social.linkedin",
}
COMPANY = {
    "company_name": "name",
    "company_domain": ["domain", "fqdn", "emailDomain"],
    "website": "website",
    "description": "description",
    "industry": ["mainIndustry", "industry"],
    "employee_count": ["companySize.employeesInLinkedin", "employeeCount.exact"],
    "employee_range": [
        "employees",
        *((name, lambda size: f"{size['min']}-{size['max']}") for name in ("companySize", "employeeCount")),
    ],
    "founded_year": ["yearFounded", ("founded", lambda text: int(re.findall(r"\d{4}", text)[0]))],
    "company_type": "companyType",
    "city": "location.city",
    "region": "location.state",
    "country": ["location.countryIso2", "location.country"],
    "company_linkedin_url": ["social.linkedin.url", "socialLinks.linkedin"],
    "facebook_url": "socialLinks.facebook",
    "twitter_url": "socialLinks.x",
    "logo_url": "logoUrl",
    "phone": ["phones.0.number", "phone"],
    "technologies": [
        ("technologies", lambda used: pluck(used, "name")),
        ("technologies", lambda used: [one for one in used if isinstance(used, list)]),
    ],
    "funding_total_usd": "funding.totalRoundsAmount",
    "funding_stage": "funding.lastRoundType",
    "last_funding_at": "funding.lastRoundDate",
    "sic": [(path, str) for path in ("industryPrimaryGroupDetails.sicCodes.0.sicCodes", "sicCodes.0.code")],
    "naics": [(path, str) for path in ("industryPrimaryGroupDetails.naicsCodes.0.naicsCodes", "naicsCodes.0.code")],
}
ALIKE = {
    "company_domain": "domain",
    "company_name": "name",
    "company_linkedin_url": ["socialLinks.linkedin", "linkedinUrl"],
    "industry": "industry",
    "employee_count": ["employeeCount.exact", "employeeCount"],
    "country": "location.country",
    "region": "location.state",
    "city": "location.city",
}
WHO = (
    ("linkedin_url",),
    ("email",),
    ("first_name", "last_name", "company_domain"),
    ("first_name", "last_name", "company_name"),
    ("lusha_person_id",),
)
V3, V3_COMPANIES = "/v3/contacts/search-and-enrich", "/v3/companies/search-and-enrich"
REASON = "graded by the vendor in letters whose meaning it does not publish"


class Lusha(HTTPProvider):
    info = ProviderInfo(
        title="Lusha",
        category=Category.MAJOR_DATA,
        tier=Tier.PRO,
        base_url="https://api.lusha.com",
        docs_url="https://docs.lusha.com/apis/openapi",
        auth=AllOf(HeaderKey("api_key"), Settings(optional=("version", "plan"))),
        rates=(Rate(25, per=1), Rate(5, per=60, on="GET /account/usage"), Rate(5, per=60, on="GET /v3/account/usage")),
        rate_headers=RateHeaders(
            limit="x-rate-limit-minute", remaining="x-minute-requests-left", reset="RateLimit-Reset"
        ),
        summary="People with e-mails and direct dials, companies, lookalikes.",
    )
    errors = {
        410: ErrorCode.FEATURE_PARAMETERS_INVALID,
        412: ErrorCode.FEATURE_PARAMETERS_INVALID,
        451: ErrorCode.FEATURE_EXECUTION_FAILED,
    }

    def classify(self, reply: Reply) -> Classified:
        """Tell a plan without this, or an account without v3, from an account that is not active."""
        said = reply.text.lower() if reply.status == 403 else ""
        if "v3" in said and 403 in reply.request.expect:
            return None
        gate = any(word in said for word in ("v3", "plan", "pricing version"))
        refused = ErrorCode.FEATURE_NOT_SUPPORTED if gate else ErrorCode.PROVIDER_AUTHENTICATION_FAILED
        return refused if reply.status == 403 else None

    @operation(
        Operation.ENRICH_PERSON,
        needs=WHO,
        gives=(*PERSON, "email", "personal_email"),
        credits=1,
        max_credits=2,
        confidence=80,
        confidence_reason=REASON,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, e-mails included, numbers not."""
        contact = yield from self.person(query, "Emails")
        return paid(contact, {**described(contact), **address(contact, "private", "personal_email")})

    @operation(
        Operation.FIND_EMAIL,
        needs=WHO,
        gives=(*PERSON, "email"),
        credits=1,
        max_credits=2,
        confidence=80,
        confidence_reason=REASON,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; the same call as enrich_person."""
        contact = yield from self.person(query, "Emails")
        return paid(contact, described(contact), "email")

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=WHO,
        gives=("personal_email", "full_name"),
        credits=1,
        max_credits=2,
        confidence=80,
        confidence_reason=REASON,
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail; the same call as enrich_person."""
        contact = yield from self.person(query, "Emails")
        names = rename(dig(contact, "data"), {"full_name": "fullName"})
        found = {**names, **address(contact, "private", "personal_email")}
        return paid(contact, found, "personal_email")

    @operation(
        Operation.FIND_PHONE,
        needs=WHO,
        gives=("mobile_phone", "phone", "line_type", "on_dnc", "full_name"),
        credits=5,
        max_credits=6,
    )
    def find_phone(self, query: Query) -> Flow:
        """Find numbers, with the do-not-call flag of the one preferred."""
        contact = yield from self.person(query, "Phones")
        found = {**rename(dig(contact, "data"), {"full_name": "fullName"}), **numbers(contact)}
        return paid(contact, found, "mobile_phone", "phone")

    def person(self, query: Query, what: str) -> Steps[Any]:
        """Ask for a person and one kind of contact; return the contact object, without data if unknown."""
        params = query.pick(
            "email",
            firstName="first_name",
            lastName="last_name",
            companyName="company_name",
            companyDomain="company_domain",
            linkedinUrl="linkedin_url",
            personId="lusha_person_id",
        )
        plan = self.settings.get("plan")
        if plan != "legacy" and self.settings.get("version") != "v2":
            bodies = v3(query, [what.lower()])
            others = [Request("POST", V3, json=body) for body in bodies[1:]]
            reply = yield Request("POST", V3, json=bodies[0], expect=(200, 403), served_by=others)
            if reply.status == 200:
                return contact_of(reply)
        legacy = {"Emails": "emailAddresses", "Phones": "phoneNumbers"}[what]
        wanted = {"filterBy": legacy} if plan == "legacy" else {f"reveal{what}": "true"}
        reply = yield Request("GET", "/v2/person", params={**params, **wanted}, expect=(200, 404))
        return contact_of(reply) if reply.status == 200 else {}

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("lusha_company_id",)],
        gives=tuple(COMPANY),
        credits=1,
        max_credits=2,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        if self.settings.get("version") != "v2" and self.settings.get("plan") != "legacy":
            asked = query.pick(domain="company_domain", name="company_name", id="lusha_company_id")
            body = {"companies": [{"clientReferenceId": "0", **asked}]}
            reply = yield Request("POST", V3_COMPANIES, json=body, expect=(200, 403))
            if reply.status == 200:
                contact = contact_of(reply)
                return paid(contact, rename(dig(contact, "data"), COMPANY), "company_name")
        params = query.pick(domain="company_domain", company="company_name", companyId="lusha_company_id")
        ask = Request("GET", "/v2/company", params=params, expect=(200, 404))
        return (yield from one_call(ask, COMPANY, "company_name", at="data"))

    @bulk("POST", V3_COMPANIES, max_items=100)
    def companies_by_v3(self, requests: Requests) -> Fold:
        """Ask v3 for up to 100 companies at once."""
        return together(requests, "companies")

    @operation(
        "v3-search-and-enrich",
        needs=WHO,
        uses=("lusha_reveal",),
        gives=(*PERSON, "email", "mobile_phone", "phone", "line_type", "on_dnc"),
        credits=1,
        max_credits=lambda query: 7 if "phones" in listing(query.lusha_reveal) else 2,
        confidence=80,
        confidence_reason=REASON,
    )
    def search_and_enrich(self, query: Query) -> Flow:
        """Describe a person by v3; `lusha_reveal` is ["emails"], ["phones"] or both, e-mails alone where unsaid."""
        reveal = listing(query.lusha_reveal) or ["emails"]
        contact = contact_of((yield Request("POST", V3, json=v3(query, reveal)[0])))
        found = {**rename(dig(contact, "data"), PERSON), **address(contact, "work", "email")}
        found |= numbers(contact) if "phones" in reveal else {}
        return paid({"credits": ("email" in found) + 5 * ("phone" in found), **contact}, found)

    @bulk("POST", V3, max_items=100, group=lambda request: str(dig(request.json, "reveal")))
    def search_and_enrich_many(self, requests: Requests) -> Fold:
        """Describe up to 100 people in one call of v3."""
        return together(requests, "contacts")

    @operation(
        Operation.FIND_LOOKALIKES,
        needs=[("company_domain",), ("company_linkedin_url",)],
        uses=("limit", "cursor"),
        gives=("companies", "next_cursor"),
    )
    def find_lookalikes(self, query: Query) -> Flow:
        """List companies like one; pages go on under a session that leaves out what was seen."""
        seeds = {"domains": listing(query.company_domain), "linkedinUrls": listing(query.company_linkedin_url)}
        body = {"seeds": present(seeds), "limit": min(int(query.limit or 25), 100)}
        reply = yield Request("POST", "/v3/companies/lookalike", json={**body, **query.pick(dedupeSessionId="cursor")})
        companies = [rename(result, ALIKE) for result in reply.items("results")]
        more = reply.get("dedupeSessionId") if reply.get("meta.hasMore") is True else None
        credits = first(reply.get("billing.creditsCharged"), reply.get("creditsCharged"))
        return Hit(companies=companies, next_cursor=more, credits=credits) if companies else Miss(credits=credits)

    @operation(
        Operation.SEARCH_PEOPLE,
        uses=(
            "title",
            "department",
            "country",
            "city",
            "company_domain",
            "company_name",
            "employee_range",
            "limit",
            "cursor",
        ),
        gives=("people", "total", "next_cursor"),
        credits=1,
        max_credits=lambda query: page_size(query),
    )
    def search_people(self, query: Query) -> Flow:
        """Search people (v3, Scale plan), without their contacts."""
        page, size = int(query.cursor or 0), page_size(query)
        low, high = size_bounds(query.employee_range)
        where = present({"country": country_name(query.country), "city": query.city})
        contacts = {
            "jobTitles": listing(query.title),
            "departments": listing(query.department),
            "locations": [where] if where else [],
        }
        companies = {
            "domains": listing(query.company_domain),
            "names": listing(query.company_name),
            "sizes": [present({"min": low, "max": high})] if low else [],
        }
        filters = {"contacts": present(contacts), "companies": present(companies)}
        wanted = {name: {"include": part} for name, part in filters.items() if part}
        body = {"pagination": {"page": page, "size": size}, "filters": wanted}
        reply = yield Request("POST", "/v3/contacts/prospecting", json=body)
        people = [rename(result, PERSON) for result in reply.items("results")]
        total, credits = reply.get("pagination.total"), reply.get("billing.creditsCharged")
        more = str(page + 1) if isinstance(total, int) and (page + 1) * size < total else None
        return Hit(people=people, total=total, next_cursor=more, credits=credits) if people else Miss(credits=credits)

    def quota(self) -> QuotaFlow:
        """Read what is left, in v2 by kind of credit; five calls a minute."""
        if self.settings.get("version") != "v2":
            reply = yield Request("GET", "/v3/account/usage", paid=False, expect=(200, 403))
            said, plan = reply.get("credits"), reply.get("plan.category")
            if reply.status == 200:
                return Quota(plan=plan, used=dig(said, "used"), remaining=dig(said, "remaining"))
        reply = yield Request("GET", "/account/usage", paid=False)
        usage = reply.get("usage")
        pools = {kind: dig(count, "remaining") for kind, count in usage.items()} if isinstance(usage, dict) else {}
        return Quota(used=dig(usage, "bulkCredits.used"), remaining=pools.get("bulkCredits"), pools=pools)


def v3(query: Query, reveal: Any) -> list[dict[str, Any]]:
    """Return the bodies of a v3 question, one for each way to name the person, the surest first."""
    name = {"firstName": "first_name", "lastName": "last_name"}
    ways = ways_of(
        query,
        {"id": "lusha_person_id"},
        {"linkedinUrl": "linkedin_url"},
        {"email": "email"},
        {**name, "companyName": "company_name", "companyDomain": "company_domain"},
        {**name, "companyDomain": "company_domain"},
        {**name, "companyName": "company_name"},
    )
    options = {"includePartialProfiles": False}
    return [{"contacts": [{"clientReferenceId": "0", **way}], "reveal": reveal, "options": options} for way in ways]


def page_size(query: Query) -> int:
    """Return how many people a page has: 10 at least, 50 at most."""
    return max(10, min(int(query.limit or 20), 50))


def contact_of(reply: Reply) -> dict[str, Any]:
    """Return who or what is described, in v2's shape, with what v3 says it cost; without data if unknown.

    Raises:
        FeatureExecutionError: the vendor may not or could not say it.
    """
    result = reply.get("results.0")
    contact = reply.get("contact") if result is None else {"error": dig(result, "error"), "data": result}
    contact = contact if isinstance(contact, dict) else {}
    error = dig(contact, "error.code") if result is not None else dig(contact, "error.name")
    if error not in (None, "NOT_FOUND", "EMPTY_DATA"):
        raise FeatureExecutionError(f"the vendor withholds this one ({error})")
    known = {**contact, "data": contact.get("data") if error is None else None}
    charged = reply.get("billing.creditsCharged")
    return {**known, "credits": charged} if isinstance(charged, int) else known


def together(requests: Requests, what: str) -> Fold:
    """Ask v3 for several in one call, each by a reference of ours; an account without v3 is told so for each."""
    asked = [
        {**dig(request.json, f"{what}.0", {}), "clientReferenceId": str(row)} for row, request in enumerate(requests)
    ]
    one = requests[0]
    reply = yield Request("POST", one.path, json={**one.json, what: asked}, weight=len(asked), expect=(200, 403))
    if reply.status == 403:
        return [reply for _ in requests]
    answered = echoed(reply.items("results"), "clientReferenceId")
    return by_echo(reply, rows(requests), answered, lambda result: {"results": [result]})


def described(contact: Any) -> dict[str, Any]:
    """Describe a person, with the work e-mail."""
    return {**rename(dig(contact, "data"), PERSON), **address(contact, "work", "email")}


def address(contact: Any, kind: str, field: str) -> dict[str, Any]:
    """Return the first address of a kind, under either spelling of its keys."""
    for spelling in ("emails", "emailAddresses", "email_addresses"):
        listed = dig(contact, f"data.{spelling}")
        for entry in listed if isinstance(listed, list) else []:
            if str(first(*(dig(entry, key) for key in ("type", "emailType", "email_type")))).lower() == kind:
                return rename(entry, {field: ["address", "email"]})
    return {}


def numbers(contact: Any) -> dict[str, Any]:
    """Return the mobile number, the first number, its do-not-call flag."""
    listed = first(*(dig(contact, f"data.{name}") for name in ("phones", "phoneNumbers", "phone_numbers")))
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    leading = entries[0] if entries else None
    mobile = next((one for one in entries if kind(one) == "mobile"), None)
    found = {**rename(mobile, {"mobile_phone": "number"}), **rename(leading, {"phone": "number"})}
    if not found:
        return {}
    flags = rename(mobile or leading, {"on_dnc": ["doNotCall", "do_not_call"]})
    return {**found, **flags, "line_type": "mobile" if mobile else "unknown"}


def kind(entry: dict[str, Any]) -> str:
    """Return a number's kind in lower case."""
    return str(first(entry.get("phoneType"), entry.get("phone_type"), entry.get("type")) or "").lower()


def paid(contact: Any, found: dict[str, Any], *wanted: str) -> Hit | Miss:
    """Return what was found, a miss without any of what is wanted; the vendor says whether it took a credit."""
    free = not dig(contact, "data") or dig(contact, "isCreditCharged") is False
    credits = dig(contact, "credits", 0 if free else None)
    return Hit(found, credits=credits) if any(word in found for word in wanted or found) else Miss(credits=credits)


provider = Lusha
