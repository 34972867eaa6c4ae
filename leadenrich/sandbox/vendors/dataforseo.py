"""Sandbox: DataForSEO's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(401, json={"status_code": 40100, "status_message": "You are not authorized.", "tasks": None})
NO_CREDITS = Answer(402, json={"status_code": 40200, "status_message": "Payment Required.", "tasks": None})
WORDS = {"dataforseo_location_code": 2276, "dataforseo_language_code": "de", "dataforseo_around": None}
LOSSY = {"search_places": {"industry": "a category of Google's"}}


def done(call: Call, result: Any, cost: str) -> dict[str, Any]:
    """Charge, and return one task's result in its envelopes."""
    call.charge(cost)
    task = {"id": "t-1", "status_code": 20000, "status_message": "Ok.", "cost": float(cost), "result": [result]}
    return {"version": "0.1", "status_code": 20000, "status_message": "Ok.", "cost": float(cost), "tasks": [task]}


@route("POST", "/domain_analytics/technologies/domain_technologies/live")
def technologies(call: Call) -> object:
    """What a site runs."""
    one = call.view.company(domain=call.json[0]["target"])
    if one is None or not one.technologies:
        return done(call, None, "0.01")
    site = {"domain": one.company_domain, "description": one.description, "country_iso_code": one.country}
    return done(call, {**site, "technologies": {"web_development": {"all": one.technologies}}}, "0.01")


@route("POST", "/dataforseo_labs/google/domain_rank_overview/live")
def traffic(call: Call) -> object:
    """How much traffic search brings."""
    one = call.view.company(domain=call.json[0]["target"])
    if one is None:
        return done(call, {"items_count": 0, "items": None}, "0.01")
    organic = {"etv": one.organic_traffic, "count": one.organic_keywords}
    cost = float(one.paid_cost_usd)
    paid = {"etv": one.paid_traffic, "count": one.paid_keywords, "estimated_paid_traffic_cost": cost}
    return done(call, {"items_count": 1, "items": [{"metrics": {"organic": organic, "paid": paid}}]}, "0.01")


def listing(one: SandboxCompany) -> dict[str, Any]:
    """Return a local business."""
    return {
        "type": "business_listing",
        "title": one.company_name,
        "category": one.industry,
        "address": one.address,
        "address_info": {"city": one.city, "region": one.region, "country_code": one.country},
        "place_id": one.place_id,
        "phone": one.phone,
        "url": one.website,
        "rating": {"value": one.rating, "votes_count": one.rating_count},
    }


@route("POST", "/business_data/business_listings/search/live")
def places(call: Call) -> object:
    """Local businesses."""
    asked = call.json[0]
    start = int(asked.get("offset_token") or 0)
    wanted = {
        "name": asked.get("title"),
        "keywords": asked.get("description"),
        "industry": asked.get("categories"),
    }
    found = call.view.companies(limit=asked["limit"], offset=start, **wanted)
    total, after = call.view.count_companies(**wanted), start + len(found)
    more = str(after) if after < total else None
    items = [listing(one) for one in found]
    return done(call, {"total_count": total, "count": len(items), "offset_token": more, "items": items}, "0.02")
