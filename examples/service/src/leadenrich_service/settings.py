"""The bounds of the service, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service allows.

    Attributes:
        max_bytes: of an uploaded file. max_unpacked: bytes a workbook may unpack to. max_rows, max_columns: of a table.
        max_visitors: how many are remembered; the one idle longest goes first. idle: seconds after which an absent one
            is forgotten. grace: seconds a run goes on after its page was left, so that a reload does not end it.
        concurrency: records under way at once. console: lines of a run's console that are kept.
        answers: paid answers kept for a visitor, so that a retry pays for nothing twice.
        hosts: names under which the service may be called; any other is refused (DNS rebinding).
        tick: seconds between two messages of a live run.
    """

    max_bytes: int = 10 * 2**20
    max_unpacked: int = 200 * 2**20
    max_rows: int = 10_000
    max_columns: int = 200
    max_visitors: int = 50
    idle: float = 3_600.0
    grace: float = 20.0
    concurrency: int = 50
    console: int = 2_000
    answers: int = 100_000
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    tick: float = 0.2
