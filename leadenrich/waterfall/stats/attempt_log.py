"""How asking one provider left a record, and a finished record as statistics and order policies learn from it."""

from __future__ import annotations

from dataclasses import dataclass

from leadenrich.results import NO_COST, Attempt, Cost

# How asking one provider left the record: `Attempt.state`.
ACCEPTED, MISSED, WRONG, BELOW, CATCH_ALL, FAILED = "accepted", "missed", "wrong", "below", "catch_all", "failed"


@dataclass(frozen=True, slots=True)
class AttemptLog:
    """One finished record as an order policy learns from it.

    Attributes:
        operation: the waterfall's. segment: the record's. attempts: what was asked of it, in order.
        stopped: why asking ended before the steps did, or None. checking: what verifying the answers cost.
        inner: it tells of the verification of one value, not of a record.
        catch_all: it has shown that its company's domain accepts every address.
    """

    operation: str
    segment: str | None
    attempts: tuple[Attempt, ...]
    stopped: str | None = None
    checking: Cost = NO_COST
    inner: bool = False
    catch_all: bool = False
