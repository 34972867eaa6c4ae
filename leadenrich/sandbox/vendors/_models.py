"""Sandbox: what the language models' fakes share: the fake model, and how many tokens it takes."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Call
from leadenrich.sandbox.model import PAGE, Spoken, speak
from leadenrich.sandbox.pages import site_of

__all__ = ["PAGE", "Cached", "bill", "company_in", "page_at", "said", "through_cache", "tokens"]


def said(
    call: Call, prompt: object, schema: Any = None, *, system: object = "", model: object = "", searching: bool = False
) -> Spoken:
    """Return what the fake model says to a prompt: a sentence, or JSON that fits a schema.

    Args:
        call: whose world it knows.
        prompt: as sent.
        schema: of the answer, or None.
        system: as sent.
        model: its name, which may say how it errs.
        searching: whether it may look things up.
    """
    plain = call.answer_text(prompt)
    spoken = speak(
        call.view.world,
        str(prompt),
        schema,
        system=str(system or ""),
        model=str(model or ""),
        searching=searching,
        plain=plain,
    )
    if isinstance(schema, dict) and not spoken.text and not spoken.refused:
        return spoken._replace(text=json.dumps(call.answer_json(schema, prompt)))
    return spoken


def company_in(call: Call, words: str) -> SandboxCompany | None:
    """Return the company that the words of a search begin with, by its name or domain."""
    parts = words.split()
    for length in range(len(parts), 0, -1):
        if (found := call.view.company(name=" ".join(parts[:length]))) is not None:
            return found
    return next(
        (found for part in parts if "." in part and (found := call.view.company(domain=part)) is not None), None
    )


def page_at(call: Call, url: str) -> str:
    """Return what stands on a page: a company's site, or a sentence where it is unknown."""
    site = site_of(call.view.world, url)
    return call.answer_text(url) if site is None else site[1]


def tokens(*texts: object) -> int:
    """Return about how many tokens texts have."""
    return max(1, sum(len(str(text)) for text in texts if text) // 4)


class Cached(NamedTuple):
    """How many tokens of a prompt were found in the cache, and how many were put there."""

    found: int = 0
    kept: int = 0


def through_cache(call: Call, *beginning: object) -> Cached:
    """Return what the cache has of a prompt's beginning, which is in it from now on.

    Args:
        call: of the vendor whose cache it is.
        beginning: all that the prompts share: model, schema, system text, text.
    """
    key, count = "|".join(map(str, beginning)), tokens(*beginning[-2:])
    if key in call.server.book.kept:
        return Cached(found=count)
    call.server.book.kept.add(key)
    return Cached(kept=count)


def bill(call: Call, read: int, written: int, searches: int = 0) -> None:
    """Book what a model takes."""
    for pool, amount in (("input_tokens", read), ("output_tokens", written), ("searches", searches)):
        if amount:
            call.charge(amount, pool)
