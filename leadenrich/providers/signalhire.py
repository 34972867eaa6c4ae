"""SignalHire: people by profile, e-mail or phone, with or without their contacts, and a search.

Facts: docs.signalhire.com/person-api (retrieve-person, candidate-object, without-waterfall, without-contacts) and
signalhire.com/api/search (read 2026-08). With a webhook of the host's the vendor searches further and delivers an
array, perhaps in parts, that echoes each item; the requests are then known by their items. Without one
(`withoutWaterfall`) the same array comes at once. A matched profile costs one credit; profiles without contacts come
out of a purse of their own, which is sold on request, as the search is (three at a time; a page must be asked for
within 15 seconds of the one before).
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Category,
    Charged,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    HeaderKey,
    Hit,
    HTTPProvider,
    InsufficientCreditsError,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Rate,
    Request,
    Requests,
    Steps,
    Tier,
    Wait,
    bulk,
    dig,
    operation,
    page_size,
    place,
    rename,
)

PERSON = {
    "full_name": "candidate.fullName",
    "headline": "candidate.headLine",
    "signalhire_uid": "candidate.uid",
    "linkedin_url": ("candidate.social", lambda pages: link(pages, "li")),
    "twitter_url": ("candidate.social", lambda pages: link(pages, "tw", "x")),
    "facebook_url": ("candidate.social", lambda pages: link(pages, "fb")),
    "github_url": ("candidate.social", lambda pages: link(pages, "gh")),
}
JOB = {
    "title": ["position", "title"],
    "company_name": "company",
    "company_domain": "website",
    "company_linkedin_url": "companyUrl",
}
KNOWN = (*PERSON, *JOB)
WAYS = [("linkedin_url",), ("email",), ("phone",), ("signalhire_uid",)]
FOUND = {"full_name": "fullName", "signalhire_uid": "uid"}
PEOPLE = "/candidate/search"
NAMES = ("signalhire_uid", "linkedin_url", "email", "phone")
"""What names one person, the surest first; an item of a request is any of them."""
CONTACTS = {
    "email": ("email", "work"),
    "personal_email": ("email", "personal"),
    "mobile_phone": ("phone", "mobile"),
    "phone": ("phone", "work_phone"),
}
"""Field -> kind and use of a contact."""


class SignalHire(HTTPProvider):
    info = ProviderInfo(
        title="SignalHire",
        category=Category.PHONE,
        tier=Tier.PRO,
        base_url="https://www.signalhire.com/api/v1",
        docs_url="https://docs.signalhire.com",
        auth=HeaderKey("apikey"),
        rates=(Rate(600, per=60, unit="items", on=f"POST {PEOPLE}"),),
        summary="E-mails and phones of people by profile, e-mail or phone.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID, 406: ErrorCode.FEATURE_PARAMETERS_INVALID}

    @operation(
        Operation.ENRICH_PERSON,
        needs=WAYS,
        uses=("signalhire_profile_only",),
        gives=(*KNOWN, *CONTACTS),
        credits=1,
        max_credits=lambda query: {"profiles": 1} if query.signalhire_profile_only else 1,
        patience=600,
    )
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, contacts included; with `signalhire_profile_only=True` without, out of their own purse."""
        bought = not query.signalhire_profile_only
        found, listed = yield from self.person(query, bought)
        contacts = {name: best(listed, *kind) for name, kind in CONTACTS.items()}
        found |= {name: contact["value"] for name, contact in contacts.items() if contact}
        return Hit(found, credits=1 if bought else {"profiles": 1}) if found else Miss()

    @operation(Operation.FIND_EMAIL, needs=WAYS, gives=(*KNOWN, "email", "confidence"), credits=1, patience=600)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        return self.contacts(query, "email", email="work")

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=WAYS,
        gives=(*KNOWN, "personal_email", "confidence"),
        credits=1,
        patience=600,
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find a private e-mail, by the same question as `find_email`."""
        return self.contacts(query, "email", personal_email="personal")

    @operation(
        Operation.FIND_PHONE, needs=WAYS, gives=(*KNOWN, "mobile_phone", "phone", "confidence"), credits=1, patience=600
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile number, else one at work, by the same question as `find_email`."""
        return self.contacts(query, "phone", mobile_phone="mobile", phone="work_phone")

    def contacts(self, query: Query, kind: str, **uses: str) -> Flow:
        """Find contacts of one kind, each by its use; a profile that lacks them is paid all the same."""
        found, listed = yield from self.person(query, True)
        chosen = {field: contact for field, use in uses.items() if (contact := best(listed, kind, use))}
        if not chosen:
            return Miss(credits=1 if found else None)
        values = {field: contact["value"] for field, contact in chosen.items()}
        return Hit({**found, **values, "confidence": next(iter(chosen.values())).get("rating")})

    def person(self, query: Query, bought: bool) -> Steps[tuple[dict[str, Any], list[Any]]]:
        """Return a person and the person's contacts."""
        items = [item for word in NAMES if (item := query.get(word))]
        item, ask = items[0], self.ask(items[:1], bought)
        ask.served_by = tuple(self.ask([other], bought) for other in items[1:])
        reply = yield ask
        if self.webhook_url and reply.get("requestId") is not None:
            reply = yield Wait(item)
        status = reply.get("0.status")
        if status == "credits_are_over":
            raise InsufficientCreditsError("the account has no credits left for this person")
        if status in ("failed", None):
            return {}, []
        if status != "success":  # timeout_exceeded, duplicate_query, or a word of tomorrow
            raise FeatureExecutionError(f"the search ended with {status}")
        job = next((one for one in reply.items("0.candidate.experience") if one.get("current")), None)
        return {**rename(reply.get("0"), PERSON), **rename(job, JOB)}, reply.items("0.candidate.contacts")

    def ask(self, items: list[Any], bought: bool) -> Request:
        """Return the request for people: delivered where the host has a webhook, else answered at once."""
        how = {"callbackUrl": self.webhook_url} if self.webhook_url else {"withoutWaterfall": True}
        body = {"items": items, **how, **({} if bought else {"withoutContacts": True})}
        return Request("POST", PEOPLE, json=body, expect=(200, 201), weight=len(items))

    @bulk("POST", PEOPLE, max_items=100, group=lambda one: "withoutContacts" in one.json)
    def many(self, requests: Requests) -> Fold:
        """Ask for up to 100 people at once; the answers name their items, and each asker waits for its own delivery."""
        items = [request.json["items"][0] for request in requests]
        reply = yield self.ask(items, "withoutContacts" not in requests[0].json)
        if self.webhook_url:
            return [reply] * len(items)
        answers = {str(one.get("item")): one for one in reply.items()}
        return [reply.with_json([answers.get(str(item), {})]) for item in items]

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Return the people a delivery is about."""
        listed = body if isinstance(body, list) else []
        return [(str(one.get("item")), [one]) for one in listed if isinstance(one, dict)]

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("title",), ("company_name",), ("location",), ("keywords",), ("full_name",)],
        uses=("city", "region", "country", "limit", "page_size", "cursor"),
        gives=("people", "total", "next_cursor"),
        charged=Charged.FREE,
    )
    def search_people(self, query: Query) -> Flow:
        """Search profiles, without contacts."""
        if query.cursor:
            id, _, scroll = str(query.cursor).partition(":")
            body: dict[str, Any] = {"scrollId": scroll}
            reply = yield Request("POST", "/candidate/scrollSearch/{id}", at={"id": id}, json=body, paid=False)
        else:
            where = query.location or place(query.city, query.region, query.country)
            body = query.pick("keywords", currentTitle="title", currentCompany="company_name", fullName="full_name")
            body |= {"location": where} if where else {}
            body["size"] = page_size(query, 10, 100)
            reply = yield Request("POST", "/candidate/searchByQuery", json=body, paid=False)
        people = [{**rename(one, FOUND), **rename(dig(one, "experience.0"), JOB)} for one in reply.items("profiles")]
        id, scroll = reply.get("requestId", str(query.cursor or "").partition(":")[0]), reply.get("scrollId")
        more = f"{id}:{scroll}" if scroll else None
        return Hit(people=people, total=reply.get("total"), next_cursor=more) if people else Miss()

    def quota(self) -> QuotaFlow:
        """Read both balances."""
        left = (yield Request("GET", "/credits", paid=False)).get("credits")
        profiles = (yield Request("GET", "/credits", params={"withoutContacts": "true"}, paid=False)).get("credits")
        return Quota(remaining=left, pools={"profiles": profiles})


def link(pages: list[Any], *kinds: str) -> Any:
    """Return the first page of such kinds."""
    return next((page.get("link") for page in pages if page.get("type") in kinds), None)


def best(contacts: list[Any], kind: str, use: str) -> dict[str, Any] | None:
    """Return the contact of a kind and use that is rated highest; ratings are numbers written as text."""
    fit = [one for one in contacts if (one.get("type"), one.get("subType")) == (kind, use) and one.get("value")]
    return max(fit, key=lambda one: int(one["rating"]) if str(one.get("rating")).isdecimal() else 0, default=None)


provider = SignalHire
