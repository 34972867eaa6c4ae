"""OpenTelemetry from events: spans as long as what they stand for, every metric, names and outcomes but no values."""

import asyncio
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY, generate_latest

import leadenrich as le
from leadenrich.engine.events import Event
from leadenrich.integrations import otel
from leadenrich.integrations.otel import tracing
from tests.engine.vendors import KEY, Server, name

pytestmark = pytest.mark.looptime

EXAMPLES = Path(__file__).parents[2] / "examples" / "observability"
FOUND = {"person": {"email": "mira@brightloom.example"}}


class Seen:
    """Gathers spans and metrics."""

    def __init__(self, **settings: Any) -> None:
        self.spans, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        traces = TracerProvider()
        traces.add_span_processor(SimpleSpanProcessor(self.spans))
        self.heard = tracing(traces, MeterProvider([self.reader]), **settings)

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans.get_finished_spans() if span.name == name]

    def total(self, metric: str) -> float:
        data = self.reader.get_metrics_data()
        points = [
            point
            for resource in data.resource_metrics  # type: ignore[union-attr]  # something was recorded
            for scope in resource.scope_metrics
            for one in scope.metrics
            if one.name == metric
            for point in one.data.data_points
        ]
        return sum(getattr(point, "value", getattr(point, "sum", 0)) for point in points)

    def text(self) -> str:
        spans = [(span.name, dict(span.attributes or {}), span.events) for span in self.spans.get_finished_spans()]
        return f"{spans} {self.reader.get_metrics_data().to_json()}"  # type: ignore[union-attr]  # as above


async def test_a_span_and_counters_for_every_question() -> None:
    seen = Seen()
    server = Server({"/person": lambda r, n: httpx.Response(403) if n > 1 else {"person": {"email": "mira@b.example"}}})
    async with le.Session({"acme": KEY}, transport=server, on_event=seen.heard) as session:
        await session.call("acme", "find_email", {"full_name": "Mira Okafor"})
        await session.call("acme", "find_email", {"full_name": "Mira Okafor"})
        with pytest.raises(le.AuthenticationError):
            await session.call("acme", "find_email", {"full_name": "Jonas Weber"})
    found = [dict(span.attributes or {}) for span in seen.named("acme.find_email")]
    assert [told["leadenrich.outcome"] for told in found] == ["hit", "hit", "error"]
    assert [told["leadenrich.cached"] for told in found] == [False, True, False]
    assert [told["leadenrich.usd"] for told in found] == [0.02, 0.0, 0.0]
    assert found[2]["error.type"] == "PROVIDER_AUTHENTICATION_FAILED"
    assert seen.total("leadenrich.questions") == 3
    assert seen.total("leadenrich.hits") == 2
    assert seen.total("leadenrich.cost") == pytest.approx(0.02)
    assert seen.total("leadenrich.credits") == 1
    assert seen.total("leadenrich.benched") == 1
    text = seen.text()
    assert "Okafor" not in text
    assert "mira@" not in text
    assert KEY not in text


async def test_spans_nest_and_are_as_long_as_what_they_stand_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: Iterator[int] = iter(range(0, 10**9, 10**6))
    monkeypatch.setattr("opentelemetry.sdk.trace.time_ns", lambda: next(ticks))
    seen = Seen()
    async with le.Session({"acme": KEY}, transport=Server({"/person": FOUND}), on_event=seen.heard) as session:
        waterfall = le.Waterfall("find_email", ["acme"], identity=False)
        people = [{"full_name": name(i), "email_of": f"{name(i)}@b.example"} for i in range(3)]
        await waterfall.run(people, session=session, key="email_of")
    (run,) = seen.named("leadenrich.run")
    rows, calls = seen.named("leadenrich.row"), seen.named("acme.find_email")
    assert len(rows) == len(calls) == 3
    inside = {row.context.span_id: row for row in rows if row.context}
    for row in rows:
        assert row.parent is not None
        assert row.parent.span_id == run.context.span_id  # type: ignore[union-attr]  # a recorded span has one
        assert str(dict(row.attributes or {})["leadenrich.key"]).startswith("#")
    for call in calls:
        assert call.parent is not None
        row = inside[call.parent.span_id]
        assert row.start_time < call.start_time < call.end_time < row.end_time  # type: ignore[operator]  # all ended
    assert run.start_time < min(row.start_time or 0 for row in rows)  # type: ignore[operator]  # as above
    assert max(row.end_time or 0 for row in rows) < run.end_time  # type: ignore[operator]  # as above
    assert seen.total("leadenrich.rows") == 3
    assert "@b.example" not in seen.text()


@pytest.mark.parametrize(("share", "rows"), [(1, 20), (0.25, 5), (0.1, 2), (0, 0)])
async def test_rows_are_sampled_evenly_and_counted_whole(share: float, rows: int) -> None:
    seen = Seen(rows=share)
    async with le.Session({"acme": KEY}, transport=Server({"/person": FOUND}), on_event=seen.heard) as session:
        waterfall = le.Waterfall("find_email", ["acme"], identity=False)
        await waterfall.run([{"full_name": name(i)} for i in range(20)], session=session)
    assert len(seen.named("leadenrich.row")) == len(seen.named("acme.find_email")) == rows
    assert len(seen.named("leadenrich.run")) == 1
    assert seen.total("leadenrich.rows") == seen.total("leadenrich.questions") == 20


async def test_waits_retries_and_rests_are_counted() -> None:
    seen = Seen()
    server = Server({"/person": lambda request, count: httpx.Response(503) if count in (2, 3) else FOUND})
    rates = {"acme": [le.Rate(1, per=10)]}
    async with le.Session({"acme": KEY}, transport=server, rates=rates, on_event=seen.heard) as session:
        await asyncio.gather(*(session.ask("acme", "find_email", {"full_name": name(i % 2)}) for i in range(3)))
    assert seen.total("leadenrich.waits") >= 1
    assert seen.total("leadenrich.wait") >= 9
    assert seen.total("leadenrich.shared") == 1
    assert seen.total("leadenrich.retries") == 2


@pytest.mark.parametrize("rows", [-0.1, 1.5, True, "half"])
def test_a_share_that_is_none_is_refused(rows: Any) -> None:
    with pytest.raises(le.ConfigurationError, match="share of rows"):
        tracing(rows=rows)


# ---- examples/observability


def events_of_every_kind() -> Iterator[Event]:
    asked = {
        "cached": False,
        "latency": 0.2,
        "code": None,
        "usd": "0.1",
        "credits": {"acme": "1"},
        "uncertain_usd": "1",
    }
    for outcome in ("hit", "miss", "error", "cancelled"):
        yield Event("call.finished", 0.0, "acme", "find_email", {**asked, "outcome": outcome})
    yield Event("call.resumed", 0.0, "acme", "find_email", {"seconds": 3.0})
    yield Event("call.retried", 0.0, "acme", None, {"code": "X", "wait": 1})
    yield Event("call.shared", 0.0, "acme", "find_email")
    yield Event("provider.benched", 0.0, "acme", "find_email", {"code": "PROVIDER_INSUFFICIENT_CREDITS"})
    yield Event("breaker.opened", 0.0, "acme", None, {"seconds": 5.0})
    yield Event("row.finished", 0.0, None, "find_email", {"status": "complete"})


def exported() -> tuple[set[str], set[str]]:
    """Return the names and labels under which Prometheus sees the metrics, as its own exporter writes them."""
    meters = MeterProvider([PrometheusMetricReader()])
    try:
        heard = tracing(meter_provider=meters)
        for event in events_of_every_kind():
            heard(event)
        lines = [line for line in generate_latest(REGISTRY).decode().splitlines() if line.startswith("leadenrich_")]
    finally:
        meters.shutdown()
    names = {re.split(r"[{ ]", line)[0] for line in lines}
    return names, {label for line in lines for label in re.findall(r'[{,](\w+)="', line)}


def test_the_exporter_sees_every_metric() -> None:
    names, _ = exported()
    stems = {re.sub(r"_(USD|seconds)?_?(total|bucket|count|sum)$", "", one) for one in names}
    declared = {one.replace(".", "_") for one in (*otel.COUNTERS, *otel.HISTOGRAMS)}
    assert declared <= {stem.removesuffix("_USD") for stem in stems}


def expressions() -> list[str]:
    dashboard = json.loads((EXAMPLES / "grafana.json").read_text(encoding="utf-8"))
    rules = yaml.safe_load((EXAMPLES / "rules.yml").read_text(encoding="utf-8"))
    drawn = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    drawn += [one["query"]["query"] for one in dashboard["templating"]["list"] if isinstance(one["query"], dict)]
    return [*drawn, *(rule["expr"] for group in rules["groups"] for rule in group["rules"])]


def test_the_dashboard_and_the_rules_name_metrics_and_labels_that_exist() -> None:
    names, labels = exported()
    rules = yaml.safe_load((EXAMPLES / "rules.yml").read_text(encoding="utf-8"))
    names |= {rule["record"] for group in rules["groups"] for rule in group["rules"] if "record" in rule}
    texts = expressions()
    assert len(texts) >= 25
    for text in texts:
        words = set(re.findall(r"leadenrich[\w:]*", text))
        assert words <= names | labels, text
        assert words & names, text
        assert text.count("(") == text.count(")")
    told = json.dumps([(EXAMPLES / "grafana.json").read_text(encoding="utf-8"), rules])
    for label in re.findall(r"\{\{ ?\$?(?:labels\.)?(leadenrich_\w+) ?\}\}", told):
        assert label in labels


@pytest.mark.filterwarnings("ignore::leadenrich.records.TableWarning")
async def test_the_example_serves_the_metrics_of_a_run(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("metrics_example", EXAMPLES / "metrics.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    leads = (EXAMPLES.parent / "leads.csv").read_bytes().splitlines(keepends=True)[:30]
    (tmp_path / "leads.csv").write_bytes(b"".join(leads))
    meters = module.provider()
    try:
        await module.main(str(tmp_path / "leads.csv"), meters)
        text = generate_latest(REGISTRY).decode()
    finally:
        meters.shutdown()
    assert 'leadenrich_rows_total{leadenrich_status="complete"' in text
    assert "leadenrich_cost_USD_total" in text
