"""FullEnrich: a waterfall of its own for work and personal e-mails and mobiles, as jobs of 100; profiles and searches.

Facts: docs.fullenrich.com (API v2: bulk enrichment, webhooks, rate limits) and the vendor's OpenAPI 2.0.0. A poll of a
running job is a 400 whose code says so. Webhooks are signed with the API key itself: give it as `webhook_secret` too.
A workspace has 100 enrichments at work at once; the rest queue there. The same contact is free for three months.
A contact that is ill-formed is left out of a job of many (`silentFail`) instead of stopping it, and a job that is cut
off, out of credits say, still hands over what it found and charged.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from leadenrich.contract import (
    PERSON_FIELDS,
    Account,
    Bearer,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HMACSignature,
    HTTPProvider,
    InsufficientCreditsError,
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
    amount,
    bulk,
    by_echo,
    capitalised,
    country_name,
    echoed,
    finished,
    listing,
    one_call,
    operation,
    page_size,
    present,
    rename,
    rows,
    size_bounds,
)

CONTACT, REVERSE = "/contact/enrich/bulk", "/contact/reverse/email/bulk"
WHO = [("first_name", "last_name", "company_domain"), ("first_name", "last_name", "company_name"), ("linkedin_url",)]
STATUS = {
    "deliverable": "valid",
    "high_probability": "valid",
    "catch_all": "accept_all",
    "invalid": "invalid",
    "invalid_domain": "invalid",
}
# The words of the vendor's list that ours become otherwise than by capital letters.
LEVELS = {"c_suite": "C-level"}
EMPLOYER, PAGE = "employment.current.company.", "social_profiles.professional_network.url"
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "headline": "headline",
    "linkedin_url": PAGE,
    "city": "location.city",
    "region": "location.region",
    "country": ["location.country_code", "location.country"],
    "title": "employment.current.title",
    "seniority": "employment.current.seniority",
    "department": "employment.current.job_functions.0.function",
    "company_name": EMPLOYER + "name",
    "company_domain": EMPLOYER + "domain",
    "company_linkedin_url": EMPLOYER + PAGE,
}
OFFICE = "locations.headquarters."
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "website": "website",
    "description": "description",
    "industry": "industry.main_industry",
    "employee_count": ("headcount", lambda count: count if amount(count) else None),
    "employee_range": "headcount_range",
    "founded_year": ("year_founded", lambda year: year if amount(year) else None),  # 0: unknown
    "company_type": "company_type",
    "city": OFFICE + "city",
    "region": OFFICE + "region",
    "country": [OFFICE + "country_code", OFFICE + "country"],
    "company_linkedin_url": PAGE,
    "logo_url": "logo_url",
}
RECORD = Decimal("0.25")


class FullEnrich(HTTPProvider):
    info = ProviderInfo(
        title="FullEnrich",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://app.fullenrich.com/api/v2",
        docs_url="https://docs.fullenrich.com",
        auth=Bearer(),
        rates=(Rate(60, per=60),),
        webhook=HMACSignature("x-signature-sha1", algorithm="sha1"),
        summary="A waterfall of its own for e-mails and mobiles, profiles, companies, searches.",
    )
    errors = {404: ErrorCode.FEATURE_EXECUTION_FAILED}
    webhook_job = "id"
    account = Account("/account/credits", remaining="balance")
    free_call = Request("GET", "/account/keys/verify", paid=False)

    def classify(self, reply: Reply) -> Classified:
        """Tell a running job's 400 from a refused question, and an empty account from one emptied under way."""
        if reply.status == 402 or reply.get("status") == "CREDITS_INSUFFICIENT":
            some = any(item.get("contact_info") or item.get("profile") for item in reply.items("data"))
            return None if some else ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        running = reply.request.method == "GET" and reply.get("code") == "error.enrichment.in_progress"
        return ErrorCode.FEATURE_PARAMETERS_INVALID if reply.status == 400 and not running else None

    @operation(Operation.FIND_EMAIL, needs=WHO, gives=("email", "email_status"), credits=1, patience=900)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        return self.contact(query, "work_email", {"email": "email", "email_status": ("status", STATUS)})

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=WHO,
        credits=3,
        patience=900,
        confidence=85,
        confidence_reason="the most probable of the addresses checked; one that would bounce is left out",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail."""
        return self.contact(query, "personal_email", {"personal_email": "email"})

    @operation(Operation.FIND_PHONE, needs=WHO, credits=10, patience=900)
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number; landlines are free and not asked for."""
        return self.contact(query, "phone", {"mobile_phone": "number"})

    def contact(self, query: Query, kind: str, fields: Mapping[str, Any]) -> Flow:
        """Have one kind of contact data looked for, and take the most probable."""
        who = query.pick("first_name", "last_name", "company_name", "linkedin_url", domain="company_domain")
        reply = yield from self.job(CONTACT, [{**who, "enrich_fields": [f"contact.{kind}s"]}])
        best = reply.get(f"data.0.contact_info.most_probable_{kind}")
        found, checked = rename(best, fields), rename(best, {"status": ("status", STATUS)})
        good = next(iter(fields)) in found and checked.get("status") != "invalid"
        return Hit(found, credits=spent(reply)) if good else none(reply)

    @operation("reverse-email-lookup", needs=[("email",)], gives=tuple(PERSON), credits=1, patience=900)
    def reverse_email(self, query: Query) -> Flow:
        """Say who is behind an address."""
        reply = yield from self.job(REVERSE, [query.pick("email")])
        found = rename(reply.get("data.0.profile"), PERSON)
        return Hit(found, credits=spent(reply)) if found else none(reply)

    def job(self, path: str, items: list[dict[str, Any]]) -> Steps[Reply]:
        """Run a job, of which the host's webhook is told; results belong to it, so it is never started again."""
        told = {"webhook_url": self.webhook_url} if self.webhook_url else {}
        body = {"name": "leadenrich", **told, "data": items}
        lenient = {"silentFail": "true"} if path == CONTACT and len(items) > 1 else None
        reply = yield Request("POST", path, params=lenient, json=body, weight=len(items))
        at = {"id": reply.get("enrichment_id")}
        poll = Request("GET", path + "/{id}", at=at, expect=(200, 400, 402), paid=False)
        return (yield from finished(reply, "enrichment_id", lambda _: poll, running, every=30))

    @bulk("POST", CONTACT, max_items=100, patience=900)
    def bulk_contacts(self, requests: Requests) -> Fold:
        """Look for the contact data of many in one job; each says what is wanted of it."""
        return self.many(requests, CONTACT)

    @bulk("POST", REVERSE, max_items=100, patience=900)
    def bulk_reverse(self, requests: Requests) -> Fold:
        """Look many addresses up in one job."""
        return self.many(requests, REVERSE)

    def many(self, requests: Requests, path: str) -> Fold:
        """Run one job for many; the ids sent along come back with each."""
        items = [{**one.json["data"][0], "custom": {"external_id": str(i)}} for i, one in enumerate(requests)]
        reply = yield from self.job(path, items)
        state, found = reply.get("status"), echoed(reply.items("data"), "custom.external_id")
        left_out = None if state == "FINISHED" else {"status": state, "data": []}  # a finished job leaves out the bad
        return by_echo(reply, rows(requests), found, lambda one: {"status": state, "data": [one]}, absent=left_out)

    @operation(
        Operation.ENRICH_PERSON,
        gives=PERSON_FIELDS,
        credits=RECORD,
        needs=[
            ("linkedin_url",),
            *(
                (*name, firm)
                for firm in ("company_domain", "company_linkedin_url")
                for name in (("full_name",), ("first_name", "last_name"))
            ),
        ],
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, without contact data."""
        body = {
            **query.pick(
                "company_domain",
                person_professional_network_url="linkedin_url",
                company_professional_network_url="company_linkedin_url",
            ),
            **present({"person_name": query.name}),
        }
        return one_call(Request("POST", "/people/lookup", json=body), PERSON, at="people.0")

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_linkedin_url",)],
        gives=tuple(COMPANY),
        credits=RECORD,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        body = query.pick(domain="company_domain", professional_network_url="company_linkedin_url")
        return one_call(Request("POST", "/company/lookup", json=body), COMPANY, at="companies.0")

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("title",), ("industry",)],
        uses=("seniority", "country", "city", "employee_range", "filters", "limit", "page_size", "cursor"),
        gives=("people", "total", "next_cursor"),
        credits=RECORD,
        max_credits=lambda query: RECORD * size(query),
    )
    def search_people(self, query: Query) -> Flow:
        """Search people: 0.25 credits for each; `filters` holds FullEnrich's own."""
        filters = {
            "current_company_domains": values(query.company_domain),
            "current_position_titles": values(query.title),
            "current_position_seniority_level": values(LEVELS.get(str(query.seniority), capitalised(query.seniority))),
            "person_locations": values(query.city or country_name(query.country)),
            "current_company_industries": values(query.industry),
            "current_company_headcounts": counts(query),
        }
        return self.search(query, "people", filters, PERSON)

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("industry",), ("company_domain",), ("company_name",), ("keywords",)],
        uses=("country", "city", "employee_range", "filters", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        credits=RECORD,
        max_credits=lambda query: RECORD * size(query),
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies: 0.25 credits for each; `filters` holds FullEnrich's own."""
        filters = {
            "names": values(query.company_name),
            "domains": values(query.company_domain),
            "industries": values(query.industry),
            "keywords": values(query.keywords),
            "headcounts": counts(query),
            "headquarters_locations": values(query.city or country_name(query.country)),
        }
        return self.search(query, "companies", filters, COMPANY)

    def search(self, query: Query, what: str, filters: dict[str, Any], fields: Mapping[str, Any]) -> Flow:
        """Ask for one page; what comes after it is named by the token it ends with."""
        body = {**present({**filters, "search_after": query.cursor}), **(query.filters or {}), "limit": size(query)}
        reply = yield Request("POST", "/people/search" if what == "people" else "/company/search", json=body)
        found = [rename(item, fields) for item in reply.items(what)]
        more = {"total": reply.get("metadata.total"), "next_cursor": reply.get("metadata.search_after")}
        return Hit({what: found, **more}, credits=RECORD * len(found)) if found else Miss()


def running(reply: Reply) -> bool:
    """Return whether a job goes on."""
    return reply.get("status") in (None, "CREATED", "IN_PROGRESS")


def none(reply: Reply) -> Miss:
    """Return a `Miss` where a job came to its end.

    Raises:
        InsufficientCreditsError, FeatureExecutionError: it was cut off; of RATE_LIMIT too nothing more comes.
    """
    if reply.get("status") == "CREDITS_INSUFFICIENT":
        raise InsufficientCreditsError("the account ran out of credits under way", status=reply.status)
    if reply.get("status") != "FINISHED":
        raise FeatureExecutionError("the job was cancelled or cut off", status=reply.status)
    return Miss()


def spent(reply: Reply) -> Any:
    """Return what a job for one alone has cost: nothing for a contact asked about before."""
    return reply.get("cost.credits")


def values(wanted: Any) -> list[dict[str, Any]]:
    """Return a filter of words, any of which may fit."""
    return [{"value": one} for one in listing(wanted)]


def counts(query: Query) -> list[dict[str, int]]:
    """Return the filter on the head count."""
    low, high = size_bounds(query.employee_range)
    return [present({"min": low, "max": high})] if low else []


def size(query: Query) -> int:
    """Return how many results are asked for, 10 by default as with FullEnrich."""
    return page_size(query, 10, 100)


provider = FullEnrich
