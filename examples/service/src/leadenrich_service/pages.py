"""The pages: each a template, its data in a JSON block that scripts read; every text is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

import leadenrich as le
from leadenrich_service import catalogue
from leadenrich_service.designs import presets
from leadenrich_service.doors import Refused
from leadenrich_service.security import COOKIE

pages = APIRouter()
templates = Jinja2Templates(directory=Path(__file__).with_name("templates"))


def page(request: Request, name: str, data: Any = None, status: int = 200, **shown: Any) -> HTMLResponse:
    """Return a page; a new visitor is given a cookie."""
    visitors = request.app.state.visitors
    visitor = visitors.find(request.cookies.get(COOKIE))
    is_new = visitor is None
    visitor = visitor or visitors.welcome()
    response = templates.TemplateResponse(
        request,
        f"{name}.html",
        {"page": name, "csrf": visitor.csrf, "data": data, "version": le.__version__, **shown},
        status,
    )
    if is_new:
        response.set_cookie(COOKIE, visitor.id, httponly=True, samesite="strict", path="/")
    return response


@pages.get("/")
async def leads(request: Request) -> HTMLResponse:
    """Upload, mapping and preview."""
    return page(request, "leads")


@pages.get("/design")
async def design(request: Request) -> HTMLResponse:
    """The designer."""
    return page(
        request,
        "design",
        {"presets": presets(), "operations": catalogue.operations(), "templates": catalogue.questions()},
    )


@pages.get("/run")
async def run(request: Request) -> HTMLResponse:
    """The live run."""
    return page(request, "run")


@pages.get("/vendors")
async def vendors(request: Request) -> HTMLResponse:
    """All vendors."""
    return page(request, "vendors", {"vendors": catalogue.vendors()})


@pages.get("/vendors/{provider_id}")
async def vendor(request: Request, provider_id: str) -> HTMLResponse:
    """One vendor."""
    found = catalogue.vendor(provider_id)
    if found is None:
        raise Refused(404, "There is no such vendor.")
    return page(request, "vendor", found, vendor=found)


@pages.get("/usage")
async def usage(request: Request) -> HTMLResponse:
    """Usage, health and the report of a run."""
    return page(request, "usage")


def wants_page(request: Request) -> bool:
    """Return whether somebody looks at what is answered."""
    of_scripts = request.url.path.startswith("/api/")
    return not of_scripts and request.method == "GET" and "text/html" in request.headers.get("accept", "")


def lost(request: Request, status: int, text: str) -> HTMLResponse:
    """The page that says why there is none."""
    return page(request, "lost", status=status, text=text)
