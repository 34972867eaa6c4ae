"""What others wrote is data: made visible, bounded and fenced before a model reads it, and checked after.

Four guards, each of which the tests show to be needed: `visible` (nothing a person cannot see reaches a model),
`page_text` (hidden parts, comments and addresses are out of a page), `fenced` (data stands between marks it cannot
write itself), `told` (an answer holds no link, markup or instruction text that the question did not ask for).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any

MARK = "leadenrich-data"
"""How the marks around data begin; the system text names it."""

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″‶〝〞＂❝❞ˮ", '"'),
        **dict.fromkeys("‘’‚‛‹›′‵＇`´ʹʼ❛❜", "'"),
    }
)
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\U000e0000-\U000e007f]")
_HIDDEN = (
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*[01](?:px|pt|em)?\b"
    r"|color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b)|left\s*:\s*-\d{3,}|text-indent\s*:\s*-\d{3,}"
)
_BLOCKS = re.compile(r"<(script|style|template|noscript|iframe|svg|head|object)\b.*?</\1\s*>", re.S | re.I)
_COMMENTS = re.compile(r"<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)|\[//\]:\s*#[^\n]*", re.S)
_UNSEEN = re.compile(
    rf"<(\w+)\b(?=[^>]*(?:\shidden\b|aria-hidden\s*=\s*[\"']?true|style\s*=\s*[\"'][^\"']*(?:{_HIDDEN})))[^>]*>.*?</\1\s*>",
    re.S | re.I,
)
_IMAGES = re.compile(r"!\[([^\]]*)\]\([^)]*\)|!\[([^\]]*)\]\[[^\]]*\]")
_LINKS = re.compile(r"(?<!!)\[([^\]]*)\]\([^)]*\)")
_REFERENCES = re.compile(r"^\s*\[[^\]]+\]:\s*\S+.*$", re.M)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")
_ANY_MARK = re.compile(r"<(?=\s*/?\s*leadenrich)", re.I)
_MARKUP = re.compile(r"!\[[^\]]*\]|</?[a-zA-Z][^<>]*>|\]\(\s*(?:https?:|//|data:|javascript:)", re.I)
_URLS = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+", re.I)


def visible(text: str) -> str:
    """Return a text without invisible characters: tag characters, zero widths, direction marks, selectors, fillers.

    Quotation marks of every kind become plain ones; line breaks and tabs stay.
    """
    text = _SELECTORS.sub("", text.translate(_QUOTES))
    return "".join(
        character
        for character in text
        if character in "\n\t" or (unicodedata.category(character) not in _UNSEEN_KINDS and character not in _FILLERS)
    )


_UNSEEN_KINDS = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def page_text(text: str) -> str:
    """Return what a visitor sees of a page, from markdown or HTML: no comments, hidden parts, images or addresses."""
    text = _UNSEEN.sub(" ", _COMMENTS.sub(" ", _BLOCKS.sub(" ", text)))
    text = _IMAGES.sub(lambda found: f"(image: {found[1] or found[2]})" if found[1] or found[2] else " ", text)
    text = _TAGS.sub(" ", _REFERENCES.sub("", _LINKS.sub(r"\1", text)))
    lines = (" ".join(line.split()) for line in visible(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def bounded(text: str, longest: int) -> str:
    """Return a text of at most so many characters, with a mark where it was cut."""
    return text if len(text) <= longest else f"{text[: longest - 12].rstrip()} (shortened)"


def number_of(*parts: str) -> str:
    """Return the number in the marks around data: of all that is sent, so no part of it can hold its own."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()


def fenced(text: str, number: str, kind: str) -> str:
    """Return data between its marks; what looks like a mark in it is no longer one."""
    return f"<{MARK}-{number} {kind}>\n{_ANY_MARK.sub('(', text)}\n</{MARK}-{number}>"


def told(value: Any, hosts: frozenset[str], *, words: str = "") -> str | None:
    """Return why a value of an answer is not taken: it holds what answers to a question do not hold.

    Args:
        value: text, or a list or mapping of it; anything else is taken.
        hosts: the hosts of the pages and of the record, which an answer may name.
        words: of the system text; an answer that repeats them is refused.
    """
    if isinstance(value, list):
        return next((why for one in value if (why := told(one, hosts, words=words)) is not None), None)
    if isinstance(value, dict):
        return told(list(value.values()), hosts, words=words)
    if not isinstance(value, str):
        return None
    if value != visible(value) and any(unicodedata.category(one) in ("Cf", "Co", "Cn") for one in value):
        return "it holds invisible characters"
    if _MARKUP.search(value):
        return "it holds markup"
    if MARK in value or (words and words in value):
        return "it repeats its instructions"
    for url in _URLS.findall(value):
        if host_of(url) not in hosts:
            return "it names an address that no page it was given has"
    return None


def host_of(url: str) -> str:
    """Return the host of an address, without "www."."""
    rest = re.sub(r"^[a-z]+://", "", url.strip().lower())
    return re.split(r"[/?#:]", rest, maxsplit=1)[0].rpartition("@")[2].removeprefix("www.")
