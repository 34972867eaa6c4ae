"""Whether two family names are one: the same word, whatever its script, accents, particles and women's ending."""

from __future__ import annotations

from functools import lru_cache

from leadenrich.clean.identity.given_names import is_given_name, same_spelling_of_given
from leadenrich.clean.identity.spelling import (
    ascii_word,
    is_slavic,
    japanese,
    romanised_alike,
    same_spelling,
    slavic,
    spellings,
)

_VARIANTS = """
kim gim ghim
lee yi rhee ri
park pak bak
choi choe
jung jeong chung
kang gang
cho jo
yoon yun youn
jang chang
lim im rim
shin sin
kwon gwon
noh roh no
woo u
ahn an
yoo yu ryu you
seo suh
moon mun
heo hur huh
paik baek paek
bae pae
chaudhary choudhary chowdhury chaudhuri chaudhry choudhury chowdhary chaudhari choudhry
agarwal aggarwal agrawal
mukherjee mukherji mookerjee mukerjee mukerji
banerjee banerji
chatterjee chatterji
shrivastava srivastava srivastav shrivastav
krishnamurthy krishnamurti krishnamoorthy
venkataraman venkatraman
subramanian subramaniam subramanyam subrahmanyam
iyer aiyar ayyar
pillai pillay
reddy reddi
patil paatil
cohen kohen cohn kohn
levi levy halevi halevy
"""


def _variants() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_VARIANTS.split("\n")):
        for name in line.split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_LINES = _variants()
_NONE: frozenset[int] = frozenset()


def same_family(a: str, b: str) -> bool:
    """Return whether two words are one family name: each as written, without blanks or particles."""
    if a == b:
        return True
    return _same(a, b) if a < b else _same(b, a)


@lru_cache(maxsize=4_096)
def _same(a: str, b: str) -> bool:
    if same_spelling(a, b):
        return True
    one, other = ascii_word(a), ascii_word(b)
    if not one or not other:
        return False
    if one == other:
        return True
    if is_slavic(one) and is_slavic(other) and slavic(one) == slavic(other):
        return not (f"{one}a" == other and is_given_name(one)) and not (f"{other}a" == one and is_given_name(other))
    if romanised_alike(one, other, a, b) or (one[:-1] == other[:-1] and {one[-1], other[-1]} == {"i", "y"}):
        return True
    if any(_womens(x, y) for x in spellings(a) for y in spellings(b)):
        return True
    if not _LINES.get(one, _NONE).isdisjoint(_LINES.get(other, _NONE)):
        return True
    long_vowels = japanese(one)
    if long_vowels is not None and long_vowels == japanese(other):
        return True
    return same_spelling_of_given(one, other) or _article(one, other)


def _womens(one: str, other: str) -> bool:
    """Return whether one is the other with a woman's ending: "Nováková", "Papadopoulou"."""
    for woman, man in ((one, other), (other, one)):
        if len(man) < 4:
            continue
        stem = woman.removesuffix("ova")
        if stem != woman and (man in (stem, f"{stem}a", f"{stem}o") or man == f"{stem[:-1]}e{stem[-1:]}"):
            return True
        if woman.endswith("opoulou") and man == f"{woman[:-1]}s":
            return True
        if man.endswith(("ski", "cki", "dzki")) and woman == f"{man[:-1]}a":
            return True
    return False


def _article(one: str, other: str) -> bool:
    """Return whether one is the other with the Arabic article written on: "Almasri", "Elmasry"."""
    bare = [word[2:] if word[:2] in ("al", "el") and len(word) >= 6 else word for word in (one, other)]
    if bare == [one, other]:
        return False
    return bare[0].replace("y", "i") == bare[1].replace("y", "i")
