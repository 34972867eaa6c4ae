"""BetterContact: a waterfall of its own for work e-mails and phones, as jobs of 100, and a search for people.

Facts: doc.bettercontact.rocks (statuses, errors, webhooks, taxonomies, the endpoints); what the pages do not show comes
from independent integrations (2026-09), hence `support="inferred"`. Read the state, never the HTTP status: 202 is a job
at work, one that is on hold has run out of credits. The same person asked about again is charged again.
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
    Support,
    Tier,
    bulk,
    by_echo,
    country_name,
    finished,
    listing,
    operation,
    present,
    rename,
    rows,
    size_bounds,
)

JOBS = "/async"
EMAIL_WAYS = [("first_name", "last_name", "company_domain"), ("first_name", "last_name", "company_name")]
WORDS = ("first_name", "last_name", "company_domain", "company_name", "linkedin_url")
STATUS = {
    "valid": "valid",
    "deliverable": "valid",
    "catch_all_safe": "accept_all",
    "catch_all_not_safe": "accept_all",
    "catch_all": "accept_all",
    "risky": "accept_all",
    "undeliverable": "invalid",
}
PERSON = {
    "first_name": "contact_first_name",
    "last_name": "contact_last_name",
    "full_name": "contact_full_name",
    "title": "contact_job_title",
    "linkedin_url": "contact_linkedin_profile_url",
    "company_name": "company_name",
    "company_domain": "company_domain",
    "company_linkedin_url": "company_linkedin_url",
    "city": ["contact_city", "contact_location_city"],
    "country": ["contact_country_code", "contact_country", "contact_location_country"],
}
EMAIL = {"email": "contact_email_address", "email_status": ("contact_email_address_status", STATUS)}
PHONE = {"mobile_phone": "contact_phone_number", "phone": "contact_additional_phone_number"}
LEAD = {
    **PERSON,
    **EMAIL,
    "seniority": "contact_seniority",
    "headline": "contact_headline",
    "region": "contact_location_state",
    "industry": "company_industry",
}


class BetterContact(HTTPProvider):
    info = ProviderInfo(
        title="BetterContact",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://app.bettercontact.rocks/api/v2",
        docs_url="https://doc.bettercontact.rocks",
        auth=HeaderKey("X-API-Key"),
        rates=(Rate(60, per=60),),
        support=Support.INFERRED,
        summary="A waterfall of its own for work e-mails and phones, and a search.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID, 406: ErrorCode.FEATURE_PARAMETERS_INVALID}  # unknown job
    account = Account("/account", remaining="credits_left")
    webhook_job = "id"

    def classify(self, reply: Reply) -> Classified:
        """A job on hold waits for credits."""
        return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS if state(reply) == "on_hold" else None

    @operation(Operation.FIND_EMAIL, needs=EMAIL_WAYS, uses=WORDS, gives=(*PERSON, *EMAIL), credits=1, patience=600)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        return self.enriched(query, {**PERSON, **EMAIL}, "email")

    @operation(
        Operation.FIND_PHONE,
        needs=[(*way, "linkedin_url") for way in EMAIL_WAYS],
        uses=WORDS,
        gives=tuple(PHONE),
        credits=10,
        patience=600,
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a phone number; the vendor advises to give the profile."""
        return self.enriched(query, PHONE, *PHONE)

    def enriched(self, query: Query, fields: dict[str, Any], *wanted: str) -> Flow:
        """Run a job for one; what it has cost is what that one has cost."""
        who = query.pick("first_name", "last_name", "company_domain", "linkedin_url", company="company_name")
        what = {"enrich_email_address": "email" in wanted, "enrich_phone_number": "email" not in wanted}
        reply = yield from self.run(JOBS, {"data": [who], **what})
        found, spent = rename(reply.get("data.0"), fields), reply.get("credits_consumed")
        return Hit(found, credits=spent) if any(word in found for word in wanted) else Miss()

    def run(self, path: str, body: dict[str, Any], weight: int = 1) -> Steps[Reply]:
        """Run a job to its end, of which the host's webhook is told; the results belong to the job."""
        told = present({**body, "webhook": self.webhook_url})
        start = yield Request("POST", path, json=told, expect=(200, 201, 202), weight=weight)
        reply = yield from finished(
            start,
            "id" if start.get("id") else "request_id",
            lambda name: Request("GET", path + "/{id}", at={"id": name}, expect=(200, 202), paid=False),
            lambda reply: state(reply) not in ("terminated", "failed"),
            every=5,
        )
        if state(reply) == "failed":
            raise FeatureExecutionError("the job failed", status=reply.status)
        return reply

    @bulk("POST", JOBS, max_items=100, patience=600, group=lambda one: repr({**one.json, "data": []}))
    def many(self, requests: Requests) -> Fold:
        """Run one job for many of whom the same is asked; the ids sent along come back with each."""
        items = [{**one.json["data"][0], "custom_fields": {"uuid": str(i)}} for i, one in enumerate(requests)]
        reply = yield from self.run(JOBS, {**requests[0].json, "data": items}, weight=len(items))
        found = {uuid(item): item for item in reply.items("data")}
        return by_echo(reply, rows(requests), found, lambda one: {"status": "terminated", "data": [one]})

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("company_name",), ("title",), ("industry",)],
        uses=("seniority", "department", "country", "city", "technology", "employee_range", "filters", "limit"),
        gives=("people", "total"),
        charged=Charged.FREE,
        patience=300,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people, as a job of its own; free, without contact data; `filters` holds BetterContact's own."""
        low, high = size_bounds(query.employee_range)
        filters = {
            "company": include(query.company_domain or query.company_name),
            "company_industry": include(query.industry),
            "company_technologies": include(query.technology),
            "company_headcount_min": low,
            "company_headcount_max": high,
            "lead_job_title": include(query.title),
            "lead_seniority": include(query.seniority),
            "lead_department": include(query.department),
            "lead_location": include(query.city or country_name(query.country)),
            **(query.filters or {}),
        }
        body = {"enrich_email_address": False, "enrich_phone_number": False, "max_leads": int(query.limit or 10)}
        reply = yield from self.run("/lead_finder/async", {**body, "filters": present(filters)})
        found = [rename(item, LEAD) for item in reply.items("leads")]
        return Hit(people=found, total=reply.get("summary.leads_found")) if found else Miss()


def state(reply: Reply) -> str:
    """Return how far a job is; older replies spell "on_hold" with a blank."""
    return str(reply.get("status")).lower().replace(" ", "_")


def uuid(item: dict[str, Any]) -> str:
    """Return the id sent along; it comes back in an object, or in a list of objects or of names with values."""
    own = [one for one in listing(item.get("custom_fields")) if isinstance(one, dict)]
    return str(next((one.get("uuid", one.get("value")) for one in own if "uuid" in (*one, one.get("name"))), ""))


def include(wanted: Any) -> dict[str, Any] | None:
    """Return a filter of words to be met."""
    return {"include": words} if (words := listing(wanted)) else None


provider = BetterContact
