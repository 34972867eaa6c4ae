"""The command line, with its runner and as a real process: what a person with a spreadsheet sees."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import leadenrich as le
from leadenrich.cli import doctor, enrich
from leadenrich.cli.app import app
from leadenrich.registry import registry

ROOT = Path(__file__).parents[2]
HEADER = ["First Name", "Last Name", "Firma", "Notes"]


def command(*arguments: Any, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], input=answer)


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    """A small export: people of the sandbox's world, by the names a spreadsheet gives their columns."""
    from leadenrich.sandbox.world import World

    path = tmp_path / "leads.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for person in islice(World.of(0).people, 6):
            writer.writerow([person.first_name, person.last_name, person.company_name, "x"])
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_one_command_shows_mapping_and_price_and_writes_the_rows(leads: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = command("enrich", leads, "-o", out, "--find", "email, company_domain", "--budget", 20, "--sandbox", "--yes")
    assert done.exit_code == 0, done.output
    for told in (
        "leads.csv:",
        "First Name  -> first_name",
        "Firma       -> company_name",
        "Notes          (kept as it is)",
        "6 records; expected:",
        "never more than $20",
        "6 rows of 6:",
        f"written to {out}",
    ):
        assert told in done.output
    rows = rows_of(out)
    assert [row["Notes"] for row in rows] == ["x"] * 6
    assert sum(bool(row["email"]) for row in rows) >= 3


@pytest.mark.slow
def test_run_again_it_goes_on_and_asks_for_nothing_that_is_finished(leads: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    arguments = ("enrich", leads, "-o", out, "--find", "email", "--sandbox", "-y")
    assert command(*arguments, "--limit", 2).exit_code == 0
    done = command(*arguments)
    assert "finished rows: they are not asked for again" in done.output
    assert len(rows_of(out)) == 6


@pytest.mark.slow
def test_a_workbook_is_read_and_its_output_is_a_csv_file(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for cells in (["Vorname", "Nachname", "Firma"], ["Mira", "Okafor", "Brightloom"]):
        book.active.append(cells)
    book.save(tmp_path / "leads.xlsx")
    done = command("enrich", tmp_path / "leads.xlsx", "--find", "email", "--sandbox", "--yes", "--write-back")
    assert done.exit_code == 0, done.output
    assert "Vorname   -> first_name" in done.output
    assert [row["Nachname"] for row in rows_of(tmp_path / "leads.enriched.csv")] == ["Okafor"]


@pytest.mark.slow
def test_a_ledger_makes_the_budget_one_wall_over_runs(leads: Path, tmp_path: Path) -> None:
    out, ledger = tmp_path / "out.jsonl", tmp_path / "job.db"
    arguments = ("enrich", leads, "-o", out, "-f", "email", "--sandbox", "-y", "--ledger", ledger, "--budget", "1")
    assert command(*arguments, "--limit", 1).exit_code == 0
    with le.FileLedger(ledger) as book:
        assert "usd" in book.spent("out.jsonl")
    assert len(list(le.read_jsonl(out))) == 1


@pytest.mark.slow
def test_dry_run_asks_no_vendor(leads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrich.le.Session, "ask", None)
    done = command("enrich", leads, "-o", tmp_path / "o.csv", "-f", "email", "--sandbox", "--dry-run", "--plan")
    assert done.exit_code == 0, done.output
    assert "find_email\n" in done.output
    assert "accepted" in done.output
    assert not rows_of(tmp_path / "o.csv")


@pytest.mark.slow
def test_without_a_terminal_yes_is_needed(leads: Path, tmp_path: Path) -> None:
    done = command("enrich", leads, "-o", tmp_path / "o.csv", "-f", "email", "--sandbox", answer="y\n")
    assert done.exit_code == 2
    assert "add --yes to run" in done.output


@pytest.mark.slow
def test_a_no_asks_no_vendor(leads: Path, tmp_path: Path) -> None:
    job = enrich.Job(source=leads, find=["email"], output=tmp_path / "o.csv", sandbox=True)
    assert enrich.run(job, confirm=lambda: False) == enrich.DECLINED
    assert not rows_of(tmp_path / "o.csv")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["enrich", "no.csv", "-f", "email", "--sandbox"], "there is no file"),
        (["enrich", "{leads}", "-f", "mobile", "--sandbox"], "did you mean 'mobile_phone'?"),
        (["enrich", "{leads}", "-f", "email"], "no provider you have a key for finds 'email'"),
        (["enrich", "{leads}", "-f", "email", "--sandbox", "--budget", "20 usd"], "budget usd is"),
        (["enrich", "{leads}", "-f", "email", "--sandbox", "--price", "hunter"], "NAME=VALUE"),
        (["enrich", "{leads}", "-f", "email", "--sandbox", "--column", "Frima=company_name"], "did you mean 'Firma'?"),
        (["enrich", "{leads}"], "find"),
        (["enrich", "bare.csv", "-f", "email", "--sandbox", "-y"], '--column "column 1=full_name"'),
    ],
)
def test_what_is_wrong_is_told_without_a_traceback(
    arguments: Sequence[str], text: str, leads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bare.csv").write_text("Mira Okafor,Bright,bright.example\nJo Weber,Lantern,lantern.example\n" * 3)
    done = command(*(str(leads) if one == "{leads}" else one for one in arguments))
    assert done.exit_code == 2
    assert text in done.output
    assert "Traceback" not in done.output


def test_doctor_names_keys_and_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for info in registry.infos():
        for field in info.auth.fields:
            monkeypatch.delenv(f"{info.id}_{field}".upper(), raising=False)
    monkeypatch.setenv("APOLLO_API_KEY", "secret-of-mine")
    monkeypatch.setenv("HUTNER_API_KEY", "secret-of-mine")
    done = command("doctor")
    assert "keys found for 1\n" in done.output
    assert "apollo" in done.output
    assert "! HUTNER_API_KEY is set: is it meant to be HUNTER_API_KEY?" in done.output
    assert "secret-of-mine" not in done.output
    assert done.exit_code == 1
    monkeypatch.delenv("HUTNER_API_KEY")
    assert command("doctor").exit_code == 0


def test_doctor_online_says_which_keys_work() -> None:
    done = command("doctor", "--sandbox", "--online")
    assert "  hunter               works" in done.output
    assert "not checked: no free call shows it" in done.output
    assert done.exit_code == 0


async def test_doctor_online_tells_a_refused_key_and_a_failure() -> None:
    class Sick:
        async def __aenter__(self) -> Sick:
            return self

        async def __aexit__(self, *exc: object) -> None: ...

        async def check(self, provider_id: str) -> bool:
            if provider_id == "apollo":
                raise le.ProviderUnreachableError("no connection", provider="apollo")
            return False

    assert await doctor._check(Sick(), ["hunter", "apollo"]) == ["hunter", "apollo"]  # type: ignore[arg-type]


@pytest.mark.slow
def test_as_a_real_process_it_ends_well(leads: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    arguments = ["enrich", str(leads), "-o", str(out), "--find", "email", "--sandbox", "--yes"]
    done = subprocess.run(
        [sys.executable, "-m", "leadenrich", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "6 rows of 6" in done.stdout
    assert done.stderr == ""  # no bar where there is no terminal
    assert len(rows_of(out)) == 6


def test_without_typer_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from leadenrich.__main__ import main

    monkeypatch.delitem(sys.modules, "leadenrich.cli.app", raising=False)
    monkeypatch.setitem(sys.modules, "typer", None)
    assert main() == 2
    assert 'pip install "leadenrich[cli]"' in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no signals of this kind")
def test_ctrl_c_ends_a_real_process_well(tmp_path: Path) -> None:
    """The file is in the place of its rows: the command waits at a pipe that nobody writes to, then comes Ctrl-C."""
    leads, out = tmp_path / "leads.csv", tmp_path / "out.csv"
    os.mkfifo(leads)
    arguments = ["enrich", str(leads), "-o", str(out), "--find", "email", "--sandbox", "--yes"]
    process = subprocess.Popen(
        [sys.executable, "-m", "leadenrich", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with leads.open("w"):  # it has been opened at the other end: the command is under way
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == enrich.STOPPED
    assert "Traceback" not in told


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no signals of this kind")
def test_ctrl_c_in_a_script_says_where_the_finished_rows_are(tmp_path: Path) -> None:
    script = """
import os, signal
import leadenrich as le

def records():
    for number in range(10_000):
        if number == 500:
            os.kill(os.getpid(), signal.SIGINT)  # as Ctrl-C does
        yield {"id": str(number), "full_name": f"Ida Example {number}", "company_domain": "example.com"}

with le.Session.sandbox() as session:
    le.Waterfall("find_email", ["hunter"]).run_sync(records(), session=session, into=le.CsvSink("out.csv"))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.endswith("KeyboardInterrupt\nstopped: finished rows are in out.csv; run again to go on\n")
    assert 0 < len(rows_of(tmp_path / "out.csv")) < 10_000


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(
    leads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(work: Any) -> None:
        work.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(enrich.asyncio, "run", interrupted)
    job = enrich.Job(source=leads, find=["email"], output=tmp_path / "o.csv", sandbox=True)
    assert enrich.run(job, confirm=None) == enrich.STOPPED
    assert "run the same command again to go on" in capsys.readouterr().out
