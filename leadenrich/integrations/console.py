"""`le.console()`: a live log of what happens in a session, one line an event."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TextIO

from leadenrich.engine.events import Event
from leadenrich.engine.validation import a
from leadenrich.errors import ConfigurationError, called

_COLOURS = {"hit": "32", "miss": "90", "error": "31", "call.retried": "33"}
_ALERTS = ("provider.benched", "breaker.opened", "budget.warning", "charge.exceeded", "call.uncertain", "drift.seen")
_ALERT = "1;31"
_QUIET = ("call.started", "row.started", "call.resumed")
"""Kinds that are left out unless they are named: what ends them says more."""


def console(
    file: TextIO | None = None,
    *,
    kinds: Collection[str] | None = None,
    colour: bool | None = None,
    clock: Callable[[], datetime] = datetime.now,
) -> Callable[[Event], None]:
    """Return an `on_event` callback that prints a line for each event: `le.Session(on_event=le.console())`.

    A line has the time, who was asked what, how it ended, and the facts of the event; no value of a record and no key
    is in it. Alerts (a benched vendor, a budget that runs out) stand out.

    Args:
        file: where lines go; None: standard error, as it is when the line is written.
        kinds: only these kinds of event, such as `("call.finished", "provider.benched")`, or their beginnings
            ("call."); None: all but those that merely begin something.
        colour: None: where `file` is a terminal.
        clock: says what time it is.

    Raises:
        ConfigurationError: `kinds` is a text.
    """
    if isinstance(kinds, str):
        raise ConfigurationError(f"kinds is a list such as ['call.finished'], not {a(kinds)}")

    def heard(event: Event) -> None:
        if event.kind in _QUIET if kinds is None else not event.kind.startswith(tuple(kinds)):
            return
        stream = sys.stderr if file is None else file
        text = line(event, clock())
        if stream.isatty() if colour is None else colour:
            text = _coloured(event, text)
        stream.write(f"{text}\n")

    return heard


def line(event: Event, at: datetime) -> str:
    """Return an event as a line: "12:03:04  hunter.find_email  hit  0.84 s  $0.034"."""
    name = called(event.provider, event.operation) or "-"
    head = str(event.data.get("outcome") or event.kind) if event.kind == "call.finished" else event.kind
    rest = [told for key, value in event.data.items() if (told := _told(key, value))]
    return f"{at:%H:%M:%S}  {name:<28}  {head:<9}  {'  '.join(rest)}".rstrip()


def _told(key: str, value: Any) -> str:
    """Return one fact of an event; empty where it says nothing."""
    if key == "outcome" or value is None or value is False or value in ("", {}, []):
        return ""
    if value is True:
        return key
    if key in ("latency", "wait", "seconds") and isinstance(value, int | float):
        return f"{'' if key == 'latency' else key + ' '}{value:.2f} s"
    if key in ("usd", "uncertain_usd"):
        return _money(key, value)
    if isinstance(value, Mapping):
        return ", ".join(f"{amount} {name} {key}".replace("  ", " ") for name, amount in value.items())
    if isinstance(value, list | tuple):
        return f"{key} {', '.join(map(str, value))}"
    return str(value) if key in ("code", "text", "status") else f"{key} {value}"


def _money(key: str, value: Any) -> str:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return f"{key} {value}"
    sure = "" if key == "usd" else " uncertain"
    return f"${amount.normalize():f}{sure}" if amount else ""


def _coloured(event: Event, text: str) -> str:
    colour = _ALERT if event.kind in _ALERTS else _COLOURS.get(str(event.data.get("outcome") or event.kind))
    return text if colour is None else f"\033[{colour}m{text}\033[0m"
