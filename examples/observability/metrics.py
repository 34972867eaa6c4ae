"""Serve the metrics and traces of a run for Prometheus; with the sandbox, so that no key is needed.

pip install "leadenrich[otel]" opentelemetry-exporter-prometheus
python examples/observability/metrics.py examples/leads.csv

Then http://localhost:9464/metrics shows what grafana.json draws and rules.yml watches.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import start_http_server

import leadenrich as le
from leadenrich.integrations.otel import tracing


def provider(**options: Any) -> MeterProvider:
    """Return a meter provider that Prometheus can read."""
    return MeterProvider([PrometheusMetricReader(**options)])


async def main(path: str, meters: MeterProvider) -> None:
    """Enrich a file, and count what happens."""
    waterfall = le.Waterfall("find_email", ["hunter", "findymail", "contactout"], verify="zerobounce")
    async with le.Session.sandbox(on_event=tracing(meter_provider=meters, rows=0.05)) as session:
        summary = await waterfall.stream(le.read_csv(path), session=session).drain()
    print(summary)


if __name__ == "__main__":
    start_http_server(9464)
    asyncio.run(main(sys.argv[1], provider()))
    input("http://localhost:9464/metrics; press Enter to stop")
