"""Sandbox: Apify's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE, page_at

WORDS = {"apify_actor": "apify~rag-web-browser"}


@route("POST", "/actors/{actor}/runs")
def run(call: Call) -> object:
    """Take a run."""
    body: dict[str, Any] = call.json
    items: list[dict[str, Any]] = []
    if "searchStringsArray" in body:
        company = call.view.company(name=body["searchStringsArray"][0])
        items = [
            {
                "title": one.company_name,
                "categoryName": one.industry,
                "address": one.address,
                "city": one.city,
                "state": one.region,
                "countryCode": one.country,
                "phoneUnformatted": one.phone,
                "website": one.website,
                "totalScore": one.rating,
                "reviewsCount": one.rating_count,
                "placeId": one.place_id,
            }
            for one in [company]
            if one
        ]
    else:
        asked = str(body.get("query", ""))
        page = {"url": asked, "title": "A page"} if "://" in asked else PAGE
        items = [{"crawl": {"requestStatus": "handled"}, "metadata": page, "markdown": page_at(call, asked)}]
    call.charge(0.01)
    job = call.job(items)
    return Answer(201, json={"data": described(call, job, "READY")})


@route("GET", "/actor-runs/{run}")
def state(call: Call) -> object:
    """Say how far a run is."""
    done = call.done(call.at["run"]) is not None
    return {"data": {**described(call, call.at["run"], "SUCCEEDED" if done else "RUNNING"), "usageTotalUsd": 0.01}}


def described(call: Call, run: str, status: str) -> dict[str, Any]:
    """Return a run."""
    return {
        "id": run,
        "actId": "actor-1",
        "userId": "user-1",
        "startedAt": "2026-04-12T08:00:00.000Z",
        "finishedAt": None,
        "status": status,
        "meta": {"origin": "API"},
        "stats": {"restartCount": 0, "resurrectCount": 0, "computeUnits": 0.01},
        "options": {"build": "latest", "timeoutSecs": 300, "memoryMbytes": 1024, "diskMbytes": 2048},
        "buildId": "build-1",
        "defaultDatasetId": run,
        "defaultKeyValueStoreId": "store-1",
        "defaultRequestQueueId": "queue-1",
    }


@route("GET", "/datasets/{dataset}/items")
def items(call: Call) -> object:
    """Return a run's items."""
    found = call.done(call.at["dataset"]) or []
    page = {"total": len(found), "offset": 0, "count": len(found), "limit": 1000, "desc": "false"}
    return Answer(json=found, headers={f"x-apify-pagination-{name}": str(value) for name, value in page.items()})


@route("GET", "/users/me/limits")
def account(call: Call) -> object:
    """Say what is left."""
    cycle = {"endAt": "2027-01-31T23:59:59.999Z"}
    return {
        "data": {"monthlyUsageCycle": cycle, "limits": {"maxMonthlyUsageUsd": 50}, "current": {"monthlyUsageUsd": 0}}
    }
