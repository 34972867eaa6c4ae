"""E-mail addresses: one form, the validator's own judgement, and what an address tells."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from leadenrich import clean
from leadenrich.errors import InvalidValueError


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Jo.Doe@Example.COM", "jo.doe@example.com"),
        ('"Doe, Jo" <Jo@Acme.example>', "jo@acme.example"),
        ("Jo Doe <jo@acme.example>", "jo@acme.example"),
        ("<jo@acme.example>;", "jo@acme.example"),
        ("mailto:jo%2Bnews@acme.example?subject=Hi", "jo+news@acme.example"),
        ("MAILTO:<jo@acme.example>", "jo@acme.example"),
        ("jo@acme.example (work)", "jo@acme.example"),
        ("jo@acme.example,", "jo@acme.example"),
        ("\u200bjo@acme.example\ufeff\n", "jo@acme.example"),
        ("jo＠acme.example", "jo@acme.example"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("JÖ@example.com", "jö@example.com"),
        ("o'neil@acme.example", "o'neil@acme.example"),
        ("a!#$%&*+/=?^_`{|}~-b@acme.example", "a!#$%&*+/=?^_`{|}~-b@acme.example"),
        ("1@2.example", "1@2.example"),
        ("伊昭傑@郵件.商務", "伊昭傑@xn--5nqv22n.xn--lhr59c"),
    ],
)
def test_reads(given: str, wanted: str) -> None:
    assert clean.email(given) == wanted


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "empty"),
        ("jo", "no @"),
        ("@acme.example", "before the @"),
        ("jo@", "no host"),
        ("jo@acme", "single word"),
        ("jo@localhost", "this machine"),
        ("jo@192.0.2.1", "IP address"),
        ("jo@[192.0.2.1]", ""),
        ("jo..doe@acme.example", "two periods"),
        (".jo@acme.example", "period"),
        ("jo.@acme.example", "period"),
        ("jo doe@acme.example", "SPACE"),
        ("jo@acme..example", "host name"),
        ("jo@-acme.example", "host name"),
        ("jo@acme.invalid", "reserved"),
        ("jo@acme.local", "reserved"),
        ('"jo"@acme.example', ""),
        ("jo@acme.example; al@acme.example", "several"),
        ("jo@acme.example al@acme.example", "several"),
        (f"{'a' * 65}@acme.example", "too long"),
        ("jo@xn--a.example", "punycode"),
    ],
)
def test_refuses(given: str, reason: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        clean.email(given)
    assert reason in caught.value.reason
    assert caught.value.value == given
    assert len(given) < 4 or given not in str(caught.value)


def test_the_reason_never_quotes_the_address() -> None:
    for address in (
        "jane..secret@acme.example",
        "jane secret@acme.example",
        "jane@secret..example",
        "jane@secret.invalid",
    ):
        with pytest.raises(InvalidValueError) as caught:
            clean.email(address)
        assert "secret" not in str(caught.value)
        assert "jane" not in str(caught.value)


LOCALS = st.text("ab.+-_!'\"( @0é", min_size=1, max_size=8)
HOSTS = st.lists(st.text("ab-0_é", min_size=1, max_size=5), min_size=1, max_size=3).map(".".join)


@settings(max_examples=300, deadline=None)
@given(
    local=LOCALS,
    host=HOSTS,
    end=st.sampled_from([".com", ".example", ".test", ".c", ".co.uk", "", ".xn--p1ai", ".local"]),
)
def test_quick_and_careful_answers_agree(local: str, host: str, end: str) -> None:
    """What we accept unchanged, the validator accepts; what it accepts (its IDN hosts aside) we accept."""
    address = f"{local}@{host}{end}"
    try:
        judged = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        judged = None
    try:
        ours = clean.email(address)
    except InvalidValueError:
        assert judged is None
        return
    if judged is not None:
        assert ours == f"{judged.local_part.lower()}@{judged.ascii_domain.lower()}"
    else:
        assert ours != address.lower() or not address.isascii()


def test_facts_of_a_work_address() -> None:
    facts = clean.email_facts("Jane.Van-Doe+news@sales.acme.co.uk")
    assert (facts.email, facts.domain) == ("jane.van-doe+news@sales.acme.co.uk", "acme.co.uk")
    assert (facts.is_free, facts.is_disposable, facts.is_role, facts.suggestion) == (False, False, False, None)
    assert (facts.first_name, facts.last_name) == ("Jane", "Van-Doe")


@pytest.mark.parametrize(
    ("address", "is_free", "is_disposable", "is_role"),
    [
        ("x@gmail.com", True, False, False),
        ("x@yahoo.co.jp", True, False, False),
        ("x@hotmail.de", True, False, False),
        ("x@yahoo.example", False, False, False),
        ("x@mailinator.com", False, True, False),
        ("x@eu.mailinator.com", False, True, False),
        ("info@acme.example", False, False, True),
        ("no-reply@acme.example", False, False, True),
        ("sales.uk@acme.example", False, False, True),
        ("info+shop@acme.example", False, False, True),
        ("sales.manning@acme.example", False, False, False),
        ("billing.doe@acme.example", False, False, True),
        ("kontakt@acme.example", False, False, True),
    ],
)
def test_kinds_of_mailboxes(address: str, is_free: bool, is_disposable: bool, is_role: bool) -> None:
    facts = clean.email_facts(address)
    assert (facts.is_free, facts.is_disposable, facts.is_role) == (is_free, is_disposable, is_role)


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("jo@gmial.com", "jo@gmail.com"),
        ("jo@gmail.con", "jo@gmail.com"),
        ("jo@hotmial.com", "jo@hotmail.com"),
        ("jo@outlookk.com", "jo@outlook.com"),
        ("jo@yaho.com", "jo@yahoo.com"),
        ("jo@googlemial.com", "jo@googlemail.com"),
        ("jo@ymail.com", None),
        ("jo@gmx.com", None),
        ("jo@acme.example", None),
        ("jo@gmail.com", None),
        ("jo@yahoo.fr", None),
    ],
)
def test_suggestions(address: str, meant: str | None) -> None:
    assert clean.email_facts(address).suggestion == meant


@pytest.mark.parametrize("local", ["jdoe", "info", "j.doe.smith", "x.1", "jane"])
def test_no_name_is_guessed_without_two_words(local: str) -> None:
    facts = clean.email_facts(f"{local}@acme.example")
    assert (facts.first_name, facts.last_name) == (None, None)
