"""E-mail addresses: one lower-case ASCII-domain form, and what the address itself tells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from leadenrich.clean import _mail_lists
from leadenrich.clean.domains import ascii_host, domain
from leadenrich.clean.text import tidy
from leadenrich.errors import InvalidValueError

_ATEXT = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
# What the validator would accept unchanged; everything else goes through the validator itself.
_PLAIN = re.compile(
    rf"(?=.{{1,64}}@)(?=.{{3,254}}\Z){_ATEXT}(?:\.{_ATEXT})*@"
    r"(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!xn--|arpa\b|invalid\b|local\b|localhost\b|onion\b|test\b)"
    r"[a-z](?:[a-z0-9-]{0,61}[a-z])"
)
_BRACKETED = re.compile(r"^[^<>]*<\s*([^<>]*?)\s*>[^<>]*$")
_COMMENT = re.compile(r"\s*\([^()]*\)\s*")


def email(text: str) -> str:
    """Returns the address alone, lower-case, its domain in ASCII (IDN as punycode).

    Accepts display names ("Jo Doe <jo@acme.example>"), `mailto:` links, comments and stray punctuation around it.
    Both parts are lower-cased: in practice no mailbox tells cases apart, and vendors differ in what they return.

    Raises:
        InvalidValueError: no valid address, several of them, or one at a reserved name such as `.invalid`.
    """
    if type(text) is str:
        lowered = text.lower()
        if _PLAIN.fullmatch(lowered) and lowered not in _mail_lists.PLACEHOLDERS:
            return lowered
    found = _bare(text)
    if found in _mail_lists.PLACEHOLDERS:
        raise InvalidValueError("email", text, "is empty", "leave the field out")
    if _PLAIN.fullmatch(found):
        return found
    return _validated(found, text)


def _bare(text: str) -> str:
    """Takes the address out of what is around it."""
    found = tidy("email", text, 2_000)
    if "@" not in found and "＠" in found:
        found = found.replace("＠", "@")
    bracketed = _BRACKETED.match(found)
    if bracketed:
        found = bracketed[1]
    found = found.strip(" \t\"'<>,;|")
    if found[:7].lower() == "mailto:":
        from urllib.parse import unquote

        found = unquote(found[7:].partition("?")[0]).strip(" <>")
    if "(" in found:
        found = _COMMENT.sub("", found)
    return _lower(found.rstrip(".,;:"))


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower()) if not text.isascii() else text.lower()


def _validated(address: str, given: object) -> str:
    """Validates in full: IDN, other scripts, and every wrong address, with the reason in words."""
    from email_validator import EmailNotValidError, validate_email

    if address.count("@") > 1 and re.search(r"[\s,;|/]", address):
        raise InvalidValueError("email", given, "holds several addresses", "give one")
    local, at, name = address.rpartition("@")
    if not at:
        raise InvalidValueError("email", given, "has no @", "give an address such as jo@acme.example")
    if len(address) > 320:
        raise InvalidValueError("email", given, "is longer than an address can be")
    name = ascii_host(name, given, "email")
    try:
        found = validate_email(f"{local}@{name}", check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidValueError("email", given, _reason(str(error), local, name)) from None
    except (ValueError, IndexError):  # the IDNA tables refuse some labels outside the validator's own error
        raise InvalidValueError("email", given, "is not a valid address") from None
    return f"{_lower(found.local_part)}@{(found.ascii_domain or name).lower()}"


def _reason(message: str, local: str, name: str) -> str:
    """The validator's own reason as a predicate, unless it quotes the address."""
    said = message.rstrip(".")
    if (len(local) > 2 and local in said.lower()) or name in said.lower():
        return "is not a valid address"
    return f"is not a valid address ({said[0].lower()}{said[1:]})"


@dataclass(frozen=True, slots=True)
class EmailFacts:
    """What an address tells without asking anybody.

    Attributes:
        email: the canonical address.
        domain: the registrable domain, None where there is none.
        is_free: a mailbox provider anybody can sign up with (gmail.com), so it names no employer.
        is_disposable: a known throw-away provider.
        is_role: a function's mailbox (info@, sales@), not a person's.
        suggestion: the address that was probably meant, where the domain looks mistyped.
        first_name: probable given name from "first.last", else None.
        last_name: probable family name, else None.
    """

    email: str
    domain: str | None
    is_free: bool
    is_disposable: bool
    is_role: bool
    suggestion: str | None
    first_name: str | None
    last_name: str | None


def email_facts(text: str) -> EmailFacts:
    """Returns the facts about an address.

    Raises:
        InvalidValueError: as `email`.
    """
    return _facts(email(text))


@lru_cache(maxsize=8_192)
def _facts(address: str) -> EmailFacts:
    local, _, name = address.rpartition("@")
    try:
        owner: str | None = domain(name)
    except InvalidValueError:
        owner = None
    is_free = is_free_domain(name)
    role = is_role(local)
    suggestion = _suggest(name)
    first, last = (None, None) if role else _probable_name(local)
    return EmailFacts(
        email=address,
        domain=owner,
        is_free=is_free,
        is_disposable=name in _mail_lists.DISPOSABLE or (owner in _mail_lists.DISPOSABLE),
        is_role=role,
        suggestion=f"{local}@{suggestion}" if suggestion else None,
        first_name=first,
        last_name=last,
    )


def is_free_domain(name: str) -> bool:
    """Whether anybody can get a mailbox at this host: `yahoo.co.jp`, and `mail.yahoo.co.jp` with it."""
    if name in _mail_lists.FREE:
        return True
    parent = name.partition(".")[2]
    if parent in _mail_lists.FREE:
        return True
    brand, _, rest = name.partition(".")
    return brand in _mail_lists.FREE_BRANDS and rest in _mail_lists.FREE_BRANDS[brand]


def is_role(local: str) -> bool:
    """Whether the part before the @ names a function: info, sales.emea, no-reply."""
    base = local.partition("+")[0]
    if base in _mail_lists.ROLES or base.replace("-", "").replace("_", "").replace(".", "") in _mail_lists.ROLES:
        return True
    parts = re.split(r"[._-]", base)
    return len(parts) > 1 and parts[0] in _mail_lists.ROLES and len(parts[-1]) <= 4


def _suggest(name: str) -> str | None:
    """The well-known mail domain one slip away from this one."""
    if name in _mail_lists.FREE or is_free_domain(name) or name in _mail_lists.NOT_TYPOS:
        return None
    known = _mail_lists.TYPOS.get(name)
    if known:
        return known
    from rapidfuzz.distance import OSA

    for candidate in _mail_lists.SUGGESTED:
        near = abs(len(candidate) - len(name)) <= 1 and name[0] == candidate[0] and len(candidate) >= 8
        if near and OSA.distance(name, candidate, score_cutoff=1) == 1:
            return candidate
    return None


def _probable_name(local: str) -> tuple[str | None, str | None]:
    """Reads a name: "jane.van-doe+news" -> ("Jane", "Van-Doe"); only two separated words."""
    base = local.partition("+")[0]
    parts = [part for part in re.split(r"[._]", base.rstrip("0123456789")) if part]
    if len(parts) != 2 or not all(re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)*", part) for part in parts):
        return None, None
    first, last = ("-".join(piece.capitalize() for piece in part.split("-")) for part in parts)
    if len(last) < 2:
        return None, None
    return (first if len(first) > 1 else None), last
