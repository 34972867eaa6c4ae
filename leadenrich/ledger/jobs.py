"""Background jobs in a ledger: what led to one is kept until its answer is there, so that no run buys it twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadenrich.ledger.owners import now

LONGEST = 30 * 86_400.0
"""Seconds after which a job is forgotten: no vendor keeps one for longer."""


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A vendor's reply as it is kept: status, headers, body."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def packed(self) -> str:
        """Return it as JSON."""
        body = base64.b64encode(self.content).decode()
        return json.dumps({"status": self.status, "headers": dict(self.headers), "content": body})

    @classmethod
    def unpacked(cls, text: str) -> KeptReply:
        """Return it out of JSON."""
        told = json.loads(text)
        return cls(told["status"], told["headers"], base64.b64decode(told["content"]))


@dataclass(frozen=True, slots=True)
class Job:
    """A background job that was paid for.

    Attributes:
        provider, operation, job_id: the vendor's own id of it.
        replies: of one question, the exchanges that led to it, by their identity.
        members: of a bulk call, the exchanges it answers, in order. requests: what each of them asked, JSON-ready.
        sent: of a bulk call, the replies to its own requests so far, in order.
        who: whom it is about, as `about` says it.
    """

    provider: str
    operation: str
    job_id: str
    replies: Mapping[bytes, KeptReply] = field(default_factory=dict)
    members: Sequence[bytes] = ()
    requests: Sequence[Mapping[str, Any]] = ()
    sent: Sequence[KeptReply] = ()
    who: Sequence[Mapping[str, Any]] = ()


def put(connection: Any, job: Job) -> None:
    """Keep a job in the place of an earlier one of the same questions."""
    batch = None
    if job.members:
        batch = json.dumps(
            {
                "members": [key.hex() for key in job.members],
                "requests": list(job.requests),
                "sent": [reply.packed() for reply in job.sent],
            }
        )
    who = {
        "who": sorted({mark for one in job.who for mark in one.get("who", ())}),
        "people": [person for one in job.who for person in one.get("people", ())],
    }
    values = (now(), job.provider, job.operation, job.job_id, batch, json.dumps(who))
    added = connection.execute(
        "INSERT INTO jobs (at, provider, operation, job_id, batch, who) VALUES (?, ?, ?, ?, ?, ?)", values
    )
    rows: list[tuple[bytes, Any, str | None]] = [
        (key, added.lastrowid, reply.packed()) for key, reply in job.replies.items()
    ]
    rows += [(key, added.lastrowid, None) for key in job.members]
    connection.executemany("INSERT OR REPLACE INTO replies (key, job, reply) VALUES (?, ?, ?)", rows)
    _clear(connection)


def reply(connection: Any, key: bytes) -> KeptReply | None:
    """Return what an earlier run was answered on the way to a job that is still under way; None: nothing."""
    row = connection.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
    return None if row is None or row[0] is None else KeptReply.unpacked(row[0])


def batch(connection: Any, key: bytes) -> Job | None:
    """Return the bulk job that answers an exchange; None where there is none."""
    row = connection.execute(
        "SELECT jobs.provider, jobs.operation, jobs.job_id, jobs.batch FROM replies JOIN jobs ON jobs.id = replies.job"
        " WHERE replies.key = ? AND jobs.batch IS NOT NULL",
        (key,),
    ).fetchone()
    if row is None:
        return None
    provider, operation, job_id, text = row
    told = json.loads(text)
    return Job(
        provider,
        operation,
        job_id,
        members=tuple(bytes.fromhex(member) for member in told["members"]),
        requests=told["requests"],
        sent=tuple(KeptReply.unpacked(reply) for reply in told["sent"]),
    )


def done(connection: Any, key: bytes) -> None:
    """Forget the job that an exchange led to; a bulk job, when this was the last of its exchanges."""
    row = connection.execute(
        "SELECT job, jobs.batch IS NULL FROM replies JOIN jobs ON jobs.id = replies.job WHERE key = ?", (key,)
    ).fetchone()
    if row is None:
        return
    number, single = row
    if single:
        connection.execute("DELETE FROM replies WHERE job = ?", (number,))
    else:
        connection.execute("DELETE FROM replies WHERE key = ?", (key,))
    _clear(connection, number)


def open_jobs(connection: Any) -> list[Job]:
    """Return the jobs under way, oldest first, without what led to them."""
    rows = connection.execute("SELECT provider, operation, job_id FROM jobs ORDER BY id")
    return [Job(*row) for row in rows]


def _clear(connection: Any, number: int | None = None) -> None:
    """Delete a job that no exchange leads to any more; jobs too old to be finished ever."""
    if number is not None:
        connection.execute(
            "DELETE FROM jobs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM replies WHERE job = jobs.id)", (number,)
        )
        return
    old = now() - LONGEST
    connection.execute("DELETE FROM replies WHERE job IN (SELECT id FROM jobs WHERE at < ?)", (old,))
    connection.execute("DELETE FROM jobs WHERE at < ?", (old,))
