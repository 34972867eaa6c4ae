"""Bouncer: e-mail verification, one address at once or a list as a background job.

Facts: docs.usebouncer.com (API reference v1.1). Flags are the words yes, no and unknown. Lists go through the
asynchronous batch: the synchronous one (`/email/verify/batch/sync`) holds a connection for up to ten minutes and gives
the same. An "unknown" is free, as others quote usebouncer.com/pricing.
"""

from leadenrich.contract import (
    EMAIL_FIELDS,
    Account,
    Category,
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
    bulk,
    by_echo,
    echoed,
    finished,
    operation,
    rename,
)
from leadenrich.providers._verifiers import LIST_FROM, deliverability, yes

FLAGS = {"is_free": ("domain.free", yes), "is_disposable": ("domain.disposable", yes), "is_role": ("account.role", yes)}
CHECKED = {
    "email": "email",
    "confidence": "score",
    "full_name": "name",
    "mx_provider": ["provider", "dns.provider"],
    **FLAGS,
}
BATCH = "/email/verify/batch/{batch_id}"


class Bouncer(HTTPProvider):
    info = ProviderInfo(
        title="Bouncer",
        category=Category.VERIFICATION,
        tier=Tier.BASIC,
        base_url="https://api.usebouncer.com/v1.1",
        docs_url="https://docs.usebouncer.com",
        auth=HeaderKey("x-api-key"),
        rates=(
            Rate(1000, per=60, on="GET /email/verify"),
            Rate(60, per=60, on="POST /email/verify/batch"),
            Rate(200, per=60, on=(f"GET {BATCH}", f"GET {BATCH}/download")),
            Rate(10, per=60, on="GET /credits"),
        ),
        established_in="PL",
        summary="E-mail verification with a score, single and by list.",
    )
    webhook_job = "batchId"
    account = Account("/credits", remaining="credits")

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        gives=(*EMAIL_FIELDS, "full_name"),
        credits=1,
        charged="on_call",
        patience=900,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; many at once become one job."""
        reply = yield Request("GET", "/email/verify", params={"email": query.email})
        found = rename(reply.json, CHECKED)
        status = deliverability(
            reply.get("status"),
            disposable=found.get("is_disposable"),
            accept_all=yes(reply.get("domain.acceptAll")),
            role=found.get("is_role"),
        )
        if not status:
            return Miss()
        return Hit(found, email_status=status, credits=0 if str(reply.get("status")).lower() == "unknown" else None)

    @bulk("GET", "/email/verify", max_items=1000)
    def verify_list(self, requests: Requests) -> Fold:
        """Verify a list as a batch; up to 100,000 are taken, 1,000 to 10,000 advised."""
        if len(requests) < LIST_FROM:
            return requests
        addresses = [(request.params or {})["email"] for request in requests]
        start = yield Request(
            "POST",
            "/email/verify/batch",
            params={"callback": self.webhook_url},
            json=[{"email": address} for address in addresses],
        )
        state = yield from finished(
            start,
            "batchId",
            lambda batch: Request("GET", BATCH, at={"batch_id": batch}, params={"with-stats": "false"}, paid=False),
            lambda reply: reply is start or reply.get("status") in ("queued", "processing"),
            every=3,
        )
        if state.get("status") != "completed":
            raise FeatureExecutionError(f"the batch ended as {state.get('status')!r}")
        at = {"batch_id": start.get("batchId")}
        reply = yield Request("GET", f"{BATCH}/download", at=at, params={"download": "all"}, paid=False)
        # A row has the shape of a single verification.
        return by_echo(reply, map(str.lower, addresses), echoed(reply.items(), "email", str.lower))


provider = Bouncer
