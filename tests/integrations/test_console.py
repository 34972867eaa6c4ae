"""`le.console()`: a line for each event, with no value of a record in it."""

from __future__ import annotations

import io
from datetime import datetime

import pytest

import leadenrich as le
from leadenrich.integrations.console import line
from tests.waterfall.fakes import lead

AT = datetime(2026, 5, 4, 12, 3, 4)


async def test_a_run_is_told_line_by_line() -> None:
    screen = io.StringIO()
    async with le.Session.sandbox(on_event=le.console(screen, clock=lambda: AT)) as session:
        await le.Waterfall("find_email", ["hunter", "apollo"]).run([lead()], session=session)
    lines = screen.getvalue().splitlines()
    assert any(one.startswith("12:03:04  hunter.find_email") for one in lines)
    assert "Mira" not in screen.getvalue()
    assert "\033[" not in screen.getvalue()


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            le.Event(
                "call.finished", 1.0, "hunter", "find_email", {"outcome": "hit", "cached": False, "latency": 0.84}
            ),
            "12:03:04  hunter.find_email             hit        0.84 s",
        ),
        (
            le.Event(
                "call.finished", 1.0, "hunter", "find_email", {"outcome": "miss", "cached": True, "latency": None}
            ),
            "12:03:04  hunter.find_email             miss       cached",
        ),
        (
            le.Event("provider.benched", 1.0, "apollo", None, {"code": "PROVIDER_AUTHENTICATION_FAILED"}),
            "12:03:04  apollo                        provider.benched  PROVIDER_AUTHENTICATION_FAILED",
        ),
        (
            le.Event(
                "call.finished", 1.0, "hunter", "find_email", {"outcome": "hit", "usd": "0.0340", "credits": {"": "1"}}
            ),
            "12:03:04  hunter.find_email             hit        $0.034  1 credits",
        ),
    ],
)
def test_lines(event: le.Event, text: str) -> None:
    assert line(event, AT) == text


def test_kinds_are_chosen_by_name_or_beginning() -> None:
    screen = io.StringIO()
    heard = le.console(screen, kinds=["provider."], colour=True, clock=lambda: AT)
    heard(le.Event("call.finished", 0.0, "hunter", "find_email", {"outcome": "hit"}))
    heard(le.Event("provider.benched", 0.0, "hunter"))
    assert screen.getvalue() == "\033[1;31m12:03:04  hunter                        provider.benched\033[0m\n"
    with pytest.raises(le.ConfigurationError, match="kinds is a list"):
        le.console(kinds="call.")


def test_what_begins_something_is_left_out_by_default() -> None:
    screen = io.StringIO()
    le.console(screen)(le.Event("call.started", 0.0, "hunter", "find_email"))
    assert screen.getvalue() == ""
