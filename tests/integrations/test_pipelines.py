"""The recipes of docs/guides/pipelines.md, run by the tools they are written for, where these are installed.

Each recipe is taken from the page as it stands; only the sessions are those of the sandbox and the folders the test's
own. A tool runs in a process of its own, for they change logging, warnings and event loops.
"""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import subprocess
import sys
from importlib import util
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.sandbox import World

pytestmark = pytest.mark.judge

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "pipelines.md").read_text(encoding="utf-8")
LEADS = [
    {"id": str(number), "full_name": person.full_name, "company_domain": person.company_domain}
    for number, person in enumerate(islice(World.of(0).people, 30))
]
FOUND = 20
"""Of the leads, at least so many have an e-mail in the sandbox; the test of the plain function says so."""


def recipe(tool: str, folder: Path) -> str:
    """A tool's block of the page, in the test's folder and the sandbox."""
    found = re.search(rf"^## {tool}\n.*?^```py\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1].replace('"/data/', f'"{folder}/').replace("le.Session(", "le.Session.sandbox(")


def needs(*modules: str) -> None:
    for module in modules:
        if util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed here")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the page's module in it, its sessions those of the sandbox, and the leads."""
    block = re.search(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert block is not None
    module = block[1].replace('"/var/lib/leads/job.db"', repr(str(tmp_path / "job.db")))
    module = module.replace("session_class: Any = le.Session\n", "session_class: Any = le.Session.sandbox\n")
    assert "le.Session.sandbox" in module
    (tmp_path / "leads_pipeline.py").write_text(module, encoding="utf-8")
    (tmp_path / "leads.json").write_text(json.dumps(LEADS), encoding="utf-8")
    return tmp_path


def run(folder: Path, command: list[str], **more: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    path = os.pathsep.join([str(folder), str(ROOT)])
    env = {**kept, "PYTHONPATH": path, "HOME": str(folder), "DO_NOT_TRACK": "1", **more}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, (done.stdout + done.stderr)[-8000:]
    return done.stdout


def script(folder: Path, code: str, **more: str) -> Any:
    """Runs a script in the folder; returns the JSON of the last line that it prints."""
    (folder / "script.py").write_text(f"import json\nleads = json.load(open('leads.json'))\n{code}", encoding="utf-8")
    return json.loads(run(folder, [sys.executable, "script.py"], **more).splitlines()[-1])


def spent(folder: Path) -> dict[str, Any]:
    """What the ledger says was spent of the pipeline's budget."""
    with le.FileLedger(folder / "job.db") as book:
        return dict(book.spent("pipeline"))


@pytest.mark.parametrize("tool", ["dlt", "Dagster", "Airflow", "Prefect", "dbt"])
def test_a_recipe_can_be_read(tool: str, tmp_path: Path) -> None:
    ast.parse(recipe(tool, tmp_path))


def test_the_plain_function(folder: Path) -> None:
    code = "from leads_pipeline import enriched\nprint(json.dumps(list(enriched(leads, key='id', usd='50'))))"
    rows = script(folder, code)
    assert {row["row_key"] for row in rows} == {lead["id"] for lead in LEADS}
    assert sum(row["status"] == "complete" for row in rows) >= FOUND
    money = spent(folder)
    assert {row["row_key"] for row in script(folder, code)} == {row["row_key"] for row in rows}
    assert spent(folder) == money


def test_dlt_merges_on_the_row_key(folder: Path) -> None:
    needs("dlt", "duckdb")
    outage = (
        "import functools, leadenrich\n"
        "sick = functools.partial(leadenrich.Session.sandbox, misbehave={'*': {'errors': 1.0}}, retries=0)\n"
        "enriched = functools.partial(enriched, session_class=sick)\n"
    )
    look = (
        "load(leads)\n"
        "import duckdb\n"
        "with duckdb.connect('leads.duckdb') as db:\n"
        "    rows = db.execute('select row_key, status, retryable from crm.leads_enriched').fetchall()\n"
        "print(json.dumps(sorted(rows)))\n"
    )
    code, home = recipe("dlt", folder), {"DLT_DATA_DIR": str(folder / "dlt")}
    keys = sorted(lead["id"] for lead in LEADS)
    rows = script(folder, code + outage + look, **home)
    assert [key for key, *_ in rows] == keys
    assert all(retryable for *_, retryable in rows)  # nobody answered

    rows = script(folder, code + look, **home)
    assert [key for key, *_ in rows] == keys
    assert sum(status == "complete" for _, status, _ in rows) >= FOUND  # in the places of those without an answer
    money = spent(folder)
    assert script(folder, code + look, **home) == rows
    assert spent(folder) == money


def test_dagster_materializes(folder: Path) -> None:
    needs("dagster")
    code = recipe("Dagster", folder) + (
        "\n@dg.asset\n"
        "def leads_raw() -> list[dict]:\n"
        "    return leads\n\n"
        "done = dg.materialize([leads_raw, leads_enriched], instance=dg.DagsterInstance.ephemeral())\n"
        "assert done.success\n"
        "print(json.dumps(done.output_for_node('leads_enriched')))\n"
    )
    rows = script(folder, code, DAGSTER_HOME="")
    assert {row["row_key"] for row in rows} == {lead["id"] for lead in LEADS}
    money = spent(folder)
    assert {row["row_key"] for row in script(folder, code, DAGSTER_HOME="")} == {row["row_key"] for row in rows}
    assert spent(folder) == money


def test_prefect_runs_the_flow(folder: Path) -> None:
    needs("prefect")
    code = recipe("Prefect", folder) + (
        "\nkept = []\n"
        "store = kept.append\n"
        "from prefect.testing.utilities import prefect_test_harness\n"
        "with prefect_test_harness(server_startup_timeout=120):\n"
        "    nightly(leads)\n"
        "    nightly(leads)\n"
        "assert len(kept) == 2\n"
        "print(json.dumps([{row['row_key']: row['status'] for row in rows} for rows in kept]))\n"
    )
    first, second = script(folder, code, PREFECT_LOGGING_TO_API_ENABLED="false")
    assert first == second
    assert set(first) == {lead["id"] for lead in LEADS}


def test_airflow_runs_the_dag(folder: Path) -> None:
    needs("airflow")
    (folder / "dags").mkdir()
    (folder / "leads_pipeline.py").rename(folder / "dags" / "leads_pipeline.py")
    (folder / "dags" / "leads.py").write_text(recipe("Airflow", folder), encoding="utf-8")
    with (folder / "leads.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, LEADS[0])
        table.writeheader()
        table.writerows(LEADS)
    house = {"AIRFLOW_HOME": str(folder / "airflow"), "AIRFLOW__CORE__LOAD_EXAMPLES": "false"}
    house["AIRFLOW__CORE__DAGS_FOLDER"] = str(folder / "dags")
    airflow = [sys.executable, "-m", "airflow"]
    run(folder, [*airflow, "db", "migrate"], **house)
    for day in ("2026-01-01", "2026-01-02"):
        run(folder, [*airflow, "dags", "test", "leads", day], **house)
        lines = (folder / "leads.enriched.jsonl").read_text(encoding="utf-8").splitlines()
        assert {json.loads(line)["row_key"] for line in lines} == {lead["id"] for lead in LEADS}
        if day == "2026-01-01":
            money = spent(folder)
    assert spent(folder) == money


def test_dbt_builds_the_model(folder: Path) -> None:
    needs("dbt", "dbt.adapters.duckdb", "pandas")
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text('name: crm\nversion: "1.0"\nprofile: crm\nmodel-paths: [models]\n')
    profile = "crm:\n  target: dev\n  outputs: {dev: {type: duckdb, path: crm.duckdb}}\n"
    (folder / "profiles.yml").write_text(profile)
    staged = "select id, full_name, company_domain from read_json_auto('leads.json')"
    (folder / "models" / "stg_leads.sql").write_text(staged)
    (folder / "models" / "leads_enriched.py").write_text(recipe("dbt", folder), encoding="utf-8")
    dbt = [sys.executable, "-c", "from dbt.cli.main import cli; cli()"]
    look = (
        "import duckdb\n"
        "with duckdb.connect('crm.duckdb') as db:\n"
        "    rows = db.execute('select id, email, email_source, status from leads_enriched').fetchall()\n"
        "print(json.dumps(rows))\n"
    )
    quiet = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    run(folder, [*dbt, "build", "--project-dir", ".", "--profiles-dir", "."], **quiet)
    rows, money = script(folder, look), spent(folder)
    assert sorted(str(row[0]) for row in rows) == sorted(lead["id"] for lead in LEADS)
    assert sum(row[1] is not None for row in rows) >= FOUND
    run(folder, [*dbt, "build", "--project-dir", ".", "--profiles-dir", "."], **quiet)
    assert sorted(script(folder, look)) == sorted(rows)
    assert spent(folder) == money
