"""One record through a waterfall: who is asked, what is taken, how it ends."""

from decimal import Decimal
from typing import Any

import pytest

from leadenrich.errors import (
    FeatureNotSupportedError,
    ProviderAPIError,
    ProviderBenchedError,
    ProviderNotFoundError,
    ProviderTimeoutError,
    WaterfallError,
)
from leadenrich.results import EnrichedRecord, Hit, Miss
from leadenrich.vocabulary import Query
from leadenrich.waterfall import Step, Waterfall
from tests.waterfall.fakes import FakeSession, lead

EMAIL = "mira.okafor@brightloom.example"


async def enriched(waterfall: Waterfall, session: FakeSession, record: Any = None, **options: Any) -> EnrichedRecord:
    return await waterfall.enrich(lead() if record is None else record, session=session, **options)


async def test_asks_in_turn_until_an_answer_is_good_enough() -> None:
    session = FakeSession({"beta": Hit(email="mira@brightloom.example", confidence=70), "gamma": Hit(email=EMAIL)})
    waterfall = Waterfall("find_email", ["alpha", "beta", "gamma", "delta"], quality_threshold=85)
    row = await enriched(waterfall, session)
    assert row.status == "complete"
    assert row["email"] == EMAIL
    assert session.names == ["alpha.find_email", "beta.find_email", "gamma.find_email"]
    assert [(a.provider, a.outcome, a.state) for a in row.attempts] == [
        ("alpha", "miss", "missed"),
        ("beta", "rejected", "below"),
        ("gamma", "hit", "accepted"),
    ]
    assert row.cost.usd == Decimal("0.03")
    value = row.values["email"]
    assert (value.provider, value.confidence, value.confidence_source, value.operation) == (
        "gamma",
        90,
        "vendor",
        "find_email",
    )
    assert value.cost.usd == Decimal("0.01")
    assert row.alternatives["email"][0].value == "mira@brightloom.example"


async def test_the_guides_waterfall_runs_as_written() -> None:
    waterfall = Waterfall(
        "find_email",
        [
            Step("alpha", timeout=5, retries=2),
            Step("beta", timeout=8, retries=1),
            Step("gamma", timeout=10),
            Step("delta", timeout=5),
        ],
        max_providers=3,
        quality_threshold=85,
    )
    session = FakeSession({"delta": Hit(email=EMAIL)})
    row = await enriched(waterfall, session)
    assert session.options == [
        {"timeout": 5, "retries": 2},
        {"timeout": 8, "retries": 1},
        {"timeout": 10, "retries": None},
    ]
    assert row.status == "not_found"
    assert [(a.provider, a.outcome) for a in row.attempts][-1] == ("delta", "skipped")
    assert row.attempts[-1].reason == "max_providers=3 were asked"


async def test_max_providers_counts_those_asked_not_those_skipped() -> None:
    session = FakeSession({"delta": Hit(email=EMAIL)}, without=("alpha",))
    steps = ["alpha", Step("beta", where={"country": "DE"}), "gamma", "delta"]
    row = await enriched(Waterfall("find_email", steps, max_providers=2), session)
    assert row.status == "complete"
    assert session.names == ["gamma.find_email", "delta.find_email"]


async def test_the_best_below_the_bar_is_kept_and_the_row_is_partial() -> None:
    session = FakeSession(
        {
            "alpha": Hit(email="m@brightloom.example", confidence=40),
            "beta": Hit(email=EMAIL, confidence=60),
            "gamma": Hit(email="x@brightloom.example", confidence=50),
        }
    )
    row = await enriched(Waterfall("find_email", ["alpha", "beta", "gamma"], quality_threshold=85), session)
    assert row.status == "partial"
    assert row["email"] == EMAIL
    assert "below 85" in str(row.reason)
    assert {value.value for value in row.alternatives["email"]} == {"m@brightloom.example", "x@brightloom.example"}


async def test_what_a_step_needs_is_said_and_costs_nothing() -> None:
    session = FakeSession()
    row = await enriched(
        Waterfall("find_email", ["alpha", "beta"]), session, {"full_name": "Mira Okafor", "company_name": "Brightloom"}
    )
    assert row.status == "skipped"
    assert row.reason == "alpha, beta: needs company_domain (from find_domain)"
    assert session.calls == []
    assert [a.outcome for a in row.attempts] == ["skipped", "skipped"]
    assert not row.cost


async def test_a_step_of_the_same_waterfall_is_named_as_the_supplier_and_supplies() -> None:
    session = FakeSession(
        {"alpha.enrich_person": Hit(company_domain="brightloom.example"), "beta.find_email": Hit(email=EMAIL)}
    )
    waterfall = Waterfall("find_email", ["beta", "alpha.enrich_person"])
    record = {"full_name": "Mira Okafor", "linkedin_url": "https://www.linkedin.com/in/mira-okafor-example"}
    row = await enriched(waterfall, session, record)
    assert session.names == ["alpha.enrich_person", "beta.find_email"]  # what alpha found let beta be asked
    assert row.status == "complete"
    blind = await enriched(waterfall, FakeSession(), {"full_name": "Mira Okafor"})
    assert "beta: needs company_domain (from alpha.enrich_person)" in str(blind.reason)


async def test_statuses() -> None:
    waterfall = Waterfall("find_email", ["alpha", "beta"])
    down = ProviderTimeoutError("no answer in time")
    assert (await enriched(waterfall, FakeSession())).status == "not_found"
    failed = await enriched(waterfall, FakeSession({"alpha": down, "beta": down}))
    assert (failed.status, failed.reason) == ("failed", "alpha, beta: no answer in time")
    mixed = await enriched(waterfall, FakeSession({"alpha": down}))
    assert (mixed.status, mixed.reason) == ("not_found", "alpha: no answer in time")
    assert mixed.attempts[0].error == "PROVIDER_API_ERROR"
    for bad in ("text", 7, None, ["list"]):
        row = await waterfall.enrich(bad, session=FakeSession())
        assert row.status == "invalid"
        assert "mapping" in str(row.reason)
        assert row.record is bad


async def test_on_error_stop_ends_the_record() -> None:
    session = FakeSession({"alpha": ProviderAPIError("it broke"), "beta": Hit(email=EMAIL)})
    row = await enriched(Waterfall("find_email", ["alpha", "beta"], on_error="stop"), session)
    assert row.status == "failed"
    assert session.names == ["alpha.find_email"]
    assert "on_error" in str(row.attempts[-1].reason)
    row = await enriched(Waterfall("find_email", ["alpha", "beta"]), session)
    assert row.status == "complete"


async def test_a_benched_provider_was_not_asked() -> None:
    session = FakeSession({"alpha": ProviderBenchedError("out for now"), "beta": Hit(email=EMAIL)})
    row = await enriched(Waterfall("find_email", ["alpha", "beta"], max_providers=1), session)
    assert row.status == "complete"
    assert [(a.provider, a.outcome) for a in row.attempts] == [("alpha", "skipped"), ("beta", "hit")]


async def test_a_record_that_has_the_field_is_left_alone_unless_told() -> None:
    session = FakeSession({"alpha": Hit(email=EMAIL)})
    record = lead(email="own@brightloom.example")
    row = await enriched(Waterfall("find_email", ["alpha"]), session, record)
    assert (row.status, row["email"], session.calls) == ("complete", "own@brightloom.example", [])
    row = await enriched(Waterfall("find_email", ["alpha"], overwrite=True), session, record)
    assert row["email"] == EMAIL
    assert row.alternatives["email"][0].provider == "input"


async def test_one_call_fills_several_fields_and_conflicts_are_kept() -> None:
    session = FakeSession(
        {
            "alpha": Hit(title="CTO", linkedin_url="https://www.linkedin.com/in/mira-okafor-example", confidence=70),
            "beta": Hit(email=EMAIL, title="CEO", city="Vienna", confidence=95),
        }
    )
    steps = ["alpha.enrich_person", "beta.enrich_person"]
    record = lead(city="Graz")
    first = await enriched(Waterfall("enrich_person", steps, fields=["email", "title"]), session, record)
    assert (first["email"], first["title"], first["city"]) == (EMAIL, "CTO", "Graz")
    assert first["linkedin_url"] == "https://www.linkedin.com/in/mira-okafor-example"
    assert [value.value for value in first.alternatives["title"]] == ["CEO"]
    assert [value.value for value in first.alternatives["city"]] == ["Vienna"]
    assert first.values["city"].provider == "input"
    assert "conflict" in first.values["title"].flags
    assert first.status == "complete"
    best = await enriched(Waterfall("enrich_person", steps, fields=["email", "title"], merge="best"), session, record)
    assert (best["title"], best["city"]) == ("CEO", "Graz")
    assert [value.value for value in best.alternatives["title"]] == ["CTO"]


async def test_best_asks_everybody_and_keeps_the_most_confident() -> None:
    session = FakeSession({"alpha": Hit(email="m@brightloom.example", confidence=60), "beta": Hit(email=EMAIL)})
    row = await enriched(Waterfall("find_email", ["alpha", "beta", "gamma"], merge="best"), session)
    assert row["email"] == EMAIL
    assert session.names == ["alpha.find_email", "beta.find_email", "gamma.find_email"]
    assert row.alternatives["email"][0].value == "m@brightloom.example"


async def test_only_missing_fields_are_asked_for() -> None:
    session = FakeSession({"alpha": Hit(title="CTO"), "beta": Hit(email=EMAIL)})
    waterfall = Waterfall("enrich_person", ["alpha", "beta.find_email", "gamma"], fields=["title", "email"])
    row = await enriched(waterfall, session, lead(email=EMAIL))
    assert row.status == "complete"
    assert session.names == ["alpha.enrich_person"]


async def test_an_operation_without_a_main_field_is_complete_with_its_first_answer() -> None:
    session = FakeSession({"beta": Hit(employee_count=250, industry="lighting")})
    row = await enriched(Waterfall("enrich_company", ["alpha", "beta", "gamma"]), session)
    assert row.status == "complete"
    assert (row["employee_count"], row["industry"]) == (250, "lighting")
    assert session.names == ["alpha.enrich_company", "beta.enrich_company"]


async def test_personal_addresses_only_where_asked_for_by_name() -> None:
    hit = Hit(email=EMAIL, personal_email="mira@mail.example", mobile_phone="+12025550142", title="CTO")
    session = FakeSession({"alpha": hit})
    row = await enriched(Waterfall("enrich_person", ["alpha"]), session)
    assert row["title"] == "CTO"
    assert row["personal_email"] is None
    assert row["mobile_phone"] is None
    row = await enriched(Waterfall("enrich_person", ["alpha"], fields=["personal_email"]), session)
    assert row["personal_email"] == "mira@mail.example"
    assert row["mobile_phone"] is None
    phone = await enriched(Waterfall("find_phone", ["alpha"]), session)
    assert phone["mobile_phone"] == "+12025550142"
    assert phone["personal_email"] is None


async def test_an_answer_without_what_is_wanted_is_a_miss_but_its_fields_stay() -> None:
    session = FakeSession({"alpha": Hit(title="CTO")})
    row = await enriched(Waterfall("find_email", ["alpha"]), session)
    assert row.status == "not_found"
    assert row["title"] == "CTO"
    assert row.attempts[0].outcome == "miss"


async def test_step_options_and_conditions() -> None:
    session = FakeSession()
    steps = [
        Step("alpha", options={"seniority": "director"}),
        Step("beta", where={"country": ["DE", "AT"]}),
        Step("gamma", where=lambda fields: fields["nothing"]),
        Step("delta", where=lambda fields: len(fields["last_name"]) > 2),
    ]
    row = await enriched(Waterfall("find_email", steps), session)
    assert session.names == ["alpha.find_email", "delta.find_email"]
    assert session.calls[0][1]["seniority"] == "director"
    reasons = {a.provider: a.reason for a in row.attempts if a.outcome == "skipped"}
    assert reasons == {
        "beta": "only where country is one of AT, DE",
        "gamma": "its condition raised a KeyError",
    }
    whole = Waterfall("find_email", ["alpha"], where={"company_domain": False})
    row = await enriched(whole, session)
    assert (row.status, row.reason) == ("skipped", "only where company_domain is empty")


async def test_a_vendors_own_operation() -> None:
    session = FakeSession({"alpha.find-company-email": None})
    session.script["alpha.alpha.find-company-email"] = Hit(email="hello@brightloom.example", title="x")
    row = await enriched(Waterfall("alpha.find-company-email", ["alpha"]), session)
    assert row.status == "complete"
    assert row["email"] == "hello@brightloom.example"


async def test_the_accept_predicate_moves_on() -> None:
    session = FakeSession({"alpha": Hit(email="info@brightloom.example"), "beta": Hit(email=EMAIL)})
    waterfall = Waterfall("find_email", ["alpha", "beta"], accept=lambda hit: not hit["email"].startswith("info@"))
    row = await enriched(waterfall, session)
    assert row["email"] == EMAIL
    assert row.attempts[0].reason == "`accept` refused it"
    broken = Waterfall("find_email", ["alpha"], accept=lambda hit: hit["nothing"])
    row = await enriched(broken, session)
    assert (row.status, row.attempts[0].reason) == ("not_found", "`accept` raised a KeyError")


async def test_cleaning_is_on_by_default_and_can_be_left_out() -> None:
    session = FakeSession({"alpha": Hit(email=EMAIL)})
    messy = {
        "full_name": "OKAFOR, Mira",
        "company_domain": "https://www.Brightloom.example/jobs",
        "phone": "none of it",
    }
    row = await enriched(Waterfall("find_email", ["alpha"]), session, messy)
    assert session.calls[0][1]["company_domain"] == "brightloom.example"
    assert row.record is messy
    assert [problem.field for problem in row.problems] == ["phone"]
    row = await enriched(Waterfall("find_email", ["alpha"], clean=False), session, Query(lead()))
    assert row.status == "complete"


async def test_records_stay_as_they_were() -> None:
    record = lead()
    before = dict(record)
    session = FakeSession({"alpha": Hit(email=EMAIL)})
    for clean in (True, False):
        await enriched(Waterfall("find_email", ["alpha"], clean=clean), session, record)
    assert record == before


async def test_sandbox_values_are_marked() -> None:
    row = await enriched(Waterfall("find_email", ["alpha"]), FakeSession({"alpha": Hit(email=EMAIL)}, sandbox=True))
    assert row.values["email"].flags == ("sandbox",)


async def test_a_policy_chooses_and_learns() -> None:
    class Backwards:
        def __init__(self) -> None:
            self.logs: list[Any] = []

        def choose(self, candidates: Any, state: Any) -> int | None:
            return len(candidates) - 1 if len(state.attempts) < 2 else None

        def learn(self, log: Any) -> None:
            self.logs.append(log)

    policy = Backwards()
    waterfall = Waterfall("find_email", ["alpha", "beta", "gamma"], order=policy, segment="country")
    session = FakeSession()
    row = await enriched(waterfall, session, lead(country="Austria"))
    assert session.names == ["gamma.find_email", "beta.find_email"]
    assert row.attempts[-1].reason == "no step left is worth its cost"
    (log,) = policy.logs
    assert (log.operation, log.segment, [a.state for a in log.attempts]) == ("find_email", "AT", ["missed", "missed"])
    session = FakeSession({"beta": Hit(email=EMAIL)})
    row = await enriched(Waterfall("find_email", ["alpha", "beta"], order=lambda steps, state: len(steps) - 1), session)
    assert session.names == ["beta.find_email"]


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Waterfall("find_emial", ["alpha"]), FeatureNotSupportedError, "did you mean 'find_email'"),
        (lambda: Waterfall("find_email", ["alpa"]), ProviderNotFoundError, "did you mean 'alpha'"),
        (lambda: Waterfall("find_email", ["vera"]), FeatureNotSupportedError, "Vera has no operation 'find_email'"),
        (lambda: Waterfall("alpha.find-company-mail", ["alpha"]), FeatureNotSupportedError, "find-company-email"),
        (lambda: Waterfall("find_email", [Step("alpha", options={"senority": "x"})]), WaterfallError, "'seniority'"),
        (
            lambda: Waterfall("search_people", [Step("apollo", options={"limit": "many"})]),
            WaterfallError,
            "limit must be a whole number above 0, not 'many'",
        ),
        (lambda: Waterfall("find_email", []), WaterfallError, "at least one step"),
        (lambda: Waterfall("find_email", "alpha"), WaterfallError, "list of providers"),
        (lambda: Waterfall("find_email", [7]), WaterfallError, "not int"),
        (lambda: Waterfall("find_email", [{"provider": "alpha", "timout": 3}]), WaterfallError, "'timeout'"),
        (lambda: Waterfall("find_email", [{"timeout": 3}]), WaterfallError, "needs a `provider`"),
        (lambda: Waterfall("find_email", ["alpha.find_domain"]), WaterfallError, "gives none of what is wanted: email"),
        (lambda: Waterfall("enrich_person", ["alpha"], fields=["emial"]), WaterfallError, "did you mean 'email'"),
        (lambda: Waterfall("find_email", ["alpha"], max_providers=0), WaterfallError, "max_providers"),
        (lambda: Waterfall("find_email", ["alpha"], quality_threshold=850), WaterfallError, "from 0 to 100"),
        (lambda: Waterfall("find_email", ["alpha"], on_error="raise"), WaterfallError, "on_error is one of"),
        (lambda: Waterfall("find_email", ["alpha"], merge="frist"), WaterfallError, "did you mean 'first'"),
        (lambda: Waterfall("find_email", ["alpha"], catch_all="maybe"), WaterfallError, "catch_all is one of"),
        (lambda: Waterfall("find_email", ["alpha"], order="expected_costs"), WaterfallError, "expected_cost"),
        (lambda: Waterfall("find_email", ["alpha"], order=3), WaterfallError, "not int"),
        (lambda: Waterfall("find_email", ["alpha"], where={"contry": "DE"}), WaterfallError, "did you mean 'country'"),
        (lambda: Waterfall("find_email", ["alpha"], verify=[]), WaterfallError, "no verifier"),
        (lambda: Waterfall("find_domain", ["alpha"], verify=["vera"]), WaterfallError, "can be verified"),
        (lambda: Waterfall("find_email", ["local", "alpha"]), WaterfallError, "add verify="),
        (lambda: Waterfall("find_phone", ["vera.check_dnc"]), WaterfallError, "finds something"),
        (lambda: Step("alpha", timeout=0), WaterfallError, "number of seconds above 0"),
        (lambda: Step("alpha", retries=-1), WaterfallError, "whole number from 0"),
        (lambda: Step(""), WaterfallError, "names a provider"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_written(make: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        make()


async def test_who_the_session_does_not_allow_is_not_asked() -> None:
    session = FakeSession({"beta": Hit(email=EMAIL)})
    session.allow = lambda info: info.id != "alpha"
    row = await enriched(Waterfall("find_email", ["alpha", "beta"]), session)
    assert session.names == ["beta.find_email"]
    assert row.status == "complete"


async def test_names_in_two_parts_serve_where_one_is_needed() -> None:
    session = FakeSession({"alpha": Hit(linkedin_url="https://www.linkedin.com/in/mira-okafor-example")})
    halves = {"first_name": "Mira", "last_name": "Okafor", "company_name": "Brightloom"}
    row = await enriched(Waterfall("find_linkedin", ["alpha"], clean=False), session, halves)
    assert row.status == "complete"


async def test_a_segment_may_be_a_function() -> None:
    waterfall = Waterfall("find_email", ["alpha"], segment=lambda fields: len(fields))
    assert waterfall.rules.segment_of({"a": 1}) == "1"
    assert Waterfall("find_email", ["alpha"]).rules.segment_of({"a": 1}) is None


async def test_a_miss_tells_its_reason() -> None:
    row = await enriched(Waterfall("find_email", ["alpha"]), FakeSession({"alpha": Miss("the person opted out")}))
    assert row.attempts[0].reason == "the person opted out"


async def test_the_story_holds_no_personal_value() -> None:
    session = FakeSession({"alpha": Hit(email=EMAIL, confidence=50), "beta": ProviderAPIError("it broke")})
    row = await enriched(Waterfall("find_email", ["alpha", "beta"], quality_threshold=90), session)
    story = row.explain() + repr(row)
    assert EMAIL not in story
    assert "Okafor" not in story
    assert "alpha.find_email rejected: confidence 50 is below 90" in story
