"""Steps an operation by hand: no engine, no network, no mocks."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any, TypeVar

from leadenrich.contract import Reply, Request, Wait

R = TypeVar("R")


def drive(flow: Generator[Request | Wait, Reply, R], replies: Iterable[Reply | Any] = ()) -> tuple[list[Request], R]:
    """Answer a flow with prepared replies until it returns.

    Works for operations, folds, `quota()` and `check()` alike.

    Args:
        flow: what `provider.find_email(query)` and the like return.
        replies: one for each request and each wait, in order; anything but a `Reply` is the JSON body of a 200.

    Returns:
        The requests it made, polls included, and what it returned (a `Hit` or `Miss` for an operation).

    Raises:
        AssertionError: it asked for more, or for less, than there are replies.
    """
    asked: list[Request] = []
    left = [reply if isinstance(reply, Reply) else Reply(200, json=reply) for reply in replies]
    reply: Reply | None = None
    while True:
        try:
            step = next(flow) if reply is None else flow.send(reply)
        except StopIteration as end:
            if left:
                raise AssertionError(f"the flow returned with {len(left)} replies left") from None
            return asked, end.value
        request = step.poll if isinstance(step, Wait) else step
        if request is not None:
            asked.append(request)
        if not left:
            raise AssertionError(f"the flow asks {step!r}, and there is no reply left")
        reply = left.pop(0)
        if request is not None and isinstance(reply, Reply):
            reply.request = request
