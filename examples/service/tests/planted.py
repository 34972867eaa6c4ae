"""The service over a sandbox world in which every free text holds a script; the tests start it as a process."""

import dataclasses
from typing import Any

from leadenrich_service.__main__ import main

from leadenrich.sandbox.world import World

SCRIPT = '<img src=x onerror="window.planted=1"><script>window.planted=1</script>\'"<b>bold</b>'
FREE = {"title", "headline", "department", "city", "region", "description", "industry", "company_type", "legal_name"}
LISTS = {"technologies", "investors", "keywords"}
"""What must keep its form (addresses, domains, codes) is planted in the uploaded table instead."""


def planted(facts: Any) -> Any:
    """Return facts with a script behind every free text."""
    told: dict[str, Any] = {}
    for field in dataclasses.fields(facts):
        value = getattr(facts, field.name)
        if field.name in FREE and isinstance(value, str):
            told[field.name] = f"{value} {SCRIPT}"
        elif field.name in LISTS:
            told[field.name] = [f"{one} {SCRIPT}" for one in value]
        elif field.name in ("news", "topics"):
            told[field.name] = [
                {**one, **{k: f"{v} {SCRIPT}" for k, v in one.items() if k == "title"}} for one in value
            ]
    return dataclasses.replace(facts, **told)


def plant() -> None:
    """Make every world that is built from now on a planted one."""
    company, people = World._make_company, World._make_people
    World._make_company = lambda *args: planted(company(*args))  # type: ignore[method-assign]
    World._make_people = lambda *args: tuple(map(planted, people(*args)))  # type: ignore[method-assign]


if __name__ == "__main__":
    plant()
    main()
