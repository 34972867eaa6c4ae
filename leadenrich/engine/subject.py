"""Whom an event is about: the run, the row and the question, which the context of the tasks carries along."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from leadenrich.vocabulary import SENSITIVE_FIELDS

PERSONAL = frozenset(
    {
        *SENSITIVE_FIELDS,
        "email",
        "phone",
        "full_name",
        "first_name",
        "last_name",
        "linkedin_url",
        "sales_navigator_url",
        "twitter_url",
        "github_url",
        "facebook_url",
        "github_username",
    }
)
"""Fields whose value, used as a key, is hashed."""
_ID = re.compile(
    r"\d{1,9}"  # a number; longer ones may be phone numbers
    r"|[A-Za-z]{1,12}[_:.-]?\d{1,9}"  # lead-17
    r"|(?=\D*\d)[A-Za-z0-9]{15,40}"  # a CRM's id
    r"|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"  # a UUID
)
_PHONE = re.compile(r"\d{10,}")


class Subject:
    """The row that is being worked on.

    Attributes:
        run: the number of the run in this process. row: the place of the record. data: its fields.
    """

    __slots__ = ("_key", "_shown", "data", "row", "run")

    def __init__(
        self, run: int | None, row: int | None = None, key: str | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        self.run, self.row, self._key, self.data = run, row, key, {} if data is None else data
        self._shown: str | None = None

    def has_key(self, key: str | None) -> bool:
        """Return whether this is the row's own key, as it is."""
        return self._key == key

    @property
    def key(self) -> str | None:
        """Return the row's key, hashed where it looks like a person; None where it is about a whole run."""
        if self._shown is None and self._key is not None:
            is_number = self._key == str(self.row)  # given by the stream itself: it can be nobody's phone
            self._shown = self._key if is_number else shown_key(self._key, self.data)
        return self._shown


def shown_key(key: str, data: Mapping[str, Any]) -> str:
    """Return a key as logs and traces may show it.

    A key that has not the form of an id, or holds a personal field of its record, becomes a hash of it: the same
    key has the same hash in every run.
    """
    stem, slash, child = key.rpartition("/")  # "<key>/<n>": one of the rows that a record became
    if slash and child.isdigit():
        return f"{shown_key(stem, data)}/{child}"
    if _ID.fullmatch(key) and not _PHONE.fullmatch(key):
        folded = key.casefold()
        personal = [str(value).casefold() for name, value in data.items() if name in PERSONAL and value]
        if not any(len(value) > 2 and value in folded for value in personal):
            return key
    return "#" + hashlib.blake2b(key.encode(errors="replace"), digest_size=8, person=b"leadenrich.row").hexdigest()


ABOUT: ContextVar[Subject | None] = ContextVar("leadenrich_about", default=None)
CALL: ContextVar[int | None] = ContextVar("leadenrich_call", default=None)
"""The number of the question that is being asked."""


def about_nobody() -> None:
    """Let what the running task tells be about no row and no question: it works for several."""
    ABOUT.set(None)
    CALL.set(None)
