"""Ocean.io: lookalike companies and people, enrichment of both, e-mails and phones revealed by webhook.

Facts: the vendor's OpenAPI description 2.0.0 and app.ocean.io/docs (2026-08-13). Replies state what they cost
(`creditsUsed`): rate cards differ between contract generations, so that is what is booked and the numbers declared are
the self-serve card's. E-mails and phones that are not on file yet are delivered to a webhook and by no other way;
deliveries are unsigned. A company not crawled yet answers 201: asking again in two to five minutes may find it.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    COMPANY_FIELDS,
    PERSON_FIELDS,
    Account,
    Category,
    ErrorCode,
    FeatureParametersError,
    Flow,
    Fold,
    HeaderKey,
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
    Steps,
    Tier,
    Wait,
    added,
    amount,
    bulk,
    dig,
    first,
    listing,
    operation,
    page_size,
    pluck,
    rename,
    size_bounds,
)
from leadenrich.providers._names import same_name

SIZES = (
    "0-1",
    "2-10",
    "11-50",
    "51-200",
    "201-500",
    "501-1000",
    "1001-5000",
    "5001-10000",
    "10001-50000",
    "50001-100000",
    "100001-500000",
    "500000+",
)
SENIORITY = {
    "owner": "Owner",
    "founder": "Founder",
    "c_suite": "C-Level",
    "partner": "Partner",
    "vp": "VP",
    "head": "Head",
    "director": "Director",
    "manager": "Manager",
    "senior": "Other",
    "entry": "Other",
    "intern": "Other",
}
DEPARTMENT = {
    "executive": "Management",
    "engineering": "Engineering",
    "product": "Product",
    "design": "Design",
    "security": "Security",
    "sales": "Sales",
    "marketing": "Marketing and Advertising",
    "customer_success": "Customer Relations",
    "support": "Customer Relations",
    "finance": "Accounting and Finance",
    "legal": "Legal",
    "hr": "HR",
    "operations": "Operations",
    "procurement": "Procurement",
    "research": "R&D",
    "medical": "Healthcare",
    "communications": "PR and Communications",
    "administration": "Business Support",
}
STATUS = {"verified": "valid", "guessed": "unknown", "catchall": "accept_all"}
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "website": "rootUrl",
    "description": "description",
    "company_linkedin_url": "medias.linkedin.url",
    "twitter_url": "medias.twitter.url",
    "facebook_url": "medias.facebook.url",
    "industry": ["linkedinIndustry", "industries.0"],
    "employee_count": ["employeeCountLinkedin", "employeeCountOcean"],
    "employee_range": "companySize",
    "founded_year": "yearFounded",
    "country": "primaryCountry",
    "technologies": "technologies",
    "logo_url": "logo",
    "funding_stage": "fundingRound.type",
    "last_funding_at": "fundingRound.date",
}
PERSON = {
    "first_name": "firstName",
    "last_name": "lastName",
    "full_name": "name",
    "title": ["jobTitleEnglish", "jobTitle"],
    "headline": "headline",
    "seniority": "seniorities.0",
    "department": "departments.0",
    "linkedin_url": "linkedinUrl",
    "company_domain": "domain",
    "country": "country",
    "region": "state",
    "email": "email.address",
    "email_status": ("email.status", STATUS),
    "company_name": "company.name",
}
VOCABULARY = {
    "ocean_io_industries": "industries",
    "ocean_io_linkedin_industries": "linkedinIndustries",
    "ocean_io_technologies": "technologies",
    "ocean_io_regions": "regions",
    "ocean_io_seniorities": "seniorities",
    "ocean_io_departments": "departments",
}
WHO = [("linkedin_url",), ("email",), ("full_name", "company_domain"), ("first_name", "last_name", "company_domain")]
NAMED = [("ocean_io_person_id",), WHO[0], *WHO[2:]]
SEARCH = ("industry", "keywords", "employee_range", "country", "technology", "limit", "page_size", "cursor")


def balance(purse: Any) -> Decimal | int | None:
    """Return what a purse holds: bought once, and by subscription."""
    held = [said for name in ("oneTime", "recurrent") if (said := amount(dig(purse, name))) is not None]
    return sum(held) if held else None


def most_found(query: Query) -> Decimal:
    """Return the most a search can cost: 0.2 credits a result."""
    return page_of(query) * Decimal("0.2")


class OceanIo(HTTPProvider):
    info = ProviderInfo(
        title="Ocean.io",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.BASIC,
        base_url="https://api.ocean.io",
        docs_url="https://app.ocean.io/docs",
        auth=HeaderKey("X-Api-Token", field="api_token"),
        rates=(Rate(60, per=60), Rate(1000, per=86_400)),
        rate_headers=RateHeaders(limit="X-RateLimit-Limit"),
        established_in="DK",
        summary="Lookalike companies and people, and enrichment of both.",
    )
    errors = {403: ErrorCode.PROVIDER_AUTHENTICATION_FAILED}  # a token that is missing or not registered; it has no 401
    # Older contracts keep credits for e-mails, phones and previews apart.
    account = Account(
        "/v2/credits/balance",
        remaining=("credits", balance),
        pools={
            "email": ("emailCredits", balance),
            "phone": ("phoneCredits", balance),
            "preview": ("previewCredits", balance),
        },
    )

    @operation(
        Operation.FIND_LOOKALIKES,
        needs=[("company_domain",)],
        uses=SEARCH,
        gives=("companies", "total", "next_cursor"),
        credits="0.2",
        max_credits=most_found,
    )
    def find_lookalikes(self, query: Query) -> Flow:
        """Find companies like one; the vendor sorts them into A (best), B and C."""
        return self.companies(query, {"lookalikeDomains": [query.company_domain]})

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("country",), ("employee_range",), ("technology",), ("keywords",)],
        uses=SEARCH,
        gives=("companies", "total", "next_cursor"),
        credits="0.2",
        max_credits=most_found,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; industries and technologies go by the vendor's own names."""
        return self.companies(query, {})

    def companies(self, query: Query, filters: dict[str, Any]) -> Flow:
        """Search with filters and return one page."""
        filters |= {
            **kinds(query),
            "primaryLocations": {"includeCountries": [str(query.country).lower()]} if query.country else None,
            "technologies": {"apps": {"anyOf": [query.technology]}} if query.technology else None,
            "keywords": {"anyOf": [query.keywords]} if query.keywords else None,
        }
        reply = yield search("/v3/search/companies", query, {"companiesFilters": filters})
        found = [company(item) for item in pluck(reply.get("companies"), "company")]
        return page(reply, "companies", [item for item in found if item])

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("company_linkedin_url",)],
        uses=("phone", "city", "country"),
        gives=COMPANY_FIELDS,
        credits="0.1",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; revenue comes as a range only and is left out."""
        asked = query.pick(domain="company_domain") or query.pick(
            "phone", "city", name="company_name", linkedin="company_linkedin_url"
        )
        if "domain" not in asked and query.country:
            asked["countryCode"] = str(query.country).lower()
        reply = yield Request("POST", "/v2/enrich/company", json={"company": asked}, expect=(200, 201, 404))
        found = company(reply.json) if reply.status == 200 else {}
        return Hit(found, credits=cost(reply)) if found else Miss(credits=cost(reply) or 0)

    @bulk("POST", "/v2/enrich/company", max_items=1000, group=lambda request: by_domain(request) and "domain")
    def lookup_companies(self, requests: Requests) -> Fold:
        """Look many domains up at once, at half the price each; unknown ones are simply absent."""
        domains = [str(by_domain(request)) for request in requests]
        reply = yield Request("POST", "/v2/lookup/companies", json={"domains": domains}, weight=len(domains))
        found = {str(item.get("domain")): item for item in reply.items("companies")}
        stated, paid = cost(reply), amount(cost(reply))
        each = stated if paid is None else paid / max(1, len(found))
        moved = reply.get("redirectMap")
        replies = []
        for domain in domains:
            match = found.get(domain) or found.get(str(moved.get(domain) if isinstance(moved, dict) else None))
            replies.append(reply.with_json({**match, "creditsUsed": each} if match else {"creditsUsed": 0}))
        return replies

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        uses=("country",),
        gives=("company_domain", "company_name", "logo_url"),
        credits="0.1",
        charged="on_call",
        confidence=75,
        confidence_reason="the first company of exactly that name, legal forms aside",
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's domain by its name (autocomplete); only the same name counts."""
        body: dict[str, Any] = {"name": query.company_name, "forLookalikeSearch": False}
        if query.country:
            body["countryFilters"] = [str(query.country).lower()]
        reply = yield Request("POST", "/v2/autocomplete/companies", json=body)
        same = [item for item in reply.items("companies") if same_name(query.company_name, item.get("name"))]
        found = rename(first(*same), {"company_domain": "domain", "company_name": "name", "logo_url": "logo"})
        return Hit(found) if "company_domain" in found else Miss()

    @operation(
        Operation.ENRICH_PERSON,
        needs=WHO,
        uses=("company_name", "title", "country"),
        gives=(*PERSON_FIELDS, "email_status"),
        credits="0.1",
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person; an e-mail only where the vendor has it on file."""
        reply = yield person_request(query)
        found = person_in(reply.json) if reply.status == 200 else {}
        return Hit(found, credits=cost(reply)) if found else Miss(credits=cost(reply) or 0)

    @operation(
        Operation.FIND_EMAIL,
        needs=NAMED,
        gives=("email", "email_status", *(field for field in PERSON if field not in ("email", "email_status"))),
        credits="1.1",
        patience=600,
    )
    def find_email(self, query: Query) -> Flow:
        """Reveal a work e-mail: at once where it is on file, else by webhook; by the vendor's id by webhook alone."""
        person, paid = yield from self.reveal(query, "email")
        found = person_in(person)
        return Hit(found, credits=paid) if "email" in found else Miss(credits=paid)

    @operation(
        Operation.FIND_PHONE,
        needs=NAMED,
        gives=("phone",),
        credits="10.1",
        patience=600,
        confidence=80,
        confidence_reason="the vendor returns numbers it has verified",
    )
    def find_phone(self, query: Query) -> Flow:
        """Reveal a person's phone; which kind of number it is, the vendor does not say."""
        person, paid = yield from self.reveal(query, "phone")
        number = dig(person, "phone.numbers.0")
        return Hit(phone=number, credits=paid) if number else Miss(credits=paid)

    def reveal(self, query: Query, kind: str) -> Steps[tuple[Any, Any]]:
        """Return the person with the e-mail or phone revealed, and what it cost: a late one what the card says."""
        wanted, price = ("email.address", 1) if kind == "email" else ("phone.numbers.0", 10)
        hook = {"webhookUrl": self.webhook_url} if self.webhook_url else {}
        if person_id := query.ocean_io_person_id:
            if not hook:
                raise FeatureParametersError("it reveals by id to a webhook alone: give the session a webhook_url")
            yield Request("POST", f"/v2/reveal/{kind}s", json={"personIds": [person_id], **hook})
            person, paid = (yield from told(kind, person_id)), 0
        else:
            option = {f"reveal{kind.title()}s": {f"include{kind.title()}s": True, **hook}}
            reply = yield person_request(query, **option)
            person, paid = (reply.json if reply.status == 200 else {}), first(cost(reply), 0)
            if not hook or not dig(person, "id") or dig(person, wanted):
                return person, paid
            person = {**person, **(yield from told(kind, person["id"]))}
        late = first(dig(person, "creditsUsed") if person_id else None, price if dig(person, wanted) else 0)
        return person, added(paid, late)

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("title",), ("seniority",), ("department",), ("full_name",)],
        uses=("industry", "employee_range", "country", "limit", "page_size", "cursor", "ocean_io_lookalike_handles"),
        gives=("people", "total", "next_cursor"),
        credits="0.2",
        max_credits=most_found,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people, or people like others (`ocean_io_lookalike_handles`)."""
        people = {
            "jobTitleKeywords": {"anyOf": [query.title]} if query.title else None,
            "seniorities": listing(SENIORITY.get(str(query.seniority), query.seniority)),
            "departments": listing(DEPARTMENT.get(str(query.department), query.department)),
            "countries": [str(query.country).lower()] if query.country else None,
            "names": listing(query.full_name),
            "lookalikeLinkedinHandles": query.ocean_io_lookalike_handles,
        }
        companies = {"includeDomains": listing(query.company_domain), **kinds(query)}
        reply = yield search("/v3/search/people", query, {"peopleFilters": people, "companiesFilters": companies})
        return page(reply, "people", [person_in(item) for item in reply.items("people")])

    @operation("data-fields", gives=tuple(VOCABULARY), charged="free")
    def data_fields(self, query: Query) -> Flow:
        """List the words that searches know: industries, technologies, regions, seniorities, departments."""
        reply = yield Request("GET", "/v2/data-fields", paid=False)
        found = rename(reply.json, VOCABULARY)
        return Hit(found) if found else Miss()

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Say whom a webhook is about, and of what: one enriched person, or the people of a reveal."""
        if person_id := dig(body, "id"):
            said = [kind for kind in ("email", "phone") if dig(body, kind)] or ["email", "phone"]
            return [(f"{kind}:{person_id}", body) for kind in said]
        items = [(kind, item) for kind in ("email", "phone") for item in dig(body, f"{kind}s") or []]
        used = {"creditsUsed": dig(body, "creditsUsed")} if len(items) == 1 else {}
        return [(f"{kind}:{item['personId']}", {kind: item, **used}) for kind, item in items if dig(item, "personId")]


def told(kind: str, person_id: Any) -> Steps[dict[str, Any]]:
    """Wait for the webhook that brings a person's e-mail or phone, past those that say it is in progress."""
    while True:
        said = (yield Wait(f"{kind}:{person_id}")).json
        if dig(said, f"{kind}.status") != "inProgress":
            return said if isinstance(said, dict) else {}


def page_of(query: Query) -> int:
    """Return how many results a page has."""
    return page_size(query, 50, 10_000)


def search(path: str, query: Query, filters: dict[str, dict[str, Any]]) -> Request:
    """Return the request for one page; empty filters are left out."""
    kept = {part: {name: value for name, value in some.items() if value} for part, some in filters.items()}
    body = {"size": page_of(query), **{part: some for part, some in kept.items() if some}}
    return Request("POST", path, json={**body, **query.pick(searchAfter="cursor")})


def page(reply: Reply, name: str, items: list[dict[str, Any]]) -> Hit | Miss:
    """Return one page of a search; the cursor of a full page leads on."""
    if not items:
        return Miss(credits=cost(reply) or 0)
    return Hit({name: items, "total": reply.get("total"), "next_cursor": reply.get("searchAfter")}, credits=cost(reply))


def company(item: Any) -> dict[str, Any]:
    """Return a company; city and region are those of its first place, the head office where one is marked."""
    found = rename(item, COMPANY)
    for path, names in (("locations", {"city": "locality", "region": "region"}), ("phones", {"phone": "number"})):
        entries = dig(item, path)
        ranked = sorted(
            [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else [],
            key=lambda entry: entry.get("primary") is not True,
        )
        found |= rename(first(*ranked), names)
    return found


def person_in(item: Any) -> dict[str, Any]:
    """Return a person; the status of an e-mail only with the e-mail."""
    found = rename(item, PERSON)
    if "email" not in found:
        found.pop("email_status", None)
    return found


def person_request(query: Query, **options: Any) -> Request:
    """Return the request about one person."""
    who = query.pick("email", linkedin="linkedin_url")
    if not who:
        who = query.pick(firstName="first_name", lastName="last_name") if query.first_name else {"name": query.name}
    more = query.pick(jobTitle="title")
    if query.country:
        more["country"] = str(query.country).lower()
    place = query.pick(domain="company_domain", name="company_name")
    body = {"person": {**who, **more}, **({"company": place} if place else {}), **options}
    return Request("POST", "/v2/enrich/person", json=body, expect=(200, 201, 404))


def by_domain(request: Request) -> Any:
    """Return the domain of a request that asks by nothing else."""
    asked = request.json["company"]
    return asked["domain"] if set(asked) == {"domain"} else None


def kinds(query: Query) -> dict[str, Any]:
    """Return the filters for companies that both searches know: the industry, and the size classes a range meets."""
    low, high = size_bounds(query.employee_range)
    classes = {name: size_bounds(name) for name in SIZES if query.employee_range}
    met = [
        name
        for name, (least, most) in classes.items()
        if (high is None or (least or 0) <= high) and (most is None or most >= (low or 0))
    ]
    industries = {"industries": [query.industry], "mode": "anyOf"} if query.industry else None
    return {"industries": industries, "companySizes": met}


def cost(reply: Reply) -> Any:
    """Return what a reply says it cost."""
    return reply.get("creditsUsed") if reply.status == 200 else None


provider = OceanIo
