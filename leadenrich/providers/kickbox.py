"""Kickbox: e-mail verification, and a free list of throw-away domains.

Facts: docs.kickbox.com (quickstart, single verification, terminology, disposable check), the official kickbox-python
SDK, and the PHP SDK for the balance. `success` is false in every error, also under HTTP 200, and 403 stands for a key
refused as for a balance used up: the message tells. A verdict "unknown" is not charged. Many may be under way at once,
not more than 25 from one address. An account in the EU answers at api.eu.kickbox.com.
Lists (`PUT /verify-batch`) are left out: their results stand behind a download address whose host is not documented.
"""

from leadenrich.contract import (
    EMAIL_FIELDS,
    Account,
    Bearer,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    NoAuth,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Tier,
    operation,
    rename,
)
from leadenrich.providers._verifiers import deliverability, percent

CHECKED = {
    "email": "email",
    "is_free": "free",
    "is_disposable": "disposable",
    "is_role": "role",
    "confidence": ("sendex", percent),
}
SAID = {
    "balance": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "api key": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "rate limit": ErrorCode.PROVIDER_RATE_LIMIT,
}


class Kickbox(HTTPProvider):
    info = ProviderInfo(
        title="Kickbox",
        category=Category.VERIFICATION,
        tier=Tier.BASIC,
        base_url="https://api.kickbox.com/v2",
        docs_url="https://docs.kickbox.com",
        auth=Bearer(),
        hosts=("open.kickbox.com",),
        rates=(Rate(8000, per=60, on="GET /verify"),),
        concurrency=25,
        established_in="US",
        summary="E-mail verification with a quality score.",
    )
    account = Account("/balance", remaining="balance")

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], gives=EMAIL_FIELDS, credits=1, charged="on_call")
    def verify_email(self, query: Query) -> Flow:
        """Verify one address."""
        reply = yield Request("GET", "/verify", params={"email": query.email})
        found = rename(reply.json, CHECKED)
        flags = {"disposable": found.get("is_disposable"), "role": found.get("is_role")}
        status = deliverability(reply.get("result"), accept_all=reply.get("accept_all"), **flags)
        if not status:
            return Miss()
        return Hit(found, email_status=status, credits=0 if str(reply.get("result")).lower() == "unknown" else None)

    @operation("disposable", needs=[("email",)], gives=("is_disposable",), charged="free")
    def disposable(self, query: Query) -> Flow:
        """Say whether an address's domain is a throw-away one; needs no key and is sent the domain alone."""
        path, at = "https://open.kickbox.com/v1/disposable/{domain}", {"domain": str(query.email).rpartition("@")[2]}
        answer = (yield Request("GET", path, at=at, auth=NoAuth(), paid=False)).get("disposable")
        return Hit(is_disposable=answer) if isinstance(answer, bool) else Miss()

    def classify(self, reply: Reply) -> Classified:
        """Read `success`, then the message."""
        if reply.get("success") is not False:
            return None
        message = str(reply.get("message", "")).lower()
        default = ErrorCode.PROVIDER_API_ERROR if reply.status == 200 else None
        return next((code for words, code in SAID.items() if words in message), default)


provider = Kickbox
