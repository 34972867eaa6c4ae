"""A session as a notebook shows it: what it asked, how the vendors are, what of the budget is left; never a key."""

from __future__ import annotations

from typing import Any

from leadenrich import markup


def session_html(session: Any) -> str:
    """Return a session's state, budget, usage and health."""
    state = "open" if session.is_open or session.portal is not None else "not open"
    kind = "sandbox: every answer is invented" if session.is_sandbox else "live"
    given = session.credentials.providers()
    keys = "keys from the environment" if not session.is_sandbox and not given else ""
    if given and not session.is_sandbox:
        keys = f"keys for {', '.join(given)}"
    others = [name for name in ("suppression", "cache") if getattr(session, name) is not None]
    note = "; ".join(part for part in (kind, state, keys, *(f"with a {name}" for name in others)) if part)
    parts: list[Any] = []
    if session.budget is not None:
        limits = session.budget.budget.limits()
        spent = session.budget.spent
        head = ("budget", "limit", "spent", "left")
        lines = [
            (line, f"{limit:f}", f"{spent.get(line, 0):f}", f"{session.budget.left(line):f}")
            for line, limit in limits.items()
        ]
        parts.append(markup.table(head, lines, numbers=head[1:]))
    if session.usage:
        parts.append(markup.Markup(session.usage._repr_html_()))
        parts.append(markup.Markup(session.health._repr_html_()))
    return markup.block("Session", *parts, note=note)
