"""Job titles to seniority and department, in the languages of the spreadsheets we meet."""

import pytest

from leadenrich import clean
from leadenrich.clean import titles
from leadenrich.errors import InvalidValueError


@pytest.mark.parametrize(
    ("title", "seniority", "department"),
    [
        ("Chief Executive Officer", "c_suite", "executive"),
        ("CEO & Co-Founder", "founder", "executive"),
        ("Co-Founder and CTO", "founder", "engineering"),
        ("CFO", "c_suite", "finance"),
        ("VP of Sales, EMEA", "vp", "sales"),
        ("S.V.P. Operations", "vp", "operations"),
        ("Vice President, Human Resources", "vp", "hr"),
        ("Head of Growth Marketing", "head", "marketing"),
        ("Director of Customer Success", "director", "customer_success"),
        ("Engineering Manager", "manager", "engineering"),
        ("Senior Data Scientist", "senior", "data"),
        ("Software Engineer", None, "engineering"),
        ("Junior Accountant", "entry", "finance"),
        ("Marketing Intern", "intern", "marketing"),
        ("Executive Assistant to the CEO", "entry", "administration"),
        ("Partner Manager", "manager", "sales"),
        ("Managing Partner", "partner", "executive"),
        ("Owner", "owner", "executive"),
        ("General Counsel", None, "legal"),
        ("IT Administrator", None, "it"),
        ("UX Designer", None, "design"),
        ("Geschäftsführer", "c_suite", "executive"),
        ("Leiterin Vertrieb", "head", "sales"),
        ("Einkäufer", None, "procurement"),
        ("Directeur Commercial", "director", "sales"),
        ("Responsable Ressources Humaines", "head", "hr"),
        ("Directora General", "c_suite", "executive"),
        ("Jefe de Compras", "head", "procurement"),
        ("Amministratore Delegato", "c_suite", "executive"),
        ("Responsabile Acquisti", "head", "procurement"),
        ("Hoofd Inkoop", "head", "procurement"),
        ("Gerente de Vendas", "manager", "sales"),
        ("Florist", None, None),
    ],
)
def test_facts(title: str, seniority: str | None, department: str | None) -> None:
    facts = clean.title_facts(title)
    assert (facts.title, facts.seniority, facts.department) == (title, seniority, department)


def test_every_answer_is_of_the_lists() -> None:
    for word in (
        "C-Level",
        "cxo",
        "Vice President",
        "Entry Level",
        "individual_contributor",
        "Owner",
        "training",
        "VP",
    ):
        assert titles.seniority(word) in titles.SENIORITIES
    for word in (
        "Human Resources",
        "master_engineering_technical",
        "Customer Service",
        "Business Development",
        "c_suite",
    ):
        assert titles.department(word) in titles.DEPARTMENTS


@pytest.mark.parametrize(
    ("word", "wanted"), [("C-Level", "c_suite"), ("Vice President", "vp"), ("entry", "entry"), ("Entry Level", "entry")]
)
def test_vendor_words_for_seniority(word: str, wanted: str) -> None:
    assert titles.seniority(word) == wanted


def test_an_unknown_department_keeps_its_word() -> None:
    assert titles.department("Beekeeping") == "beekeeping"


def test_refuses() -> None:
    with pytest.raises(InvalidValueError, match="none of owner"):
        titles.seniority("blue")
    with pytest.raises(InvalidValueError, match="none of owner"):
        titles.seniority("executive")  # a level of its own with some vendors, who take in owners and vice presidents
    with pytest.raises(InvalidValueError):
        clean.title_facts("")
