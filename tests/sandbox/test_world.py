"""The invented world: the same for a seed, in canonical form, with nobody real in it."""

import random

import phonenumbers
import pytest

from leadenrich import clean
from leadenrich.sandbox.names import COUNTRIES
from leadenrich.sandbox.spelling import ascii_letters
from leadenrich.sandbox.view import PERSON_RATES, STALE, View
from leadenrich.sandbox.world import World
from leadenrich.vocabulary import COMPANY_FIELDS, PERSON_FIELDS

PERSON = (*PERSON_FIELDS, "personal_email", "mobile_phone", "phone", "sales_navigator_url", "email_status")
COMPANY = (
    *COMPANY_FIELDS,
    "lei",
    "cik",
    "ticker",
    "company_number",
    "jurisdiction_code",
    "place_id",
    "address",
    "rating",
    "rating_count",
    "news",
    "topics",
    "email_pattern",
    "mx_provider",
    "visits",
    "bounce_rate",
    "paid_cost_usd",
)


@pytest.fixture(scope="module")
def world() -> World:
    return World.of(0, 400)


def test_the_size_of_the_whole_world() -> None:
    world = World.of(0)
    assert len(world) == 2000
    people = sum(company.headcount_people for company in world.companies)
    assert 13_000 < people < 18_000
    assert max(company.headcount_people for company in world.companies) <= 25
    assert {company.country for company in world.companies} == set(COUNTRIES)


def test_the_same_seed_is_the_same_world(world: World) -> None:
    again, other = World(0, 400), World(1, 400)
    assert [world.company(7), *world.people_of(7)] == [again.company(7), *again.people_of(7)]
    assert world.company(7) != other.company(7)


def test_the_order_of_asking_changes_nothing(world: World) -> None:
    order = list(range(0, 400, 7))
    random.Random(1).shuffle(order)
    shuffled = World(0, 400)
    for index in order:
        assert shuffled.people_of(index) == world.people_of(index)


def test_every_fact_is_in_canonical_form(world: World) -> None:
    wrong = [
        (word, value)
        for one, words in [(one, PERSON) for one in world.people] + [(one, COMPANY) for one in world.companies]
        for word in words
        if (value := getattr(one, word)) not in (None, []) and clean.value(word, value) != value
    ]
    assert wrong == []


def test_everybody_is_invented(world: World) -> None:
    for person in world.people:
        assert (person.email or "").endswith(f"@{person.company_domain}")
        assert person.company_domain.endswith(".example")
        assert (person.slug or "").endswith("-example")
        assert person.personal_email is None or person.personal_email.endswith(".example")


def test_numbers_are_valid_and_no_two_people_share_one(world: World) -> None:
    numbers = [number for one in world.people for number in (one.phone, one.mobile_phone) if number]
    numbers += [one.phone for one in world.companies if one.phone]
    assert len(set(numbers)) == len(numbers) > 3000
    assert [number for number in numbers if not phonenumbers.is_valid_number(phonenumbers.parse(number))] == []
    american = [number for number in numbers if number.startswith("+1")]
    assert american
    assert all(number[5:10] == "55501" for number in american)


def test_whose_number_it_is(world: World) -> None:
    for person in world.people:
        for number, kind in ((person.mobile_phone, "mobile"), (person.phone, "landline")):
            if number is not None:
                found = world.find_phone(number)
                assert found is not None
                assert (found.person, found.line_type, found.country) == (person, kind, person.country)
    assert world.find_phone("+4915112345678") is None
    assert world.find_phone("no number") is None


def test_a_switchboard_is_the_company_s(world: World) -> None:
    company = next(one for one in world.companies if one.phone)
    found = world.find_phone(company.phone or "")
    assert found is not None
    assert found.company is company
    assert found.person is None


def test_ids_lead_back(world: World) -> None:
    person = world.people_of(3)[0]
    assert world.find_id(person.id) is person
    assert world.find_id(person.company.id) is person.company
    for text in ("", "p", "c", "x", "pzz", "cffff", "p3xff", "q3"):
        assert world.find_id(text) is None


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Müller", "mueller"),
        ("Straße", "strasse"),
        ("Łukasz", "lukasz"),
        ("Ångström", "angstroem"),
        ("O'Malley", "omalley"),
        ("Ōtsuki", "otsuki"),
        ("Çağrı", "cagr"),
        ("van der Berg", "vanderberg"),
    ],
)
def test_names_in_addresses(name: str, letters: str) -> None:
    assert ascii_letters(name) == letters


def test_addresses_follow_the_company_s_pattern(world: World) -> None:
    person = next(one for one in world.people if one.company.email_pattern == "{first}.{last}")
    local = f"{ascii_letters(person.first_name)}.{ascii_letters(person.last_name)}"
    assert person.email == f"{local}@{person.company_domain}"


def test_namesakes_and_accept_all_servers_are_there() -> None:
    world = World.of(0)
    names = [person.full_name for index in range(300) for person in world.people_of(index)]
    assert len(set(names)) < len(names)
    share = sum(company.accept_all for company in world.companies) / len(world)
    assert 0.2 < share < 0.3


# ---- what vendors know of it


@pytest.fixture(scope="module")
def views(world: World) -> list[View]:
    return [View(world, vendor) for vendor in ("hunter", "apollo", "findymail", "contactout")]


def test_vendors_know_different_overlapping_parts(world: World, views: list[View]) -> None:
    known = [{one.id for one in world.people if view.seen(one) is not None} for view in views]
    everybody = {one.id for one in world.people}
    for part in known:
        assert 0.3 < len(part) / len(everybody) < 0.85
    assert len({frozenset(part) for part in known}) == len(known)
    # Whoever is easy to find is known to many: the overlap is larger than independence would make it.
    both, alone = len(known[0] & known[1]), len(known[0]) * len(known[1]) / len(everybody)
    assert both > alone


def test_knowledge_does_not_depend_on_the_order_of_asking(world: World, views: list[View]) -> None:
    backwards = View(world, "hunter")
    people = list(world.people)[:500]
    seen = [backwards.seen(one) for one in reversed(people)][::-1]
    assert seen == [views[0].seen(one) for one in people]


def test_an_unknown_field_is_none_with_what_belongs_to_it(world: World, views: list[View]) -> None:
    known = [one for person in world.people if (one := views[0].seen(person)) is not None]
    for field in PERSON_RATES:
        assert any(getattr(one, field) is None for one in known)
    assert all((one.email is None) == (one.email_status is None) for one in known)
    assert all((one.linkedin_url is None) == (one.slug is None) for one in known)


def test_a_few_are_believed_at_their_former_company(world: World, views: list[View]) -> None:
    known = [(person, one) for person in world.people if (one := views[1].seen(person)) is not None]
    stale = [(person, one) for person, one in known if one.company.index != person.company.index]
    assert 0 < len(stale) / len(known) < 2 * STALE
    person, one = stale[0]
    assert one.email is None or one.email.endswith(f"@{one.company_domain}")
    assert views[1].person(full_name=person.full_name, company_domain=person.company_domain) is None
    assert views[1].person(id=person.id) == one


def test_everything_is_everything(world: World) -> None:
    view = View(world, "hunter", "everything")
    people = [one for index in range(40, 60) for one in world.people_of(index)]
    assert len(people) > 50
    for person in people:
        assert view.seen(person) is person
        for asked in (
            {"email": person.email},
            {"linkedin_url": person.linkedin_url},
            {"linkedin_url": person.slug},
            {"id": person.id},
            {"personal_email": person.personal_email},
            {"phone": person.mobile_phone},
            {"github_url": person.github_url},
            {"twitter_url": person.twitter_url},
            {"full_name": person.full_name, "company_domain": person.company_domain},
            {"full_name": f"{person.last_name} {person.first_name}", "company_name": person.company_name},
            {
                "first_name": ascii_letters(person.first_name),
                "last_name": person.last_name,
                "company_linkedin_url": person.company_linkedin_url,
            },
        ):
            if None not in asked.values():
                assert view.person(**asked) is person, asked
    assert view.person(full_name="Nemo Nobody", company_domain="brightloom.example") is None
    assert view.person(full_name=people[0].full_name) is None
    assert view.person() is None


def test_companies_by_whatever_names_them(world: World) -> None:
    view = View(world, "hunter", "everything")
    company = world.company(11)
    for asked in (
        {"domain": company.domain},
        {"domain": f"https://www.{company.domain}/about"},
        {"name": company.name.upper()},
        {"id": company.id},
        {"linkedin_url": company.linkedin_url},
        {"email": f"info@{company.domain}"},
        {"phone": company.phone},
        {"lei": company.lei},
        {"company_number": company.company_number},
    ):
        assert view.company(**asked) is company, asked
    assert view.company(domain="nowhere.example") is None
    assert view.company(lei="nothing") is None
    assert view.company() is None


def test_searches_page_and_count(world: World) -> None:
    view = View(world, "apollo")
    wanted = {"title": "sales", "country": ["DE", "United States"]}
    total = view.count_people(**wanted)
    pages = [one for offset in range(0, total, 10) for one in view.people(**wanted, limit=10, offset=offset)]
    assert len(pages) == total == len({one.id for one in pages}) > 10
    assert all("sales" in (one.title or "").lower() and one.country in ("DE", "US") for one in pages)
    assert view.people(company_domain="nowhere.example") == []
    assert view.people(company_name=[]) != []
    first = pages[0]
    assert first in view.people(company_linkedin_url=first.company_linkedin_url, limit=None)
    assert all(one.email for one in view.people(has="email", seniority="vp", department="sales", limit=5))


def test_company_searches(world: World) -> None:
    view = View(world, "apollo", "everything")
    wanted = {"industry": "logistics", "employee_range": "11-500", "technology": "React"}
    found = view.companies(**wanted, limit=None)
    assert len(found) == view.count_companies(**wanted) > 0
    assert all(one.industry == "Logistics" and 11 <= (one.employee_count or 0) <= 500 for one in found)
    assert [one.domain for one in view.companies(domain=[world.company(1).domain, "nowhere.example"])] == [
        world.company(1).domain
    ]
    assert view.companies(employee_range="10001+", limit=None)
    assert view.companies(employee_range="about a hundred") == []


def test_verification(world: World) -> None:
    view = View(world, "zerobounce", "everything")
    strict = next(one for one in world.people if not one.company.accept_all)
    loose = next(one for one in world.people if one.company.accept_all)
    personal = next(one for one in world.people if one.personal_email)
    expected = {
        strict.email: "valid",
        f"nobody.at.all@{strict.company_domain}": "invalid",
        loose.email: "accept_all",
        f"nobody.at.all@{loose.company_domain}": "accept_all",
        f"info@{strict.company_domain}": "role",
        f"spamtrap@{strict.company_domain}": "spamtrap",
        "x@throwaway.example": "disposable",
        "x@nowhere.example": "invalid",
        personal.personal_email: "valid",
        "nobody@freemail.example": "invalid",
        "no address": "invalid",
    }
    assert {email: view.verify(str(email)) for email in expected} == expected


def test_a_vendor_s_own_word_for_a_level_is_understood(world: World) -> None:
    view = View(world, "surfe", "everything")
    assert view.count_people(seniority="C-Level") == view.count_people(seniority="c_suite") > 0
    assert view.count_people(seniority="no such level") == 0
    assert view.count_companies(country="Berlin") == view.count_companies(city="Berlin") > 0


def test_reprs_show_ids_alone(world: World) -> None:
    person = world.people_of(3)[0]
    assert repr(person) == f"<SandboxPerson {person.id}>"
    assert repr(person.company) == f"<SandboxCompany {person.company_domain}>"
