"""Chains: waterfalls in the order their needs imply, on one record; and the chains that `enrich` builds."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from leadenrich.errors import ConfigurationError, ProviderAPIError, WaterfallError
from leadenrich.results import Hit
from leadenrich.suppression import Suppression
from leadenrich.waterfall import Chain, Waterfall, enrich
from leadenrich.waterfall.choice import stages
from leadenrich.waterfall.enrich_chain import chain_for
from tests.waterfall.fakes import FakeSession, lead

EMAIL = "mira.okafor@brightloom.example"
URL = "https://www.linkedin.com/in/mira-okafor-example"

DOMAIN = Waterfall
MAILBOX = "find_email"


def operations(chain: Chain) -> list[list[str]]:
    return [sorted(chain.waterfalls[place].operation for place in level) for level in chain.levels]


async def test_each_uses_what_earlier_ones_found() -> None:
    session = FakeSession(
        {
            "alpha.find_domain": Hit(company_domain="brightloom.example"),
            "alpha.find_email": Hit(email=EMAIL),
            "vera.verify_email": Hit(email_status="valid"),
            "alpha.find_linkedin": Hit(linkedin_url=URL),
            "alpha.find_phone": Hit(mobile_phone="+12025550142"),
        }
    )
    chain = Chain(  # listed back to front on purpose
        [
            Waterfall("verify_email", ["vera"]),
            Waterfall("find_email", ["alpha"]),
            Waterfall("find_domain", ["alpha"]),
        ]
    )
    assert operations(chain) == [["find_domain"], ["find_email"], ["verify_email"]]
    record = {"full_name": "Mira Okafor", "company_name": "Brightloom"}
    row = await chain.enrich(record, session=session)
    assert row.status == "complete"
    assert (row["company_domain"], row["email"], row["email_status"]) == ("brightloom.example", EMAIL, "valid")
    assert session.names == ["alpha.find_domain", "alpha.find_email", "vera.verify_email"]
    assert row.cost.calls == 3
    assert [a.operation for a in row.attempts] == ["find_domain", "find_email", "verify_email"]


@pytest.mark.looptime
async def test_independent_ones_run_side_by_side() -> None:
    session = FakeSession({"alpha.find_email": Hit(email=EMAIL), "beta": Hit(employee_count=12)}, delay=10.0)
    chain = Chain(
        [Waterfall("find_email", ["alpha"]), Waterfall("enrich_company", ["beta"], fields=["employee_count"])]
    )
    assert operations(chain) == [["enrich_company", "find_email"]]
    before = asyncio.get_running_loop().time()
    row = await chain.enrich(lead(), session=session)
    assert asyncio.get_running_loop().time() - before == 10.0
    assert (row.status, row["email"], row["employee_count"]) == ("complete", EMAIL, 12)


async def test_statuses_of_a_chain() -> None:
    chain = Chain(
        [Waterfall("find_email", ["alpha"]), Waterfall("enrich_company", ["beta"], fields=["employee_count"])]
    )
    down = ProviderAPIError("down")
    for script, status in (
        ({"alpha": Hit(email=EMAIL), "beta": Hit(employee_count=3)}, "complete"),
        ({"alpha": Hit(email=EMAIL)}, "partial"),
        ({"alpha": Hit(email=EMAIL), "beta": down}, "partial"),
        ({}, "not_found"),
        ({"alpha": down}, "not_found"),
        ({"alpha": down, "beta": down}, "failed"),
    ):
        row = await chain.enrich(lead(), session=FakeSession(script))
        assert row.status == status, script
    assert (await chain.enrich({"title": "CTO"}, session=FakeSession())).status == "skipped"
    row = await chain.enrich(lead(), session=FakeSession({"alpha": Hit(email=EMAIL)}))
    assert row.reason == "enrich_company: not_found"
    known = await chain.enrich(lead(email=EMAIL), session=FakeSession({"beta": Hit(employee_count=3)}))
    assert known.status == "complete"
    inapplicable = Chain([Waterfall("find_email", ["alpha"], where={"country": "DE"})])
    row = await inapplicable.enrich(lead(), session=FakeSession())
    assert (row.status, row.reason) == ("skipped", "only where country is DE")


async def test_circles_and_impossible_needs_are_errors_when_it_is_written() -> None:
    by_url = Waterfall("find_personal_email", ["alpha"])  # needs linkedin_url
    from_mail = Waterfall("find_linkedin", ["alpha"], where={"personal_email": True})
    assert operations(Chain([by_url, from_mail])) == [["find_linkedin"], ["find_personal_email"]]
    with pytest.raises(WaterfallError, match=r"no provider can be asked for verify_email: .* lack email"):
        Chain([Waterfall("verify_email", ["vera"])], inputs=["full_name", "company_name"])
    Chain(
        [Waterfall("verify_email", ["vera"]), Waterfall("find_email", ["alpha"])],
        inputs=["full_name", "company_domain"],
    )
    with pytest.raises(WaterfallError, match="at least one"):
        Chain([])
    with pytest.raises(WaterfallError, match="not of str"):
        Chain(["find_email"])  # type: ignore[list-item]  # that is the point


def test_a_circle_of_needs() -> None:
    domain_by_staff = Waterfall("enrich_company", ["alpha"], fields=["company_linkedin_url"])  # needs company_domain
    domain = Waterfall("enrich_person", ["alpha"], fields=["company_domain"])
    assert operations(Chain([domain_by_staff, domain])) == [["enrich_person"], ["enrich_company"]]
    email_from_status = Waterfall("verify_email", ["vera"], fields=["email_status", "is_free"])
    search = Waterfall("search_people", ["alpha"])  # needs company_domain, brings people's e-mails
    assert operations(Chain([email_from_status, search, domain])) == [
        ["enrich_person"],
        ["search_people"],
        ["verify_email"],
    ]


async def test_waterfalls_that_wait_for_each_other_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:

    needs = {"find_email": {"linkedin_url"}, "find_linkedin": {"email"}}
    monkeypatch.setattr(stages, "_required", lambda waterfall: needs[waterfall.operation])
    pair = [Waterfall("find_email", ["alpha"]), Waterfall("find_linkedin", ["alpha"])]
    with pytest.raises(
        WaterfallError, match=r"find_email, which needs what find_linkedin, which needs what find_email"
    ):
        Chain(pair)
    assert len(Chain(pair, inputs=["email", "linkedin_url", "full_name", "company_domain"]).levels) == 2


async def test_fan_out_keeps_the_parents_key_and_the_cost_adds_up() -> None:
    people = [
        {
            "full_name": "Mira Okafor",
            "first_name": "Mira",
            "last_name": "Okafor",
            "title": "CTO",
            "mobile_phone": "+12025550142",
        },
        {"full_name": "Tomas Lind", "first_name": "Tomas", "last_name": "Lind", "email": "tomas@brightloom.example"},
    ]
    session = FakeSession(
        {
            "alpha.search_people": lambda query: (
                Hit(people=people) if query["company_domain"] == "brightloom.example" else None
            ),
            "alpha.find_email": lambda query: Hit(email=f"{query['first_name'].lower()}@{query['company_domain']}"),
        }
    )
    chain = Chain([Waterfall("search_people", ["alpha"]), Waterfall("find_email", ["alpha"])])
    assert chain.fans_out
    companies = [
        {"company_name": "Brightloom", "company_domain": "brightloom.example", "id": "c1", "employee_count": 12},
        {"company_name": "Gridwave", "company_domain": "gridwave.example", "id": "c2"},
    ]
    rows = await chain.run(companies, session=session, key="id")
    assert [(row.key, row.parent_key, row.status) for row in rows] == [
        ("c1/0", "c1", "complete"),
        ("c1/1", "c1", "complete"),
        ("c2", None, "not_found"),
    ]
    assert [row["email"] for row in rows] == ["mira@brightloom.example", "tomas@brightloom.example", None]
    assert [row.get("mobile_phone") for row in rows] == [None, None, None]  # never asked for by name
    assert (rows[0]["employee_count"], rows[0]["id"], rows[0]["people"]) == (12, "c1", None)
    assert rows[1].values["title" if "title" in rows[1] else "full_name"].provider == "alpha"
    assert sum((row.cost.usd or Decimal(0)) for row in rows) == Decimal("0.03")  # two searches, one finder
    assert session.names.count("alpha.find_email") == 1
    with pytest.raises(ConfigurationError, match="several rows"):
        await chain.enrich(companies[0], session=session)


async def test_a_person_suppressed_on_the_way_is_withheld_whole() -> None:
    session = FakeSession(
        {"alpha.find_linkedin": Hit(linkedin_url=URL), "alpha.find_email": Hit(email=EMAIL)},
        suppression=Suppression([EMAIL]),
    )
    chain = Chain(
        [Waterfall("find_linkedin", ["alpha"]), Waterfall("find_email", ["alpha"]), Waterfall("find_phone", ["alpha"])]
    )
    row = await chain.enrich(lead(), session=session)
    assert (row.status, row.reason) == ("skipped", "suppressed after lookup: email is on the list")
    assert row.values == {}
    assert row["linkedin_url"] is None
    assert "alpha.find_phone" not in session.names


async def test_a_chain_checks_the_phone_it_found() -> None:
    session = FakeSession({"alpha": Hit(mobile_phone="+12025550142"), "vera.check_dnc": Hit(on_dnc=True)})
    chain = Chain([Waterfall("check_dnc", ["vera"]), Waterfall("find_phone", ["alpha"])])
    row = await chain.enrich(lead(), session=session)
    assert session.names == ["alpha.find_phone", "vera.check_dnc"]
    assert session.calls[1][1]["phone"] == "+12025550142"
    assert (row["mobile_phone"], row["on_dnc"]) == (None, True)


async def test_a_finders_own_word_does_not_stand_in_for_a_verifier() -> None:
    session = FakeSession(
        {"alpha": Hit(email=EMAIL, email_status="accept_all"), "vera.verify_email": Hit(email_status="valid")}
    )
    chain = Chain([Waterfall("find_email", ["alpha"]), Waterfall("verify_email", ["vera"])])
    row = await chain.enrich(lead(), session=session)
    assert session.names == ["alpha.find_email", "vera.verify_email"]
    assert (row["email_status"], row.values["email_status"].provider) == ("valid", "vera")
    assert [value.value for value in row.alternatives["email_status"]] == ["accept_all"]
    session.script["vera.verify_email"] = None
    row = await chain.enrich(lead(), session=session)
    assert (row.status, row["email_status"]) == ("partial", "accept_all")
    inside = Chain([Waterfall("find_email", ["alpha"], verify=["vito"]), Waterfall("verify_email", ["vera"])])
    session.script["vito"] = Hit(email_status="valid")
    session.calls.clear()
    await inside.enrich(lead(), session=session)
    assert session.names == ["alpha.find_email", "vito.verify_email"]  # verified already


async def test_reasons_are_each_waterfalls_own() -> None:
    chain = Chain([Waterfall("find_email", ["alpha"]), Waterfall("verify_email", ["vera"])])
    row = await chain.enrich(lead(), session=FakeSession())
    assert row.reason == "find_email: not_found; verify_email: skipped (vera: needs email (from find_email))"


async def test_what_breaks_in_one_of_several_is_told_of_the_record() -> None:
    def breaks(query: Any) -> Hit:
        raise ConfigurationError("a USD budget needs prices")

    session = FakeSession({"alpha": breaks, "beta": Hit(employee_count=1)})
    chain = Chain(
        [Waterfall("find_email", ["alpha"]), Waterfall("enrich_company", ["beta"], fields=["employee_count"])]
    )
    with pytest.raises(ConfigurationError, match="needs prices"):
        await chain.run([lead()], session=session)


def test_a_chain_says_what_it_is() -> None:
    chain = Chain([Waterfall("find_email", ["alpha", "beta.enrich_person"]), Waterfall("find_domain", ["alpha"])])
    assert str(chain) == "1. find_domain (company_domain): alpha\n2. find_email (email): alpha, beta.enrich_person"
    assert repr(Chain([chain, Waterfall("find_phone", ["alpha"])])).count("Waterfall") == 3
    assert chain.expected == ("email", "company_domain")


class Only(FakeSession):
    """A session with keys for a few providers."""

    def __init__(self, *keys: str, script: Any = None, prices: dict[str, str | None] | None = None) -> None:
        super().__init__(script)
        self.keys, self.usd_of = keys, prices or {}

    def has_credentials(self, provider_id: str) -> bool:
        return provider_id in self.keys

    def price(self, provider_id: str, pool: str = "") -> Decimal | None:
        price = self.usd_of.get(provider_id, "0.01")
        return None if price is None else Decimal(price)


async def test_enrich_builds_a_chain_from_the_keys_at_hand() -> None:
    session = Only(
        "alpha",
        "beta",
        "vera",
        script={
            "alpha.find_domain": Hit(company_domain="brightloom.example"),
            "alpha.enrich_company": Hit(employee_count=12),
            "alpha.enrich_person": Hit(email=EMAIL, title="CTO"),
        },
    )
    record = {"full_name": "Mira Okafor", "company_name": "Brightloom"}
    stream = enrich([record, lead(2)], find=["email", "title", "employee_count"], session=session)
    rows = await stream
    assert [row.status for row in rows] == ["complete", "complete"]
    assert (rows[0]["email"], rows[0]["title"], rows[0]["employee_count"]) == (EMAIL, "CTO", 12)
    assert session.names.count("alpha.enrich_person") == 2  # one call filled e-mail and title
    assert session.names.count("alpha.find_email") == 0
    assert session.names.count("alpha.find_domain") == 1  # the second record has its domain
    assert "find_domain (company_domain): alpha, beta" in str(stream.enricher)
    session.script["alpha.find_email"] = Hit(email=EMAIL)
    async for row in enrich([record], find="email", session=session):
        assert row.status == "complete"


def test_cheaper_ways_come_first_and_a_call_that_fills_more_is_counted_against_all() -> None:
    session = Only("alpha", "beta", "gamma", prices={"alpha": "0.05", "beta": "0.01", "gamma": None})
    (email,) = [w for w in chain_for("email", session=session).waterfalls if w.operation == "find_email"]
    assert [step.provider for step in email.steps] == ["beta", "alpha", "gamma"]
    both = chain_for(["email", "title"], session=session).waterfalls[-1]
    assert both.wanted == {"email", "title"}


def test_sensitive_fields_only_where_named() -> None:
    chain = chain_for(["email", "title", "mobile_phone", "personal_email"], session=Only("alpha"))
    wanted = {waterfall.operation: waterfall.wanted for waterfall in chain.waterfalls}
    assert wanted["find_phone"] == {"mobile_phone"}
    assert wanted["find_personal_email"] == {"personal_email"}
    without = chain_for(["email", "title"], session=Only("alpha"))
    assert not any(w.wanted & {"mobile_phone", "personal_email"} for w in without.waterfalls)


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (["emial"], "did you mean 'email'"),
        ([], "names no field"),
        (["technologies"], "no provider you have a key for finds 'technologies'"),
        (["email", "email_status"], "finds 'email_status'; these do, with a key: "),
    ],
)
def test_what_cannot_be_found_is_said_before_anything_is_asked(find: list[str], text: str) -> None:
    keys = ("alpha",) if "technologies" not in find else ("vera",)
    with pytest.raises(WaterfallError, match=text):
        chain_for(find, session=Only(*keys))


async def test_enrich_without_a_session_reads_the_environment() -> None:
    with pytest.raises(WaterfallError, match=r"no provider (you have a key for )?finds 'bounce_rate'"):
        enrich([lead()], find="bounce_rate")
