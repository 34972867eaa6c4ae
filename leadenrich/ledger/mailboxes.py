"""Whose an address is, kept beyond the run: found by a keyed hash of the address, erased with the person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from leadenrich.ledger.people import about, digest

TABLE = """CREATE TABLE IF NOT EXISTS mailboxes (
    id INTEGER PRIMARY KEY, mailbox TEXT NOT NULL UNIQUE, who TEXT NOT NULL
)"""
"""Made where a file has none: ledgers of this version were written before there was one."""


def find(connection: Any, address: str) -> Mapping[str, Any] | None:
    """Return what is kept of an address's owner: `name`, `profile`, `claim`."""
    row = connection.execute("SELECT who FROM mailboxes WHERE mailbox = ?", (_key(address),)).fetchone()
    return None if row is None else json.loads(row[0])


def keep(connection: Any, address: str, owner: Mapping[str, Any]) -> None:
    """Keep an address's owner in place of the one before."""
    person = {"email": address, "full_name": owner.get("name"), "linkedin_url": owner.get("profile")}
    told = {**about({name: value for name, value in person.items() if value}), **owner}
    connection.execute(
        "INSERT OR REPLACE INTO mailboxes (mailbox, who) VALUES (?, ?)", (_key(address), json.dumps(told))
    )


def _key(address: str) -> str:
    return digest(f"email={address}")
