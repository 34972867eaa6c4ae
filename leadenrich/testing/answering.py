"""What a provider makes of answers: refusals, nonsense, good replies with a wrong place in them."""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from leadenrich.contract import ErrorCode, Feature, Query, Reply, TokenAuth, Wait
from leadenrich.errors import ProviderError
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss
from leadenrich.testing.asking import features_of
from leadenrich.testing.faults import MALFORMED, mutations
from leadenrich.testing.mock import MockVendor, always, session_over
from leadenrich.testing.questions import (
    MARKERS,
    PERSONAL,
    first_steps,
    full_query,
    good_exchanges,
    known_query,
    mark,
    minimal_queries,
)

MOST_MUTATIONS = 12
"""Places of a good reply that are made wrong, for each operation."""


async def _outcome(provider_id: str, feature: Feature, query: Mapping[str, Any], vendor: MockVendor) -> Any:
    async with session_over(provider_id, vendor) as session:
        return (await session.ask(provider_id, feature.operation, query)).result


async def refusals_are_typed(provider_id: str) -> list[str]:
    """Check that a refused key, a throttle and a failing server are errors of the right kind (G10)."""
    if not registry.info(provider_id).base_url:
        return []  # it computes its answers and sends nothing
    errors = registry.get(provider_id).errors
    usual = {
        401: ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
        429: ErrorCode.PROVIDER_RATE_LIMIT,
        500: ErrorCode.PROVIDER_API_ERROR,
        503: ErrorCode.PROVIDER_API_ERROR,
    }
    problems = []
    for feature in features_of(provider_id):
        query = next(minimal_queries(feature))
        expected = {status for request in first_steps(provider_id, feature, query, 1) for status in request.expect}
        for status, code in usual.items():
            vendor = always(status, json={})
            result = await _outcome(provider_id, feature, query, vendor)
            due = errors.get(status, code)
            if not vendor.asked:
                continue  # refused, or answered, before anything was sent
            if not isinstance(result, ProviderError):
                problems.append(f"{feature.operation}: HTTP {status} gives {result!r}, not an error")
            elif result.code != due and status not in expected:
                problems.append(f"{feature.operation}: HTTP {status} is {result.code}, not {due}")
            elif status >= 500 and status not in errors and not result.recoverable:
                problems.append(f"{feature.operation}: HTTP {status} does not count as passing")
    return problems


async def broken_replies_are_typed(provider_id: str) -> list[str]:
    """Check that nothing a vendor sends makes anything but a Hit, a Miss or a typed error (G12)."""
    problems = []
    for feature in features_of(provider_id):
        for query in minimal_queries(feature):
            for name, body in MALFORMED.items():
                vendor = always(200, content=body, headers={"content-type": "application/json"})
                result = await _outcome(provider_id, feature, query, vendor)
                problems += _untyped(feature, name, result, provider_id) + _slips(feature, name, result)
    return problems


def _untyped(feature: Feature, what: str, result: Any, provider_id: str) -> list[str]:
    if isinstance(result, ProviderError):
        named = result.provider == provider_id and result.operation == feature.operation
        return (
            []
            if named
            else [f"{feature.operation}: after {what} the error names {result.provider}, {result.operation}"]
        )
    if not isinstance(result, Hit | Miss):
        return [f"{feature.operation}: {what} gives a {type(result).__name__}"]
    return []


SLIPS = ("AttributeError", "NameError", "UnboundLocalError")
"""Exceptions that tell of a value trusted to be of a kind it is not; others an adapter may meet are a reply's."""


async def wrong_types_are_harmless(provider_id: str) -> list[str]:
    """Check the same with good replies of the provider's fake in which one place is wrong."""
    problems = []
    for feature in features_of(provider_id):
        exchanges = await good_exchanges(provider_id, feature)
        bodies = [_json(response) for _, response in exchanges]
        for number, body in enumerate(bodies):
            for where, changed in mutations(body, MOST_MUTATIONS):
                replies = [*bodies[:number], changed, *bodies[number + 1 :]]
                result = await _outcome(provider_id, feature, known_query(provider_id, feature), _playing(replies))
                problems += _untyped(feature, where, result, provider_id) + _slips(feature, where, result)
    return problems


def _slips(feature: Feature, where: str, result: Any) -> list[str]:
    """Return which slips an error notes: it carries no cause, but says what was raised."""
    notes = [note for note in getattr(result, "__notes__", ()) if note.startswith(SLIPS)]
    return [f"{feature.operation}: {where} makes {note.partition(' ')[0]}" for note in notes]


async def answers_hold_declared_words(provider_id: str) -> list[str]:
    """Check that a good answer holds fields that its operation declares, and no other word."""
    problems = []
    for feature in features_of(provider_id):
        exchanges = await good_exchanges(provider_id, feature)
        if exchanges:
            bodies = [_json(response) for _, response in exchanges]
            result = await _outcome(provider_id, feature, known_query(provider_id, feature), _playing(bodies))
            found = result.data if isinstance(result, Hit) else ()
            problems += [
                f"{feature.operation}: gives {word!r} undeclared" for word in found if word not in feature.gives
            ]
    return problems


def _playing(bodies: list[Any]) -> MockVendor:
    left = list(bodies)

    def answer(request: httpx.Request) -> httpx.Response:
        body = left.pop(0) if left else {}
        return httpx.Response(200, content=body) if isinstance(body, bytes) else httpx.Response(200, json=body)

    return MockVendor(answer)


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except ValueError:
        return response.content


async def parsing_is_pure(provider_id: str) -> list[str]:
    """Check that the same replies give the same requests and the same result, and that none of them is changed."""
    problems = []
    adapter = registry.get(provider_id)
    for feature in features_of(provider_id):
        query = known_query(provider_id, feature)
        exchanges = [one for one in await good_exchanges(provider_id, feature) if not _is_login(provider_id, one[0])]
        runs = []
        for _ in range(2):
            replies = [
                Reply(response.status_code, headers=response.headers, json=_json(response)) for _, response in exchanges
            ]
            before = copy.deepcopy([reply.json for reply in replies])
            given = Query(copy.deepcopy(dict(query)))
            flow = (adapter() if isinstance(adapter, type) else adapter).flow(feature.operation, given)
            runs.append(_play(flow, replies))
            if [reply.json for reply in replies] != before:
                problems.append(f"{feature.operation}: a reply was changed while it was read")
            if dict(given) != dict(query):
                problems.append(f"{feature.operation}: the query was changed")
        if runs[0] != runs[1]:
            problems.append(f"{feature.operation}: the same replies gave two different results")
    return problems


def _is_login(provider_id: str, request: httpx.Request) -> bool:
    info = registry.info(provider_id)
    urls = [part.url for part in getattr(info.auth, "parts", (info.auth,)) if isinstance(part, TokenAuth)]
    return any(str(request.url).startswith(url if "://" in url else info.base_url + url) for url in urls)


def _play(flow: Any, replies: list[Reply]) -> tuple[list[str], str]:
    asked: list[str] = []
    reply: Reply | None = None
    try:
        for following in [*replies, None]:
            step = next(flow) if reply is None else flow.send(reply)
            request = step.poll if isinstance(step, Wait) else step
            asked.append(request.identity() if request is not None else step.id)
            if following is None:
                break
            following.request = request or following.request
            reply = following
    except StopIteration as end:
        found = end.value
        return asked, f"{type(found).__name__} {found.data} {getattr(found, 'confidence', None)}"
    except Exception as error:
        return asked, f"{type(error).__name__} {error}"
    finally:
        flow.close()
    return asked, "not ended"


async def reprs_hold_no_values(provider_id: str) -> list[str]:
    """Check that what may be logged of a question, its requests and its answer holds no personal value (G13).

    The reason of a Miss counts too; and so does whatever is logged on the way, where an adapter logs no part of a reply
    either. (The engine's own logger, "leadenrich", may say why a vendor refused.)
    """
    problems = []
    for feature in features_of(provider_id):
        query = full_query(feature)
        with _logged() as lines:
            shown = [repr(query), *map(repr, first_steps(provider_id, feature, query))]
            for status in (200, 400):
                vendor = always(status, json={"error": "no such person", "message": REPLIED})
                result = await _outcome(provider_id, feature, query, vendor)
                shown += [repr(result), str(result) if isinstance(result, ProviderError) else ""]
                shown.append(str(getattr(result, "reason", "")))
        logged = " ".join(line for _, line in lines).lower()
        for text, where in ((" ".join(shown).lower(), "shows"), (logged, "is logged")):
            problems += [
                f"{feature.operation}: {word} {where}" for word in PERSONAL if mark(word, MARKERS[word]) in text
            ]
        if any(REPLIED in line for logger, line in lines if logger != "leadenrich"):
            problems.append(f"{feature.operation}: a part of the reply is logged")
    return sorted(set(problems))


REPLIED = "qxmessage"
"""What the pretended vendor says, told apart from all that is asked."""


@contextmanager
def _logged() -> Iterator[list[tuple[str, str]]]:
    """Collect (logger, text) of everything that is logged, at every level."""
    lines: list[tuple[str, str]] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append((record.name, self.format(record)))

    root, collector = logging.getLogger(), Collector()
    level = root.level
    root.addHandler(collector)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(collector)
        root.setLevel(level)
