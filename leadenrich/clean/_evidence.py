"""What a record says about who it is, in forms that compare cheaply."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from leadenrich.clean import companies, countries, domains, emails, links, namesakes, people, phones, times
from leadenrich.clean.text import fold
from leadenrich.errors import InvalidValueError

# Names a caller's column may have for the evidence that is no canonical field.
_POSTCODES = ("postal_code", "postcode", "zip", "zip_code")
_BIRTHS = ("birth_date", "date_of_birth", "birthday")
_STREETS = ("address", "street", "street_address", "address_1", "address_2")
_SHARED_BY = 3  # so many people at one number or mailbox make it a switchboard's or an office's


@dataclass(slots=True)
class Evidence:
    """One record's evidence; what is missing is "" or empty."""

    first: str = ""
    last: str = ""
    middle: str = ""
    generation: str = ""
    code: str = ""  # how the name sounds, roughly: one person's spellings mostly share it
    mailboxes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    linkedin: str = ""
    company: str = ""
    domain: str = ""
    company_page: str = ""
    city: str = ""
    country: str = ""
    postcode: str = ""
    street: str = ""
    birth: str = ""
    ids: tuple[str, ...] = ()

    @property
    def is_person(self) -> bool:
        """Whether it describes a person, not only a company."""
        return bool(self.first or self.last or self.mailboxes or self.linkedin)


@dataclass(slots=True)
class Corpus:
    """What is common among all records, so that a rare agreement counts for more than a usual one."""

    size: int
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)


def evidence_of(record: object, region: str | None, identifiers: Sequence[str]) -> Evidence:
    """Reads a record, clean or not; what has no canonical form is no evidence."""
    found = Evidence()
    if not isinstance(record, Mapping):
        return found
    get = record.get
    _read_name(found, get)
    mailboxes = [address for name in ("email", "personal_email") if (address := _try(emails.email, get(name)))]
    found.roles = tuple(address for address in mailboxes if emails.is_role(address.rpartition("@")[0]))
    found.mailboxes = tuple(dict.fromkeys(_mailbox(each) for each in mailboxes if each not in found.roles))
    found.country = _try(countries.country, get("country"))
    home = found.country or region
    numbers = (_phone(get(name), home) for name in ("mobile_phone", "phone"))
    found.phones = tuple(dict.fromkeys(number for number in numbers if number))
    found.linkedin = (
        _try(links.person_linkedin_url, get("linkedin_url"))
        or _try(links.sales_navigator_url, get("sales_navigator_url") or get("linkedin_url")).partition(",")[0]
    )
    found.company = _try(companies.company_key, get("company_name"))
    found.company_page = _try(links.company_linkedin_url, get("company_linkedin_url"))
    found.domain = _domain(get, mailboxes)
    found.city = _folded(get("city"))
    found.postcode = re.sub(r"[\W_]", "", _folded(_first(get, _POSTCODES)))
    found.street = " ".join(filter(None, (_folded(get(name)) for name in ("street_number", *_STREETS))))
    found.birth = _digits_of_date(_first(get, _BIRTHS))
    found.ids = tuple(_folded(get(name)) for name in identifiers)
    return found


def corpus_of(all_evidence: Sequence[Evidence]) -> Corpus:
    """Counts what is common and finds mailboxes and numbers that several people share."""
    corpus = Corpus(len(all_evidence))
    for name in ("first", "last", "company", "domain", "postcode"):
        corpus.counts[name] = Counter(value for each in all_evidence if (value := getattr(each, name)))
    people_at: defaultdict[str, set[str]] = defaultdict(set)
    for each in all_evidence:
        if each.code:
            for key in (*each.mailboxes, *each.phones):
                people_at[key].add(each.code)
    corpus.shared = {key for key, codes in people_at.items() if len(codes) >= _SHARED_BY}
    return corpus


@lru_cache(maxsize=65_536)
def sound(name: str) -> str:
    """A rough phonetic code of a folded name: first letter, then consonants by how they sound."""
    letters = name.replace("ph", "f").replace("ck", "k").replace("sch", "s").replace("sh", "s").replace("th", "t")
    coded = letters.translate(_SOUNDS)
    kept = coded[:1] + re.sub(r"[aeiouyhw]", "", coded[1:])
    return re.sub(r"(.)\1+", r"\1", kept)[:5]


_SOUNDS = str.maketrans("cqgjvzdpmx", "kkkkfstbns")


def _read_name(found: Evidence, get: Callable[[str], Any]) -> None:
    first, last = _try(people.first_name, get("first_name")), _try(people.last_name, get("last_name"))
    full = get("full_name")
    if full and not (first and last):
        try:
            name = people.split_name(full)
        except InvalidValueError:
            name = people.PersonName("", "")
        first, last = first or name.first, last or name.last
        found.middle = fold(name.middle)[:1]
        suffix = name.full.rpartition(" ")[2]
        found.generation = suffix if suffix in ("Jr.", "Sr.", "II", "III", "IV") else ""
    found.first, found.last = namesakes.given_key(first), namesakes.family_key(last)
    if found.first or found.last:
        found.code = sound(found.last) + "/" + namesakes.formal(found.first)[:1]


def _domain(get: Callable[[str], Any], mailboxes: Iterable[str]) -> str:
    for text in (get("company_domain"), get("website"), *mailboxes):
        name = _try(domains.domain, text)
        if name and not emails.is_free_domain(name):
            return name
    return ""


def _try(cleaner: Callable[[Any], str], value: Any) -> str:
    if value is None or value == "":
        return ""
    try:
        return cleaner(value)
    except InvalidValueError:
        return ""


def _mailbox(address: str) -> str:
    """One mailbox, however it is written: tags go, and Google's dots."""
    local, _, name = address.rpartition("@")
    local = local.partition("+")[0] or local
    if name in ("gmail.com", "googlemail.com"):
        local, name = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{name}"


def _phone(value: Any, region: str | None) -> str:
    if value is None or value == "":
        return ""
    try:
        return phones.phone(value, region)
    except InvalidValueError:
        digits = re.sub(r"\D", "", str(value))
        return digits.lstrip("0") if 7 <= len(digits) <= 15 else ""


def _folded(value: Any) -> str:
    if value is None or value != value or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(re.sub(r"[\W_]+", " ", fold(str(value))).split())
    return "" if text in ("nan", "none", "null") else text


def _first(get: Callable[[str], Any], names: Iterable[str]) -> Any:
    return next((value for name in names if (value := get(name)) not in (None, "")), None)


def _digits_of_date(value: Any) -> str:
    """YYYYMMDD where it is a date, else the digits as they are."""
    if value is None or value == "":
        return ""
    try:
        return times.date(value).replace("-", "")
    except InvalidValueError:
        return re.sub(r"\D", "", _folded(value))
