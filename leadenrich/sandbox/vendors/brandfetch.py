"""Sandbox: Brandfetch's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Answer, Call, route

UNKNOWN = {"error": "domain_unresolvable", "message": "no such site"}
NOTHING = Answer(404, json=UNKNOWN, headers={"x-bf-error": "domain_unresolvable"})
NO_CREDITS = Answer(429, json={"error": "quota_exceeded"}, headers={"x-bf-error": "quota_exceeded"})


@route("GET", "/v2/brands/domain/{domain}")
@route("GET", "/v2/brands/ticker/{ticker}")
def brand(call: Call) -> object:
    domain, ticker = call.at.get("domain"), call.at.get("ticker")
    one = call.view.company(domain=domain) if domain else call.view.company(ticker=ticker)
    call.charge(1)
    if one is None:
        return NOTHING
    pages = {"linkedin": one.linkedin_url, "twitter": one.twitter_url, "facebook": one.facebook_url}
    return {
        "id": one.id,
        "name": one.name,
        "domain": one.domain,
        "longDescription": one.description,
        "links": [{"name": name, "url": url} for name, url in pages.items() if url],
        "logos": [
            {"type": "icon", "formats": [{"src": "https://cdn.example/icon.png"}]},
            {"type": "logo", "formats": [{"src": one.logo_url}]},
        ],
        "company": {
            "employees": one.employee_count,
            "foundedYear": one.founded_year,
            "kind": one.company_type,
            "industries": [{"score": 0.2, "name": "Other"}, {"score": 0.9, "name": one.industry}],
            "location": {
                "city": one.city,
                "country": one.country_name,
                "countryCode": one.country,
                "state": one.region,
            },
            "financialIdentifiers": {"isin": [], "ticker": [one.ticker] if one.ticker else []},
        },
    }


@route("GET", "/v2/search/{name}")
def search(call: Call) -> object:
    one = call.view.company(name=call.at["name"])
    return [{"icon": one.logo_url, "name": one.name, "domain": one.domain, "claimed": False}] if one else []


@route("GET", "/v2/context/{domain}")
def context(call: Call) -> object:
    one = call.view.company(domain=call.at["domain"])
    return Answer(text=f"# {one.name}\n\n{call.answer_text(one.domain)}") if one else NOTHING
