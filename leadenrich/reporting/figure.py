"""`Figure`: one picture, as its data, as Vega-Lite and drawn; and `figures`, all pictures of a run."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from leadenrich import markup
from leadenrich.engine.budget import Budget, check_budget
from leadenrich.errors import ConfigurationError, nearest
from leadenrich.markup.frame import frame_of
from leadenrich.reporting import charts
from leadenrich.reporting.figure_data import all_data
from leadenrich.reporting.stories import stories_of

PAPER = {False: ("#1b1f24", "#ffffff"), True: ("#e6e6e6", "#15181d")}
"""Dark or not -> the colours of text and paper, where a picture stands by itself."""


class Figure:
    """One picture.

    Attributes:
        name: "coverage", "waterfall", "overlap", "spend" or "calibration". title: for people.
        data: the numbers, as a list of dicts. spec: the picture as Vega-Lite, which Altair, a web page (vega-embed)
            and other tools draw; nothing is loaded and no extra is needed for it.
    """

    def __init__(self, name: str, data: Sequence[Mapping[str, Any]]) -> None:
        self.name, self.data = name, [dict(row) for row in data]
        self.title, draw = charts.CHARTS[name]
        self.spec: dict[str, Any] = draw(charts.short(self.data)) if self.data else {}

    def to_dict(self) -> dict[str, Any]:
        """Return name, title, data and spec, ready for JSON."""
        return {"name": self.name, "title": self.title, "data": self.data, "spec": self.spec}

    def to_frame(self) -> Any:
        """Return the data as a pandas frame, or a polars one where pandas is not installed."""
        return frame_of(self.data)

    def chart(self) -> Any:
        """Return the picture as an Altair chart, to restyle it (extra `plot`)."""
        try:
            import altair
        except ImportError:
            raise _needs_plot() from None
        return altair.Chart.from_dict(self._copy_spec())

    def svg(self) -> str:
        """Return the picture as SVG (extra `plot`); in a page it has the colours of the page, light or dark."""
        drawn: str = _converter().vegalite_to_svg(self._copy_spec())
        return drawn

    def png(self, *, dark: bool = False, scale: float = 2.0) -> bytes:
        """Return the picture as PNG (extra `plot`), on white or on dark paper."""
        drawn: bytes = _converter().vegalite_to_png(self._on_paper(dark), scale=scale)
        return drawn

    def save(self, path: str | os.PathLike[str], *, dark: bool = False) -> None:
        """Write the picture to a .svg, .png or .json (Vega-Lite) file; the first two on white or on dark paper.

        Raises:
            ConfigurationError: another ending, or the extra `plot` is not installed.
        """
        target = Path(path)
        if target.suffix == ".svg":
            target.write_text(_converter().vegalite_to_svg(self._on_paper(dark)), encoding="utf-8")
        elif target.suffix == ".png":
            target.write_bytes(self.png(dark=dark))
        elif target.suffix == ".json":
            import json

            target.write_text(json.dumps(self._copy_spec(), ensure_ascii=False, indent=1), encoding="utf-8")
        else:
            raise ConfigurationError(
                f"a picture is saved as .svg, .png or .json, not as {target.suffix or target.name!r}"
            )

    def _copy_spec(self) -> dict[str, Any]:
        if not self.spec:
            raise ConfigurationError(f"nothing to draw for {self.name!r}: the runs tell nothing of it")
        return copy.deepcopy(self.spec)

    def _on_paper(self, dark: bool) -> dict[str, Any]:
        ink, paper = PAPER[bool(dark)]
        return {**self._copy_spec(), "config": charts.config(ink, paper)}

    def __repr__(self) -> str:
        return f"<Figure {self.name}: {len(self.data)} rows>"

    def _repr_html_(self) -> str:
        """Return the picture for a notebook; its data as a table where the extra `plot` is not installed."""
        if not self.spec:
            return markup.block(self.title, "the runs tell nothing of this")
        try:
            return markup.block(None, markup.Markup(self.svg()))
        except ConfigurationError as error:
            head = list(self.data[0])
            numbers = [name for name in head if isinstance(self.data[0][name], int | float)]
            lines = [[_cell(row[name]) for name in head] for row in self.data]
            return markup.block(self.title, markup.table(head, lines, numbers=numbers), note=error.message)


class Figures(Mapping[str, Figure]):
    """All pictures by name: "coverage", "waterfall", "overlap", "spend", "calibration"."""

    def __init__(self, data: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._figures = {name: Figure(name, rows) for name, rows in data.items()}

    def __getitem__(self, name: str) -> Figure:
        if name not in self._figures:
            raise KeyError(f"no picture {name!r}{nearest(name, self._figures)}; there are {', '.join(self._figures)}")
        return self._figures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def to_dict(self) -> dict[str, Any]:
        """Return all of them, ready for JSON."""
        return {name: figure.to_dict() for name, figure in self.items()}

    def __repr__(self) -> str:
        return f"<Figures {', '.join(self)}>"

    def _repr_html_(self) -> str:
        return "".join(figure._repr_html_() for figure in self.values() if figure.spec)


def figures(source: Any, *, budget: Budget | None = None) -> Figures:
    """Return the pictures of one or several runs.

    Args:
        source: finished rows, a `FileLedger` in which runs left their stories, the path of an output file (CSV, JSON
            lines or Excel, written with `provenance=True`), or a list of these. A file tells only of what was found.
        budget: drawn into the picture of the spend, where it has USD.

    Raises:
        ConfigurationError: there is nothing of a run in it.
    """
    check_budget(budget)
    limit: Decimal | None = None if budget is None else budget.usd
    return Figures(all_data(stories_of(source), limit))


def _cell(value: Any) -> Any:
    return markup.number(value, 3) if isinstance(value, float) else value


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise _needs_plot() from None
    return vl_convert


def _needs_plot() -> ConfigurationError:
    return ConfigurationError('pictures need altair and vl-convert: pip install "leadenrich[plot]"')
