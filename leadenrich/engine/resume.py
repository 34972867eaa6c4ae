"""Background jobs across runs: what led to one goes into the caller's ledger, and the next run takes it up there."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from leadenrich.contract import Charged, Reply, Request
from leadenrich.engine.context import Context
from leadenrich.engine.singleflight import Exchange
from leadenrich.errors import FeatureExecutionError
from leadenrich.ledger.calls import UncertainCall
from leadenrich.ledger.jobs import Job, KeptReply

PARTS = ("method", "path", "at", "params", "json", "headers", "expect", "after", "paid", "weight", "text")
NOT_KEPT = ("set-cookie", "www-authenticate")
"""Headers of a reply that are not kept: they may hold a secret of the session that is over."""
ASK, PASS = "ask", "pass"


def kept(reply: Reply) -> KeptReply:
    """Return a reply as the ledger keeps it."""
    content = reply.content or reply.text.encode()
    return KeptReply(reply.status, {n: str(v) for n, v in reply.headers.items() if n not in NOT_KEPT}, content)


def reply_of(told: KeptReply, request: Request) -> Reply:
    """Return a reply that an earlier run was given."""
    return Reply(told.status, headers=dict(told.headers), content=told.content, request=request)


def question_job(provider: str, operation: str, job_id: str, led: Sequence[Exchange], who: Mapping[str, Any]) -> Job:
    """Return the job that one question's exchanges led to."""
    replies = {exchange.key: kept(exchange.reply) for exchange in led if exchange.reply is not None}
    return Job(provider, operation, job_id, replies, who=[who])


def bulk_job(provider: str, job_id: str, batch: Sequence[Exchange], sent: Sequence[Reply]) -> Job | None:
    """Return the job of a bulk call; None where its questions cannot be written down."""
    requests = [_written(exchange.request) for exchange in batch]
    if any(request is None for request in requests):
        return None
    return Job(
        provider,
        batch[0].operation or "",
        job_id,
        members=[exchange.key for exchange in batch],
        requests=[request for request in requests if request is not None],
        sent=[kept(reply) for reply in sent],
        who=[payer.about() for exchange in batch for payer in exchange.payers],
    )


def _written(request: Request) -> dict[str, Any] | None:
    if request.auth is not None:
        return None
    told = {part: getattr(request, part) for part in PARTS}
    data = request.data
    if isinstance(data, bytes):
        told["bytes"] = base64.b64encode(data).decode()
    elif data is not None:
        told["data"] = data
    return told


def request_of(told: Mapping[str, Any]) -> Request:
    """Return a request that an earlier run wrote down."""
    parts = dict(told)
    method, path = parts.pop("method"), parts.pop("path")
    if (raw := parts.pop("bytes", None)) is not None:
        parts["data"] = base64.b64decode(raw)
    return Request(method, path, **parts)


def tell_submitted(context: Context, job: Job | None, provider: str, operation: str | None, job_id: str) -> None:
    """Take note of a job from the moment its id is known: in the ledger, and as an event."""
    if context.journal is not None and job is not None:
        context.journal.submitted(job)
    context.emit("job.submitted", provider, operation, job_id=job_id)


def tell_uncertain(context: Context, calls: Sequence[UncertainCall]) -> None:
    """Say which paid calls of earlier runs were left without an answer."""
    for call in calls:
        usd = None if call.usd is None else str(call.usd)
        credits = {purse: str(amount) for purse, amount in call.credits.items()}
        context.emit(
            "call.uncertain", call.provider, call.operation, left_at=call.at.isoformat(), usd=usd, credits=credits
        )


def check_uncertain(context: Context, call: UncertainCall) -> None:
    """Pass a call whose answer an earlier run did not see, unless it is to be asked again.

    Raises:
        FeatureExecutionError: it is passed.
    """
    decided = context.on_uncertain or (PASS if call.charged == Charged.ON_CALL else ASK)
    if decided == PASS:
        raise FeatureExecutionError(
            "an earlier run sent this very call and did not see its answer, so it may have been charged;"
            ' Session(on_uncertain="ask") asks again',
            provider=call.provider,
        )
