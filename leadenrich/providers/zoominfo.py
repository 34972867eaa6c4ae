"""ZoomInfo: contacts and companies twenty-five at once, technologies, intent, news, scoops, org charts, free searches.

Facts: ZoomInfo's published OpenAPI of the GTM data API v1 and docs.zoominfo.com (rate-limits, status-codes-and-errors,
client-credentials-flow, credit-usage-and-limits), 2026-08; the words of the management levels are those of ZoomInfo's
own CLI (gtm-ai-cli, 2026-06). Bodies are JSON:API. What happened to each record is in its `matchStatus`, with a 200; an
output field the account lacks is an error, so the fields can be chosen (`zoominfo_output_fields`). A record is charged
once in twelve months, whatever is asked about it and by which call: one that is under management costs nothing more
(the OpenAPI file on each endpoint, gtm.ai/docs/mcp/credits). Limits are those of the Builder package. The legacy
Enterprise API is left out.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Charged,
    Classified,
    ClientCredentials,
    ErrorCode,
    FeatureNotSupportedError,
    FeatureParametersError,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    InsufficientCreditsError,
    InvalidReplyError,
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
    Steps,
    Tier,
    bulk,
    dig,
    first,
    operation,
    page_size,
    pluck,
    present,
    rename,
    ways_of,
)

CONTACTS, COMPANIES = "/data/v1/contacts/enrich", "/data/v1/companies/enrich"
JSON_API = {"content-type": "application/vnd.api+json", "accept": "application/vnd.api+json"}
CODES = {
    "PFAPI0011": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "ZI0001": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "ZI0002": ErrorCode.FEATURE_NOT_SUPPORTED,
    "ZI0004": ErrorCode.PROVIDER_RATE_LIMIT,
}
ENTITLEMENT = "ZI0003"
FOUND = ("FULL_MATCH", "CONTACT_ONLY_MATCH")
WHO = [
    ("email",),
    ("linkedin_url",),
    ("first_name", "last_name", "company_name"),
    ("full_name", "company_name"),
    ("zoominfo_person_id",),
]
WORDS = (
    "email",
    "linkedin_url",
    "phone",
    "first_name",
    "last_name",
    "full_name",
    "company_name",
    "zoominfo_person_id",
    "zoominfo_output_fields",
)
ABOUT = [
    "id",
    "firstName",
    "lastName",
    "email",
    "jobTitle",
    "managementLevel",
    "jobFunction",
    "city",
    "state",
    "country",
    "externalUrls",
    "contactAccuracyScore",
    "companyId",
    "companyName",
    "companyWebsite",
    "companySocialMediaUrls",
    "phone",
    "mobilePhone",
    "directPhoneDoNotCall",
    "mobilePhoneDoNotCall",
]
PROFILE = [
    "id",
    "name",
    "website",
    "description",
    "phone",
    "city",
    "state",
    "country",
    "employeeCount",
    "employeeRange",
    "revenue",
    "foundedYear",
    "type",
    "ticker",
    "primaryIndustry",
    "naicsCodes",
    "sicCodes",
    "socialMediaUrls",
    "logo",
    "recentFundingDate",
]
# The lists of `managementLevel` and of our own levels meet in these; any other word is sent as it is.
LEVELS = {
    "c_suite": "C Level Exec",
    "vp": "VP Level Exec",
    "director": "Director",
    "manager": "Manager",
    "entry": "Non Manager",
}
SCORE = {"confidence": ("contactAccuracyScore", float)}


def _page(network: str) -> Any:
    """Return how the page on one network is found among several."""
    return lambda pages: first(*(one.get("url") for one in pages if network in str(one.get("type")).upper()))


PERSON = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": ["email", "emailAlt.0.value"],
    "title": "jobTitle",
    "seniority": ["managementLevel.0", "managementLevel"],
    "department": ["jobFunction.0.department", "jobFunction.0.name", "jobFunction.department", "jobFunction.name"],
    "city": "city",
    "region": "state",
    "country": "country",
    "linkedin_url": ("externalUrls", _page("LINKEDIN")),
    "company_name": "company.name",
    "company_domain": "company.website",
    "company_linkedin_url": ("company.socialMediaUrls", _page("LINKED_IN")),
    "zoominfo_company_id": ("company.id", str),
    **SCORE,
}
NUMBERS = {
    "mobile_phone": ["mobilePhone", "mobilePhoneAlt.0.value"],
    "phone": ["phone", "directPhoneAlt.0.value"],
    "country": "country",
    "on_dnc": ["mobilePhoneDoNotCall", "directPhoneDoNotCall"],
    **SCORE,
}
COMPANY = {
    "company_name": "name",
    "company_domain": "website",
    "website": "website",
    "description": "description",
    "phone": "phone",
    "industry": ["primaryIndustry.0", "primaryIndustry"],
    "employee_count": "employeeCount",
    "employee_range": "employeeRange",
    "founded_year": "foundedYear",
    "company_type": "type",
    "ticker": ("ticker", lambda text: text.rpartition(":")[2].strip()),  # "NASDAQ: ABC"
    "annual_revenue_usd": ("revenue", lambda thousands: float(thousands) * 1000),
    "city": "city",
    "region": "state",
    "country": "country",
    "logo_url": "logo",
    "naics": "naicsCodes.0.id",
    "sic": "sicCodes.0.id",
    "company_linkedin_url": ("socialMediaUrls", _page("LINKED_IN")),
    "twitter_url": ("socialMediaUrls", _page("TWITTER")),
    "facebook_url": ("socialMediaUrls", _page("FACEBOOK")),
    "last_funding_at": "recentFundingDate",
}
PERSON_GIVES = (*PERSON, "zoominfo_person_id")
NEWS = {"title": "title", "url": "url", "published_at": "pageDate"}
SCOOP = {
    "description": "description",
    "published_at": ["originalPublishedDate", "publishedDate"],
    "url": "link",
    "types": ("types", lambda types: pluck(types, "type")),
    "topics": ("topics", lambda topics: pluck(topics, "topic")),
}
SEAT = {
    "first_name": "firstName",
    "last_name": "lastName",
    "title": "title",
    "department": "department",
    "company_name": "companyName",
    "zoominfo_tier": "orgChartTier",
    "zoominfo_sub_tier": "orgChartSubTier",
}
NODE = {
    "company_name": "name",
    "city": "city",
    "region": "state",
    "zoominfo_relation": "subUnitTypeInfo.typeDescription",
}
FIRM = [("zoominfo_company_id",), ("company_domain",), ("company_name",)]
PAGED = ("page_size", "limit", "cursor")


class ZoomInfo(HTTPProvider):
    info = ProviderInfo(
        title="ZoomInfo",
        category=Category.MAJOR_DATA,
        tier=Tier.ENTERPRISE,
        base_url="https://api.zoominfo.com/gtm",
        docs_url="https://docs.zoominfo.com",
        auth=ClientCredentials("https://api.zoominfo.com/gtm/oauth/v1/token", basic=True),
        rates=(Rate(5, per=1), Rate(10_800, per=3600), Rate(129_600, per=86_400)),
        rate_headers=RateHeaders(
            remaining="x-ratelimit-remaining-second",
            reset="x-ratelimit-reset",
            limit="x-ratelimit-limit-second",
            reset_as="epoch",
        ),
        established_in="US",
        privacy_url="https://www.zoominfo.com/legal/privacy-policy",
        summary="Contacts and companies by twenty-fives, technologies, intent, news, org charts, free searches.",
    )

    # Two envelopes of errors are published.
    words = {(at, code): error for at in ("error.code", "errors.0.code") for code, error in CODES.items()}

    def classify(self, reply: Reply) -> Classified:
        """Tell what the package lacks, which may be one output field, from a scope that an endpoint needs."""
        lacking = ENTITLEMENT in (reply.get("error.code"), reply.get("errors.0.code"))
        return FeatureNotSupportedError("the account's package does not include this") if lacking else None

    @operation(
        Operation.ENRICH_PERSON, needs=[*WHO, ("phone",)], uses=WORDS, gives=(*PERSON_GIVES, *NUMBERS), credits=1
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, with the work e-mail and phone numbers."""
        record = record_of((yield contact(query)))
        found = rename(dig(record, "attributes"), {**PERSON, **NUMBERS})
        if not found.keys() - {"confidence"}:
            return Miss()
        return Hit({**found, "zoominfo_person_id": dig(record, "id")}, record=managed("contact", record))

    @operation(Operation.FIND_EMAIL, needs=WHO, uses=WORDS, gives=PERSON_GIVES, credits=1)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; a record without one is no match, and free."""
        record = record_of((yield contact(query, "email")))
        found = rename(dig(record, "attributes"), PERSON)
        whose = {**found, "zoominfo_person_id": dig(record, "id")}
        contact_record = managed("contact", record)
        if "email" not in found:
            return Miss(credits=int(record is not None), record=contact_record)
        return Hit(whose, record=contact_record)

    @operation(Operation.FIND_PHONE, needs=WHO, uses=WORDS, gives=tuple(NUMBERS), credits=1)
    def find_phone(self, query: Query) -> Flow:
        """Find phone numbers, and whether they must not be called."""
        record = record_of((yield contact(query)))
        found = rename(dig(record, "attributes"), NUMBERS)
        contact_record = managed("contact", record)
        if not found.keys() & {"mobile_phone", "phone"}:
            return Miss(credits=int(record is not None), record=contact_record)
        return Hit(found, record=contact_record)

    @bulk("POST", CONTACTS, max_items=25, group=lambda request: fields_of(request))
    def contacts(self, requests: Requests) -> Fold:
        """Ask about twenty-five people at once."""
        return (yield from self.many(requests, "matchPersonInput"))

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("zoominfo_company_id",), ("ip",)],
        uses=("zoominfo_output_fields",),
        gives=(*COMPANY, "zoominfo_company_id"),
        credits=1,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company, or the one that an IP address belongs to."""
        record = yield from self.company(query, **query.pick(ipAddress="ip"))
        found = rename(dig(record, "attributes"), COMPANY)
        whose = {**found, "zoominfo_company_id": dig(record, "id")}
        return Hit(whose, record=managed("company", record)) if found else Miss()

    def company(self, query: Query, **more: Any) -> Steps[Any]:
        """Ask about one company."""
        return record_of((yield enrich(COMPANIES, {**firm(query), **more}, query, PROFILE)))

    def company_id(self, query: Query) -> Steps[tuple[Any, int]]:
        """Return ZoomInfo's id of a company, and what was paid to learn it; nothing more is charged for that record."""
        if query.zoominfo_company_id:
            return query.zoominfo_company_id, 0
        record = yield from self.company(query)
        return dig(record, "id"), int(record is not None)

    @bulk("POST", COMPANIES, max_items=25, group=lambda request: fields_of(request))
    def companies(self, requests: Requests) -> Fold:
        """Ask about twenty-five companies at once."""
        return (yield from self.many(requests, "matchCompanyInput"))

    def many(self, requests: Requests, word: str) -> Fold:
        """Ask about many; each record repeats its question, in order."""
        asked = [request.json["data"]["attributes"][word][0] for request in requests]
        data = requests[0].json["data"]
        body = {"data": {**data, "attributes": {**data["attributes"], word: asked}}}
        reply = yield Request("POST", requests[0].path, json=body, headers=JSON_API, weight=len(asked))
        records = dict(enumerate(reply.items("data")))
        echoes = {at: echo(dig(record, "meta.input")) for at, record in records.items()}
        mine = [next((at for at, said in echoes.items() if said == echo(question)), None) for question in asked]
        for i in range(len(mine)):  # an item that repeats no question stands at its place
            if mine[i] is None and i in records and i not in mine:
                mine[i] = i
        gone = InvalidReplyError("the batch reply says nothing of this question", status=reply.status)
        return [gone if at is None else reply.with_json({"data": [records[at]]}) for at in mine]

    @operation(
        Operation.DETECT_TECHNOLOGIES,
        needs=FIRM,
        uses=("zoominfo_output_fields",),
        gives=("technologies", "total", "zoominfo_company_id"),
        credits=1,
    )
    def detect_technologies(self, query: Query) -> Flow:
        """List a company's technologies; without ZoomInfo's id the company is enriched first, for the same credit."""
        company, spent = yield from self.company_id(query)
        if not company:
            return Miss()
        body = document("TechnologyEnrich", {"companyId": number(company)})
        reply = yield Request("POST", "/data/v1/companies/technologies/enrich", json=body, headers=JSON_API)
        names = pluck(reply.get("data"), "attributes.product")
        if not names:
            return Miss(credits=spent, record=f"company:{company}")
        found = {"technologies": names, "total": reply.get("meta.totalResults"), "zoominfo_company_id": str(company)}
        return Hit(found, record=f"company:{company}")

    @operation(
        Operation.FIND_NEWS,
        needs=FIRM,
        uses=("zoominfo_output_fields", "filters", *PAGED),
        gives=("news", "total", "next_cursor"),
        credits=1,
    )
    def find_news(self, query: Query) -> Flow:
        """List news of a company; `filters` are ZoomInfo's own attributes (categories, pageDateMin, pageDateMax)."""
        company, spent = yield from self.company_id(query)
        if not company:
            return Miss()
        body = document("NewsEnrich", {"companyId": number(company), **(query.filters or {})})
        reply = yield Request("POST", "/data/v1/news/enrich", params=page(query), json=body, headers=JSON_API)
        news = [rename(item.get("attributes"), NEWS) for item in reply.items("data")]
        about = f"company:{company}"
        return listed(reply, query, about, news=news) if news else Miss(credits=spent, record=about)

    @operation(
        "scoops", needs=FIRM, uses=("filters", *PAGED), gives=("zoominfo_scoops", "total", "next_cursor"), credits=1
    )
    def scoops(self, query: Query) -> Flow:
        """List what ZoomInfo's researchers learned of a company; `filters` are its own (scoopType, scoopTopic, ...)."""
        asked = {name: str(value) for name, value in firm(query).items()}
        body = document("ScoopEnrich", {**asked, **(query.filters or {})})
        reply = yield Request("POST", "/data/v1/scoops/enrich", params=page(query), json=body, headers=JSON_API)
        scoops = [{"id": item.get("id"), **rename(item.get("attributes"), SCOOP)} for item in reply.items("data")]
        company = query.zoominfo_company_id or reply.get("data.0.attributes.company.id")
        about = f"company:{company}" if company else None
        return listed(reply, query, about, zoominfo_scoops=scoops) if scoops else Miss()

    @operation(
        "org-chart",
        needs=FIRM,
        uses=("department", "zoominfo_output_fields", *PAGED),
        gives=("people", "total", "next_cursor"),
        credits=1,
    )
    def org_chart(self, query: Query) -> Flow:
        """List who stands where in a company; departments go by ZoomInfo's ids, of which it asks for one at least."""
        company, spent = yield from self.company_id(query)
        if not company:
            return Miss()
        body = document("OrgChartEnrich", {"companyId": str(company), **query.pick("department")})
        path = "/data/v1/companies/org-chart/enrich"
        reply = yield Request("POST", path, params=page(query), json=body, headers=JSON_API)
        seats = [
            {"zoominfo_person_id": item.get("id"), **rename(item.get("attributes"), SEAT)}
            for item in reply.items("data")
        ]
        about = f"company:{company}"
        return listed(reply, query, about, people=seats) if seats else Miss(credits=spent, record=about)

    @operation("hierarchy", needs=FIRM, gives=("companies", "zoominfo_company_id"), credits=1)
    def hierarchy(self, query: Query) -> Flow:
        """List a company's family, each with its parent, from the ultimate one down."""
        fields = ["companyId", "familyTree"]
        body = document("CorporateHierarchyEnrich", {"outputFields": fields, "matchCompanyInput": [firm(query)]})
        reply = yield Request("POST", "/data/v1/companies/corporate-hierarchy/enrich", json=body, headers=JSON_API)
        record = record_of(reply)
        family, about = members(dig(record, "attributes.familyTree"), None), managed("company", record)
        if not family:
            return Miss(credits=int(bool(record)), record=about)
        return Hit({"companies": family, "zoominfo_company_id": dig(record, "id")}, record=about)

    @operation(
        Operation.FIND_INTENT,
        needs=[("company_domain", "topics"), ("company_name", "topics")],
        uses=("page_size", "limit", "cursor"),
        gives=("topics", "company_name", "total", "next_cursor"),
        credits=1,
    )
    def find_intent(self, query: Query) -> Flow:
        """Say how much a company reads about topics; their names are ZoomInfo's."""
        topics = [str(dig(one, "name", one)) for one in query.topics][:50]
        asked = query.pick(companyWebsite="company_domain", companyName="company_name")
        body = document("IntentEnrich", {**asked, "topics": topics})
        reply = yield Request("POST", "/data/v1/intent/enrich", params=page(query), json=body, headers=JSON_API)
        fields = {"name": "attributes.topic", "score": "attributes.signalScore"}
        found = [rename(item, fields) for item in reply.items("data")]
        company = reply.get("data.0.attributes.company")
        about = managed("company", company)
        return listed(reply, query, about, topics=found, company_name=dig(company, "name")) if found else Miss()

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("company_name",), ("title",)],
        uses=("first_name", "last_name", "seniority", "department", "filters", "page_size", "limit", "cursor"),
        gives=("people", "total", "next_cursor"),
        charged=Charged.FREE,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people: free, without contact data, with ids that enrich_person takes."""
        asked = query.pick(
            "department",
            companyName="company_name",
            firstName="first_name",
            lastName="last_name",
            jobTitle="title",
            companyWebsite="company_domain",
        )
        if query.seniority:
            asked["managementLevel"] = LEVELS.get(str(query.seniority), query.seniority)
        reply = yield self.search("/data/v1/contacts/search", "ContactSearch", asked, query)
        people = [
            {"zoominfo_person_id": item.get("id"), **rename(item.get("attributes"), PERSON)}
            for item in reply.items("data")
        ]
        return listed(reply, query, people=people) if people else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_name",), ("industry",)],
        uses=("filters", "page_size", "limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged=Charged.FREE,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies: free; industries go by ZoomInfo's codes."""
        asked = query.pick(companyName="company_name", industryCodes="industry")
        reply = yield self.search("/data/v1/companies/search", "CompanySearch", asked, query)
        found = [
            {"zoominfo_company_id": item.get("id"), **rename(item.get("attributes"), COMPANY)}
            for item in reply.items("data")
        ]
        return listed(reply, query, companies=found) if found else Miss()

    def search(self, path: str, kind: str, asked: dict[str, Any], query: Query) -> Request:
        """Return the request for one page of a free search; `filters` holds ZoomInfo's own attributes."""
        body = document(kind, {**asked, **(query.filters or {})})
        return Request("POST", path, params=page(query), json=body, headers=JSON_API, paid=False)

    def quota(self) -> QuotaFlow:
        """Read the limits on records that may still come under management."""
        reply = yield Request("GET", "/data/v1/users/usage", headers=JSON_API, paid=False)
        usage = {str(one.get("limitType")): one for one in reply.items("data.0.attributes.usage")}
        left = {kind: one["usageRemaining"] for kind, one in usage.items() if one.get("usageRemaining") is not None}
        return Quota(used=dig(usage, "uniqueID.currentUsage"), remaining=left.get("uniqueID"), pools=left)


def document(kind: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON:API body."""
    return {"data": {"type": kind, "attributes": attributes}}


def firm(query: Query) -> dict[str, Any]:
    """Return how a company is named."""
    asked = query.pick(companyName="company_name", companyWebsite="company_domain")
    return {**asked, "companyId": number(query.zoominfo_company_id)} if query.zoominfo_company_id else asked


def members(nodes: Any, parent: Any) -> list[dict[str, Any]]:
    """Return a family tree as a list, parents before their children."""
    found = []
    for node in nodes if isinstance(nodes, list) else []:
        own = {"zoominfo_company_id": dig(node, "companyId"), "zoominfo_parent_id": parent}
        found.append({**rename(node, NODE), **present(own)})
        found += members(dig(node, "familyNodes"), own["zoominfo_company_id"])
    return found


def enrich(path: str, asked: dict[str, Any], query: Query, usual: list[str], *required: str) -> Request:
    """Return the request that enriches one record, of which some fields must be known."""
    chosen = query.zoominfo_output_fields
    fields = chosen.split(",") if isinstance(chosen, str) else list(chosen or usual)
    kind, word = ("ContactEnrich", "matchPersonInput") if path == CONTACTS else ("CompanyEnrich", "matchCompanyInput")
    wanted = present({"outputFields": [field.strip() for field in fields], "requiredFields": list(required)})
    return Request("POST", path, json=document(kind, {word: [asked], **wanted}), headers=JSON_API)


def contact(query: Query, *required: str) -> Request:
    """Return the request for a person's record; one that is at hand is not bought again."""
    ways = named(query)
    asked = enrich(CONTACTS, ways[0], query, ABOUT, *required)
    asked.served_by = tuple(enrich(CONTACTS, way, query, ABOUT, *needed) for way in ways for needed in ((), ("email",)))
    return asked


def fields_of(request: Request) -> str:
    """Return what a request wants of a record: a batch wants the same of all."""
    attributes = request.json["data"]["attributes"]
    return str([attributes.get("outputFields"), attributes.get("requiredFields")])


def named(query: Query) -> list[dict[str, Any]]:
    """Return how a person may be named, the surest way first."""
    company = {"companyName": "company_name"}
    ways = ways_of(
        query,
        {"personId": "zoominfo_person_id"},
        {"emailAddress": "email"},
        {"externalURL": "linkedin_url"},
        {"firstName": "first_name", "lastName": "last_name", **company},
        {"fullName": "full_name", **company},
        {"phone": "phone"},
    )
    return [{**way, "personId": number(way["personId"])} if "personId" in way else way for way in ways]


def record_of(reply: Reply) -> Any:
    """Return the record that matched, None where none did.

    Raises:
        InsufficientCreditsError, FeatureParametersError: the record's status says so.
    """
    match = reply.get("data.0.meta.matchStatus")
    if match == "LIMIT_EXCEEDED":
        raise InsufficientCreditsError("the account's limit of records is reached", status=reply.status)
    if match == "INVALID_INPUT":
        raise FeatureParametersError("the vendor refused the question as ill-formed", status=reply.status)
    return reply.get("data.0") if match in FOUND else None


def managed(kind: str, record: Any) -> str | None:
    """Return the name of a record that comes under management; None where none matched."""
    return f"{kind}:{dig(record, 'id')}" if dig(record, "id") else None


def echo(asked: Any) -> set[str]:
    """Return the words of a question in a comparable form: the reply repeats them in lower case."""
    return {str(value).lower() for value in present(asked).values() if value != 0} if isinstance(asked, dict) else set()


def number(text: Any) -> Any:
    """Return an id as the number it is sent as."""
    return int(text) if str(text).isdecimal() else text


def page(query: Query) -> dict[str, Any]:
    """Return which page is asked for."""
    return {"page[number]": int(query.cursor or 1), "page[size]": page_size(query, 25, 100)}


def listed(reply: Reply, query: Query, record: str | None = None, /, **found: Any) -> Hit:
    """Return one page; the results are counted, since samples give the page's own length as the number of pages."""
    at, total, pages = int(query.cursor or 1), reply.get("meta.totalResults"), reply.get("meta.page.total")
    more = at * page(query)["page[size]"] < total if isinstance(total, int) else isinstance(pages, int) and at < pages
    onward = str(at + 1) if more and at < 100 else None
    return Hit({**found, "total": total, "next_cursor": onward}, record=record)


provider = ZoomInfo
