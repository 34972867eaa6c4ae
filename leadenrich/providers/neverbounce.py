"""NeverBounce: e-mail verification, one address at once or a list as a background job.

Facts: developers.neverbounce.com (API reference v4) and the official NeverBounceApi-* SDKs. Every reply has HTTP 200:
`status` alone tells an error, and the message of a general failure what it is about. How an empty balance is worded is
not documented; an account without means of payment is asked for one (help page on pricing and billing).
"""

from typing import Any

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
    ProviderAPIError,
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
    dig,
    finished,
    operation,
    rename,
)
from leadenrich.providers._verifiers import LIST_FROM

RESULT = {"valid": "valid", "invalid": "invalid", "disposable": "disposable", "catchall": "accept_all"}
CHECKED = {
    "email": ["address_info.normalized_email", "address_info.original_email"],
    "email_status": ("result", RESULT),
    "is_disposable": ("result", lambda result: result == "disposable"),
    "is_free": ("flags", lambda flags: "free_email_host" in flags),
    "is_role": ("flags", lambda flags: "role_account" in flags),
}
FAILURES = {
    "auth_failure": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "bad_referrer": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "throttle_triggered": ErrorCode.PROVIDER_RATE_LIMIT,
}
SAID = {
    "credit": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "payment method": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "parameter": ErrorCode.FEATURE_PARAMETERS_INVALID,
}
ENDED = ("complete", "failed")


class NeverBounce(HTTPProvider):
    info = ProviderInfo(
        title="NeverBounce",
        category=Category.VERIFICATION,
        tier=Tier.BASIC,
        base_url="https://api.neverbounce.com/v4.2",
        docs_url="https://developers.neverbounce.com",
        auth=QueryKey("key"),
        prices=(Price("0.008", plan="pay as you go, smallest volume", as_of="2026"),),
        established_in="US",
        summary="E-mail verification, single and by list.",
    )
    errors = {413: ErrorCode.FEATURE_PARAMETERS_INVALID}
    webhook_job = "job_id"

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=("email", "email_status", "is_free", "is_role", "is_disposable"),
        credits=1,
        charged="on_call",
        patience=900,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; many at once become one job."""
        reply = yield Request("GET", "/single/check", params={"email": query.email, "address_info": 1})
        found = rename(reply.json, CHECKED)
        return Hit({"email": query.email, **found}) if "email_status" in found else Miss()

    @bulk("GET", "/single/check", max_items=1000)
    def check_list(self, requests: Requests) -> Fold:
        """Verify a list: create a job, wait for it, read its pages. No maximum is stated; 1,000 is ours."""
        if len(requests) < LIST_FROM:
            return requests
        rows = [{"id": str(row), "email": (request.params or {})["email"]} for row, request in enumerate(requests)]
        body: dict[str, Any] = {
            "input_location": "supplied",
            "input": rows,
            "filename": "leads.csv",
            "auto_parse": True,
            "auto_start": True,
        }
        if self.webhook_url:
            body["callback_url"] = self.webhook_url
        start = yield Request("POST", "/jobs/create", json=body, auth=BodyKey("key"))
        state = yield from finished(start, "job_id", status, lambda said: said.get("job_status") not in ENDED, every=5)
        if state.get("job_status") == "failed":
            raise FeatureExecutionError("the verification job failed")
        checked: dict[str, Any] = {}
        page, pages = 1, 1
        while page <= pages:
            params = {"job_id": start.get("job_id"), "page": page, "items_per_page": 100}
            reply = yield Request("GET", "/jobs/results", params=params, paid=False)
            for item in reply.items("results"):
                checked[str(dig(item, "data.id"))] = dig(item, "verification")
            pages, page = int(reply.get("total_pages", 1)), page + 1
        return by_echo(reply, [row["id"] for row in rows], checked, single)

    def classify(self, reply: Reply) -> Classified:
        """Read `status`: anything but "success" is an error, whatever the HTTP status."""
        status = reply.get("status")
        if not isinstance(status, str) or status == "success":
            return None
        if status in FAILURES:
            return FAILURES[status]
        if status == "temp_unavail":
            return ProviderAPIError("temporarily unavailable", status=reply.status, recoverable=True)
        message = str(reply.get("message", "")).lower()
        default = ErrorCode.PROVIDER_API_ERROR if reply.status == 200 else None  # a gateway's own status says it better
        return next((code for words, code in SAID.items() if words in message), default)

    def quota(self) -> QuotaFlow:
        """Read the account's paid and free credits; those billed by the month have a usage only."""
        reply = yield Request("GET", "/account/info", paid=False)
        pools = {kind: reply.get(f"credits_info.{kind}_credits_remaining") for kind in ("paid", "free")}
        left = {kind: count for kind, count in pools.items() if isinstance(count, int)}
        used = reply.get("credits_info.paid_credits_used", reply.get("credits_info.monthly_api_usage"))
        return Quota(
            plan=reply.get("subscription_type"), used=used, remaining=sum(left.values()) if left else None, pools=left
        )


def status(job: Any) -> Request:
    """Return the request that asks how far a job is."""
    return Request("GET", "/jobs/status", params={"job_id": job}, paid=False)


def single(verification: Any) -> dict[str, Any]:
    """Return one row of a job in the shape of a single check."""
    return {"status": "success", **(verification if isinstance(verification, dict) else {})}


provider = NeverBounce
