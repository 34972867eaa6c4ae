"""Who must not be looked up: addresses, domains, phones and profiles, kept as digests."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from leadenrich import clean
from leadenrich.errors import ConfigurationError, InvalidValueError

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_PHONE = re.compile(r"\+?[\d\s().\-/]{7,}(?:\s*(?:x|ext\.?)\s*\d+)?", re.IGNORECASE)

_ENTRY = "suppressed lead"
_FIX = "an entry is an e-mail address, a domain, a phone, a LinkedIn URL or a SHA-256"

_ADDRESSES = ("email", "personal_email")
_DOMAINS = ("company_domain", "website")
_PHONES = ("mobile_phone", "phone")
_PROFILES = ("linkedin_url", "company_linkedin_url")


class Suppression:
    """A list of people and companies that are never sent to a vendor, nor shown if a vendor returns them.

    An entry is an e-mail address, a domain (everybody there), a phone, a LinkedIn URL, or the SHA-256 (64 hexadecimal
    digits) of the canonical form of one of these: an e-mail lower-cased, a phone in E.164, a registrable domain,
    `https://www.linkedin.com/in/<slug>`. Only digests are kept.

    Args:
        sources: each a file (one entry a line, or a CSV whose first column holds them; a header is passed over), or
            an iterable of entries.
        region: the country (alpha-2) of phones without a country code.

    Raises:
        InvalidValueError: an entry that is none of these; the text names the file and the line.
        ConfigurationError: a file that cannot be read.
    """

    def __init__(self, *sources: str | os.PathLike[str] | Iterable[str], region: str | None = None) -> None:
        self._digests: set[bytes] = set()
        self._region = region
        for source in sources:
            if isinstance(source, str | os.PathLike):
                self._add_file(Path(source))
            elif isinstance(source, Iterable):
                self.add(*source)
            else:
                raise ConfigurationError(
                    f"a suppression list is a file's path or a list of entries, not a {type(source).__name__}"
                )

    def add(self, *entries: str) -> None:
        """Add entries.

        Raises:
            InvalidValueError: an entry that is no address, domain, phone, LinkedIn URL or SHA-256.
        """
        for entry in entries:
            self._digests.add(self._digest_of(entry))

    def blocks(self, fields: Mapping[str, Any]) -> str | None:
        """Return why these fields must not be looked up or shown, without their values; None where they may.

        Args:
            fields: canonical fields in their one form.
        """
        if not self._digests:
            return None
        for name, value, what in _listed_as(fields):
            if _digest(value) in self._digests:
                return f"{what} of {name} is on the list" if what else f"{name} is on the list"
        return None

    def __contains__(self, entry: object) -> bool:
        return isinstance(entry, str) and self._digest_of(entry) in self._digests

    def __len__(self) -> int:
        return len(self._digests)

    def __bool__(self) -> bool:
        return True  # a list that is empty still is one

    def __repr__(self) -> str:
        return f"<Suppression of {len(self._digests)}>"

    def _digest_of(self, entry: Any) -> bytes:
        hashed = _DIGEST.fullmatch(entry.strip()) if isinstance(entry, str) else None
        return bytes.fromhex(hashed[1]) if hashed else _digest(self._canonical(entry))

    def _canonical(self, entry: Any) -> str:
        if not isinstance(entry, str):
            raise InvalidValueError(_ENTRY, entry, "is no text", _FIX)
        text = entry.strip()
        if "linkedin.com" in text.lower():
            return clean.linkedin_url(text)
        if "@" in text and not text.startswith("@"):
            return clean.email(text)
        if _PHONE.fullmatch(text):
            return clean.phone(text, self._region)
        try:
            return clean.domain(text.removeprefix("@"))
        except InvalidValueError as error:
            raise InvalidValueError(_ENTRY, entry, error.reason, _FIX) from None

    def _add_file(self, path: Path) -> None:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
            if "@" in path.name or not path.suffix:  # an entry where a file should be: its words are not shown
                raise ConfigurationError(
                    f"a suppression list cannot be read: {why}; give a file's path, or entries in a list"
                ) from None
            raise ConfigurationError(f"the suppression list {path} cannot be read: {why}") from None
        for number, line in enumerate(text.splitlines(), 1):
            entry = re.split(r"[,;\t]", line, maxsplit=1)[0].strip().strip("\"'").strip()
            if not entry or entry.startswith("#"):
                continue
            try:
                self.add(entry)
            except InvalidValueError as error:
                if number == 1 and not re.search(r"[@\d/]", entry):
                    continue  # a header
                raise InvalidValueError(
                    _ENTRY, entry, f"in line {number} of {path.name} {error.reason}", _FIX
                ) from None


def _listed_as(fields: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (field, canonical value, which part of it) for everything that may be on the list."""
    for name in _ADDRESSES:
        value = fields.get(name)
        if isinstance(value, str) and "@" in value:
            address = value.strip().lower()
            yield name, address, ""
            for domain in _domains(address.rpartition("@")[2]):
                yield name, domain, "the domain"
    for name in _DOMAINS:
        value = fields.get(name)
        if isinstance(value, str) and value:
            for domain in _domains(value):
                yield name, domain, ""
    for name in (*_PHONES, *_PROFILES):
        value = fields.get(name)
        if isinstance(value, str) and value:
            yield name, value.strip(), ""


def _domains(host: str) -> set[str]:
    try:
        return {host, clean.domain(host)}
    except InvalidValueError:
        return {host}


def _digest(canonical: str) -> bytes:
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).digest()
