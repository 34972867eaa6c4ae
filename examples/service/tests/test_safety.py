"""What strangers, vendors and exported files must not be able to do, and what no page may show."""

import json
import logging

import pytest
from conftest import KEY, LEADS, Page
from leadenrich_service.app import create_app
from leadenrich_service.settings import Settings
from starlette.websockets import WebSocketDisconnect

CHANGES = [
    ("POST", "/api/table?name=a.csv"),
    ("POST", "/api/table/sample"),
    ("PATCH", "/api/table"),
    ("PUT", "/api/design"),
    ("POST", "/api/design/toml"),
    ("POST", "/api/run"),
    ("POST", "/api/run/cancel"),
    ("POST", "/api/run/retry"),
    ("POST", "/api/vendors/hunter/try"),
]


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_a_change_needs_the_token_of_a_page(page: Page, method: str, path: str) -> None:
    for headers in ({}, {"x-csrf-token": "guessed"}, {"x-csrf-token": ""}):
        assert page.request(method, path, headers=headers, content=b"{}").status_code == 403
    page.cookies.clear()
    assert page.request(method, path, headers={"x-csrf-token": page.token}, content=b"{}").status_code == 401


def test_every_change_is_in_that_list(settings: Settings) -> None:
    app = create_app(settings)
    unsafe = {
        (method, route.path.replace("{provider_id}", "hunter"))
        for route in _routes(app.routes)
        for method in getattr(route, "methods", None) or ()
        if method not in ("GET", "HEAD", "OPTIONS")
    }
    assert unsafe - {("POST", "/hooks/hunter")} == {(method, path.partition("?")[0]) for method, path in CHANGES}


def _routes(routes: list) -> list:
    found = []
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        found += _routes(inner) if inner else [route]
    return found


def test_other_sites_and_other_names_of_the_host_are_refused(page: Page) -> None:
    assert page.get("/", headers={"host": "evil.example"}).status_code == 403
    assert page.get("/", headers={"origin": "https://evil.example"}).status_code == 403
    sent = page.post("/api/table/sample", headers={"origin": "null", "x-csrf-token": page.token})
    assert sent.status_code == 403
    page.change("POST", "/api/table/sample")
    for headers in ({"origin": "https://evil.example"}, {}):
        with pytest.raises(WebSocketDisconnect), page.websocket_connect("/api/run/live", headers=headers):
            pass


def test_the_cookie_and_the_headers(page: Page) -> None:
    page.cookies.clear()
    reply = page.get("/")
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    policy = reply.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_two_visitors_see_nothing_of_each_other(settings: Settings) -> None:
    app = create_app(settings)
    with Page(app, base_url="http://testserver") as one:
        one.load()
        one.upload(LEADS.read_bytes())
        other = Page(app, base_url="http://testserver")
        other.load()
        assert other.get("/api/table").json() is None
        assert one.get("/api/table").json()["rows"] == 300
        other.token = one.token
        assert other.change("POST", "/api/table/sample", 403)


def test_no_key_reaches_a_page_or_a_log(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HUNTER_API_KEY", KEY)
    from leadenrich_service import catalogue

    catalogue.vendors.cache_clear()
    catalogue.operations.cache_clear()
    with caplog.at_level(logging.DEBUG), Page(create_app(settings), base_url="http://testserver") as page:
        seen = [page.load(path) for path in ("/", "/design", "/run", "/vendors", "/vendors/hunter", "/usage")]
        assert "HUNTER_API_KEY" in seen[4]
        seen.append(json.dumps(page.upload(LEADS.read_bytes())))
        design = page.get("/api/design").json()["design"]
        seen.append(json.dumps(page.change("PUT", "/api/design", json={**design, "source": "keys"})))
        refused = page.change("POST", "/api/run", 422)
        assert "give it a budget" in refused["error"]  # with keys it costs money
        page.change("PUT", "/api/design", json=design)
        page.change("POST", "/api/run")
        page.until()
        seen += [page.get(path).text for path in ("/api/usage", "/metrics", "/api/run/download", "/api/run/rows/5")]
    assert KEY not in "".join(seen)
    assert KEY not in caplog.text
    catalogue.vendors.cache_clear()
    catalogue.operations.cache_clear()


def test_a_webhook_of_a_stranger_wakes_nothing(page: Page) -> None:
    page.cookies.clear()  # vendors have none
    assert page.post("/hooks/surfe", content=b"{}", headers={"host": "public.example"}).status_code == 404
    assert page.post("/hooks/nobody", content=b"{}").status_code == 404
    assert page.post("/hooks/surfe", content=b"x" * (2 * 2**20 + 1)).status_code == 413


def test_metrics_count_questions_by_vendor(page: Page) -> None:
    page.upload(LEADS.read_bytes())
    page.change("POST", "/api/run")
    page.until()
    text = page.get("/metrics").text
    assert 'leadenrich_provider="findymail"' in text
    assert "example" not in text.replace("exemplar", "")  # no value of a lead


def test_visitors_are_bounded(settings: Settings) -> None:
    import dataclasses

    app = create_app(dataclasses.replace(settings, max_visitors=3))
    with Page(app, base_url="http://testserver") as page:
        page.load()
        first = page.token
        for _ in range(3):
            page.cookies.clear()
            page.load()
        assert len(app.state.visitors._here) == 3
        assert first not in {one.csrf for one in app.state.visitors._here.values()}
