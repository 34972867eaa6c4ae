"""Column mapping: on header rows of real exports, and rule by rule."""

import importlib.util
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from leadenrich.errors import ConfigurationError
from leadenrich.records import ColumnMap, ColumnMappingWarning, map_columns
from leadenrich.records.candidates import Candidate, assign
from leadenrich.records.header_lexicon import phrases
from leadenrich.records.headers import MAPPABLE, find_near_miss, normalise, read_concepts, read_meanings
from leadenrich.vocabulary import FIELDS


def _samples() -> Any:
    path = Path(__file__).parent / "headers" / "samples.py"
    spec = importlib.util.spec_from_file_location("header_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TABLES = list(_samples().tables())


@pytest.mark.parametrize("with_values", [False, True])
@pytest.mark.parametrize("half", ["tune", "final", "fresh"])
def test_real_exports(half: str, with_values: bool) -> None:
    right, wrong, sure = 0, [], []
    for table in TABLES:
        if table.half == half:
            said = map_columns(table.headers, table.rows() if with_values else ())
            for header, field, confidence, meant in zip(
                said.headers, said.fields, said.confidence, table.meant, strict=True
            ):
                if field in meant:
                    right += 1
                else:
                    wrong.append(f"{table.name}: {header!r} is {field}, not {meant}")
                    if confidence > 0.9:
                        sure.append(wrong[-1])
    assert right >= 150
    assert right / (right + len(wrong)) >= 0.97, wrong
    assert sure == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_field_is_claimed_twice_and_nothing_is_lost(table: Any) -> None:
    said = map_columns(table.headers, table.rows())
    fields = [field for field in said.fields if field]
    assert len(fields) == len(set(fields))
    assert len(said.keys) == len(set(said.keys)) == len(table.headers)
    assert said.headers == table.headers
    assert all(said.reasons)
    assert all((sure > 0) == (field is not None) for sure, field in zip(said.confidence, said.fields, strict=True))


def test_the_vocabulary_is_sound() -> None:
    assert MAPPABLE <= FIELDS
    for words in phrases():
        assert normalise(" ".join(words)) == words, words


def test_columns_of_a_german_list() -> None:
    mapping = map_columns(["E-Mail Adresse", "Vorname", "Nachname", "Firma", "Telefon (geschäftlich)", "Handy", "PLZ"])
    assert mapping["E-Mail Adresse"] == "email"
    assert mapping.fields == ("email", "first_name", "last_name", "company_name", "phone", "mobile_phone", None)
    assert mapping.keys[-1] == "PLZ"
    assert mapping.header_of("email") == "E-Mail Adresse"
    assert mapping.header_of("nothing") is None
    assert "PLZ" in mapping
    assert list(mapping) == list(mapping.headers)
    assert not mapping.warnings
    with pytest.raises(KeyError, match="did you mean 'E-Mail Adresse'"):
        mapping["E-Mail Adrese"]
    assert "header 'Handy'" in mapping.explain()


@pytest.mark.parametrize(
    ("headers", "name", "means"),
    [
        (["Nom", "Prénom"], "Nom", "last_name"),
        (["Nom", "Email"], "Nom", "full_name"),
        (["Nome", "Cognome"], "Nome", "first_name"),
        (["Nome", "E-mail"], "Nome", "full_name"),
        (["Nombre", "Apellidos"], "Nombre", "first_name"),
        (["Name", "Website", "Industry", "Employees"], "Name", "company_name"),
        (["Name", "Company", "Email"], "Name", "full_name"),
        (["Name", "First Name", "Last Name"], "Name", "full_name"),
        (["Company", "LinkedIn", "Industry", "Website"], "LinkedIn", "company_linkedin_url"),
        (["First Name", "LinkedIn"], "LinkedIn", "linkedin_url"),
        (["First Name", "City", "Company City"], "Company City", None),
        (["Company", "Industry", "Company City"], "Company City", "city"),
        (["First Name", "Last Name", "Phone", "Company Phone"], "Company Phone", None),
        (["Company", "Website", "Company Phone"], "Company Phone", "phone"),
        (["Vorname", "Anrede", "Titel"], "Titel", None),
        (["Vorname", "Nachname", "Titel"], "Titel", "title"),
        (["Cidade", "Estado"], "Estado", "region"),
        (["Prénom", "Service"], "Service", "department"),
        (["Personal Email", "Work Email"], "Work Email", "email"),
        (["Personal Email", "Work Email"], "Personal Email", "personal_email"),
        (["Revenue (in 000s USD)"], "Revenue (in 000s USD)", None),
        (["Umsatz"], "Umsatz", None),
        (["Email Status", "Email"], "Email Status", None),
        (["Assistant's Phone", "Business Phone"], "Assistant's Phone", None),
        (["Bedrijfswebsite"], "Bedrijfswebsite", "website"),
        (["Tel. Zentrale", "Durchwahl"], "Durchwahl", "phone"),
        (["Tél. standard", "Ligne directe", "Prénom"], "Ligne directe", "phone"),
        (["HQ Phone", "Direct Dial", "First Name"], "Direct Dial", "phone"),
        (["Växel", "Direktnummer", "Förnamn"], "Växel", None),
        (["BillingCity", "ShippingCity"], "BillingCity", "city"),
        (["Billing Email"], "Billing Email", None),
        (["Default Address Company"], "Default Address Company", "company_name"),
        (["Company Main Industry", "Company Sub Industry"], "Company Sub Industry", None),
        (["person_company_industry"], "person_company_industry", "industry"),
        (["Total Funding Amount", "Total Funding Amount (in USD)"], "Total Funding Amount", None),
        (["Nome referente", "Cognome referente"], "Nome referente", "first_name"),
        (["Nom du contact", "Prénom du contact"], "Nom du contact", "last_name"),
        (["Nom du contact", "Société"], "Nom du contact", "full_name"),
        (["User Name", "Invitee Name"], "Invitee Name", "full_name"),
        (["Nb de salariés"], "Nb de salariés", "employee_count"),
        (["Persona", "Work Email"], "Persona", None),
        (["People", "Company", "Industry"], "People", None),
        (["What's your *first name*?"], "What's your *first name*?", "first_name"),
        (["Which company do you work for?"], "Which company do you work for?", "company_name"),
        (["How many people work at your company?"], "How many people work at your company?", "employee_count"),
        (["What's the best phone number to reach you?"], "What's the best phone number to reach you?", "phone"),
        (["How did you hear about us?"], "How did you hear about us?", None),
        (["company (metadata)"], "company (metadata)", "company_name"),
        (["Scanned by email"], "Scanned by email", None),
        (["Sending account email"], "Sending account email", None),
        (["E-Mail", "Betreuer E-Mail"], "Betreuer E-Mail", None),
    ],
)
def test_the_table_decides(headers: list[str], name: str, means: str | None) -> None:
    assert map_columns(headers)[name] == means


@pytest.mark.parametrize(
    ("header", "values", "means"),
    [
        ("URL", ["https://www.linkedin.com/in/ann-neu", "https://de.linkedin.com/in/bob"], "linkedin_url"),
        ("Profile", ["https://www.linkedin.com/sales/lead/ACw1,NAME_SEARCH,x"] * 3, "sales_navigator_url"),
        ("LinkedIn", ["https://www.linkedin.com/sales/people/ACw1"] * 3, "sales_navigator_url"),
        ("LinkedIn", ["https://www.linkedin.com/company/muster"] * 3, "company_linkedin_url"),
        ("", ["ann@example.com", "bob@example.com"], "email"),
        ("Wer", ["ann@example.com", "bob@example.com"], "email"),
        ("Email", ["yes", "no", "yes"], None),
        ("Phone", ["Samsung", "Apple", "Nokia"], None),
        ("Number of Employees", ["1-10", "11-50", "51-200"], "employee_range"),
        ("Company Size", ["12", "450", "8000"], "employee_count"),
        ("Title", ["Dr.", "Prof. Dr.", "Mr."], None),
        ("Website", ["example.com", "www.example.org"], "website"),
        ("First Name", ["ann@example.com", "bob@example.com", "cem@example.com"], "email"),
        ("Backup Email", ["ann@example.com"] * 3, None),
        ("Wer", ["ann@example.com", "bob@example.com"] * 4, None),
        ("Mail of our hero", ["ann@example.com", "bob@example.com"] * 4, None),
        ("Email", ["ann@example.com", "bob@example.com"] * 4, "email"),
        ("NaicsCode", ["333310", "333323", "541511"], "naics"),
        ("Phone", ["4.91E+11", "1.51E+10", "+49 30 5550100"], "phone"),
        ("Telephones", ["+49 30 5550100;+49 30 5550101"] * 3, "phone"),
        ("Durchwahl", ["-12", "-100", "-7"], None),
        ("Organization Name URL", ["https://www.crunchbase.com/organization/muster"] * 3, None),
        ("Enriched company data", ['{"name": "Muster"}'] * 3, None),
    ],
)
def test_values_decide(header: str, values: list[str], means: str | None) -> None:
    assert map_columns([header], [[value] for value in values]).fields == (means,)


def test_two_linkedin_columns_are_told_apart_by_their_values() -> None:
    rows = [["https://www.linkedin.com/sales/lead/ACw1,x", "https://www.linkedin.com/in/ann"]] * 5
    assert map_columns(["LinkedIn", "LinkedIn URL"], rows).fields == ("sales_navigator_url", "linkedin_url")


def test_a_public_address_is_better_than_a_member_id() -> None:
    rows = [["https://www.linkedin.com/in/ACwAAB1xYzpLmQwErTy", "https://www.linkedin.com/in/ann"]] * 5
    assert map_columns(["linkedInProfileUrl", "defaultProfileUrl"], rows).fields == (None, "linkedin_url")
    assert map_columns(["linkedInProfileUrl"], [row[:1] for row in rows]).fields == ("linkedin_url",)


def test_money_of_another_currency_is_not_dollars() -> None:
    for currency, means in (("EUR", None), ("USD", "annual_revenue_usd")):
        mapping = map_columns(["Annual Revenue", "Lead Currency"], [["5000", currency]] * 3)
        assert mapping["Annual Revenue"] == means
    assert map_columns(["Annual Revenue", "Deal Currency"], [["5000", "EUR"]] * 3)["Annual Revenue"]


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (
            "Imię;Nazwisko;Firma;Stanowisko;E-mail służbowy;E-mail prywatny;Telefon komórkowy;"
            "Telefon stacjonarny;Miasto;Województwo;Kraj;Strona WWW;Branża;Liczba pracowników;NIP;"
            "Opiekun;E-mail opiekuna;Uwagi",
            "first_name last_name company_name title email personal_email mobile_phone phone city region"
            " country website industry employee_count - - - -",
        ),
        (
            "Förnamn;Efternamn;Företag;Befattning;E-post;Privat e-post;Mobilnummer;Ort;Län;Land;Webbplats;Bransch;"
            "Antal anställda;Org.nr;Säljare;Säljarens e-post",
            "first_name last_name company_name title email personal_email mobile_phone city region country website"
            " industry employee_count - - -",
        ),
        (
            "会社名;部署名;役職;姓;名;氏名;セイ;メールアドレス;郵便番号;住所;TEL会社;TEL直通;携帯電話;業種;従業員数;所有者メールアドレス",
            "company_name department title last_name first_name full_name - email - - - phone mobile_phone industry"
            " employee_count -",
        ),
    ],
    ids=["Polish", "Swedish", "Japanese"],
)
def test_more_languages(headers: str, fields: str) -> None:
    said = map_columns(headers.split(";")).fields
    assert said == tuple(None if name == "-" else name for name in fields.split())


def test_typos_are_understood_with_less_certainty() -> None:
    mapping = map_columns(["Frist Name", "Lats Name", "Emial Adress", "Compnay"])
    assert mapping.fields == ("first_name", "last_name", "email", "company_name")
    assert max(mapping.confidence) <= 0.8
    assert find_near_miss("Quantity") is None
    assert find_near_miss("abc") is None


def test_camel_case_capitals_and_snake_case_say_the_same() -> None:
    for header in ("companyLinkedinUrl", "COMPANY_LINKEDIN_URL", "Company LinkedIn URL", "company-linkedin-url"):
        assert read_meanings(header)[0][0] == "company_linkedin_url"
    assert read_concepts("column 3") == ((), ())


def test_rows_may_be_dicts() -> None:
    mapping = map_columns(["a", "b"], [{"a": "ann@example.com", "b": None}, {"a": "bob@example.com"}])
    assert mapping.fields == ("email", None)


def test_the_caller_overrides() -> None:
    mapping = map_columns(["Email", "Mail 2", "Kunde"], columns={"Mail 2": "email", "Kunde": "id"})
    assert mapping.fields == (None, "email", "id")
    assert mapping.confidence[1] == 1.0
    assert mapping.keys[0] == "Email"
    with pytest.raises(ConfigurationError, match="not a header of this table"):
        map_columns(["Email"], columns={"Phone": "phone"})
    with pytest.raises(ConfigurationError, match="to both 'a' and 'b'"):
        map_columns(["a", "b"], columns={"a": "email", "b": "email"})


def test_an_unmapped_column_never_poses_as_a_field() -> None:
    mapping = map_columns(["email", "E-Mail neu"], columns={"email": None, "E-Mail neu": "email"})
    assert mapping.keys == ("email (column 1)", "email")


def test_what_is_ambiguous_or_missing_is_said() -> None:
    twice = map_columns(["Email", "Email", "Last Name"])
    assert twice.fields[:2] == ("email", None)
    assert any("'Email' could be it as well" in text for text in twice.warnings)
    assert any(
        "first names but no last names" in text for text in map_columns(["First Name", "City", "Company"]).warnings
    )
    nobody = map_columns(["foo", "bar"])
    assert any("who a row is about" in text for text in nobody.warnings)
    with pytest.warns(ColumnMappingWarning, match="who a row is about"):
        nobody.warn()
    assert any("little certainty" in text for text in map_columns(["Contact", "Notes"]).warnings)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        map_columns(["Email", "Company"]).warn()
    assert isinstance(nobody, ColumnMap)


def test_many_columns_are_mapped_in_no_time() -> None:
    headers = [f"Custom field {number}" for number in range(2000)]
    assert map_columns([*headers, "Email"]).fields[-1] == "email"


def test_a_claim_gives_way_where_that_helps_both() -> None:
    claims = [Candidate(0, "email", 0.9, ""), Candidate(0, "personal_email", 0.85, ""), Candidate(1, "email", 0.88, "")]
    chosen = assign(claims)
    assert {column: claim.field for column, claim in chosen.items()} == {0: "personal_email", 1: "email"}
    stays = assign([Candidate(0, "email", 0.9, ""), Candidate(0, "phone", 0.5, ""), Candidate(1, "email", 0.6, "")])
    assert {column: claim.field for column, claim in stays.items()} == {0: "email"}


def test_a_contact_column_in_a_company_table_is_a_person() -> None:
    mapping = map_columns(["Company", "Website", "Industry", "Contact"])
    assert mapping["Contact"] == "full_name"
    assert map_columns(["Name", "Contact"]).fields == ("company_name", "full_name")
    assert map_columns(["Name", "Display Name", "Company"])["Display Name"] == "full_name"


def test_columns_are_given_as_any_objects() -> None:
    assert map_columns(["Email", None, 5]).headers == ("Email", "", "5")
