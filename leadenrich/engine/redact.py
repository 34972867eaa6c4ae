"""What may be shown of a vendor's words: no keys, no personal values, not too long (G9, G13)."""

from __future__ import annotations

import base64
import json as jsonlib
import re
import traceback
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from leadenrich.contract.auth import SANDBOX_KEY

EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;]+\.[^\s@<>\"'(),;.]+")
PHONE = re.compile(r"\+?\d[\d\s().-]{7,}\d")
URL = re.compile(r"https?://\S+")
TOKEN = re.compile(r"\b[A-Za-z0-9_-]{24,}\b")
LONGEST = 200
SHORTEST_SECRET = 8
"""A shorter secret counts only where it is a word of its own: its letters are part of many words."""
SHORTEST_VALUE = 3
SHORTEST_ENCODED = 6
"""A shorter secret leaves too little in base64 to be told from other words."""
LONGEST_NAME = 4
"""Words; the first of them may be all that a vendor repeats."""


def redact(text: str, secrets: Iterable[str] = (), values: Iterable[Any] = ()) -> str:
    """Return a vendor's message without keys, addresses, numbers, URLs or any of the query's own values."""
    text = hide(text, secrets, values)
    text = URL.sub("[url]", text)
    text = EMAIL.sub("[e-mail]", text)
    text = PHONE.sub("[number]", text)
    text = TOKEN.sub("[token]", text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def hide(text: str, secrets: Iterable[str] = (), values: Iterable[Any] = ()) -> str:
    """Return a text without these keys and values, however they are written: plain, percent-quoted, in base64."""
    for secret in secrets:
        if not secret or secret == SANDBOX_KEY:
            continue
        for form in _written(secret):
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(form, "[key]")
            elif form in text:
                text = re.sub(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])", "[key]", text)
        if len(secret) >= SHORTEST_ENCODED and (core := _in_base64(secret)).search(text):
            text = core.sub("[key]", text)
    for value in values:
        if isinstance(value, str):
            for word in (value, *_parts(value)):
                if len(word) >= SHORTEST_VALUE:
                    for form in _written(word):
                        text = re.sub(_alone(form), "[value]", text, flags=re.IGNORECASE)
    return text


def _written(text: str) -> list[str]:
    """Return the ways a text is written into a URL or JSON, the longest first."""
    if text.isascii() and text.isalnum():
        return [text]
    forms = {text, quote(text, safe=""), quote(text), quote_plus(text), jsonlib.dumps(text)[1:-1]}
    return sorted(forms, key=len, reverse=True)


def _alone(form: str) -> str:
    """Return the pattern of a value; a short one counts only where it is a word of its own."""
    found = re.escape(form)
    return found if len(form) > SHORTEST_VALUE + 1 else rf"(?<![^\W_]){found}(?![^\W_])"


def _parts(value: str) -> list[str]:
    """Return the words of a name, which a vendor may repeat in another order; a longer text is no name."""
    words = value.split()
    return [word for word in words if len(word) > SHORTEST_VALUE] if 1 < len(words) <= LONGEST_NAME else []


def _in_base64(secret: str) -> re.Pattern[str]:
    """Return what finds a secret in base64, alone or after other bytes, as in `Authorization: Basic`."""
    cores = []
    for before, partly in ((0, 0), (1, 2), (2, 3)):
        text = base64.b64encode(b"\0" * before + secret.encode()).decode()
        whole = (before + len(secret.encode())) * 8 // 6  # the last character may hold bits of what follows
        cores.append(re.escape(text[partly:whole]).replace("/", "[/_]").replace(r"\+", r"[+\-]"))
    return re.compile(f"[A-Za-z0-9+/_-]*(?:{'|'.join(cores)})[A-Za-z0-9+/_=-]*")


E = TypeVar("E", bound=Exception)


def placed(error: E, cause: BaseException) -> E:
    """Note where an exception was raised that an error stands for, not its words: a key or a person may be in them."""
    frames = traceback.extract_tb(cause.__traceback__)
    where = f' in {frames[-1].name}, "{frames[-1].filename}", line {frames[-1].lineno}' if frames else ""
    error.add_note(f"{type(cause).__name__} was raised{where}")
    return error


PLACES = (
    "error.message",
    "error.detail",
    "error.details",
    "error_message",
    "errorMessage",
    "message",
    "Message",
    "errors.0.details",
    "errors.0.message",
    "errors.0.detail",
    "errors.0.title",
    "errors.0",
    "detail",
    "details",
    "description",
    "error_description",
    "reason",
    "error",
    "title",
    "msg",
)


def words_of(body: Any) -> str:
    """Return the sentence in which a vendor's JSON says what is wrong, or an empty string; in a list the first part."""
    from leadenrich.contract.wire import dig

    body = body[0] if isinstance(body, list) and body else body
    if not isinstance(body, Mapping):
        return body if isinstance(body, str) else ""
    for place in PLACES:
        if isinstance(found := dig(body, place), str) and found:
            return found
    return ""
