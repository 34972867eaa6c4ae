"""IPQualityScore: fraud-minded checks of e-mails and telephone numbers, the do-not-call list included.

Facts: www.ipqualityscore.com/documentation (email-validation-api, phone-number-validation-api); the account call and
the wording of errors from third-party clients.
The key is part of the path. Errors come as HTTP 200 with `success` false, and only the message tells them apart.
Missing values are the words "N/A" and "Unknown"; the first name "Corporate" stands for a mailbox of no one person.
There is no verdict on an e-mail: ours is drawn from the flags, in the order of `verdict`. The free plan has 35 look-ups
a day, 1,000 a month; the account states an allowance and what was used, in all and by kind, but not whether the one is
already taken off the other.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    PathKey,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Tier,
    operation,
    rename,
)
from leadenrich.providers._verifiers import NUMBER, digits, named

LINES = {"wireless": "mobile", "mobile": "mobile", "landline": "landline", "voip": "voip", "toll free": "toll_free"}
PHONE = "/phone/{api_key}/{phone}"


def known(word: Any) -> Any:
    """Return a value, or None for the words that stand for none."""
    return None if str(word).strip().lower() in ("n/a", "unknown", "") else word


def first_name(word: Any) -> Any:
    """Return a first name, or None for the word of a mailbox of no one person."""
    return None if str(word).strip().lower() == "corporate" else known(word)


EMAIL = {
    "email": "sanitized_email",
    "is_free": "common",
    "is_disposable": "disposable",
    "is_role": "generic",
    "first_name": ("first_name", first_name),
}
NUMBERED = {
    "phone": ("formatted", known),
    "line_type": ("line_type", LINES),
    "carrier": ("carrier", known),
    "country": ("country", known),
    "region": ("region", known),
    "city": ("city", known),
    "on_dnc": "do_not_call",
}


class IPQualityScore(HTTPProvider):
    info = ProviderInfo(
        title="IPQualityScore",
        category=Category.VERIFICATION,
        tier=Tier.FREE,
        base_url="https://www.ipqualityscore.com/api/json",
        docs_url="https://www.ipqualityscore.com/documentation/email-validation-api/overview",
        auth=PathKey(),
        established_in="US",
        summary="E-mail and phone validation with fraud signals and the do-not-call flag.",
    )
    account = Account(
        "/account/{api_key}",
        used="usage",
        pools={
            "email_used": "email_usage",
            "phone_used": "phone_usage",
            "proxy_used": "proxy_usage",
            "allowance": "credits",
        },
    )

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=(*EMAIL, "email_status"), credits=1, charged="on_call")
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield Request("GET", "/email/{api_key}/{email}", at={"email": query.email})
        status = verdict(reply)
        return Hit(rename(reply.json, EMAIL), email_status=status) if status else Miss()

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        uses=("country",),
        gives=(*NUMBERED, "mobile_phone", "phone_status"),
        credits=1,
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Verify one number; line type, carrier and the do-not-call flag come with it."""
        reply = yield self.phone(query)
        if not isinstance(reply.get("valid"), bool):
            return Miss()
        found = rename(reply.json, NUMBERED)
        return Hit(named(query, found), phone_status="valid" if reply.get("valid") else "invalid")

    @operation(
        Operation.CHECK_DNC,
        needs=NUMBER,
        uses=("country",),
        gives=("phone", "mobile_phone", "on_dnc"),
        credits=1,
        charged="on_call",
    )
    def check_dnc(self, query: Query) -> Flow:
        """Say whether a number is on a do-not-call list; the same call as verify_phone."""
        reply = yield self.phone(query)
        found = rename(reply.json, {"phone": ("formatted", known), "on_dnc": "do_not_call"})
        return Hit(named(query, found)) if isinstance(found.get("on_dnc"), bool) else Miss()

    def phone(self, query: Query) -> Request:
        """Return the one request both phone operations send; the country matters to national numbers alone."""
        return Request("GET", PHONE, at={"phone": digits(query)}, params={"country[]": query.country})

    def classify(self, reply: Reply) -> Classified:
        """Read the message of a failure."""
        if reply.get("success") is not False:
            return None
        message = str(reply.get("message", "")).lower()
        if "unauthorized key" in message or "api key" in message:
            return ErrorCode.PROVIDER_AUTHENTICATION_FAILED
        if "credits" in message or "quota" in message:
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        return ErrorCode.PROVIDER_API_ERROR if reply.status == 200 else None


def verdict(reply: Reply) -> str | None:
    """Return our reading of the flags, first match first; None where they are missing."""
    if not isinstance(reply.get("valid"), bool):
        return None
    if reply.get("disposable") is True:
        return "disposable"
    if reply.get("honeypot") is True or reply.get("spam_trap_score") == "high":
        return "spamtrap"
    if reply.get("timed_out") is True:
        return "unknown"
    if reply.get("valid") is False:
        return "invalid"
    if reply.get("catch_all") is True:
        return "accept_all"
    return "unknown" if reply.get("suspect") is True else "valid"  # a server that may be catching all, or a spam trap


provider = IPQualityScore
