"""The pictures as Vega-Lite, the grammar that Altair writes: plain data that a web page, Altair or vl-convert draws.

Text and lines are `currentColor`, so that an SVG in a page has the colours of the page, light or dark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
GOOD, REST, WARM = "#2a9d8f", "#8d99ae", "#e07a5f"
WIDTH = 460
CURVE = 16
"""Points of a band."""

Spec = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


def config(colour: str = "currentColor", background: str = "transparent") -> Spec:
    """Return the look of all pictures, in one colour for text and lines."""
    text = {"labelColor": colour, "titleColor": colour}
    return {
        "background": background,
        "font": "Helvetica, Arial, sans-serif",
        "padding": {"left": 28, "right": 40, "top": 8, "bottom": 28},  # other fonts are wider than the one measured
        "view": {"stroke": None},
        "title": {"color": colour, "subtitleColor": colour, "anchor": "start", "fontSize": 14},
        "axis": {**text, "domainColor": colour, "tickColor": colour, "domainOpacity": 0.4, "gridOpacity": 0.12}
        | {"gridColor": colour, "labelLimit": 220, "titleFontWeight": "normal"},
        "legend": {**text, "labelLimit": 220, "titleFontWeight": "normal"},
        "text": {"color": colour},
    }


def short(rows: Rows) -> list[dict[str, Any]]:
    """Return the rows with steps named by their provider alone, where all of them ask for the same."""
    fields = ("step", "other", "from", "to")
    names = {row[field] for row in rows for field in fields if field in row and "." in str(row[field])}
    if len({name.partition(".")[2] for name in names}) != 1:
        return [dict(row) for row in rows]
    return [{k: v.partition(".")[0] if k in fields and v in names else v for k, v in row.items()} for row in rows]


def _spec(title: str, told: str, rows: Rows, **parts: Any) -> Spec:
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": told.split("; ")},
        "data": {"values": [dict(row) for row in rows]},
        "config": config(),
        **parts,
    }


def coverage(rows: Rows) -> Spec:
    """Return bars of what each step completed, the cumulative share, and the cost per find as text."""
    named = [
        {
            **row,
            "after": row["cumulative"] - row["first"],
            "told": "price unknown" if row["usd_per_find"] is None else f"${row['usd_per_find']:,.3f} a find",
        }
        for row in rows
    ]
    y = {"field": "step", "type": "nominal", "sort": None, "title": None}
    bar = {"type": "bar", "height": {"band": 0.7}}
    return _spec(
        "Coverage by step",
        "records completed, one step after the other; and what a find costs with its verification",
        named,
        width=WIDTH,
        height={"step": 30},
        encoding={"y": y},
        layer=[
            {
                "mark": {**bar, "color": REST, "opacity": 0.35},
                "encoding": {"x": {"field": "after", "type": "quantitative", "title": "records"}},
            },
            {
                "mark": {**bar, "color": GOOD},
                "encoding": {"x": {"field": "after", "type": "quantitative"}, "x2": {"field": "cumulative"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {
                    "x": {"field": "cumulative", "type": "quantitative"},
                    "text": {"field": "told", "type": "nominal"},
                },
            },
        ],
    )


def overlap(rows: Rows) -> Spec:
    """Return a heat map: the share of the records asked of both for which both had an answer."""
    side = {"type": "nominal", "sort": None, "title": None}
    size = max(len({row["step"] for row in rows}) * 52, 120)
    shown = [{**row, "label": "" if row["share"] is None else f"{row['records']:,}"} for row in rows]
    return _spec(
        "Overlap",
        "records for which both had an answer; colour: their share of those asked of both",
        shown,
        width=size,
        height=size,
        encoding={
            "x": {"field": "other", **side, "axis": {"labelAngle": -40}},
            "y": {"field": "step", **side},
        },
        layer=[
            {
                "mark": {"type": "rect", "cornerRadius": 3},
                "encoding": {
                    "color": {
                        "field": "share",
                        "type": "quantitative",
                        "scale": {"domain": [0, 1], "range": ["#2a9d8f1a", GOOD]},
                        "legend": {"format": ".0%", "title": "both"},
                    }
                },
            },
            {"mark": "text", "encoding": {"text": {"field": "label", "type": "nominal"}}},
        ],
    )


def spend(rows: Rows) -> Spec:
    """Return the line of spend, and the budget where there is one."""
    timed = bool(rows) and all(row["seconds"] is not None for row in rows) and rows[-1]["seconds"] > 0
    most = max((row["seconds"] for row in rows if row["seconds"] is not None), default=0.0)
    unit, size = ("hours", 3600) if most > 7200 else ("minutes", 60) if most > 120 else ("seconds", 1)
    shown = [{**row, "time": row["seconds"] / size if timed else row["records"]} for row in rows]
    x = {"field": "time", "type": "quantitative", "title": unit if timed else "records finished"}
    y = {"field": "usd", "type": "quantitative", "title": "USD", "axis": {"format": "$,.2f"}}
    layers: list[Spec] = [
        {
            "mark": {"type": "area", "line": {"color": GOOD}, "color": GOOD, "opacity": 0.25},
            "encoding": {"x": x, "y": y},
        }
    ]
    if rows and rows[0]["budget"] is not None:
        layers.append(
            {
                "mark": {"type": "line", "color": WARM, "strokeDash": [6, 4]},
                "encoding": {"x": x, "y": {"field": "budget", "type": "quantitative"}},
            }
        )
    told = "what was spent so far" + (", and the budget (dashed)" if len(layers) > 1 else "")
    return _spec("Spend", told, shown, width=WIDTH, height=220, layer=layers)


def calibration(rows: Rows) -> Spec:
    """Return points: the confidence stated against the share that verifiers found right."""
    least = min((min(row["confidence"], 100 * row["share"]) for row in rows), default=0)
    low = max(10 * (int(least) // 10 - 1), 0)
    scale = {"domain": [low, 100], "zero": False}
    return _spec(
        "Calibration",
        "the confidence stated, against the share that was right; on the line they agree",
        [{**row, "percent": 100 * row["share"]} for row in rows],
        width=300,
        height=300,
        layer=[
            {
                "data": {"values": [{"x": low, "y": low}, {"x": 100, "y": 100}]},
                "mark": {"type": "line", "color": REST, "strokeDash": [4, 4]},
                "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
            },
            {
                "mark": {"type": "point", "filled": True, "opacity": 0.85},
                "encoding": {
                    "x": {
                        "field": "confidence",
                        "type": "quantitative",
                        "title": "confidence stated",
                        "scale": scale,
                    },
                    "y": {
                        "field": "percent",
                        "type": "quantitative",
                        "title": "right, %",
                        "scale": scale,
                    },
                    "size": {"field": "judged", "type": "quantitative", "legend": None},
                    "color": {"field": "step", "type": "nominal", "title": None},
                },
            },
        ],
    )


def waterfall(rows: Rows) -> Spec:
    """Return the way of the records through the steps, as bands as wide as the records they stand for."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row["operation"]].append(row)
    drawn = [_bands(operation, group) for operation, group in groups.items()]
    spec = _spec("Waterfall", "bands are as wide as the records they stand for", [], vconcat=drawn)
    del spec["data"]
    return spec


def _bands(operation: str, rows: Rows) -> Spec:
    """Return one operation's: the records that are left go straight on, those found go down and to the right."""
    steps = list(dict.fromkeys(row["to"] for row in rows if row["to"] not in ("found", "not found")))
    into = {name: sum(row["records"] for row in rows if row["to"] == name) for name in steps}
    found = {name: sum(r["records"] for r in rows if r["from"] == name and r["to"] == "found") for name in steps}
    total, end = max(into.values()), len(steps)
    lane, done = 1.25 * total, 0.0
    points: list[dict[str, Any]] = []
    blocks: list[dict[str, Any]] = []
    for place, name in enumerate(steps):
        rest = into[name] - found[name]
        after = into[steps[place + 1]] if place + 1 < end else rest
        points += _band(f"{name} rest", "not found yet", (place, rest), (place + 1, after), 0.0, 0.0)
        if found[name]:
            down = (place + 1, found[name])
            points += _band(f"{name} found", "found", (place, found[name]), down, rest, lane + done)
            points += _band(f"{name} on", "found", down, (end, found[name]), lane + done, lane + done)
        done += found[name]
        called = name.removesuffix(f".{operation}") if operation else name  # the title says the rest
        blocks.append({"x": place, "y": 0, "y2": into[name], "name": called, "told": f"{into[name]:,} asked"})
        blocks[-1]["found"] = f"{found[name]:,} found"
    left = into[steps[-1]] - found[steps[-1]]
    ends = [
        {"x": end, "y": left / 2, "told": f"{left:,} not found"},
        {"x": end, "y": lane + done / 2, "told": f"{int(done):,} found"},
    ]
    top = {"type": "quantitative", "axis": None, "scale": {"reverse": True, "nice": False}}
    across = {"type": "quantitative", "axis": None, "scale": {"domain": [-0.05, end + 0.9], "nice": False}}
    label = {"type": "text", "align": "left", "dx": 6}
    above = {**label, "baseline": "bottom", "limit": 140}
    return {
        "title": {"text": operation, "fontSize": 12, "fontWeight": "normal"} if operation else "",
        "width": max(140 * (end + 1), 320),
        "height": 240,
        "layer": [
            {
                "data": {"values": points},
                "mark": {"type": "area", "opacity": 0.55, "interpolate": "linear"},
                "encoding": {
                    "x": {"field": "x", **across},
                    "y": {"field": "y", **top},
                    "y2": {"field": "y2"},
                    "detail": {"field": "band", "type": "nominal"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": ["found", "not found yet"], "range": [GOOD, REST]},
                        "legend": None,
                    },
                },
            },
            {
                "data": {"values": blocks},
                "mark": {"type": "rule", "strokeWidth": 5, "color": REST, "opacity": 1},
                "encoding": {"x": {"field": "x", **across}, "y": {"field": "y", **top}, "y2": {"field": "y2"}},
            },
            *(
                {
                    "data": {"values": blocks},
                    "mark": {**above, "dx": -2, "dy": dy, **look},
                    "encoding": {
                        "x": {"field": "x", **across},
                        "y": {"field": "y", **top},
                        "text": {"field": which, "type": "nominal"},
                    },
                }
                for which, dy, look in (
                    ("name", -32, {"fontWeight": "bold"}),
                    ("told", -18, {}),
                    ("found", -5, {"color": GOOD}),
                )
            ),
            {
                "data": {"values": ends},
                "mark": {**label, "baseline": "middle"},
                "encoding": {
                    "x": {"field": "x", **across},
                    "y": {"field": "y", **top},
                    "text": {"field": "told", "type": "nominal"},
                },
            },
        ],
    }


def _band(
    name: str, kind: str, start: tuple[float, float], end: tuple[float, float], top: float, target: float
) -> list[dict[str, Any]]:
    """Return the points of a band from one place and width to another, on a smooth curve."""
    points = []
    for number in range(CURVE + 1):
        part = number / CURVE
        smooth = part * part * (3 - 2 * part)
        y = top + (target - top) * smooth
        width = start[1] + (end[1] - start[1]) * smooth
        x = start[0] + (end[0] - start[0]) * part
        points.append({"band": name, "kind": kind, "x": round(x, 4), "y": round(y, 4), "y2": round(y + width, 4)})
    return points


CHARTS: Mapping[str, tuple[str, Callable[[Rows], Spec]]] = {
    "coverage": ("Coverage by step", coverage),
    "waterfall": ("Waterfall", waterfall),
    "overlap": ("Overlap", overlap),
    "spend": ("Spend", spend),
    "calibration": ("Calibration", calibration),
}
"""Name of a picture -> its title, and what draws its data."""
