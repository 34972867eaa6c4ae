"""The turns that adapters hand on: one call, a job that is waited for, an account, a word that means an error."""

from decimal import Decimal
from typing import Any, ClassVar

import pytest

import leadenrich as le
from leadenrich.contract import (
    Account,
    Category,
    ErrorCode,
    HTTPProvider,
    InvalidReplyError,
    NoAuth,
    ProviderInfo,
    Quota,
    Reply,
    Request,
    Tier,
    finished,
    one_call,
)
from leadenrich.engine.classify import judge
from leadenrich.results import Hit, Miss
from leadenrich.testing import drive

ASK = Request("GET", "/people", expect=(200, 404))
FIELDS = {"email": "mail", "title": "role"}


class Acme(HTTPProvider):
    info = ProviderInfo(
        id="flows_acme",
        title="Acme",
        category=Category.EMAIL_CONTACT,
        tier=Tier.BASIC,
        base_url="https://api.acme.example",
        docs_url="https://acme.example",
        auth=NoAuth(),
    )
    words: ClassVar = {
        ("error.code", "no_credits"): ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
        ("failed", True): ErrorCode.FEATURE_EXECUTION_FAILED,
    }
    account = Account("/account", remaining="left")
    free_call = Request("GET", "/me", paid=False)
    webhook_job = "data.id"


@pytest.mark.parametrize(
    ("body", "wanted", "at", "result"),
    [
        ({"mail": "ida@acme.example"}, (), "", Hit(email="ida@acme.example")),
        ({"data": {"mail": "ida@acme.example"}}, ("email",), "data", Hit(email="ida@acme.example")),
        ({"role": "Founder"}, ("email",), "", Miss()),
        ({"role": "Founder"}, ("email", "title"), "", Hit(title="Founder")),
        ({"role": "Founder"}, (), "", Hit(title="Founder")),
        ({"mail": ""}, (), "", Miss()),
        ({"data": [7]}, (), "data", Miss()),
        (Reply(404, json={"mail": "ida@acme.example"}), (), "", Miss()),
    ],
)
def test_one_call_is_a_hit_where_a_wanted_field_is_there(body: Any, wanted: Any, at: str, result: Any) -> None:
    assert drive(one_call(ASK, FIELDS, *wanted, at=at), [body]) == ([ASK], result)


def poll(job: Any) -> Request:
    return Request("GET", "/jobs/{id}", at={"id": job}, paid=False)


def running(reply: Reply) -> bool:
    return bool(reply.get("state") != "done")


def test_a_job_is_polled_by_the_name_its_start_gave_until_it_is_done() -> None:
    start = Reply(json={"data": {"id": 7}, "state": "queued"})
    flow = finished(start, "data.id", poll, running, every=5)
    asked, reply = drive(flow, [{"state": "running"}, {"state": "done", "email": "ida@acme.example"}])
    assert [request.at for request in asked] == [{"id": 7}, {"id": 7}]
    assert reply.get("email") == "ida@acme.example"


def test_a_job_done_at_once_is_not_polled() -> None:
    start = Reply(json={"state": "done"})
    assert drive(finished(start, "data.id", poll, running)) == ([], start)


@pytest.mark.parametrize("body", [{}, {"data": {"id": ""}}, {"data": [1]}])
def test_a_job_without_a_name_is_an_error_not_a_wait_for_ever(body: Any) -> None:
    with pytest.raises(InvalidReplyError, match="names no job"):
        drive(finished(Reply(json=body), "data.id", poll, running))


@pytest.mark.parametrize(
    ("account", "body", "quota"),
    [
        (Account("/x", remaining="a.b"), {"a": {"b": 5}}, Quota(remaining=5)),
        (Account("/x", remaining="b"), {"b": "1,200"}, Quota(remaining=Decimal(1200))),
        (Account("/x", remaining=["a", "b"]), {"b": 3}, Quota(remaining=3)),
        (Account("/x", plan="p", resets_at="d"), {"p": "Pro", "d": "2026-01-01"}, Quota("Pro", resets_at="2026-01-01")),
        (Account("/x", used="u", limit="l"), {"u": 3, "l": 10}, Quota(used=3, remaining=7)),
        (
            Account("/x", used="u", limit="l"),
            {"u": "0.5", "l": 2},
            Quota(used=Decimal("0.5"), remaining=Decimal("1.5")),
        ),
        (Account("/x", remaining="r", limit="l"), {"r": 4, "l": 10}, Quota(used=6, remaining=4)),
        (Account("/x", used="u", limit="l"), {"u": 3}, Quota(used=3)),
        (Account("/x", used="u", limit="l"), {"l": 3}, Quota()),
        (Account("/x", used="u", remaining="r", limit="l"), {"u": 1, "r": 2, "l": 9}, Quota(used=1, remaining=2)),
        (
            Account("/x", remaining="m", pools={"mail": "m", "sms": "s"}),
            {"m": 2, "s": "unlimited"},
            Quota(remaining=2, pools={"mail": 2}),
        ),
        (Account("/x", remaining="r"), [1, 2], Quota()),
    ],
)
def test_an_account_is_read_as_far_as_it_says(account: Account, body: Any, quota: Quota) -> None:
    (request,), found = drive(account.read(), [body])
    assert (request.endpoint, request.paid) == ("GET /x", False)
    assert found == quota


def test_an_account_may_want_another_method_a_body_and_headers() -> None:
    (request,), _ = drive(Account("/x", method="POST", headers={"a": "b"}, json={}, used="u").read(), [{}])
    assert (request.method, request.headers, request.json) == ("POST", {"a": "b"}, {})


def test_what_a_class_declares_serves_quota_check_and_webhooks() -> None:
    acme = Acme()
    quota, check = acme.quota(), acme.check()
    assert quota is not None
    assert check is not None
    assert drive(quota, [{"left": 3}])[1] == Quota(remaining=3)
    assert drive(check, [{}]) == ([Acme.free_call], True)
    assert acme.delivered({"data": {"id": 9}}, {}) == [("9", {"data": {"id": 9}})]
    assert acme.delivered({"data": {}}, {}) == acme.delivered("nonsense", {}) == []
    bare = HTTPProvider()
    assert (bare.quota(), bare.check(), bare.delivered({"id": 1}, {})) == (None, None, [])


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(200, json={"error": {"code": "no_credits"}}), "PROVIDER_INSUFFICIENT_CREDITS"),
        (Reply(429, json={"error": {"code": "no_credits"}}), "PROVIDER_INSUFFICIENT_CREDITS"),
        (Reply(429, json={"error": {"code": "other"}}), "PROVIDER_RATE_LIMIT"),
        (Reply(200, json={"error": {"code": "other"}}), None),
        (Reply(200, json={"failed": True}), "FEATURE_EXECUTION_FAILED"),
        (Reply(200, json={"failed": 1}), None),
    ],
)
def test_a_word_in_a_reply_means_an_error_whatever_the_status(reply: Reply, code: str | None) -> None:
    error = judge(Acme(), reply)
    assert (str(error.code) if error else None) == code


async def awaits(self: Any, query: le.Query) -> le.Hit:
    return le.Hit(email="ida@example.com")


@pytest.mark.parametrize(
    ("declare", "why"),
    [
        (lambda: le.operation("find_email", needs=[("email",)])(awaits), "plain generator"),
        (lambda: le.bulk("GET", "/people", max_items=5)(awaits), "plain generator"),
        (lambda: le.operation("find_email", charged="per_hit"), "'on_hit' or 'on_call' or 'free', not 'per_hit'"),
    ],
)
def test_a_declaration_that_cannot_work_says_what_to_write(declare: Any, why: str) -> None:
    with pytest.raises(le.ConfigurationError, match=why):
        declare()
