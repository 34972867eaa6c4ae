"""Person names: taken apart, put in order, and shown without titles, degrees or all capitals."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from leadenrich.clean._capitals import PARTICLES, recase
from leadenrich.clean.text import fold, tidy, words
from leadenrich.errors import InvalidValueError

_SIMPLE = re.compile(
    r"([A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’]+(?:-[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+)*) ([A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+)*)"
)
_PART = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+)*")
# Titles that stand in a first-name column; the parser knows the full list.
_TITLES = words(
    """
    mr mrs ms miss mx dr prof professor sir dame lord lady rev reverend fr herr frau hr mme mlle monsieur madame
    sr sra srta señor señora don doña sig sigra ing dipl mag dott dottssa avv dhr mevr ir drs
    """
)
_DEGREES = words(
    """
    mba phd md jd msc bsc ma ba mph ms bs esq cpa cfa pmp pe dds dvm do rn edd llm llb meng beng dphil cissp cfp
    phr sphr mr mrs shrm shrmcp acca fca aca mcips cipd pgdip hons
    """
)
_GENERATIONS = {
    "jr": "Jr.",
    "junior": "Jr.",
    "sr": "Sr.",
    "senior": "Sr.",
    "ii": "II",
    "iii": "III",
    "iv": "IV",
    "2nd": "II",
    "3rd": "III",
}
_NICKNAME = re.compile(r"\s*(?:\(([^()]*)\)|[\"“”]([^\"“”]*)[\"“”]|(?<=\s)['‘]([^'‘’]+)['’](?=\s))\s*")
# "山田 太郎", "김 철수": the family name comes first. Kana alone write foreign names too, in either order.
_EASTERN = re.compile(
    "([\u3400-\u9fff]{1,4}|[\uac00-\ud7a3]{1,2}) ([\u3040-\u30ff\u3400-\u9fff]{1,4}|[\uac00-\ud7a3]{1,3})"
)
_KOREAN = re.compile(
    "([\uac00-\ud7a3]{1,2}?)([\uac00-\ud7a3]{2}|(?<=^[\uac00-\ud7a3])[\uac00-\ud7a3])"
)  # "김민준", "남궁민수", "김철"
_PATRONYMIC = re.compile("(?:вич|вна|чна|івна|ївна)$", re.IGNORECASE)
_EMOJI_GLUE = "\ufe0e\ufe0f\u200d\u20e3"


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a person's name; parts it does not show are "".

    Attributes:
        first: given name.
        last: family name with its particles ("van der Berg"). A name in one piece that cannot be told apart, as
            Chinese names without spaces, is all here.
        middle: further given names or initials.
        title: "Dr.", "Prof. Dr. med.", as written.
        suffix: generation and degrees ("Jr., MBA").
        full: the display form: given names, family name, generation; no titles, no degrees.
        nickname: what stood in brackets or quotes.
    """

    first: str
    last: str
    middle: str = ""
    title: str = ""
    suffix: str = ""
    full: str = ""
    nickname: str = ""


def person_name(text: str) -> str:
    """Returns the display form: "SMITH, Dr. JOHN Q., MBA" -> "John Q. Smith".

    Raises:
        InvalidValueError: it holds no name: nothing, an e-mail address, a URL, a sentence, figures.
    """
    return split_name(text).full


def split_name(text: str) -> PersonName:
    """Returns the parts of a name, written in any order ("Last, First"), in capitals, with titles or emoji.

    Raises:
        InvalidValueError: as `person_name`.
    """
    if type(text) is not str:
        text = tidy("full_name", text)
    return _split(text)


@lru_cache(maxsize=8_192)
def _split(text: str) -> PersonName:
    simple = _SIMPLE.fullmatch(text)
    if simple and not _special(simple[1]) and not _special(simple[2]):
        return PersonName(simple[1], simple[2], full=text)
    tidied = _letters_only("full_name", text)
    if eastern := _EASTERN.fullmatch(tidied):
        return PersonName(eastern[2], eastern[1], full=tidied)
    if korean := _KOREAN.fullmatch(tidied):
        return PersonName(korean[2], korean[1], full=tidied)
    plain = _plain(tidied)
    if plain:
        return plain
    name = _parsed(tidied)
    if not name.full:
        raise InvalidValueError("full_name", text, "holds a title but no name")
    for _ in range(4):  # what the display form says must be what it is read as
        full = _letters_only("full_name", name.full)
        again = _plain(full) or _parsed(full)
        if again.full == name.full:
            return name
        name = PersonName(again.first, again.last, again.middle, name.title, name.suffix, again.full, name.nickname)
    raise InvalidValueError("full_name", text, "is no person's name")


def join_name(first: str, last: str) -> str:
    """Returns both parts as their bearer writes them: "Jane Doe", "山田 太郎"."""
    return f"{last} {first}" if _EASTERN.fullmatch(f"{last} {first}") else f"{first} {last}"


def first_name(text: str) -> str:
    """Returns a given name alone, from a first-name column: without title or nickname, not all in capitals."""
    return _part("first_name", text)


def last_name(text: str) -> str:
    """Returns a family name alone, from a last-name column: without degrees, not all in capitals."""
    return _part("last_name", text)


def _plain(text: str) -> PersonName | None:
    """Two words that can be nothing but a name: the parser would say the same, at fifty times the cost."""
    match = _TWO_WORDS.fullmatch(text)
    if not match:
        return None
    given = [match[3], match[1]] if match[2] == "," else [match[1], match[3]]
    if any(_special(word) or _parser_knows(word.lower()) for word in given):
        return None
    first, last = recase(given, True)
    return PersonName(first, last, full=f"{first} {last}")


_TWO_WORDS = re.compile(r"([^\W\d_]{2,}(?:-[^\W\d_]{2,})?)(,?) ([^\W\d_]{2,}(?:-[^\W\d_]{2,})?)")


@lru_cache(maxsize=4_096)
def _parser_knows(word: str) -> bool:
    """Whether the parser takes a word for a title, a degree, a particle or the like."""
    from nameparser.config import CONSTANTS

    return any(
        word in getattr(CONSTANTS, kind, ())
        for kind in (
            "titles",
            "first_name_titles",
            "prefixes",
            "conjunctions",
            "suffix_acronyms",
            "suffix_acronyms_ambiguous",
            "suffix_not_acronyms",
            "bound_first_names",
        )
    )


def _part(field: str, text: str) -> str:
    if type(text) is str and _PART.fullmatch(text):
        return text
    return _part_cached(field, tidy(field, text))


@lru_cache(maxsize=8_192)
def _part_cached(field: str, text: str) -> str:
    found = _part_read(field, text)
    for _ in range(4):  # what is left must be what it is read as
        again = _part_read(field, found)
        if again == found:
            return found
        found = again
    raise InvalidValueError(field, text, "is no name")


def _part_read(field: str, text: str) -> str:
    name = _NICKNAME.sub(" ", _letters_only(field, text)).strip()
    words = name.split() or text.split()
    if field == "first_name":
        while len(words) > 1 and words[0].rstrip(".").lower() in _TITLES:
            words = words[1:]
        words = [word.strip(",;") for word in words]
    else:
        name, comma, tail = " ".join(words).partition(",")
        if comma and name.strip() and all(_is_suffix(word) for word in re.split(r"[\s,]+", tail) if word):
            words = name.split()
        while len(words) > 1 and _is_suffix(words[-1]) and fold(words[-1]).strip(".") not in ("ma", "do", "ba", "ms"):
            words = words[:-1]
        words = [word.strip(",;") for word in words]
    found = " ".join(recase([word for word in words if word], field == "first_name"))
    if not any(char.isalpha() for char in found):
        raise InvalidValueError(field, text, "holds no name")
    return found


def _is_suffix(word: str) -> bool:
    key = re.sub(r"[\W_]", "", word.lower())
    return key in _DEGREES or key in _GENERATIONS


def _special(word: str) -> bool:
    key = word.lower()
    return key in _TITLES or key in PARTICLES or key in _DEGREES or key in _GENERATIONS or key in _MORE_TITLES


_MORE_TITLES = words(
    """
    king queen prince princess duke duchess count countess baron baroness captain capt colonel col major maj
    general gen lieutenant lt sergeant sgt admiral judge justice president senator governor mayor ambassador
    bishop father brother sister pastor rabbi imam sheikh saint st master coach chef officer private corporal
    commander secretary minister chancellor dean vice chief doctor abbot pope cardinal deacon elder detective
    inspector constable marshal her his
    """
)


def _letters_only(field: str, text: object) -> str:
    """The text without emoji and ornaments.

    Raises:
        InvalidValueError: it cannot be a name.
    """
    name = tidy(field, text)
    if "@" in name or "://" in name or "www." in name.lower():
        raise InvalidValueError(field, text, "is an address, not a name")
    if not name.isascii():
        name = "".join(
            char for char in name if unicodedata.category(char) not in ("So", "Sk", "Cf") and char not in _EMOJI_GLUE
        )
    name = _without_tagline(name) if field == "full_name" else name
    name = " ".join(re.sub(r"[|•·*_~<>=\[\]{}\\]+", " ", name).split()).strip(" ,;:/-–—")
    if not any(char.isalpha() for char in name):
        raise InvalidValueError(field, text, "holds no letters")
    if sum(char.isdigit() for char in name) > 4 or len(name.split()) > 12 or len(name) > 150:
        raise InvalidValueError(field, text, "is no person's name")
    return name


def _without_tagline(name: str) -> str:
    """The text before a bar ("Jane Doe | Growth") or a dash and several words ("Jane Doe - Head of Sales")."""
    match = _TAGLINE.search(name)
    if not match:
        return name
    head, tail = name[: match.start()], re.findall(r"[\w.]+", name[match.end() :])
    if len(head.split()) < 2 or all(_is_suffix(word) for word in tail):
        return name
    if match[0].strip() in "-–—" and (len(tail) < 2 or any(word.lower() in PARTICLES - {"of"} for word in tail)):
        return name
    return head


_TAGLINE = re.compile(r"\s*[|•·]\s*|\s+[-–—]\s+")


@lru_cache(maxsize=8_192)
def _parsed(text: str) -> PersonName:
    from nameparser import HumanName

    nickname = ""
    match = _NICKNAME.search(text)
    if match:
        nickname = next((part for part in match.groups() if part), "").strip()
        text = _NICKNAME.sub(" ", text).strip()
    # A parser guesses at the first comma; degrees behind it are no given names.
    found = HumanName(text)
    first, middle, last = (str(part or "").strip(" ,") for part in (found.first, found.middle, found.last))
    title, suffix = str(found.title), str(found.suffix)
    if first and middle and " " not in f"{first}{middle}" and _PATRONYMIC.search(last):
        last, first, middle = first, middle, last  # "Иванов Иван Иванович" puts the family name first
    if not first and last and not title and " " in last and text == last:
        first, _, last = last.partition(" ")
    generation = [
        _GENERATIONS[key] for word in re.split(r"[\s,]+", suffix) if (key := word.strip(".").lower()) in _GENERATIONS
    ]
    words = [*first.split(), *middle.split(), *last.split()]
    recased = recase(words, True)
    cut = len(first.split()), len(first.split()) + len(middle.split())
    shown = _recase_last(recased, cut[1], words)
    return PersonName(
        first=" ".join(shown[: cut[0]]),
        middle=" ".join(shown[cut[0] : cut[1]]),
        last=" ".join(shown[cut[1] :]),
        title=title,
        suffix=suffix,
        full=" ".join(shown + generation[:1]),
        nickname=nickname,
    )


def _recase_last(recased: list[str], start: int, words: list[str]) -> list[str]:
    """A family name alone is not the start of the name: its particles stay small where the text is all in capitals."""
    return recased if start or not words else recase(words, False)
