"""What web searches share: whose page a result is, and which of a company's or person's links are among the results."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from leadenrich.providers._names import name_key, same_name

NOT_OWN = frozenset(
    [
        "linkedin.com",
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "youtube.com",
        "tiktok.com",
        "wikipedia.org",
        "crunchbase.com",
        "glassdoor.com",
        "indeed.com",
        "bloomberg.com",
        "zoominfo.com",
        "yelp.com",
        "github.com",
        "medium.com",
        "pitchbook.com",
        "apollo.io",
        "rocketreach.co",
        "dnb.com",
        "g2.com",
    ]
)
"""Sites about companies that are not theirs."""

SOCIAL = {
    "company_linkedin_url": re.compile(r"linkedin\.com/company/[^/?#]+"),
    "twitter_url": re.compile(r"(?:^|[/.])(?:x|twitter)\.com/(?!search|hashtag|intent|share|i/|home)[A-Za-z0-9_]+/?$"),
    "facebook_url": re.compile(r"facebook\.com/(?!sharer|groups/|events/|watch|photo|story|login)[^/?#]+/?$"),
}
"""What a company's own page on a network looks like."""


def host(url: Any) -> str:
    """Return the bare host of an address written with or without scheme and www."""
    text = str(url or "").lower()
    return text.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0].split(":", 1)[0].removeprefix("www.")


def is_own(url: Any) -> bool:
    """Return whether a page may be a company's own: not on a site that is about companies."""
    parts = host(url).split(".")
    return len(parts) > 1 and ".".join(parts[-2:]) not in NOT_OWN


def own_page(pages: Iterable[tuple[Any, Any]], company_name: Any) -> str | None:
    """Return the first page whose title or host bears a company's name, of those that may be its own.

    Args:
        pages: (url, title) of each result, best first.
        company_name: the company's name.
    """
    key = name_key(company_name)
    for url, title in pages:
        if is_own(url) and (key in name_key(title) or key in name_key(host(url).replace(".", " ").replace("-", " "))):
            return str(url)
    return None


def social_links(urls: Iterable[Any]) -> dict[str, str]:
    """Return the first LinkedIn, Twitter and Facebook page of a company among links."""
    found: dict[str, str] = {}
    for url in urls:
        for field, shape in SOCIAL.items():
            if isinstance(url, str) and field not in found and shape.search(url):
                found[field] = url
    return found


def profile(pages: Iterable[tuple[Any, Any, Any]], full_name: Any, company_name: Any) -> dict[str, Any] | None:
    """Return the LinkedIn profile whose title begins with a person's name, as fields with a confidence.

    Namesakes are many: 85 where the company is named beside it, 50 where it is not.

    Args:
        pages: (url, title, text) of each result, best first.
        full_name: the person's name.
        company_name: where the person works.
    """
    wanted, firm = _plain(full_name), name_key(company_name)
    guess: dict[str, Any] | None = None
    for url, title, text in pages:
        if not re.search(r"(?:^|[/.])linkedin\.com/in/[^/?#]+", str(url or "")):
            continue
        name = re.split(r"\s+[-\u2013\u2014]\s+|\s*\|\s*|,", str(title or ""))[0].strip()
        if wanted and wanted == _plain(name):
            found = {"linkedin_url": str(url), "full_name": name}
            if firm and firm in name_key(f"{title} {text}"):
                return {**found, "confidence": 85}
            guess = guess or {**found, "confidence": 50}
    return guess


def _plain(name: Any) -> str:
    text = unicodedata.normalize("NFKD", str(name or "").casefold())
    return " ".join(sorted(re.findall(r"\w+", "".join(char for char in text if not unicodedata.combining(char)))))


__all__ = ["host", "is_own", "own_page", "profile", "same_name", "social_links"]
