"""Wiza: reveals of a person's e-mail, personal e-mail, phone or profile as background jobs, and companies.

Facts: docs.wiza.co (status codes, webhooks, credit deduction) and help.wiza.co, the fields as other integrations read
them (2026). A failed reveal is a 200: `fail_error` says why, and only an empty balance is an error. A reveal is billed
when it is started, so it is never started again; a webhook's only signature is a fixed hash of the key, so the address
it is sent to carries a token instead. Prospect search is known by name: what it answers could not be read.
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (Bearer, Category, Classified, ErrorCode, FeatureExecutionError, Flow, Hit,
                                 HTTPProvider, Miss, Operation, Price, ProviderInfo, Query, Quota, QuotaFlow, Reply,
                                 Request, Steps, Tier, Wait, operation, rename)  # fmt: skip

WHO = [("linkedin_url",), ("full_name", "company_domain"), ("first_name", "last_name", "company_domain"),
       ("full_name", "company_name"), ("first_name", "last_name", "company_name")]  # fmt: skip
BY_EMAIL = [*WHO, ("email",)]
STATUS = {"valid": "valid", "risky": "accept_all"}
PERSON = {"full_name": "name", "title": "title", "linkedin_url": "linkedin_profile_url", "company_name": "company",
          "company_domain": "company_domain", "company_linkedin_url": "company_linkedin"}  # fmt: skip
COMPANY = {"company_name": "company_name", "company_domain": ["company_domain", "domain"],
           "description": "company_description", "industry": "company_industry", "employee_count": "company_size",
           "employee_range": "company_size_range", "founded_year": "company_founded", "company_type": "company_type",
           "ticker": "company_ticker", "city": "company_locality", "region": "company_region",
           "country": "company_country", "company_linkedin_url": "company_linkedin", "twitter_url": "company_twitter",
           "facebook_url": "company_facebook", "funding_total_usd": "company_funding",
           "funding_stage": "company_last_funding_round", "last_funding_at": "company_last_funding_at"}  # fmt: skip


class Wiza(HTTPProvider):
    info = ProviderInfo(
        title="Wiza", category=Category.EMAIL_CONTACT, tier=Tier.BASIC, base_url="https://wiza.co/api",
        docs_url="https://docs.wiza.co", auth=Bearer(), established_in="CA", undocumented=("prospect-search",),
        prices=(Price("0.025", plan="from 2,000 credits, as others reckon it", as_of="2026"),),
        summary="E-mails, personal e-mails, phones and profiles revealed one by one, companies.",
    )  # fmt: skip

    def classify(self, reply: Reply) -> Classified:
        """Read the reveal that failed for want of credits."""
        broke = reply.get("data.fail_error") == "billing_issue"
        return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS if broke else None

    @operation(Operation.FIND_EMAIL, needs=WHO, gives=(*PERSON, "email", "email_status"), credits=2, patience=600)
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail; paid only where an address is valid."""
        reply = yield from self.reveal(query, "partial", work=True)
        found = rename(reply.get("data"), PERSON) | address(reply, "work", "email")
        return Hit(found, credits=spent(reply)) if "email" in found else Miss()

    @operation(Operation.FIND_PERSONAL_EMAIL, needs=WHO, credits=2, patience=600, confidence=80,
               confidence_reason="checked by the vendor, some of them on hosts that take everything")  # fmt: skip
    def find_personal_email(self, query: Query) -> Flow:
        """Find a personal e-mail."""
        reply = yield from self.reveal(query, "partial", work=False)
        found = address(reply, "personal", "personal_email")
        found.pop("email_status", None)
        return Hit(found, credits=spent(reply)) if found else Miss()

    @operation(Operation.FIND_PHONE, needs=BY_EMAIL, gives=("mobile_phone", "phone"), credits=5, patience=600,
               confidence=75, confidence_reason="stated without a score")  # fmt: skip
    def find_phone(self, query: Query) -> Flow:
        """Find a mobile, or another number of the person's."""
        reply = yield from self.reveal(query, "phone")
        found = rename(reply.get("data"), {"mobile_phone": "mobile_phone", "phone": "phone_number"})
        return Hit(found, credits=spent(reply)) if found else Miss()

    @operation(Operation.ENRICH_PERSON, needs=BY_EMAIL, gives=tuple(PERSON), credits=1, patience=300)
    def enrich_person(self, query: Query) -> Flow:
        """Describe a person, without contact data."""
        reply = yield from self.reveal(query, "none")
        found = rename(reply.get("data"), PERSON)
        return Hit(found, credits=spent(reply)) if reply.get("data.status") != "failed" and found else Miss()

    def reveal(
        self, query: Query, level: str, work: bool | None = None
    ) -> Steps[Reply]:  # fmt: skip
        """Start a reveal by one way of naming the person, the surest first, and wait for it."""
        who = query.pick(profile_url="linkedin_url")
        if not who and query.name and (query.company_domain or query.company_name):
            who = {
                "full_name": query.name,
                **(query.pick(domain="company_domain") or query.pick(company="company_name")),
            }
        body: dict[str, Any] = {"individual_reveal": who or query.pick("email"), "enrichment_level": level}
        if work is not None:
            body["email_options"] = {"accept_work": work, "accept_personal": not work}
        if self.webhook_url:
            body["callback_url"] = self.webhook_url
        reply = yield Request("POST", "/individual_reveals", json=body)
        job = reply.get("data.id")
        while reply.get("data.status") not in ("finished", "failed"):
            if job is None:
                raise FeatureExecutionError("the reply names no reveal", status=reply.status)
            poll = Request("GET", "/individual_reveals/{id}", at={"id": job}, paid=False)
            reply = yield Wait(job, poll=poll, every=3)
        return reply

    def delivered(self, body: Any, headers: Mapping[str, str]) -> list[tuple[str, Any]]:
        """Name the reveal that a webhook says is done."""
        data = body.get("data") if isinstance(body, dict) else None
        return [(str(data["id"]), body)] if isinstance(data, dict) and data.get("id") else []

    @operation(Operation.ENRICH_COMPANY, needs=[("company_domain",), ("company_name",), ("company_linkedin_url",)],
               gives=tuple(COMPANY), credits=2)  # fmt: skip
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        body = query.pick("company_domain", "company_name")
        if query.company_linkedin_url:
            body["company_linkedin_slug"] = query.company_linkedin_url.rstrip("/").rsplit("/", 1)[-1]
        reply = yield Request("POST", "/company_enrichments", json=body, expect=(200, 404))
        found = rename(reply.get("data"), COMPANY)
        return Hit(found, credits=spent(reply)) if "company_name" in found else Miss()

    def quota(self) -> QuotaFlow:
        """Read the purses; one that is unlimited says so in a word."""
        reply = yield Request("GET", "/meta/credits", paid=False)
        pools = {name: reply.get(f"credits.{name}_credits") for name in ("api", "email", "phone", "export")}
        left = {name: count for name, count in pools.items() if isinstance(count, int | float)}
        return Quota(remaining=left.get("api"), pools=left)


def address(reply: Reply, kind: str, word: str) -> dict[str, Any]:
    """Return the first address of a kind; the primary one may be of either."""
    listed = [*reply.items("data.emails"), reply.get("data")]
    fields = {word: "email", "email_status": ("email_status", STATUS)}
    good = [one for one in listed if isinstance(one, dict) and one.get("email")]
    chosen = next((one for one in good if str(one.get("email_type")).lower() == kind), None)
    return rename(chosen, fields)


def spent(reply: Reply) -> float | None:
    """Return what the reply says it has cost."""
    cost = reply.get("data.credits.api_credits.total")
    return cost if isinstance(cost, int | float) else None


provider = Wiza
