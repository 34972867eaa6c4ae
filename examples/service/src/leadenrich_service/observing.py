"""Metrics for Prometheus and traces, by OpenTelemetry, from the events of every session."""

from __future__ import annotations

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

import leadenrich as le
from leadenrich.integrations.otel import tracing


class Observing:
    """Hears the events of all sessions; `metrics()` is what Prometheus reads.

    Traces go where the OpenTelemetry variables of the environment send them (`OTEL_TRACES_EXPORTER=console`, or a span
    processor added to `tracer_provider`).
    """

    def __init__(self) -> None:
        self.meter_provider = MeterProvider([PrometheusMetricReader()])
        self.tracer_provider = TracerProvider()
        self._hear = tracing(self.tracer_provider, self.meter_provider)

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
