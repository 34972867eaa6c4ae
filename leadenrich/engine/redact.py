"""What may be shown of a vendor's words: no keys, no personal values, not too long (G9, G13)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;]+\.[^\s@<>\"'(),;.]+")
PHONE = re.compile(r"\+?\d[\d\s().-]{7,}\d")
URL = re.compile(r"https?://\S+")
TOKEN = re.compile(r"\b[A-Za-z0-9_-]{24,}\b")
LONGEST = 200


def redact(text: str, secrets: Iterable[str] = (), values: Iterable[Any] = ()) -> str:
    """Return a vendor's message without keys, addresses, numbers, URLs or any of the query's own values."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[key]")
    for value in values:
        if isinstance(value, str) and len(value) >= 3:
            text = re.sub(re.escape(value), "[value]", text, flags=re.IGNORECASE)
    text = URL.sub("[url]", text)
    text = EMAIL.sub("[e-mail]", text)
    text = PHONE.sub("[number]", text)
    text = TOKEN.sub("[token]", text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


PLACES = (
    "error.message", "error.detail", "error.details", "error_message", "errorMessage", "message", "Message",
    "errors.0.details", "errors.0.message", "errors.0.detail", "errors.0.title", "errors.0", "detail", "details",
    "description", "error_description", "reason", "error", "title", "msg",
)  # fmt: skip


def words_of(body: Any) -> str:
    """Return the sentence in which a vendor's JSON says what is wrong, or an empty string."""
    from leadenrich.contract.wire import dig

    if not isinstance(body, Mapping):
        return body if isinstance(body, str) else ""
    for place in PLACES:
        if isinstance(found := dig(body, place), str) and found:
            return found
    return ""
