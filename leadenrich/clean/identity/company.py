"""Whether two company names, two domains, or a name and a domain may be one company's."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from leadenrich.clean.companies import company_key
from leadenrich.clean.domains import domain
from leadenrich.clean.identity.given_names import is_given_name
from leadenrich.clean.identity.spelling import ascii_word, loose, without_umlauts
from leadenrich.clean.text import words
from leadenrich.errors import InvalidValueError

_SMALL = words("and e y et und en of the de la le les der die das des du del della di da do dos for in a an von van")
_SPELT_OUT = dict(
    pair.split("=")
    for pair in words(
        """
        intl=international int=international mfg=manufacturing mgmt=management bros=brothers svcs=services
        assoc=associates dept=department eng=engineering natl=national univ=university tech=technologies
        technology=technologies technologie=technologies tecnologia=technologies universitat=university
        universite=university universidad=university universita=university universitet=university
        universiteit=university munchen=munich zurich=zuerich gruppe=group groupe=group grupo=group gruppo=group
        koncern=group systeme=systems system=systems losungen=solutions beratung=consulting
        """
    )
)
# Words that say what kind of company it is or where, and not which.
_ACTIVITIES = words(
    """
    services service solutions systems technologies labs lab software digital online industries enterprises ventures
    partners consulting consultants associates media logistics mobility studio studios
    """
)
_DESCRIBING = _ACTIVITIES | words(
    """
    cooperatieve cooperative
    group holding holdings international global worldwide company companies corp corporation societe sociedad inc
    llc ltd limited plc gmbh ag sa spa se bv nv ab as oy kg co io ai com net org app hq eu uk us usa america
    americas north south latin europe european emea apac asia pacific deutschland germany german france italia italy
    espana spain iberia nederland netherlands belgium schweiz suisse switzerland austria osterreich sverige sweden
    norge norway danmark denmark suomi finland nordic nordics polska poland ireland england britain canada mexico
    brasil brazil india china japan korea singapore australia israel turkey hong kong middle east africa cargo
    business branch headquarters team
    """
)
# Words that begin many companies' names, so that they alone name none of them.
_COMMON = words(
    """
    alpha beta gamma delta omega sigma apex vertex summit pinnacle peak pioneer phoenix horizon eagle falcon lion tiger
    bear wolf star sun moon sky blue red green black white silver gold golden orange purple crystal diamond crown royal
    imperial king queen prince knight castle tower bridge gate river lake ocean sea mountain hill valley forest tree
    oak pine cedar maple rose lily apple berry first second one two three prime premier elite select choice quality
    best top super ultra mega micro macro mini smart bright clear true pure clean fresh new old next future modern
    united union unity alliance allied american national federal republic liberty freedom independence patriot
    continental atlantic pacific northern southern eastern western central north south east west midwest coast general
    universal standard common public private capital trust bank insurance financial finance investment equity asset
    energy power electric gas oil water solar wind steel iron metal stone rock sand paper wood glass plastic chemical
    food farm land home house building construction real estate property design art media news press book music film
    game play sport health care medical life bio pharma science research data info net web cloud code soft tech cyber
    link connect network mobile phone radio signal wave light fire air space aero auto motor car truck rail ship marine
    port harbor city town village state county region area place point line circle square cube box block core base
    foundation pillar anchor compass atlas titan hercules apollo athena mercury venus mars jupiter saturn nova quantum
    fusion vision focus insight mind think idea concept logic method system process action active dynamic agile swift
    rapid speed express direct target mission venture quest journey path way road street open free safe secure shield
    guard sentinel sterling classic heritage legacy tradition century millennium concord harmony balance charter
    enterprise advance progress growth rise snap slack stripe wise notion canvas figma oracle visa shell total sprint
    zoom chase intel meta amazon ford uber plus pro max fit work job hire people person human social friend family
    company brand market trade store shop retail sales service support help hub center centre station academy school
    college institute
    """
)
_BEFORE = ("get", "try", "use", "join", "go", "my", "the", "hello", "meet", "team", "with", "we", "app", "mail", "shop")
_ENDINGS = words(
    """
    gruppe groupe grupo cars motors mobil mobile pharma energy energies us uk ai io eu ag co app hq labs inc wireless
    federal com group gmbh mail web site official intl
    """
)
_NO_ENDINGS = words("as se sa com net us ai io eu uk in lab north south east asia pacific cargo")
_AFTER = tuple(sorted((_DESCRIBING - _NO_ENDINGS) | _ENDINGS, key=len, reverse=True))
_LEAST = 4  # letters that are left of a domain without what is put before or after a name
_STATES = re.compile(r"\bunited states(?: of america)?\b|\bu\.\s?s\.(?:\s?a\.)?", re.IGNORECASE)
_OF_ANOTHER = re.compile(
    r"[,(]\s*(?:an?|now|part of)\s.*$|[,(]?\s+(?:formerly|f/?k/?a|ehemals|part of)\s.*$", re.IGNORECASE
)


@lru_cache(maxsize=4_096)
def same_company_name(a: str, b: str) -> bool | None:
    """Return whether two names may be one company's; None where one of them is no name."""
    one, other = _words_of(a), _words_of(b)
    if not one or not other:
        return None
    if one == other or "".join(one) == "".join(other) or sorted(one) == sorted(other):
        return True
    if not (a.isascii() and b.isascii()) and loose("".join(one)) == loose("".join(other)):
        return True
    if not _ids(one).isdisjoint(_ids(other)):
        return True
    if _short_for(one, other) or _short_for(other, one):
        return True
    core, rest = _surname(_core(one)), _surname(_core(other))
    more = frozenset(one) - frozenset(rest), frozenset(other) - frozenset(core)
    if all(more) and (not any(each <= _DESCRIBING - _ACTIVITIES for each in more) or core[0] in _COMMON):
        return False  # each side says something more: another activity, or another country's of a common word
    if set(core) == set(rest) or "".join(core) == "".join(rest):
        return True
    for short, long in ((core, rest), (rest, core)):
        if len(short) < len(long) and set(short) < set(long) and short[0] == long[0]:
            return not (len(short) == 1 and (short[0] in _COMMON or len(short[0]) < 2))
    return False


@lru_cache(maxsize=4_096)
def same_company_domain(a: str, b: str) -> bool:
    """Return whether two domains may be one company's: registered as one, or of one name under several endings."""
    one, other = registrable(a), registrable(b)
    if one == other:
        return True
    names = _label(one), _label(other)
    if names[0] == names[1] or not _ids_of_domain(one).isdisjoint(_ids_of_domain(other)):
        return True
    bare = [_bare(name) for name in names]
    return not {names[0], *bare[0]}.isdisjoint({names[1], *bare[1]})


@lru_cache(maxsize=4_096)
def may_have_domain(name: str, host: str) -> bool:
    """Return whether a domain is written like a company's name, or is known as its."""
    found, one = _words_of(name), registrable(host)
    if not found:
        return False
    if not _ids(found).isdisjoint(_ids_of_domain(one)):
        return True
    label, core = _label(one), _core(found)
    spelt = {"".join(found), "".join(core), _initials(found), _initials(core)} - {""}
    spelt |= {core[0]} if len(core[0]) >= _LEAST and core[0] not in _COMMON else set()
    return not {label, *_bare(label)}.isdisjoint(each for each in spelt if len(each) >= 2)


@lru_cache(maxsize=4_096)
def registrable(host: str) -> str:
    """Return the domain that a host belongs to; the host itself where it belongs to none."""
    if host.endswith(".onmicrosoft.com"):
        return f"{host.split('.')[-3]}.com"  # a company's own name at a provider of mail
    try:
        return domain(host)
    except InvalidValueError:
        return host


def _label(name: str) -> str:
    return without_umlauts(name.partition(".")[0].replace("-", ""))


def _bare(label: str) -> set[str]:
    """Return a domain's name without what is put before or after one: "getbrightloom" -> "brightloom"."""
    found = {label.removeprefix(start) for start in _BEFORE} | {label.removesuffix(end) for end in _AFTER}
    return {each for each in found if each != label and len(each) >= _LEAST and each not in _COMMON}


@lru_cache(maxsize=4_096)
def _words_of(name: str) -> tuple[str, ...]:
    try:
        name = _STATES.sub("us", name)
        key = company_key(_OF_ANOTHER.sub("", name) or name)
    except InvalidValueError:
        return ()
    found = (ascii_word(word) or word for word in re.split(r"[\s/.,-]+", key) if word)
    spelt = tuple(_SPELT_OUT.get(without_umlauts(word), without_umlauts(word)) for word in found)
    return tuple(word for word in spelt if word not in _SMALL) or spelt


def _core(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in found if word not in _DESCRIBING) or found


def _surname(core: tuple[str, ...]) -> tuple[str, ...]:
    """Return a founder's name without the given name: "Robert Bosch" is "Bosch"."""
    return core[1:] if len(core) > 1 and core[1] not in _COMMON and is_given_name(core[0]) else core


def _initials(found: tuple[str, ...]) -> str:
    return "".join(word[0] for word in found) if len(found) > 1 else ""


def _short_for(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Return whether a name is the other's initials ("IBM") or put together from its beginnings ("FedEx")."""
    letters = "".join(short)
    if len(long) < 2 or len(letters) > 10 or len(short) > 2:
        return False
    if len(letters) >= 2 and letters in (_initials(long), _initials(_core(long))):
        return True
    if len(short) > 1 or letters in _COMMON:
        return False
    return (3 <= len(letters) <= 5 and _abbreviates(letters, long)) or (
        len(letters) >= 5 and _is_put_together(letters, long)
    )


def _abbreviates(letters: str, long: tuple[str, ...]) -> bool:
    """Return whether letters are each word's first and some within, in their order: "LBBW", "EnBW"."""
    if not long or not letters:
        return not long and not letters
    word = long[0]
    if letters[0] != word[0]:
        return False
    at = 0
    for size in range(1, len(letters) + 1):
        if size > 1:
            at = word.find(letters[size - 1], at + 1)
            if at < 0:
                return False
        if _abbreviates(letters[size:], long[1:]):
            return True
    return False


def _is_put_together(letters: str, long: tuple[str, ...]) -> bool:
    """Return whether letters are the beginnings, of two letters or more, of all words in their order."""
    if not long:
        return not letters
    word = long[0]
    sizes = (size for size in range(min(len(word), len(letters)), 1, -1) if letters[:size] == word[:size])
    return any(_is_put_together(letters[size:], long[1:]) for size in sizes)


_NONE: frozenset[int] = frozenset()


def _ids(found: tuple[str, ...]) -> frozenset[int]:
    """Return the lines of the table in which a name stands."""
    table = _aliases()
    both = table.get(found[0], _NONE) & table.get("".join(found[1:]), _NONE)  # "LVMH Moët Hennessy Louis Vuitton"
    return table.get("".join(found), _NONE) | table.get("".join(_core(found)), _NONE) | both


def _ids_of_domain(name: str) -> frozenset[int]:
    table, label = _aliases(), _label(name)
    if len(label) < 3:
        return table.get(name, _NONE)
    return table.get(name, _NONE) | table.get(label, _NONE) | table.get(label.replace("and", ""), _NONE)


@cache
def _aliases() -> dict[str, frozenset[int]]:
    """Return name or domain -> the lines of `company_aliases.txt` in which it stands."""
    found: dict[str, set[int]] = {}
    text = files("leadenrich.clean.identity").joinpath("company_aliases.txt").read_text("utf-8")
    for number, line in enumerate(text.splitlines()):
        for name in line.split(" = ") if line and not line.startswith("#") else ():
            key = name.strip() if "." in name else "".join(_words_of(name))
            found.setdefault(key, set()).add(number)
    return {name: frozenset(lines) for name, lines in found.items()}
