"""ContactOut: e-mails and phones behind LinkedIn profiles, people, companies, verification; batches as background jobs.

Facts: api.contactout.com and ContactOut's own n8n node, 2026. That the batch takes `email_type` and that its webhook
has a shape of its own was probed by others in 2026-07. Every reply repeats its status in `status_code`; by the error
table 400 is a refused key and 401 a question that is not well formed, the other way round than everywhere else, so
the message decides. The profile of people/enrich is described in camelCase and shown in snake_case: both are read.
The parameters of the company search say `industries`, its sample `industry`: both are sent. Only public profile URLs
work. Purses: email, phone, search, verifier. What a profile by its address on LinkedIn costs was not to be read,
nor the list of its words for seniority: ours are sent in capital letters.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Charged,
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
    Rate,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    capitalised,
    dig,
    finished,
    first,
    listing,
    one_call,
    operation,
    place,
    present,
    rename,
    size_bounds,
)

CONTACT, ENRICH, VERIFY = "/v1/people/linkedin", "/v1/people/enrich", "/v1/email/verify"
NAMED = [
    ("full_name", "company_domain"),
    ("full_name", "company_name"),
    ("first_name", "last_name", "company_domain"),
    ("first_name", "last_name", "company_name"),
]
FILTERS = (
    "seniority",
    "department",
    "industry",
    "keywords",
    "location",
    "city",
    "region",
    "country",
    "employee_range",
    "filters",
)
SAID = {
    400: ErrorCode.FEATURE_PARAMETERS_INVALID,
    401: ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    402: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    429: ErrorCode.PROVIDER_RATE_LIMIT,
    500: ErrorCode.PROVIDER_API_ERROR,
}
# A prepaid account states no `remaining`, its quota is what is left.
PURSES = {
    pool: [f"usage.{key}remaining", f"usage.{key}quota"]
    for pool, key in (("email", ""), ("phone", "phone_"), ("search", "search_"))
}
STATUS = {"verified": "valid"}
VERDICT = {word: word for word in ("valid", "invalid", "accept_all", "disposable", "unknown")}
MESSAGES = {
    "bad credentials": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "bad request": ErrorCode.FEATURE_PARAMETERS_INVALID,
    "no access to endpoint": ErrorCode.FEATURE_NOT_SUPPORTED,
}
PERSON = {
    "full_name": ["full_name", "fullName"],
    "headline": "headline",
    "seniority": "seniority",
    "department": ["job_function", "jobFunction"],
    "linkedin_url": ["url", "linkedinUrl"],
    "country": "country",
    "company_name": "company.name",
    "company_domain": "company.domain",
    "company_linkedin_url": "company.url",
    "title": ["title", ("experience", lambda jobs: first(*(job["title"] for job in jobs if job.get("is_current"))))],
    "twitter_url": ("twitter", lambda handles: f"https://twitter.com/{listing(handles)[0]}"),
    "github_url": ("github", lambda handles: f"https://github.com/{listing(handles)[0]}"),
}
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "website": "website",
    "logo_url": "logo_url",
    "company_linkedin_url": ["li_vanity", "url"],
    "description": ["description", "overview"],
    "industry": "industry",
    "employee_count": "size",
    "founded_year": "founded_at",
    "company_type": "type",
    "country": "country",
}


class ContactOut(HTTPProvider):
    info = ProviderInfo(
        title="ContactOut",
        category=Category.EMAIL_CONTACT,
        tier=Tier.ENTERPRISE,
        base_url="https://api.contactout.com",
        docs_url="https://api.contactout.com",
        auth=HeaderKey("token"),
        rates=(Rate(60, per=60, on="POST /v1/people/search"), Rate(1000, per=60)),
        summary="E-mails and phones behind LinkedIn profiles, people and company search, verification.",
    )
    errors = {403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    words = {("status_code", status): code for status, code in SAID.items()}  # with a 200 as well
    webhook_job = "job_id"
    account = Account("/v1/stats", used="usage.count", remaining=PURSES["email"], resets_at="period.end", pools=PURSES)

    def classify(self, reply: Reply) -> Classified:
        """Read the message where the status means two things."""
        said = str(reply.get("message")).lower()
        return next((code for words, code in MESSAGES.items() if words in said), None)

    @operation(
        Operation.FIND_EMAIL,
        needs=[("linkedin_url",), *NAMED],
        gives=("email", "email_status", *PERSON),
        credits={"email": 1},
        max_credits=lambda query: {"email": 1} if query.linkedin_url else {"email": 1, "search": 1},
        patience=300,
        confidence=85,
        confidence_reason="work addresses are checked as they are found, not all carry a status",
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail behind a profile; by name (1 search credit more) as enrich_person does."""
        if not query.linkedin_url:
            enriched = yield from self.enrich_person(query)
            return enriched if "email" in enriched else Miss(credits=enriched.claim or 0)
        profile = (yield contact(query, "work")).get("profile")
        found = {**rename(profile, {"linkedin_url": "url", "github_url": PERSON["github_url"]}), **work(profile)}
        return Hit(found) if "email" in found else Miss()

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=[("linkedin_url",)],
        credits={"email": 1},
        patience=300,
        confidence=75,
        confidence_reason="stated without a status or a score",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail behind a profile."""
        return one_call(contact(query, "personal"), {"personal_email": "personal_email.0"}, at="profile")

    @operation(
        Operation.FIND_PHONE,
        needs=[("linkedin_url",)],
        gives=("phone",),
        credits={"phone": 1},
        patience=300,
        confidence=75,
        confidence_reason="stated without a type or a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a phone number behind a profile; of which kind it is, ContactOut does not say."""
        return one_call(contact(query, "none"), {"phone": "phone.0"}, at="profile")

    @bulk("GET", CONTACT, max_items=1000, patience=300, group=lambda request: (request.params or {}).get("email_type"))
    def contacts(self, requests: Requests) -> Fold:
        """Ask about a thousand profiles in one job; the result is keyed by profile URL."""
        params = [dict(request.params or {}) for request in requests]
        body = {
            "profiles": [one["profile"] for one in params],
            "email_type": params[0]["email_type"],
            "include_phone": "include_phone" in params[0],
        }
        reply = yield from self.job("/v2/people/linkedin/batch", body, len(requests))
        found = keyed(reply.get("data.result"), slug)
        names = {"work_email": "work_emails", "personal_email": "personal_emails", "phone": "phones"}
        return [
            reply.with_json({"profile": {"url": one["profile"], **rename(found.get(slug(one["profile"])), names)}})
            for one in params
        ]

    @operation(
        Operation.ENRICH_PERSON,
        needs=[("linkedin_url",), ("email",), ("phone",), *NAMED],
        gives=("email", "email_status", *PERSON),
        credits={"search": 1},
        max_credits={"search": 1, "email": 1},
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person and give the work e-mail: 1 search credit, and 1 e-mail credit where one is found."""
        asked = query.pick("linkedin_url", "email", "phone", "first_name", "last_name")
        asked |= {} if "first_name" in asked else query.pick("full_name")
        # Lists of up to ten each; that a domain stands there without a scheme is not shown by the documentation.
        asked |= {word: [name] for word, name in query.pick("company_domain", company="company_name").items()}
        reply = yield Request("POST", ENRICH, json={**asked, "include": ["work_email"]}, expect=(200, 404))
        profile = reply.get("profile")
        found = {**rename(profile, PERSON), **work(profile)}
        return Hit(found, credits={"search": 1, "email": int("email" in found)}) if found else Miss()

    @operation(
        "profile-by-url",
        needs=[("linkedin_url",)],
        gives=("email", "email_status", "personal_email", "phone", *PERSON),
    )
    def profile_by_url(self, query: Query) -> Flow:
        """Give a profile whole, addresses and numbers included; nobody is an empty list."""
        ask = Request("GET", "/v1/linkedin/enrich", params={"profile": query.linkedin_url}, expect=(200, 404))
        return whole((yield ask))

    @operation(
        "profile-by-email",
        needs=[("email",)],
        gives=("email", "email_status", "phone", *PERSON),
        credits={"email": 1},
    )
    def profile_by_email(self, query: Query) -> Flow:
        """Give the profile behind an address, a private one included, with the work e-mail and a number."""
        return whole((yield Request("GET", "/v1/email/enrich", params={"email": query.email}, expect=(200, 404))))

    @operation(Operation.FIND_LINKEDIN, needs=[("email",)], credits={"email": 1})
    def find_linkedin(self, query: Query) -> Flow:
        """Find the profile behind an address."""
        ask = Request("GET", "/v1/people/person", params={"email": query.email}, expect=(200, 404))
        return one_call(ask, {"linkedin_url": "linkedin"}, at="profile")

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], credits={"verifier": 1}, patience=300)
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; only valid, invalid and accept-all are charged."""
        reply = yield Request("GET", VERIFY, params={"email": query.email})
        found = rename(reply.get("data"), {"email_status": ("status", VERDICT)})
        charged = found.get("email_status") in ("valid", "invalid", "accept_all")
        return Hit(found, credits={"verifier": int(charged)}) if found else Miss()

    @bulk("GET", VERIFY, max_items=100, patience=300)
    def verifications(self, requests: Requests) -> Fold:
        """Verify a hundred addresses in one job; the result is keyed by address."""
        emails = [str((request.params or {})["email"]) for request in requests]
        reply = yield from self.job("/v1/email/verify/batch", {"emails": emails}, len(emails))
        found = keyed(reply.get("data.result"), str.lower)
        return [reply.with_json({"data": {"status": found.get(email.lower())}}) for email in emails]

    def job(self, path: str, body: dict[str, Any], weight: int) -> Steps[Reply]:
        """Run a background job to its end."""
        told = {"callback_url": self.webhook_url} if self.webhook_url else {}
        start = yield Request("POST", path, json={**body, **told}, expect=(200, 201, 202), weight=weight)
        reply = yield from finished(
            start,
            "job_id",
            lambda job: Request("GET", path + "/{id}", at={"id": job}, paid=False),
            lambda reply: state(reply) in ("QUEUED", "PROCESSING"),
            every=5,
        )
        if state(reply) not in ("SENT", "DONE"):
            raise FeatureExecutionError("the background job did not end well", status=reply.status)
        return reply

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("title",), ("company_name",), ("full_name",)],
        uses=(*FILTERS, "cursor"),
        gives=("people", "total", "next_cursor"),
        credits={"search": 1},
        max_credits={"search": 25},
    )
    def search_people(self, query: Query) -> Flow:
        """Search people, 25 a page, 1 search credit each; contact data is never revealed here."""
        page = int(query.cursor or 1)
        body = {**filters(query), "page": page, "reveal_info": False}
        return profiles((yield Request("POST", "/v1/people/search", json=body)), page)

    @operation(
        "people-count",
        needs=[("company_domain",), ("title",), ("company_name",), ("full_name",)],
        uses=FILTERS,
        gives=("total",),
        charged=Charged.FREE,
    )
    def people_count(self, query: Query) -> Flow:
        """Say how many people a search would find; free, for paying accounts."""
        reply = yield Request("POST", "/v1/people/count", json=filters(query), paid=False)
        total = reply.get("total_results")
        return Hit(total=total) if isinstance(total, int) and total else Miss()

    @operation(
        "decision-makers",
        needs=[("company_domain",), ("company_linkedin_url",), ("company_name",)],
        uses=("cursor",),
        gives=("people", "total", "next_cursor"),
        credits={"search": 1},
        max_credits={"search": 25},
    )
    def decision_makers(self, query: Query) -> Flow:
        """List who decides at a company, 25 a page, 1 search credit each."""
        named = query.pick(domain="company_domain") or query.pick(linkedin_url="company_linkedin_url")
        page = int(query.cursor or 1)
        params = {**(named or query.pick(name="company_name")), "reveal_info": "false", "page": page}
        return profiles((yield Request("GET", "/v1/people/decision-makers", params=params)), page)

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",)], gives=tuple(COMPANY), charged=Charged.FREE)
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; free."""
        reply = yield Request("POST", "/v1/domain/enrich", json={"domains": [query.company_domain]}, paid=False)
        found = rename(by_domain(reply).get(query.company_domain.lower()), COMPANY)
        return Hit(found) if found else Miss()

    @bulk("POST", "/v1/domain/enrich", max_items=30)
    def domains(self, requests: Requests) -> Fold:
        """Describe several companies at once: a list of objects with one key, the domain."""
        asked = [request.json["domains"][0] for request in requests]
        reply = yield Request("POST", "/v1/domain/enrich", json={"domains": asked}, paid=False, weight=len(asked))
        found = by_domain(reply)
        return [reply.with_json({"companies": [{name: found.get(name.lower())}]}) for name in asked]

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_name",), ("company_domain",), ("industry",)],
        uses=("employee_range", "location", "city", "region", "country", "filters", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits={"search": 1},
        max_credits={"search": 25},
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies, 25 a page, 1 search credit each."""
        asked = {
            "name": listing(query.company_name),
            "domain": listing(query.company_domain),
            "size": sizes(query),
            "industry": listing(query.industry),
            "industries": listing(query.industry),
            "location": listing(query.location or place(query.city, query.region, query.country)),
        }
        page = int(query.cursor or 1)
        body = {**present(asked), **(query.filters or {}), "page": page}
        reply = yield Request("POST", "/v1/company/search", json=body)
        return listed(reply, page, "companies", [rename(item, COMPANY) for item in reply.items("companies")])


def contact(query: Query, email_type: str) -> Request:
    """Return the question what is behind a profile; 404 means nothing."""
    phone = {"include_phone": "true"} if email_type == "none" else {}
    params = {"profile": query.linkedin_url, "email_type": email_type, **phone}
    return Request("GET", CONTACT, params=params, expect=(200, 404))


def state(reply: Reply) -> str:
    """Return how far a job is; the reply that starts it says so in another place than those that follow."""
    return str(reply.get("data.status", reply.get("status"))).upper()


def work(profile: Any) -> dict[str, Any]:
    """Return the work e-mail and its status: an object keyed by address, or an empty list; a word in camelCase."""
    found = rename(profile, {"email": ["work_email.0", "workEmail"]})
    statuses = profile.get("work_email_status") if found else None
    word = statuses.get(str(found["email"])) if isinstance(statuses, dict) else dig(profile, "workEmailStatus")
    return {**found, **rename({"word": word}, {"email_status": ("word", STATUS)})} if found else {}


def whole(reply: Reply) -> Hit | Miss:
    """Return a profile with what it says of addresses and numbers: lists, or texts in the camelCase form."""
    profile = reply.get("profile")
    ways = {"personal_email": "personal_email.0", "phone": ["phone.0", "phone"]}
    found = {**rename(profile, {**PERSON, **ways}), **work(profile)} if isinstance(profile, dict) else {}
    return Hit(found) if found else Miss()


def by_domain(reply: Reply) -> dict[str, Any]:
    """Return the companies of a reply by the one key of each item, and by their domains where no key says so."""
    keys = {str(name).lower(): company for item in reply.items("companies") for name, company in item.items()}
    return {**{str(dig(company, "domain")).lower(): company for company in keys.values()}, **keys}


def keyed(result: Any, key: Any) -> dict[str, Any]:
    """Return a result object by a comparable form of its keys."""
    return {key(str(name)): value for name, value in result.items()} if isinstance(result, dict) else {}


def slug(url: str) -> str:
    """Return the part of a profile's URL that names it."""
    return url.rstrip("/").rsplit("/", 1)[-1].lower()


def profiles(reply: Reply, page: int) -> Hit | Miss:
    """Return one page of people: an object keyed by profile URL, or an empty list."""
    found = reply.get("profiles")
    found = found if isinstance(found, dict) else {}
    people = [{**rename(profile, PERSON), "linkedin_url": url} for url, profile in found.items()]
    return listed(reply, page, "people", people)


def listed(reply: Reply, page: int, name: str, items: list[dict[str, Any]]) -> Hit | Miss:
    """Return one page of a search; each item costs a credit."""
    total, size = reply.get("metadata.total_results"), reply.get("metadata.page_size", 25)
    more = isinstance(total, int) and isinstance(size, int) and page * size < total
    found: dict[str, Any] = {name: items, "total": total, "next_cursor": str(page + 1) if more else None}
    return Hit(found, credits={"search": len(items)}) if items else Miss()


def filters(query: Query) -> dict[str, Any]:
    """Return the filters of a search of people; `filters` holds ContactOut's own."""
    asked = {
        **query.pick(name="full_name", keyword="keywords"),
        "job_title": listing(query.title),
        "seniority": listing(capitalised(query.seniority)),
        "job_function": listing(capitalised(query.department)),
        "location": listing(query.location or place(query.city, query.region, query.country)),
        "company": listing(query.company_name),
        "industry": listing(query.industry),
        "company_size": sizes(query),
        "domain": [f"https://{query.company_domain}"] if query.company_domain else [],
    }
    return {**present(asked), **(query.filters or {})}


def sizes(query: Query) -> list[str]:
    """Return the head-count filter: "11_50" for our "11-50"."""
    low, high = size_bounds(query.employee_range)
    return [f"{low}_{high}" if high else str(low)] if low is not None else []


provider = ContactOut
