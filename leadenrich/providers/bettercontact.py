"""BetterContact: a waterfall of its own for work e-mails and phones, as jobs of 100, and a search for people.

Facts: doc.bettercontact.rocks, of which the page on reading a job is public; the other field names are those of several
independent integrations (2026-09), hence `support="inferred"`. Read the state, never the HTTP status: 202 is a job at
work, one that is "on hold" has run out of credits. The same person asked about again is charged again.
"""

import json
from typing import Any

from leadenrich.contract import (Category, Charged, Classified, ErrorCode, FeatureExecutionError, Flow, Fold, HeaderKey,
                                 Hit, HTTPProvider, Miss, Operation, ProviderInfo, Query, Quota, QuotaFlow, Rate, Reply,
                                 Request, Requests, Steps, Support, Tier, Wait, bulk, capitalised, country_name,
                                 listing, operation, present, rename, size_bounds)  # fmt: skip

JOBS, SEARCH = "/async", "/lead_finder/async"
EMAIL_WAYS = [("first_name", "last_name", "company_domain"), ("first_name", "last_name", "company_name")]
PHONE_WAYS = [(*way, "linkedin_url") for way in EMAIL_WAYS]
WORDS = ("first_name", "last_name", "company_domain", "company_name", "linkedin_url")
STATUS = {"valid": "valid", "deliverable": "valid", "catch_all_safe": "accept_all", "catch_all_not_safe": "accept_all",
          "catch_all": "accept_all", "risky": "accept_all", "undeliverable": "invalid"}  # fmt: skip
PERSON = {"first_name": "contact_first_name", "last_name": "contact_last_name", "title": "contact_job_title",
          "linkedin_url": "contact_linkedin_profile_url", "company_name": "company_name",
          "company_domain": "company_domain"}  # fmt: skip
EMAIL = {"email": "contact_email_address", "email_status": ("contact_email_address_status", STATUS)}
LEAD = {**PERSON, **EMAIL, "full_name": "contact_full_name", "seniority": "contact_seniority",
        "headline": "contact_headline", "city": "contact_location_city", "region": "contact_location_state",
        "country": "contact_location_country", "industry": "company_industry"}  # fmt: skip


class BetterContact(HTTPProvider):
    info = ProviderInfo(
        title="BetterContact", category=Category.EMAIL_CONTACT, tier=Tier.BASIC,
        base_url="https://app.bettercontact.rocks/api/v2", docs_url="https://doc.bettercontact.rocks",
        auth=HeaderKey("X-API-Key"), rates=(Rate(60, per=60),), support=Support.INFERRED,
        summary="A waterfall of its own for work e-mails and phones, and a search for people.",
    )  # fmt: skip
    errors = {406: ErrorCode.FEATURE_PARAMETERS_INVALID}
    webhook_job = "id"

    def classify(self, reply: Reply) -> Classified:
        """Read the state in which a job waits for credits."""
        return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS if state(reply) == "on_hold" else None

    @operation(Operation.FIND_EMAIL, needs=EMAIL_WAYS, uses=WORDS, gives=(*PERSON, *EMAIL), credits=1, patience=600)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        reply = yield from self.enriched(query, email=True)
        found = rename(reply.get("data.0"), {**PERSON, **EMAIL})
        return Hit(found, credits=spent(reply)) if "email" in found else Miss()

    @operation(Operation.FIND_PHONE, needs=PHONE_WAYS, uses=WORDS, gives=("mobile_phone", "phone"), credits=10,
               patience=600)  # fmt: skip
    def find_phone(self, query: Query) -> Flow:
        """Find a phone number; the vendor advises to give the profile."""
        reply = yield from self.enriched(query, email=False)
        fields = {"mobile_phone": "contact_phone_number", "phone": "contact_additional_phone_number"}
        found = rename(reply.get("data.0"), fields)
        return Hit(found, credits=spent(reply)) if found else Miss()

    def enriched(self, query: Query, email: bool) -> Steps[Reply]:
        """Run a job for one."""
        who = query.pick("first_name", "last_name", "company_domain", "linkedin_url", company="company_name")
        body = {"data": [who], "enrich_email_address": email, "enrich_phone_number": not email}
        return (yield from finished((yield self.start(JOBS, body)), JOBS))

    def start(self, path: str, body: dict[str, Any], weight: int = 1) -> Request:
        """Return the request that starts a job; the host's webhook is told when it is done."""
        told = {"webhook": self.webhook_url} if self.webhook_url else {}
        return Request("POST", path, json={**body, **told}, expect=(200, 201), weight=weight)

    @bulk("POST", JOBS, max_items=100, patience=600, group=lambda request: flags(request))
    def many(self, requests: Requests) -> Fold:
        """Run one job for many; the ids sent along come back with each."""
        items = [{**one.json["data"][0], "custom_fields": {"uuid": str(i)}} for i, one in enumerate(requests)]
        start = yield self.start(JOBS, {**requests[0].json, "data": items}, weight=len(items))
        reply = yield from finished(start, JOBS)
        found = {uuid(item): item for item in reply.items("data")}
        return [reply.with_json({"status": "terminated", "data": [found.get(str(i))]}) for i in range(len(items))]

    @operation(Operation.SEARCH_PEOPLE, needs=[("company_domain",), ("company_name",), ("title",), ("industry",)],
               uses=("seniority", "department", "country", "city", "technology", "employee_range", "filters", "limit"),
               gives=("people", "total"), charged=Charged.FREE, patience=300)  # fmt: skip
    def search_people(self, query: Query) -> Flow:
        """Search people, as a job of its own; free, without contact data; `filters` holds BetterContact's own."""
        low, high = size_bounds(query.employee_range)
        filters = {
            "company": include(query.company_domain or query.company_name), "company_industry": include(query.industry),
            "company_technologies": include(query.technology), "company_headcount_min": low,
            "company_headcount_max": high, "lead_job_title": include(query.title),
            "lead_seniority": include(capitalised(query.seniority)),
            "lead_department": include(capitalised(query.department)),
            "lead_location": include(query.city or country_name(query.country)),
        }  # fmt: skip
        body = {
            "filters": {**present(filters), **(query.filters or {})}, "max_leads": int(query.limit or 10),
            "enrich_email_address": False, "enrich_phone_number": False,
        }  # fmt: skip
        reply = yield from finished((yield self.start(SEARCH, body)), SEARCH)
        found = [rename(item, LEAD) for item in reply.items("leads")]
        return Hit(people=found, total=reply.get("summary.leads_found")) if found else Miss()

    def quota(self) -> QuotaFlow:
        """Read the balance, a number or a text."""
        left = (yield Request("GET", "/account", paid=False)).get("credits_left")
        return Quota(remaining=float(left) if str(left).replace(".", "", 1).isdigit() else None)


def state(reply: Reply) -> str:
    """Return how far a job is; older replies have blanks in the word."""
    return str(reply.get("status", "")).lower().replace(" ", "_")


def finished(reply: Reply, path: str) -> Steps[Reply]:
    """Wait until a job is done; results belong to the job, so it is never started again."""
    job = reply.get("id") or reply.get("request_id")
    while state(reply) != "terminated":
        if job is None or state(reply) == "failed":
            raise FeatureExecutionError("the job failed, or the reply names none", status=reply.status)
        poll = Request("GET", path + "/{id}", at={"id": job}, expect=(200, 202), paid=False)
        reply = yield Wait(job, poll=poll, every=5)
    return reply


def spent(reply: Reply) -> float | None:
    """Return what a job for one alone has cost."""
    cost = reply.get("credits_consumed")
    return cost if isinstance(cost, int | float) else None


def uuid(item: dict[str, Any]) -> str:
    """Return the id sent along; it comes back in an object, in older replies in a list of them."""
    own = item.get("custom_fields")
    return next((str(one["uuid"]) for one in listing(own) if isinstance(one, dict) and "uuid" in one), "")


def flags(request: Request) -> str:
    """Return what requests must share to be one job: all but the people."""
    return json.dumps({name: value for name, value in request.json.items() if name != "data"}, sort_keys=True)


def include(wanted: Any) -> dict[str, Any] | None:
    """Return a filter of words to be met."""
    return {"include": words} if (words := listing(wanted)) else None


provider = BetterContact
