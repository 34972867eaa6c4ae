"""The parts that every display is made of. Whatever is no `Markup` is text, and escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from html import escape
from typing import Any

MOST_ROWS = 50
"""Rows of a table that are shown; a line says how many more there are."""
LONGEST = 120
"""Characters of a cell that are shown."""

_STYLE = (
    ".leadenrich{font:13px/1.45 system-ui,sans-serif;color:inherit;max-width:100%;overflow-x:auto}"
    ".leadenrich *{color:inherit}"
    ".leadenrich p{margin:.3em 0}"
    ".leadenrich .head{font-weight:600}"
    ".leadenrich .dim{opacity:.65;font-size:.92em}"
    ".leadenrich table{border-collapse:collapse;border:0;margin:.4em 0;font-size:13px;"
    "font-variant-numeric:tabular-nums;background:none}"
    ".leadenrich tr,.leadenrich tr:hover{background:none!important}"
    ".leadenrich th,.leadenrich td{padding:.25em .9em .25em 0;border:0;max-width:26em;vertical-align:top;"
    "border-bottom:1px solid rgba(128,128,128,.3);background:none;overflow-wrap:break-word}"
    ".leadenrich th{font-weight:600;white-space:nowrap}"
    ".leadenrich td.num,.leadenrich th.num{white-space:nowrap;max-width:none}"
    ".leadenrich summary{cursor:pointer}"
    ".leadenrich code{font:12px/1.4 ui-monospace,monospace;background:none;padding:0}"
    ".leadenrich .flow{display:flex;flex-wrap:wrap;align-items:stretch;gap:.5em .3em;margin:.4em 0}"
    ".leadenrich .box{border:1px solid rgba(128,128,128,.55);border-radius:6px;padding:.35em .7em;max-width:18em}"
    ".leadenrich .box.off{border-style:dashed;opacity:.7}"
    ".leadenrich .arrow{align-self:center;opacity:.6}"
    ".leadenrich .badge{border:1px solid;border-radius:1em;padding:0 .6em;font-size:.92em;white-space:nowrap}"
    ".leadenrich .good{color:#2a9461}.leadenrich .fair{color:#b8860b}.leadenrich .bad{color:#d0504b}"
    ".leadenrich .plain{opacity:.75}"
)

_COLOURS = {
    **dict.fromkeys(("complete", "hit", "closed"), "good"),
    **dict.fromkeys(("partial", "rejected", "half-open", "open"), "fair"),
    **dict.fromkeys(("failed", "error", "invalid", "benched"), "bad"),
}


class Markup(str):
    """HTML that is safe as it stands."""

    __slots__ = ()


def text(value: Any, longest: int = LONGEST) -> Markup:
    """Return a value as HTML: Markup as it is, anything else as escaped text, cut where it is too long."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return Markup("")
    if isinstance(value, list | tuple | set | frozenset):
        value = ", ".join(str(one) for one in value)
    shown = str(value)
    return Markup(escape(shown if len(shown) <= longest else shown[: longest - 1] + "…"))


def number(value: float | Decimal | None, digits: int = 1) -> str:
    """Return a number with thousands apart; nothing where there is none."""
    if value is None:
        return ""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.{digits}f}"


def money(usd: Decimal | float | None) -> str:
    """Return USD; cents, and what is smaller to three digits that count; "unknown" where there is no price."""
    if usd is None:
        return "unknown"
    amount = Decimal(str(usd))
    if amount < 0:
        return f"-{money(-amount)}"
    if not amount:
        return "$0"
    if abs(amount) >= Decimal("0.995"):
        return f"${amount:,.2f}"
    digits = max(2, 2 - amount.adjusted())
    shown = f"{amount:.{digits}f}"
    return f"${shown.rstrip('0') if len(shown.rstrip('0').partition('.')[2]) >= 2 else f'{amount:.2f}'}"


def share(part: float | None) -> str:
    """Return a share of 1 in percent."""
    return "" if part is None else f"{part:.0%}"


def seconds(time: float | None) -> str:
    """Return seconds, with milliseconds where it is less than ten."""
    if time is None:
        return ""
    return f"{time * 1000:,.0f} ms" if time < 1 else f"{time:,.1f} s"


def badge(word: Any) -> Markup:
    """Return a status in its colour."""
    return Markup(f'<span class="badge {_COLOURS.get(str(word), "plain")}">{text(word)}</span>')


def word_list(words: Iterable[Any], empty: str = "") -> Markup:
    """Return names in code type."""
    return Markup(", ".join(f"<code>{text(word)}</code>" for word in words) or text(empty))


def table(
    head: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: Collection[str] = (), most: int = MOST_ROWS
) -> Markup:
    """Return a table: text to the left, the columns named in `numbers` to the right.

    Args:
        head: the columns' names.
        rows: a cell a column; Markup or anything that has a text.
        numbers: which columns hold numbers.
        most: how many rows to show; a line says how many more there are.
    """
    sides = ["right" if name in numbers else "left" for name in head]

    def line(tag: str, cells: Sequence[Any]) -> str:
        return "".join(
            f'<{tag}{" class=num" if side == "right" else ""} style="text-align:{side}">{text(cell)}</{tag}>'
            for cell, side in zip(cells, sides, strict=True)
        )

    shown: list[str] = []
    more = 0
    for row in rows:
        if len(shown) < most:
            shown.append(f"<tr>{line('td', row)}</tr>")
        else:
            more += 1
    rest = f'<p class="dim">and {more:,} more</p>' if more else ""
    body = "".join(shown) or f'<tr><td class="dim" colspan="{len(head)}">nothing yet</td></tr>'
    return Markup(f"<table><thead><tr>{line('th', head)}</tr></thead><tbody>{body}</tbody></table>{rest}")


def paragraph(line: Any) -> Markup:
    """Return a line of text."""
    return Markup(f"<p>{text(line, 600)}</p>")


def folded(title: Any, *parts: Markup) -> Markup:
    """Return parts behind a line that opens them."""
    return Markup(f"<details><summary>{text(title)}</summary>{''.join(parts)}</details>")


def block(title: Any, *parts: Any, note: Any = None) -> str:
    """Return a whole display: its heading, a line of notes, and its parts; a part that is text is a line."""
    top = f'<p class="head">{text(title, 300)}</p>' if title else ""
    said = f'<p class="dim">{text(note, 600)}</p>' if note else ""
    return f'<div class="leadenrich"><style>{_STYLE}</style>{top}{said}{"".join(map(_part, parts))}</div>'


def _part(part: Any) -> Markup:
    return part if isinstance(part, Markup) else paragraph(part)
