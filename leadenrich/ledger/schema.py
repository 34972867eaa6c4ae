"""The tables of a ledger, and how its file says that it is one."""

from __future__ import annotations

MARK = 0x4C454144
"""`PRAGMA application_id` of a ledger."""

VERSION = 2
"""`PRAGMA user_version`: raised when the tables change; a file of a newer version is refused, an older one changed."""

CALLS = """CREATE TABLE calls (
        key BLOB NOT NULL,
        owner INTEGER NOT NULL,
        sender INTEGER NOT NULL,
        at REAL NOT NULL,
        provider TEXT NOT NULL,
        operation TEXT NOT NULL,
        charged TEXT NOT NULL,
        state TEXT NOT NULL,
        calls INTEGER NOT NULL,
        cost TEXT NOT NULL,
        holds TEXT NOT NULL,
        booked TEXT NOT NULL,
        PRIMARY KEY (key, owner, sender)
    ) WITHOUT ROWID"""

TABLES = (
    # Paid answers. A question asked again gets a new row, so that rows stand in the order of their age.
    """CREATE TABLE answers (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        at REAL NOT NULL,
        until REAL,
        answer TEXT NOT NULL
    )""",
    # What else is worth keeping: rows' stories, for `replay`.
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, at REAL NOT NULL, note TEXT NOT NULL)",
    # The processes that use the ledger.
    """CREATE TABLE owners (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        place TEXT NOT NULL,
        pid INTEGER NOT NULL,
        born TEXT NOT NULL,
        seen REAL NOT NULL
    )""",
    # Named budgets, line by line ("usd", "calls", "<provider>", "<provider>.<pool>"), exact decimals as text.
    """CREATE TABLE spend (
        budget TEXT NOT NULL,
        line TEXT NOT NULL,
        settled TEXT NOT NULL DEFAULT '0',
        uncertain TEXT NOT NULL DEFAULT '0',
        held TEXT NOT NULL DEFAULT '0',
        PRIMARY KEY (budget, line)
    ) WITHOUT ROWID""",
    # What questions under way have set aside of them; `lines` is JSON.
    """CREATE TABLE holds (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        owner INTEGER NOT NULL,
        budget TEXT NOT NULL,
        lines TEXT NOT NULL
    )""",
    # Paid calls that left, one row for each session of a process that sends one. A row goes when the call is settled;
    # it is 'uncertain' when it is unknown what came of it. `holds`: of each question that pays, its holds; `booked`:
    # budget -> lines booked as uncertain for it.
    CALLS,
    "CREATE INDEX calls_by_owner ON calls (owner)",
    # Background jobs under way, and the replies that led to them, by which the next run finds its way back.
    """CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        provider TEXT NOT NULL,
        operation TEXT NOT NULL,
        job_id TEXT NOT NULL,
        batch TEXT,
        who TEXT NOT NULL
    )""",
    "CREATE TABLE replies (key BLOB PRIMARY KEY, job INTEGER NOT NULL, reply TEXT) WITHOUT ROWID",
    "CREATE INDEX replies_by_job ON replies (job)",
    # Learned statistics, webhook tokens.
    "CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # Calls counted in long windows of a vendor's limits, by the time they left.
    """CREATE TABLE windows (
        account TEXT NOT NULL,
        rate TEXT NOT NULL,
        at REAL NOT NULL,
        used INTEGER NOT NULL,
        PRIMARY KEY (account, rate, at)
    ) WITHOUT ROWID""",
)

CHANGES = {
    1: (  # the calls of two sessions that send the same one at the same time were one row
        "DROP INDEX calls_by_owner",
        "ALTER TABLE calls RENAME TO calls_1",
        CALLS,
        "CREATE INDEX calls_by_owner ON calls (owner)",
        "INSERT INTO calls SELECT key, owner, 0, at, provider, operation, charged, state, calls, cost, holds, booked"
        " FROM calls_1",
        "DROP TABLE calls_1",
    )
}
"""What brings the tables of a version to the next one."""
