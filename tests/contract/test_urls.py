"""A key goes to the provider's own hosts and nowhere else, whatever a path, a value or a file says."""

from typing import Any

import httpx
import pytest

import leadenrich as le
from leadenrich.contract.auth import HeaderKey
from leadenrich.contract.urls import (
    base_url_problem,
    header_problem,
    host_problem,
    path_problem,
    resolve,
    url_problem,
    webhook_url_problem,
)
from leadenrich.engine import transport
from tests.engine.vendors import facts

BASE = "https://api.acme.example/v1"


@pytest.mark.parametrize(
    "path",
    [
        ".evil.example/x",
        "@evil.example/x",
        ":pw@evil.example/x",
        "people",
        "",
        "//evil.example/x",
        "/\\evil.example",
        "/a b",
        "/a\r\nHost: evil.example",
        "/a\tb",
        "/a#b",
        "/ä",
        "HTTPS://evil.example/x",
        "ftp://evil.example/x",
        "https://evil.example/x",
        "https://api.acme.example.evil.example/x",
        "https://api.acme.example@evil.example/x",
        "https://api.acme.example:443@evil.example/x",
        "https://api.acme.example\\@evil.example/x",
        "https://api.acme.example:8443/x",
        "https://{host}/x",
        "https:///x",
        "https://[::1/x",
        "http://api.acme.example/x",
        None,
        7,
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(path: Any) -> None:
    assert url_problem(path, BASE) is not None
    with pytest.raises(le.ConfigurationError):
        resolve(path, BASE, (), {"host": "evil.example"})


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/people", BASE + "/people"),
        ("/people?deep=1", BASE + "/people?deep=1"),
        ("/a/{id}", BASE + "/a/j%2F..%2F%7Bid%7D"),
        ("https://API.acme.example/v2/x", "https://API.acme.example/v2/x"),
        ("https://files.acme.example/{id}", "https://files.acme.example/j%2F..%2F%7Bid%7D"),
    ],
)
def test_a_path_of_the_providers_own(path: str, url: str) -> None:
    assert resolve(path, BASE, ("files.acme.example",), {"id": "j/../{id}"}) == url


@pytest.mark.parametrize(
    "value", ["evil.example/", "evil.example?", "evil.example#", "a@evil.example", "evil.example:80"]
)
def test_an_accounts_own_host_stays_the_vendors(value: str) -> None:
    base = "https://{account}.acme.example/v1"
    assert resolve("/x", base, (), {"account": "north"}) == "https://north.acme.example/v1/x"
    assert httpx.URL(resolve("/x", base, (), {"account": value})).host.endswith(".acme.example")
    with pytest.raises(le.ConfigurationError):
        resolve("https://{account}.evil.example/x", base, (), {"account": "north"})


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_climb_out_of_its_place_in_the_path(value: str) -> None:
    with pytest.raises(le.FeatureParametersError, match=r"\{id\} cannot stand in the path"):
        resolve("/people/{id}", BASE, (), {"id": value})


PRIVATE = [
    "localhost",
    "db",
    "db.internal",
    "printer.local",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "10.0.0.8",
    "172.20.1.1",
    "192.168.1.1:8080",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "[::1]",
    "[fe80::1]",
    "[::ffff:169.254.169.254]:80",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_an_address_of_this_machine_or_network_is_refused_unless_allowed(host: str) -> None:
    assert "private" in str(base_url_problem(f"https://{host}/v1"))
    assert "private" in str(host_problem(host))
    assert base_url_problem(f"http://{host}/v1", private=True) is None
    assert host_problem(host, private=True) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://api.acme.example",
        "ftp://api.acme.example",
        "api.acme.example",
        "https://",
        "https://user:pw@api.acme.example",
        "https://api.acme.example\r\nX: y",
        "https://api.acme.example?x=1",
        "https://api.acme.example#x",
        "https://api.acme.example:port",
        "https://{tenant}.example",
        "https://api.{tenant}.example",
        "https://{tenant}{more}.acme.example",
        "https://{tenant}",
        "https://ümlaut.example",
        None,
    ],
)
def test_a_base_url_that_is_none(url: Any) -> None:
    assert base_url_problem(url) is not None


def test_public_hosts_are_no_private_ones() -> None:
    assert base_url_problem("https://api.acme.example/v1") is None
    assert base_url_problem("https://8.8.8.8/v1") is None
    assert base_url_problem("https://{account}.acme.example/v1") is None
    assert base_url_problem("https://api.acme.example:8443") is None


@pytest.mark.parametrize("name", ["X-Key\r\nHost", "X Key", "", "X-Kéy", "X:Key", None])
def test_a_header_name_that_is_none(name: Any) -> None:
    assert header_problem(name) is not None
    request = le.Request("GET", "/x", headers={name: "1"} if name is not None else {"": "1"})
    with pytest.raises(le.ConfigurationError, match="not a header name"):
        transport.build(request, facts("acme_urls"), HeaderKey("X-Key"), {"api_key": _secret()}, None, "agent")


def _secret() -> Any:
    from pydantic import SecretStr

    return SecretStr("k")


@pytest.mark.parametrize(
    "url", ["nowhere", "ftp://a.example/x", "https://a.example/\r\nx", "https:///x", "https://a.example/#x", ""]
)
def test_a_webhook_url_that_vendors_cannot_call(url: str) -> None:
    assert webhook_url_problem(url) is not None
    with pytest.raises(le.ConfigurationError, match="webhook_url"):
        le.Session({"hunter": "k"}, webhook_url=url)
    assert webhook_url_problem("https://a.example/hooks/{provider}?x=1") is None


@pytest.mark.parametrize("path", [".evil.example/x", "@evil.example/x", "people", "https://evil.example/x"])
def test_a_declared_file_cannot_send_a_vendors_key_elsewhere(path: str) -> None:
    operation = {"needs": [["company_domain"]], "request": {"path": path}, "fields": {"company_name": "name"}}
    with pytest.raises(le.ConfigurationError, match=r"operations\.steal\.request\.path: "):
        le.DeclaredProvider.declare({"extends": "surfe", "operations": {"steal": operation}})
    poll = {"id": "id", "request": {"path": path}, "done": {"path": "x", "is": [1]}}
    operation = {**operation, "request": {"path": "/ok"}, "poll": poll}
    with pytest.raises(le.ConfigurationError, match=r"operations\.steal\.poll\.request\.path: "):
        le.DeclaredProvider.declare({"extends": "surfe", "operations": {"steal": operation}})


@pytest.mark.parametrize("key", ["base_url", "hosts", "auth"])
def test_a_file_that_extends_a_vendor_cannot_move_it(key: str) -> None:
    moved: dict[str, Any] = {"base_url": "https://evil.example", "hosts": ["evil.example"], "auth": {"kind": "bearer"}}
    operation = {"needs": [["company_domain"]], "request": {"path": "/x"}, "fields": {"company_name": "name"}}
    with pytest.raises(le.ConfigurationError, match=f"{key}: the built-in 'surfe' says this"):
        le.DeclaredProvider.declare({"extends": "surfe", key: moved[key], "operations": {"more": operation}})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base_url": "http://a.example"}, "base_url: .*plain http.*private=True"),
        ({"base_url": "https://169.254.169.254/latest"}, "base_url: .*link-local"),
        ({"base_url": "https://a.example\r\nx"}, "base_url: "),
        ({"hosts": ["b.example", "10.0.0.1"]}, r"hosts\.1: .*private"),
        ({"hosts": ["https://b.example"]}, r"hosts\.0: .*bare host"),
        ({"auth": {"kind": "header", "name": "X\r\nY"}}, "auth: .*header name"),
        ({"auth": {"kind": "header", "name": "X", "prefix": "a\nb"}}, r"auth\.prefix: .*line break"),
        ({"auth": {"kind": "login", "url": "https://evil.example/token"}}, r"auth\.url: evil\.example is no host"),
        ({"auth": {"kind": "login", "url": "token"}}, r"auth\.url: .*one slash"),
        ({"operations": {"generate": {"headers": {"X\r\nY": "1"}}}}, r"request\.headers"),
        ({"operations": {"generate": {"headers": {"X": "1\r\nY: 2"}}}}, r"request\.headers"),
    ],
)
def test_a_declared_file_is_checked_when_it_is_loaded(change: dict[str, Any], words: str) -> None:
    more = change.get("operations", {}).get("generate", {})
    operation = {"needs": [["prompt"]], "request": {"path": "/x", **more}, "fields": {"answer": "a"}}
    data = {"id": "declared_urls", "base_url": "https://a.example", **change, "operations": {"generate": operation}}
    with pytest.raises(le.ConfigurationError, match=words):
        le.DeclaredProvider.declare(data)


async def test_a_service_of_ones_own_is_allowed_by_the_caller_alone() -> None:
    operation = {"needs": [["prompt"]], "request": {"path": "/x"}, "fields": {"answer": "a"}}
    data = {"id": "declared_urls", "base_url": "http://127.0.0.1:8000", "operations": {"generate": operation}}
    with pytest.raises(le.ConfigurationError, match="no such key"):
        le.DeclaredProvider.declare({**data, "private": True})
    try:
        made = le.DeclaredProvider.declare(data, private=True)
        assert made.info.private
        answer = httpx.MockTransport(lambda request: httpx.Response(200, json={"a": str(request.url)}))
        async with le.Session({"declared_urls": {}}, transport=answer) as session:
            hit = await session.call("declared_urls", "generate", {"prompt": "hello"})
        assert hit["answer"] == "http://127.0.0.1:8000/x"
    finally:
        le.registry.registry.plugins().pop("declared_urls", None)
        le.registry.registry._loaded.pop("declared_urls", None)


@pytest.mark.parametrize("path", ["/a", "/a/{b}", "https://a.example/x"])
def test_a_path_may_be_one(path: str) -> None:
    assert path_problem(path) is None
