"""What the style sheet promises: contrast of every pair of colours that meet (WCAG AA), in light and in dark."""

import re

import pytest
from leadenrich_service.app import STATIC

CSS = (STATIC / "css" / "app.css").read_text(encoding="utf-8")
PAIRS = [
    *((ink, ground) for ink in ("ink", "muted", "accent") for ground in ("bg", "surface", "sunken")),
    *((ink, f"{ink}-soft") for ink in ("good", "warn", "bad", "blue", "accent")),
    *((ink, ground) for ink in ("good", "warn", "bad", "blue") for ground in ("surface", "sunken")),
    ("accent-ink", "accent"),
    ("ink", "accent-soft"),
    ("muted", "accent-soft"),
    ("bg", "ink"),
]


def tokens(start: str) -> dict[str, str]:
    block = CSS[CSS.index(start) :].partition("}")[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("start", [":root {", ':root[data-theme="dark"] {'])
def test_contrast(start: str) -> None:
    known = tokens(start)
    low = {}
    for ink, ground in PAIRS:
        light, dark = sorted((luminance(known[ink]), luminance(known[ground])), reverse=True)
        if (ratio := (light + 0.05) / (dark + 0.05)) < 4.5:
            low[f"{ink} on {ground}"] = round(ratio, 2)
    assert low == {}


def test_nothing_comes_from_elsewhere() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in (".js", ".css", ".svg"):
            urls = set(re.findall(r"https?://[^\s\"'`)]+", path.read_text(encoding="utf-8")))
            assert {
                url for url in urls if "w3.org" not in url and ".example" not in url and "linkedin" not in url
            } == set(), path
