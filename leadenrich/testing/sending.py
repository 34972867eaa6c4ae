"""What a provider sends: only declared words, only to its own hosts, keys only in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import httpx

from leadenrich.contract import Query, Request
from leadenrich.contract.auth import Auth, Outgoing, TokenAuth
from leadenrich.errors import nearest
from leadenrich.registry import registry
from leadenrich.sandbox.fake import Route
from leadenrich.testing.asking import features_of
from leadenrich.testing.mock import MockVendor, session_over
from leadenrich.testing.questions import MARKERS, first_steps, full_query, good_exchanges, mark, minimal_queries
from leadenrich.vocabulary import MAIN_FIELD, QUERY_WORDS


class _Read(dict[str, Any]):
    """The words of a query, which notes those that are looked for."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        super().__init__(words)
        self.names: set[str] = set()

    def __getitem__(self, word: str) -> Any:
        self.names.add(word)
        return super().__getitem__(word)

    def get(self, word: str, default: Any = None) -> Any:
        self.names.add(word)
        return super().get(word, default)


def words_that_are_read_exist(provider_id: str) -> list[str]:
    """Check that a word an adapter looks for is one that can be there: a misspelt one reads as None for ever."""
    features = features_of(provider_id)
    known = QUERY_WORDS | {word for feature in features for word in feature.words}
    problems = []
    for feature in features:
        for whole in (full_query(feature), *minimal_queries(feature)):
            words = _Read(dict(whole))
            first_steps(provider_id, feature, Query(words))
            problems += [
                f"{feature.operation}: it reads {word!r}, which no query has{nearest(word, known)}"
                for word in words.names - known
            ]
    return sorted(set(problems))


def only_declared_words_are_sent(provider_id: str) -> list[str]:
    """Check that a request holds only what its operation declares, though the query holds everything (G13)."""
    problems = []
    for feature in features_of(provider_id):
        query = full_query(feature)
        # What is asked for may be read where it is known, by code that several operations share.
        declared = {*feature.words, MAIN_FIELD.get(feature.operation)}
        for request in first_steps(provider_id, feature, query):
            sent = unquote_plus(request.identity()).lower()
            for word, value in MARKERS.items():
                if word in query and word not in declared and mark(word, value) in sent:
                    problems.append(f"{feature.operation}: sends {word}, which is in neither `needs` nor `uses`")
    return sorted(set(problems))


async def only_declared_words_leave(provider_id: str) -> list[str]:
    """Check the same end to end: what a session sends when it is given everything (G13)."""
    problems = []
    for feature in features_of(provider_id):
        vendor = MockVendor(lambda request: httpx.Response(200, json={"access_token": "t0ken", "token": "t0ken"}))
        query = full_query(feature)
        async with session_over(provider_id, vendor) as session:
            await session.ask(provider_id, feature.operation, query)
        for request in vendor.asked:
            sent = unquote_plus(f"{request.url} {request.content.decode('utf-8', 'replace')} {request.headers}").lower()
            for word, value in MARKERS.items():
                if word in query and word not in feature.words and mark(word, value) in sent:
                    problems.append(f"{feature.operation}: {word} was sent, which it does not declare")
    return sorted(set(problems))


async def requests_stay_at_home(provider_id: str) -> list[str]:
    """Check that requests go to the provider's own hosts, and that folds belong to requests that are made."""
    info, problems, endpoints = registry.info(provider_id), [], set()
    for feature in features_of(provider_id):
        for query in (*minimal_queries(feature), full_query(feature)):
            for request in first_steps(provider_id, feature, query):
                endpoints.add(request.endpoint)
                host = urlsplit(request.path).netloc.lower()
                if host and "{" not in host and host not in {urlsplit(info.base_url).netloc.lower(), *info.hosts}:
                    problems.append(f"{feature.operation}: {host} is not among `hosts`")
                if not host and not request.path.startswith("/"):
                    problems.append(f"{feature.operation}: the path {request.path!r} begins with no slash")
    for fold in getattr(registry.get(provider_id), "folds", {}).values():
        if fold.endpoint not in endpoints and not await _is_reached(provider_id, fold.endpoint):
            problems.append(f"the bulk form of {fold.endpoint} belongs to no request that an operation makes")
        if fold.max_items < 2:
            problems.append(f"the bulk form of {fold.endpoint} takes {fold.max_items} at most")
    return sorted(set(problems))


async def _is_reached(provider_id: str, endpoint: str) -> bool:
    """Return whether an operation sends a request to an endpoint once earlier answers have led there."""
    method, _, path = endpoint.partition(" ")
    pattern = Route(method, path, bool).pattern(registry.info(provider_id).base_url)
    made = [pair for feature in features_of(provider_id) for pair in await good_exchanges(provider_id, feature)]
    urls = [str(request.url).partition("?")[0] for request, _ in made if request.method == method]
    return any(pattern.fullmatch(url) for url in urls)


async def keys_stay_in_their_place(provider_id: str) -> list[str]:
    """Check that credentials are sent where `info.auth` says, and show up nowhere else (G9)."""
    info, problems = registry.info(provider_id), []
    keys = {name: f"s3cr3t-{name}-7f" for name in info.auth.fields}
    secret = {name: value for name, value in keys.items() if name not in info.auth.public}
    for feature in features_of(provider_id):
        vendor = MockVendor(lambda request: httpx.Response(200, json={"access_token": "t0ken", "token": "t0ken"}))
        async with session_over(provider_id, vendor, keys) as session:
            asked = await session.ask(provider_id, feature.operation, next(minimal_queries(feature)))
            shown = repr((session, asked, asked.result, session.credentials, session.usage, session.health))
        for request in vendor.asked:
            problems += [f"{feature.operation}: {line}" for line in misplaced(info.auth, request, secret)]
        for name, value in secret.items():
            if value in f"{shown}{asked.result}":
                problems.append(f"{feature.operation}: {name} shows in a repr or an error")
    return sorted(set(problems))


def misplaced(auth: Auth, request: httpx.Request, secret: Mapping[str, str]) -> list[str]:
    """Return where secrets stand in a request that `auth` does not put them in."""
    headers, params, body, path = places_of(auth)
    found = []
    for name, value in secret.items():
        found += [
            f"{name} in the header {key}"
            for key, text in request.headers.items()
            if value in text and key not in headers
        ]
        found += [
            f"{name} in the parameter {key}"
            for key, text in request.url.params.multi_items()
            if value in text and key not in params
        ]
        if value in request.url.path and name not in path:
            found.append(f"{name} in the path")
        if value in unquote_plus(request.content.decode("utf-8", "replace")) and not body:
            found.append(f"{name} in the body")
    return found


def places_of(auth: Auth) -> tuple[set[str], set[str], set[str], set[str]]:
    """Return the headers, parameters, body fields and path parts that an auth kind fills."""
    headers, params, body, path = set(), set(), set(), set()
    for part in getattr(auth, "parts", None) or (getattr(auth, "inner", auth),):
        for signer in (part, part.signer) if isinstance(part, TokenAuth) else (part,):
            out = Outgoing(Request("POST", "/", json={}))
            signer.sign(out, dict.fromkeys((*signer.fields, *auth.fields), "x"), "x")
            headers |= {name.lower() for name in out.headers}
            params |= set(out.params)
            body |= set(out.json or {})
            path |= set(out.at)
    return headers, params, body, path
