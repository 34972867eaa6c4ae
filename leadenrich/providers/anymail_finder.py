"""Anymail Finder: work e-mails by name, of decision makers and of a whole company, verification.

Facts: anymailfinder.com/email-finder-api/docs (v5.1) and integrations that quote its pages (2026). A call may wait in a
queue for up to three minutes: give it a long timeout. There are no rate limits; 503 is a busy server. Risky addresses
and misses are free, repeats within a year too; the reply states what it cost. Left out: bulk files, whose bodies could
not be read, and the webhook form, whose payload is not published. The search by a profile and the account are those of
several integrations; the reply states what the search cost (one credit; two are set aside).
"""

from collections.abc import Mapping
from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Charged,
    ErrorCode,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Support,
    Tier,
    listing,
    operation,
    rename,
)

NAMES = (("full_name",), ("first_name", "last_name"))
STATUS = {"valid": "valid", "risky": "accept_all", "invalid": "invalid"}
NOBODY = ("not_found", "blacklisted")
FOUND = {
    "email": ["email", "valid_email"],
    "email_status": ("email_status", STATUS),
    "mx_provider": "mx_domain",
    "full_name": "person_full_name",
    "title": "person_job_title",
    "company_name": "person_company_name",
    "linkedin_url": "person_linkedin_url",
}
POSTS = {
    "executive": "ceo",
    "engineering": "engineering",
    "finance": "finance",
    "hr": "hr",
    "it": "it",
    "marketing": "marketing",
    "operations": "operations",
    "procurement": "buyer",
    "sales": "sales",
}


class AnymailFinder(HTTPProvider):
    info = ProviderInfo(
        title="Anymail Finder",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.anymailfinder.com/v5.1",
        docs_url="https://anymailfinder.com/email-finder-api/docs",
        auth=HeaderKey("Authorization"),
        prices=(Price("0.049", plan="$49 for 1,000 credits", as_of="2026"),),
        undocumented=("bulk",),
        summary="Work e-mails by name, of decision makers, of a whole company.",
    )
    account = Account("/account", remaining=["credits_left", "credits_remaining"])
    errors = {503: ErrorCode.PROVIDER_RATE_LIMIT}

    @operation(
        Operation.FIND_EMAIL,
        needs=[(*name, firm) for name in NAMES for firm in ("company_domain", "company_name")],
        gives=tuple(FOUND),
        credits=1,
    )
    def find_email(self, query: Query) -> Flow:
        """Find a work e-mail."""
        names = query.pick("first_name", "last_name") if query.first_name else query.pick("full_name")
        return found("/find-email/person", {**names, **firm(query)}, 1)

    @operation(
        "find-linkedin-email",
        needs=[("linkedin_url",)],
        gives=tuple(FOUND),
        credits=1,
        max_credits=2,
        support=Support.INFERRED,
    )
    def find_linkedin_email(self, query: Query) -> Flow:
        """Find the work e-mail of who is behind a profile."""
        return found("/find-email/linkedin-url", query.pick("linkedin_url"), 1)

    @operation(
        "find-decision-maker-email",
        needs=[("company_domain",), ("company_name",)],
        uses=("department", "anymail_finder_categories"),
        gives=tuple(FOUND),
        credits=2,
    )
    def find_decision_maker_email(self, query: Query) -> Flow:
        """Find who decides at a company: the CEO, or the head of a department, or of the vendor's own categories."""
        wanted = listing(query.anymail_finder_categories) or [POSTS.get(str(query.department), "ceo")]
        return found("/find-email/decision-maker", {**firm(query), "decision_maker_category": wanted}, 2)

    @operation(Operation.DOMAIN_EMAILS, needs=[("company_domain",), ("company_name",)], gives=("emails",), credits=1)
    def domain_emails(self, query: Query) -> Flow:
        """List up to twenty addresses of a company; all have the one status."""
        reply = yield Request("POST", "/find-email/company", json=firm(query), expect=(200, 404))
        if reply.status == 404 or reply.get("email_status") in NOBODY:
            return Miss()
        status = rename(reply.json, {"email_status": ("email_status", STATUS)})
        listed = [rename(one, FOUND) or {"email": one} for one in listing(reply.get("emails"))]
        emails = [{**status, **one} for one in listed if isinstance(one.get("email"), str)]
        return Hit(emails=emails, credits=spent(reply, status, 1)) if emails else Miss()

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=("email", "email_status"),
        credits="0.2",
        charged=Charged.ON_CALL,
        support=Support.INFERRED,  # the reply is assumed to have the finder's words
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield Request("POST", "/verify-email", json=query.pick("email"))
        verdict = rename(reply.json, {"email_status": ("email_status", STATUS)})
        return Hit({"email": query.email, **verdict}) if verdict else Miss()


def found(path: str, body: dict[str, Any], usual: int) -> Flow:
    """Look for one address; a person who asked not to be found ("blacklisted") is a miss."""
    reply = yield Request("POST", path, json=body, expect=(200, 404))
    one = rename(reply.json, FOUND) if reply.status == 200 and reply.get("email_status") not in NOBODY else {}
    return Hit(one, credits=spent(reply, one, usual)) if "email" in one else Miss()


def spent(reply: Reply, found: Mapping[str, Any], usual: int) -> Any:
    """Return what the reply says it cost; a risky address is free."""
    return reply.get("credits_charged", usual if found.get("email_status") == "valid" else 0)


def firm(query: Query) -> dict[str, Any]:
    """Return the company, by its domain where that is known."""
    return query.pick(domain="company_domain") or query.pick("company_name")


provider = AnymailFinder
