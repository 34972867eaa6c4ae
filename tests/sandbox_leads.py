"""Leads of the sandbox's world, and what its vendors cost, for tests that run whole waterfalls over it."""

from __future__ import annotations

from itertools import islice
from typing import Any

from leadenrich.sandbox.world import World

PRICES = {
    "hunter": "0.0149",
    "apollo": "0.025",
    "findymail": "0.0208",
    "zerobounce": "0.0099",
    "ocean_io": "0.05",
    "contactout": "0.05",
    "leadmagic": "0.02",
}
"""USD a credit."""


def people(count: int) -> list[dict[str, Any]]:
    """Return so many people by name and domain, always the same ones."""
    return [
        {"full_name": one.full_name, "company_domain": one.company_domain} for one in islice(World.of(0).people, count)
    ]
