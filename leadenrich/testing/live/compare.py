"""Compares the replies of a live call with what the adapter reads, its fake answers and its cases hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import httpx

from leadenrich.contract import ProviderInfo, Query, Reply, Request, TokenAuth, Wait
from leadenrich.contract.reading import Readings, said, shape, shown, watched
from leadenrich.registry import registry
from leadenrich.sandbox.names import COUNTRIES
from leadenrich.testing.live.report import Finding

Exchange = tuple[httpx.Request, httpx.Response]
RATE = ("ratelimit", "rate-limit", "quota", "credits-remaining")
NAMES = {name.casefold() for country in COUNTRIES.values() for name in (*country.first, *country.last)}
"""Names of people, which no report shows, whosever they are."""


def own(provider: str, exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Return the exchanges of an operation without logins."""
    info = registry.info(provider)
    urls = [part.url for part in getattr(info.auth, "parts", (info.auth,)) if isinstance(part, TokenAuth)]
    logins = tuple(url if "://" in url else info.base_url + url for url in urls)
    return [one for one in exchanges if not (logins and str(one[0].url).startswith(logins))]


def body_of(response: httpx.Response) -> Any:
    """Return a reply's JSON; None where it is none."""
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def read(
    provider: str, operation: str, query: Mapping[str, Any], exchanges: Sequence[Exchange]
) -> tuple[Readings, list[Exchange]]:
    """Play an operation over replies that are there; return what it read, and the exchanges that were its own.

    Each request takes the first exchange it fits that is left, so that one shared with an earlier question is found.
    """
    readings, left, used = Readings(), list(exchanges), []
    adapter = registry.get(provider)
    flow = (adapter() if isinstance(adapter, type) else adapter).flow(operation, Query(dict(query)))
    with readings.words():
        try:
            step = next(flow)
            while (request := step.poll if isinstance(step, Wait) else step) is not None:
                found = next((one for one in left if _fits(request, one[0])), None)
                if found is None:
                    break
                left.remove(found)
                used.append(found)
                step = flow.send(_reply(found[1], request, readings))
        except StopIteration:
            pass
        except Exception as broken:  # what a reply makes an adapter raise is told by the call itself
            readings.absent.add(f"(the adapter raised {type(broken).__name__})")
        finally:
            flow.close()
    return readings, used


def _fits(request: Request, sent: httpx.Request) -> bool:
    path = request.path.partition("?")[0]
    pattern = re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(path if "://" in path else path.rstrip("/")))
    return sent.method == request.method and re.search(pattern + "/?$", str(sent.url.copy_with(query=None))) is not None


def _reply(response: httpx.Response, request: Request, readings: Readings) -> Reply:
    headers, body = dict(response.headers), body_of(response)
    if body is None:
        return Reply(response.status_code, headers=headers, content=response.content, request=request)
    return Reply(response.status_code, headers=headers, json=watched(body, readings), request=request)


def shapes(bodies: Iterable[Any]) -> dict[str, set[str]]:
    """Return `{place: kinds}` of some bodies; a place that only ever held null has no kind."""
    found: dict[str, set[str]] = {}
    for body in bodies:
        for place, kind in shape(body):
            found.setdefault(place, set()).update({kind} - {"null"})
    return found


def differences(
    live: Mapping[str, set[str]], known: Mapping[str, set[str]], readings: Readings, due: set[str], values: set[str]
) -> Iterator[Finding]:
    """Yield where the live replies of a hit differ.

    Args:
        live: their places and kinds.
        known: those of fake and cases.
        readings: what the adapter read of the live ones.
        due: the places that it reads, and always finds, in the fake's.
        values: the texts no report may show.
    """
    gone = due - {place for place, kinds in live.items() if kinds}
    for place in sorted(gone):
        if not any(place.startswith((f"{other}.", f"{other}[")) for other in gone):
            yield Finding("absent", place, " or ".join(sorted(known.get(place, {"nothing known"}))))
    roots: list[str] = []
    for place, kinds in sorted(live.items()):
        if not kinds or any(place.startswith((f"{root}.", f"{root}[")) for root in roots):
            continue
        if place not in known:
            roots.append(place)
            if not _below_open(place, known):
                yield Finding("new", shown(place, values), " or ".join(sorted(kinds)))
        elif known[place] and not kinds <= known[place]:
            yield Finding(
                "type",
                shown(place, values),
                f"{' or '.join(sorted(kinds - known[place]))}, known as {' or '.join(sorted(known[place]))}",
            )
    for place, word in sorted(readings.unknown):
        yield Finding("word", shown(place, values), said(word, values))


def _below_open(place: str, known: Mapping[str, set[str]]) -> bool:
    """Return whether a place is in an object that holds nothing where it is known: anything may stand there."""
    parent = place.rpartition(".")[0]
    return parent in known and not any(one.startswith(f"{parent}.") for one in known)


def headers(info: ProviderInfo, exchanges: Iterable[Exchange]) -> Iterator[Finding]:
    """Yield the rate headers that came and are not declared."""
    declared = info.rate_headers
    known = {str(getattr(declared, name)).lower() for name in ("remaining", "reset", "limit")} if declared else set()
    came = {name.lower() for _, response in exchanges for name in response.headers}
    for name in sorted(came - known - {"retry-after"}):
        if any(word in name for word in RATE):
            yield Finding("header", name)


def statuses(provider: str, exchanges: Iterable[Exchange], expected: set[int]) -> Iterator[Finding]:
    """Yield the statuses that neither the requests expect nor the error table has."""
    declared = {*registry.get(provider).errors, *expected, 200, 401, 402, 403, 404, 429}
    for status in sorted({response.status_code for _, response in exchanges} - declared):
        if not status >= 500:
            yield Finding("status", str(status))
