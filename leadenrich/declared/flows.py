"""The flows of a declared provider: one question, a background job, many questions in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from leadenrich.contract import (
    BulkEndpoint,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    Miss,
    ProviderAPIError,
    ProviderError,
    Query,
    Reply,
    Request,
    Steps,
    Wait,
    dig,
)
from leadenrich.declared import templates
from leadenrich.declared.parts import BulkSpec, PollSpec, WordSpec
from leadenrich.declared.schema import OperationSpec
from leadenrich.declared.templates import MISSING, DeclaredRequest
from leadenrich.errors import BY_CODE, BulkOperationError, FeatureNotSupportedError
from leadenrich.vocabulary import MAIN_FIELD


class Declared(Protocol):
    """What a flow must know of the provider it runs for: a `DeclaredProvider` has it."""

    webhook_url: str | None

    @property
    def declaration(self) -> Any:
        """Return what its file declares."""
        ...


MISS = "miss"


def answered(provider: Declared, operation: str, spec: OperationSpec, query: Query) -> Flow:
    """Ask as declared, wait for background work, and read the fields."""
    rules = rules_of(provider, spec)
    words = {**query, "webhook_url": provider.webhook_url}
    if spec.poll is not None and spec.poll.request is None and provider.webhook_url is None:
        raise FeatureNotSupportedError("answers by webhook alone; give Session(webhook_url=...)")
    paid = spec.charged != "free"
    ask = templates.request(spec.request, words, paid=paid, rules=rules, miss=spec.miss, operation=operation)
    reply = yield ask
    if _is_miss(spec, rules, reply):
        return Miss(credits=templates.cost(spec.cost, reply))
    if spec.poll is not None:
        reply = yield from _done(spec.poll, reply, words, rules)
        if _is_miss(spec, rules, reply):
            return Miss(credits=templates.cost(spec.cost, reply))
    enums = provider.declaration.enums
    found = {
        name: value
        for name, one in spec.fields.items()
        if (value := templates.read(reply.json, one, enums)) is not None
    }
    main = spec.requires or MAIN_FIELD.get(operation)
    took = templates.cost(spec.cost, reply)
    good = found and (main is None or main in found or main not in spec.fields)
    return Hit(found, credits=took) if good else Miss(credits=took)


def rules_of(provider: Declared, spec: OperationSpec) -> tuple[WordSpec, ...]:
    """Return what words in an operation's replies mean, its own rules first."""
    return (*spec.words, *provider.declaration.words)


def _is_miss(spec: OperationSpec, rules: Sequence[WordSpec], reply: Reply) -> bool:
    return templates.said(rules, reply) == MISS or templates.holds(spec.miss, reply)


def _done(poll: PollSpec, reply: Reply, words: Mapping[str, Any], rules: Sequence[WordSpec]) -> Steps[Reply]:
    """Wait until a job is done, and return the reply that says so."""
    job = reply.get(poll.id)
    while not templates.holds(poll.done, reply):
        if templates.holds(poll.failed, reply):
            raise FeatureExecutionError("the job failed")
        if job in (None, ""):
            raise FeatureExecutionError("the reply names no job", status=reply.status)
        ask = None
        if poll.request is not None:
            ask = templates.request(poll.request, {**words, "job": job}, paid=False, rules=rules)
        reply = yield Wait(job, poll=ask, every=poll.every)
    return reply


def bulk_of(operation: str, spec: OperationSpec) -> BulkEndpoint:
    """Return the bulk form of an operation as the engine uses it."""
    bulk = spec.bulk
    assert bulk is not None

    def group(request: Request) -> bool | None:
        return True if isinstance(request, DeclaredRequest) and request.operation == operation else None

    def run(provider: Declared, requests: Sequence[Request]) -> Fold:
        return _folded(provider, spec, bulk, requests)

    endpoint = f"{spec.request.method} {spec.request.path}"
    patience = bulk.poll.patience if bulk.poll is not None else None
    return BulkEndpoint(endpoint, bulk.max_items, group, run, patience)


def _folded(provider: Declared, spec: OperationSpec, bulk: BulkSpec, requests: Sequence[Request]) -> Fold:
    rules = rules_of(provider, spec)
    items = [item_of(bulk, request) for request in requests]
    words = {"items": items, "webhook_url": provider.webhook_url}
    paid = spec.charged != "free"
    reply = yield templates.request(bulk.request, words, paid=paid, rules=rules, weight=len(items))
    if bulk.poll is not None:
        reply = yield from _done(bulk.poll, reply, words, rules)
    answers = reply.get(bulk.replies) if bulk.replies else reply.json
    if not isinstance(answers, list):
        raise BulkOperationError(f"the reply has no list of answers at {bulk.replies or 'its top'}")
    if bulk.match is not None:
        sent, got = bulk.match["sent"], bulk.match["got"]
        known = {_key(answer, got): answer for answer in answers}
        answers = [known.get(_key(item, sent), {}) for item in items]
    elif len(answers) != len(items):
        raise BulkOperationError(f"{len(answers)} answers to {len(items)} questions")
    return [_one(bulk, rules, reply, answer) for answer in answers]


def item_of(bulk: BulkSpec, request: Request) -> Any:
    """Return what stands for a request in the bulk call: as declared, else its body, form or parameters."""
    if bulk.item is not None and isinstance(request, DeclaredRequest):
        made = templates.filled(bulk.item, request.words)
        return {} if made is MISSING else made
    return next((part for part in (request.json, request.data, request.params) if part is not None), {})


def _key(source: Any, path: str) -> str:
    value = dig(source, path)
    return value.strip().casefold() if isinstance(value, str) else repr(value)


def _one(bulk: BulkSpec, rules: Sequence[WordSpec], reply: Reply, answer: Any) -> Reply | ProviderError:
    """Return one item's reply in the shape of a single one, without the headers: they are about the whole call."""
    body = answer
    if bulk.wrap:
        body = {}
        templates.put(body, bulk.wrap, answer)
    single = Reply(reply.status, json=body, request=reply.request)
    means = templates.said(rules, single)
    if means is None or means == MISS:
        return single
    kind: Callable[..., ProviderError] = BY_CODE.get(ErrorCode(means), ProviderAPIError)
    return kind("the vendor answered this item with an error")
