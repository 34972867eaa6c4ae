"""Apollo: people and companies by what is known of them, phones revealed in the background, searches, news, jobs.

Facts: docs.apollo.io (people-enrichment, bulk-people-enrichment, poll-webhook-result, rate-limits, api-pricing) and the
vendor's OpenAPI, 2026-08.
Documented parameters travel in the query string even for POST; only the bulk endpoints take a JSON body. Limits are
those of the paid plans (the free plan has 50 calls a minute: `Session(rates=...)`). A locked address comes as
email_not_unlocked@domain.com. Phones take a key with the scope of `/webhook_result` too; `poll_only` is in the guides,
not yet in the OpenAPI of 2026-08. Waterfall options are left out: their price has no published maximum.
"""

from collections.abc import Sequence
from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    FeatureParametersError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Reply,
    Request,
    Requests,
    Steps,
    Support,
    Tier,
    Wait,
    added,
    bulk,
    dig,
    first,
    one_call,
    operation,
    page_size,
    place,
    pluck,
    rename,
    size_bounds,
)
from leadenrich.providers._names import name_key

ENRICHMENTS = (
    "POST /people/match",
    "POST /people/bulk_match",
    "GET /organizations/enrich",
    "POST /organizations/bulk_enrich",
)
JOBS, PERSON_BY_ID, FIRM_BY_ID = "/organizations/{id}/job_postings", "/people/{id}", "/organizations/{id}"
OTHERS = (
    "GET /webhook_result/{id}",
    "POST /usage_stats/credit_usage_stats",
    "POST /usage_stats/api_usage_stats",
    "GET /users/api_profile",
    *(f"GET {path}" for path in (JOBS, PERSON_BY_ID, FIRM_BY_ID)),
)
SEARCHES = ("POST /mixed_people/api_search", "POST /mixed_companies/search", "POST /news_articles/search")
REVEALS = ("reveal_personal_emails", "reveal_phone_number", "poll_only", "webhook_url")
NAMED = [
    ("first_name", "last_name", "company_domain"),
    ("full_name", "company_domain"),
    ("first_name", "last_name", "company_name"),
    ("full_name", "company_name"),
]
WHO = [("linkedin_url",), *NAMED, ("apollo_person_id",)]
WORDS = (
    "email",
    "linkedin_url",
    "first_name",
    "last_name",
    "full_name",
    "company_domain",
    "company_name",
    "apollo_person_id",
    "apollo_hashed_email",
)
STATUS = {"verified": "valid"}  # unverified, likely to engage, unavailable: unknown
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "name",
    "title": "title",
    "email": ("email", lambda email: None if email.lower().startswith("email_not_unlocked@") else email),
    "email_status": ("email_status", STATUS),
    "linkedin_url": "linkedin_url",
    "twitter_url": "twitter_url",
    "github_url": "github_url",
    "facebook_url": "facebook_url",
    "headline": "headline",
    "seniority": "seniority",
    "department": "departments.0",
    "city": "city",
    "region": "state",
    "country": "country",
    "company_name": "organization.name",
    "company_domain": "organization.primary_domain",
    "company_linkedin_url": "organization.linkedin_url",
}
COMPANY = {
    "company_name": "name",
    "company_domain": ["primary_domain", "domain"],
    "website": "website_url",
    "ticker": "publicly_traded_symbol",
    "company_linkedin_url": "linkedin_url",
    "twitter_url": "twitter_url",
    "facebook_url": "facebook_url",
    "logo_url": "logo_url",
    "description": "short_description",
    "industry": "industry",
    "city": "city",
    "region": "state",
    "country": "country",
    "founded_year": "founded_year",
    "annual_revenue_usd": "annual_revenue",
    "employee_count": "estimated_num_employees",
    "phone": ["primary_phone.sanitized_number", "sanitized_phone", "phone"],
    "technologies": ["technology_names", ("current_technologies", lambda found: pluck(found, "name"))],
    "funding_total_usd": "total_funding",
    "funding_stage": "latest_funding_stage",
    "last_funding_at": "latest_funding_round_date",
    "investors": (
        "funding_events",
        lambda rounds: list(
            dict.fromkeys(
                name.strip() for names in pluck(rounds, "investors") for name in names.split(",") if name.strip()
            )
        ),
    ),
    "apollo_organization_id": ["organization_id", "id"],  # an account of one's own has an id of its own
}
NUMBER = {"phone_status": ("status_cd", {"valid_number": "valid"}), "line_type": ("type_cd", {"mobile": "mobile"})}
LISTED = {"apollo_person_id": "id", "first_name": "first_name", "title": "title", "company_name": "organization.name"}
JOB = {
    "title": "title",
    "url": "url",
    "city": "city",
    "region": "state",
    "country": "country",
    "published_at": "posted_at",
    "seen_at": "last_seen_at",
}
GONE = ("does not exist", "obsolete data", "not a valid id")  # how a 422 says that an id is nobody's
NEWS = {"title": "title", "url": "url", "published_at": "published_at"}
COUNTS = ("limit", "consumed", "left_over")
FUNDING = ("funding_total_usd", "funding_stage", "last_funding_at", "investors")
PERSON_GIVES, COMPANY_GIVES = (*PERSON, "apollo_person_id"), tuple(COMPANY)
BY = [("company_domain",), ("company_linkedin_url",), ("website",), ("company_name",)]
Page = Steps[tuple[tuple[int, int], Reply]]


class Apollo(HTTPProvider):
    info = ProviderInfo(
        title="Apollo",
        category=Category.MAJOR_DATA,
        tier=Tier.FREE,
        base_url="https://api.apollo.io/api/v1",
        docs_url="https://docs.apollo.io/reference",
        auth=HeaderKey("x-api-key"),
        rates=(
            *(Rate(1000, per=60, on=endpoint) for endpoint in ENRICHMENTS),
            *(Rate(200, per=60, on=endpoint) for endpoint in SEARCHES),
            *(Rate(6000, per=3600, on=endpoint) for endpoint in SEARCHES),
            *(Rate(50_000, per=86_400, on=endpoint) for endpoint in SEARCHES),
            *(Rate(200, per=60, on=endpoint) for endpoint in OTHERS),
            *(Rate(400, per=3600, on=endpoint) for endpoint in OTHERS),
            *(Rate(2000, per=86_400, on=endpoint) for endpoint in OTHERS),
        ),
        rate_headers=RateHeaders(remaining="x-minute-requests-left", limit="x-rate-limit-minute"),
        prices=(Price("0.025", plan="what a credit counts in the fair-use rule", as_of="2026-08-01"),),
        established_in="US",
        privacy_url="https://www.apollo.io/privacy-policy",
        summary="People and companies, phones in the background, searches, news and job postings.",
    )
    errors = {410: ErrorCode.FEATURE_EXECUTION_FAILED}  # a background result kept longer than 30 days
    free_call = Request("GET", "/users/api_profile", expect=(200, 403), paid=False)
    # takes a master key, or one with that scope
    account = Account(
        "/usage_stats/credit_usage_stats",
        "POST",
        used="credit_usage_stats.lead_credit.consumed",
        remaining="credit_usage_stats.lead_credit.left_over",
        resets_at="current_credit_cycle.end_date",
        pools={pool: f"credit_usage_stats.{pool}_credit.left_over" for pool in ("lead", "direct_dial", "export")},
    )

    def classify(self, reply: Reply) -> Classified:
        """Tell an empty account (a 422) from an ill-formed question, and a plan without the endpoint from a bad key."""
        said = reply.text.lower() if 400 <= reply.status < 500 else ""
        if "insufficient credits" in said:
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        return ErrorCode.FEATURE_NOT_SUPPORTED if reply.status == 403 and "users on paid plans" in said else None

    @operation(
        Operation.ENRICH_PERSON,
        needs=[("email",), *WHO, ("apollo_hashed_email",)],
        uses=WORDS,
        gives=PERSON_GIVES,
        credits=1,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person and give the work e-mail."""
        reply = yield Request("POST", "/people/match", params=who(query))
        found = person(reply.get("person"))
        return Hit(found) if found else Miss()

    @operation(Operation.FIND_EMAIL, needs=WHO, uses=WORDS, gives=PERSON_GIVES, credits=1)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail, by the same request as enrich_person."""
        return with_any(("email",), (yield from self.enrich_person(query)))

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=[("email",), *WHO],
        uses=WORDS,
        credits=1,
        confidence=70,
        confidence_reason="stated without a status or a score",
        support=Support.INFERRED,  # the option is documented, the reply's field only shown by other people's clients
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Reveal a personal e-mail."""
        reply = yield Request("POST", "/people/match", params={**who(query), "reveal_personal_emails": "true"})
        found = rename(reply.get("person"), {"personal_email": "personal_emails.0"})
        return Hit(found) if found else Miss(credits=1 if reply.get("person") else 0)

    @operation(
        Operation.FIND_PHONE,
        needs=[("email",), *WHO],
        uses=WORDS,
        gives=("mobile_phone", "phone", "phone_status", "line_type"),
        credits=9,
        patience=300,
        confidence=80,
        confidence_reason="numbers come with a validity word, no score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Reveal a phone number in the background: 1 credit for the person, and 8 where a mobile number is found."""
        how = {"webhook_url": self.webhook_url} if self.webhook_url else {"poll_only": "true"}
        reply = yield Request("POST", "/people/match", params={**who(query), "reveal_phone_number": "true", **how})
        if not reply.get("person"):
            return Miss()
        if reply.get("webhook_status") is None:
            reply = yield from self.revealed(reply, reply.get("person.id"))
        numbers = reply.items("webhook_result.people.0.phone_numbers")
        mobile = first(*(number for number in numbers if number.get("type_cd") == "mobile"))
        kind = "mobile_phone" if mobile else "phone"
        found = rename(mobile or first(*numbers), {kind: ["sanitized_number", "raw_number"], **NUMBER})
        paid = added(1, reply.get("webhook_result.credits_consumed", 8 if mobile else 0))
        return Hit(found, credits=paid) if kind in found else Miss(credits=paid)

    def revealed(self, start: Reply, person_id: Any) -> Steps[Reply]:
        """Wait for numbers; a webhook names the person, a poll the request."""
        if start.get("phone_enrichment.status") == "skipped":
            raise FeatureExecutionError("an earlier request for these phone numbers is not done", status=start.status)
        request_id = first(start.get("request_id"), start.get("phone_enrichment.request_id"))
        if request_id is None:
            raise FeatureExecutionError("the reply names no background request", status=start.status)
        poll = Request("GET", "/webhook_result/{id}", at={"id": request_id}, expect=(200, 400, 404), paid=False)
        job = person_id if self.webhook_url and person_id else request_id
        reply = yield Wait(job, poll=poll, every=10)
        while pending(reply):
            after = reply.get("retry_after_seconds")
            reply = yield Wait(job, poll=poll, every=after if isinstance(after, int) and after > 0 else 10)
        if reply.get("webhook_result") is None and reply.get("webhook_status") != "success":
            raise FeatureExecutionError("the phone numbers were not delivered", status=reply.status)
        return reply

    def delivered(self, body: Any, headers: Any) -> list[tuple[str, Any]]:
        """Name the people a webhook is about: it carries no id of the request."""
        return [(str(person_id), body) for person_id in pluck(dig(body, "people"), "id")]

    @bulk("POST", "/people/match", max_items=10, patience=300, group=lambda request: tuple(revealing(request).items()))
    def bulk_match(self, requests: Requests) -> Fold:
        """Match ten people at once; phone numbers of all of them come under one background request."""
        flags = revealing(requests[0])
        details = [{k: v for k, v in (request.params or {}).items() if k not in REVEALS} for request in requests]
        reply = yield Request(
            "POST", "/people/bulk_match", params=flags, json={"details": details}, weight=len(details)
        )
        people = align(details, reply.get("matches"))
        bodies: list[dict[str, Any]] = [{"person": match} for match in people]
        if "reveal_phone_number" in flags and any(people):
            done = yield from self.revealed(reply, first(*pluck(people, "id")))
            numbers = {one.get("id"): one for one in done.items("webhook_result.people")}
            for body, match in zip(bodies, people, strict=True):
                mine = numbers.get(match.get("id")) if match else None
                body |= {"webhook_status": "success", "webhook_result": {"people": [mine] if mine else []}}
        return [reply.with_json(body) for body in bodies]

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("title",), ("keywords",), ("query",), ("apollo_organization_id",)],
        uses=(
            "seniority",
            "location",
            "city",
            "region",
            "country",
            "employee_range",
            "technology",
            "filters",
            "limit",
            "page_size",
            "cursor",
        ),
        gives=("people", "total", "next_cursor"),
        credits=0,
        charged="free",
    )
    def search_people(self, query: Query) -> Flow:
        """Search people: no addresses and no last names, but ids that enrich_person takes."""
        where = query.location or place(query.city, query.region, query.country)
        asked = {
            **query.pick(q_keywords="keywords|query"),
            "person_titles[]": query.title,
            "person_seniorities[]": query.seniority,
            "person_locations[]": where,
            "q_organization_domains_list[]": query.company_domain,
            "organization_ids[]": query.apollo_organization_id,
            "currently_using_any_of_technology_uids[]": query.technology,
            **sizes(query),
        }
        page, reply = yield from self.page("/mixed_people/api_search", asked, query, paid=False)
        people = [rename(item, LISTED) for item in reply.items("people")]
        return listed(reply, page, total="total_entries", people=people) if people else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_name",), ("company_domain",), ("keywords",), ("query",)],
        uses=(
            "location",
            "city",
            "region",
            "country",
            "employee_range",
            "technology",
            "filters",
            "limit",
            "page_size",
            "cursor",
        ),
        gives=("companies", "total", "next_cursor"),
        credits=1,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies: 1 credit a page; those the account has saved come first."""
        where = query.location or place(query.city, query.region, query.country)
        asked = {
            **query.pick(q_organization_name="company_name"),
            "q_organization_domains_list[]": query.company_domain,
            "q_organization_keyword_tags[]": query.keywords or query.query,
            "organization_locations[]": where,
            "currently_using_any_of_technology_uids[]": query.technology,
            **sizes(query),
        }
        page, reply = yield from self.page("/mixed_companies/search", asked, query)
        found = [rename(item, COMPANY) for item in (*reply.items("accounts"), *reply.items("organizations"))]
        return listed(reply, page, total="pagination.total_entries", companies=found) if found else Miss()

    @operation(
        Operation.FIND_NEWS,
        needs=[("apollo_organization_id",), ("company_domain",)],
        uses=("filters", "limit", "page_size", "cursor"),
        gives=("news", "total", "next_cursor"),
        credits=1,
        max_credits=lambda query: 1 if query.apollo_organization_id else 2,
    )
    def find_news(self, query: Query) -> Flow:
        """List news of a company; a domain is turned into Apollo's id first, for 1 credit more."""
        organization, spent = yield from self.organization(query)
        if not organization:
            return Miss()
        asked = {"organization_ids[]": organization}
        page, reply = yield from self.page("/news_articles/search", asked, query, most=25)
        news = [rename(item, NEWS) for item in reply.items("news_articles")]
        if not news:
            return Miss(credits=spent)
        return listed(reply, page, total="pagination.total_entries", credits=spent + 1, news=news)

    def organization(self, query: Query) -> Steps[tuple[Any, int]]:
        """Return Apollo's id of a company, and what it cost to turn a domain into it."""
        if query.apollo_organization_id:
            return query.apollo_organization_id, 0
        reply = yield Request("GET", "/organizations/enrich", params={"domain": query.company_domain})
        return reply.get("organization.id"), 1

    @operation(
        "job-postings",
        needs=[("apollo_organization_id",), ("company_domain",)],
        uses=("limit", "page_size", "cursor"),
        gives=("apollo_job_postings", "next_cursor"),
        credits=1,
        max_credits=lambda query: 1 if query.apollo_organization_id else 2,
    )
    def job_postings(self, query: Query) -> Flow:
        """List a company's open positions, 1 credit a page; a domain is turned into Apollo's id for 1 credit more."""
        organization, spent = yield from self.organization(query)
        if not organization:
            return Miss()
        page, size = int(query.cursor or 1), page_size(query, 100, 10_000)
        reply = yield Request("GET", JOBS, at={"id": organization}, params={"page": page, "per_page": size})
        listed = reply.items("organization_job_postings")
        if not listed:
            return Miss(credits=spent)
        more = str(page + 1) if len(listed) >= size else None
        return Hit(
            {"apollo_job_postings": [rename(job, JOB) for job in listed], "next_cursor": more}, credits=spent + 1
        )

    @operation("person-by-id", needs=[("apollo_person_id",)], gives=PERSON_GIVES, credits=1)
    def person_by_id(self, query: Query) -> Flow:
        """Describe a person of search_people without revealing the address; those who are one's contacts have it."""
        reply = yield Request("GET", PERSON_BY_ID, at={"id": query.apollo_person_id}, expect=(200, 404, 422))
        found = person(reply.get("person")) if there(reply) else {}
        return Hit(found) if found else Miss()

    @operation("organization-by-id", needs=[("apollo_organization_id",)], gives=COMPANY_GIVES, credits=1)
    def organization_by_id(self, query: Query) -> Flow:
        """Describe a company by Apollo's id."""
        reply = yield Request("GET", FIRM_BY_ID, at={"id": query.apollo_organization_id}, expect=(200, 404, 422))
        found = rename(reply.get("organization"), COMPANY) if there(reply) else {}
        return Hit(found) if found else Miss()

    @operation("api-usage", gives=("apollo_usage",), charged="free")
    def api_usage(self, query: Query) -> Flow:
        """Say how often each endpoint was asked this minute, hour and day, and how often it may be; for master keys."""
        reply = yield Request("POST", "/usage_stats/api_usage_stats", paid=False)
        usage = [
            {"endpoint": endpoint, "period": period, **rename(counts, {word: word for word in COUNTS})}
            for endpoint, periods in (reply.json.items() if isinstance(reply.json, dict) else ())
            for period, counts in (periods.items() if isinstance(periods, dict) else ())
        ]
        return Hit({"apollo_usage": usage}) if usage else Miss()

    def page(self, path: str, asked: dict[str, Any], query: Query, *, most: int = 100, paid: bool = True) -> Page:
        """Ask for one page; `filters` are Apollo's own parameters."""
        page, size = int(query.cursor or 1), page_size(query, most, most)
        params = {**{word: value for word, value in asked.items() if value}, **(query.filters or {})}
        reply = yield Request("POST", path, params={**params, "page": page, "per_page": size}, paid=paid)
        return (page, size), reply

    @operation(Operation.ENRICH_COMPANY, needs=BY, gives=COMPANY_GIVES, credits=1)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        ways = ({"domain": "company_domain"}, {"linkedin_url": "company_linkedin_url"}, {"website": "website"})
        params = next((asked for way in ways if (asked := query.pick(**way))), query.pick(name="company_name"))
        return one_call(Request("GET", "/organizations/enrich", params=params), COMPANY, at="organization")

    @operation(Operation.DETECT_TECHNOLOGIES, needs=BY, gives=COMPANY_GIVES, credits=1)
    def detect_technologies(self, query: Query) -> Flow:
        """List a company's technologies, by the same request as enrich_company."""
        return with_any(("technologies",), (yield from self.enrich_company(query)))

    @operation(Operation.FIND_FUNDING, needs=BY, gives=COMPANY_GIVES, credits=1)
    def find_funding(self, query: Query) -> Flow:
        """Say what a company has raised, by the same request as enrich_company."""
        return with_any(FUNDING, (yield from self.enrich_company(query)))

    @bulk("GET", "/organizations/enrich", max_items=10)
    def bulk_enrich(self, requests: Requests) -> Fold:
        """Describe ten companies at once."""
        details = [dict(request.params or {}) for request in requests]
        reply = yield Request("POST", "/organizations/bulk_enrich", json={"details": details}, weight=len(details))
        found = align(details, reply.get("organizations"))
        return [reply.with_json({"organization": company}) for company in found]


def who(query: Query) -> dict[str, Any]:
    """Return everything known of a person: the more, the better Apollo matches."""
    asked = query.pick(
        "email",
        "linkedin_url",
        "first_name",
        "last_name",
        domain="company_domain",
        organization_name="company_name",
        id="apollo_person_id",
        hashed_email="apollo_hashed_email",
    )
    return asked if "first_name" in asked else asked | query.pick(name="full_name")


def there(reply: Reply) -> bool:
    """Return whether an id is anybody's.

    Raises:
        FeatureParametersError: the question was refused for another reason.
    """
    said = str(reply.get("error", "")).lower()
    if reply.status == 422 and not any(words in said for words in GONE):
        raise FeatureParametersError("the vendor refused the question", status=422)
    return reply.status == 200


def revealing(request: Request) -> dict[str, Any]:
    """Return what a request wants revealed, and how; a batch has one such wish for all."""
    return {word: value for word, value in (request.params or {}).items() if word in REVEALS}


def pending(reply: Reply) -> bool:
    """Return whether numbers are still looked for; `webhook_status` is about the sending alone: a result decides."""
    state = reply.get("error_code") if reply.status == 404 else reply.get("webhook_status")
    return state in ("result_pending", "in_progress") and reply.get("webhook_result") is None


def person(body: Any) -> dict[str, Any]:
    """Return a person in our words; a status says nothing without an address."""
    found = rename(body, {**PERSON, "apollo_person_id": "id"})
    if "email" not in found:
        found.pop("email_status", None)
    return found


def with_any(fields: Sequence[str], found: Hit | Miss) -> Hit | Miss:
    """Return what was found where it holds one of these fields; whoever was found without them is paid all the same."""
    return found if any(field in found for field in fields) else Miss(credits=1 if found else 0)


def sizes(query: Query) -> dict[str, Any]:
    """Return the head-count filter, "51,200" for our "51-200"."""
    low, high = size_bounds(query.employee_range)
    return {"organization_num_employees_ranges[]": f"{low},{high or 10_000_000}"} if low is not None else {}


def listed(reply: Reply, page: tuple[int, int], *, total: str, credits: int | None = None, **found: Any) -> Hit:
    """Return one page of a search; Apollo shows at most 500 of them."""
    number, size = page
    count = reply.get(total)
    more = isinstance(count, int) and number * size < count and number < 500
    return Hit({**found, "total": count, "next_cursor": str(number + 1) if more else None}, credits=credits)


def keys(item: dict[str, Any]) -> set[Any]:
    """Return what names one person or company beyond doubt; questions and matches share most of these words."""
    words = ("id", "email", "linkedin_url", "domain", "primary_domain", "website", "website_url")
    texts = [str(item[word]).lower().rstrip("/") for word in words if item.get(word)]
    return {text.split("://")[-1].removeprefix("www.") for text in texts}


def spelt(item: dict[str, Any]) -> str:
    """Return the name as it is written."""
    return str(item.get("name") or f"{item.get('first_name') or ''} {item.get('last_name') or ''}")


def names(item: dict[str, Any]) -> set[Any]:
    """Return the name, whole, whatever its case, accents and legal form."""
    return {name_key(spelt(item))} - {""}


def posts(item: dict[str, Any]) -> set[Any]:
    """Return the name together with the employer: namesakes may be asked for in one batch."""
    where = ("domain", "organization_name", "organization.primary_domain", "organization.name")
    return {(name, name_key(firm)) for name in names(item) for path in where if (firm := dig(item, path))}


def strangers(detail: dict[str, Any], match: dict[str, Any]) -> bool:
    """Return whether a question by name and a match have not one word of the name in common."""
    asked, found = ({name_key(word) for word in spelt(item).split()} for item in (detail, match))
    named = any(detail.get(word) for word in ("id", "email", "linkedin_url", "hashed_email"))
    return bool(asked and found) and not asked & found and not named


def align(asked: Sequence[dict[str, Any]], found: Any) -> list[dict[str, Any] | None]:
    """Give each question its match: by its keys, then by name, then by position as documented (null: not matched)."""
    matches = found if isinstance(found, list) else []
    left = {i: match for i, match in enumerate(matches) if isinstance(match, dict)}
    given: list[dict[str, Any] | None] = [None] * len(asked)
    for marks in (keys, posts, names):
        for i, detail in enumerate(asked):
            if given[i] is None:
                j = next((j for j in (i, *left) if j in left and marks(detail) & marks(left[j])), None)
                given[i] = left.pop(j) if j is not None else None
    for i, detail in enumerate(asked):
        if given[i] is None and i in left and len(matches) == len(asked) and not strangers(detail, left[i]):
            given[i] = left.pop(i)
    return given


provider = Apollo
