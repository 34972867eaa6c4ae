"""Every vendor's case file: each request as it must be sent, each answer as it must be understood."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from leadenrich.contract import Support
from leadenrich.errors import ConfigurationError, RateLimitError
from leadenrich.registry import registry
from leadenrich.results import Hit, Miss
from leadenrich.sandbox.transport import handlers_of
from leadenrich.testing import cases, conformance

FOLDER = Path(__file__).parent / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))
CASES = [case for file in FILES for case in cases.load(file)]
# A provider that computes its answer here has tests of its own: there is no request to write down.
VENDORS = [name for name in registry.builtin_ids() if conformance.is_http(name) and registry.info(name).base_url]


@pytest.mark.looptime
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_case(case: cases.Case) -> None:
    await cases.run(case)


def test_every_case_file_belongs_to_a_vendor() -> None:
    assert {file.stem for file in FILES} <= set(registry.builtin_ids())


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_operation_has_its_cases(vendor: str) -> None:
    """A vendor has a case file and a fake; every operation has a hit, a hit on little, and a miss or why not."""
    mine = [case for case in CASES if case.provider == vendor]
    if mine and not registry.info(vendor).base_url:
        return  # it computes its answers: there is no vendor to fake, to refuse or to miss
    missing = [] if mine else ["it has no case file"]
    missing += [] if handlers_of(vendor) is not None else ["it has no fake in the sandbox"]
    for feature in registry.info(vendor).features if mine else ():
        if feature.support is Support.UNDOCUMENTED:
            continue
        specs = list(expectations(mine, feature.operation))
        if not any("hit" in spec for spec in specs):
            missing.append(f"{feature.operation} has no hit")
        if not any("miss" in spec for spec in specs):
            missing.append(f"{feature.operation} has no miss")
    errors = {spec["error"] for case in mine for spec in [case.spec, *case.spec.get("results", ())] if "error" in spec}
    if mine and registry.info(vendor).auth.fields and "PROVIDER_AUTHENTICATION_FAILED" not in errors:
        missing.append("it has no refused key")
    if mine and "PROVIDER_RATE_LIMIT" not in errors:
        missing.append("it has no throttle")
    assert missing == []


def expectations(mine: list[cases.Case], operation: str) -> Any:
    for case in mine:
        if case.operation is not None and registry.check_operation(case.provider, case.operation) == operation:
            yield from (case.spec, *case.spec.get("results", ()))


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
