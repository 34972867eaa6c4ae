"""OpenTelemetry: a span and counters for every question, from the session's events. Needs the extra `otel`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from leadenrich.engine.events import Event
from leadenrich.errors import ConfigurationError, called


def tracing(tracer_provider: Any = None, meter_provider: Any = None) -> Callable[[Event], None]:
    """Return an `on_event` callback: `le.Session(on_event=tracing())`.

    Spans are named `"<provider>.<operation>"` and carry outcome, error code and whether the answer was already paid
    for; counters are `leadenrich.questions` and `leadenrich.retries`, the histogram `leadenrich.latency` is in
    seconds. No value of a record is in any of them (G13).

    Args:
        tracer_provider: by default the global one.
        meter_provider: likewise.

    Raises:
        ConfigurationError: opentelemetry-api is not installed.
    """
    try:
        from opentelemetry import metrics, trace
    except ImportError:
        raise ConfigurationError('tracing needs opentelemetry-api: pip install "leadenrich[otel]"') from None
    tracer = trace.get_tracer("leadenrich", tracer_provider=tracer_provider)
    meter = metrics.get_meter("leadenrich", meter_provider=meter_provider)
    questions = meter.create_counter("leadenrich.questions", description="questions asked, by outcome")
    retries = meter.create_counter("leadenrich.retries", description="calls repeated")
    latency = meter.create_histogram("leadenrich.latency", unit="s", description="from the first byte sent")

    def heard(event: Event) -> None:
        if event.kind == "call.retried":
            retries.add(1, {"leadenrich.provider": event.provider or ""})
        if event.kind != "call.finished":
            return
        told: dict[str, Any] = {
            "leadenrich.provider": event.provider or "",
            "leadenrich.operation": event.operation or "",
        }
        outcome = {**told, "leadenrich.outcome": event.data["outcome"]}
        questions.add(1, outcome)
        seconds = event.data.get("latency")
        if seconds is not None:
            latency.record(seconds, told)
        span = tracer.start_span(called(event.provider, event.operation), attributes=outcome)
        span.set_attribute("leadenrich.cached", bool(event.data["cached"]))
        if event.data.get("code"):
            span.set_attribute("error.type", event.data["code"])
            span.set_status(trace.StatusCode.ERROR)
        span.end()

    return heard
