"""Sandbox: what the language models' fakes share: the words they say, and how many tokens that is."""

from __future__ import annotations

import json
from typing import Any

from leadenrich.sandbox.fake import Call

PAGE = {"url": "https://almanac.example/companies", "title": "Almanac of companies"}
"""The page every researched answer rests on."""


def said(call: Call, prompt: object, schema: Any = None) -> str:
    """Return an invented answer: a sentence, or JSON that fits a schema."""
    return json.dumps(call.answer_json(schema, prompt)) if isinstance(schema, dict) else call.answer_text(prompt)


def tokens(*texts: object) -> int:
    """Return about how many tokens texts have."""
    return max(1, sum(len(str(text)) for text in texts if text) // 4)


def bill(call: Call, read: int, written: int, searches: int = 0) -> None:
    """Book what a model takes."""
    for pool, amount in (("input_tokens", read), ("output_tokens", written), ("searches", searches)):
        if amount:
            call.charge(amount, pool)
