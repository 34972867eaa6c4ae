"""The tables of a ledger, and how its file says that it is one."""

from __future__ import annotations

MARK = 0x4C454144
"""`PRAGMA application_id` of a ledger."""

VERSION = 1
"""`PRAGMA user_version`: raised when the tables change; a file of a newer version is refused."""

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
)
