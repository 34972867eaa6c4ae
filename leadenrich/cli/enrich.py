"""`python -m leadenrich enrich`: one file through a chain that is planned from the keys at hand."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

import leadenrich as le

STOPPED = 130
"""The exit code of a command that Ctrl-C ended, as shells have it."""
DECLINED = 1
"""The exit code where the question was answered with no."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What one command was told; the names are those of its options."""

    source: Path
    find: Sequence[str]
    output: Path
    budget: str | None = None
    show_plan: bool = False
    dry_run: bool = False
    columns: dict[str, str] = field(default_factory=dict)
    prices: dict[str, str] = field(default_factory=dict)
    key: str | None = None
    limit: int | None = None
    quality: float | None = None
    write_back: bool = False
    provenance: bool = False
    ledger: Path | None = None
    sandbox: bool = False


def run(job: Job, confirm: Callable[[], bool] | None) -> int:
    """Show what will happen, ask, and do it; return the exit code.

    Args:
        job: what to do.
        confirm: asks whether to go on; None: it runs at once.

    Raises:
        LeadEnrichError: the file, an option or the keys are not what is needed; nothing was asked.
    """
    with _notes():
        return _run(job, confirm)


@contextlib.contextmanager
def _notes() -> Iterator[None]:
    """Print each warning once, as a line for people."""
    with warnings.catch_warnings():
        seen: set[str] = set()

        def show(message: Warning | str, *_: object, **__: object) -> None:
            text = str(message).replace("pass columns={header: field}", 'say --column "Header=field"')
            if text not in seen:
                seen.add(text)
                typer.echo(f"note: {text}", err=True)

        warnings.simplefilter("default")
        warnings.showwarning = show
        yield


def _run(job: Job, confirm: Callable[[], bool] | None) -> int:
    table = _read(job)
    show_mapping(job.source.name, table)
    with contextlib.ExitStack() as stack:
        ledger = None if job.ledger is None else stack.enter_context(contextlib.closing(le.FileLedger(job.ledger)))
        session = _session(job, ledger)
        budget = _budget(job)
        sink = _sink(job, table)
        stack.callback(sink.close)
        stream = le.enrich(
            table,
            find=job.find,
            session=session,
            quality_threshold=job.quality,
            budget=budget,
            into=sink,
            limit=job.limit,
            progress=True,
        )
        plan = _show_price(job, stream, table, session, budget, len(sink.finished))
        if job.dry_run:
            return 0
        _check_can_be_asked(plan, table)
        if confirm is not None and not confirm():
            typer.echo("nothing was asked and nothing spent", err=True)
            return DECLINED
        return _go(job, stream, session)


def _go(job: Job, stream: Any, session: le.Session) -> int:
    async def drain() -> None:
        async with session:
            await stream.drain()

    try:
        asyncio.run(drain())
    except KeyboardInterrupt:
        typer.echo(f"\nstopped: {stream.summary.rows:,} rows were written to {job.output}, {stream.summary.cost}")
        typer.echo("run the same command again to go on")
        return STOPPED
    typer.echo(f"\n{stream.summary}")
    typer.echo(f"written to {job.output}")
    if stream.summary.retryable:
        typer.echo("run the same command again for them, with a larger --budget where that was used up")
    return 0


def show_mapping(name: str, table: Any) -> None:
    """Print which column is taken for what, and which are passed on as they are."""
    columns = table.columns
    typer.echo(f"{name}:")
    width = min(40, max((len(header) for header in columns.headers), default=0))
    for header, field_ in zip(columns.headers, columns.fields, strict=True):
        typer.echo(f"  {header[:width].ljust(width)}  {'-> ' + field_ if field_ else '   (kept as it is)'}")
    typer.echo('a column taken for the wrong thing? --column "Header=field"')


def _read(job: Job) -> Any:
    columns: Any = job.columns or "auto"
    suffix = job.source.suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        return le.read_excel(job.source, columns=columns)
    return le.read_csv(job.source, columns=columns)


def _session(job: Job, ledger: le.FileLedger | None) -> le.Session:
    settings: dict[str, Any] = {"prices": job.prices or None, "ledger": ledger}
    return le.Session.sandbox(**settings) if job.sandbox else le.Session(**settings)


def _budget(job: Job) -> le.Budget | None:
    if job.budget is None:
        return None
    return le.Budget(usd=job.budget, name=None if job.ledger is None else str(job.output.name))


def _sink(job: Job, table: Any) -> Any:
    if job.output.suffix.lower() in (".jsonl", ".ndjson"):
        return le.JsonlSink(job.output, key=job.key)
    return le.CsvSink(
        job.output,
        key=job.key,
        provenance=job.provenance,
        write_back=job.write_back,
        like=table if hasattr(table, "delimiter") else None,
    )


def _show_price(
    job: Job, stream: Any, table: Any, session: le.Session, budget: le.Budget | None, finished: int
) -> le.ChainPlan:
    """Print who will be asked, what that is expected to cost, and what an earlier run has done."""
    plan: le.ChainPlan = stream.explain()
    typer.echo(f"\n{_wrapped(str(stream.enricher))}\n")
    typer.echo(_in_short(plan))
    if job.show_plan:
        _show_steps(plan)
    else:
        typer.echo("--plan shows this step by step")
    if budget is not None:
        typer.echo(f"never more than ${budget.usd:f}")
    if finished:
        typer.echo(f"{job.output} has {finished:,} finished rows: they are not asked for again")
    if job.sandbox:
        typer.echo("in the sandbox: the answers are invented, and nothing is paid")
    return plan


def _check_can_be_asked(plan: le.ChainPlan, table: Any) -> None:
    """Refuse a run in which no record has what any provider needs: a column is not known for what it is."""
    wanted = [one for one in plan.plans if all(step.missing for step in one.steps)]
    if not wanted or not plan.records or any(one.asked for one in plan.plans):
        return
    unknown = [header for header, name in zip(table.columns.headers, table.columns.fields, strict=True) if not name]
    header = unknown[0] if unknown else "Header"
    raise le.ConfigurationError(
        f"no record has what {' or '.join(one.operation for one in wanted)} needs; say which column holds it, such as "
        f'--column "{header}=full_name" (if the first line is a lead already, put a line of headers above it)'
    )


def _wrapped(text: str) -> str:
    """Return lines that fit the terminal: with keys for many vendors, a list of steps is long."""
    width = min(shutil.get_terminal_size().columns, 100)
    return "\n".join(textwrap.fill(line, width, subsequent_indent="   ") for line in text.splitlines())


def _in_short(plan: le.ChainPlan) -> str:
    finds = ", ".join(f"{one.accepted.expected:,.0f} {one.operation.removeprefix('find_')}" for one in plan.plans)
    usd = plan.usd
    return (
        f"{plan.records:,} records; expected: {finds}, for ${usd.expected:,.2f} (${usd.low:,.2f} to ${usd.high:,.2f})"
    )


def _show_steps(plan: le.ChainPlan) -> None:
    """Print a line for each step of each operation, with what keeps records from it."""
    for one in plan.plans:
        head, *lines = one.table()
        widths = [max(len(line[place]) for line in (head, *lines)) for place in range(len(head))]
        typer.echo(f"\n{one.operation}")
        for line, step in zip((head, *lines), (None, *one.steps), strict=True):
            first, *rest = (
                cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(line, widths, strict=True))
            )
            lacking = step.missing.partition(" (")[0] if step is not None and step.missing else ""
            typer.echo(f"  {'  '.join((first, *rest))}  {lacking}".rstrip())
