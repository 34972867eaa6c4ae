"""RocketReach: people by name, profile, e-mail or phone, companies, and searches of both.

Facts: the vendor's OpenAPI, docs.rocketreach.co (people lookup, check status, responses and errors, rate limits,
webhooks, universal credits), the official rocketreach_python SDK; the names of the reveal flags also from integrations.
A key works on one of two surfaces: the older look-ups, or "universal" credits, where a call gives the blocks it asks to
reveal and takes credits for these alone. Say `surface: universal` or `surface: legacy` beside the key; unsaid, phones
are asked for on the universal surface (a plan without it answers 403: then on the older one) and all else on the older
one. Search filters go by the OpenAPI's names; the SDK's example has `current_employer`. A look-up may go on: it is
polled by the profile's number. Bulk look-ups (10 to 100) answer by webhook alone, and webhooks are registered in the
account: give its `webhook_id` to use them, and its secret as `webhook_secret`: an unsigned delivery is not trusted. A
search succeeds with 201. The limits declared are those of the Pro plan. The list of management levels is in a sheet
that could not be read: ours are sent in capital letters, as the example has them.
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Account,
    AllOf,
    Category,
    FeatureExecutionError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HMACSignature,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Rate,
    Reply,
    Request,
    Requests,
    Settings,
    Steps,
    Tier,
    Wait,
    bulk,
    by_echo,
    capitalised,
    dig,
    echoed,
    finished,
    first,
    listing,
    one_call,
    operation,
    page_size,
    place,
    present,
    rename,
    rows,
    table,
    ways_of,
)
from leadenrich.providers._verifiers import LIST_FROM

STATUS = {"valid": "valid", "invalid": "invalid", "accept-all": "accept_all", "unknown": "unknown"}
OVER = ("complete", "failed", "none")  # any other word is a look-up that goes on; no word at all is none
PERSON = {
    "full_name": "name",
    "linkedin_url": ["linkedin_url", "links.linkedin"],
    "twitter_url": "links.twitter",
    "title": "current_title",
    "city": "city",
    "region": "region",
    "country": ["country_code", "country"],
    "company_name": "current_employer",
    "company_domain": "current_employer_domain",
    "company_linkedin_url": "current_employer_linkedin_url",
    "department": "job_history.0.department",
    "seniority": "job_history.0.highest_level",
}
NUMBER = ["e164", "number"]
PERSONAL = ["recommended_personal_email", "current_personal_email"]
COMPANY = {
    "company_name": "name",
    "company_domain": ["domain", "email_domain"],
    "website": "website_domain",
    "description": "description",
    "industry": ["industry", "industry_str"],
    "employee_count": "num_employees",
    "annual_revenue_usd": "revenue",
    "founded_year": "year_founded",
    "city": ["address.city", "city"],
    "region": ["address.region", "region"],
    "country": ["address.country_code", "country_code"],
    "phone": "phone",
    "technologies": "techstack",
    "investors": "funding_investors",
    "naics": ("naics_codes.0", str),
    "sic": ("sic_codes.0", str),
    "company_linkedin_url": ["links.linkedin", "linkedin_url"],
    "twitter_url": "links.twitter",
    "facebook_url": "links.facebook",
    "logo_url": "logo_url",
    "ticker": "ticker_symbol",
}
BY_NAME = (("full_name", "company_name"), ("first_name", "last_name", "company_name"))
WHO = (("linkedin_url",), *BY_NAME, ("email",), ("phone",), ("rocketreach_person_id",))
LEGACY, UNIVERSAL = "/person/lookup", "/universal/person/lookup"
SURFACES = {"legacy": LEGACY, "universal": UNIVERSAL}
STATUS_OF = {LEGACY: "/person/checkStatus", UNIVERSAL: "/universal/person/check_status"}
UNIVERSAL_ACCOUNT = Account(
    "/universal/account/",
    plan="plan.name",
    used="credit_usage.credits_used",
    remaining="credit_usage.credits_remaining",
)
PEOPLE, UNIVERSAL_PEOPLE = "/person/search", "/universal/person/search"
COMPANIES, UNIVERSAL_COMPANIES = "/searchCompany", "/universal/company/search"
LOOKUPS = (f"GET {LEGACY}", f"GET {UNIVERSAL}")
BULKS = ("POST /bulkLookup", "POST /universal/person/bulk_lookup")


class RocketReach(HTTPProvider):
    info = ProviderInfo(
        title="RocketReach",
        category=Category.MAJOR_DATA,
        tier=Tier.PRO,
        base_url="https://api.rocketreach.co/api/v2",
        docs_url="https://docs.rocketreach.co",
        auth=AllOf(HeaderKey("Api-Key"), Settings(optional=("surface", "webhook_id"))),
        rates=(
            Rate(10, per=1),
            Rate(50, per=60, on=LOOKUPS),
            Rate(30, per=60, on=(f"POST {PEOPLE}", f"POST {UNIVERSAL_PEOPLE}")),
            Rate(30, per=60, on=(f"POST {COMPANIES}", f"POST {UNIVERSAL_COMPANIES}")),
            Rate(10, per=60, on=BULKS),
            Rate(100, per=86400, on=BULKS),
        ),
        webhook=HMACSignature("X-RocketReach-Signature", encoding="base64"),
        established_in="US",
        summary="People with e-mails and phones, companies, searches of both.",
    )

    @operation(
        Operation.ENRICH_PERSON,
        needs=WHO,
        uses=("title",),
        gives=(*PERSON, "email", "email_status", "personal_email", "mobile_phone", "phone"),
        credits=1,
        max_credits=3,
        patience=300,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person; the older look-up holds the numbers and the personal e-mail too, at no further price."""
        reply = yield from self.lookup(query, "reveal_professional_email", "reveal_detailed_person_enrichment")
        found = {**rename(reply.json, {**PERSON, "personal_email": PERSONAL}), **work_email(reply), **numbers(reply)}
        return paid(reply, found, "full_name", 3)

    @operation(
        Operation.FIND_EMAIL,
        needs=WHO,
        uses=("title",),
        gives=(*PERSON, "email", "email_status"),
        credits=1,
        max_credits=2,
        patience=300,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; on the older surface the same call as enrich_person."""
        reply = yield from self.lookup(query, "reveal_professional_email")
        return paid(reply, {**rename(reply.json, PERSON), **work_email(reply)}, "email", 2)

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=WHO,
        uses=("title",),
        gives=("personal_email", "full_name"),
        credits=1,
        max_credits=3,
        patience=300,
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail."""
        reply = yield from self.lookup(query, "reveal_personal_email")
        return paid(reply, rename(reply.json, {"personal_email": PERSONAL, "full_name": "name"}), "personal_email", 3)

    @operation(
        Operation.FIND_PHONE,
        needs=WHO,
        uses=("title",),
        gives=("mobile_phone", "phone", "full_name"),
        credits=6,
        patience=300,
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number, or the recommended other one."""
        reply = yield from self.lookup(query, "reveal_phone")
        found = {**rename(reply.json, {"full_name": "name"}), **numbers(reply)}
        return paid(reply, found, "mobile_phone" if "mobile_phone" in found else "phone", 6)

    def lookup(self, query: Query, *reveal: str) -> Steps[Reply]:
        """Look a person up and wait until the profile is complete; an empty reply where the person is unknown."""
        phones = "reveal_phone" in reveal
        said = self.settings.get("surface", "")
        hook = present({"webhook_id": self.settings.get("webhook_id")})
        ways = ways_of(
            query, {"id": "rocketreach_person_id"}, *({word: word} for word in ("linkedin_url", "email", "phone"))
        )
        if query.name and query.company_name:  # the vendor takes neither without the other
            named = {"name": query.name, "current_employer": query.company_name}
            ways += [{**named, **query.pick("title")}, named]
        wanted: dict[str, dict[str, Any]] = {
            UNIVERSAL: dict.fromkeys(reveal, True),
            LEGACY: {"lookup_type": "phone"} if phones else {},
        }
        paths = [SURFACES[said]] if said in SURFACES else [UNIVERSAL, LEGACY] if phones else [LEGACY]
        for path in paths:
            expect = (200, 404) if path == paths[-1] else (200, 403, 404)
            params = [{**way, **hook, **wanted[path]} for way in ways]
            others = [Request("GET", path, params=other) for other in params[1:]]
            request = Request("GET", path, params=params[0], expect=expect, served_by=others)
            reply = yield request
            if reply.status != 403:
                break
        if reply.status == 404:
            return reply.with_json({})
        reply = yield from finished(
            reply,
            "id",
            lambda number: Request("GET", STATUS_OF[path], params={"ids": number}, paid=False),
            lambda reply: str(dig(profile(reply), "status")).lower() not in OVER,
            every=3,
        )
        found = profile(reply)
        return Reply(json={} if str(dig(found, "status")).lower() == "failed" else found, request=request)

    @bulk("GET", LEGACY, max_items=100)
    def many(self, requests: Requests) -> Fold:
        """Look up 10 to 100 people in one call, where a webhook is registered."""
        return self.told(requests, "/bulkLookup")

    @bulk("GET", UNIVERSAL, max_items=100)
    def many_universal(self, requests: Requests) -> Fold:
        """The same on the universal surface."""
        return self.told(requests, "/universal/person/bulk_lookup")

    def told(self, requests: Requests, path: str) -> Fold:
        """Send a bulk look-up and take its results from the webhook, which names the call in a header."""
        hook = str(self.settings.get("webhook_id") or "")
        if len(requests) < LIST_FROM or not hook.isdecimal():
            return requests
        queries = []
        for row, request in enumerate(requests):
            asked = {name: value for name, value in (request.params or {}).items() if name != "webhook_id"}
            if str(asked.get("id", "")).isdecimal():
                asked["id"] = int(asked["id"])
            queries.append({**asked, "metadata": {"external_id": str(row)}})
        start = yield Request("POST", path, json={"queries": queries, "webhook_id": int(hook)}, text=True)
        if not (number := start.headers.get("rr-request-id")):
            raise FeatureExecutionError("the reply names no bulk look-up", status=start.status)
        done = yield Wait(number)
        return by_echo(done, rows(requests), echoed(done.items(), "metadata.external_id"))

    @operation(
        Operation.SEARCH_PEOPLE,
        uses=(
            "full_name",
            "company_name",
            "company_domain",
            "title",
            "seniority",
            "department",
            "city",
            "country",
            "linkedin_url",
            "limit",
            "cursor",
        ),
        gives=("people", "total", "next_cursor"),
        credits=1,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people; a page of up to 100 costs one credit."""
        filters = {
            "name": query.full_name,
            "company_name": query.company_name,
            "company_domain": query.company_domain,
            "current_title": query.title,
            "management_levels": capitalised(query.seniority),
            "department": query.department,
            "geo": place(query.city, None, query.country),
            "link": query.linkedin_url,
        }
        reply = yield search(UNIVERSAL_PEOPLE if self.universal else PEOPLE, query, filters)
        return listed(reply, "people", "profiles", {**PERSON, "rocketreach_person_id": ("id", str)})

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("company_linkedin_url",), ("ticker",)],
        gives=tuple(COMPANY),
        credits=1,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; the currency of the revenue is not stated."""
        params = query.pick("ticker", domain="company_domain", name="company_name", linkedin_url="company_linkedin_url")
        path = "/universal/company/lookup" if self.universal else "/company/lookup/"
        return one_call(Request("GET", path, params=params, expect=(200, 404)), COMPANY, "company_name")

    @operation(
        Operation.SEARCH_COMPANIES,
        uses=(
            "company_domain",
            "company_name",
            "industry",
            "employee_range",
            "city",
            "country",
            "technology",
            "limit",
            "cursor",
        ),
        gives=("companies", "total", "next_cursor"),
        credits=1,
        max_credits=2,
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; a page costs two universal credits."""
        filters = {
            "domain": query.company_domain,
            "name": query.company_name,
            "industry": query.industry,
            "employees": query.employee_range,
            "location": place(query.city, None, query.country),
            "techstack": query.technology,
        }
        reply = yield search(UNIVERSAL_COMPANIES if self.universal else COMPANIES, query, filters)
        return listed(reply, "companies", "companies", COMPANY, 2 if self.universal else 1)

    @property
    def universal(self) -> bool:
        """Return whether the key is said to work on the universal surface."""
        return self.settings.get("surface") == "universal"

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Wake the bulk call a list answers, or the look-up a profile answers."""
        if isinstance(body, list):
            return [(number, body)] if (number := headers.get("rr-request-id")) else []
        number = str(dig(body, "id", ""))
        return [(number, body)] if number else []

    def quota(self) -> QuotaFlow:
        """Read what the key's plan has left."""
        if self.universal:
            return (yield from UNIVERSAL_ACCOUNT.read())
        kinds = (yield Request("GET", "/account/", paid=False)).items("credit_usage")
        # What is unlimited says "inf", which is not a number and is left out.
        return Quota(pools={str(kind.get("credit_type")): kind.get("remaining") for kind in kinds})


def profile(reply: Reply) -> Any:
    """Return the profile of a look-up, or the one in the list of a status check: not listed, it goes on."""
    return reply.get("0", {"status": "progress"}) if isinstance(reply.json, list) else reply.json


def paid(reply: Reply, found: dict[str, Any], main: str, universal: int) -> Hit | Miss:
    """Return a hit with what it costs on the surface that answered; a miss without the field that was asked for."""
    if main not in found:
        return Miss()
    return Hit(found, credits=universal if "/universal/" in reply.request.path else 1)


def work_email(reply: Reply) -> dict[str, Any]:
    """Return the recommended work e-mail and its status."""
    emails = reply.items("emails")
    listed = [one for one in emails if str(one.get("type")).lower() == "professional"]
    best = min(listed, key=lambda one: str(one.get("grade") or "Z"), default=None)
    address = first(reply.get("recommended_professional_email"), reply.get("current_work_email"), dig(best, "email"))
    if not isinstance(address, str):
        return {}
    entry = next((one for one in emails if one.get("email") == address), None)
    return {"email": address, "email_status": table(STATUS, dig(entry, "smtp_valid"))}


def numbers(reply: Reply) -> dict[str, Any]:
    """Return the mobile number and the recommended number, which may be of any kind."""
    phones = reply.items("phones")
    mobile = next((one for one in phones if str(one.get("type")).lower() == "mobile"), None)
    chosen = next((one for one in phones if one.get("recommended") is True), None)
    return rename(mobile, {"mobile_phone": NUMBER}) | rename(chosen, {"phone": NUMBER})


def search(path: str, query: Query, filters: dict[str, Any]) -> Request:
    """Return the request for one page; every filter is a list of alternatives."""
    wanted = present({name: listing(value) for name, value in filters.items()})
    page = {"start": int(query.cursor or 1), "page_size": page_size(query, 10, 100), "query": wanted}
    return Request("POST", path, json=page, expect=(200, 201, 404))


def listed(reply: Reply, kind: str, key: str, fields: dict[str, Any], credits: int = 1) -> Hit | Miss:
    """Return one page of a search, which is an object by the documentation and a bare list by the OpenAPI."""
    items = [rename(one, fields) for one in reply.items(key) or reply.items()]
    total, after = reply.get("pagination.total"), reply.get("pagination.next")
    more = str(after) if isinstance(after, int) and isinstance(total, int) and after <= total else None
    page: dict[str, Any] = {kind: items, "total": total, "next_cursor": more}
    return Hit(page, credits=credits) if items else Miss()


provider = RocketReach
