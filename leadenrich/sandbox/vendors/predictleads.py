"""Sandbox: PredictLeads' replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {"predictleads_seen_since": "2026-01-01", "predictleads_categories": "launches"}


def record(one: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    seat = {"category": "headquarters", "city": one.city, "state": one.region, "country": one.country_name}
    attributes = {
        "domain": one.domain,
        "company_name": one.name,
        "ticker": one.ticker,
        "description": one.description,
        "location_data": [{"category": "office", "city": "Elsewhere"}, seat],
    }
    return {"id": one.id, "type": "company", "attributes": attributes}


def asked(call: Call) -> SandboxCompany | None:
    """Return the company a request is about, for its price."""
    call.charge(1)
    return call.view.company(id=call.at["company"]) or call.view.company(domain=call.at["company"])


def said(data: list[Any], included: list[Any], count: int) -> dict[str, Any]:
    """Return an envelope."""
    return {"data": data, "included": included, "meta": {"count": count}}


NOTHING = Answer(404, json={"error": {"type": "not_found"}})


@route("GET", "/companies/{company}")
def company(call: Call) -> object:
    one = asked(call)
    return said([record(one)], [], 1) if one else NOTHING


@route("GET", "/companies/{company}/technology_detections")
def technologies(call: Call) -> object:
    if (one := asked(call)) is None:
        return NOTHING
    data = [
        {
            "id": f"td-{at}",
            "type": "technology_detection",
            "attributes": {"score": 0.9},
            "relationships": {"technology": {"data": {"id": f"t-{at}", "type": "technology"}}},
        }
        for at in range(len(one.technologies))
    ]
    names = [
        {"id": f"t-{at}", "type": "technology", "attributes": {"name": name}}
        for at, name in enumerate(one.technologies)
    ]
    return said(data, [*names, record(one)], len(data))


@route("GET", "/companies/{company}/financing_events")
def financing(call: Call) -> object:
    one = asked(call)
    if one is None or one.funding_total_usd is None:
        return said([], [], 0) if one else NOTHING
    attributes = [
        {
            "effective_date": one.last_funding_at,
            "financing_type_normalized": one.funding_stage,
            "amount_normalized": one.funding_total_usd - 100,
        },
        {"effective_date": "2001-02-03", "financing_type_normalized": "pre_seed", "amount_normalized": 100},
    ]
    return said([{"type": "financing_event", "attributes": one} for one in attributes], [], 2)


@route("GET", "/companies/{company}/news_events")
def news(call: Call) -> object:
    if (one := asked(call)) is None:
        return NOTHING
    data = [
        {
            "type": "news_event",
            "attributes": {"summary": item["title"], "category": "launches", "found_at": item["published_at"]},
        }
        for item in one.news
    ]
    return said(data, [], len(data))


@route("GET", "/companies/{company}/similar_companies")
def similar(call: Call) -> object:
    if (one := asked(call)) is None:
        return NOTHING
    alike = call.view.companies(industry=one.industry, limit=4)
    return said([{"type": "similar_company", "attributes": {}} for _ in alike], [record(like) for like in alike], 4)


@route("GET", "/discover/companies")
def discover(call: Call) -> object:
    q = call.params
    limit = int(q["limit"])
    wanted = {"country": q["location"], "employee_range": q["sizes"]}
    found = call.view.companies(**wanted, limit=limit, offset=limit * (int(q["page"]) - 1))
    call.charge(len(found))
    return said([record(one) for one in found], [], call.view.count_companies(**wanted))


@route("GET", "/api_subscription")
def subscription(call: Call) -> object:
    attributes = {"monthly_credits_quota": 100, "monthly_credits_used": 12, "status": "active"}
    return {"data": [{"id": "1", "type": "api_subscription", "attributes": attributes}]}
