"""What every route stands on: who is asking, whether a change comes from a page, and bodies of bounded size."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Depends, Request

from leadenrich_service.security import COOKIE, TOKEN, is_from_page
from leadenrich_service.settings import Settings
from leadenrich_service.visitors import Visitor

MOST_JSON = 512 * 1024


class Refused(Exception):
    """A request that is not answered: its status, and why in words for the page."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


async def here(request: Request) -> Visitor:
    """Return who is asking."""
    visitor: Visitor | None = request.app.state.visitors.find(request.cookies.get(COOKIE))
    if visitor is None:
        raise Refused(401, "This page is from an earlier start of the service; load it again.")
    return visitor


async def from_page(request: Request) -> Visitor:
    """Return who is asking, where the request brings the token of one of their pages."""
    visitor = await here(request)
    if not is_from_page(visitor, request.headers.get(TOKEN)):
        raise Refused(403, "This change did not come from a page of the service; load the page again.")
    return visitor


async def settings_of(request: Request) -> Settings:
    """Return the bounds."""
    settings: Settings = request.app.state.settings
    return settings


Here = Annotated[Visitor, Depends(here)]
FromPage = Annotated[Visitor, Depends(from_page)]
Bounds = Annotated[Settings, Depends(settings_of)]


async def body(request: Request, most: int) -> bytes:
    """Return the body of a request, read no further than allowed."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > most:
            raise Refused(413, f"That is more than {most // 1024:,} KB, the most this service takes.")
    return bytes(content)


async def json_body(request: Request) -> Any:
    """Return the JSON of a request."""
    content = await body(request, MOST_JSON)
    try:
        return json.loads(content)
    except ValueError:
        raise Refused(400, "The request is no JSON.") from None
