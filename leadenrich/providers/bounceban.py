"""BounceBan: e-mail verification that also settles catch-all servers.

Facts: the vendor's own API skill documents and the official n8n-nodes-bounceban. 403 means too few credits,
405 a blocked account, and of the calls for lists only the one that starts a task is held to three a second. A verdict
of "deliverable" stands although the server accepts everything: telling these apart is what is sold. Single checks go to
the ordinary host, which answers within 15 seconds and is then polled for nothing (ten times in five minutes at most);
the waterfall host, which holds a connection for 30 to 300 seconds, gives the same.
"""

from typing import Any

from leadenrich.contract import (
    EMAIL_FIELDS,
    Account,
    Category,
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
    Request,
    Requests,
    Tier,
    amount,
    bulk,
    by_echo,
    echoed,
    finished,
    operation,
    present,
    rename,
)
from leadenrich.providers._verifiers import LIST_FROM, deliverability

CHECKED = {
    "email": "email",
    "is_free": "is_free",
    "is_disposable": "is_disposable",
    "is_role": "is_role",
    "mx_provider": "smtp_provider",
    "confidence": ("score", lambda score: None if amount(score) is None else score),  # -1: none
}


class BounceBan(HTTPProvider):
    info = ProviderInfo(
        title="BounceBan",
        category=Category.VERIFICATION,
        tier=Tier.BASIC,
        base_url="https://api.bounceban.com",
        docs_url="https://bounceban.com",
        auth=HeaderKey("Authorization"),
        rates=(
            Rate(25, per=1, on="GET /v1/verify/single"),
            Rate(25, per=1, on="GET /v1/verify/single/status"),
            Rate(3, per=1, on="POST /v1/verify/bulk"),
            Rate(25, per=1, on="GET /v1/verify/bulk/status"),
            Rate(25, per=1, on="GET /v1/verify/bulk/dump"),
            Rate(5, per=1, on="GET /v1/account"),
        ),
        summary="E-mail verification, catch-all servers included, single and by list.",
    )
    errors = {403: ErrorCode.PROVIDER_INSUFFICIENT_CREDITS, 405: ErrorCode.PROVIDER_AUTHENTICATION_FAILED}
    # -1 stands for credits without limit
    account = Account("/v1/account", remaining=("available_credits", lambda left: left if left >= 0 else None))
    webhook_job = "id"

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        uses=("bounceban_mode",),
        gives=EMAIL_FIELDS,
        credits=1,
        charged="on_call",
        patience=300,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; many at once become one task. `bounceban_mode` is "regular" or "deepverify"."""
        params = query.pick("email", mode="bounceban_mode")
        start = yield Request("GET", "/v1/verify/single", params={**params, "url": self.webhook_url})
        reply = yield from finished(
            start,
            "id",
            lambda job: Request("GET", "/v1/verify/single/status", params={"id": job}, paid=False),
            lambda reply: reply.get("status") in ("queue", "verifying"),
            every=30,
        )
        found = rename(reply.json, CHECKED)
        status = deliverability(
            reply.get("result"),
            disposable=found.get("is_disposable"),
            accept_all=reply.get("is_accept_all"),
            role=found.get("is_role"),
        )
        credits = reply.get("credits_consumed")
        return Hit(found, email_status=status, credits=credits) if status else Miss(credits=credits)

    @bulk("GET", "/v1/verify/single", max_items=100, group=lambda request: str((request.params or {}).get("mode")))
    def verify_list(self, requests: Requests) -> Fold:
        """Verify a list as a task; 100 is what the call that adds to a task takes."""
        if len(requests) < LIST_FROM:
            return requests
        asked = [request.params or {} for request in requests]
        addresses = [params["email"] for params in asked]
        options = present({"mode": asked[0].get("mode"), "url_finished": self.webhook_url})
        start = yield Request("POST", "/v1/verify/bulk", json={"emails": addresses, **options})
        state = yield from finished(
            start,
            "id",
            lambda task: Request("GET", "/v1/verify/bulk/status", params={"id": task}, paid=False),
            lambda reply: reply is start or reply.get("status") in ("importing", "verifying"),
            every=5,
        )
        if state.get("status") != "finished":
            raise FeatureExecutionError(f"the task ended as {state.get('status')!r}")
        checked: dict[str, Any] = {}
        cursor: Any = None
        while True:
            params = {"id": start.get("id"), "page_size": 100, "cursor": cursor}
            page = yield Request("GET", "/v1/verify/bulk/dump", params=params, paid=False)
            checked |= echoed(page.items("items"), "email", str.lower)
            if not (after := page.get("cursor")) or after == cursor:
                return by_echo(page, map(str.lower, addresses), checked, given_back)
            cursor = after


def given_back(item: dict[str, Any]) -> dict[str, Any]:
    """Return one row of a task, which has the shape of a single check; the credit of an unknown is given back."""
    return {"credits_consumed": 0 if item.get("result") == "unknown" else None, **item}


provider = BounceBan
