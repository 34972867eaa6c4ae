"""Acme's operations, driven by hand: what each asks, and what it makes of the answer. No network, no mocks."""

import pytest
from leadenrich_acme import Acme

import leadenrich as le

PERSON = {"full_name": "Ida Example", "company_domain": "example.com"}


def drive(flow: le.Flow, *replies: le.Reply) -> tuple[list[le.Request], le.Hit | le.Miss]:
    asked = [next(flow)]
    for reply in replies:
        try:
            asked.append(flow.send(reply))
        except StopIteration as end:
            return asked, end.value
    raise AssertionError("the flow asked for more than the test answered")


def test_find_email_hit() -> None:
    answer = {"person": {"email": "ida@example.com", "score": 97, "state": "deliverable", "position": None}}
    (request,), found = drive(Acme().find_email(le.Query(PERSON)), le.Reply(200, json=answer))
    assert (request.method, request.path) == ("GET", "/people/email")
    assert request.params == {"name": "Ida Example", "domain": "example.com"}
    assert found == le.Hit(email="ida@example.com", confidence=97, email_status="valid")


def test_find_email_miss() -> None:
    _, found = drive(Acme().find_email(le.Query(PERSON)), le.Reply(404, json={"error": "unknown"}))
    assert found == le.Miss()


@pytest.mark.parametrize(("state", "status"), [("catch_all", "accept_all"), ("something new", "unknown")])
def test_verify_email(state: str, status: str) -> None:
    reply = le.Reply(200, json={"state": state})
    (request,), found = drive(Acme().verify_email(le.Query(email="ida@example.com")), reply)
    assert request.json == {"email": "ida@example.com"}
    assert found.data == {"email": "ida@example.com", "email_status": status}
