"""The turns that most flows take: ask once, wait for a job, read an account; plain generators an adapter hands on."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from leadenrich.contract.provider import Quota
from leadenrich.contract.wire import Reply, Request, Wait, dig, rename
from leadenrich.errors import FeatureExecutionError, InvalidReplyError, ProviderError
from leadenrich.results import Hit, Miss
from leadenrich.vocabulary import Query

T = TypeVar("T")

Steps = Generator[Request | Wait, Reply, T]
"""Part of a flow: yields requests and waits, receives replies, returns something the flow goes on with."""

Flow = Steps[Hit | Miss]
"""An operation: yields requests and waits, receives replies, returns what was found."""

Requests = Sequence[Request]
"""The requests that are folded into one call."""

Fold = Steps[Sequence[Reply | ProviderError | Request]]
"""A bulk call: for each of the requests folded into it, in order, one reply, or one error, or the request itself.

A request that comes back is sent by itself: `return requests` where there are too few for a bulk call. An error that
says no more than that the reply holds no answer (`FeatureExecutionError`) is booked as maybe charged.
"""

QuotaFlow = Steps[Quota]
"""An account look-up."""

CheckFlow = Steps[bool]
"""A free call that shows whether the credentials are good."""


def ways_of(query: Query, *ways: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each way of naming a person or company that a query allows, by itself, in the order given.

    A flow asks by the first and lists the others in `Request(served_by=)`: what other operations have found since (an
    address, a profile) then makes no second question, and no second charge, of the same record.

    Args:
        query: the question.
        ways: each `{vendor's word: canonical word}`; one of which a word is missing is left out. The surest first.
    """
    whole = [way for way in ways if all(query.get(word) for word in way.values())]
    return [{name: query[word] for name, word in way.items()} for way in whole]


def one_call(request: Request, fields: Mapping[str, Any], *wanted: str, at: str = "") -> Flow:
    """Ask once: a `Hit` of what `rename` finds in the reply, a `Miss` where that holds none of what is wanted.

    Args:
        request: the question; a reply of another status than 2xx that it expects (a 404) holds nothing.
        fields: canonical field -> way, as for `rename`.
        wanted: the fields one of which must be there; none named: any of `fields` will do.
        at: where in the reply the record stands, a dotted path; by default the reply is the record.
    """
    reply = yield request
    found = rename(reply.get(at) if at else reply.json, fields) if reply.status < 300 else {}
    return Hit(found) if any(word in found for word in wanted or fields) else Miss()


def finished(
    reply: Reply, job: str, poll: Callable[[Any], Request], running: Callable[[Reply], bool], every: float = 2.0
) -> Steps[Reply]:
    """Wait until a background job is done and return the reply that says so.

    A job was paid for when it was started, so it is never started again: only its `poll` is repeated.

    Args:
        reply: the answer that started it; where that is the last one already, nothing is waited for.
        job: where that answer names the job, a dotted path.
        poll: makes the request that asks how far the job of that name is.
        running: whether a reply means that the job goes on.
        every: seconds between two polls; the engine lets them grow.

    Raises:
        InvalidReplyError: the job goes on, but the answer names none.
    """
    name = reply.get(job)
    while running(reply):
        if name in (None, ""):
            raise InvalidReplyError("the reply names no job", status=reply.status)
        reply = yield Wait(name, poll=poll(name), every=every)
    return reply


def by_echo(
    reply: Reply,
    asked: Iterable[Any],
    answers: Mapping[Any, Any],
    shape: Callable[[Any], Any] = lambda answer: answer,
    *,
    absent: Any = None,
) -> list[Reply | ProviderError]:
    """Give each question of a bulk call its own answer, found by what the vendor repeats of the question.

    Args:
        reply: the bulk reply.
        asked: what is repeated of each question: an id that was sent along, an address, a row's number.
        answers: what is repeated -> the answer; `echoed` makes it of a list.
        shape: makes the body of a single call's reply of an answer, or its error.
        absent: the body of a question that is left out, where the vendor says "not found" by that. By default it is an
            error: it is unknown whether the vendor charged it.
    """
    lost = FeatureExecutionError("the bulk reply holds no answer to this question")
    said: list[Reply | ProviderError] = []
    for one in asked:
        answer = answers.get(one)
        body = absent if answer is None else shape(answer)
        if answer is None and absent is None:
            said.append(lost)
        else:
            said.append(body if isinstance(body, Reply | ProviderError) else reply.with_json(body))
    return said


def rows(requests: Requests) -> list[str]:
    """Return an id for each request of a bulk call, for vendors that repeat one: "0", "1", ..."""
    return [str(row) for row in range(len(requests))]


def echoed(items: Iterable[Any], path: str, key: Callable[[str], Any] = str) -> dict[Any, Any]:
    """Return the items of a bulk reply by what they repeat of their question, where they do.

    Args:
        items: the answers.
        path: where in an answer the repetition stands, a dotted path.
        key: makes it comparable (`str.lower` for addresses).
    """
    return {key(str(name)): item for item in items if (name := dig(item, path)) is not None}


@dataclass(frozen=True, slots=True)
class AccountEndpoint:
    """Where a vendor says what an account has left: one free request, and where its reply holds what.

    Each part is a way as for `rename`: a dotted path, or several to be tried in order.

    Args:
        path: of the account endpoint.
        method: GET unless the vendor wants another.
        headers: further headers.
        json: a body, where the vendor wants one.
        plan: where the plan is named.
        used: credits used.
        remaining: credits left; `limit` less `used` where the reply does not say.
        limit: credits in all; what is used is the rest of it where the reply does not say.
        resets_at: when they are filled up.
        pools: pool -> where its credits are, for a vendor with several purses.
    """

    path: str
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    json: Any = None
    plan: Any = ()
    used: Any = ()
    remaining: Any = ()
    limit: Any = ()
    resets_at: Any = ()
    pools: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> QuotaFlow:
        """Ask, and return the `Quota`; what the reply does not hold is None."""
        reply = yield Request(self.method, self.path, headers=self.headers, json=self.json, paid=False)
        ways = {name: getattr(self, name) for name in ("plan", "used", "remaining", "limit", "resets_at")}
        said = rename(reply.json, {name: way for name, way in ways.items() if way})
        limit = Quota(remaining=said.pop("limit", None)).remaining
        quota = Quota(**said, pools=rename(reply.json, self.pools))
        if limit is not None and quota.remaining is None and quota.used is not None:
            return replace(quota, remaining=Decimal(str(limit)) - Decimal(str(quota.used)))
        if limit is not None and quota.used is None and quota.remaining is not None:
            return replace(quota, used=Decimal(str(limit)) - Decimal(str(quota.remaining)))
        return quota


Account = AccountEndpoint
"""The former name of `AccountEndpoint`."""
