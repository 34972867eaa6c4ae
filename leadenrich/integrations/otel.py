"""OpenTelemetry: spans for runs, rows and questions, and metrics, from the session's events. Needs the extra `otel`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from leadenrich.engine.events import Event
from leadenrich.errors import ConfigurationError, called

COUNTERS: Mapping[str, tuple[str, str]] = {
    "leadenrich.questions": ("{question}", "questions asked, by outcome"),
    "leadenrich.hits": ("{hit}", "questions that were answered"),
    "leadenrich.cost": ("USD", "US dollars spent, where the price is known"),
    "leadenrich.cost.uncertain": ("USD", "US dollars that may have been charged for calls without an answer"),
    "leadenrich.credits": ("{credit}", "credits spent, by purse"),
    "leadenrich.retries": ("{call}", "calls repeated"),
    "leadenrich.waits": ("{wait}", "times a vendor's limit held a question back"),
    "leadenrich.shared": ("{question}", "questions that joined the same one under way"),
    "leadenrich.benched": ("{vendor}", "vendors out for a session: key refused or no credits"),
    "leadenrich.breaker.opened": ("{rest}", "times a vendor that failed was left alone"),
    "leadenrich.rows": ("{row}", "rows finished, by status"),
}
"""Counter -> its unit and what it counts."""

HISTOGRAMS: Mapping[str, tuple[str, str]] = {
    "leadenrich.latency": ("s", "seconds from the first byte sent to the answer"),
    "leadenrich.wait": ("s", "seconds for which a vendor's limit held a question back"),
}
"""Histogram -> its unit and what it measures."""

MOST_SPANS = 100_000
"""Spans under way that are remembered; beyond that no new one is begun."""


def tracing(tracer_provider: Any = None, meter_provider: Any = None, *, rows: Any = 1.0) -> Callable[[Event], None]:
    """Return an `on_event` callback: `le.Session(on_event=tracing())`.

    Spans: `"leadenrich.run"`, in it `"leadenrich.row"`, in it one for each question, named
    `"<provider>.<operation>"`; each is as long as what it stands for. They carry outcome, error code, cost, and the
    row's key as events show it. Metrics are those of `COUNTERS` and `HISTOGRAMS`. No value of a record is in any of
    them (G13).

    Args:
        tracer_provider: by default the global one.
        meter_provider: likewise.
        rows: the share (0-1) of rows, evenly spread, that have spans, with their questions. Runs and questions asked
            by `session.call` always have one; metrics count everything.

    Raises:
        ConfigurationError: opentelemetry-api is not installed, or `rows` is no share.
    """
    try:
        from opentelemetry import metrics, trace
    except ImportError:
        raise ConfigurationError('tracing needs opentelemetry-api: pip install "leadenrich[otel]"') from None
    if isinstance(rows, bool) or not isinstance(rows, int | float) or not 0 <= rows <= 1:
        raise ConfigurationError("rows is the share of rows that have spans, from 0 to 1")
    tracer = trace.get_tracer("leadenrich", tracer_provider=tracer_provider)
    meter = _Meter(metrics.get_meter("leadenrich", meter_provider=meter_provider))
    spans = _Spans(tracer, trace, float(rows))

    def heard(event: Event) -> None:
        meter.heard(event)
        spans.heard(event)

    return heard


class _Meter:
    """Counts."""

    def __init__(self, meter: Any) -> None:
        self._counters = {
            name: meter.create_counter(name, unit=unit, description=text) for name, (unit, text) in COUNTERS.items()
        }
        self._histograms = {
            name: meter.create_histogram(name, unit=unit, description=text) for name, (unit, text) in HISTOGRAMS.items()
        }

    def heard(self, event: Event) -> None:
        about = {"leadenrich.provider": event.provider or "", "leadenrich.operation": event.operation or ""}
        if event.kind == "call.finished":
            self._finished(event, about)
        elif event.kind == "call.resumed":
            self._counters["leadenrich.waits"].add(1, about)
            self._histograms["leadenrich.wait"].record(event.data["seconds"], about)
        elif event.kind == "call.retried":
            self._counters["leadenrich.retries"].add(1, {"leadenrich.provider": event.provider or ""})
        elif event.kind == "call.shared":
            self._counters["leadenrich.shared"].add(1, about)
        elif event.kind == "provider.benched":
            self._counters["leadenrich.benched"].add(1, {**about, "leadenrich.code": event.data["code"]})
        elif event.kind == "breaker.opened":
            self._counters["leadenrich.breaker.opened"].add(1, {"leadenrich.provider": event.provider or ""})
        elif event.kind == "row.finished":
            self._counters["leadenrich.rows"].add(1, {"leadenrich.status": event.data["status"]})

    def _finished(self, event: Event, about: Mapping[str, str]) -> None:
        data = event.data
        self._counters["leadenrich.questions"].add(1, {**about, "leadenrich.outcome": data["outcome"]})
        if data["outcome"] == "hit":
            self._counters["leadenrich.hits"].add(1, about)
        if data["latency"] is not None and not data["cached"]:
            self._histograms["leadenrich.latency"].record(data["latency"], about)
        for name, fact in (("leadenrich.cost", "usd"), ("leadenrich.cost.uncertain", "uncertain_usd")):
            if data[fact] is not None and float(data[fact]):
                self._counters[name].add(float(data[fact]), about)
        for purse, amount in data["credits"].items():
            self._counters["leadenrich.credits"].add(float(amount), {**about, "leadenrich.purse": purse})


class _Spans:
    """Spans under way, by what they stand for."""

    def __init__(self, tracer: Any, trace: Any, rows: float) -> None:
        self._tracer, self._trace, self._rows = tracer, trace, rows
        self._open: dict[tuple[Any, ...], Any] = {}

    def heard(self, event: Event) -> None:
        kind, _, change = event.kind.partition(".")
        if kind == "run":
            self._change(change, ("run", event.run), "leadenrich.run", event, None)
        elif kind == "row" and self._sampled(event):
            self._change(change, ("row", event.run, event.row), "leadenrich.row", event, ("run", event.run))
        elif kind == "call" and self._sampled(event):
            parent = ("row", event.run, event.row) if event.row is not None else None
            self._change(change, ("call", event.call), called(event.provider, event.operation), event, parent)

    def _sampled(self, event: Event) -> bool:
        """Return whether a row is one of those that have spans; they are spread evenly, the first one is among them."""
        if event.row is None:
            return True
        return self._rows > 0 and (event.row == 0 or int(event.row * self._rows) > int((event.row - 1) * self._rows))

    def _change(self, change: str, which: tuple[Any, ...], name: str, event: Event, parent: Any) -> None:
        if change == "started" and len(self._open) < MOST_SPANS:
            around = self._open.get(parent)
            context = None if around is None else self._trace.set_span_in_context(around)
            span = self._open[which] = self._tracer.start_span(name, context=context)
            for label, value in (("provider", event.provider), ("operation", event.operation), ("key", event.key)):
                if value is not None:
                    span.set_attribute(f"leadenrich.{label}", value)
        elif change == "finished":
            if (span := self._open.pop(which, None)) is not None:
                self._finish(span, event)
        elif (span := self._open.get(which)) is not None:
            span.add_event(event.kind, {f"leadenrich.{key}": value for key, value in event.data.items()})

    def _finish(self, span: Any, event: Event) -> None:
        data = event.data
        for fact in ("outcome", "cached", "status", "rows", "stop_reason"):
            if data.get(fact) is not None:
                span.set_attribute(f"leadenrich.{fact}", data[fact])
        if data.get("usd") is not None:
            span.set_attribute("leadenrich.usd", float(data["usd"]))
        code = data.get("code") or (data.get("stop_reason") if data.get("status") == "failed" else None)
        if code:
            span.set_attribute("error.type", code)
            span.set_status(self._trace.StatusCode.ERROR)
        span.end()
