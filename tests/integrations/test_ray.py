"""Ray Data over a real Ray on this machine; in an environment of its own, where Ray is installed."""

from __future__ import annotations

import functools
import os
import signal
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.sandbox import World

ray = pytest.importorskip("ray", reason="not installed here")
pytest.importorskip("ray.data")

from leadenrich.integrations.ray import enrich  # noqa: E402

pytestmark = [
    pytest.mark.judge,
    pytest.mark.filterwarnings("ignore"),  # Ray's own
]
PRICES = {"hunter": "0.0149", "apollo": "0.025", "findymail": "0.0208"}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """Ray on this machine."""
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    environment = {"env_vars": {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}}
    ray.init(num_cpus=4, include_dashboard=False, logging_level="ERROR", runtime_env=environment)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


def people(count: int) -> list[dict[str, Any]]:
    known = zip(World.of(0).people, range(count))  # noqa: B905
    return [{"id": n, "full_name": one.full_name, "company_domain": one.company_domain} for one, n in known]


def waterfall() -> le.Waterfall:
    return le.Waterfall("find_email", ["hunter", "apollo", "findymail"], quality_threshold=80)


def sandbox() -> Any:
    return functools.partial(le.Session.sandbox, prices=PRICES)


def alone(records: list[dict[str, Any]]) -> tuple[dict[int, Any], int]:
    with le.Session.sandbox(prices=PRICES) as session:
        rows = waterfall().run_sync(records, session=session)
        return {row.record["id"]: row["email"] for row in rows}, sum(bool(row["email"]) for row in rows)


def test_rows_come_out_as_one_process_gives_them_whatever_the_workers() -> None:
    records = people(200)
    wanted, _ = alone(records)
    dataset = ray.data.from_items(records).repartition(4)
    done = enrich(dataset, waterfall(), workers=2, batch_size=25, session=sandbox())
    rows = done.take_all()
    assert {row["id"]: row["email"] for row in rows} == wanted
    assert done.schema().names == ["id", "full_name", "company_domain", "email", "status", "retry_reason"]


def test_one_purse_over_all_workers() -> None:
    """The same list four times over: paid once, and no more than the wall."""
    dataset = ray.data.from_items(people(60) * 4).repartition(8)
    done = enrich(dataset, waterfall(), workers=2, batch_size=30, session=sandbox(), usd="0.50", name="purse")
    rows = done.take_all()
    assert len(rows) == 240
    spent = ray.get(ray.get_actor("purse").spent.remote()) if _alive("purse") else None
    assert spent is None or spent <= Decimal("0.50")
    assert any("usd" in (row["retry_reason"] or "") for row in rows)


def _alive(name: str) -> bool:
    try:
        ray.get_actor(name)
    except ValueError:
        return False
    return True


class Deadly:
    """Kills its worker's process once, in the middle of a batch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, fields: Any) -> str:
        if fields["id"] == 77:
            mark = self._folder / "died"
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return "all"


def test_a_killed_worker_loses_no_row(tmp_path: Path) -> None:
    deadly = le.Waterfall(
        "find_email", ["hunter", "apollo", "findymail"], quality_threshold=80, segment=Deadly(tmp_path)
    )
    records = people(120)
    rows = enrich(ray.data.from_items(records), deadly, workers=2, batch_size=20, session=sandbox()).take_all()
    assert (tmp_path / "died").exists()
    assert Counter(row["id"] for row in rows) == Counter(range(120))
    wanted, _ = alone(records)
    assert {row["id"]: row["email"] for row in rows} == wanted
