"""What stands before every request: the host's name, the origin, the page's token, and headers for the browser."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leadenrich_service.visitors import Visitor

COOKIE = "leadenrich_visitor"
TOKEN = "x-csrf-token"
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Refuses foreign hosts and origins, and adds the headers that keep a page to itself.

    A vendor's webhook comes from elsewhere and proves itself by its signature or token, so its route is let through.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], open_paths: tuple[str, ...]) -> None:
        self.app, self.hosts, self.open_paths = app, hosts, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_open = scope["path"].startswith(self.open_paths)
        if not is_open and not self._is_ours(headers.get("host", ""), headers.get("origin"), scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await PlainTextResponse("not from here", 403)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = {name.encode(): value.encode() for name, value in HEADERS.items()}
                if not scope["path"].startswith("/static/"):
                    told[b"cache-control"] = b"no-store"
                message["headers"] = [*message.get("headers", ()), *told.items()]
            await send(message)

        await self.app(scope, receive, with_headers)

    def _is_ours(self, host: str, origin: str | None, scope: MutableMapping[str, Any]) -> bool:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name not in self.hosts:
            return False
        if origin is None:  # no browser; or a plain GET
            return bool(scope["type"] == "http")
        return bool(urlsplit(origin).netloc == host)


def is_from_page(visitor: Visitor, token: str | None) -> bool:
    """Return whether a change brings the token of a page that the visitor was given."""
    return token is not None and secrets.compare_digest(visitor.csrf.encode(), token.encode(errors="replace"))
