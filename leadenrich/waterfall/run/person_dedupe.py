"""Asking once per person: rows about the same person as an earlier row get its answer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from leadenrich.errors import InvalidValueError
from leadenrich.results import NO_COST, EnrichedRecord
from leadenrich.waterfall.run.keys import WINDOW


def identities(fields: Mapping[str, Any]) -> list[str]:
    """Return what tells a person (or, without a name, a company) apart; two rows that share one are about the same.

    A shared mailbox (info@) identifies no person; a name is one only together with a company.
    """
    found = []
    email = fields.get("email")
    if isinstance(email, str) and "@" in email:
        from leadenrich.clean.emails import is_role

        if not is_role(email.partition("@")[0]):
            found.append(f"email {email}")
    if url := fields.get("linkedin_url"):
        found.append(f"linkedin {url}")
    name = fields.get("full_name") or " ".join(
        str(fields[part]) for part in ("first_name", "last_name") if part in fields
    )
    company = fields.get("company_domain") or _company(fields.get("company_name"))
    if name and company:
        found.append(f"name {' '.join(str(name).casefold().split())} at {company}")
    if not name and not found and company:
        found.append(f"company {company}")
    return found


def _company(name: Any) -> str | None:
    if not isinstance(name, str):
        return None
    from leadenrich.clean import company_key

    try:
        return company_key(name)
    except InvalidValueError:
        return None


class PersonDedupe:
    """The first row about each person, within a window."""

    def __init__(self, size: int = WINDOW) -> None:
        self._first: OrderedDict[str, asyncio.Future[EnrichedRecord | None]] = OrderedDict()
        self._size = size

    def meet(self, fields: Mapping[str, Any]) -> tuple[bool, asyncio.Future[EnrichedRecord | None]]:
        """Return (whether this row is the first about its person, the first one's answer to be)."""
        names = identities(fields)
        answer = next((known for name in names if (known := self._first.get(name)) is not None), None)
        first = answer is None
        if answer is None:
            answer = asyncio.get_running_loop().create_future()
        for name in names:
            self._first.setdefault(name, answer)
            if len(self._first) > self._size:
                self._first.popitem(last=False)
        return first, answer


def copied(row: EnrichedRecord, first: EnrichedRecord) -> EnrichedRecord:
    """Return the row with the first one's answer: its values where the row has none of its own, at no cost."""
    for name, value in first.values.items():
        if row.data.get(name) in (None, "", []):
            row.values[name] = replace(value, cost=NO_COST)
            row.data[name] = value.value
    row.status, row.stop_reason, row.retry_reason = first.status, first.stop_reason, first.retry_reason
    row.reason = f"the same person as row {first.index}" + (f": {first.reason}" if first.reason else "")
    return row
