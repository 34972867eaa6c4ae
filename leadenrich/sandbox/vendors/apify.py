"""Sandbox: Apify's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import PAGE

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
        found = {"crawl": {"requestStatus": "handled"}, "metadata": PAGE}
        items = [{**found, "markdown": call.answer_text(body.get("query", ""))}]
    call.charge(0.01)
    job = call.job(items)
    return Answer(201, json={"data": {"id": job, "status": "READY", "defaultDatasetId": job}})


@route("GET", "/actor-runs/{run}")
def state(call: Call) -> object:
    """Say how far a run is."""
    done = call.done(call.at["run"]) is not None
    data = {"id": call.at["run"], "status": "SUCCEEDED" if done else "RUNNING", "defaultDatasetId": call.at["run"]}
    return {"data": {**data, "usageTotalUsd": 0.01}}


@route("GET", "/datasets/{dataset}/items")
def items(call: Call) -> object:
    """Return a run's items."""
    return call.done(call.at["dataset"]) or []


@route("GET", "/users/me/limits")
def account(call: Call) -> object:
    """Say what is left."""
    cycle = {"endAt": "2027-01-31T23:59:59.999Z"}
    return {
        "data": {"monthlyUsageCycle": cycle, "limits": {"maxMonthlyUsageUsd": 50}, "current": {"monthlyUsageUsd": 0}}
    }
