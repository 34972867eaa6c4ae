"""The service: pages, the calls their scripts make, the socket of a live run, and what machines call."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles

import leadenrich as le
from leadenrich.records import ColumnMappingWarning, TableWarning
from leadenrich_service.api import api
from leadenrich_service.doors import Refused
from leadenrich_service.live import live
from leadenrich_service.observing import Observing
from leadenrich_service.outside import HOOKS, outside
from leadenrich_service.pages import lost, pages, wants_page
from leadenrich_service.security import Guard
from leadenrich_service.settings import Settings
from leadenrich_service.visitors import Visitors

STATIC = Path(__file__).with_name("static")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the service as an ASGI application; it keeps everything in memory."""
    chosen = settings or Settings()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.observing = Observing()
        try:
            with warnings.catch_warnings():
                for kind in (TableWarning, ColumnMappingWarning):  # the pages tell of both
                    warnings.simplefilter("ignore", kind)
                yield
        finally:
            await app.state.visitors.close()
            app.state.observing.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = chosen
    app.state.visitors = Visitors(chosen)
    app.state.public_url = os.environ.get("LEADENRICH_SERVICE_URL")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in (pages, api, live, outside):
        app.include_router(router)
    app.add_middleware(Guard, hosts=chosen.hosts, open_paths=(HOOKS,))

    @app.exception_handler(le.LeadEnrichError)
    async def told(_: Request, error: le.LeadEnrichError) -> JSONResponse:
        return JSONResponse({"error": str(error), "code": str(error.code)}, 422)

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        if wants_page(request):
            return lost(request, error.status, error.text)
        return JSONResponse({"error": error.text}, error.status)

    @app.exception_handler(404)
    async def unknown(request: Request, _: Exception) -> Response:
        if wants_page(request):
            return lost(request, 404, "There is no such page.")
        return JSONResponse({"error": "There is no such address."}, 404)

    return app
