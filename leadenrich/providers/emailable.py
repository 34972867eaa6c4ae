"""Emailable: e-mail verification, one address at once or a list as a background job.

Facts: emailable.com/docs/api, the official emailable-python and emailable-ruby SDKs. HTTP 249 means "still at work, ask
the same again", which is free for five minutes. The accept-all test is off unless asked for (`emailable_accept_all`),
since it is slow; `accept_all` is null then, not false.
"""

from leadenrich.contract import (
    EMAIL_FIELDS,
    Account,
    Bearer,
    Category,
    ErrorCode,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Request,
    Requests,
    Tier,
    Wait,
    bulk,
    by_echo,
    echoed,
    finished,
    operation,
    rename,
)
from leadenrich.providers._verifiers import LIST_FROM, deliverability

CHECKED = {
    "email": "email",
    "confidence": "score",
    "is_free": "free",
    "is_disposable": "disposable",
    "is_role": "role",
    "mx_provider": "smtp_provider",
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "full_name",
}


class Emailable(HTTPProvider):
    info = ProviderInfo(
        title="Emailable",
        category=Category.VERIFICATION,
        tier=Tier.BASIC,
        base_url="https://api.emailable.com/v1",
        docs_url="https://emailable.com/docs/api",
        auth=Bearer(),
        established_in="US",
        rates=(
            Rate(25, per=1, on="GET /verify"),
            Rate(5, per=1, on=("POST /batch", "GET /batch")),
            Rate(5, per=1, on="GET /account"),
        ),
        rate_headers=RateHeaders("ratelimit-remaining", "ratelimit-reset", "ratelimit-limit", reset_as="epoch"),
        summary="E-mail verification with a score and the likely name, single and by list.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID}
    webhook_job = "id"
    account = Account("/account", remaining="available_credits")

    @operation(
        Operation.VERIFY_EMAIL,
        needs=[("email",)],
        uses=("emailable_accept_all",),
        gives=(*EMAIL_FIELDS, "first_name", "last_name", "full_name"),
        credits=1,
        charged="on_call",
        patience=290,
    )
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; many at once become one job. `emailable_accept_all=True` adds the accept-all test."""
        params = {"email": query.email, **({"accept_all": "true"} if query.emailable_accept_all else {})}
        reply = yield Request("GET", "/verify", params=params, expect=(200, 249))
        again = Request("GET", "/verify", params=params, expect=(200, 249), paid=False)
        while reply.status == 249:
            reply = yield Wait("verify", poll=again, every=2)
        found = rename(reply.json, CHECKED)
        status = deliverability(
            reply.get("state"),
            accept_all=reply.get("accept_all"),
            disposable=found.get("is_disposable"),
            role=found.get("is_role"),
        )
        return Hit(found, email_status=status) if status else Miss()

    @bulk(
        "GET",
        "/verify",
        max_items=1000,
        patience=900,
        group=lambda request: None if "accept_all" in (request.params or {}) else True,
    )
    def verify_list(self, requests: Requests) -> Fold:
        """Verify a list as a batch; no maximum is stated, but large ones come as a file, so 1,000 is ours."""
        if len(requests) < LIST_FROM:
            return requests
        addresses = [(request.params or {})["email"] for request in requests]
        body = {"emails": addresses, **({"url": self.webhook_url} if self.webhook_url else {})}
        start = yield Request("POST", "/batch", json=body)
        reply = yield from finished(
            start,
            "id",
            lambda name: Request("GET", "/batch", params={"id": name, "partial": "false"}, paid=False),
            lambda reply: reply.get("emails") is None and reply.get("total_counts") is None,
            every=3,
        )
        # A row has the shape of a single verification.
        return by_echo(reply, map(str.lower, addresses), echoed(reply.items("emails"), "email", str.lower))


provider = Emailable
