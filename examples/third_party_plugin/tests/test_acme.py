"""Acme by hand, by its case file, by the conformance suite, and through the sandbox: no network anywhere."""

from pathlib import Path

import pytest
from leadenrich_acme import Acme

import leadenrich as le
from leadenrich.testing import cases, conformance, drive
from leadenrich.testing.roundtrip import round_trip


def test_find_email_by_hand() -> None:
    query = le.Query(full_name="Ida Example", company_domain="brightloom.example")
    reply = {"person": {"email": "ida@brightloom.example", "score": 97, "state": "catch_all"}}
    (request,), found = drive(Acme().find_email(query), [reply])
    assert request.params == {"name": "Ida Example", "domain": "brightloom.example"}
    assert found == le.Hit(email="ida@brightloom.example", confidence=97, email_status="accept_all")


@pytest.mark.looptime  # a virtual clock: waits cost no time
@pytest.mark.parametrize("case", cases.load(Path(__file__).with_name("acme.yaml")), ids=str)
async def test_case(case: cases.Case) -> None:
    await cases.run(case)


@pytest.mark.parametrize("check", conformance.checks("acme"), ids=str)
async def test_conformance(check: conformance.Check) -> None:
    await check()


@pytest.mark.parametrize("operation", ["find_email", "verify_email"])
async def test_facts_come_back_as_they_are(operation: str) -> None:
    assert await round_trip("acme", operation) == []
