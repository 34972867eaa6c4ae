"""The commands and their options; what they do stands in `enrich` and `doctor`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import leadenrich as le
from leadenrich.cli import doctor as doctors
from leadenrich.cli import enrich as enriching

app = typer.Typer(
    name="python -m leadenrich",
    help="Enrich leads through many data vendors in a cost-optimal order.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def enrich(
    source: Annotated[Path, typer.Argument(help="The table: .csv, .tsv or .xlsx.", metavar="FILE")],
    find: Annotated[str, typer.Option("--find", "-f", help="Fields to find, such as email,mobile_phone.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where rows are written: .csv or .jsonl. [default: FILE.enriched.csv]"),
    ] = None,
    budget: Annotated[str | None, typer.Option(help="The most this run may spend, in USD.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Show the plan step by step before asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show mapping and price, and ask no vendor.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", "-c", help='What a column holds, such as "Firma=company_name"; may be repeated.'),
    ] = None,
    price: Annotated[
        list[str] | None,
        typer.Option("--price", help="USD per credit on your contract, such as hunter=0.034; may be repeated."),
    ] = None,
    key: Annotated[str | None, typer.Option(help="The column that tells records apart. [default: their place]")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="How many records to take at most.")] = None,
    quality: Annotated[float | None, typer.Option(min=0, max=100, help="The least confidence of an answer.")] = None,
    write_back: Annotated[
        bool, typer.Option("--write-back", help="Put what is found into the table's own column for it.")
    ] = False,
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Write source, confidence and cost of each value.")
    ] = False,
    ledger: Annotated[
        Path | None, typer.Option(help="A file that remembers paid answers and spending over several runs.")
    ] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Invented answers: no keys, no network, no cost.")] = False,
) -> None:
    """Enrich one file: shows the mapping and the price, asks, runs, and goes on where an earlier run stopped."""
    job = enriching.Job(
        source=source,
        find=[field.strip() for field in find.split(",") if field.strip()],
        output=output or source.with_name(f"{source.stem}.enriched.csv"),
        budget=budget,
        show_plan=plan,
        dry_run=dry_run,
        columns=_pairs("--column", column),
        prices=_pairs("--price", price),
        key=key,
        limit=limit,
        quality=quality,
        write_back=write_back,
        provenance=provenance,
        ledger=ledger,
        sandbox=sandbox,
    )
    with _told():
        code = enriching.run(job, confirm=None if yes else _confirmed)
    raise typer.Exit(code)


@app.command()
def doctor(
    online: Annotated[
        bool, typer.Option("--online", help="Ask each vendor whether the key is good, where that is free.")
    ] = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Look at the sandbox instead of your keys.")] = False,
) -> None:
    """Show what is installed, which keys are found (never their values) and, with --online, which work."""
    with _told():
        all_is_well = doctors.run(online=online, sandbox=sandbox)
    raise typer.Exit(0 if all_is_well else 1)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say in a line on stderr what is wrong, without a traceback."""
    try:
        yield
    except le.LeadEnrichError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None


def _confirmed() -> bool:
    """Ask whether to go on; without a terminal that can answer, `--yes` is needed."""
    if not sys.stdin.isatty():
        raise le.ConfigurationError("this is no terminal to ask in; add --yes to run, or --dry-run to look")
    return typer.confirm("Go on?", default=False, err=True)


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in texts or ():
        name, equals, value = text.rpartition("=")
        if not equals or not name.strip() or not value.strip():
            raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE", param_hint=option)
        pairs[name.strip()] = value.strip()
    return pairs
