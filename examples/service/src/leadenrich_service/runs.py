"""A run: one session and one stream, whose rows, events and counts any number of pages may follow."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Callable, MutableMapping
from typing import Any, Literal

import leadenrich as le
from leadenrich.waterfall.summary import Summary
from leadenrich_service import console
from leadenrich_service.designs import Design
from leadenrich_service.numbers import exact, total
from leadenrich_service.settings import Settings

log = logging.getLogger("leadenrich_service")

State = Literal["running", "done", "cancelled", "failed"]
SHOWN = 200
"""Characters of a cell that the live table receives; a cell's story has all of them."""


class Run:
    """One run and its retries.

    Attributes:
        rows: by place in the table, None where nothing came yet. order: places as their rows came, for pages that
            follow. columns: what the live table shows. inputs: those of them that the records brought. others: columns
            of the uploaded table that it does not show.
        state: how it stands. error: what stopped it. sessions: of the run and its retries.
    """

    def __init__(
        self,
        design: Design,
        records: list[Any],
        settings: Settings,
        answers: MutableMapping[str, Any],
        heard: Callable[[le.Event], None],
        webhook_url: str | None,
    ) -> None:
        self.design, self.records, self.settings = design, records, settings
        self.name = "leads.csv"
        self.chain = design.chain()
        self.rows: list[le.EnrichedRecord | None] = [None] * len(records)
        self.order: list[int] = []
        self.lines: deque[dict[str, Any]] = deque(maxlen=settings.console)
        self.said = 0
        self.counted: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.retryable = 0
        self.state: State = "running"
        self.error: str | None = None
        self.summary: Summary | None = None
        self.sessions: list[le.Session] = []
        self.pages = 0
        self._answers, self._heard, self._webhook_url = answers, heard, webhook_url
        self._task: asyncio.Task[None] | None = None
        self._leaver: asyncio.TimerHandle | None = None
        self._first = self._began = self._ended = 0.0
        self._make_columns()

    def _make_columns(self) -> None:
        shown = ("full_name", "first_name", "last_name", "title", "company_name", "company_domain", "website")
        brought = {name for record in self.records[:200] for name, value in record.items() if value not in (None, "")}
        wanted = [name for name in self.chain.expected if name not in ("confidence",)]
        inputs = [name for name in shown if name in brought and name not in wanted]
        if {"first_name", "last_name"} <= set(inputs):
            named = [name for name in inputs if name not in ("full_name", "first_name", "last_name")]
            inputs = ["full_name", *named]
        self.inputs = inputs[:4]
        first = [name for name in self.inputs if name in ("full_name", "first_name", "last_name", "company_name")]
        self.columns = [*first, *wanted, *(name for name in self.inputs if name not in first)]
        told = {*self.columns, *self.inputs}
        self.others = [name for record in self.records[:1] for name in record if name not in told]

    @property
    def is_running(self) -> bool:
        """Return whether it is under way."""
        return self._task is not None and not self._task.done()

    # ---- going

    def start(self, retry: bool = False) -> None:
        """Begin, or ask again about the rows that may end differently and those that never came."""
        loop = asyncio.get_running_loop()
        earlier = [row for row in self.rows if row is not None] if retry else None
        self.state, self.error = "running", None
        self._began, self._ended = loop.time(), 0.0
        self._first = self._first or self._began
        left = sum(row is None or row.retryable for row in self.rows)
        self._say("info", f"{'asking again about' if retry else 'asking about'} {left:,} rows")
        self._task = loop.create_task(self._go(earlier))
        self._end_unless_followed()

    async def _go(self, earlier: list[le.EnrichedRecord] | None) -> None:
        try:
            session = self.design.session(
                on_event=self._on_event, cache=self._answers, webhook_url=self._webhook_url, budget=self._money()
            )
            self.sessions.append(session)
            async with (
                session,
                self.chain.stream(
                    self.records,
                    session=session,
                    concurrency=self.settings.concurrency,
                    max_cost_per_record=self.design.per_record,
                    dedupe=self.design.dedupe,
                    retry_failed=earlier,
                ) as rows,
            ):
                self.summary = rows.summary
                async for row in rows:
                    self._keep(row)
            self.state = "done"
        except asyncio.CancelledError:
            self.state = "cancelled"
            raise
        except le.LeadEnrichError as error:
            self.state, self.error = "failed", str(error)
        except Exception:
            log.exception("a run broke")
            self.state, self.error = "failed", "the run broke; the service's log has the place"
        finally:
            self._ended = asyncio.get_running_loop().time()
            level = "info" if self.state == "done" else "bad" if self.state == "failed" else "warn"
            self._say(level, self.error or self.state)

    def _money(self) -> le.Budget | None:
        return self.design.money(self.cost().usd)

    def _keep(self, row: le.EnrichedRecord) -> None:
        if self.chain.fans_out or row.index >= len(self.rows):
            place = len(self.rows)
            self.rows.append(None)
        else:
            place = row.index
        for one, number in ((self.rows[place], -1), (row, 1)):
            if one is not None:
                self.statuses[one.status] += number
                self.retryable += number * one.retryable
        self.rows[place] = row
        self.order.append(place)

    def _on_event(self, event: le.Event) -> None:
        self._heard(event)
        self.counted[event.kind] += 1
        if (line := console.line(event)) is not None:
            self._line(event.at, line)

    def _say(self, level: str, text: str) -> None:
        self._line(
            asyncio.get_running_loop().time(), {"kind": "run", "level": level, "who": "run", "text": text, "row": None}
        )

    def _line(self, at: float, line: dict[str, Any]) -> None:
        self.said += 1
        self.lines.append({"n": self.said, "at": round(at - self._first, 2), **line})

    async def cancel(self) -> None:
        """Stop: no further call is started, and nothing is left running when this returns."""
        if self._leaver is not None:
            self._leaver.cancel()
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def deliver(self, provider_id: str, content: bytes, headers: Any, token: str | None) -> bool:
        """Hand over a vendor's webhook; return whether this run was waiting for it."""
        return await self.sessions[-1].deliver(provider_id, content, headers, token=token) if self.sessions else False

    # ---- pages that follow

    def joined(self) -> None:
        """Count a page that follows."""
        self.pages += 1
        if self._leaver is not None:
            self._leaver.cancel()
            self._leaver = None

    def left(self) -> None:
        """Count a page that went; when the last one is gone for a while, the run ends."""
        self.pages -= 1
        self._end_unless_followed()

    def _end_unless_followed(self) -> None:
        """Let the run end after the grace where no page follows it; one that comes in time keeps it."""
        if self.pages == 0 and self.is_running and self._task is not None:
            self._leaver = asyncio.get_running_loop().call_later(self.settings.grace, self._task.cancel)

    # ---- telling

    def cost(self) -> le.Cost:
        """Return what all sessions of this run spent."""
        total = le.Cost()
        for session in self.sessions:
            total = total + session.usage.cost
        return total

    def progress(self) -> dict[str, Any]:
        """Return how it stands, in numbers."""
        came = self.statuses.total()
        cost = self.cost()
        loop = asyncio.get_running_loop()
        seconds = (self._ended or loop.time()) - self._began
        summary = self.summary if self.is_running else None
        rate = summary.rate if summary is not None else None
        left = len(self.rows) - came
        return {
            "state": self.state,
            "error": self.error,
            "total": len(self.rows),
            "came": came,
            "statuses": {status: count for status, count in self.statuses.items() if count},
            "retryable": self.retryable,
            "seconds": round(seconds, 1),
            "left": round(left / rate, 1) if rate else None,
            "asking": summary.waits_for if summary is not None else None,
            "usd": exact(cost.usd),
            "uncertain_usd": exact(cost.uncertain_usd),
            "budget": exact(self.design.budget),
            "credits": {pool: exact(amount) for pool, amount in sorted(cost.plain_credits.items())},
            "tokens": total(cost.tokens.values()),
            "calls": cost.calls,
            "requests": sum(sum(session.usage.requests.values()) for session in self.sessions),
            "retries": self.counted["call.retried"],
            "benched": self.counted["provider.benched"],
            "waits": self.counted["call.waiting"],
        }

    def row(self, place: int) -> list[Any]:
        """Return what the live table shows of a row: place, status, whether it can be retried, cost, cells."""
        row = self.rows[place]
        if row is None:
            record = self.records[place] if place < len(self.records) else {}
            return [place, "", 0, None, [_plain(_input(record, name)) for name in self.columns]]
        cells: list[Any] = []
        for name in self.columns:
            value = row.values.get(name)
            text = _plain(row.data.get(name))
            if value is None or text is None:
                cells.append(text)
            else:
                cells.append([text, value.provider, value.confidence, list(value.flags)])
        return [place, row.status, int(row.retryable), exact(row.cost.usd), cells]

    def story(self, place: int) -> dict[str, Any]:
        """Return all there is to say about one row: every value's source, everyone asked, what it cost."""
        row = self.rows[place]
        if row is None:
            return {"place": place, "status": "waiting", "record": _json(self.records[place]), "came": False}
        return {
            "place": place,
            "came": True,
            "status": row.status,
            "reason": row.reason,
            "retry_reason": row.retry_reason,
            "usd": exact(row.cost.usd),
            "credits": {purse: exact(amount) for purse, amount in row.cost.credits.items()},
            "record": _json(row.record),
            "problems": [str(problem) for problem in row.problems],
            "values": [_value(name, value, True) for name, value in row.values.items()],
            "others": [_value(name, value, False) for name, them in row.alternatives.items() for value in them],
            "attempts": [attempt.to_dict() for attempt in row.attempts],
        }


def _value(name: str, value: le.Value, chosen: bool) -> dict[str, Any]:
    return {
        "field": name,
        "value": _full(value.value),
        "provider": value.provider,
        "operation": value.operation,
        "confidence": value.confidence,
        "confidence_source": value.confidence_source,
        "observed_at": value.observed_at.isoformat(timespec="seconds") if value.observed_at else None,
        "usd": exact(value.cost.usd),
        "flags": list(value.flags),
        "verified_by": value.verified_by,
        "citations": [dict(one) for one in value.citations],
        "chosen": chosen,
    }


def _json(record: Any) -> dict[str, str]:
    return {str(name): _full(value) for name, value in record.items() if value not in (None, "")}


def _input(record: Any, name: str) -> Any:
    if name == "full_name" and not record.get(name):
        return " ".join(part for part in (record.get("first_name"), record.get("last_name")) if part)
    return record.get(name)


def _plain(value: Any) -> str | None:
    return None if value in (None, "") else _full(value)[:SHOWN]


def _full(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_full, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_full(one)}" for name, one in value.items())
    return str(value)
