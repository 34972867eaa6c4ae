"""What machines call: vendors with their webhooks, Prometheus, and whoever looks whether the service is up."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from leadenrich_service.doors import body

outside = APIRouter()
HOOKS = "/hooks/"
MOST = 2 * 2**20


@outside.post(HOOKS + "{provider_id}")
async def webhook(request: Request, provider_id: str, token: str | None = None) -> Response:
    """Hand a vendor's webhook to the run that waits for it; 404 where none does, so that the vendor tries again."""
    content = await body(request, MOST)
    for run in request.app.state.visitors.runs():
        if await run.deliver(provider_id, content, request.headers.items(), token):
            return Response(status_code=204)
    return Response(status_code=404)


@outside.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return the counts of all runs, as Prometheus reads them."""
    text, kind = request.app.state.observing.metrics()
    return Response(text, media_type=kind)


@outside.get("/healthz")
async def healthz(request: Request) -> dict[str, int]:
    """Say that the service is up, and how many runs are under way."""
    return {"runs": len(request.app.state.visitors.runs())}
