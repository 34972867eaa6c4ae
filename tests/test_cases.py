"""Every vendor's case file: each request as it must be sent, each answer as it must be understood."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from leadenrich.contract import Flow, HTTPProvider, Query, Support, Wait
from leadenrich.errors import ConfigurationError, RateLimitError
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss
from leadenrich.sandbox.fake import Route
from leadenrich.sandbox.transport import handlers_of
from leadenrich.testing import cases, conformance

FOLDER = Path(__file__).parent / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))
# A provider that computes its answer here has tests of its own: there is no request to write down.
VENDORS = [name for name in registry.builtin_ids() if conformance.is_http(name) and registry.info(name).base_url]


@cache
def cases_of(vendor: str) -> list[cases.Case]:
    """Return a vendor's cases, read where a test asks for them."""
    file = FOLDER / f"{vendor}.yaml"
    return cases.load(file) if file.exists() else []


async def run_all(all_of_them: Iterable[cases.Case]) -> None:
    """Run cases one after the other; those that fail are told of together, each with its name."""
    failed = []
    for case in all_of_them:
        try:
            await cases.run(case)
        except Exception as error:
            error.add_note(str(case))
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} cases fail", failed)


@pytest.mark.looptime
@pytest.mark.parametrize("vendor", [file.stem for file in FILES])
async def test_cases(vendor: str) -> None:
    assert cases_of(vendor)
    await run_all(cases_of(vendor))


def test_every_case_file_belongs_to_a_vendor() -> None:
    assert {file.stem for file in FILES} <= set(registry.builtin_ids())


@pytest.mark.looptime
@pytest.mark.parametrize("vendor", VENDORS)
async def test_every_operation_has_its_cases(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor has a case file and a fake; an operation is asked for all it can come to, a background job included."""
    mine, missing = cases_of(vendor), [] if handlers_of(vendor) is not None else ["it has no fake in the sandbox"]
    for feature in registry.info(vendor).features:
        if feature.support is Support.UNDOCUMENTED:
            continue
        asked = [case for case in mine if operation_of(case) == feature.operation]
        specs = [spec for case in asked for spec in (case.spec, *case.spec.get("results", ()))]
        hits = [case.spec["exchanges"][-1]["reply"] for case in asked if "hit" in case.spec and case.spec["exchanges"]]
        raised = {spec.get("raises", spec["error"]) for spec in specs if "error" in spec}
        has = {
            "hit": any("hit" in spec for spec in specs),
            "hit on little": len({size(reply) for reply in hits}) > 1,
            "miss": any("miss" in spec for spec in specs),
        }
        if await waits(asked, monkeypatch):
            has["job that fails"] = bool(raised & {"FEATURE_EXECUTION_FAILED", "PROVIDER_API_ERROR"})
            has["job that never ends"] = "ProviderTimeoutError" in raised
        missing += [f"{feature.operation} has no {what}" for what, there in has.items() if not there]
    errors = {spec["error"] for case in mine for spec in (case.spec, *case.spec.get("results", ())) if "error" in spec}
    failed = [
        case.spec["exchanges"][-1]["reply"] for case in mine if case.spec.get("exchanges") and "error" in case.spec
    ]
    asks = registry.get(vendor)
    has = {
        "refused key": "PROVIDER_AUTHENTICATION_FAILED" in errors or not registry.info(vendor).auth.fields,
        "throttle": "PROVIDER_RATE_LIMIT" in errors,
        "page instead of an answer": any("text" in reply for reply in failed),
        "questions asked at once for each bulk endpoint": len([1 for case in mine if "queries" in case.spec])
        >= len(asks.folds),
    }
    assert missing + [f"it has no {what}" for what, there in has.items() if not there] == []


LIMITED = [(vendor, rate.on) for vendor in VENDORS for rate in registry.info(vendor).rates if rate.on is not None]


@pytest.mark.parametrize(("vendor", "on"), LIMITED, ids=str)
def test_a_limit_is_of_endpoints_that_are_asked(vendor: str, on: str | tuple[str, ...]) -> None:
    """A limit with a misspelt endpoint would hold nobody back."""
    base = registry.info(vendor).base_url
    for endpoint in (on,) if isinstance(on, str) else on:
        method, _, path = endpoint.partition(" ")
        pattern = Route(method, path, bool).pattern(base)
        asked = [one["request"] for case in cases_of(vendor) for one in case.spec.get("exchanges", ())]
        assert any(
            one.get("method", "GET") == method and pattern.fullmatch(one["url"].partition("?")[0]) for one in asked
        ), endpoint


async def waits(asked: list[cases.Case], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether one of these cases makes the operation wait for a background job."""
    waited: list[Wait] = []
    flow = HTTPProvider.flow

    def watched(self: HTTPProvider, operation: str, query: Query) -> Flow:
        inner, reply = flow(self, operation, query), None
        while True:
            try:
                step = next(inner) if reply is None else inner.send(reply)
            except StopIteration as end:
                return end.value
            if isinstance(step, Wait):
                waited.append(step)
            reply = yield step

    with monkeypatch.context() as patch:
        patch.setattr(HTTPProvider, "flow", watched)
        for case in asked:
            if "hit" in case.spec and may_wait(case) and not waited:
                await cases.run(case)
    return bool(waited)


def may_wait(case: cases.Case) -> bool:
    """Return whether a case goes on after its first reply; a job that is waited for always does."""
    exchanges = case.spec.get("exchanges", ())
    return len(exchanges) > 1 or any("again" in one or "delivers" in one for one in exchanges)


def operation_of(case: cases.Case) -> str | None:
    return case.operation and registry.check_operation(case.provider, case.operation)


def size(reply: dict[str, Any]) -> int:
    """Return how much a reply says."""
    return len(reply["text"]) if "text" in reply else leaves(reply.get("json"))


def leaves(part: Any) -> int:
    """Return how many values a reply holds; null and "" are none."""
    if isinstance(part, dict | list):
        return sum(leaves(one) for one in (part.values() if isinstance(part, dict) else part))
    return part not in (None, "")


FATAL = ("PROVIDER_AUTHENTICATION_FAILED", "PROVIDER_RATE_LIMIT", "PROVIDER_INSUFFICIENT_CREDITS")


def refusals(vendor: str) -> list[tuple[cases.Case, cases.Case]]:
    """Return (case of an operation that is a hit, case of the vendor refusing): each of both, once."""
    hits, errors = {}, {}
    for case in cases_of(vendor):
        if "query" in case.spec and case.spec.get("exchanges"):
            if "hit" in case.spec:
                hits.setdefault(operation_of(case), case)
            if case.spec.get("error") in FATAL and not case.spec.get("only_here"):
                errors.setdefault(case.spec["error"], case)
    pairs = ((hit, error) for hit in hits.values() for error in errors.values())
    return [(hit, error) for hit, error in pairs if _logins(hit, error) is not None]


def _logins(hit: cases.Case, error: cases.Case) -> list[Any] | None:
    """Return the exchanges before the refused one, if they are what `hit` begins with too: none, or a login."""
    before = error.spec["exchanges"][:-1]
    begins = hit.spec["exchanges"][: len(before)]
    same = [one["request"] for one in begins] == [one["request"] for one in before]
    return begins if same and len(hit.spec["exchanges"]) > len(before) else None


@pytest.mark.looptime
@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_refusal_is_one_whatever_was_asked(vendor: str) -> None:
    """How a vendor refuses a key, slows callers down or says that credits are used up, met by each operation."""
    await run_all(refused(hit, error) for hit, error in refusals(vendor))


def refused(hit: cases.Case, error: cases.Case) -> cases.Case:
    """Return the case in which what `hit` asks is refused as `error` says."""
    before = _logins(hit, error) or []
    asked = hit.spec["exchanges"][len(before)]["request"]
    spec = {name: hit.spec[name] for name in ("operation", "query", "webhook_url") if name in hit.spec}
    exchanges = [*before, {"request": asked, "reply": error.spec["exchanges"][-1]["reply"]}]
    expected = {"error": error.spec["error"], "exchanges": exchanges}
    return cases.Case(hit.provider, f"{hit.name} ({error.spec['error']})", {**spec, **expected}, hit.credentials)


# ---- the runner itself


URL = "https://api.acme.example/v1/x"


def sent(query: str = "", method: str = "GET", **parts: Any) -> httpx.Request:
    return httpx.Request(method, f"{URL}?{query}" if query else URL, **parts)


def posted(**parts: Any) -> httpx.Request:
    return sent(method="POST", **parts)


@pytest.mark.parametrize(
    ("expected", "request_", "difference"),
    [
        ({"params": {"a": 1, "b": "2"}}, sent("a=1&b=2"), None),
        ({"url": f"{URL}?b=2", "params": {"a": 1, "c": None}}, sent("a=1&b=2"), None),
        ({"params": {"a": 1}}, sent("a=1&b=2"), "query string"),
        ({"params": {"a": 1, "b": 2}}, sent("a=1"), "query string"),
        ({"url": "https://api.acme.example/v1/y"}, sent(), "URL"),
        ({"method": "POST"}, sent(), "method"),
        ({"params": {"flag": True, "many": ["x", "y"]}}, sent("many=x&many=y&flag=true"), None),
        ({"params": {"many": ["y"]}}, sent("many=x"), "query string"),
        ({"headers": {"X-Key": "k"}}, sent(headers={"x-key": "k"}), None),
        ({"headers": {"X-Key": "k"}}, sent(headers={"x-key": "other"}), "header X-Key"),
        ({"method": "POST", "json": {"a": [1]}}, posted(json={"a": [1]}), None),
        ({"method": "POST", "json": {"a": [2]}}, posted(json={"a": [1]}), r"JSON body: a\[0\]"),
        ({"method": "POST", "json": {"a": 1}}, posted(json={"a": 1, "b": 2}), "not expected at all"),
        ({"method": "POST", "json": {"a": 1}}, posted(content=b"a=1"), "is none"),
        ({"method": "POST", "form": {"a": "ü"}}, posted(data={"a": "ü"}), None),
        ({"method": "POST", "form": {"a": 1}}, posted(data={"a": 2}), "form body"),
        ({"method": "POST", "text": "a,b"}, posted(content=b"a,b"), None),
        ({"method": "POST"}, posted(content=b"a,b"), "body"),
    ],
)
def test_requests_are_compared_exactly(
    expected: dict[str, Any], request_: httpx.Request, difference: str | None
) -> None:
    found = cases.differences({"url": URL, **expected}, request_)
    assert [bool(difference)] * bool(difference) == [bool(re.search(difference or "", line)) for line in found]


HIT = Hit({"email": "ida@brightloom.example", "funding_total_usd": 1200, "technologies": ["React"]}, confidence=90)


@pytest.mark.parametrize(
    ("result", "expected", "difference"),
    [
        (HIT, {"hit": HIT.data, "confidence": 90}, ""),
        (HIT, {"hit": {**HIT.data, "technologies": []}}, "technologies"),
        (Hit({"a": 1, "b": 2}), {"hit": {"a": 1}}, "b is 2, not expected at all"),
        (HIT, {"hit": {**HIT.data, "title": "CEO"}}, "title is missing"),
        (HIT, {"hit": {**HIT.data, "technologies": ["React", "Vue"]}}, "technologies"),
        (HIT, {"hit": HIT.data, "confidence": 80}, "confidence"),
        (HIT, {"hit": HIT.data, "credits": 1}, "credits"),
        (HIT, {"miss": True}, "a Miss was expected"),
        (HIT, {"error": "PROVIDER_RATE_LIMIT"}, "an error PROVIDER_RATE_LIMIT was expected"),
        (Miss(), {"miss": True, "credits": 0}, ""),
        (Miss(), {"hit": {}}, "a Hit was expected"),
        (RateLimitError("slow"), {"error": "PROVIDER_RATE_LIMIT", "recoverable": True}, ""),
        (RateLimitError("slow"), {"error": "PROVIDER_API_ERROR"}, "error"),
        (RateLimitError("slow"), {"error": "PROVIDER_RATE_LIMIT", "retry_after": 7}, "retry_after"),
        (RateLimitError("slow"), {"error": "PROVIDER_RATE_LIMIT", "raises": "RateLimitError"}, ""),
        (RateLimitError("slow"), {"error": "PROVIDER_RATE_LIMIT", "raises": "ProviderError"}, "raises"),
        (RateLimitError("slow"), {"miss": True}, "it raised RateLimitError"),
        (True, {"result": True}, ""),
        (True, {"result": 1}, "result"),
    ],
)
def test_results_are_compared_exactly(result: Any, expected: dict[str, Any], difference: str) -> None:
    found = cases.mismatches(result, expected)
    assert [bool(difference)] * bool(difference) == [difference in line for line in found]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cases: [{name: a, query: {}, hti: {}}]", "did you mean 'hit'"),
        ("cases: [{name: a, query: {}}]", "it expects nothing"),
        ("cases: [{name: a, miss: true}, {name: a, miss: true}]", "two cases are named 'a'"),
        ("cases: [{name: a, queries: [{}, {}], results: [{miss: true}]}]", "2 queries and 1 results"),
        ("cases: [{name: a, miss: true, exchanges: [{request: {urls: x}, reply: {}}]}]", "did you mean 'url'"),
        (
            "cases: [{name: a, miss: true, exchanges: [{request: {}, reply: {}, again: 1}, {request: {}, reply: {}}]}]",
            "only the last exchange",
        ),
    ],
)
def test_case_files_are_read_strictly(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        cases.load(tmp_path / "acme.yaml")


def test_dates_stay_text(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text("cases: [{name: a, query: {day: 2026-04-12}, miss: true}]")
    (case,) = cases.load(tmp_path / "acme.yaml")
    assert case.spec["query"] == {"day": "2026-04-12"}
    assert (str(case), case.operation) == ("acme: a", None)


async def test_too_many_and_too_few_requests_are_said() -> None:
    ask = {"url": "https://api.hunter.io/v2/email-verifier", "params": {"email": "mira@brightloom.example"}}
    spec: dict[str, Any] = {"operation": "verify_email", "query": {"email": "mira@brightloom.example"}, "miss": True}
    few = {**spec, "exchanges": [{"request": ask, "reply": {"json": {}}}] * 2}
    with pytest.raises(AssertionError, match="only 1 of 2 requests were sent"):
        await cases.run(cases.Case("hunter", "few", few, None))
    with pytest.raises(AssertionError, match="request 1 is one too many"):
        await cases.run(cases.Case("hunter", "many", {**spec, "exchanges": []}, None))
