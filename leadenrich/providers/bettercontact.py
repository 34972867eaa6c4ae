"""BetterContact: a waterfall of its own for work e-mails and phones, as jobs of 100, and a search for people.

Facts: doc.bettercontact.rocks, of which the page on reading a job is public; the other field names are those of several
independent integrations (2026-09), hence `support="inferred"`. Read the state, never the HTTP status: 202 is a job at
work, one that is "on hold" has run out of credits. The same person asked about again is charged again.
"""

from typing import Any

from leadenrich.contract import (Account, Category, Charged, ErrorCode, FeatureExecutionError, Flow, Fold, HeaderKey,
                                 Hit, HTTPProvider, Miss, Operation, ProviderInfo, Query, Rate, Reply, Request,
                                 Requests, Steps, Support, Tier, bulk, capitalised, country_name, finished, listing,
                                 operation, present, rename, size_bounds)  # fmt: skip

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
PHONE = {"mobile_phone": "contact_phone_number", "phone": "contact_additional_phone_number"}
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
    words = {("status", word): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS for word in ("on_hold", "on hold")}
    account = Account("/account", remaining="credits_left")
    webhook_job = "id"

    @operation(Operation.FIND_EMAIL, needs=EMAIL_WAYS, uses=WORDS, gives=(*PERSON, *EMAIL), credits=1, patience=600)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        return self.enriched(query, {**PERSON, **EMAIL}, "email")

    @operation(Operation.FIND_PHONE, needs=PHONE_WAYS, uses=WORDS, gives=tuple(PHONE), credits=10, patience=600)
    def find_phone(self, query: Query) -> Flow:
        """Find a phone number; the vendor advises to give the profile."""
        return self.enriched(query, PHONE, *PHONE)

    def enriched(self, query: Query, fields: dict[str, Any], *wanted: str) -> Flow:
        """Run a job for one; what it has cost is what that one has cost."""
        who = query.pick("first_name", "last_name", "company_domain", "linkedin_url", company="company_name")
        email = "email" in wanted
        body = {"data": [who], "enrich_email_address": email, "enrich_phone_number": not email}
        reply = yield from self.run(JOBS, body)
        found, cost = rename(reply.get("data.0"), fields), reply.get("credits_consumed")
        spent = cost if isinstance(cost, int | float) else None
        return Hit(found, credits=spent) if any(word in found for word in wanted) else Miss()

    def run(self, path: str, body: dict[str, Any], weight: int = 1) -> Steps[Reply]:
        """Run a job to its end, of which the host's webhook is told; the results belong to the job."""
        told = {"webhook": self.webhook_url} if self.webhook_url else {}
        start = yield Request("POST", path, json={**body, **told}, expect=(200, 201), weight=weight)
        job = "id" if start.get("id") else "request_id"
        reply = yield from finished(
            start, job, lambda name: Request("GET", path + "/{id}", at={"id": name}, expect=(200, 202), paid=False),
            lambda reply: reply.get("status") not in ("terminated", "failed"), every=5,
        )  # fmt: skip
        if reply.get("status") == "failed":
            raise FeatureExecutionError("the job failed", status=reply.status)
        return reply

    @bulk("POST", JOBS, max_items=100, patience=600, group=lambda one: repr({**one.json, "data": []}))
    def many(self, requests: Requests) -> Fold:
        """Run one job for many of whom the same is asked; the ids sent along come back with each."""
        items = [{**one.json["data"][0], "custom_fields": {"uuid": str(i)}} for i, one in enumerate(requests)]
        reply = yield from self.run(JOBS, {**requests[0].json, "data": items}, weight=len(items))
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
        reply = yield from self.run(SEARCH, body)
        found = [rename(item, LEAD) for item in reply.items("leads")]
        return Hit(people=found, total=reply.get("summary.leads_found")) if found else Miss()


def uuid(item: dict[str, Any]) -> str:
    """Return the id sent along; it comes back in an object, in older replies in a list of them."""
    own = item.get("custom_fields")
    return next((str(one["uuid"]) for one in listing(own) if isinstance(one, dict) and "uuid" in one), "")


def include(wanted: Any) -> dict[str, Any] | None:
    """Return a filter of words to be met."""
    return {"include": words} if (words := listing(wanted)) else None


provider = BetterContact
