"""Sandbox: Perigon's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Call, route

WORDS = {"perigon_since": None, "perigon_until": None}


def shown(company: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    pages = {"linkedin": company.company_linkedin_url, "x": company.twitter_url, "facebook": company.facebook_url}
    return {
        "id": company.id,
        "name": company.company_name,
        "altNames": [company.legal_name],
        "domains": [company.company_domain],
        "monthlyVisits": company.visits,
        "globalRank": company.global_rank,
        "description": company.description,
        "industry": company.industry,
        "country": company.country.lower(),
        "fullTimeEmployees": company.employee_count,
        "address": company.address,
        "city": company.city,
        "state": company.region,
        "logo": company.logo_url,
        "symbols": [{"symbol": company.ticker, "exchange": "XETRA"}] if company.ticker else [],
        "naics": company.naics,
        "sic": company.sic,
        "cik": company.cik,
        "yearFounded": company.founded_year,
        "webResources": pages,
    }


@route("GET", "/companies/all")
def companies(call: Call) -> object:
    """Find companies."""
    asked = call.params
    if asked.get("domain") or asked.get("symbol"):
        ticker = {"ticker": asked["symbol"]} if asked.get("symbol") else {}
        one = call.view.company(domain=asked.get("domain"), **ticker)
        return {"status": 200, "numResults": int(bool(one)), "results": [shown(one)] if one else []}
    size, start = int(asked["size"]), int(asked["page"]) * int(asked["size"])
    low, high = asked.get("numEmployeesFrom"), asked.get("numEmployeesTo")
    span = f"{low}-{high}" if high else f"{low}+" if low else None
    wanted = {
        "name": asked.get("name"),
        "keywords": asked.get("q"),
        "industry": asked.get("industry"),
        "country": asked["country"].upper() if asked.get("country") else None,
        "employee_range": span,
    }
    found = call.view.companies(limit=size, offset=start, **wanted)
    return {"status": 200, "numResults": call.view.count_companies(**wanted), "results": [shown(one) for one in found]}


@route("GET", "/articles/all")
def articles(call: Call) -> object:
    """Find news."""
    asked = call.params
    ticker = {"ticker": asked["companySymbol"]} if asked.get("companySymbol") else {}
    one = call.view.company(
        domain=asked.get("companyDomain"), name=asked.get("companyName") or asked.get("q"), **ticker
    )
    items = one.news if one else []
    start = int(asked["page"]) * int(asked["size"])
    found = items[start : start + int(asked["size"])]
    shown = [{"title": item["title"], "url": item["url"], "pubDate": item["published_at"]} for item in found]
    return {"status": 200, "numResults": len(items), "articles": shown}
