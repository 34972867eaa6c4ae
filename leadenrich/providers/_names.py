"""Whether two company names mean the same company: registries answer a name with whatever resembles it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LEGAL_FORMS = frozenset(
    [
        "ab",
        "ag",
        "as",
        "asa",
        "aps",
        "bv",
        "cic",
        "co",
        "company",
        "corp",
        "corporation",
        "cv",
        "eg",
        "gbr",
        "gmbh",
        "inc",
        "incorporated",
        "kft",
        "kg",
        "kgaa",
        "kk",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "ltda",
        "mbh",
        "nv",
        "oy",
        "oyj",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sas",
        "se",
        "sl",
        "spa",
        "srl",
        "the",
        "ug",
        "ulc",
        "zoo",
    ]
)
"""Words that say in which form a company is registered, of the forms met most; names are compared without them."""


def name_key(name: Any) -> str:
    """Return what two spellings of a company's name have in common."""
    plain = unicodedata.normalize("NFKD", str(name or "").replace("&", " and ").casefold())
    plain = re.sub(r"(?<=\b\w)[./](?=\w\b)", "", "".join(char for char in plain if not unicodedata.combining(char)))
    words = re.findall(r"\w+", plain)
    return "".join(word for word in words if word not in LEGAL_FORMS) or "".join(words)


def same_name(asked: Any, found: Any) -> bool:
    """Return whether a name found is the name asked for, legal forms, case, accents and marks aside."""
    return bool(asked) and name_key(asked) == name_key(found)
