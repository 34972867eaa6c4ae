"""Snov.io: e-mails by name and domain, verification, profiles, domain search; start-and-result tasks of ten.

Facts: snov.io/api (2026-09) for every endpoint, request and reply. Two layouts: `data.task_hash` polled with
`?task_hash=` (finder, verifier, profiles, company domains) and `meta.task_hash` polled in the path (domain and database
search). Polls count against the 60 calls a minute. A task without credits ends as `not_enough_credits` with a 200.
Left out: the database search of people, which masks names and profiles.
"""

from collections.abc import Sequence
from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Charged,
    ClientCredentials,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    country_name,
    finished,
    listing,
    operation,
    present,
    rename,
)

FINDER, VERIFIER = "/v2/emails-by-domain-by-name", "/v2/email-verification"
PROFILES, DOMAINS = "/v2/li-profiles-by-urls", "/v2/company-domain-by-name"
SEARCH, PROSPECTS = "/v2/domain-search", "/v2/domain-search/prospects"
STATUS = {"valid": "valid", "not_valid": "invalid"}  # unknown: the reason says whether it is a catch-all
STARTED, RUNNING = (200, 201, 202), (None, "in_progress", "in progress")
BEST = ("valid", "accept_all", "unknown", "disposable", "invalid")
MAILBOX = {"is_disposable": "is_disposable", "is_free": "is_webmail"}
PERSON = {
    "full_name": "name",
    "first_name": ["first_name", "firstName"],
    "last_name": ["last_name", "lastName"],
    "country": "country",
    "city": ["locality", ("location", lambda text: text.split(",")[0] if "," in text else None)],
    "title": ["positions.0.title", "currentJobs.0.position"],
    "company_name": ["positions.0.name", "currentJobs.0.companyName"],
    "company_domain": [("positions.0.url", lambda url: site(url)), ("currentJobs.0.site", lambda url: site(url))],
    "company_linkedin_url": ["positions.0.linkedin_url", "currentJobs.0.socialLink"],
    "linkedin_url": ("social", lambda links: link(links, "linkedin")),
    "twitter_url": ("social", lambda links: link(links, "twitter")),
}
COMPANY = {
    "company_name": "company_name",
    "website": "website",
    "city": "city",
    "founded_year": "founded",
    "industry": "industry",
    "employee_range": "size",
    "phone": ("hq_phone", lambda digits: f"+{digits}" if str(digits).isdecimal() else digits),
}
PROSPECT = {
    "first_name": "first_name",
    "last_name": "last_name",
    "title": "position",
    "linkedin_url": "source_page",
    "snov_prospect_hash": ("search_emails_start", lambda url: url.rstrip("/").rsplit("/", 1)[-1]),
}
LISTED = {
    "company_name": "name",
    "company_domain": "domain",
    "industry": "industry",
    "employee_range": "size",
    "logo_url": "logo_url",
    "country": ("location", lambda text: text.rsplit(",", 1)[-1]),
    "annual_revenue_usd": ("revenue.reported", lambda amount: amount or None),
}


class Snov(HTTPProvider):
    info = ProviderInfo(
        title="Snov.io",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.snov.io",
        docs_url="https://snov.io/api",
        auth=ClientCredentials("https://api.snov.io/v1/oauth/access_token"),
        rates=(Rate(60, per=60),),
        prices=(Price("0.039", plan="Starter, $39 for 1,000 credits", as_of="2026-09-16"),),
        undocumented=("prospect-search",),
        summary="E-mails by name and domain, verification, profiles, domain search, in tasks of ten.",
    )
    words = {("status", "not_enough_credits"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS}
    account = Account("/v1/get-balance", remaining="data.balance")
    webhook_job = "meta.task_hash"

    @operation(
        Operation.FIND_EMAIL,
        needs=[("first_name", "last_name", "company_domain")],
        gives=("email", "email_status", "full_name", *MAILBOX),
        credits=1,
        patience=180,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; valid and unknown ones are charged."""
        row = query.pick("first_name", "last_name", domain="company_domain")
        reply = yield from self.task(FINDER, json={"rows": [row]})
        found = best(reply.items("data.0.result"))
        if "email" not in found or found["email_status"] == "invalid":
            return Miss()
        return Hit({**rename(reply.get("data.0"), {"full_name": "people"}), **found})

    @bulk("POST", f"{FINDER}/start", max_items=10, patience=300)
    def find_emails(self, requests: Requests) -> Fold:
        """Find ten e-mails in one task; each result repeats the name."""
        rows = [request.json["rows"][0] for request in requests]
        reply = yield from self.task(FINDER, json={"rows": rows}, weight=len(rows))
        return matched(reply, [f"{row['first_name']} {row['last_name']}" for row in rows], "people")

    @operation(
        Operation.VERIFY_EMAIL, needs=[("email",)], gives=("email", "email_status", *MAILBOX), credits=1, patience=180
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; valid and unknown verdicts are charged."""
        reply = yield from self.task(VERIFIER, params={"emails[]": [query.email]})
        if not reply.get("data.0.result.smtp_status"):
            return Miss()
        found = {**rename(reply.get("data.0"), {"email": "email"}), **mailbox(reply.get("data.0.result"))}
        return Hit(found, credits=int(reply.get("data.0.result.smtp_status") != "not_valid"))

    @bulk("POST", f"{VERIFIER}/start", max_items=10, patience=300)
    def verify_emails(self, requests: Requests) -> Fold:
        """Verify ten addresses in one task."""
        return (yield from self.many(requests, VERIFIER, "emails[]", "email"))

    @operation(
        Operation.ENRICH_PERSON, needs=[("linkedin_url",), ("email",)], gives=tuple(PERSON), credits=1, patience=180
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe who is behind a profile, in a task, or behind an address, at once."""
        if not query.linkedin_url:
            reply = yield Request("POST", "/v1/get-profile-by-email", data={"email": query.email})
            found = rename(reply.json, PERSON) if reply.get("success") is not False else {}
            return Hit(found) if found else Miss()
        reply = yield from self.task(PROFILES, params={"urls[]": [query.linkedin_url]})
        found = rename(reply.get("data.0.result"), PERSON)  # an empty list where the person is unknown
        return Hit({**found, "linkedin_url": reply.get("data.0.url")}) if found else Miss()

    @bulk("POST", f"{PROFILES}/start", max_items=10, patience=300)
    def profiles(self, requests: Requests) -> Fold:
        """Describe ten profiles in one task."""
        return (yield from self.many(requests, PROFILES, "urls[]", "url"))

    @operation(Operation.FIND_DOMAIN, needs=[("company_name",)], gives=("company_domain",), credits=1, patience=180)
    def find_domain(self, query: Query) -> Flow:
        """Find a company's domain by its name."""
        reply = yield from self.task(DOMAINS, params={"names[]": [query.company_name]})
        found = rename(reply.get("data.0"), {"company_domain": "result.domain"})
        return Hit(found) if found else Miss()

    @bulk("POST", f"{DOMAINS}/start", max_items=10, patience=300)
    def find_domains(self, requests: Requests) -> Fold:
        """Find ten domains in one task."""
        return (yield from self.many(requests, DOMAINS, "names[]", "name"))

    def many(self, requests: Requests, path: str, word: str, echoed: str) -> Fold:
        """Run one task for many; each result repeats what was asked."""
        asked = [str((request.params or {})[word][0]) for request in requests]
        reply = yield from self.task(path, params={word: asked}, weight=len(asked))
        return matched(reply, asked, echoed)

    def task(self, path: str, *, params: Any = None, json: Any = None, weight: int = 1) -> Steps[Reply]:
        """Run a task and return how it ended; the host's webhook is told of that."""
        told = {"webhook_url": self.webhook_url} if self.webhook_url else {}
        asked, body = ({**part, **told} if part else None for part in (params, json))
        start = yield Request("POST", f"{path}/start", params=asked, json=body, expect=STARTED, weight=weight)
        return (yield from done(start, path))

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",)],
        gives=(*COMPANY, "company_domain"),
        credits=1,
        patience=180,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company by its domain."""
        reply = yield from self.task(SEARCH, params={"domain": query.company_domain})
        found = rename(reply.get("data"), COMPANY)
        return Hit({**found, "company_domain": reply.get("meta.domain")}) if found else Miss()

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",)],
        uses=("title", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits=1,
        patience=180,
    )
    def search_people(self, query: Query) -> Flow:
        """List a company's people, 20 a page for 1 credit; their addresses are asked for one by one."""
        page = int(query.cursor or 1)
        asked = {"domain": query.company_domain, "positions[]": listing(query.title), "page": page}
        reply = yield from self.task(PROSPECTS, params=present(asked))
        domain = reply.get("meta.domain")
        people = [{**rename(item, PROSPECT), "company_domain": domain} for item in reply.items("data")]
        if not people:
            return Miss()
        total = reply.get("meta.total_count")
        more = reply.get("links.next") or (isinstance(total, int) and page * 20 < total)
        return Hit({"people": people, "total": total, "next_cursor": str(page + 1) if more else None})

    @operation(
        "prospect-email",
        needs=[("snov_prospect_hash",)],
        gives=("email", "email_status", *MAILBOX),
        credits=1,
        patience=900,
    )
    def prospect_email(self, query: Query) -> Flow:
        """Find the e-mail of one person of search_people: a task each, so many wait for each other's calls."""
        at = {"hash": query.snov_prospect_hash}
        told = {"webhook_url": self.webhook_url} if self.webhook_url else None
        start = yield Request("POST", f"{PROSPECTS}/search-emails/start/{{hash}}", at=at, params=told, expect=STARTED)
        found = best((yield from done(start, f"{PROSPECTS}/search-emails")).items("data.emails"))
        return Hit(found) if "email" in found else Miss()

    @operation(
        Operation.DOMAIN_EMAILS,
        needs=[("company_domain",)],
        uses=("cursor",),
        gives=("emails", "total", "next_cursor"),
        credits=1,
        patience=180,
    )
    def domain_emails(self, query: Query) -> Flow:
        """List a company's addresses, 50 a page for 1 credit, neither verified nor named."""
        return (yield from self.addresses("domain-emails", query))

    @operation(
        "generic-contacts",
        needs=[("company_domain",)],
        uses=("cursor",),
        gives=("emails", "total", "next_cursor"),
        credits=1,
        patience=180,
    )
    def generic_contacts(self, query: Query) -> Flow:
        """List a company's role addresses, such as info@."""
        return (yield from self.addresses("generic-contacts", query, is_role=True))

    def addresses(self, kind: str, query: Query, **known: Any) -> Flow:
        """List one kind of addresses."""
        reply = yield from self.task(f"{SEARCH}/{kind}", params=query.pick(domain="company_domain", next="cursor"))
        emails = [{**rename(item, {"email": "email"}), **known} for item in reply.items("data") if item.get("email")]
        total, more = reply.get("meta.total_count"), reply.get("meta.next")
        return Hit({"emails": emails, "total": total, "next_cursor": more}) if emails else Miss()

    @operation(
        "email-count", needs=[("company_domain",)], gives=("total", "company_domain", "is_free"), charged=Charged.FREE
    )
    def email_count(self, query: Query) -> Flow:
        """Say how many addresses of a domain are known; free."""
        reply = yield Request("POST", "/v1/get-domain-emails-count", data={"domain": query.company_domain}, paid=False)
        found = rename(reply.json, {"total": "result", "company_domain": "domain", "is_free": "webmail"})
        return Hit(found) if reply.get("success") and "total" in found else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_name",), ("industry",), ("employee_range",), ("country",)],
        uses=("city", "keywords", "filters", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=1,
        patience=180,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies, 1 credit a page; `filters` holds Snov.io's own."""
        page = int(query.cursor or 1)
        company = {
            "name": {"include": [query.company_name]} if query.company_name else None,
            "industries": {"include": [query.industry]} if query.industry else None,
            "size": listing(query.employee_range),
            "specialities": listing(query.keywords),
        }
        places = [("city", query.city), ("country", country_name(query.country))]
        included = [{"locality": name, "location_type": kind} for kind, name in places if name]
        filters = {"company": present(company), "locations": {"include": included} if included else None}
        body = {"page": page, "filters": {**present(filters), **(query.filters or {})}}
        reply = yield from self.task("/v2/database-search/companies", json=body)
        found = [rename(item, LISTED) for item in reply.items("data.companies")]
        if not found:
            return Miss()
        pages, total = reply.get("data.total_pages"), reply.get("data.total")
        more = isinstance(pages, int) and page < pages
        return Hit({"companies": found, "total": total, "next_cursor": str(page + 1) if more else None})


def done(start: Reply, path: str) -> Steps[Reply]:
    """Wait until a task is done; it is named and polled in one of two layouts."""
    in_query = path in (FINDER, VERIFIER, PROFILES, DOMAINS)

    def poll(task: Any) -> Request:
        if in_query:
            return Request("GET", f"{path}/result", params={"task_hash": task}, paid=False)
        return Request("GET", f"{path}/result/{{task_hash}}", at={"task_hash": task}, paid=False)

    job = "data.task_hash" if in_query else "meta.task_hash"
    reply = yield from finished(start, job, poll, lambda reply: reply.get("status") in RUNNING, every=3)
    if reply.get("status") != "completed":
        raise FeatureExecutionError("the task did not complete", status=reply.status)
    return reply


def best(mailboxes: list[Any]) -> dict[str, Any]:
    """Return what is said of the best of several mailboxes."""
    found = [mailbox(item) for item in mailboxes]
    return min(found, key=lambda one: BEST.index(one["email_status"]), default={})


def mailbox(item: Any) -> dict[str, Any]:
    """Return what is said of one mailbox; why a status is unknown tells a catch-all."""
    found = rename(item, {"email": "email", "email_status": ("smtp_status", STATUS), **MAILBOX})
    reason = str(item.get("unknown_status_reason", "")).lower() if isinstance(item, dict) else ""
    if found.get("is_disposable") is True:
        found["email_status"] = "disposable"
    elif found.setdefault("email_status", "unknown") == "unknown" and reason == "catchall":
        found["email_status"] = "accept_all"
    return found


def matched(reply: Reply, asked: Sequence[str], echoed: str) -> list[Reply]:
    """Give each question its result: at its place where that repeats it, else wherever it is repeated.

    A name spelt otherwise than asked belongs to the question at its place, which is how the vendor documents it.
    """
    items = reply.items("data")
    plain = [str(item.get(echoed, "")).rstrip("/").lower() for item in items]
    names = [text.rstrip("/").lower() for text in asked]
    replies = []
    for i, name in enumerate(names):
        at = i if i < len(plain) and plain[i] == name else plain.index(name) if name in plain else None
        if at is None and echoed == "people" and len(plain) == len(names) and plain[i] not in names:
            at = i
        replies.append(reply.with_json({"status": "completed", "data": [] if at is None else [items[at]]}))
    return replies


def site(url: Any) -> str | None:
    """Return a company's site; some give a page on LinkedIn in its place."""
    return None if "linkedin.com" in str(url).lower() else url


def link(links: Any, kind: str) -> str | None:
    """Return a person's page of one kind."""
    return next((one.get("link") for one in links if str(one.get("type")).lower() == kind), None)


provider = Snov
