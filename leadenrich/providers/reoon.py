"""Reoon: e-mail verification, one address at once or a list as a background task.

Facts: the vendor's reoon-email-verifier-api-examples and reoon.com/articles/api-documentation-of-reoon-email-verifier.
"power" mode asks the mail server and takes up to a minute; "quick" does not, so its "valid" says no more than unknown.
A full inbox counts as invalid here: mail to it bounces. Error replies are not documented: a `status` of "error" is one,
and its words are read for the key and for credits. Unknowns are not charged. Five single calls may run at once.
"""

from leadenrich.contract import (
    BodyKey,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderInfo,
    Query,
    QueryKey,
    Quota,
    QuotaFlow,
    Reply,
    Request,
    Requests,
    Tier,
    bulk,
    by_echo,
    finished,
    operation,
    rename,
)
from leadenrich.providers._verifiers import LIST_FROM

STATUS = {
    "safe": "valid",
    "invalid": "invalid",
    "disabled": "invalid",
    "disposable": "disposable",
    "inbox_full": "invalid",
    "catch_all": "accept_all",
    "role_account": "role",
    "spamtrap": "spamtrap",
    "unknown": "unknown",
    "valid": "unknown",
}
CHECKED = {
    "email": "email",
    "email_status": ("status", STATUS),
    "confidence": "overall_score",
    "is_free": "is_free_email",
    "is_disposable": "is_disposable",
    "is_role": "is_role_account",
}
RESULT = "/get-result-bulk-verification-task/"


class Reoon(HTTPProvider):
    info = ProviderInfo(
        title="Reoon",
        category=Category.VERIFICATION,
        tier=Tier.FREE,
        base_url="https://emailverifier.reoon.com/api/v1",
        docs_url="https://www.reoon.com/articles/api-documentation-of-reoon-email-verifier/",
        auth=QueryKey("key"),
        concurrency=5,
        prices=(Price("0.00119", plan="small pack, about", as_of="2026"),),
        summary="E-mail verification with a score, single and by list.",
    )

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        uses=("reoon_mode",),
        gives=("email", "email_status", "confidence", "is_free", "is_disposable", "is_role"),
        credits=1,
        charged="on_call",
        patience=900,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; many at once become one task. `reoon_mode="quick"` asks no mail server."""
        reply = yield Request("GET", "/verify", params={"email": query.email, "mode": query.reoon_mode or "power"})
        found = rename(reply.json, CHECKED)
        if "email_status" not in found:
            return Miss()
        return Hit(found, credits=0 if reply.get("status") == "unknown" else 1)

    @bulk(
        "GET",
        "/verify",
        max_items=1000,
        group=lambda request: True if (request.params or {}).get("mode") == "power" else None,
    )
    def verify_list(self, requests: Requests) -> Fold:
        """Verify a list as a task; up to 50,000 are taken."""
        if len(requests) < LIST_FROM:
            return requests
        addresses = [(request.params or {})["email"] for request in requests]
        start = yield Request(
            "POST",
            "/create-bulk-verification-task/",
            json={"name": "leads", "emails": addresses},
            expect=(200, 201),
            auth=BodyKey("key"),
        )
        state = yield from finished(
            start,
            "task_id",
            lambda task: Request("GET", RESULT, params={"task_id": task}, paid=False),
            lambda reply: reply is start or reply.get("status") in ("waiting", "running"),
            every=5,
        )
        if state.get("status") != "completed":
            raise FeatureExecutionError(f"the task ended as {state.get('status')!r}")
        results = state.get("results")
        checked = {
            str(address).lower(): {**item, "email": address}
            for address, item in (results.items() if isinstance(results, dict) else ())
            if isinstance(item, dict)
        }
        return by_echo(state, map(str.lower, addresses), checked)

    def classify(self, reply: Reply) -> Classified:
        """Read the words of an error; an answer about an address that has no verdict is one too."""
        status = str(reply.get("status", "")).lower()
        asked = reply.request.path == "/verify" and status and status not in STATUS and not reply.get("email")
        if status != "error" and not asked:
            return None
        words = " ".join(str(reply.get(key, "")) for key in ("reason", "message", "error")).lower()
        if "credit" in words:  # first: a text about an account's credits may name its key
            return ErrorCode.PROVIDER_INSUFFICIENT_CREDITS
        if "key" in words:
            return ErrorCode.PROVIDER_AUTHENTICATION_FAILED
        return ErrorCode.PROVIDER_API_ERROR if reply.status < 300 else None

    def quota(self) -> QuotaFlow:
        """Read the daily and the prepaid credits left."""
        reply = yield Request("GET", "/check-account-balance/", paid=False)
        pools = {kind: reply.get(f"remaining_{kind}_credits") for kind in ("daily", "instant")}
        left = {kind: count for kind, count in pools.items() if isinstance(count, int)}
        return Quota(remaining=sum(left.values()) if left else None, pools=left)


provider = Reoon
