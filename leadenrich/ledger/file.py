"""`FileLedger`: the file a caller keeps, so that whatever is interrupted goes on without paying for anything twice."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from leadenrich import clean
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.ledger.answers import Answers
from leadenrich.ledger.calls import UncertainCall
from leadenrich.ledger.database import Database
from leadenrich.ledger.journal import Journal
from leadenrich.ledger.people import COMPANIES, IDENTITIES, NAMES, about

PERSONAL = ("email", "personal_email", "phone", "mobile_phone", "linkedin_url", *NAMES)


class FileLedger:
    """A SQLite file of the caller's own; readable by its owner alone.

    `Session(ledger=le.FileLedger("q3.db"))` keeps in it what a job needs to go on after a restart: paid answers, hits
    and misses, with their age; the spend of budgets with a name (`le.Budget(usd=200, name="q3")`); paid calls from
    before they leave until they are settled; background jobs under way. `Session(cache=le.FileLedger("answers.db"))`
    keeps the answers alone. Keys are keyed hashes of account and question. Answers are personal data: delete the
    file, or a person in it (`forget`), as you would those. Several processes of one machine may use a file at once.

    Durability: with `ledger=`, an answer is in the file together with its cost before it is handed on, and a paid
    call before it leaves. With `cache=`, answers are written in batches, at most 20 ms after they came where an event
    loop runs, at once where none does, and when the ledger is closed. What is written survives the process being
    killed. A power cut leaves the database whole; with `fsync` it loses no call that left, so that what it does lose
    is known as uncertain.

    Args:
        path: the file, made with mode 0600 where it is not there. A ledger of JSON lines (the form before) is
            imported once and replaced.
        max_age: answers older than this are not used, and leave the file little by little, or with `compact`.
        fsync: wait for the disk before a paid call leaves (a few milliseconds, shared by all that leave together).

    Raises:
        ConfigurationError: `path` is a directory, or `max_age` no positive time, or the file cannot be written, or a
            newer version of the library wrote it.
        DataTransformationError: the file is something else than a ledger.
        StorageError: later, when the disk is full or fails; the text names the file.
    """

    def __init__(self, path: str | os.PathLike[str], *, max_age: timedelta | None = None, fsync: bool = True) -> None:
        self.path, self.max_age, self.fsync = Path(path), max_age, fsync
        seconds = _seconds(max_age)
        self._database = Database(self.path)
        self._answers = Answers(self._database, seconds)
        self.journal = Journal(self._database, self._answers, fsync=fsync)
        self._finalizer = weakref.finalize(self, _closed, self._database, self._answers, self.journal)

    # ---- a cache of answers

    def get(self, key: str) -> Mapping[str, Any] | None:
        """Return the answer kept under a key, unless it is too old."""
        return self._answers.get(key)

    def set(self, key: str, value: Mapping[str, Any], ttl: float | None = None) -> None:
        """Keep an answer, for at most `ttl` seconds where that is given."""
        self._answers.put(key, value, ttl)

    def is_empty(self) -> bool:
        """Return whether no answer is kept yet."""
        return self._answers.is_empty()

    def note(self, entry: Mapping[str, Any]) -> None:
        """Keep something else worth keeping beside the answers: a row's story, for `le.replay`."""
        self._answers.note(entry)

    def flush(self) -> None:
        """Write what still waits in memory.

        Raises:
            StorageError: it cannot be written.
        """
        self.journal.check()
        self.journal.save()
        self._answers.flush()

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Yield every answer (`key`, `at`, `answer`), then every note (`at`, `note`), each in the order written."""
        return self._answers.entries()

    # ---- a job

    def spent(self, budget: str) -> Mapping[str, Decimal]:
        """Return what a named budget has spent so far in all runs, by line ("usd", "calls", "<provider>", ...).

        Uncertain cost counts as spent; what calls under way have set aside does not.
        """
        state = self.journal.spent(budget)
        return {line: amount for line in sorted(state.settled) if (amount := state.gone(line))}

    def uncertain(self) -> list[UncertainCall]:
        """Return the paid calls whose answer was not seen, oldest first: they may have been charged."""
        return self.journal.all_uncertain()

    # ---- people

    def forget(self, **who: str) -> int:
        """Erase everything about a person or a company; nothing of it is left in the file.

        What an answer says of the person leads on: one that was asked by name and company and held the e-mail goes,
        and with it all that was asked by that name at that company (the mobile number). It reads the whole file.

        Args:
            who: canonical fields: `email=`, `phone=`, `mobile_phone=`, `linkedin_url=`, or `full_name=` (or
                `first_name=` and `last_name=`) with `company_domain=` or `company_name=`. A `company_domain=` alone
                erases the company, and the answers about people that were asked for by it.

        Returns:
            How many entries are gone.

        Raises:
            ConfigurationError: no such field, or not enough of them.
            InvalidValueError: a value that has no canonical form.
            StorageError: another process reads the file all the time, so that traces may be left.
        """
        known = (*IDENTITIES, *NAMES, *COMPANIES)
        for field in who:
            if field not in known:
                raise ConfigurationError(
                    f"forget knows no {field!r}{nearest(field, known)}; give {', '.join(IDENTITIES)}"
                )
        given = {field: clean.value(field, value) for field, value in who.items()}
        personal = any(field in who for field in PERSONAL)
        told = about(given)
        marks = {mark for person in told["people"] for mark in person} | set(told["who"])
        if personal:  # the company only says which person of that name is meant
            marks -= set(about({field: given[field] for field in COMPANIES if field in given})["who"])
        if not marks:
            raise ConfigurationError(
                "forget needs an email, phone, linkedin_url or company_domain, or a name together with its company"
            )
        return self._answers.erase(marks, follow=personal)

    def compact(self) -> int:
        """Delete what is too old and give its room back to the disk; return how many entries are gone."""
        return self._answers.compact()

    # ---- a file

    def __len__(self) -> int:
        return self._answers.count()

    def __bool__(self) -> bool:
        return True  # an empty ledger still is one

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what still waits in memory and close the file."""
        self._finalizer()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (str(self.path), self.max_age, self.fsync)

    def __repr__(self) -> str:
        return (
            f"<FileLedger {self.path.name!r}, closed>"
            if self._database.closed
            else f"<FileLedger of {len(self)} answers>"
        )


def _seconds(max_age: Any) -> float | None:
    if max_age is None:
        return None
    if not isinstance(max_age, timedelta) or max_age <= timedelta(0):
        raise ConfigurationError(f"max_age is a positive timedelta, such as timedelta(days=90), not {max_age!r}")
    return max_age.total_seconds()


def _again(path: str, max_age: timedelta | None, fsync: bool) -> FileLedger:
    return FileLedger(path, max_age=max_age, fsync=fsync)


def _closed(database: Database, answers: Answers, journal: Journal) -> None:
    if not database.closed:
        try:
            journal.close()
            answers.flush()
        finally:
            database.close()
