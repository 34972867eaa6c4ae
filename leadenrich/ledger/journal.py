"""What a session tells its ledger while it runs: holds on named budgets, paid calls, jobs; and what it finds there."""

from __future__ import annotations

import contextlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadenrich.errors import StorageError
from leadenrich.ledger import budgets, calls, jobs, mailboxes, windows
from leadenrich.ledger.answers import Answers
from leadenrich.ledger.budgets import Lines, Spent
from leadenrich.ledger.calls import Intent, Place, UncertainCall
from leadenrich.ledger.database import Database
from leadenrich.ledger.jobs import Job, KeptReply
from leadenrich.ledger.owners import Owner, gone

log = logging.getLogger("leadenrich")

LONGEST_WINDOW = 32 * 86_400.0
"""Seconds: no vendor counts over more than a month."""


NOTHING: Lines = {}
NOWHERE = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of one question.

    Attributes:
        sender: the session that sent them. keys: its paid calls, which end with it. shared: those that other questions
            still depend on. let_go: those that were booked as uncertain before, and about which nothing came to light.
        jobs: its exchanges that led to a job which has ended with it.
        holds: number of each hold -> its budget. settled, uncertain: what it cost.
        unsure: the calls of these keys may have been charged, and no answer was seen.
        answer: its key and what was answered, kept with its cost.
    """

    keys: Sequence[bytes] = ()
    shared: Sequence[bytes] = ()
    let_go: Sequence[bytes] = ()
    sender: int = 0
    jobs: Sequence[bytes] = ()
    holds: Mapping[int, str] = field(default_factory=dict)
    settled: Lines = field(default_factory=dict)
    uncertain: Lines = field(default_factory=dict)
    unsure: bool = False
    answer: tuple[str, Mapping[str, Any]] | None = None


class Journal:
    """The running part of a ledger. Every method is one transaction, whole or not at all.

    `sent` is on the disk when it returns; the rest survives the process being killed, and the last moments of it may
    be undone by a power cut. A call whose settlement is lost in that way is then known as uncertain.
    """

    def __init__(self, database: Database, answers: Answers, *, fsync: bool) -> None:
        self._database, self._answers, self._fsync = database, answers, fsync
        self._owner = Owner(database)
        self._backlog: list[Settlement] = []
        self._senders = 0
        self._counts: Counter[tuple[str, str, float]] = Counter()
        self._savers: list[Callable[[], None]] = []
        self.failed: StorageError | None = None

    @property
    def place(self) -> str:
        """Return the path of the file, whole."""
        return str(self._database.path.resolve())

    # ---- named budgets

    def spent(self, budget: str) -> Spent:
        """Return what has become of a named budget."""
        with self._reading() as connection:
            return budgets.spent(connection, budget)

    def hold(self, budget: str, limits: Lines, need: Lines) -> int | None:
        """Set aside of a named budget; return the hold's number, None where there is no room."""
        with self._writing() as connection:
            owner = self._owner.id(connection)
            number = budgets.hold(connection, owner, budget, limits, need)
            if number is None:
                self._reclaim(connection)  # a process that is gone may have left room
                number = budgets.hold(connection, owner, budget, limits, need)
            return number

    def hold_more(self, number: int, limits: Lines, need: Lines) -> bool:
        """Set more aside for an open hold; False where there is no room."""
        with self._writing() as connection:
            return budgets.hold_more(connection, number, limits, need)

    def give_back(self, number: int) -> None:
        """Give a hold back: nothing was spent of it."""
        with self._writing() as connection:
            budgets.release(connection, number)

    # ---- paid calls

    def sender(self) -> int:
        """Return a number for a session: two of them may send the same call at the same time."""
        self._senders += 1
        return self._senders

    def sent(self, intents: Sequence[Intent], sender: int = 0) -> None:
        """Write down calls that are about to leave.

        Raises:
            StorageError: they cannot be written, so they must not leave.
        """
        try:
            with self._writing(durable=self._fsync) as connection:
                calls.sent(connection, self._place(connection, sender), intents)
        except StorageError as error:
            self.failed = error
            raise
        self.failed = None

    def joined(self, key: bytes, holds: Sequence[int], sender: int = 0) -> None:
        """Note one more question that pays for a call under way: if this process dies, its hold may be what pays."""
        with self._writing() as connection:
            calls.joined(connection, self._place(connection, sender), key, holds)

    def check(self) -> None:
        """Write what could not be written before, if there is any.

        Raises:
            StorageError: it still cannot be written, so nothing more may be paid for.
        """
        if self.failed is not None:
            with self._writing():
                pass
            self.failed = None

    def settle(self, settlement: Settlement) -> None:
        """Close a question's calls, book its cost, and keep its answer with it.

        What cannot be written now is written with what comes next; until then its calls count as under way.
        """
        try:
            with self._writing() as connection:
                self._settle(connection, settlement)
        except StorageError as error:
            self.failed = error
            self._backlog.append(settlement)
            log.error("%s", error)

    def _settle(self, connection: Any, one: Settlement) -> None:
        if one.answer is not None:
            self._answers.add(*one.answer)
        booked: dict[str, Lines] = {}
        for number, budget in one.holds.items():
            budgets.release(connection, number)
            self._book(connection, one, {budget}, booked)
        place = self._place(connection, one.sender) if one.keys or one.shared or one.let_go else NOWHERE
        for key in one.keys:
            self._book(connection, one, calls.given_back(connection, place, key), booked)
            calls.settled(connection, place, key, booked if one.unsure else None)
            booked = dict.fromkeys(booked, NOTHING)  # what it cost is kept with the first of its calls
        if any(amount for lines in (one.settled, one.uncertain) for amount in lines.values()):
            for key in one.shared:
                before = calls.given_back(connection, place, key)
                self._book(connection, one, before, booked)
                calls.booked_on(connection, place, key, {budget: booked[budget] for budget in before})
                booked = dict.fromkeys(booked, NOTHING)
        for key in one.let_go:
            calls.let_go(connection, place, key)
        for key in one.jobs:
            jobs.done(connection, key)

    def _book(self, connection: Any, one: Settlement, names: Iterable[str], booked: dict[str, Lines]) -> None:
        """Book the cost of a question in budgets, once in each: those of its holds, and those that an earlier run used.

        `booked` gets what is now uncertain of each.
        """
        for budget in names:
            if budget not in booked:
                budgets.add(connection, budget, settled=one.settled, uncertain=one.uncertain)
                booked[budget] = one.uncertain

    def _place(self, connection: Any, sender: int) -> Place:
        return Place(self._owner.id(connection), sender)

    def uncertain(self, key: bytes) -> UncertainCall | None:
        """Return a call that left earlier and whose answer was not seen; None where there is no such call."""
        with self._reading() as connection:
            return calls.uncertain(connection, key)

    def all_uncertain(self) -> list[UncertainCall]:
        """Return every call whose answer was not seen, oldest first."""
        with self._reading() as connection:
            return calls.all_uncertain(connection)

    def reclaim(self) -> list[UncertainCall]:
        """Settle what processes that are gone left behind, and return their calls that may have been charged."""
        with self._writing() as connection:
            return self._reclaim(connection)

    def _reclaim(self, connection: Any) -> list[UncertainCall]:
        found: list[UncertainCall] = []
        for owner in gone(connection, self._owner.own):
            found += calls.lost(connection, owner)
            connection.execute("DELETE FROM owners WHERE id = ?", (owner,))
        return found

    # ---- jobs

    def take_over(self, key: bytes, sender: int = 0) -> bool:
        """Take over a call that led to a job; False where another session that is under way pays for it."""
        with self._writing() as connection:
            return calls.take_over(connection, self._place(connection, sender), key)

    def submitted(self, job: Job) -> None:
        """Keep a background job from the moment its id is known."""
        try:
            with self._writing(durable=self._fsync) as connection:
                jobs.put(connection, job)
        except StorageError as error:  # it is under way and paid for: it is waited for all the same
            self.failed = error
            log.error("%s", error)

    def reply(self, key: bytes) -> KeptReply | None:
        """Return what an earlier run was answered on the way to a job that is still under way."""
        with self._reading() as connection:
            return jobs.reply(connection, key)

    def batch(self, key: bytes) -> Job | None:
        """Return the bulk job under way that answers an exchange."""
        with self._reading() as connection:
            return jobs.batch(connection, key)

    def open_jobs(self) -> list[Job]:
        """Return the jobs under way."""
        with self._reading() as connection:
            return jobs.open_jobs(connection)

    # ---- long windows of limits

    def count(self, account: str, rate: str, per: float, used: int) -> None:
        """Count calls, or items, that leave now; they are written with what is written next."""
        self._counts[account, rate, windows.place(per)] += used

    def counted(self, account: str, rate: str, per: float) -> list[tuple[float, int]]:
        """Return what earlier runs still count in a window: (seconds ago, calls or items), oldest first."""
        with self._writing() as connection:
            windows.forget_old(connection, max(per, LONGEST_WINDOW))
            return windows.counted(connection, account, rate, per)

    # ---- small things

    def kept(self, name: str) -> Any:
        """Return what was kept under a name, None where nothing was."""
        row = self._database.one("SELECT value FROM kept WHERE name = ?", name)
        return None if row is None else json.loads(row[0])

    def keep(self, name: str, make: Callable[[Any], Any]) -> Any:
        """Replace what is kept under a name by what `make` makes of it, in one step; return the new value."""
        with self._writing() as connection:
            row = connection.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
            value = make(None if row is None else json.loads(row[0]))
            connection.execute("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)", (name, json.dumps(value)))
            return value

    def mailbox(self, address: str) -> Mapping[str, Any] | None:
        """Return what an earlier run knows of an address's owner, None where it knows nothing."""
        with self._reading() as connection:
            return mailboxes.find(connection, address)

    def keep_mailbox(self, address: str, owner: Mapping[str, Any]) -> None:
        """Keep whose an address is: `name`, `profile` and `claim`."""
        with self._writing() as connection:
            mailboxes.keep(connection, address, owner)

    def write_with(self, save: Callable[[], None]) -> None:
        """Call `save`, which may call `keep`, whenever what waits in memory is written."""
        self._savers.append(save)

    def save(self) -> None:
        """Let those who keep small things write them."""
        for save in self._savers:
            save()

    # ---- transactions

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Any]:
        with self._database.read() as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[Any]:
        """Run one transaction; what waits in memory goes with it."""
        with self._database.write(durable=durable) as connection:
            backlog = list(self._backlog)
            for settlement in backlog:
                self._settle(connection, settlement)
            yield connection
            self._answers.flush_into(connection)
            counts, self._counts = self._counts, Counter()
            try:
                windows.count(connection, counts)
            except BaseException:
                self._counts.update(counts)
                raise
        del self._backlog[: len(backlog)]
        self._answers.written()

    def close(self) -> None:
        """Settle what is still open: nothing of this process is under way any more."""
        self.save()
        if self._counts:
            with self._writing():
                pass
        own = self._owner.own
        if own is not None:
            self._owner.sign_out()
            with self._writing() as connection:
                calls.lost(connection, own)
                connection.execute("DELETE FROM owners WHERE id = ?", (own,))
