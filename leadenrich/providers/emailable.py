"""Emailable: e-mail verification, one address at once or a list as a background job.

Facts: emailable.com/docs/api, the official emailable-python and emailable-ruby SDKs. HTTP 249 means "still at work, ask
the same again", which is free for five minutes. The accept-all test is off unless asked for (`emailable_accept_all`),
since it is slow; `accept_all` is null then, not false.
"""

from typing import Any

from leadenrich.contract import (EMAIL_FIELDS, Account, Bearer, Category, ErrorCode, FeatureExecutionError, Flow, Fold,
                                 Hit, HTTPProvider, Miss, Operation, ProviderError, ProviderInfo, Query, Reply, Request,
                                 Requests, Tier, Wait, bulk, operation, rename)  # fmt: skip
from leadenrich.providers._verifiers import LIST_FROM, deliverability, one_by_one

CHECKED = {"email": "email", "confidence": "score", "is_free": "free", "is_disposable": "disposable", "is_role": "role",
           "mx_provider": "smtp_provider", "first_name": "first_name", "last_name": "last_name",
           "full_name": "full_name"}  # fmt: skip


class Emailable(HTTPProvider):
    info = ProviderInfo(
        title="Emailable", category=Category.VERIFICATION, tier=Tier.BASIC, base_url="https://api.emailable.com/v1",
        docs_url="https://emailable.com/docs/api", auth=Bearer(), established_in="US",
        summary="E-mail verification with a score and the likely name, single and by list.",
    )  # fmt: skip
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID}
    webhook_job = "id"
    account = Account("/account", remaining="available_credits")

    @operation(Operation.VERIFY_EMAIL, needs=[("email",)], uses=("emailable_accept_all",),
               gives=(*EMAIL_FIELDS, "first_name", "last_name", "full_name"), credits=1, charged="on_call",
               patience=900)  # fmt: skip
    def verify_email(self, query: Query) -> Flow:
        """Verify one address; many at once become one job. `emailable_accept_all=True` adds the accept-all test."""
        params = {"email": query.email, **({"accept_all": "true"} if query.emailable_accept_all else {})}
        reply = yield Request("GET", "/verify", params=params, expect=(200, 249))
        while reply.status == 249:
            again = Request("GET", "/verify", params=params, expect=(200, 249), paid=False)
            reply = yield Wait("verify", poll=again, every=2)
        found = rename(reply.json, CHECKED)
        status = deliverability(
            reply.get("state"),
            disposable=found.get("is_disposable"),
            accept_all=reply.get("accept_all"),
            role=found.get("is_role"),
        )
        return Hit(found, email_status=status) if status else Miss()

    @bulk("GET", "/verify", max_items=1000,
          group=lambda request: None if "accept_all" in (request.params or {}) else True)  # fmt: skip
    def verify_list(self, requests: Requests) -> Fold:
        """Verify a list as a batch; no maximum is stated, but large ones come as a file, so 1,000 is ours."""
        if len(requests) < LIST_FROM:
            return (yield from one_by_one(requests))
        addresses = [(request.params or {})["email"] for request in requests]
        body = {"emails": addresses, **({"url": self.webhook_url} if self.webhook_url else {})}
        start = yield Request("POST", "/batch", json=body)
        batch = start.get("id")
        poll = Request("GET", "/batch", params={"id": batch, "partial": "false"}, paid=False)
        state = yield Wait(batch, poll=poll, every=3)
        while state.get("emails") is None and state.get("total_counts") is None:
            state = yield Wait(batch, poll=poll, every=3)
        checked = {str(item.get("email")).lower(): item for item in state.items("emails")}
        return [one(state, checked.get(address.lower())) for address in addresses]


def one(reply: Reply, item: dict[str, Any] | None) -> Reply | ProviderError:
    """Return one row of a batch, which has the shape of a single verification."""
    return reply.with_json(item) if item else FeatureExecutionError("the finished batch lacks this address")


provider = Emailable
