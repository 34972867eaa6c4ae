"""Metrics for Prometheus and traces, by OpenTelemetry, from the events of every session."""

from __future__ import annotations

import os

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

import leadenrich as le
from leadenrich.integrations.otel import tracing


class Observing:
    """Hears the events of all sessions; `metrics()` is what Prometheus reads.

    Traces go to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, where the extra `otlp` is installed; of the
    rows one in twenty has spans.
    """

    def __init__(self) -> None:
        self.meter_provider = MeterProvider([PrometheusMetricReader()])
        self.tracer_provider = TracerProvider()
        if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            self.tracer_provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._hear = tracing(self.tracer_provider, self.meter_provider, rows=0.05)

    def heard(self, event: le.Event) -> None:
        """Count an event."""
        self._hear(event)

    def metrics(self) -> tuple[bytes, str]:
        """Return all metrics as text, and the type of that text."""
        return generate_latest(REGISTRY), CONTENT_TYPE_LATEST

    def close(self) -> None:
        """Let go of the process-wide registry."""
        self.meter_provider.shutdown()
        self.tracer_provider.shutdown()
