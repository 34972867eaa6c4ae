"""`le.report`: what each vendor did over any number of runs, as a table, a page and pictures."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from leadenrich import markup
from leadenrich.engine.budget import Budget
from leadenrich.errors import ConfigurationError
from leadenrich.markup.frame import frame_of
from leadenrich.records.file_writing import replacing
from leadenrich.reporting.figure import Figure, Figures
from leadenrich.reporting.figure_data import all_data
from leadenrich.reporting.stories import ZERO, Story, stories_of
from leadenrich.reporting.vendors import FIELDS, VendorLine, vendor_lines

_COLUMNS: dict[str, Callable[[VendorLine], Any]] = {
    "vendor": lambda one: f"{one.provider}.{one.operation}" if one.operation else one.provider,
    "asked": lambda one: "" if one.asked is None else f"{one.asked:,}",
    "found": lambda one: f"{one.found:,}",
    "hit rate": lambda one: markup.share(one.hit_rate),
    "only here": lambda one: "" if one.unique is None else f"{one.unique:,}",
    "confirmed": lambda one: f"{one.confirmed:,}",
    "wrong": lambda one: f"{one.wrong:,}",
    "errors": lambda one: f"{one.errors:,}",
    "cost": lambda one: markup.money(one.usd),
    "a find": lambda one: "" if one.usd_per_find is None else markup.money(one.usd_per_find),
    "a unique find": lambda one: "" if one.usd_per_unique is None else markup.money(one.usd_per_unique),
    "adds": lambda one: _span(one),
    "for": lambda one: "" if one.adds_usd is None else markup.money(one.adds_usd),
    "p50": lambda one: markup.seconds(one.p50),
    "p95": lambda one: markup.seconds(one.p95),
}
"""Heading -> the cell of a vendor's line."""

NOTES = (
    "A find is an accepted answer; its cost includes misses, and the verification of the vendor's answers.",
    "Only here: no other vendor that was asked had an answer. A waterfall stops at the first good answer, so that the"
    " vendors after it were not asked: ask all of a sample (merge='best') to know more.",
    "Adds: further records completed because the vendor is asked, with an 80 % interval, and USD that this costs more"
    " than to ask the others alone (below 0: it saves money). What was not asked is taken as with the other records.",
)

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
:root{{color-scheme:light dark}}
body{{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:88rem;padding:1.5rem;
background:#fff;color:#1b1f24}}
h1{{font-size:1.6rem;margin:0 0 .2rem}} figure{{display:inline-block;
vertical-align:top;max-width:100%;margin:1rem 2rem 1rem 0;overflow-x:auto}}
figure svg{{max-width:100%;height:auto}}
@media (prefers-color-scheme:dark){{body{{background:#15181d;color:#e6e6e6}}}}
@media print{{body{{max-width:none;padding:0}} figure{{break-inside:avoid}}}}
</style></head><body><h1>{title}</h1>{body}</body></html>
"""


@dataclass(slots=True)
class Report:
    """What each vendor did over all runs: the page for a contract negotiation.

    Attributes:
        vendors: a line for each vendor and operation. records: of all runs. statuses: how they ended.
        usd: all that was spent, None where a price is unknown. since, until: of the first and last record, where
            that is known. figures: the pictures by name.
    """

    vendors: list[VendorLine]
    records: int
    statuses: Counter[str]
    usd: Decimal | None
    since: datetime | None
    until: datetime | None
    figures: Figures

    def table(self) -> list[tuple[str, ...]]:
        """Return a header and a line a vendor, as text."""
        return [tuple(_COLUMNS), *(tuple(str(cell(one)) for cell in _COLUMNS.values()) for one in self.vendors)]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        return {
            "records": self.records,
            "statuses": dict(self.statuses),
            "usd": None if self.usd is None else float(self.usd),
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "vendors": [one.to_dict() for one in self.vendors],
            "figures": {name: figure.data for name, figure in self.figures.items()},
        }

    def to_frame(self) -> Any:
        """Return a line a vendor as a pandas frame, or a polars one where pandas is not installed."""
        return frame_of([one.to_dict() for one in self.vendors])

    def html(self, title: str = "What each vendor did") -> str:
        """Return the report as one HTML page with nothing to load: for a light or a dark screen, and for paper.

        Pictures are in it where the extra `plot` is installed.
        """
        shown = "".join(f"<figure>{picture}</figure>" for picture in self._pictures())
        return _PAGE.format(title=escape(title), body=self._table_html() + shown)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the report to a .html, .json or .csv file, or its picture (coverage) to a .svg or .png file.

        Raises:
            ConfigurationError: another ending, or a picture without the extra `plot`.
            StorageError: the file cannot be written.
        """
        target = Path(path)
        if target.suffix in (".svg", ".png"):
            self.figures["coverage"].save(target)
            return
        texts: dict[str, Callable[[], str]] = {".html": self.html, ".json": self._json, ".csv": self._csv}
        if target.suffix not in texts:
            raise ConfigurationError(
                f"a report is saved as .html, .json, .csv, .svg or .png, not as {target.suffix or target.name!r}"
            )
        text = texts[target.suffix]()
        with replacing(target, "utf-8") as file:
            file.write(text)

    def _json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)

    def _csv(self) -> str:
        file = io.StringIO(newline="")
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(one.to_dict() for one in self.vendors)
        return file.getvalue()

    def _pictures(self) -> Iterator[str]:
        for figure in self.figures.values():
            if drawn := _drawn(figure):
                yield drawn

    def _lines(self) -> list[str]:
        counts = self.statuses.most_common()
        statuses = ", ".join(f"{count:,} {status or 'without a status'}" for status, count in counts)
        spent = "a price is unknown" if self.usd is None else f"{markup.money(self.usd)} in all"
        when = "" if self.since is None or self.until is None else f", {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"
        return [f"{self.records:,} records{when}: {statuses}; {spent}"]

    def _table_html(self) -> str:
        head, *lines = self.table()
        notes = markup.folded("How these are counted", *(markup.paragraph(note) for note in NOTES))
        return markup.block(None, *self._lines(), markup.table(head, lines, numbers=head[1:], most=500), notes)

    def __str__(self) -> str:
        table = self.table()
        widths = [max(len(line[place]) for line in table) for place in range(len(table[0]))]
        told = [
            "  ".join(
                [line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))]
            )
            for line in table
        ]
        return "\n".join([*self._lines(), *(line.rstrip() for line in told)])

    def __repr__(self) -> str:
        return f"<Report {len(self.vendors)} vendors, {self.records} records>"

    def _repr_html_(self) -> str:
        return self._table_html()


def report(source: Any, *, budget: Budget | None = None) -> Report:
    """Return what each vendor did over one or several runs.

    Args:
        source: finished rows, a `FileLedger` in which runs left their stories, the path of an output file (CSV, JSON
            lines or Excel, written with `provenance=True`), or a list of these. Rows and ledgers know
            everything; a file tells only of what was found.
        budget: drawn into the picture of the spend.

    Raises:
        ConfigurationError: there is nothing of a run in it.
    """
    stories = stories_of(source)
    times = [story.at for story in stories if story.at is not None]
    return Report(
        vendors=vendor_lines(stories),
        records=len(stories),
        statuses=Counter(story.status for story in stories),
        usd=_total(stories),
        since=datetime.fromtimestamp(min(times), UTC) if times else None,
        until=datetime.fromtimestamp(max(times), UTC) if times else None,
        figures=Figures(all_data(stories, None if budget is None else budget.usd)),
    )


def _total(stories: Sequence[Story]) -> Decimal | None:
    prices = [story.usd for story in stories]
    return None if None in prices else sum((one for one in prices if one is not None), ZERO)


def _span(line: VendorLine) -> str:
    if line.adds is None or line.adds_low is None or line.adds_high is None:
        return ""
    return f"{line.adds:,.0f} ({max(line.adds_low, 0):,.0f} to {line.adds_high:,.0f})"


def _drawn(figure: Figure) -> str | None:
    """Return a picture as SVG; None where it shows nothing, or the extra `plot` is not installed."""
    if not figure.spec:
        return None
    try:
        return figure.svg()
    except ConfigurationError:
        return None
