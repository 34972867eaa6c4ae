"""What a session's listeners hear of a run and of its rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from leadenrich.engine.subject import ABOUT, Subject
from leadenrich.engine.telling import cost_facts
from leadenrich.results import EnrichedRecord
from leadenrich.waterfall.asker import Asker
from leadenrich.waterfall.summary import Summary

_RUNS = itertools.count(1)


class RunStory:
    """Tells a session's listeners of one run, row by row."""

    def __init__(self, session: Asker, enricher: Any) -> None:
        self._session, self.number = session, next(_RUNS)
        self._subjects: dict[int, Subject] = {}
        self._operation: str | None = getattr(enricher, "operation", None)
        self._is_heard: Callable[[], bool] = getattr(session, "is_heard", _always)

    def began(self, total: int | None) -> None:
        """Tell that the run begins."""
        self._tell(Subject(self.number), "run.started", total=total)

    def ended(self, summary: Summary) -> None:
        """Tell how the run went."""
        facts = {"rows": summary.rows, "statuses": dict(summary.statuses), **cost_facts(summary.cost)}
        self._tell(Subject(self.number), "run.finished", **facts)

    def row_began(self, row: EnrichedRecord) -> None:
        """Tell that a row begins; what is asked from here on in this task is about it."""
        subject = self._subjects[row.index] = Subject(self.number, row.index, row.key, row.data)
        ABOUT.set(subject)
        if self._is_heard():
            self._session.emit("row.started", None, self._operation)

    def row_ended(self, row: EnrichedRecord) -> None:
        """Tell how a row ended."""
        subject = self._subjects.pop(row.index, None)
        if not self._is_heard():
            return
        if subject is None or not subject.has_key(row.key):  # one of several rows that a record became
            subject = Subject(self.number, row.index, row.key, row.data)
        self._tell(
            subject,
            "row.finished",
            status=row.status,
            stop_reason=None if row.stop_reason is None else str(row.stop_reason),
            retryable=row.retryable,
            found=[name for name, value in row.values.items() if value.provider != "input"],
            asked=sum([one.asked for one in row.attempts]),
            **cost_facts(row.cost),
        )

    def _tell(self, subject: Subject, kind: str, **facts: Any) -> None:
        before = ABOUT.set(subject)
        try:
            self._session.emit(kind, None, self._operation, **facts)
        finally:
            ABOUT.reset(before)


def _always() -> bool:
    """Return True: of a caller's own session it is not known whether anybody listens."""
    return True
