"""OpenTelemetry from events: names and outcomes, no values."""

import httpx
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import leadenrich as le
from leadenrich.integrations.otel import tracing
from tests.engine.vendors import KEY, Server


async def test_a_span_and_counters_for_every_question() -> None:
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(spans))
    heard = tracing(traces, MeterProvider([reader]))
    server = Server({"/person": lambda r, n: httpx.Response(403) if n > 1 else {"person": {"email": "mira@b.example"}}})
    async with le.Session({"acme": KEY}, transport=server, on_event=heard) as session:
        await session.call("acme", "find_email", {"full_name": "Mira Okafor"})
        await session.call("acme", "find_email", {"full_name": "Mira Okafor"})
        with pytest.raises(le.AuthenticationError):
            await session.call("acme", "find_email", {"full_name": "Jonas Weber"})
    found = [(span.name, dict(span.attributes or {})) for span in spans.get_finished_spans()]
    assert [name for name, _ in found] == ["acme.find_email"] * 3
    assert [told["leadenrich.outcome"] for _, told in found] == ["hit", "hit", "error"]
    assert [told["leadenrich.cached"] for _, told in found] == [False, True, False]
    assert found[2][1]["error.type"] == "PROVIDER_AUTHENTICATION_FAILED"
    metrics = reader.get_metrics_data().to_json()  # type: ignore[union-attr]  # something was recorded
    assert "leadenrich.questions" in metrics
    assert "leadenrich.latency" in metrics
    for text in (str(found), metrics):
        assert "Okafor" not in text
        assert "brightloom" not in text
        assert KEY not in text
