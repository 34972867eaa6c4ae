"""Sandbox: Crustdata's replies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

LEVELS = {
    "Owner / Partner": ["owner", "founder", "partner"],
    "CXO": ["c_suite"],
    "Vice President": ["vp"],
    "Director": ["head", "director"],
    "Experienced Manager": ["manager"],
    "Senior": ["senior"],
    "Entry Level": ["entry"],
    "In Training": ["intern"],
}
NO_CREDITS = Answer(403, json={"error": {"type": "insufficient_credits", "message": "Not enough credits"}})
FIRM = {
    "domains": "domain",
    "names": "name",
    "professional_network_profile_urls": "linkedin_url",
    "crustdata_company_ids": "id",
}
LOSSY = {"find_personal_email": {"email_status": "it is the status of the private address"}}

APART = {
    "find_phone": "each group of fields has a price of its own",
    "find_personal_email": "each group of fields has a price of its own",
}


def described(call: Call, one: SandboxCompany) -> dict[str, Any]:
    """Return a company's record."""
    return {
        "crustdata_company_id": one.id,
        "basic_info": {
            "crustdata_company_id": one.id,
            "name": one.name,
            "primary_domain": one.domain,
            "website": one.website,
            "professional_network_url": one.linkedin_url,
            "year_founded": f"{one.founded_year}-01-01",
            "description": one.description,
            "company_type": one.company_type,
            "employee_count_range": one.employee_range,
            "industries": [one.industry],
        },
        "headcount": {"total": one.employee_count},
        "funding": {
            "total_investment_usd": one.funding_total_usd,
            "last_round_type": one.funding_stage,
            "last_fundraise_date": one.last_funding_at,
            "investors": one.investors,
        },
        "locations": {"hq_country": one.country, "hq_state": one.region, "hq_city": one.city},
        "taxonomy": {"professional_network_industry": one.industry},
        "revenue": {"estimated": {"lower_bound_usd": one.annual_revenue_usd}},
        "social_profiles": {"twitter_url": one.twitter_url},
        "web_traffic": {"domain_traffic": {"monthly_visitors": one.visits}},
        "competitors": {"websites": [like.domain for like in call.view.companies(industry=one.industry, limit=3)]},
        "news": [
            {"article_url": item["url"], "article_title": item["title"], "article_publish_date": item["published_at"]}
            for item in one.news
        ],
    }


def who(one: SandboxPerson, fields: list[str]) -> dict[str, Any]:
    """Return a person's record, contacts only where asked for."""
    status = "verified" if one.email_status == "valid" else "unverified"
    job = {
        "name": one.company_name,
        "title": one.title,
        "company_website_domain": one.company_domain,
        "seniority_level": one.seniority,
        "function_category": one.department,
        "company_professional_network_profile_url": one.company_linkedin_url,
    }
    contact = {
        "business_emails": [{"email": one.email, "status": status}] if one.email else [],
        "personal_emails": [{"email": one.personal_email, "status": "unverified"}] if one.personal_email else [],
        "phone_numbers": [one.mobile_phone] if one.mobile_phone else [],
    }
    return {
        "crustdata_person_id": one.id,
        "basic_profile": {
            "name": one.full_name,
            "first_name": one.first_name,
            "last_name": one.last_name,
            "headline": one.headline,
            "current_title": one.title,
            "location": {"city": one.city, "state": one.region, "country": one.country_name},
        },
        "social_handles": {
            "professional_network_identifier": {"profile_url": one.linkedin_url},
            "twitter_identifier": {"slug": one.twitter_url.rsplit("/", 1)[-1]} if one.twitter_url else None,
            "dev_platform_identifier": {"profile_url": one.github_url},
        },
        "experience": {"employment_details": {"current": [job], "past": [{"name": "Elsewhere"}]}},
        "contact": {kind: found for kind, found in contact.items() if f"contact.{kind}" in fields},
    }


@route("POST", "/company/enrich")
@route("POST", "/company/identify")
def companies(call: Call) -> object:
    key = next(key for key in FIRM if key in call.json)
    answers = []
    for name in call.json[key]:
        one = call.view.company(**{FIRM[key]: name})
        if one and call.url.endswith("enrich"):
            call.charge(2)
        matches = [{"confidence_score": 1.0, "company_data": described(call, one)}] if one else []
        answers.append({"matched_on": name, "match_type": key, "matches": matches})
    return answers


@route("POST", "/person/enrich")
def people(call: Call) -> object:
    profiles = "professional_network_profile_urls" in call.json
    fields = call.json["fields"]
    price = 1 + sum({"business_emails": 1}.get(field.partition(".")[2], 2) for field in fields if "contact" in field)
    answers = []
    for name in call.json["professional_network_profile_urls" if profiles else "business_emails"]:
        one = call.view.person(linkedin_url=name) if profiles else call.view.person(email=name)
        call.charge(price if one else 0)
        matches = [{"confidence_score": 1.0, "person_data": who(one, fields)}] if one else []
        answers.append({"matched_on": name, "match_type": "professional_network_profile_url", "matches": matches})
    return answers


def asked(call: Call) -> tuple[dict[Any, Any], int, int]:
    """Return a search's conditions by the end of their field's name and operator, and its page."""
    by = {(one["field"].rsplit(".", 1)[-1], one["type"]): one["value"] for one in call.json["filters"]["conditions"]}
    return by, call.json["limit"], int(call.json.get("cursor") or 0)


def page(call: Call, name: str, items: list[Any], total: int, seen: int) -> dict[str, Any]:
    """Return one page at its price."""
    call.charge(Decimal("0.03") * len(items))
    return {name: items, "next_cursor": str(seen) if seen < total else None, "total_count": total}


@route("POST", "/person/search")
def search_people(call: Call) -> object:
    by, limit, offset = asked(call)
    levels = [ours for theirs in by.get(("seniority_level", "in"), []) for ours in LEVELS[theirs]]
    q = {
        "company_domain": by.get(("company_website_domain", "in")),
        "title": by.get(("title", "(.)")),
        "seniority": levels,
    }
    found = call.view.people(**q, limit=limit, offset=offset)
    profiles = [who(one, []) for one in found]
    return page(call, "profiles", profiles, call.view.count_people(**q), offset + len(found))


@route("POST", "/company/search")
def search_companies(call: Call) -> object:
    by, limit, offset = asked(call)
    low, high = by.get(("total", "=>")), by.get(("total", "=<"))
    codes = {
        "USA": "US",
        "DEU": "DE",
        "GBR": "GB",
        "FRA": "FR",
        "NLD": "NL",
        "SWE": "SE",
        "CHE": "CH",
        "AUT": "AT",
        "ESP": "ES",
        "ITA": "IT",
        "POL": "PL",
        "BRA": "BR",
        "IND": "IN",
        "JPN": "JP",
        "CAN": "CA",
        "AUS": "AU",
        "ZAF": "ZA",
    }
    q = {
        "industry": by.get(("professional_network_industry", "=")),
        "name": by.get(("name", "(.)")),
        "country": [codes[code] for code in by.get(("country", "in"), [])],
        "employee_range": f"{low or 0}-{high or 10**9}" if low or high else None,
    }
    found = call.view.companies(**q, limit=limit, offset=offset)
    firms = [described(call, one) for one in found]
    return page(call, "companies", firms, call.view.count_companies(**q), offset + len(found))


@route("GET", "/account/credits")
def credits(call: Call) -> object:
    """What is left."""
    grant = {
        "recurring_credits": 1000,
        "recurring_credits_frequency": "monthly",
        "credit_rollover": False,
        "recurring_credits_refresh_date": "2026-12-01T00:00:00Z",
    }
    return {"account": {"credits": 9406, **grant}}
