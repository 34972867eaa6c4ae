"""Why a record stopped, as a word to branch on, and whether asking again may end differently."""

import json
import pickle
from typing import Any

import pytest

import leadenrich as le
from leadenrich.errors import (
    AuthenticationError,
    BudgetExceededError,
    FeatureParametersError,
    InsufficientCreditsError,
    ProviderAPIError,
    ProviderBenchedError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
)
from leadenrich.results import EnrichedRecord, Hit, StopReason
from leadenrich.suppression import Suppression
from leadenrich.waterfall import Chain, Step, Waterfall
from tests.waterfall.fakes import FakeSession, lead

EMAIL = "mira.okafor@brightloom.example"
FOUND = Hit(email=EMAIL)


async def row_of(
    steps: Any = ("alpha", "beta"), script: Any = None, record: Any = None, session: Any = None, **rules: Any
) -> EnrichedRecord:
    session = FakeSession(script) if session is None else session
    return await Waterfall("find_email", list(steps), **rules).enrich(record or lead(), session=session)


def test_it_is_public() -> None:
    assert le.StopReason is StopReason
    assert {reason for reason in StopReason if reason.retryable} == {
        "no_credentials",
        "credentials_refused",
        "no_credits",
        "benched",
        "resting",
        "busy",
        "rate_limited",
        "timed_out",
        "provider_failed",
        "budget",
        "record_timeout",
        "declined",
        "interrupted",
        "internal_error",
    }


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ProviderAPIError("down"), "provider_failed"),
        (ProviderTimeoutError("no answer"), "timed_out"),
        (RateLimitError("slow down"), "rate_limited"),
        (AuthenticationError("refused"), "credentials_refused"),
        (InsufficientCreditsError("empty"), "no_credits"),
        (ProviderBenchedError("resting: down", retry_after=5.0), "resting"),
        (ProviderBenchedError("out for this session: refused"), "benched"),
        (BudgetExceededError("no room"), "budget"),
    ],
)
async def test_a_record_not_found_after_an_outage_says_so_and_can_be_asked_again(
    error: ProviderError, reason: str
) -> None:
    row = await row_of(script={"alpha": error})
    assert row.status == "not_found"  # beta does not know the person, alpha was never heard
    assert row.attempts[0].stop_reason == row.stop_reason == reason
    assert row.retryable
    assert row.retry_reason == f"alpha: {error.message}"
    assert row.retry_reason in str(row.reason)


async def test_a_question_the_vendor_refuses_would_be_refused_again() -> None:
    row = await row_of(["alpha"], {"alpha": FeatureParametersError("no such country")})
    assert (row.status, row.stop_reason, row.retryable) == ("failed", StopReason.QUESTION_REFUSED, False)


async def test_asking_again_would_change_no_answer() -> None:
    row = await row_of()
    assert (row.status, row.stop_reason, row.retryable, row.retry_reason) == (
        "not_found",
        StopReason.EXHAUSTED,
        False,
        None,
    )
    assert row.reason is None


async def test_what_was_found_needs_no_second_time_whoever_failed_before() -> None:
    row = await row_of(script={"alpha": ProviderAPIError("down"), "beta": FOUND})
    assert (row.status, row.stop_reason, row.retryable) == ("complete", StopReason.FOUND, False)


async def test_a_step_without_a_key_may_know_another_time() -> None:
    row = await row_of(session=FakeSession(without=("beta",)))
    assert (row.status, row.stop_reason) == ("not_found", StopReason.NO_CREDENTIALS)
    assert row.retry_reason == "beta: no credentials for beta"
    assert row.attempts[-1].stop_reason is StopReason.NO_CREDENTIALS


@pytest.mark.parametrize(
    ("rules", "record", "status", "reason"),
    [
        ({}, lead(email=EMAIL), "complete", StopReason.ALREADY_FILLED),
        ({}, {"full_name": "Mira Okafor"}, "skipped", StopReason.MISSING_INPUT),
        ({"where": {"country": "DE"}}, lead(country="FR"), "skipped", StopReason.FILTERED),
        ({"max_providers": 1}, lead(), "not_found", StopReason.MAX_PROVIDERS),
        ({"order": lambda steps, state: None}, lead(), "skipped", StopReason.NOT_WORTH_COST),
    ],
)
async def test_reasons_that_rest_on_the_record_or_the_settings_are_final(
    rules: dict[str, Any], record: Any, status: str, reason: StopReason
) -> None:
    row = await row_of(record=record, **rules)
    assert (row.status, row.stop_reason, row.retryable) == (status, reason, False)


async def test_a_step_says_why_it_was_passed_over() -> None:
    steps = [Step("alpha", where={"country": "DE"}), Step("beta", operation="find_linkedin"), "gamma"]
    row = await Waterfall("find_email", steps, fields=["email", "linkedin_url"]).enrich(
        {"full_name": "Mira Okafor", "company_domain": "brightloom.example", "country": "FR"}, session=FakeSession()
    )
    assert [(one.provider, one.stop_reason) for one in row.attempts] == [
        ("gamma", None),
        ("alpha", StopReason.FILTERED),
        ("beta", StopReason.MISSING_INPUT),
    ]


async def test_suppressed_and_catch_all_are_final_whoever_failed() -> None:
    session = FakeSession({"alpha": FOUND}, suppression=Suppression([EMAIL]))
    row = await row_of(session=session)
    assert (row.stop_reason, row.retryable) == (StopReason.SUPPRESSED, False)
    caught = Hit(email=EMAIL, email_status="accept_all")
    row = await row_of(script={"alpha": ProviderAPIError("down"), "beta": caught}, catch_all="reject")
    assert (row.stop_reason, row.retryable) == (StopReason.CATCH_ALL, False)


async def test_a_value_no_provider_could_verify_can_be_verified_later() -> None:
    row = await row_of(script={"alpha": FOUND, "vera": ProviderAPIError("down")}, verify=["vera"])
    assert (row.status, row.stop_reason) == ("partial", StopReason.UNVERIFIED)
    assert row.retry_reason == "vera: down"


async def test_a_time_limit_names_who_was_being_asked() -> None:
    session = FakeSession(delay=100)
    (row,) = await Waterfall("find_email", ["alpha"]).run([lead()], session=session, record_timeout=10)
    assert (row.status, row.stop_reason) == ("failed", StopReason.RECORD_TIMEOUT)
    assert str(row.retry_reason).startswith("record_timeout of 10 s ended it; alpha: ")


async def test_a_chain_can_be_asked_again_for_what_is_still_open() -> None:
    finder, phones = Waterfall("find_email", ["alpha", "beta"]), Waterfall("find_phone", ["alpha"])
    down = ProviderAPIError("down")
    session = FakeSession({"alpha.find_email": down, "beta.find_email": FOUND})
    row = await Chain([finder, phones]).enrich(lead(), session=session)
    assert (row.status, row.retryable) == ("partial", False)  # the address is there; nobody knows the phone
    session = FakeSession({"alpha.find_phone": down, "beta.find_email": FOUND})
    row = await Chain([finder, phones]).enrich(lead(), session=session)
    assert (row.status, row.stop_reason, row.retry_reason) == ("partial", "provider_failed", "alpha: down")


async def test_a_later_row_about_the_same_person_shares_it() -> None:
    session = FakeSession({"alpha": ProviderAPIError("down")})
    rows = await Waterfall("find_email", ["alpha"]).run([lead(), lead()], session=session, dedupe=True)
    assert [row.retry_reason for row in rows] == ["alpha: down"] * 2


async def test_records_that_cannot_be_read_are_final() -> None:
    (row,) = await Waterfall("find_email", ["alpha"]).run([5], session=FakeSession())
    assert (row.status, row.stop_reason, row.retryable) == ("invalid", StopReason.INVALID_RECORD, False)


async def test_retry_failed_asks_what_may_end_differently() -> None:
    waterfall = Waterfall("find_email", ["alpha", "beta"])
    down = ProviderAPIError("down")
    first = FakeSession({"alpha": lambda query: down if query["last_name"] == lead(1)["last_name"] else None})
    earlier = await waterfall.run([lead(1, id="a"), lead(2, id="b")], session=first, key="id")
    assert [row.status for row in earlier] == ["not_found", "not_found"]
    again = await waterfall.run(
        [lead(1, id="a"), lead(2, id="b")], session=FakeSession({"alpha": FOUND}), key="id", retry_failed=earlier
    )
    assert [(row.key, row.status) for row in again] == [("a", "complete")]


async def test_the_summary_counts_them() -> None:
    stream = Waterfall("find_email", ["alpha"]).stream([lead()], session=FakeSession({"alpha": ProviderAPIError("x")}))
    await stream
    assert stream.summary.retryable == 1
    assert stream.summary.to_dict()["retryable"] == 1
    assert "1 can be asked again" in str(stream.summary)


async def test_rows_go_into_json_and_pickle_with_it() -> None:
    row = await row_of(script={"alpha": ProviderAPIError("down")})
    told = json.loads(json.dumps(row.to_dict(provenance=True)))
    assert (told["stop_reason"], told["retryable"], told["retry_reason"]) == ("provider_failed", True, "alpha: down")
    attempt = json.loads(json.dumps(row.attempts[0].to_dict()))
    assert (attempt["stop_reason"], attempt["cost"]["calls"]) == ("provider_failed", 0)
    again = pickle.loads(pickle.dumps(row))
    assert again.to_dict(provenance=True) == row.to_dict(provenance=True)
    assert again.attempts == row.attempts
