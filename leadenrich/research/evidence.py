"""What a claim is based on: pages that were returned, sentences that are in them, and how sure that makes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from leadenrich.research.guard import visible

QUOTED, CITED, UNCITED, PLAIN = 95.0, 85.0, 60.0, 90.0
"""The most a claim can be sure of: with a sentence found in its page, with a page that was returned, with neither,
and where no pages are wanted."""

UNSTATED = 50.0
"""What a claim counts for whose model says nothing of how sure it is."""

SHORTEST_QUOTE = 12
"""Characters a quoted sentence has at least; anything shorter is in every page."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read or found.

    Attributes:
        url: its address. title: its title. text: what it says; "" where it was only found.
    """

    url: str
    title: str = ""
    text: str = ""


def same_url(url: str) -> str:
    """Return the form in which two addresses of one page are equal: no scheme, no "www.", no fragment, no tracking."""
    parts = urlsplit(url.strip() if "://" in url else f"https://{url.strip()}")
    kept = [(key, value) for key, value in parse_qsl(parts.query) if not key.lower().startswith("utm_")]
    host = (parts.netloc or "").lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' + urlencode(sorted(kept)) if kept else ''}"


def stands_in(quote: str, text: str) -> bool:
    """Return whether a sentence is in a page, whatever the case, blanks and punctuation at its ends."""
    wanted = _folded(quote).strip(" .,;:!?\"'()…")
    return len(wanted) >= SHORTEST_QUOTE and wanted in _folded(text)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", visible(text)).casefold()


def checked(sources: Any, pages: Sequence[Page], *, quotes: bool) -> tuple[dict[str, str], ...]:
    """Return the sources of a claim that hold: among the pages returned, and with a true quote where that is demanded.

    Args:
        sources: what the model named, `{"url", "quote"}` each.
        pages: those its vendor or our readers returned.
        quotes: whether a sentence of the page is demanded.
    """
    by_url: dict[str, Page] = {}
    for page in pages:
        if (known := by_url.get(same_url(page.url))) is None or len(page.text) > len(known.text):
            by_url[same_url(page.url)] = page
    found: dict[str, dict[str, str]] = {}
    for source in sources if isinstance(sources, list) else ():
        url, quote = (source.get("url"), source.get("quote")) if isinstance(source, Mapping) else (None, None)
        stood = by_url.get(same_url(url)) if isinstance(url, str) and url.strip() else None
        if stood is None:
            continue
        true = isinstance(quote, str) and stands_in(quote, stood.text)
        if quotes and not true:
            continue
        cited = {"url": stood.url, **({"title": stood.title} if stood.title else {})}
        if true and isinstance(quote, str):
            cited["quote"] = " ".join(quote.split())
        found.setdefault(stood.url, cited)
    return tuple(found.values())


_NAMES = re.compile(r"(?<![.!?:;\n]\s)(?<!^)\b[^\W\d_a-z][\w&-]+")
_NUMBERS = re.compile(r"\d[\d.,]*")


def made_up(text: str, known: str) -> str | None:
    """Return why a written text is not taken: it names a number or a name that nothing it was given has.

    Args:
        text: what a model wrote.
        known: all that it was given.
    """
    given = _folded(known)
    if any(number.strip(".,") not in given for number in _NUMBERS.findall(text)):
        return "it names a number that is not among the facts"
    if any(_folded(name) not in given for name in _NAMES.findall(visible(text)) if len(name) > 2):
        return "it names a person or thing that is not among the facts"
    return None


def sure(stated: Any, citations: Iterable[Mapping[str, str]], *, sources: bool) -> float:
    """Return how sure a claim is, 0-100: what its model says, but no more than what it is based on allows."""
    number = stated if isinstance(stated, int | float) and not isinstance(stated, bool) else UNSTATED
    listed = list(citations)
    if not sources:
        most = PLAIN
    elif not listed:
        most = UNCITED
    else:
        most = QUOTED if any("quote" in one for one in listed) else CITED
    return float(min(max(number, 0), most))


def together(first: float, second: float) -> float:
    """Return how sure a claim is that two models make: both would have to be wrong, and models err alike."""
    return min(100 - (100 - first) * (100 - second) / 100, 97.0)
