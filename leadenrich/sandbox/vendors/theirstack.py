"""Sandbox: TheirStack's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Call, route

WORDS = {
    "theirstack_confidence": "high",
    "theirstack_industry_id": 147,
    "search_companies": {"filters": {"min_employee_count": 1}},
}


def described(one: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    return {
        "id": one.id,
        "name": one.name,
        "domain": one.domain,
        "industry": one.industry,
        "industry_id": 147,
        "country": one.country_name,
        "country_code": one.country,
        "city": one.city,
        "logo": one.logo_url,
        "employee_count": one.employee_count,
        "employee_count_range": one.employee_range,
        "url": one.website,
        "possible_domains": [one.domain],
        "linkedin_url": one.linkedin_url,
        "founded_year": one.founded_year,
        "annual_revenue_usd": one.annual_revenue_usd,
        "total_funding_usd": one.funding_total_usd,
        "last_funding_round_date": one.last_funding_at,
        "funding_stage": one.funding_stage,
        "investors": one.investors,
        "long_description": one.description,
        "publicly_traded_symbol": one.ticker,
        "technology_names": one.technologies,
    }


@route("POST", "/v1/companies/technologies")
def technologies(call: Call) -> object:
    q = call.json
    one = call.view.company(
        domain=q.get("company_domain"), name=q.get("company_name"), linkedin_url=q.get("company_linkedin_url")
    )
    names = one.technologies if one else []
    call.charge(3 if names else 0)
    return {"data": [{"technology": {"name": name}, "confidence": "high", "jobs": 4} for name in names], "metadata": {}}


@route("POST", "/v1/companies/search")
def search(call: Call) -> object:
    q = call.json
    ways = (("company_domain_or", "domain"), ("company_name_or", "name"), ("company_linkedin_url_or", "linkedin_url"))
    named = [call.view.company(**{word: name}) for key, word in ways for name in q.get(key, [])]
    if any(key in q for key, _ in ways):
        found, total = [one for one in reversed(named) if one][: q["limit"]], None
    else:
        low, high = q.get("min_employee_count"), q.get("max_employee_count")
        by = {
            "technology": [slug.replace("-", " ") for slug in q.get("company_technology_slug_or", [])],
            "country": q.get("company_country_code_or"),
            "name": q.get("company_name_partial_match_or"),
            "funding_stage": q.get("funding_stage_or"),
            "employee_range": f"{low or 0}-{high or 10**9}" if low or high else None,
        }
        found = call.view.companies(**by, limit=q["limit"], offset=q["limit"] * q["page"])
        total = call.view.count_companies(**by)
    call.charge(3 * len(found))
    return {"metadata": {"total_results": total}, "data": [described(one) for one in found]}


@route("GET", "/v0/billing/credit-balance")
def balance(call: Call) -> object:
    return {"ui_credits": 50, "used_ui_credits": 3, "api_credits": 200, "used_api_credits": 42}
