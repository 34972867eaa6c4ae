"""Sandbox: Owler's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(403, json={"message": "Forbidden"})
NOTHING = Answer(404, json={"message": "Not found"})
WORDS = {"owler_categories": "NEWS"}


def text(number: Any) -> str | None:
    """Return a number as the vendor writes it."""
    return None if number is None else f"{number:f}".partition(".")[0]


def short(one: SandboxCompany) -> dict[str, Any]:
    """Return what each list says of a company."""
    return {
        "company_id": one.id,
        "name": one.legal_name,
        "short_name": one.name,
        "website": one.website,
        "logo_url": one.logo_url,
    }


@route("GET", "/v1/companypremium/url/{company}")
@route("GET", "/v1/companypremium/id/{company}")
def premium(call: Call) -> object:
    name = call.at["company"]
    one = call.view.company(domain=name) if "/url/" in call.url else call.view.company(id=name)
    call.charge(1)
    if one is None:
        return NOTHING
    rounds = [
        {
            "amount": "1",
            "date": one.last_funding_at,
            "type": one.funding_stage,
            "undisclosed": "false",
            "investor": [{"name": name} for name in one.investors],
        },
        {"amount": "1", "date": "2001-02-03", "type": "Pre Seed", "undisclosed": "true", "investor": []},
    ]
    return {
        **short(one),
        "description": one.description,
        "company_type": one.company_type,
        "founded_date": str(one.founded_year),
        "employee_count": text(one.employee_count),
        "revenue": text(one.annual_revenue_usd),
        "industries": [one.industry, "Other"],
        "sic_code": [one.sic],
        "hq_address": {"city": one.city, "state": one.region, "country": one.country_name, "phone": one.phone},
        "funding": rounds if one.funding_stage else [],
        "stock": {"exchange": None, "ticker": one.ticker},
        "linkedin_link": one.linkedin_url,
        "twitter_link": one.twitter_url,
        "facebook_link": one.facebook_url,
    }


@route("GET", "/v1/company/competitorpremium/url/{company}")
@route("GET", "/v1/company/competitorpremium/id/{company}")
def competitors(call: Call) -> object:
    call.charge(1)
    name = call.at["company"]
    one = call.view.company(domain=name) if "/url/" in call.url else call.view.company(id=name)
    if one is None:
        return NOTHING
    return {"competitor": [short(like) for like in call.view.companies(industry=one.industry, limit=3)]}


@route("GET", "/v1/feed/url")
@route("GET", "/v1/feed")
def feed(call: Call) -> object:
    call.charge(1)
    one = call.view.company(domain=call.params.get("domain"), id=call.params.get("company_id"))
    items = one.news if one else []
    return {
        "feed": [
            {
                "id": "501",
                "title": item["title"],
                "category": "NEWS",
                "feed_date": item["published_at"],
                "source_url": item["url"],
            }
            for item in items
        ]
    }
