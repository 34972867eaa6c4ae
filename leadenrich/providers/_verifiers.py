"""What several verifiers share: the words of four for e-mails, and which number the phone verifiers are asked about."""

from __future__ import annotations

from typing import Any

from leadenrich.contract import Query

VERDICTS = {"deliverable": "valid", "undeliverable": "invalid"}

NUMBER = (("phone",), ("mobile_phone",))
"""What a phone verifier needs: a number, under either word."""


LIST_FROM = 10
"""Addresses from which on a background job is worth its wait: fewer are verified sooner one by one, side by side."""


def deliverability(verdict: Any, *, disposable: Any = None, accept_all: Any = None, role: Any = None) -> str | None:
    """Return our e-mail status for the words of Bouncer, BounceBan, Emailable and Kickbox; None where there is none.

    What makes an address "risky" is in the flags beside that word; the first that holds is taken. The order, and
    "unknown" where none of them holds, is our reading: no vendor ranks them.
    """
    if not isinstance(verdict, str) or not verdict:
        return None
    if verdict.lower() != "risky":
        return VERDICTS.get(verdict.lower(), "unknown")
    flags = {"disposable": disposable, "accept_all": accept_all, "role": role}
    return next((status for status, flag in flags.items() if flag is True), "unknown")


def yes(word: Any) -> bool | None:
    """Return the truth of a vendor's text "yes" or "true"; None for anything but these and their opposites."""
    return {"yes": True, "true": True, "no": False, "false": False}.get(str(word).strip().lower())


def percent(share: Any) -> int:
    """Return a share of 1, a number or a text that is one, as a number from 0 to 100.

    Raises:
        ValueError, TypeError: it is neither.
    """
    return round(float(share) * 100)


def number(query: Query) -> str:
    """Return the number asked about."""
    return str(query.phone or query.mobile_phone)


def digits(query: Query) -> str:
    """Return the number asked about without its plus sign."""
    return number(query).lstrip("+")


def named(query: Query, found: dict[str, Any]) -> dict[str, Any]:
    """Return what was found, the number itself under the word it was asked by."""
    if not query.phone and "phone" in found:
        found["mobile_phone"] = found.pop("phone")
    return found
