"""The three tools that the other examples hand to their frameworks: here over the sandbox, without keys."""

from __future__ import annotations

from typing import Any

import leadenrich as le

HOSPITALS = le.Research(
    "Whom does {company_name} ({company_domain?}) sell to?",
    ["openai"],
    answer={"customer_segments": (list[str], "the kinds of customers it names")},
    read=["tavily"],
    require_quotes=True,
)


def session() -> le.Session:
    """Return a session; with keys of your own it is `le.Session(budget=le.Budget(usd=5))`."""
    return le.Session.sandbox(knows="everything", budget=le.Budget(usd=5))


def three_tools(asked: le.Session, form: Any) -> Any:
    """Return the tools in the form of an API, none of whose calls may cost more than half a dollar."""
    items = ["find_domain", "enrich_company", ("customer_segments", HOSPITALS)]
    return le.tools(asked, items, format=form, plan=False, confirm_above="0.50")
