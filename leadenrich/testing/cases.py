"""Case files: what an operation sends, exactly, and what it makes of the answer, as YAML, run through a real session.

    credentials: {api_key: key-for-tests}
    cases:
      - name: finds an e-mail
        operation: find_email
        query: {full_name: Ida Example, company_domain: brightloom.example}
        exchanges:
          - request: {method: GET, url: "https://api.acme.example/people", params: {name: Ida Example}}
            reply: {status: 200, json: {email: ida@brightloom.example}}
        hit: {email: ida@brightloom.example}

An exchange with `again: true`, the last one, is gone through as often as it is asked: a job that never ends. With
`delivers: {body: ..., headers: ...}` the vendor's webhook comes along with the reply. In a request "{webhook}" stands
for the address that a session with the case's `webhook_url` gives to the vendor.

A case has `query` (one question), `queries` (asked at once), `quota: true`, `check: true` or `delivered` (a webhook).
It expects `hit` (all of the data, without the confidence), `miss: true`, `error: CODE`, `results` (one for each of
`queries`) or `result`; and may state `confidence`, `credits`, `recoverable`, `retry_after`, `bars` (what an error
closes for the session: account, operation or null) and `raises`, the name of the exception's class where its code does
not say enough (a timeout has the code of any failure). `only_here: true`
marks a refusal that other operations of the vendor do not meet; `credentials` come on top of the file's. A request is
compared in method, URL, query string, body (`json`, `form` or `text`; none: no body) and in the headers that are
listed.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx

from leadenrich.contract import Quota
from leadenrich.errors import ConfigurationError, LeadEnrichError, nearest
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss, to_credits
from leadenrich.vocabulary import SENSITIVE_FIELDS

if TYPE_CHECKING:
    from leadenrich.engine.session import Session

REQUEST_KEYS = frozenset({"method", "url", "params", "headers", "json", "form", "text"})
REPLY_KEYS = frozenset({"status", "json", "text", "headers"})
STATED = ("recoverable", "retry_after", "bars")
"""What a case may say of an error beside its code."""
EXPECTATIONS = frozenset({"hit", "miss", "error", "confidence", "credits", "raises", *STATED})
CASE_KEYS = EXPECTATIONS | {
    "name",
    "operation",
    "query",
    "queries",
    "exchanges",
    "results",
    "result",
    "quota",
    "check",
    "delivered",
    "webhook_url",
    "only_here",
    "credentials",
}


@dataclass(frozen=True)
class Case:
    """One case: the keys of its YAML entry, and whose it is."""

    provider: str
    name: str
    spec: Mapping[str, Any]
    credentials: Mapping[str, str] | None

    @property
    def operation(self) -> str | None:
        """Return the operation asked, None for quota, check and webhooks."""
        return self.spec.get("operation")

    def __str__(self) -> str:
        """Name it as a test id."""
        return f"{self.provider}: {self.name}"


@dataclass
class Script:
    """Stands in for the vendor: checks each request against the next one of the case, and gives its reply."""

    exchanges: Sequence[Mapping[str, Any]]
    provider: str
    session: Session | None = None
    asked: int = 0
    problems: list[str] = field(default_factory=list)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; what is wrong with it is kept in `problems`."""
        self.asked += 1
        number = self.asked
        if self.exchanges and self.exchanges[-1].get("again"):
            number = min(number, len(self.exchanges))
        if number > len(self.exchanges):
            self.problems.append(f"request {self.asked} is one too many: {request.method} {request.url}")
            return httpx.Response(418, json={"error": "no exchange left in the case"})
        exchange = self.exchanges[number - 1]
        expected = _filled(exchange["request"], self._webhook())
        self.problems += [f"request {self.asked}: {problem}" for problem in differences(expected, request)]
        if self.session is not None and (sent := exchange.get("delivers")) is not None:
            token = httpx.URL(self._webhook() or "").params.get("token")
            body = json.dumps(sent["body"])
            await self.session.deliver(self.provider, body, sent.get("headers") or {}, token=token)
        reply = exchange["reply"]
        content = reply["text"].encode() if "text" in reply else json.dumps(reply.get("json")).encode()
        kind = "text/plain" if "text" in reply else "application/json"
        headers = {
            "content-type": kind,
            **{name.lower(): str(value) for name, value in reply.get("headers", {}).items()},
        }
        return httpx.Response(int(reply.get("status", 200)), content=content, headers=headers)

    def _webhook(self) -> str | None:
        if self.session is None:
            return None
        return self.session.webhook_for(self.provider)


def _filled(part: Any, webhook: str | None) -> Any:
    """Return a part of an expected request with the webhook's address where "{webhook}" stands."""
    if isinstance(part, Mapping):
        return {name: _filled(value, webhook) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, webhook) for value in part]
    return webhook if part == "{webhook}" else part


def load(path: str | Path, provider: str | None = None) -> list[Case]:
    """Read a case file; needs PyYAML.

    Args:
        path: the file.
        provider: whose cases they are; by default the file's name says it.

    Raises:
        ConfigurationError: an unknown key, a name twice, or a case that expects nothing.
    """
    path = Path(path)
    data = _read(path)
    provider = provider or path.stem
    cases = [Case(provider, str(spec.get("name")), spec, data.get("credentials")) for spec in data.get("cases", ())]
    names = [case.name for case in cases]
    for case in cases:
        if names.count(case.name) > 1:
            raise ConfigurationError(f"{path.name}: two cases are named {case.name!r}")
        _check(path.name, case)
    return cases


def _check(file: str, case: Case) -> None:
    where = f"{file}, {case.name!r}"
    spec = case.spec
    _known(where, spec, CASE_KEYS)
    if not any(word in spec for word in ("hit", "miss", "error", "results", "result")):
        raise ConfigurationError(f"{where}: it expects nothing; give hit, miss, error, results or result")
    for exchange in spec.get("exchanges", ()):
        _known(where, exchange, frozenset({"request", "reply", "again", "delivers"}))
        _known(where, exchange["request"], REQUEST_KEYS)
        _known(where, exchange["reply"], REPLY_KEYS)
    if any(exchange.get("again") for exchange in spec.get("exchanges", ())[:-1]):
        raise ConfigurationError(f"{where}: only the last exchange can be gone through again")
    if "queries" in spec and len(spec["queries"]) != len(spec.get("results", ())):
        raise ConfigurationError(f"{where}: {len(spec['queries'])} queries and {len(spec.get('results', ()))} results")


def _known(where: str, spec: Mapping[str, Any], keys: frozenset[str]) -> None:
    for key in spec:
        if key not in keys:
            raise ConfigurationError(f"{where}: unknown key {key!r}{nearest(str(key), keys)}")


def _read(path: Path) -> Mapping[str, Any]:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where it is there, is ten times as fast

    class Loader(base):  # type: ignore[misc]  # a base chosen at run time
        """Leaves dates the text they are."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in base.yaml_implicit_resolvers.items()
    }
    data = yaml.load(path.read_text(encoding="utf-8"), Loader)  # a SafeLoader
    return data if isinstance(data, Mapping) else {}


async def run(case: Case) -> None:
    """Run one case through a real `Session`; under a virtual clock its waits cost no time.

    Raises:
        AssertionError: something sent or returned is not what the case says; the text tells what.
    """
    from leadenrich.engine.session import Session

    cls, spec = registry.get(case.provider), case.spec
    if "delivered" in spec:
        given = spec["delivered"]
        headers = {name.lower(): str(value) for name, value in given.get("headers", {}).items()}
        found = [list(pair) for pair in cls().delivered(given.get("body"), headers)]
        _raise(_unequal("delivered", found, spec["result"]))
        return
    script = Script(spec.get("exchanges", ()), case.provider)
    keys = {
        **(case.credentials or {name: f"test-{name}" for name in cls.info.auth.fields}),
        **spec.get("credentials", {}),
    }
    script.session = session = Session(
        credentials={case.provider: {**keys, **spec.get("credentials", {})}},
        transport=httpx.MockTransport(script.answer),
        webhook_url=spec.get("webhook_url"),
        retries=0,
    )
    async with session:
        if "queries" in spec:
            results = await session.bulk(case.provider, spec["operation"], spec["queries"], fields=SENSITIVE_FIELDS)
            for number, (result, due) in enumerate(zip(results, spec["results"], strict=True)):
                script.problems += [f"result {number}: {problem}" for problem in mismatches(result, due)]
        elif spec.get("quota") or spec.get("check"):
            ask = session.quota if spec.get("quota") else session.check
            script.problems += mismatches(await _caught(ask(case.provider)), spec)
        else:
            query = spec.get("query") or {}
            asked = session.call(case.provider, spec["operation"], query, fields=SENSITIVE_FIELDS)
            script.problems += mismatches(await _caught(asked), spec)
    if script.asked < len(script.exchanges):
        script.problems.append(f"only {script.asked} of {len(script.exchanges)} requests were sent")
    _raise(script.problems)


async def _caught(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except LeadEnrichError as error:
        return error


def _raise(problems: Sequence[str]) -> None:
    if problems:
        raise AssertionError("\n".join(problems))


def differences(expected: Mapping[str, Any], sent: httpx.Request) -> list[str]:
    """Return how a request that was sent differs from the one a case expects; empty where it does not."""
    path, _, query = sent.url.raw_path.decode("ascii").partition("?")
    url, _, fixed = str(expected["url"]).partition("?")
    due = sorted(parse_qsl(fixed, keep_blank_values=True) + _pairs(expected.get("params")))
    found = _unequal("method", sent.method, str(expected.get("method", "GET")).upper())
    found += _unequal("URL", f"{sent.url.scheme}://{sent.url.netloc.decode('ascii')}{path}", url)
    found += _unequal("query string", sorted(parse_qsl(query, keep_blank_values=True)), due)
    for name, value in (expected.get("headers") or {}).items():
        found += _unequal(f"header {name}", sent.headers.get(name), str(value))
    text = sent.content.decode("utf-8", "replace")
    if "json" in expected:
        try:
            found += _unequal("JSON body", json.loads(text), expected["json"])
        except ValueError:
            found.append(f"JSON body: {text!r} is none")
    elif "form" in expected:
        body = sorted(parse_qsl(text, keep_blank_values=True))
        found += _unequal("form body", body, sorted(_pairs(expected["form"])))
    else:
        found += _unequal("body", text, expected.get("text", ""))
    return found


def mismatches(result: Any, expected: Mapping[str, Any]) -> list[str]:
    """Return how a result (Hit, Miss, error, Quota or a plain value) differs from what a case expects."""
    if "error" in expected:
        if not isinstance(result, LeadEnrichError):
            return [f"an error {expected['error']} was expected, not {_shown(result)}"]
        found = _unequal("error", str(result.code), expected["error"])
        for name in STATED:
            if name in expected:
                found += _unequal(name, getattr(result, name), expected[name])
        if "raises" in expected:
            found += _unequal("raises", type(result).__name__, expected["raises"])
        return found
    if isinstance(result, LeadEnrichError):
        return [f"it raised {type(result).__name__}: {result}"]
    if "result" in expected:
        if isinstance(result, Quota):
            listed = {item.name: getattr(result, item.name) for item in fields(Quota)}
            result = {name: value for name, value in listed.items() if value is not None and value != {}}
        return _unequal("result", result, expected["result"])
    kind = Miss if expected.get("miss") else Hit
    if not isinstance(result, kind):
        return [f"a {kind.__name__} was expected, not {_shown(result)}"]
    found = [] if expected.get("miss") else _unequal("hit", result.data, expected["hit"])
    if "confidence" in expected:
        found += _unequal("confidence", getattr(result, "confidence", None), expected["confidence"])
    if "credits" in expected:
        due = expected["credits"]
        found += _unequal("credits", result.credits, sum(to_credits(due).values(), Decimal(0)))
    return found


def _shown(result: Any) -> str:
    return f"a {type(result).__name__} {result.data}" if isinstance(result, Hit) else f"a {type(result).__name__}"


def _pairs(params: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    pairs = []
    for name, value in (params or {}).items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                pairs.append((str(name), ("true" if one else "false") if isinstance(one, bool) else str(one)))
    return pairs


def _unequal(what: str, found: Any, due: Any, where: str = "") -> list[str]:
    """Return where two values differ, each place in one line; a Decimal equals the number or text it is written as."""
    if isinstance(found, Mapping) and isinstance(due, Mapping):
        lines = []
        for key in sorted({*found, *due}, key=str):
            place = f"{where}.{key}" if where else str(key)
            if key not in due:
                lines.append(f"{what}: {place} is {found[key]!r}, not expected at all")
            elif key not in found:
                lines.append(f"{what}: {place} is missing, expected {due[key]!r}")
            else:
                lines += _unequal(what, found[key], due[key], place)
        return lines
    if isinstance(found, list | tuple) and isinstance(due, list | tuple) and len(found) == len(due):
        pairs = enumerate(zip(found, due, strict=True))
        return [line for number, (a, b) in pairs for line in _unequal(what, a, b, f"{where}[{number}]")]
    if isinstance(found, Decimal) and not isinstance(due, bool):
        same = str(due).replace(".", "", 1).lstrip("-").isdigit() and found == Decimal(str(due))
    else:
        same = found == due and isinstance(found, bool) == isinstance(due, bool)
    at = f" {where}" if where else ""
    return [] if same else [f"{what}:{at} is {found!r}, expected {due!r}"]
