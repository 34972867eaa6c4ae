"""Every vendor offline: one seeded, invented world and a small fake server for each vendor."""

from __future__ import annotations

from leadenrich.sandbox.fake import Answer, Book, Call, route
from leadenrich.sandbox.session import sandbox_session
from leadenrich.sandbox.transport import Misbehaviour, SandboxCredentials, SandboxTransport
from leadenrich.sandbox.world import World

__all__ = [
    "Answer",
    "Book",
    "Call",
    "Misbehaviour",
    "SandboxCredentials",
    "SandboxTransport",
    "World",
    "route",
    "sandbox_session",
]
