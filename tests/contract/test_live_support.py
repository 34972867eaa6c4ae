"""`support="live"` means a live check: a date, a version and a report's hash."""

import pytest

import leadenrich as le
from leadenrich.contract import Feature


def facts(**more: object) -> dict[str, object]:
    return {
        "title": "Acme",
        "category": le.Category.MAJOR_DATA,
        "tier": le.Tier.FREE,
        "base_url": "https://api.acme.example",
        "docs_url": None,
        **more,
    }


def test_live_without_a_check_is_refused() -> None:
    with pytest.raises(le.ConfigurationError, match="no live check"):
        le.ProviderInfo(**facts(support=le.Support.LIVE))  # type: ignore[arg-type]


def test_live_with_a_check_says_when_and_what() -> None:
    checked = le.LiveCheck("2026-11-24", "0.1.0", "e1031f58bba02d09")
    info = le.ProviderInfo(**facts(support=le.Support.LIVE, live=checked))  # type: ignore[arg-type]
    assert (info.live.date, info.live.report) == ("2026-11-24", "e1031f58bba02d09")


def test_one_operation_that_is_live_needs_one_too() -> None:
    live = Feature("find_email", support=le.Support.LIVE)
    with pytest.raises(le.ConfigurationError, match="no live check"):
        le.ProviderInfo(**facts(features=(live,)))  # type: ignore[arg-type]
