"""Cleanlist: companies at once; people with e-mail or phone as background jobs.

Facts: the vendor's own client for Python (cleanlist-ai 2.0.0, generated from its OpenAPI file). A person is written
to a list of the account's, whose id is a setting (`list_id`). A job reserves 1 credit for an e-mail, 10 for a phone,
and gives back what it does not use; its last state says what was charged. "Not found" is a job whose result failed.
The status of an e-mail comes in words that are not listed; "valid" and "invalid" are read, every other is unknown.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    AllOf,
    Bearer,
    Category,
    FeatureExecutionError,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Settings,
    Steps,
    Support,
    Tier,
    finished,
    operation,
    rename,
)

WAYS = [
    ("linkedin_url",),
    ("first_name", "last_name", "company_domain"),
    ("first_name", "last_name", "company_name"),
]
DONE = ("completed", "failed", "cancelled")
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
    "linkedin_url": "linkedin_url",
    "title": "title",
    "company_name": "company",
}
EMAIL = {"email": "email", "email_status": ("email_status", {"valid": "valid", "invalid": "invalid"})}
COMPANY = {
    "company_name": "name",
    "company_domain": "domain",
    "company_linkedin_url": "linkedin_url",
    "industry": ["industry", "industries.0"],
    "employee_count": "employee_count",
    "employee_range": "employee_count_range",
    "funding_stage": "funding_stage",
    "funding_total_usd": "total_funding_usd",
    "technologies": "tech_stack",
}


class Cleanlist(HTTPProvider):
    info = ProviderInfo(
        title="Cleanlist",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.cleanlist.ai/api/v2",
        docs_url="https://docs.cleanlist.ai",
        auth=AllOf(Bearer(), Settings("list_id")),
        support=Support.INFERRED,
        summary="Work e-mails and phones by its own waterfall, companies.",
    )
    account = Account("/credits/balance", remaining="credits")

    @operation(
        Operation.FIND_EMAIL,
        needs=WAYS,
        gives=(*EMAIL, *PERSON),
        credits=1,
        patience=600,
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        reply = yield from self.job(query, "partial")
        found = rename(reply.get("result"), {**EMAIL, **PERSON})
        return settled(reply, found if "email" in found else {}, 1)

    @operation(Operation.ENRICH_PERSON, needs=[*WAYS, ("email",)], gives=(*PERSON, *EMAIL), credits=1, patience=600)
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, with the work e-mail."""
        reply = yield from self.job(query, "partial")
        found = rename(reply.get("result"), {**PERSON, **EMAIL})
        return settled(reply, found if "full_name" in found or "first_name" in found else {}, 1)

    @operation(
        Operation.FIND_PHONE,
        needs=WAYS,
        gives=("phone", *PERSON),
        credits=10,
        patience=600,
        confidence=75,
        confidence_reason="stated without a score",
    )
    def find_phone(self, query: Query) -> Flow:
        """Find a number; of what kind it is is not said."""
        reply = yield from self.job(query, "phone_only")
        found = rename(reply.get("result"), {"phone": "phone", **PERSON})
        return settled(reply, found if "phone" in found else {}, 10)

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_domain",), ("company_name",), ("ticker",)],
        gives=tuple(COMPANY),
        credits=1,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        which = query.pick(domain="company_domain") or query.pick("company_name")
        body = which or query.pick(company_ticker="ticker")
        reply = yield Request("POST", "/enrichment/company", json=body)
        found = rename(reply.get("company"), COMPANY)
        paid = reply.get("credits_charged", 1)
        return Hit(found, credits=paid) if "company_name" in found else Miss(credits=paid)

    def job(self, query: Query, kind: str) -> Steps[Reply]:
        """Run a job for one person."""
        who = query.pick("linkedin_url", "first_name", "last_name", "company_name", domain="company_domain")
        if kind == "partial":
            who |= query.pick("email")
        body = {"lead_list_id": self.settings.get("list_id"), **who, "enrichment_type": kind}
        start = yield Request("POST", "/enrichment/person", json=body, expect=(200, 201, 202))
        reply = yield from finished(start, "workflow_id", poll, lambda reply: reply.get("status") not in DONE, every=3)
        if reply.get("status") != "completed" and reply.get("result.status") is None:
            raise FeatureExecutionError(f"the job ended as {reply.get('status')!r}")
        return reply


def poll(name: Any) -> Request:
    """Return the request that asks how far a job is."""
    return Request("GET", "/enrichment/status/{workflow_id}", at={"workflow_id": name}, paid=False)


def settled(reply: Reply, found: dict[str, Any], price: int) -> Hit | Miss:
    """Return what a job found, at what its last state says was charged."""
    paid = reply.get("credits_charged")
    if not found:
        return Miss(credits=0 if paid is None else paid)
    return Hit(found, credits=price if paid is None else paid)


provider = Cleanlist
