"""Capitals of person names: a name in capitals or in small letters gets them, a mixed one stays as it is written."""

from __future__ import annotations

from leadenrich.clean.text import capitalized, words

# Small words inside family names.
PARTICLES = words(
    """
    af al aan am an auf aus bar bat ben bin bint da dal dall dalla das de degli dei del dela dell della den der
    des di do dos du e el et ibn in la las le les lo los na of op 't ten ter uit van vande vanden vander vom von y
    zu zum zur
    """
)
_ROMAN = frozenset({"II", "III", "IV", "VI", "VII", "VIII"})


def recase(name: list[str], capital_first: bool) -> list[str]:
    """Gives capitals to words all in capitals or all in small letters; mixed words stay as they are written."""
    found = _recased(name, capital_first)
    while found != name:  # one step may leave the whole name in small letters
        name, found = found, _recased(found, capital_first)
    return found


def _recased(name: list[str], capital_first: bool) -> list[str]:
    whole = "".join(name)
    all_upper, all_lower = whole.isupper(), whole.islower()
    found = []
    for index, word in enumerate(name):
        first = index == 0 and capital_first
        letters = sum(char.isalpha() for char in word)
        if word.upper() in _ROMAN and word.isupper() and index:
            found.append(word)
        elif letters <= 1 or (letters == 2 and "." in word):
            found.append(word.title() if all_lower and letters == 1 and len(word) <= 2 else word)
        elif (
            all_upper or all_lower or (word.isupper() and letters > 2) or (word.islower() and first and word.isalpha())
        ):
            found.append(_cased(word, first=first))
        else:
            found.append(word)
    return found


def _cased(word: str, *, first: bool) -> str:
    lowered = word.lower()
    if lowered in PARTICLES and not first:
        return lowered
    cased = capitalized(lowered)
    if cased.startswith("Mc") and len(cased) > 3:
        cased = "Mc" + cased[2].upper() + cased[3:]
    return cased
