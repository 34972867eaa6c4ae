"""Published OpenAPI files as judges: their facts in a small form of our own, and what of ours is not as they say.

`tests/clients/specs/<provider>.yaml`, written by `python -m tests.clients.extract`:

    source: https://...           # where the file is published
    read: "2026-11-24"
    official: true                # by the vendor itself, or by others
    operations:
      "GET /people/{id}":
        query: {email: string, page: integer!}        # `!`: compulsory
        body: {"filters": object, "filters.name[]": string}
        reply: {"data": object, "data.email": string, "data.tags[]": string, "data.extra.*": any}
    differs:                      # what of ours is otherwise, and why; each must be met
      "POST /other": "documented elsewhere: ..."      # an endpoint it does not list
      "GET /people/{id} query:full_name": "..."       # a parameter, "body:...", or a place in a reply, "reply:..."
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from leadenrich.contract import Request
from leadenrich.contract.auth import Outgoing
from leadenrich.registry import registry
from leadenrich.testing.asking import SIZE, features_of
from leadenrich.testing.cases import Case, load
from leadenrich.testing.mock import recorded
from leadenrich.testing.questions import known_query

HERE = Path(__file__).parent / "specs"
CASES = Path(__file__).parents[1] / "cases"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where it is there, is ten times as fast
KINDS = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
NUMBERS = {"integer", "number"}


@dataclass(frozen=True)
class Spec:
    """The facts of one vendor's file."""

    provider: str
    source: str
    read: str
    official: bool
    operations: Mapping[str, Mapping[str, Mapping[str, str]]]
    differs: Mapping[str, str]

    def endpoint(self, method: str, path: str) -> str | None:
        """Return the operation a request is one of; a plain path before a template."""
        for name in sorted(self.operations, key=lambda one: one.count("{")):
            verb, _, template = name.partition(" ")
            pattern = re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template))
            if verb == method.upper() and re.fullmatch(pattern + "/?", path):
                return name
        return None


@cache
def specs() -> tuple[Spec, ...]:
    """Return every file's facts."""
    return tuple(
        Spec(
            path.stem,
            data["source"],
            str(data["read"]),
            bool(data.get("official", True)),
            data["operations"],
            data.get("differs") or {},
        )
        for path in sorted(HERE.glob("*.yaml"))
        for data in [yaml.load(path.read_text(encoding="utf-8"), LOADER)]
    )


def undecided(spec: Spec, found: set[str]) -> tuple[list[str], list[str]]:
    """Return what is otherwise without a reason, and the reasons that nothing meets.

    In a reason's place `*` stands for anything; one without "fake: " before it is good for cases and fakes.
    """

    def meets(pattern: str, line: str) -> bool:
        expression = re.escape(pattern).replace(r"\*", ".*")
        return any(re.fullmatch(expression, one) for one in (line, line.removeprefix("fake: ")))

    open_lines = [line for line in found if not any(meets(pattern, line) for pattern in spec.differs)]
    stale = [pattern for pattern in spec.differs if not any(meets(pattern, line) for line in found)]
    return sorted(open_lines), sorted(stale)


def exchanges(provider: str) -> Iterator[tuple[Case, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield (case, request, reply) of a provider's case file."""
    for case in load(CASES / f"{provider}.yaml"):
        for exchange in case.spec.get("exchanges", ()):
            yield case, exchange["request"], exchange["reply"]


async def faked(spec: Spec) -> set[str]:
    """Return what of the fake's replies is not as the file says, each line behind "fake: "."""
    found: set[str] = set()
    for feature in features_of(spec.provider):
        seen = await recorded(spec.provider, feature.operation, known_query(spec.provider, feature), 0, SIZE)
        for request, response in seen.exchanges:
            name = spec.endpoint(request.method, path_of(spec.provider, str(request.url)))
            kind = response.headers.get("content-type", "")
            if name is not None and response.status_code < 300 and "json" in kind:
                shape = spec.operations[name].get("reply") or {}
                found |= {f"fake: {name} {line}" for line in _told(shape, response.json())}
    return found


def path_of(provider: str, url: str) -> str:
    """Return the path of a URL below the provider's base."""
    base = registry.info(provider).base_url
    plain = str(url).partition("?")[0]
    if plain.startswith(base):
        return unquote(plain.removeprefix(base)) or "/"
    split = urlsplit(plain)
    return unquote(split.path) if split.netloc == urlsplit(base).netloc else f"{split.netloc}{unquote(split.path)}"


def signature(provider: str) -> set[str]:
    """Return the names that carry the credentials, as places."""
    auth = registry.info(provider).auth
    out = Outgoing(Request("POST", "/", json={}))
    auth.sign(out, dict.fromkeys(auth.fields, "x"), "x")
    return {f"query:{name}" for name in out.params} | {f"body:{name}" for name in out.json or {}}


def judged(spec: Spec) -> tuple[set[str], set[str]]:
    """Return what of a provider's cases is not as its file says, and the endpoints that were compared.

    Of a place in a reply one case has to show the listed type: others may hold oddities an adapter must stand.
    """
    found: set[str] = set()
    compared: set[str] = set()
    shown: set[str] = set()
    keys = signature(spec.provider)
    for case, request, reply in exchanges(spec.provider):
        method = str(request.get("method", "GET")).upper()
        path = path_of(spec.provider, request["url"])
        name = spec.endpoint(method, path)
        if name is None:
            found.add(f"{method} {_template(spec.provider, method, path)}")
            continue
        compared.add(name)
        facts = spec.operations[name]
        found |= {f"{name} {line}" for line in _asked(facts, request, keys)}
        if int(reply.get("status", 200)) < 300 and "json" in reply and ("hit" in case.spec or "results" in case.spec):
            shape = facts.get("reply") or {}
            found |= {f"{name} {line}" for line in _told(shape, reply["json"])}
            shown |= {
                f"{name} reply:{where}" for where, value in flat(reply["json"]) if _fits(shape.get(where, ""), value)
            }
    return {line for line in found if line.partition(" is no ")[0] not in shown}, compared


def _template(provider: str, method: str, path: str) -> str:
    """Return a path without the values in it, so that one reason stands for all of them."""
    return "/".join("{}" if re.search(r"\d|\.example|@|%", part) else part for part in path.split("/"))


def _asked(facts: Mapping[str, Any], request: Mapping[str, Any], keys: set[str]) -> Iterator[str]:
    _, _, fixed = str(request["url"]).partition("?")
    query = {**dict(parse_qsl(fixed)), **(request.get("params") or {})}
    sent = {f"query:{name}": value for name, value in query.items() if value is not None}
    body = request.get("json", request.get("form"))
    known = {f"query:{name}": kind for name, kind in (facts.get("query") or {}).items()}
    for place, value in sent.items():
        kind = known.get(place) or known.get(f"{place}[]") or known.get(place.removesuffix("[]"))
        if place in keys:
            continue
        if kind is None:
            yield f"{place} is not listed"
        elif not _fits_text(kind, value):
            yield f"{place} is no {kind.rstrip('!')}"
    for place, kind in known.items():
        if kind.endswith("!") and place not in sent and place not in keys and f"{place}[]" not in sent:
            yield f"{place} is compulsory"
    shape = facts.get("body") or {}
    if body is not None and shape:
        for where, value in flat(body):
            yield from (f"body:{line}" for line in _place(shape, where, value) if f"body:{where}" not in keys)
        for where, kind in shape.items():
            top = "." not in where and "[" not in where
            if (
                top
                and kind.endswith("!")
                and isinstance(body, Mapping)
                and where not in body
                and f"body:{where}" not in keys
            ):
                yield f"body:{where} is compulsory"
    elif body not in (None, {}, []) and "body" not in facts:
        yield "body is not listed"


def _told(shape: Mapping[str, str], body: Any) -> Iterator[str]:
    odd: tuple[str, ...] = ()
    for where, value in flat(body) if shape else ():
        if where.startswith(odd) and odd:
            continue
        lines = list(_place(shape, where, value))
        if any(" is no " in line for line in lines):
            odd = (*odd, f"{where}.", f"{where}[")
        yield from (f"reply:{line}" for line in lines)


def _place(shape: Mapping[str, str], where: str, value: Any) -> Iterator[str]:
    """Yield what is wrong with one place of a body; null is right anywhere, what is open may hold anything."""
    if value is None or not where:
        return
    kind = shape.get(where) or _starred(shape, where)
    if kind is None:
        if not any(_open(shape, parent) for parent in _parents(where)):
            yield f"{where} is not listed"
    elif "any" not in kind and not _fits(kind.rstrip("!"), value):
        yield f"{where} is no {kind.rstrip('!')}"


def _starred(shape: Mapping[str, str], where: str) -> str | None:
    for known, kind in shape.items():
        if "*" in known and re.fullmatch(re.escape(known).replace(r"\*", r"[^.\[]+"), where):
            return kind
    return None


def _parents(where: str) -> Iterator[str]:
    parts = re.split(r"(?=\.)|(?=\[\])", where)
    for count in range(len(parts)):
        yield "".join(parts[:count]).lstrip(".")


def _open(shape: Mapping[str, str], parent: str) -> bool:
    """Return whether anything may stand below a place: it is listed, and nothing below it is."""
    kind = shape.get(parent)
    if kind is None:
        return False
    return "any" in kind or not any(known.startswith((f"{parent}.", f"{parent}[]")) for known in shape)


def _fits(kind: str, value: Any) -> bool:
    own = KINDS.get(type(value), "any")
    kinds = set(kind.split("|"))
    return own in kinds or bool(NUMBERS & kinds and own in NUMBERS)


def _fits_text(kind: str, value: Any) -> bool:
    """Return whether a value of a query string can be read as its kind."""
    kinds = set(kind.rstrip("!").split("|"))
    if {"string", "any", "array", "object"} & kinds:
        return True
    text = str(value).lower()
    return ("boolean" in kinds and text in ("true", "false", "0", "1")) or bool(
        NUMBERS & kinds and re.fullmatch(r"-?\d+(\.\d+)?", text)
    )


def flat(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (place, value) of everything in a body: "data", "data.tags", "data.tags[]"."""
    yield where, value
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from flat(part, f"{where}.{name}" if where else str(name))
    elif isinstance(value, list):
        for part in value:
            yield from flat(part, f"{where}[]")
