"""Sandbox: Serper's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import company_in

REFUSED = Answer(403, json={"message": "Unauthorized.", "statusCode": 403})
NO_CREDITS = Answer(400, json={"message": "Not enough credits", "statusCode": 400})

APART = {
    "find_social_urls": "another search, for other pages",
    "find_domain": "another search, for other pages",
}


@route("POST", "/search")
def search(call: Call) -> object:
    """Search the web."""
    words = call.json["q"]
    call.charge(1)
    organic: list[dict[str, Any]] = []
    reply: dict[str, Any] = {"searchParameters": call.json, "organic": organic, "credits": 1}
    if words.startswith("site:linkedin.com/in "):
        wanted = words.removeprefix("site:linkedin.com/in ")
        for person in call.view.people(limit=None):
            if wanted.startswith(f"{person.full_name} {person.company_name}") and person.linkedin_url:
                title = f"{person.full_name} - {person.title} - {person.company_name} | LinkedIn"
                organic.append({"title": title, "link": person.linkedin_url, "snippet": "x"})
        return reply
    for ending in (" official website", " (linkedin OR twitter OR facebook)"):
        words = words.removesuffix(ending)
    company = company_in(call, words)
    if company is not None:
        reply["knowledgeGraph"] = {
            "title": company.company_name,
            "website": company.website,
            "description": company.description,
        }
        links = (company.website, company.company_linkedin_url, company.twitter_url, company.facebook_url)
        organic += [{"title": company.company_name, "link": link} for link in links if link]
    return reply


@route("POST", "/places")
def places(call: Call) -> object:
    """Search places."""
    call.charge(1)
    company = call.view.company(name=call.json["q"].split(" in ")[0])
    found = [
        {
            "title": one.company_name,
            "address": one.address,
            "phoneNumber": one.phone,
            "website": one.website,
            "rating": one.rating,
            "ratingCount": one.rating_count,
            "cid": one.place_id,
            "category": one.industry,
        }
        for one in [company]
        if one
    ]
    return {"places": found, "credits": 1}


@route("POST", "/news")
def news(call: Call) -> object:
    """Search news."""
    call.charge(1)
    company = call.view.company(name=call.json["q"])
    items = company.news if company else []
    found = [{"title": item["title"], "link": item["url"], "date": item["published_at"]} for item in items]
    return {"news": found, "credits": 1}


@route("GET", "/account")
def account(call: Call) -> object:
    """Say what is left."""
    return {"balance": 5000, "rateLimit": 50}
