"""Domains: from anything that names a host to its registrable domain, by the public suffix list, offline."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from leadenrich.clean.text import tidy
from leadenrich.errors import InvalidValueError

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?=//)|mailto:|//", re.IGNORECASE)
_NO_LETTERS = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
_DOTS = re.compile("[。．｡]")


def domain(text: str) -> str:
    """Returns the registrable domain: lower-case ASCII (IDN as punycode), one label more than the public suffix.

    Args:
        text: a host name, a URL, an e-mail address, with or without port and path.

    Raises:
        InvalidValueError: an IP address, `localhost`, a bare public suffix ("co.uk"), or no host at all.
    """
    return _registrable(text if type(text) is str else tidy("domain", text))


def host(text: str) -> str:
    """Returns the whole host name that `text` names, lower-case ASCII: "https://Shop.Bücher.example/x" -> "shop.xn--bcher-kva.example".

    Raises:
        InvalidValueError: an IP address, a single label, or no host at all.
    """  # noqa: E501
    name = authority(tidy("domain", text))
    return ascii_host(name, text)


def authority(text: str) -> str:
    """The part of a URL, e-mail or bare host that names the machine, without user, port and path."""
    match = _SCHEME.match(text)
    if match:
        text = text[match.end() :].lstrip("/")
    for mark in "/?#\\":
        text = text.partition(mark)[0]
    text = text.rpartition("@")[2]
    name, colon, port = text.rpartition(":")
    if colon and (port.isdecimal() or not port) and not name.endswith(":"):
        text = name
    return text.strip(" \"'<>").removesuffix(".")


def ascii_host(name: str, given: object, field: str = "domain") -> str:
    """Validates a host name and brings it to lower-case ASCII.

    Raises:
        InvalidValueError: `name` is no host name of at least two labels.
    """
    found = name.lower()
    if not found.isascii() and len(found) <= 253:
        found = _to_ascii(found, given, field)
    if not _HOST.fullmatch(found) or len(found) > 253:
        raise InvalidValueError(field, given, _why_not_a_host(found), "give a name such as acme.example")
    if found.rpartition(".")[2].isdecimal():
        raise InvalidValueError(field, given, "is an IP address", "give the domain name")
    if "xn--" in found:
        _check_punycode(found, given, field)
    return found


def registrable(name: str, given: object, field: str = "domain") -> str:
    """The registrable part of an ASCII host name.

    Raises:
        InvalidValueError: the name is itself a public suffix.
    """
    found = suffixes().privatesuffix(name)
    if not found:
        raise InvalidValueError(field, given, "is a public suffix, under which others register", "give the whole name")
    if "_" in found:
        raise InvalidValueError(field, given, "has an underscore where names are registered")
    return found


@lru_cache(maxsize=1)
def suffixes() -> PublicSuffixList:
    """The bundled public suffix list, private section included: shop.github.io belongs to its own owner."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


@lru_cache(maxsize=8_192)
def _registrable(text: str) -> str:
    if _HOST.fullmatch(text) and "xn--" not in text and len(text) <= 253:
        name = text  # the common case: it already is a plain host name
        if name.rpartition(".")[2].isdecimal():
            raise InvalidValueError("domain", text, "is an IP address", "give the domain name")
    else:
        name = host(text)
    return registrable(name, text)


def _to_ascii(name: str, given: object, field: str) -> str:
    import idna

    try:
        return idna.encode(_DOTS.sub(".", name), uts46=True, std3_rules=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError, IndexError):
        raise InvalidValueError(field, given, "holds characters that no domain may hold") from None


def _check_punycode(name: str, given: object, field: str) -> None:
    # Emoji domains exist although IDNA 2008 forbids them, so a label only has to decode.
    for label in name.split("."):
        if label.startswith("xn--"):
            try:
                plain = label[4:].encode("ascii").decode("punycode")
            except (UnicodeError, OverflowError, ValueError):
                plain = ""
            if plain.isascii() or any(unicodedata.category(char) in _NO_LETTERS for char in plain):
                raise InvalidValueError(field, given, "has an xn-- label that is not punycode")


def _why_not_a_host(name: str) -> str:
    if not name:
        return "names no host"
    if name.startswith("[") or name.count(":") > 1:
        return "is an IP address"
    if "." not in name:
        return "is a single word, not a domain" if name != "localhost" else "is this machine, not a company's domain"
    if " " in name or "," in name or ";" in name:
        return "is more than one word"
    if name.startswith("."):
        return "starts with a dot"
    return "is not a host name"
