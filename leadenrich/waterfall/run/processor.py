"""One record from the caller's object to finished rows: cleaned, bounded in time and money, never an exception."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from leadenrich.engine.budget import Budget
from leadenrich.engine.foreign import stopped_by_us
from leadenrich.errors import ConfigurationError, StorageError, WaterfallError
from leadenrich.results import EnrichedRecord, StopReason
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.choice.access import check_keys, check_prices
from leadenrich.waterfall.choice.allocation import Funds
from leadenrich.waterfall.rules.outcome import list_attempts
from leadenrich.waterfall.rules.record_state import Gate
from leadenrich.waterfall.run.breadth import Breadth
from leadenrich.waterfall.run.context import RunContext
from leadenrich.waterfall.run.last_pass import LastPass
from leadenrich.waterfall.run.runnable import Runnable

log = logging.getLogger("leadenrich")


class Processor:
    """Takes records through an enricher in one session.

    Args:
        enricher: a waterfall or a chain. session: whom to ask. gate: asked before each call.
        budget: for the whole run. max_cost: USD, or a `Budget`, for each record. timeout: seconds for each record,
            queueing included. total: how many records there are, where that is known. breadth: for "breadth".
        last_pass: for steps that scarce money holds back.
        stopping: whether the run is being stopped: then a cancellation is not an ending of the record.
    """

    def __init__(
        self,
        enricher: Runnable,
        session: Asker,
        gate: Gate | None = None,
        *,
        budget: Budget | None = None,
        max_cost: Budget | Decimal | float | str | None = None,
        timeout: float | None = None,
        total: int | None = None,
        breadth: Breadth | None = None,
        last_pass: LastPass | None = None,
        stopping: Callable[[], bool] = stopped_by_us,
    ) -> None:
        self.session, self._timeout, self._stopping = session, timeout, stopping
        self.ledger = session.ledger(budget, "run") if budget is not None else None
        self._each = max_cost if max_cost is None or isinstance(max_cost, Budget) else Budget(usd=max_cost)
        ledgers = (self.ledger, session.budget)
        funds = Funds(total, tuple(one for one in ledgers if one is not None))
        limits = [one.budget.usd for one in funds.purses] + ([] if self._each is None else [self._each.usd])
        check_keys(enricher.all_rules, session)
        if any(usd is not None for usd in limits):
            check_prices(enricher.all_rules, session)
        self.funds = funds
        context = RunContext(gate, funds, breadth, last_pass=last_pass)
        self.asking = context.asking
        self._worker = enricher.bind(session, context)
        self._purses: tuple[Any, ...] = () if self.ledger is None else (self.ledger,)

    async def __call__(self, row: EnrichedRecord) -> list[EnrichedRecord]:
        """Return the finished rows of a prepared one; whatever goes wrong is a status and a reason."""
        purses = self._purses
        if self._each is not None:
            purses = (*purses, self.session.ledger(self._each, "record", warn=False))
        clock: asyncio.Timeout | None = None
        try:
            if self._timeout is None:
                return await self._worker(row, purses)
            async with asyncio.timeout(self._timeout) as clock:
                return await self._worker(row, purses)
        except asyncio.CancelledError:
            if self._stopping():
                raise
            _cut_off(row, StopReason.INTERRUPTED, "the work on this record was cancelled")
        except WaterfallError as error:  # a function of the caller's is at fault
            _cut_off(row, StopReason.INTERNAL_ERROR, error.message)
        except (ConfigurationError, StorageError):
            raise  # the caller's settings or disk are at fault, for every record alike
        except Exception as error:  # a lead is never lost, whatever breaks (G1)
            if clock is not None and clock.expired():
                _cut_off(row, StopReason.RECORD_TIMEOUT, f"record_timeout of {self._timeout:g} s ended it")
            else:
                frames = "".join(traceback.format_tb(error.__traceback__))  # without its words: values may be in them
                log.error("row %s: %s\n%s", row.index, type(error).__name__, frames.rstrip())
                _cut_off(row, StopReason.INTERNAL_ERROR, f"internal error: {type(error).__name__}")
        return [row]


def _cut_off(row: EnrichedRecord, reason: StopReason, text: str) -> None:
    """Write into a row that it did not come to its end, and who was being asked."""
    found = any(value.provider != "input" for value in row.values.values())
    row.status = "partial" if found else "failed"
    row.reason, row.stop_reason = text, reason
    others = [one for one in row.attempts if one.stop_reason is not None and one.stop_reason.retryable]
    row.retry_reason = "; ".join(told for told in (text, list_attempts(others)) if told)


def prepare(record: Any, index: int, key: str, *, clean: bool, region: str | None) -> EnrichedRecord:
    """Return a row for a record: its cleaned fields and what was wrong with them; `invalid` where it is no record."""
    if type(record) is not dict and not isinstance(record, Mapping):
        reason = f"a record is a mapping of fields, not {type(record).__name__}"
        row = EnrichedRecord(record, key=key, index=index, status="invalid", reason=reason)
        row.stop_reason = StopReason.INVALID_RECORD
        return row
    row = EnrichedRecord(record, key=key, index=index)
    try:
        if clean:
            from leadenrich.clean.records import record as clean_record

            cleaned = clean_record(record, region=region)
            row.data, row.problems = cleaned.record, list(cleaned.problems)
        else:
            row.data = dict(record)
    except Exception as error:  # a mapping that breaks when it is read is a broken record, not a broken stream
        row.status, row.reason = "invalid", f"it cannot be read: {type(error).__name__}"
        row.stop_reason = StopReason.INVALID_RECORD
    return row
