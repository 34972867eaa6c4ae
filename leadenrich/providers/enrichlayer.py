"""Enrich Layer: profiles of people and companies by their pages, look-ups of pages, contacts, searches.

Facts: enrichlayer.com/docs/guides (errors, credits) and the vendor's own MCP server and SDK (paths, parameters, prices;
read 2026-08). Names follow the old Proxycurl API; a page's address may be called `linkedin_profile_url` or
`profile_url`. 403 means no credits. How the work e-mail look-up answers is not published, only that it may be later,
which the same question then tells (`support="inferred"`). A look-up of a profile checks how similar it is and is paid
even where that rejects everybody. Contacts are paid by the piece, so one is asked for. An account may be set to pay
one credit more for a fresher profile; `use_cache` is not sent, so that the account's own setting holds.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    Charged,
    ErrorCode,
    Flow,
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
    Steps,
    Support,
    Tier,
    Wait,
    dig,
    one_call,
    operation,
    pluck,
    rename,
    size_bounds,
)

PAGE = ["linkedin_profile_url", "profile_url"]
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "headline": "headline",
    "city": "city",
    "region": "state",
    "country": ["country", "country_full_name"],
    "linkedin_url": ("public_identifier", "https://www.linkedin.com/in/{}".format),
    "github_url": ("extra.github_profile_id", "https://github.com/{}".format),
    "twitter_url": ("extra.twitter_profile_id", "https://x.com/{}".format),
}
JOB = {"title": "title", "company_name": "company", "company_linkedin_url": "company_linkedin_profile_url"}
COMPANY = {
    "company_name": "name",
    "description": "description",
    "website": "website",
    "company_domain": "website",
    "industry": "industry",
    "employee_count": "company_size_on_linkedin",
    "employee_range": ("company_size", lambda size: f"{size[0]}-{size[1]}" if size[1] else f"{size[0]}+"),
    "founded_year": "founded_year",
    "company_type": "company_type",
    "city": "hq.city",
    "region": "hq.state",
    "country": "hq.country",
    "logo_url": "profile_pic_url",
    "phone": "extra.phone_number",
    "company_linkedin_url": ("universal_name_id", "https://www.linkedin.com/company/{}".format),
}
FUNDING = ("company_name", "funding_total_usd", "funding_stage", "last_funding_at", "investors")
FIRMS = [("company_linkedin_url",), ("company_domain",), ("company_name",)]
PEOPLE = [("linkedin_url",), ("twitter_url",), ("facebook_url",)]
REVERSE = [("email",), ("phone",)]
PAGES = {"linkedin_url": PAGE, "twitter_url": "twitter_profile_url", "facebook_url": "facebook_profile_url"}
STEERING = ("limit", "page_size", "cursor")


class EnrichLayer(HTTPProvider):
    info = ProviderInfo(
        title="Enrich Layer",
        category=Category.MAJOR_DATA,
        tier=Tier.BASIC,
        base_url="https://enrichlayer.com/api/v2",
        docs_url="https://enrichlayer.com/docs",
        auth=Bearer(),
        rates=(Rate(300, per=60),),  # paying accounts; a trial has 2
        prices=(Price("0.10", plan="$10 for 100, the smallest pack", as_of="2026-08-13"),),
        summary="People and companies by their LinkedIn pages, and the pages by names, e-mails, phones.",
    )
    errors = {403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS, 410: ErrorCode.FEATURE_NOT_SUPPORTED}
    account = Account("/credit-balance", remaining="credit_balance")

    @operation(
        Operation.ENRICH_PERSON,
        needs=[*PEOPLE, *REVERSE],
        uses=("enrichlayer_extra",),
        gives=(*PERSON, *JOB, "facebook_url"),
        credits=1,
        max_credits=lambda query: 1 + bool(query.enrichlayer_extra) + (0 if page_of(query) else 3),
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person; by e-mail or phone a look-up comes first; `enrichlayer_extra=True` adds further pages."""
        params, price = page_of(query), 1 + bool(query.enrichlayer_extra)
        pages: dict[str, Any] = {}
        if not params:
            pages, price = (yield from reverse(query)), price + 3
            if not pages:
                return Miss()
            params = page_of(pages)
        more = {"extra": "include"} if query.enrichlayer_extra else {}
        reply = yield ask("/profile", {**params, **more})
        if reply.status == 404 or not (found := rename(reply.json, PERSON)):
            return Hit(pages, credits=3) if pages else Miss()
        job = next((one for one in reply.items("experiences") if one.get("ends_at") is None), None)
        return Hit({**pages, **found, **rename(job, JOB)}, credits=price)

    @operation(
        Operation.FIND_LINKEDIN,
        needs=[("first_name", "company_domain"), ("first_name", "company_name"), *REVERSE],
        uses=("last_name", "title", "location"),
        gives=("linkedin_url",),
        credits=2,
        max_credits=lambda query: 3 if query.email or query.phone else 2,
    )
    def find_linkedin(self, query: Query) -> Flow:
        """Find a profile by name and employer, by e-mail or by phone."""
        if not query.first_name:
            pages = yield from reverse(query)
            url = pages.get("linkedin_url")
            return Hit(linkedin_url=url, credits=3) if url else Miss(credits=3 if pages else None)
        names = query.pick("first_name", "last_name", "title", "location", company_domain="company_domain|company_name")
        reply = yield ask("/profile/resolve", names)
        score = ("name_similarity_score", lambda score: score * 100)
        found = rename(reply.json, {"linkedin_url": "url", "confidence": score}) if reply.status == 200 else {}
        return Hit(found) if "linkedin_url" in found else Miss(credits=2 if reply.status == 200 else None)

    @operation("role-lookup", needs=[("company_name", "title")], gives=("linkedin_url",), credits=3)
    def role_lookup(self, query: Query) -> Flow:
        """Find who holds a role at a company."""
        return one_call(ask("/find/company/role/", query.pick("company_name", role="title")), {"linkedin_url": PAGE})

    @operation(
        Operation.FIND_EMAIL,
        needs=[("linkedin_url",)],
        credits=3,
        support=Support.INFERRED,
        patience=600,
        confidence=90,
        confidence_reason="said never to be a role or catch-all address",
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; while the vendor still looks, the same question asks again."""
        params = {"profile_url": query.linkedin_url}
        reply = yield ask("/profile/email", params)
        while reply.status == 202 or (
            reply.get("email_queue_count") is not None and not {"email", "status"} & set(reply.json)
        ):
            reply = yield Wait(query.linkedin_url, poll=ask("/profile/email", params, paid=False), every=60)
        found = rename(reply.json, {"email": "email"}) if reply.status == 200 else {}
        return Hit(found) if found else Miss()

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=PEOPLE,
        credits=1,
        confidence=75,
        confidence_reason="stated without a score, not validated",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail."""
        request = ask("/contact-api/personal-email", {**page_of(query), "page_size": 1})
        return one_call(request, {"personal_email": "emails.0"})

    @operation(
        Operation.FIND_PHONE,
        needs=PEOPLE,
        gives=("phone",),
        credits=1,
        confidence=75,
        confidence_reason="stated without score or kind",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a person's own number."""
        request = ask("/contact-api/personal-contact", {**page_of(query), "page_size": 1})
        return one_call(request, {"phone": "numbers.0"})

    @operation(
        Operation.ENRICH_COMPANY,
        needs=FIRMS,
        uses=("country",),
        gives=tuple(COMPANY),
        credits=1,
        max_credits=lambda query: 1 if query.company_linkedin_url else 3,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company; by domain or name a look-up of its page comes first."""
        reply, price = yield from company(query, {})
        found = rename(reply.json, COMPANY) if reply and reply.status == 200 else {}
        return Hit(found, credits=price + 1) if found else Miss(credits=price or None)

    @operation(
        Operation.FIND_FUNDING,
        needs=FIRMS,
        uses=("country",),
        gives=FUNDING,
        credits=3,
        max_credits=lambda query: 3 if query.company_linkedin_url else 5,
    )
    def find_funding(self, query: Query) -> Flow:
        """Find a company's funding, round by round."""
        reply, price = yield from company(query, {"funding_data": "include", "extra": "include"})
        if not reply or reply.status == 404:
            return Miss(credits=price or None)
        found = rename(reply.json, {"company_name": "name", "funding_total_usd": "extra.total_funding_amount"})
        rounds = sorted(reply.items("funding_data"), key=lambda one: day(one.get("announced_date")))
        if rounds:
            found |= rename(rounds[-1], {"funding_stage": "funding_type", "last_funding_at": ("announced_date", day)})
        if names := [str(name) for one in rounds for name in pluck(one.get("investor_list"), "name")]:
            found["investors"] = list(dict.fromkeys(names))
        return Hit(found, credits=price + 3) if found.keys() - {"company_name"} else Miss(credits=price + 3)

    @operation(
        "company-linkedin-lookup",
        needs=[("company_domain",), ("company_name",)],
        uses=("country",),
        gives=("company_linkedin_url",),
        credits=2,
    )
    def company_linkedin_lookup(self, query: Query) -> Flow:
        """Find a company's page by its domain or name."""
        return one_call(resolve(query), {"company_linkedin_url": "url"})

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("country",)],
        uses=(
            "first_name",
            "last_name",
            "title",
            "company_name",
            "company_linkedin_url",
            "region",
            "city",
            "headline",
            *STEERING,
        ),
        gives=("people", "total", "next_cursor"),
        credits=3,
        max_credits=lambda query: 3 * size(query),
    )
    def search_people(self, query: Query) -> Flow:
        """Search people; their pages come, at 3 credits each."""
        wanted = query.pick(
            "country",
            "first_name",
            "last_name",
            "region",
            "city",
            "headline",
            current_role_title="title",
            current_company_name="company_name",
            current_company_profile_url="company_linkedin_url",
        )
        return search("/search/person", wanted, query, "people", {"linkedin_url": PAGE})

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("country",)],
        uses=("company_name", "industry", "employee_range", "region", "city", "company_type", *STEERING),
        gives=("companies", "total", "next_cursor"),
        credits=3,
        max_credits=lambda query: 3 * size(query),
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; their pages come, at 3 credits each."""
        low, high = size_bounds(query.employee_range)
        wanted = query.pick("country", "industry", "region", "city", name="company_name", type="company_type")
        wanted |= {"employee_count_min": low, "employee_count_max": high}
        return search("/search/company", wanted, query, "companies", {"company_linkedin_url": PAGE})

    @operation("disposable-email", needs=[("email",)], gives=("is_disposable", "is_free"), charged=Charged.FREE)
    def disposable_email(self, query: Query) -> Flow:
        """Say whether an address is disposable, and of a free provider."""
        fields = {"is_disposable": "is_disposable_email", "is_free": "is_free_email"}
        return one_call(ask("/disposable-email", query.pick("email"), paid=False), fields)


def ask(path: str, params: dict[str, Any], paid: bool = True) -> Request:
    """Return a request; 404 means nothing found."""
    return Request("GET", path, params=params, expect=(200, 202, 404), paid=paid)


def page_of(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameter for the first page of a person that is known."""
    ways = {"profile_url": "linkedin_url", "twitter_profile_url": "twitter_url", "facebook_profile_url": "facebook_url"}
    return dict([(name, known[word]) for name, word in ways.items() if known.get(word)][:1])


def reverse(query: Query) -> Steps[dict[str, Any]]:
    """Look up the pages of whoever is behind an e-mail or a phone."""
    path = "/profile/resolve/email" if query.email else "/resolve/phone"
    reply = yield ask(path, query.pick("email") or query.pick(phone_number="phone"))
    return rename(reply.json, PAGES) if reply.status == 200 else {}


def resolve(query: Query) -> Request:
    """Return the look-up of a company's page."""
    return ask("/company/resolve", query.pick("company_domain", "company_name", company_location="country"))


def company(query: Query, more: dict[str, str]) -> Steps[tuple[Reply | None, int]]:
    """Ask for a company by its page, looked up first where it is not known; return the reply and that price."""
    url, price = query.company_linkedin_url, 0
    if not url:
        reply = yield resolve(query)
        url, price = (reply.get("url") if reply.status == 200 else None), 2
    return ((yield ask("/company", {"url": url, **more})), price) if url else (None, 0)


def day(date: Any) -> str:
    """Return a date given as day, month, year."""
    parts = [dig(date, part) for part in ("year", "month", "day")]
    return "-".join(f"{part:02}" for part in parts if isinstance(part, int))


def size(query: Query) -> int:
    """Return how many are asked for at once."""
    return int(query.page_size or query.limit or 10)


def search(path: str, wanted: dict[str, Any], query: Query, name: str, fields: dict[str, Any]) -> Flow:
    """Ask for one page; the next one is an address, of which its parameters are kept."""
    params = dict(parse_qsl(query.cursor)) if query.cursor else {**wanted, "page_size": size(query)}
    reply = yield ask(path, params)
    items = [found for one in reply.items("results") if (found := rename(one, fields))]
    more = urlsplit(str(reply.get("next_page", ""))).query or None
    page = {"total": reply.get("total_result_count"), "next_cursor": more}
    return Hit({name: items, **page}, credits=3 * len(items)) if items else Miss()


provider = EnrichLayer
