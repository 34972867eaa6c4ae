"""Person names: parts, order, capitals, and which spellings are one person's."""

import pytest

from leadenrich import clean
from leadenrich.clean import people
from leadenrich.errors import InvalidValueError


@pytest.mark.parametrize(
    ("given", "full", "first", "last"),
    [
        ("Jane Doe", "Jane Doe", "Jane", "Doe"),
        ("JANE DOE", "Jane Doe", "Jane", "Doe"),
        ("jane doe", "Jane Doe", "Jane", "Doe"),
        ("DOE, JANE", "Jane Doe", "Jane", "Doe"),
        ("Jane DOE", "Jane Doe", "Jane", "Doe"),
        ("Dr. Jane Q. Doe, PhD", "Jane Q. Doe", "Jane", "Doe"),
        ("Frau Prof. Dr. Anna von Muster", "Anna von Muster", "Anna", "von Muster"),
        ("VAN DER MUSTER, JAN", "Jan van der Muster", "Jan", "van der Muster"),
        ("MARIA DE LA PRUEBA", "Maria de la Prueba", "Maria", "de la Prueba"),
        ("O'TESTER, SEAN", "Sean O'Tester", "Sean", "O'Tester"),
        ("MCTESTER, IAN", "Ian McTester", "Ian", "McTester"),
        ("jean-luc modèle", "Jean-Luc Modèle", "Jean-Luc", "Modèle"),
        ("William (Bill) Tester", "William Tester", "William", "Tester"),
        ('Robert "Bob" Tester', "Robert Tester", "Robert", "Tester"),
        ("JOHN TESTER JR", "John Tester Jr.", "John", "Tester"),
        ("John Tester III", "John Tester III", "John", "Tester"),
        ("Jane Doe 🚀 | MBA", "Jane Doe", "Jane", "Doe"),
        ("Образцов Иван Петрович", "Иван Петрович Образцов", "Иван", "Образцов"),
        ("Jane Doe | Growth 📈", "Jane Doe", "Jane", "Doe"),
        ("Jane Doe - Head of Sales", "Jane Doe", "Jane", "Doe"),
        ("Jane Doe - van Muster", "Jane Doe - van Muster", "Jane", "van Muster"),
        ("Jane Doe | MBA", "Jane Doe", "Jane", "Doe"),
        ("山田\u3000太郎", "山田 太郎", "太郎", "山田"),
        ("高橋 愛", "高橋 愛", "愛", "高橋"),
        ("김 철수", "김 철수", "철수", "김"),
        ("王小明", "王小明", "", "王小明"),
        ("Jane", "Jane", "Jane", ""),
        ("Dr. Doe", "Doe", "", "Doe"),
    ],
)
def test_names(given: str, full: str, first: str, last: str) -> None:
    name = clean.split_name(given)
    assert (name.full, name.first, name.last) == (full, first, last)
    assert clean.person_name(given) == full
    assert clean.person_name(full) == full


def test_what_is_left_out_of_the_display_form_is_kept_beside_it() -> None:
    name = clean.split_name("Prof. Dr. William 'Bill' J. Tester Jr., MBA")
    assert (name.title, name.middle, name.nickname) == ("Prof. Dr.", "J.", "Bill")
    assert "Jr." in name.suffix
    assert "MBA" in name.suffix


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("jo@acme.example", "an address"),
        ("https://acme.example", "an address"),
        ("12345", "no letters"),
        ("🚀", "no letters"),
        ("-", "empty"),
        ("Dr.", "no name"),
        ("one two three four five six seven eight nine ten eleven twelve thirteen", "no person"),
        ("John 555 0123", "no person"),
        (None, "not text"),
    ],
)
def test_refuses(given: object, reason: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        clean.person_name(given)  # type: ignore[arg-type]  # wrong types are the point
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("DR. JANE", "Jane"),
        ("jane", "Jane"),
        ("Jean Luc", "Jean Luc"),
        ("Bill (William)", "Bill"),
        ("J.", "J."),
        ("ÖZGÜR", "Özgür"),
    ],
)
def test_first_names(given: str, wanted: str) -> None:
    assert people.first_name(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("DOE, MBA", "Doe"),
        ("VAN DER MUSTER", "van der Muster"),
        ("Ma", "Ma"),
        ("Tester Jr.", "Tester"),
        ("doe", "Doe"),
        ("Do", "Do"),
    ],
)
def test_last_names(given: str, wanted: str) -> None:
    assert people.last_name(given) == wanted


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Bob Tester", "Robert Tester"),
        ("J. Tester", "Jane Tester"),
        ("TESTER, Jane", "Jane Tester"),
        ("Jane Tester", "Tester Jane"),
        ("José Modelo", "Jose Modelo"),
        ("Pepe Modelo", "José Modelo"),
        ("Jan van der Muster", "Jan Muster"),
        ("Katherine Tester", "Kate Tester"),
        ("Jane Teste", "Jane Tester"),
    ],
)
def test_one_person(a: str, b: str) -> None:
    assert clean.same_person_name(a, b) > 0.8
    assert clean.same_person_name(a, b) == clean.same_person_name(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("John Tester", "Jane Tester"),
        ("John Tester", "John Muster"),
        ("John Tester Jr.", "John Tester Sr."),
        ("John A. Tester", "Mary B. Tester"),
        ("Anna Muster", "Otto Beispiel"),
    ],
)
def test_two_people(a: str, b: str) -> None:
    assert clean.same_person_name(a, b) < 0.7


def test_keys() -> None:
    assert clean.name_key("Dr. Bob O'Tester") == clean.name_key("ROBERT OTESTER") == "robert otester"
    assert clean.name_key("Jan van der Muster") == "jan muster" or clean.name_key("Jan van der Muster").endswith(
        " muster"
    )
    assert clean.name_key("王小明") == "王小明"
