"""Domains: the public suffix list's own vectors, and what people paste instead of a domain."""

import re
from importlib.resources import files

import idna
import pytest

from leadenrich import clean
from leadenrich.errors import InvalidValueError


def vectors() -> list[tuple[str, str | None]]:
    """The list's own test file, which its package carries."""
    text = files("publicsuffixlist").joinpath("test_psl.txt").read_text(encoding="utf-8")
    rows = re.findall(r"^checkPublicSuffix\('([^']*)', (?:'([^']*)'|null)\);", text, re.MULTILINE)
    return [(given, wanted or None) for given, wanted in rows]


def test_there_are_vectors() -> None:
    assert len(vectors()) > 70


@pytest.mark.parametrize(("given", "wanted"), vectors())
def test_public_suffix_vectors(given: str, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(InvalidValueError):
            clean.domain(given)
    else:
        assert clean.domain(given) == idna.encode(wanted, uts46=True).decode()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://www.Acme.co.uk:8080/about?x=1#top", "acme.co.uk"),
        ("jo@mail.acme.example", "acme.example"),
        ("Jo Doe <jo@acme.example>", "acme.example"),
        ("mailto:jo@acme.example", "acme.example"),
        ("//acme.example/x", "acme.example"),
        ("https://user:secret@acme.example/", "acme.example"),
        ("ftp://files.acme.example", "acme.example"),
        ("  ACME.example.  ", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("www.bücher.example/straße", "xn--bcher-kva.example"),
        ("acme。example", "acme.example"),
        ("_dmarc.acme.example", "acme.example"),
        ("shop.github.io", "shop.github.io"),
        ("acme.example:443", "acme.example"),
        ("acme.example?utm=1", "acme.example"),
    ],
)
def test_reads(given: str, wanted: str) -> None:
    assert clean.domain(given) == wanted


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("192.0.2.7", "IP address"),
        ("http://192.0.2.7:80/x", "IP address"),
        ("http://[2001:db8::1]/", "IP address"),
        ("2001:db8::1", "IP address"),
        ("localhost", "this machine"),
        ("http://localhost:8000", "this machine"),
        ("intranet", "single word"),
        ("co.uk", "public suffix"),
        ("github.io", "public suffix"),
        ("acme example", "single word"),
        ("acme.example, other.example", "more than one"),
        ("-acme.example", "not a host name"),
        (f"{'a' * 64}.example", "not a host name"),
        ("a_b.example", "underscore"),
        ("xn--a.example", "punycode"),
        ("a\u2f00?.example\u2024\u2488com", ""),
        ("", "empty"),
        ("n/a", "empty"),
    ],
)
def test_refuses(given: str, reason: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        clean.domain(given)
    assert reason in caught.value.reason
    assert caught.value.field == "domain"
    assert caught.value.value == given


def test_host_keeps_the_subdomain() -> None:
    assert clean.host("https://Shop.Bücher.example/x") == "shop.xn--bcher-kva.example"
