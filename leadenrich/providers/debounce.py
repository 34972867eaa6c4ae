"""DeBounce: e-mail verification.

Facts: developers.debounce.com (single validation, codes, error replies) and the help page on result codes; the balance
and the 402 from third-party clients. Every value is text, flags and numbers too; `success` "0" is an error. Five calls
may run at once. `debounce_append=True` also asks for the name behind the address; where one is found that costs one or
two more credits (the pages disagree: two are counted). Lists are left out: they need a public address of a CSV.
"""

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    QueryKey,
    Quota,
    QuotaFlow,
    Reply,
    Request,
    Tier,
    operation,
    rename,
    table,
)
from leadenrich.providers._verifiers import yes

CODE = {
    "1": "invalid",
    "2": "spamtrap",
    "3": "disposable",
    "4": "accept_all",
    "5": "valid",
    "6": "invalid",
    "7": "unknown",
    "8": "role",
}
CHECKED = {
    "email": "email",
    "email_status": ("code", lambda code: table(CODE, str(code))),
    "is_free": ("free_email", yes),
    "is_role": ("role", yes),
    "is_disposable": ("code", lambda code: str(code) == "3"),
    "full_name": "fullname",
    "first_name": "firstname",
    "last_name": "lastname",
}


FAILURES = {
    "wrong api": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "credits low": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "maximum concurrent calls": ErrorCode.PROVIDER_RATE_LIMIT,
}


class DeBounce(HTTPProvider):
    info = ProviderInfo(
        title="DeBounce",
        category=Category.VERIFICATION,
        tier=Tier.BASIC,
        base_url="https://api.debounce.io/v1",
        docs_url="https://developers.debounce.com",
        auth=QueryKey("api"),
        concurrency=5,
        summary="E-mail verification with spam-trap and role detection.",
    )

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        uses=("debounce_append", "debounce_gsuite"),
        gives=("email", "email_status", "is_free", "is_role", "is_disposable", "full_name", "first_name", "last_name"),
        credits=1,
        charged="on_call",
        max_credits=lambda query: 3 if query.debounce_append else 1,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; `debounce_gsuite=True` tries harder on accept-all servers of Google Workspace."""
        extras = {"append": query.debounce_append, "gsuite": query.debounce_gsuite}
        params = {"email": query.email, **{name: "true" for name, wanted in extras.items() if wanted}}
        reply = yield Request("GET", "/", params=params)
        found = rename(reply.get("debounce"), CHECKED)
        if "email_status" not in found:
            return Miss()
        named = reply.get("debounce.fullname") or reply.get("debounce.photo")
        return Hit(found, credits=3 if query.debounce_append and named else 1)

    def classify(self, reply: Reply) -> Classified:
        """Read `success` and `code`, which are text; the words tell the error where the HTTP status does not."""
        if reply.status != 200 or "0" not in (str(reply.get("success")), str(reply.get("debounce.code"))):
            return None
        words = str(reply.get("debounce.error")).lower()
        return next((code for said, code in FAILURES.items() if said in words), ErrorCode.PROVIDER_API_ERROR)

    def quota(self) -> QuotaFlow:
        """Read the credits left."""
        reply = yield Request("GET", "/balance/", paid=False)
        balance = str(reply.get("balance", ""))
        return Quota(remaining=int(balance) if balance.isdecimal() else None)


provider = DeBounce
