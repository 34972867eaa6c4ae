"""Whole answers and whole records: nothing of the caller's lost, every problem listed."""

from decimal import Decimal
from typing import Any

import pytest

from leadenrich import clean
from leadenrich.errors import InvalidValueError


@pytest.mark.parametrize(
    ("field", "given", "wanted"),
    [
        ("email", "Jo@Acme.example", "jo@acme.example"),
        ("personal_email", "Jo@Example.com", "jo@example.com"),
        ("company_domain", "https://www.acme.example/x", "acme.example"),
        ("mobile_phone", "+44 7400 123456", "+447400123456"),
        ("country", "Germany", "DE"),
        ("city", "BAD MUSTERSTADT", "Bad Musterstadt"),
        ("company_name", " ACME  WIDGETS INC", "ACME WIDGETS INC"),
        ("full_name", "DOE, JANE", "Jane Doe"),
        ("first_name", "JANE", "Jane"),
        ("linkedin_url", "linkedin.com/in/Jane", "https://www.linkedin.com/in/jane"),
        ("website", "acme.example", "https://acme.example"),
        ("last_funding_at", "March 5, 2024", "2024-03-05"),
        ("published_at", "2024-03-05T12:00:00Z", "2024-03-05T12:00:00Z"),
        ("funding_total_usd", "$5M", Decimal(5_000_000)),
        ("annual_revenue_usd", 5.0, Decimal(5)),
        ("employee_count", "1,234", 1234),
        ("employee_range", "11 to 50", "11-50"),
        ("founded_year", "1999", 1999),
        ("founded_year", 1999.0, 1999),
        ("founded_year", "1999-05-01", 1999),
        ("confidence", "85%", 85),
        ("confidence", 85.5, 85.5),
        ("email_status", "Catch-All", "accept_all"),
        ("email_status", "DELIVERABLE", "valid"),
        ("email_status", "risky", "unknown"),
        ("line_type", "Fixed Line", "landline"),
        ("line_type", "nonFixedVoip", "voip"),
        ("is_free", "yes", True),
        ("on_dnc", 0, False),
        ("technologies", "React, AWS; react", ["React", "AWS"]),
        ("technologies", [{"name": "React"}, "AWS", None, 5], ["React", "AWS"]),
        ("funding_stage", "Series A", "series_a"),
        ("naics", 541511, "541511"),
        ("naics", 541511.0, "541511"),
        ("visits", "12,345", 12345),
        ("seniority", "C-Level", "c_suite"),
        ("description", "  One \n\n\n\n two ", "One\n\ntwo"),
        ("emails", ["Jo@Acme.example"], [{"email": "jo@acme.example"}]),
        ("people", [{"full_name": "DOE, JANE", "email": "no"}, 5, {}], [{"full_name": "Jane Doe"}]),
        ("anything_else", " as it is ", " as it is "),
    ],
)
def test_value(field: str, given: Any, wanted: Any) -> None:
    found = clean.value(field, given)
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("personal_email", "jo"),
        ("mobile_phone", "020 7946 0018"),
        ("confidence", 101),
        ("confidence", True),
        ("email_status", "green"),
        ("founded_year", 12),
        ("employee_count", "11-50"),
        ("is_free", "perhaps"),
        ("technologies", 5),
        ("people", "Jane"),
        ("visits", "many"),
        ("global_rank", -1),
        ("country", None),
    ],
)
def test_value_names_the_field_it_was_asked_for(field: str, given: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        clean.value(field, given)
    assert caught.value.field == field
    assert caught.value.value == given


def test_a_region_helps_national_numbers() -> None:
    assert clean.value("phone", "020 7946 0018", region="GB") == "+442079460018"
    assert clean.fields({"phone": "020 7946 0018", "country": "UK"})[0] == {"phone": "+442079460018", "country": "GB"}


def test_fields_lists_what_it_leaves_out() -> None:
    found, problems = clean.fields(
        {
            "email": "jo@",
            "phone": "",
            "title": "n/a",
            "city": None,
            "rating": float("nan"),
            "country": "Germany",
            "acme_id": "A 1",
            "news": [{"title": "T", "url": "ftp://x", "published_at": "2024-01-02"}, 7],
        }
    )
    assert found == {"country": "DE", "acme_id": "A 1", "news": [{"title": "T", "published_at": "2024-01-02"}]}
    assert [problem.field for problem in problems] == ["email", "news[0].url", "news[1]"]
    assert all(problem.reason for problem in problems)
    assert str(problems[0]).startswith("email ")


def test_problems_carry_no_values() -> None:
    _, problems = clean.fields({"email": "jane.secret@", "phone": "secret", "first_name": "x@secret.example"})
    assert len(problems) == 3
    assert "secret" not in repr(problems)


def test_state_codes_get_their_names() -> None:
    assert clean.fields({"region": "CA", "country": "USA"})[0]["region"] == "California"
    assert clean.fields({"region": "CA"})[0]["region"] == "CA"


@pytest.mark.parametrize("thing", [None, 5, "email", ["email"], [("email", "x")]])
def test_no_mapping(thing: Any) -> None:
    with pytest.raises(InvalidValueError, match="not a mapping"):
        clean.record(thing)
    with pytest.raises(InvalidValueError, match="not a mapping"):
        clean.fields(thing)


def test_record_end_to_end() -> None:
    given = {
        "id": 7,
        "Notes": "  as typed ",
        "full_name": "DOE, JANE",
        "email": "Jane <JANE@Acme.example>",
        "phone": "020 7946 0018",
        "country": "United Kingdom",
        "linkedin_url": "https://www.linkedin.com/sales/lead/ACwAAAx1,NAME_SEARCH,aB3d",
        "website": "WWW.Acme.example/about",
        "employee_count": "11-50",
        "mobile_phone": "ask her",
    }
    before = dict(given)
    cleaned = clean.record(given)
    assert given == before
    assert cleaned.record == {
        "id": 7,
        "Notes": "  as typed ",
        "full_name": "Jane Doe",
        "first_name": "Jane",
        "last_name": "Doe",
        "email": "jane@acme.example",
        "phone": "+442079460018",
        "country": "GB",
        "sales_navigator_url": "https://www.linkedin.com/sales/lead/ACwAAAx1,NAME_SEARCH,aB3d",
        "website": "https://www.acme.example/about",
        "employee_range": "11-50",
        "company_domain": "acme.example",
    }
    assert [problem.field for problem in cleaned.problems] == ["mobile_phone"]
    assert {note.field for note in cleaned.notes} == {"linkedin_url", "employee_count", "full_name", "company_domain"}
    again = clean.record(cleaned.record)
    assert (again.record, again.problems, again.notes) == (cleaned.record, [], [])


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        ({"website": "https://acme.example", "email": "jo@other.example"}, "acme.example"),
        ({"email": "jo@mail.acme.example"}, "acme.example"),
        ({"email": "jo@gmail.com"}, None),
        ({"email": "jo@yahoo.co.uk"}, None),
        ({"email": "jo@mailinator.com"}, None),
        ({"email": "info@acme.example"}, "acme.example"),
        ({"website": "https://www.facebook.com/acme"}, None),
        ({"website": "https://sites.google.com/acme", "email": "jo@acme.example"}, "acme.example"),
        ({"company_domain": "kept.example", "email": "jo@acme.example"}, "kept.example"),
        ({"personal_email": "jo@acme.example"}, None),
    ],
)
def test_the_domain_is_derived_only_when_clearly_right(given: dict[str, str], domain: str | None) -> None:
    assert clean.record(given).record.get("company_domain") == domain


def test_links_are_put_where_they_belong() -> None:
    moved = clean.record({"linkedin_url": "linkedin.com/company/acme"}).record
    assert moved == {"company_linkedin_url": "https://www.linkedin.com/company/acme"}
    moved = clean.record({"company_linkedin_url": "linkedin.com/in/jane"}).record
    assert moved == {"linkedin_url": "https://www.linkedin.com/in/jane"}
    moved = clean.record({"website": "linkedin.com/company/acme"}).record
    assert moved == {"company_linkedin_url": "https://www.linkedin.com/company/acme"}
    both = {"linkedin_url": "linkedin.com/sales/lead/A,B,c", "sales_navigator_url": "linkedin.com/sales/lead/D,E,f"}
    assert clean.record(both).record == {"sales_navigator_url": "https://www.linkedin.com/sales/lead/D,E,f"}


def test_names_are_split_and_joined_but_never_guessed() -> None:
    assert clean.record({"full_name": "Jane Doe"}).record == {
        "full_name": "Jane Doe",
        "first_name": "Jane",
        "last_name": "Doe",
    }
    assert clean.record({"first_name": "Jane", "last_name": "Doe"}).record["full_name"] == "Jane Doe"
    assert "last_name" not in clean.record({"full_name": "Jane Doe", "first_name": "Maria"}).record
    assert "first_name" not in clean.record({"full_name": "王小明"}).record
    assert clean.record({"full_name": "Jane Doe", "last_name": "Doe"}).record["first_name"] == "Jane"


def test_the_first_of_several_addresses() -> None:
    cleaned = clean.record({"email": "nobody@; Jo@Acme.example / al@acme.example"})
    assert cleaned.record["email"] == "jo@acme.example"
    assert cleaned.problems == []


def test_the_first_of_several_numbers() -> None:
    cleaned = clean.record({"country": "DE", "phone": "n/a; 030 5550100 ; 030 5550101", "mobile_phone": "1/2"})
    assert cleaned.record["phone"] == "+49305550100"
    assert [problem.field for problem in cleaned.problems] == ["mobile_phone"]


def test_joined_names_keep_their_order() -> None:
    assert clean.record({"first_name": "Jane", "last_name": "Doe"}).record["full_name"] == "Jane Doe"
    assert clean.record({"first_name": "太郎", "last_name": "山田"}).record["full_name"] == "山田 太郎"


def test_the_region_argument_stands_in_for_a_missing_country() -> None:
    assert clean.record({"phone": "020 7946 0018"}, region="GB").record == {"phone": "+442079460018"}
    assert clean.record({"phone": "020 7946 0018", "country": "Atlantis"}, region="GB").record == {
        "phone": "+442079460018"
    }


@pytest.mark.parametrize("nothing", ["N/A", "null", "NaN", " - ", "Not available", "\n\n"])
def test_a_description_that_says_nothing_is_left_out_without_a_word(nothing: str) -> None:
    assert clean.fields({"description": nothing, "company_name": "Brightloom"}) == ({"company_name": "Brightloom"}, [])
