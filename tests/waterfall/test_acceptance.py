"""Verification, catch-all domains, identity, phones on do-not-call lists, and what a session remembers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadenrich.errors import ProviderAPIError, WaterfallError
from leadenrich.results import EnrichedRecord, Hit
from leadenrich.waterfall import Step, Waterfall
from leadenrich.waterfall.rules.acceptance import Acceptance
from leadenrich.waterfall.rules.identity import contradiction
from leadenrich.waterfall.rules.memory import SeenDomains, memory_of
from leadenrich.waterfall.rules.patterns import TEMPLATES, Patterns
from tests.waterfall.fakes import FakeSession, lead

EMAIL = "mira.okafor@brightloom.example"
OTHER = "mira@brightloom.example"


async def enriched(waterfall: Waterfall, session: FakeSession, record: Any = None) -> EnrichedRecord:
    return await waterfall.enrich(lead() if record is None else record, session=session)


def verifier(**statuses: str) -> Any:
    """vera's answers by the local part, dots left out."""

    def say(query: Any) -> Hit:
        status = statuses.get(query["email"].partition("@")[0].replace(".", "_"), "valid")
        confidence = {"valid": 97, "accept_all": 60, "unknown": 40}.get(status, 0)
        return Hit(email=query["email"], email_status=status, confidence=confidence)

    return say


async def test_verification_decides() -> None:
    session = FakeSession(
        {
            "alpha": Hit(email=OTHER, confidence=99),
            "beta": Hit(email=EMAIL, confidence=30),
            "vera": verifier(mira="invalid"),
        }
    )
    waterfall = Waterfall("find_email", ["alpha", "beta"], quality_threshold=85, verify=["vera"])
    row = await enriched(waterfall, session)
    assert row.status == "complete"
    value = row.values["email"]
    assert (value.value, value.provider, value.confidence) == (EMAIL, "beta", 97)
    assert (value.confidence_source, value.verified_by) == ("verified", "vera")
    assert (row["email_status"], row.values["email_status"].provider) == ("valid", "vera")
    assert [(a.provider, a.outcome, a.state) for a in row.attempts] == [
        ("alpha", "rejected", "wrong"),
        ("vera", "hit", "accepted"),
        ("beta", "hit", "accepted"),
        ("vera", "hit", "accepted"),
    ]
    assert row.attempts[0].reason == "vera says invalid"
    assert row.cost.calls == 4
    assert "email" not in row.alternatives  # an address known to be wrong is shown nowhere


async def test_the_same_value_is_not_verified_again() -> None:
    session = FakeSession(
        {"alpha": Hit(email=EMAIL), "beta": Hit(email=EMAIL), "vera": verifier(mira_okafor="invalid")}
    )
    row = await enriched(Waterfall("find_email", ["alpha", "beta"], verify=["vera"]), session)
    assert session.names == ["alpha.find_email", "vera.verify_email", "beta.find_email"]
    assert row.status == "not_found"
    assert row.reason == "alpha, beta: vera says invalid"


async def test_a_verifier_that_does_not_know_passes_on_to_the_next() -> None:
    session = FakeSession({"alpha": Hit(email=EMAIL), "vera": verifier(mira_okafor="unknown"), "vito": verifier()})
    row = await enriched(Waterfall("find_email", ["alpha"], verify=["vera", "vito"]), session)
    assert row.status == "complete"
    assert row.values["email"].verified_by == "vito"
    session.script["vito"] = verifier(mira_okafor="unknown")
    row = await enriched(Waterfall("find_email", ["alpha"], verify=["vera", "vito"]), session)
    assert (row.status, row["email"], row["email_status"]) == ("partial", EMAIL, "unknown")


async def test_what_no_provider_can_verify_is_kept_and_asks_no_further_finder() -> None:
    session = FakeSession({"alpha": Hit(email=EMAIL), "vera": ProviderAPIError("down")})
    row = await enriched(Waterfall("find_email", ["alpha", "beta"], verify=["vera"]), session)
    assert (row.status, row["email"]) == ("partial", EMAIL)
    assert "unverified" in row.values["email"].flags
    assert session.names == ["alpha.find_email", "vera.verify_email"]
    assert row.reason == "not good enough: no verifier could say: vera: down"


async def test_a_verifying_waterfall_may_have_rules_of_its_own() -> None:
    verify = Waterfall("verify_email", [Step("vera", timeout=3), "vito"], max_providers=1)
    session = FakeSession({"alpha": Hit(email=EMAIL), "vera": None, "vito": verifier()})
    row = await enriched(Waterfall("find_email", ["alpha"], verify=verify), session)
    assert row.status == "partial"
    assert session.names == ["alpha.find_email", "vera.verify_email"]
    with pytest.raises(WaterfallError, match="verify takes"):
        Waterfall("find_email", ["alpha"], verify=Waterfall("find_email", ["beta"]))


async def test_a_status_that_says_wrong_is_believed_without_verification() -> None:
    session = FakeSession({"alpha": Hit(email=OTHER, email_status="invalid", confidence=99), "beta": Hit(email=EMAIL)})
    row = await enriched(Waterfall("find_email", ["alpha", "beta"]), session)
    assert row["email"] == EMAIL
    assert row["email_status"] is None  # the status of the refused address went with it
    assert row.attempts[0].reason == "the provider itself says invalid"


async def test_statuses_follow_the_address_they_describe() -> None:
    session = FakeSession(
        {
            "alpha": Hit(email=OTHER, email_status="accept_all", is_role=True, confidence=50),
            "beta": Hit(email=EMAIL, email_status="valid", confidence=95),
        }
    )
    row = await enriched(Waterfall("find_email", ["alpha", "beta"], quality_threshold=90), session)
    assert (row["email"], row["email_status"], row["is_role"]) == (EMAIL, "valid", None)
    assert row.values["email_status"].provider == "beta"
    weaker = Waterfall("find_email", ["beta", "alpha"], quality_threshold=99)
    row = await enriched(weaker, session)
    assert (row.status, row["email"], row["email_status"], row["is_role"]) == ("partial", EMAIL, "valid", None)


CATCH_ALL = Hit(email=EMAIL, email_status="accept_all", confidence=70)


async def test_catch_all_kept_is_flagged() -> None:
    row = await enriched(Waterfall("find_email", ["alpha"]), FakeSession({"alpha": CATCH_ALL}))
    assert (row.status, row.values["email"].flags) == ("complete", ("risky",))
    row = await enriched(Waterfall("find_email", ["alpha"], quality_threshold=85), FakeSession({"alpha": CATCH_ALL}))
    assert (row.status, row["email"], row.values["email"].flags) == ("partial", EMAIL, ("risky",))


async def test_catch_all_rejected_ends_the_finders_of_the_record_and_of_the_domain() -> None:
    waterfall = Waterfall("find_email", ["alpha", "beta"], catch_all="reject")
    session = FakeSession({"alpha": CATCH_ALL, "beta": Hit(email=OTHER)})
    row = await enriched(waterfall, session)
    assert (row.status, row["email"]) == ("not_found", None)
    assert row.attempts[0].state == "catch_all"
    assert session.names == ["alpha.find_email"]
    again = await enriched(waterfall, session, lead(2))
    assert (again.status, again.reason) == (
        "skipped",
        "its domain accepts every address, as seen earlier",
    )
    assert session.names == ["alpha.find_email"]
    alone = Waterfall("find_email", ["alpha"], catch_all="reject")
    elsewhere = await enriched(alone, session, lead(2, company_domain="other.example"))
    assert elsewhere.status == "not_found"
    fresh = FakeSession({"alpha": CATCH_ALL})
    assert (await enriched(waterfall, fresh, lead(2))).status == "not_found"  # another session knows nothing of it
    off = Waterfall("find_email", ["alpha"], catch_all="reject", catch_all_memory=0)
    await enriched(off, session, lead(3))
    assert session.names[-1] == "alpha.find_email"
    assert len(session.calls) == 3


async def test_a_verifier_can_unmask_a_catch_all() -> None:
    session = FakeSession({"alpha": Hit(email=EMAIL, confidence=99), "vera": verifier(mira_okafor="accept_all")})
    row = await enriched(Waterfall("find_email", ["alpha", "beta"], verify=["vera"], catch_all="reject"), session)
    assert row.status == "not_found"
    assert session.names == ["alpha.find_email", "vera.verify_email"]


async def test_two_finders_that_agree_make_a_catch_all_good() -> None:
    waterfall = Waterfall("find_email", ["alpha", "beta", "gamma"], quality_threshold=90, catch_all="agree")
    session = FakeSession({"alpha": CATCH_ALL, "beta": Hit(email=OTHER, email_status="accept_all"), "gamma": CATCH_ALL})
    row = await enriched(waterfall, session)
    assert (row.status, row["email"]) == ("complete", EMAIL)
    assert row.values["email"].flags == ("risky", "agreed", "conflict")
    assert [a.state for a in row.attempts] == ["catch_all", "catch_all", "accepted"]
    alone = await enriched(waterfall, FakeSession({"alpha": CATCH_ALL}))
    assert (alone.status, alone["email"]) == ("partial", EMAIL)


@pytest.mark.looptime
async def test_the_memory_is_bounded_and_ages() -> None:
    now = 0.0
    domains = SeenDomains(lambda: now, max_domains=3)
    for name in ("a.example", "b.example", "c.example", "d.example"):
        domains.add(name)
    assert len(domains) == 3
    assert not domains.knows("a.example", 100)
    assert domains.knows("d.example", 100)
    now = 101.0
    assert not domains.knows("d.example", 100)
    assert len(domains) == 2


async def test_the_wrong_jonas_weber_never_ships() -> None:
    session = FakeSession(
        {
            "alpha": Hit(email="jonas.huber@brightloom.example", full_name="Jonas Huber", confidence=99),
            "beta": Hit(
                email="j.weber@gridwave.example", company_name="Gridwave AG", company_domain="gridwave.example"
            ),
            "gamma": Hit(email="jonas.weber@brightloom.example", first_name="Jonas", last_name="Weber"),
        }
    )
    record = {
        "full_name": "Jonas Weber",
        "company_name": "Brightloom GmbH",
        "company_domain": "brightloom.example",
    }
    row = await enriched(Waterfall("find_email", ["alpha", "beta", "gamma"]), session, record)
    assert row["email"] == "jonas.weber@brightloom.example"
    assert [a.reason for a in row.attempts] == [
        "the answer has another person's name",
        "the answer is about another company (its name)",
        None,
    ]
    assert row.alternatives == {}
    off = await enriched(Waterfall("find_email", ["alpha"], identity=False), session, record)
    assert off["email"] == "jonas.huber@brightloom.example"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"full_name": "Bob Okafor"}, {"full_name": "Robert Okafor"}),
        ({"full_name": "J. Weber"}, {"full_name": "Jonas Weber"}),
        ({"full_name": "Jürgen Müller"}, {"first_name": "Juergen", "last_name": "Mueller"}),
        ({"full_name": "Weber Jonas"}, {"full_name": "Jonas Weber"}),
        ({"full_name": "José García López"}, {"full_name": "José García"}),
        ({"full_name": "Ekaterina Ivanova"}, {"full_name": "Екатерина Иванова"}),
        ({"first_name": "Mira"}, {"first_name": "MIRA", "last_name": "Okafor"}),
        ({"full_name": "Mira Okafor"}, {"title": "CTO"}),
        (
            {"full_name": "Anna Lind", "linkedin_url": "https://www.linkedin.com/in/anna-example"},
            {"full_name": "Anna Berg", "linkedin_url": "https://www.linkedin.com/in/anna-example"},
        ),
        ({"company_name": "Brightloom GmbH"}, {"company_name": "BRIGHTLOOM"}),
        ({"company_name": "Brightloom"}, {"company_name": "Brightloom Lighting Systems"}),
        ({"company_name": "General Widgets Corporation"}, {"company_name": "GW"}),
        (
            {"company_name": "Old Name", "company_domain": "x.example"},
            {"company_name": "New", "company_domain": "x.example"},
        ),
        ({"company_domain": "brightloom.example"}, {"company_domain": "brightloom.test"}),
        ({"company_domain": "brightloom.example"}, {"company_domain": "getbrightloom.example"}),
        (
            {"company_name": "Brightloom", "company_domain": "brightloom.example"},
            {"company_name": "Brightloom Ltd", "company_domain": "gridwave.example"},
        ),
        ({"company_name": "Brightloom"}, {"company_domain": "gridwave.example"}),
    ],
)
def test_no_contradiction(ours: dict[str, str], theirs: dict[str, str]) -> None:
    assert contradiction(ours, theirs) is None
    assert contradiction(theirs, ours) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        ({"full_name": "Jonas Weber"}, {"full_name": "Joanna Weber"}, "another person's name"),
        ({"first_name": "Jonas", "last_name": "Weber"}, {"full_name": "Jonas Huber"}, "another person's name"),
        ({"first_name": "Jonas"}, {"first_name": "Petra"}, "first_name is another person's"),
        ({"company_name": "Brightloom"}, {"company_name": "Gridwave AG"}, "its name"),
        ({"company_domain": "brightloom.example"}, {"company_domain": "gridwave.example"}, "its domain"),
    ],
)
def test_contradictions(ours: dict[str, str], theirs: dict[str, str], reason: str) -> None:
    said = contradiction(ours, theirs)
    assert said is not None
    assert reason in said
    for value in (*ours.values(), *theirs.values()):
        assert value not in said


async def test_address_patterns_cost_a_verification_instead_of_a_finder() -> None:
    def find(query: Any) -> Hit:
        last = query["last_name"].replace("-", "")
        return Hit(email=f"{query['first_name'][0]}.{last}@{query['company_domain']}".lower())

    session = FakeSession({"alpha": find, "vera": verifier()})
    waterfall = Waterfall("find_email", ["local", "alpha"], verify=["vera"])
    first = await enriched(waterfall, session, lead(1))
    assert first.values["email"].provider == "alpha"
    assert [a.provider for a in first.attempts] == ["alpha", "vera"]  # no pattern was known yet
    second = await enriched(waterfall, session, lead(2))
    value = second.values["email"]
    assert (value.value, value.provider, value.flags) == ("m.okaforc@brightloom.example", "local", ("inferred",))
    assert (value.confidence, value.verified_by) == (97, "vera")
    assert session.names == ["alpha.find_email", "vera.verify_email", "vera.verify_email"]
    assert second.attempts[0].operation == "find_email"


async def test_a_guess_is_never_shown_unverified() -> None:
    told = {"brightloom.example": "{first}.{last}"}
    for said in ("invalid", "unknown", "accept_all"):
        session = FakeSession({"vera": verifier(**{"mira_okaforb": said}), "alpha": Hit(email=OTHER)})
        waterfall = Waterfall("find_email", ["local", "alpha"], verify=["vera"], patterns=told, max_providers=1)
        row = await enriched(waterfall, session)
        assert row["email"] == OTHER
        assert row.attempts[0].provider == "local"
        assert row.attempts[0].outcome == "rejected"
        assert "mira.okaforb@brightloom.example" not in str(row.to_dict()) + str(row.alternatives)
    session = FakeSession({"vera": ProviderAPIError("down"), "alpha": Hit(email=OTHER)})
    row = await enriched(Waterfall("find_email", ["local", "alpha"], verify=["vera"], patterns=told), session)
    assert row.status in ("not_found", "partial")
    assert row["email"] is None


async def test_a_pattern_that_a_vendor_states_is_used() -> None:
    session = FakeSession({"alpha": Hit(title="CTO", email_pattern="{f}{last}"), "vera": verifier()})
    waterfall = Waterfall("find_email", ["alpha", "local"], verify=["vera"])
    row = await enriched(waterfall, session)
    assert row["email"] == "mokaforb@brightloom.example"


def test_learning_and_proposing_patterns() -> None:
    patterns = Patterns()
    assert patterns.propose({"first_name": "Mira", "last_name": "Okafor", "company_domain": "x.example"}) is None
    assert patterns.learn("juergen.mueller@x.example", {"full_name": "Jürgen Müller"})
    proposal = patterns.propose({"full_name": "Käthe Böhm", "company_domain": "x.example"})
    assert proposal is not None
    assert proposal.email == "kaethe.boehm@x.example"
    assert not patterns.learn("sales@x.example", {"full_name": "Jürgen Müller"})
    assert patterns.learn("jmuller@y.example", {"first_name": "Jürgen", "last_name": "Müller"})
    assert patterns.propose({"full_name": "Käthe Böhm", "company_domain": "y.example"})[0] == "kbohm@y.example"  # type: ignore[index]
    assert patterns.propose({"full_name": "Cher", "company_domain": "y.example"}) is None
    patterns.learn("ada.lind@mail.z.example", {"full_name": "Ada Lind", "company_domain": "z.example"})
    assert patterns.propose({"full_name": "Bo Berg", "company_domain": "z.example"})[0] == "bo.berg@mail.z.example"  # type: ignore[index]
    assert not patterns.state("x.example", "firstname")
    with pytest.raises(WaterfallError, match="no address pattern"):
        Patterns({"x.example": "{middle}"})
    small = Patterns(max_domains=2)
    for number in range(5):
        small.state(f"d{number}.example", "{first}")
    assert len(small) == 2


names = st.text("abcdefghijklmnopqrstuvwxyzäöüßéñ", min_size=2, max_size=9).map(str.capitalize)


@given(first=names, last=names, other_first=names, other_last=names, template=st.sampled_from(TEMPLATES))
def test_what_one_address_teaches_fits_the_next(
    first: str, last: str, other_first: str, other_last: str, template: str
) -> None:
    """A pattern stated and the same pattern learned from one of its addresses propose the same address."""
    stated, learned = Patterns({"x.example": template}), Patterns()
    one = {"first_name": first, "last_name": last, "company_domain": "x.example"}
    address = stated.propose(one)
    assert address is not None
    assert learned.learn(address.email, one)
    again = learned.propose(one)
    assert again is not None
    assert again.email == address.email
    other = {"first_name": other_first, "last_name": other_last, "company_domain": "x.example"}
    assert learned.propose(other) is not None


async def test_phones_on_a_do_not_call_list_are_blocked() -> None:
    def dnc(query: Any) -> Hit:
        return Hit(on_dnc=query["phone"] == "+12025550142")

    session = FakeSession(
        {"alpha": Hit(mobile_phone="+12025550142"), "beta": Hit(mobile_phone="+12025550143"), "vera.check_dnc": dnc}
    )
    waterfall = Waterfall("find_phone", ["alpha", "beta", "vera.check_dnc"])
    row = await enriched(waterfall, session)
    assert (row.status, row["mobile_phone"], row["on_dnc"]) == ("complete", "+12025550143", False)
    assert row.attempts[0].reason == "on a do-not-call list"
    only = await enriched(Waterfall("find_phone", ["alpha"], verify=["vera.check_dnc"]), session)
    assert (only.status, only["mobile_phone"]) == ("not_found", None)
    assert "+12025550142" not in str(only.to_dict()) + str(only.alternatives)
    own = await enriched(Waterfall("check_dnc", ["vera"]), session, {"phone": "+12025550142"})
    assert (own.status, own["on_dnc"], own["phone"]) == ("complete", True, None)
    assert own.reason == "the phone is withheld: it is on a do-not-call list"
    fine = await enriched(Waterfall("check_dnc", ["vera"]), session, {"phone": "+12025550143"})
    assert (fine["on_dnc"], fine["phone"]) == (False, "+12025550143")


async def test_phones_are_verified() -> None:
    session = FakeSession(
        {
            "alpha": Hit(mobile_phone="+12025550142"),
            "beta": Hit(mobile_phone="+12025550143"),
            "vera.verify_phone": lambda query: Hit(
                phone_status="invalid" if query["phone"].endswith("2") else "valid", line_type="mobile"
            ),
        }
    )
    row = await enriched(Waterfall("find_phone", ["alpha", "beta"], verify=["vera"]), session)
    assert (row["mobile_phone"], row["phone_status"], row["line_type"]) == ("+12025550143", "valid", "mobile")


async def test_only_what_a_verifier_knows_about_is_verified() -> None:
    session = FakeSession(
        {"alpha": Hit(email=EMAIL, title="CTO", personal_email="mira@mail.example"), "vera": verifier()}
    )
    both = Waterfall("enrich_person", ["alpha"], fields=["email", "title"], verify=["vera"])
    row = await enriched(both, session)
    assert (row.status, row.values["title"].verified_by, row.values["email"].verified_by) == ("complete", None, "vera")
    assert session.names == ["alpha.enrich_person", "vera.verify_email"]
    own = Waterfall("find_personal_email", ["alpha"], verify=["vera"])
    record = lead(linkedin_url="https://www.linkedin.com/in/mira-okafor-example")
    row = await enriched(own, session, record)
    assert session.asked("vera.verify_email")[-1]["email"] == "mira@mail.example"
    assert row.values["personal_email"].verified_by == "vera"


def test_what_is_no_name_contradicts_nothing() -> None:
    assert contradiction({"full_name": "Mira Okafor"}, {"full_name": "12345 67"}) is None
    assert contradiction({"company_name": "?!"}, {"company_name": "Brightloom"}) is None
    assert contradiction({"full_name": "Mira", "first_name": "Mira"}, {"full_name": "Mira Okafor"}) is None


async def test_verify_email_as_the_waterfall_itself() -> None:
    session = FakeSession({"vera": verifier(mira_okafor="unknown"), "vito": verifier(mira_okafor="invalid")})
    row = await enriched(Waterfall("verify_email", ["vera", "vito"]), session, {"email": EMAIL})
    assert (row.status, row["email"], row["email_status"]) == ("complete", EMAIL, "invalid")
    assert row.values["email_status"].provider == "vito"


def test_memory_goes_with_its_session() -> None:
    session = FakeSession()
    memory = memory_of(session)
    assert memory_of(session) is memory
    assert memory_of(FakeSession()) is not memory


@given(
    threshold=st.none() | st.integers(0, 100),
    confidence=st.integers(0, 100),
    status=st.none() | st.sampled_from(["valid", "invalid", "accept_all", "unknown", "disposable", "role"]),
    policy=st.sampled_from(["keep", "reject", "agree"]),
    finders=st.lists(st.sampled_from(["alpha", "beta"]), min_size=1, max_size=3),
)
def test_what_is_accepted_is_never_refuted_nor_below_the_bar(
    threshold: int | None, confidence: int, status: str | None, policy: Any, finders: list[str]
) -> None:
    hit = Hit(email=EMAIL, email_status=status, confidence=confidence)
    verdict = Acceptance(threshold, None, policy).judge("email", EMAIL, hit, finders=finders)
    if verdict.good:
        assert status not in ("invalid", "disposable")
        agreed = status == "accept_all" and policy == "agree" and len(set(finders)) == 2
        assert agreed or threshold is None or confidence >= threshold
        assert not (status == "accept_all" and policy == "reject")
    else:
        assert verdict.reason
    if status in ("invalid", "disposable") or (status == "accept_all" and policy == "reject"):
        assert not verdict.good
        assert not verdict.keep


@pytest.mark.parametrize(("threshold", "asked"), [(85, 1), (50, 1), (None, 1)])
async def test_no_second_finder_is_paid_where_the_verifier_leaves_every_address_below_the_bar(
    threshold: int | None, asked: int
) -> None:
    risky = Hit(email_status="accept_all")
    risky.confidence = 60
    session = FakeSession(
        {"alpha": Hit(email="mira.okafor@brightloom.example"), "beta": Hit(email="mokafor@brightloom.example")}
        | {"vera": risky}
    )
    waterfall = Waterfall("find_email", ["alpha", "beta"], verify=["vera"], quality_threshold=threshold)
    row = await waterfall.enrich(lead(), session=session)
    assert len([name for name in session.names if name.endswith("find_email")]) == asked
    assert row["email"] == "mira.okafor@brightloom.example"
    assert "risky" in row.values["email"].flags
    if threshold == 85:
        assert (row.status, row.stop_reason) == ("partial", "catch_all")
        assert "confidence 60 is below 85" in str(row.reason)
        assert waterfall.rules.catch_all_ends
    else:
        assert row.status == "complete"


async def test_a_finders_own_word_of_a_catch_all_domain_leaves_the_next_finder_its_chance() -> None:
    low, high = (
        Hit(email="mira.okafor@brightloom.example", email_status="accept_all"),
        Hit(email="m@brightloom.example"),
    )
    low.confidence, high.confidence = 40, 95
    session = FakeSession({"alpha": low, "beta": high})
    row = await Waterfall("find_email", ["alpha", "beta"], quality_threshold=85).enrich(lead(), session=session)
    assert (row.status, row["email"]) == ("complete", "m@brightloom.example")
