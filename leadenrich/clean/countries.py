"""Countries and their regions: ISO 3166 codes from codes and names in many languages."""

from __future__ import annotations

import re
from functools import lru_cache

from leadenrich.clean._country_names import ALIASES
from leadenrich.clean.text import fold, tidy, words
from leadenrich.errors import InvalidValueError

CODES = words(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """
)

# Languages whose names for countries are understood, the commonest first: an earlier one wins.
_LANGUAGES = (  # noqa: SIM905
    "en de fr es it nl pt pt_BR pl sv da nb fi cs sk hu ro tr ru uk el bg hr sr sl lt lv et ar he fa hi th vi id ja ko"
    " zh_CN zh_TW ca is"
).split()
_WORDS = re.compile(r"[\W_]+")


def country(text: str) -> str:
    """Returns the ISO 3166-1 alpha-2 code (and "XK" for Kosovo, as telephone and postal systems write it).

    Accepts alpha-2 and alpha-3 codes and names, official, everyday or local, in some forty languages.

    Raises:
        InvalidValueError: no country is called that.
    """
    if type(text) is not str:
        text = tidy("country", text, 200)
    return text if text in CODES else _country(text)


def _key(name: str) -> str:
    return " ".join(_WORDS.sub(" ", fold(name).replace("'", "").replace("’", "")).split())


@lru_cache(maxsize=8_192)
def _country(text: str) -> str:
    code = text.strip().upper()
    if code in CODES:  # before "na" is taken for "not available": it is Namibia
        return code
    name = tidy("country", text, 200)
    key = _key(name)
    found = ALIASES.get(key) or _names().get(key)
    if not found and key.startswith(("the ", "republic of ")):
        found = _names().get(key.removeprefix("the ").removeprefix("republic of "))
    if not found and (match := re.search(r"\(([A-Za-z]{2,3})\)$", name)):
        code = match[1].upper()  # "Germany (DE)"
        found = code if code in CODES else ALIASES.get(code.lower()) or _names().get(code.lower())
    if not found:
        raise InvalidValueError("country", text, "is no country", "give a name or an ISO code such as DE")
    return found


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every known name and alpha-3 code -> alpha-2."""
    import gettext

    import pycountry

    names: dict[str, str] = {"xkx": "XK"}
    countries = list(pycountry.countries)
    for each in countries:
        for attribute in ("alpha_3", "name", "official_name", "common_name"):
            name = getattr(each, attribute, None)
            if name:
                names.setdefault(_key(name), each.alpha_2)
    for each in countries:  # "Bolivia, Plurinational State of": what no other country is called in full
        names.setdefault(_key(each.name.partition(",")[0]), each.alpha_2)
    for language in _LANGUAGES:
        try:
            translated = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language]).gettext
        except OSError:  # a language that this release does not carry
            continue
        for each in countries:
            for attribute in ("common_name", "name"):
                name = getattr(each, attribute, None)
                if name:
                    names.setdefault(_key(translated(name)), each.alpha_2)
    for ambiguous in ("", "korea", "virgin islands"):
        names.pop(ambiguous, None)
    return names


def region(text: str, country: str | None = None) -> str:
    """Returns the name of a state or province: "CA" in the US -> "California"; other text is only tidied.

    Args:
        text: a name, or a subdivision's code ("US-CA", or "CA" when `country` is given).
        country: the alpha-2 code of the country it lies in.

    Raises:
        InvalidValueError: nothing there.
    """
    name = tidy("region", text, 200)
    code = name.upper()
    if len(name) <= 3 and country and name.isalnum():
        code = f"{country}-{code}"
    if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code):
        import pycountry

        found = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]  # pycountry leaves it untyped
        if found:
            return str(found.name)
    return name
