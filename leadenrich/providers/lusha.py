"""Lusha: people with e-mails and phones, companies, lookalikes and prospecting.

Facts: the vendor's OpenAPI v2 and v3, docs.lusha.com (rate limits, errors, changelog, pricing; person enrichment, whose
25 calls a second are the lower of two numbers there). v2 is to be retired and every account has it; v3 is the current
one and must be enabled (403 otherwise). Left alone, v2 gives e-mails and phones together, so a call says which of them
it wants: `revealEmails` or `revealPhones`, which need the unified credits plan; with `plan: legacy` beside the key
`filterBy` says it instead. Single and bulk replies spell their fields differently; both are read. A miss is a 200 with
an error inside. Companies by the hundred go to `POST /v2/company` (docs.lusha.com, Search Multiple Companies; elsewhere
its path is written otherwise); where that is not found, each goes by itself.
"""

import re
from typing import Any

from leadenrich.contract import (AllOf, Category, ErrorCode, FeatureExecutionError, Flow, Fold, HeaderKey, Hit,
                                 HTTPProvider, Miss, Operation, ProviderError, ProviderInfo, Query, Quota, QuotaFlow,
                                 Rate, RateHeaders, Reply, Request, Requests, Settings, Steps, Tier, bulk, country_name,
                                 dig, first, listing, one_call, operation, pluck, present, rename,
                                 size_bounds)  # fmt: skip
from leadenrich.providers._verifiers import one_by_one

PERSON = {"first_name": "firstName", "last_name": "lastName", "full_name": "fullName",
          "linkedin_url": ["socialLinks.linkedin", "social_links.linkedin"],
          "twitter_url": ["socialLinks.xUrl", "social_links.x_url"], "title": ["jobTitle.title", "job_title.title"],
          "seniority": ["jobTitle.seniority", "job_title.seniority"],
          "department": ["jobTitle.departments.0", "job_title.departments.0"], "city": "location.city",
          "region": "location.state", "country": ["location.countryIso2", "location.country_iso2", "location.country"],
          "company_name": "company.name",
          "company_domain": ["company.domains.email", "company.domain", "company.domains.homepage", "company.fqdn"],
          "company_linkedin_url": "company.social.linkedin"}  # fmt: skip
COMPANY = {"company_name": "name", "company_domain": ["domain", "fqdn"], "website": "website",
           "description": "description", "industry": "mainIndustry",
           "employee_count": "companySize.employeesInLinkedin", "employee_range": "employees",
           "founded_year": ("founded", lambda text: int(re.findall(r"\d{4}", text)[0])), "company_type": "companyType",
           "city": "location.city", "region": "location.state", "country": ["location.countryIso2", "location.country"],
           "company_linkedin_url": "social.linkedin.url", "logo_url": "logoUrl",
           "technologies": ("technologies", lambda used: pluck(used, "name")),
           "funding_total_usd": "funding.totalRoundsAmount", "funding_stage": "funding.lastRoundType",
           "last_funding_at": "funding.lastRoundDate", "sic": ("industryPrimaryGroupDetails.sicCodes.0.sicCodes", str),
           "naics": ("industryPrimaryGroupDetails.naicsCodes.0.naicsCodes", str)}  # fmt: skip
ALIKE = {"company_domain": "domain", "company_name": "name", "company_linkedin_url": "linkedinUrl",
         "industry": "industry", "employee_count": "employeeCount", "country": "location.country",
         "region": "location.state", "city": "location.city"}  # fmt: skip
WHO = (("linkedin_url",), ("email",), ("first_name", "last_name", "company_domain"),
       ("first_name", "last_name", "company_name"), ("lusha_person_id",))  # fmt: skip
V3 = "/v3/contacts/search-and-enrich"
REASON = "graded by the vendor in letters whose meaning it does not publish"


class Lusha(HTTPProvider):
    info = ProviderInfo(title="Lusha", category=Category.MAJOR_DATA, tier=Tier.PRO, base_url="https://api.lusha.com",
                        docs_url="https://docs.lusha.com/apis/openapi",
                        auth=AllOf(HeaderKey("api_key"), Settings(optional=("plan",))),
                        rates=(Rate(25, per=1), Rate(5, per=60, on="GET /account/usage")),
                        rate_headers=RateHeaders(limit="x-rate-limit-minute", remaining="x-minute-requests-left",
                                                 reset="RateLimit-Reset"),
                        summary="People with e-mails and direct dials, companies, lookalikes.")  # fmt: skip
    errors = {410: ErrorCode.FEATURE_PARAMETERS_INVALID, 451: ErrorCode.FEATURE_EXECUTION_FAILED}

    @operation(Operation.ENRICH_PERSON, needs=WHO, gives=(*PERSON, "email"), credits=1, confidence=80,
               confidence_reason=REASON)  # fmt: skip
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, e-mails included, numbers not."""
        return self.described(query)

    @operation(Operation.FIND_EMAIL, needs=WHO, gives=(*PERSON, "email"), credits=1, confidence=80,
               confidence_reason=REASON)  # fmt: skip
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; the same call as enrich_person."""
        return self.described(query, "email")

    def described(self, query: Query, *wanted: str) -> Flow:
        """Ask for a person with e-mails; return all that is said."""
        contact = yield from self.person(query, "Emails")
        return paid(contact, {**rename(dig(contact, "data"), PERSON), **address(contact, "work", "email")}, *wanted)

    @operation(Operation.FIND_PERSONAL_EMAIL, needs=WHO, gives=("personal_email", "full_name"), credits=1,
               confidence=80, confidence_reason=REASON)  # fmt: skip
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail; the same call as enrich_person."""
        contact = yield from self.person(query, "Emails")
        names = rename(dig(contact, "data"), {"full_name": "fullName"})
        found = {**names, **address(contact, "private", "personal_email")}
        return paid(contact, found, "personal_email")

    @operation(Operation.FIND_PHONE, needs=WHO, gives=("mobile_phone", "phone", "line_type", "on_dnc", "full_name"),
               credits=5)  # fmt: skip
    def find_phone(self, query: Query) -> Flow:
        """Find numbers, with the do-not-call flag of the one preferred."""
        contact = yield from self.person(query, "Phones")
        found = {**rename(dig(contact, "data"), {"full_name": "fullName"}), **numbers(contact)}
        return paid(contact, found, "mobile_phone", "phone")

    def person(self, query: Query, what: str) -> Steps[Any]:
        """Ask for a person and one kind of contact; return the contact object, {} where nobody is known."""
        params = query.pick(
            "email", firstName="first_name", lastName="last_name", companyName="company_name",
            companyDomain="company_domain", linkedinUrl="linkedin_url", personId="lusha_person_id",
        )  # fmt: skip
        legacy = {"Emails": "emailAddresses", "Phones": "phoneNumbers"}[what]
        wanted = {"filterBy": legacy} if self.settings.get("plan") == "legacy" else {f"reveal{what}": "true"}
        reply = yield Request("GET", "/v2/person", params={**params, **wanted}, expect=(200, 404))
        error = reply.get("contact.error.name")
        if error not in (None, "EMPTY_DATA"):
            raise FeatureExecutionError(f"the vendor withholds this person ({error})")
        return reply.get("contact", {}) if reply.status == 200 and error is None else {}

    @bulk("GET", "/v2/person", max_items=100, group=lambda request: str(wishes(request)))
    def people(self, requests: Requests) -> Fold:
        """Ask for up to 100 people at once; names go whole there, companies come in a list of their own."""
        contacts = []
        for row, request in enumerate(requests):
            asked = request.params or {}
            company = present({"name": asked.get("companyName"), "domain": asked.get("companyDomain")})
            name = " ".join(str(asked[part]) for part in ("firstName", "lastName") if part in asked)
            same = {part: asked[part] for part in ("email", "linkedinUrl", "personId") if part in asked}
            where = {"companies": [{**company, "isCurrent": True}]} if company else {}
            contacts.append({"contactId": str(row), **present({"fullName": name}), **same, **where})
        metadata = {name: value == "true" or value for name, value in wishes(requests[0]).items()}
        reply = yield Request("POST", "/v2/person", json={"contacts": contacts, "metadata": metadata})
        return [one(reply, str(row)) for row in range(len(requests))]

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",), ("company_name",), ("lusha_company_id",)],
               gives=tuple(COMPANY), credits=1)  # fmt: skip
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        params = query.pick(domain="company_domain", company="company_name", companyId="lusha_company_id")
        ask = Request("GET", "/v2/company", params=params, expect=(200, 404))
        return one_call(ask, COMPANY, "company_name", at="data")

    @bulk("GET", "/v2/company", max_items=100)
    def companies(self, requests: Requests) -> Fold:
        """Ask for up to 100 companies at once."""
        words = {"domain": "domain", "company": "name", "companyId": "companyId"}
        asked = [
            {"id": str(row), **{words[name]: value for name, value in (request.params or {}).items()}}
            for row, request in enumerate(requests)
        ]
        reply = yield Request("POST", "/v2/company", json={"companies": asked}, expect=(200, 404))
        if reply.status == 404:
            return (yield from one_by_one(requests))
        return [reply.with_json({"data": reply.get(str(row))}) for row in range(len(requests))]

    @operation("v3-search-and-enrich", needs=WHO[:4], uses=("lusha_reveal",),
               gives=(*PERSON, "email", "mobile_phone", "phone", "line_type", "on_dnc"), credits=1,
               max_credits=lambda query: 6 if "phones" in listing(query.lusha_reveal) else 1, confidence=80,
               confidence_reason=REASON)  # fmt: skip
    def search_and_enrich(self, query: Query) -> Flow:
        """Describe a person by v3; `lusha_reveal` is ["emails"], ["phones"] or both, e-mails alone where unsaid."""
        asked = query.pick(
            "email", linkedinUrl="linkedin_url", firstName="first_name", lastName="last_name",
            companyName="company_name", companyDomain="company_domain",
        )  # fmt: skip
        reveal = listing(query.lusha_reveal) or ["emails"]
        reply = yield Request("POST", V3, json=v3([{"clientReferenceId": "0", **asked}], reveal))
        result = reply.get("results.0", {})
        error = dig(result, "error.code")
        if error not in (None, "NOT_FOUND"):
            raise FeatureExecutionError(f"the vendor withholds this person ({error})")
        contact = {"data": {"emailAddresses": dig(result, "emails"), "phoneNumbers": dig(result, "phones")}}
        found = {**rename(result, PERSON), **address(contact, "work", "email")}
        found |= numbers(contact) if "phones" in reveal else {}
        credits = reply.get("billing.creditsCharged", ("email" in found) + 5 * ("phone" in found))
        return Hit(found, credits=credits) if found and error is None else Miss(credits=credits)

    @bulk("POST", V3, max_items=100, group=lambda request: str(dig(request.json, "reveal")))
    def search_and_enrich_many(self, requests: Requests) -> Fold:
        """Describe up to 100 people in one call of v3, each by a reference of ours."""
        asked = [{**dig(request.json, "contacts.0", {}), "clientReferenceId": str(row)}
                 for row, request in enumerate(requests)]  # fmt: skip
        reply = yield Request("POST", V3, json=v3(asked, dig(requests[0].json, "reveal")), weight=len(asked))
        answered = {str(result.get("clientReferenceId")): result for result in reply.items("results")}
        missing = FeatureExecutionError("the vendor did not answer this one")
        rows = [answered.get(str(row)) for row in range(len(requests))]
        return [reply.with_json({"results": [result]}) if result else missing for result in rows]

    @operation(Operation.FIND_LOOKALIKES, needs=[("company_domain",), ("company_linkedin_url",)],
               uses=("limit", "cursor"), gives=("companies", "next_cursor"))  # fmt: skip
    def find_lookalikes(self, query: Query) -> Flow:
        """List companies like one; pages go on under a session that leaves out what was seen."""
        seeds = {"domains": listing(query.company_domain), "linkedinUrls": listing(query.company_linkedin_url)}
        body = {"seeds": present(seeds), "limit": min(int(query.limit or 25), 100)}
        reply = yield Request("POST", "/v3/companies/lookalike", json={**body, **query.pick(dedupeSessionId="cursor")})
        companies = [rename(result, ALIKE) for result in reply.items("results")]
        more = reply.get("dedupeSessionId") if reply.get("meta.hasMore") is True else None
        credits = reply.get("creditsCharged")
        return Hit(companies=companies, next_cursor=more, credits=credits) if companies else Miss(credits=credits)

    @operation(Operation.SEARCH_PEOPLE,
               uses=("title", "department", "country", "city", "company_domain", "company_name", "employee_range",
                     "limit", "cursor"), gives=("people", "total", "next_cursor"), credits=1,
               max_credits=lambda query: min(int(query.limit or 20), 50))  # fmt: skip
    def search_people(self, query: Query) -> Flow:
        """Search people (v3, Scale plan), without their contacts."""
        page, size = int(query.cursor or 0), min(int(query.limit or 20), 50)
        low, high = size_bounds(query.employee_range)
        where = present({"country": country_name(query.country), "city": query.city})
        contacts = {"jobTitles": listing(query.title), "departments": listing(query.department),
                    "locations": [where] if where else []}  # fmt: skip
        companies = {"domains": listing(query.company_domain), "names": listing(query.company_name),
                     "sizes": [present({"min": low, "max": high})] if low else []}  # fmt: skip
        filters = {"contacts": present(contacts), "companies": present(companies)}
        wanted = {name: {"include": part} for name, part in filters.items() if part}
        body = {"pagination": {"page": page, "size": size}, "filters": wanted}
        reply = yield Request("POST", "/v3/contacts/prospecting", json=body)
        people = [rename(result, PERSON) for result in reply.items("results")]
        total, credits = reply.get("pagination.total"), reply.get("billing.creditsCharged")
        more = str(page + 1) if isinstance(total, int) and (page + 1) * size < total else None
        return Hit(people=people, total=total, next_cursor=more, credits=credits) if people else Miss(credits=credits)

    def quota(self) -> QuotaFlow:
        """Read what is left, by kind of credit; five calls a minute."""
        reply = yield Request("GET", "/account/usage", paid=False)
        usage = reply.get("usage")
        pools = {kind: dig(count, "remaining") for kind, count in usage.items()} if isinstance(usage, dict) else {}
        return Quota(used=dig(usage, "bulkCredits.used"), remaining=pools.get("bulkCredits"), pools=pools)


def wishes(request: Request) -> dict[str, Any]:
    """Return what a question for a person asks to be given."""
    return {k: v for k, v in (request.params or {}).items() if k.startswith("reveal") or k == "filterBy"}


def v3(contacts: list[dict[str, Any]], reveal: Any) -> dict[str, Any]:
    """Return the body of a v3 question."""
    return {"contacts": contacts, "reveal": reveal, "options": {"includePartialProfiles": False}}


def address(contact: Any, kind: str, field: str) -> dict[str, Any]:
    """Return the first address of a kind, under either spelling of its keys."""
    for spelling in ("emailAddresses", "email_addresses", "emails"):
        listed = dig(contact, f"data.{spelling}")
        for entry in listed if isinstance(listed, list) else []:
            if str(first(*(dig(entry, key) for key in ("type", "emailType", "email_type")))).lower() == kind:
                return rename(entry, {field: ["address", "email"]})
    return {}


def numbers(contact: Any) -> dict[str, Any]:
    """Return the mobile number, the first number, its do-not-call flag."""
    listed = dig(contact, "data.phoneNumbers", dig(contact, "data.phone_numbers"))
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
    credits = 0 if not contact or dig(contact, "isCreditCharged") is False else None
    return Hit(found, credits=credits) if any(word in found for word in wanted or found) else Miss(credits=credits)


def one(reply: Reply, row: str) -> Reply | ProviderError:
    """Return one contact of a bulk reply in the shape of a single one, its company put back into it."""
    contact = reply.get(f"contacts.{row}")
    if not isinstance(contact, dict):
        return FeatureExecutionError("the vendor did not answer this one")
    data = contact.get("data")
    if isinstance(data, dict):
        company = reply.get(f"companies.{first(data.get('companyId'), data.get('company_id'))}")
        data = {"company": company, **data} if company else data
    return reply.with_json({"contact": {**contact, "data": data}})


provider = Lusha
