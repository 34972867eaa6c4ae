"""Whether two names may be one person's, word by word: what one leaves out is no contradiction, what both state is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from leadenrich.clean.identity.family_names import same_family
from leadenrich.clean.identity.given_names import is_given_name, same_given
from leadenrich.clean.identity.scripts import same_across_scripts
from leadenrich.clean.identity.spelling import ascii_word, same_spelling, without_umlauts
from leadenrich.clean.identity.words import NameWords, name_words


@lru_cache(maxsize=4_096)
def may_be_one_person(a: str, b: str) -> bool:
    """Return whether two full names may be one person's.

    Accents, transliterations, nicknames, initials, the order of names, titles, particles, and parts that one side
    leaves out (middle names, a second family name) make no difference. Names that are only alike are two people's.
    What is no name contradicts nothing.
    """
    if a.casefold() == b.casefold():
        return True
    one, other = name_words(a), name_words(b)
    if one is None or other is None or (one.words == other.words and one.generation == other.generation):
        return True
    if one.generation and other.generation and one.generation != other.generation:
        return False
    if one.script != other.script:
        told = same_across_scripts(one, other)
        if told is not None:
            return told
        if not {one.script, other.script} <= {"LATIN", "CYRILLIC", "GREEK"}:
            return True  # these two scripts cannot be compared here
    return _agree(one, other)


def _agree(a: NameWords, b: NameWords) -> bool:
    ours, theirs = _joined(a, b), _joined(b, a)
    pairs = _pairs(ours, theirs)
    left_ours = [word for i, word in enumerate(ours) if all(i != pair[0] for pair in pairs)]
    left_theirs = [word for j, word in enumerate(theirs) if all(j != pair[1] for pair in pairs)]
    more = 0
    if left_ours and left_theirs and (a.extra or b.extra):
        known = (
            [word for word in left_ours if _among(word, b.extra)],
            [word for word in left_theirs if _among(word, a.extra)],
        )
        left_ours = [word for word in left_ours if word not in known[0]]
        left_theirs = [word for word in left_theirs if word not in known[1]]
        more = len(known[0]) + len(known[1])
    if left_ours and left_theirs and (_stand_for(left_ours, left_theirs) or _stand_for(left_theirs, left_ours)):
        return bool(pairs)
    if left_ours and left_theirs and not _left_out_at_two_places(pairs, ours, theirs):
        return False
    return len(pairs) + more >= min(2, len(ours), len(theirs))


def _joined(a: NameWords, b: NameWords) -> list[str]:
    """Return a's words, those put together that b writes as one: "van der Linden" for "Vanderlinden"."""
    wanted = {_plain(word) for word in b.words if len(word) > 3} - {_plain(word) for word in a.words}
    if not wanted or len(a.raw) < 2:
        return list(a.words)
    found: list[str] = []
    at, joined = 0, False
    while at < len(a.raw):
        for size in (4, 3, 2):
            whole = "".join(a.raw[at : at + size])
            if at + size <= len(a.raw) and _plain(whole) in wanted:
                found.append(whole)
                at, joined = at + size, True
                break
        else:
            if a.raw[at] in a.words:
                found.append(a.raw[at])
            at += 1
    return found if joined else list(a.words)


def _plain(word: str) -> str:
    plain = without_umlauts(ascii_word(word))
    return f"al{plain[2:]}" if plain.startswith("el") else plain


def _pairs(ours: list[str], theirs: list[str]) -> list[tuple[int, int]]:
    """Return which words agree, the surest first: the same family name, a given name, an initial."""
    pairs: list[tuple[int, int]] = []
    free_ours, free_theirs = set(range(len(ours))), set(range(len(theirs)))

    def take(agree: Callable[[int, int], bool]) -> None:
        for i in sorted(free_ours):
            j = next((j for j in sorted(free_theirs) if agree(i, j)), None)
            if j is not None:
                pairs.append((i, j))
                free_ours.discard(i)
                free_theirs.discard(j)

    take(lambda i, j: same_spelling(ours[i], theirs[j]))
    if free_ours and free_theirs:
        take(lambda i, j: len(ours[i]) > 1 < len(theirs[j]) and same_family(ours[i], theirs[j]))
    if free_ours and free_theirs:
        known = [is_given_name(ascii_word(word)) for word in (ours[0], ours[-1], theirs[-1])]
        family_first = (0, 0) in pairs and known == [False, True, True]
        take(
            lambda i, j: (
                len(ours[i]) > 1 < len(theirs[j])
                and (i + 1 < len(ours) or j + 1 < len(theirs) or family_first or len(ours) == 1)
                and same_given(ours[i], theirs[j])
            )
        )
    if free_ours and free_theirs:
        take(lambda i, j: 1 in (len(ours[i]), len(theirs[j])) and same_given(ours[i], theirs[j]))
    return pairs


def _among(word: str, extra: tuple[str, ...]) -> bool:
    return any(same_family(word, each) or same_given(word, each) for each in extra)


def _stand_for(letters: list[str], left: list[str]) -> bool:
    """Return whether one word is the beginnings of several: "JP" for "Jean-Paul", "Hajo" for "Hans-Joachim"."""
    return len(letters) == 1 and len(left) > 1 and _begins_all(letters[0], left)


def _begins_all(whole: str, left: list[str]) -> bool:
    if not left:
        return not whole
    return any(whole[:size] == left[0][:size] and _begins_all(whole[size:], left[1:]) for size in (1, 2, 3, 4) if whole)


def _left_out_at_two_places(pairs: list[tuple[int, int]], ours: list[str], theirs: list[str]) -> bool:
    """Return whether one side leaves out a middle name and the other one a second family name."""
    if len(pairs) < 2:
        return False
    last_ours, last_theirs = max(i for i, _ in pairs), max(j for _, j in pairs)
    inside_ours, inside_theirs = last_ours + 1 == len(ours), last_theirs + 1 == len(theirs)
    return inside_ours is not inside_theirs and len(pairs) + 1 >= max(len(ours), len(theirs))
