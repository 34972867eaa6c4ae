"""Sandbox: Brave Search's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import bill, company_in, said, tokens

REFUSED = Answer(422, json={"type": "ErrorResponse", "error": {"status": 422, "code": "SUBSCRIPTION_TOKEN_INVALID"}})
NO_CREDITS = Answer(
    429,
    json={"type": "ErrorResponse", "error": {"status": 429, "code": "RATE_LIMITED"}},
    headers={"X-RateLimit-Limit": "50, 15000", "X-RateLimit-Remaining": "49, 0"},
)


@route("GET", "/web/search")
def search(call: Call) -> object:
    """Search the web."""
    words = call.params["q"]
    call.charge(1)
    reply: dict[str, Any] = {"type": "search", "query": {"original": words}}
    if words.startswith("site:linkedin.com/in "):
        wanted = words.removeprefix("site:linkedin.com/in ")
        people = [one for one in call.view.people(limit=None) if wanted == f"{one.full_name} {one.company_name}"]
        results = [
            {"title": f"{one.full_name} - {one.title} - {one.company_name} | LinkedIn", "url": one.linkedin_url}
            for one in people
            if one.linkedin_url
        ]
        return {**reply, "web": {"results": results}} if results else reply
    company = company_in(call, words)
    if company is None:
        return reply
    if call.params.get("result_filter") == "locations":
        return {**reply, "locations": {"results": [{"id": company.place_id}]}}
    links = (company.company_linkedin_url, company.twitter_url, company.facebook_url)
    profiles = [{"name": "page", "url": link} for link in links if link]
    box = {
        "title": company.company_name,
        "website_url": company.website,
        "description": company.description,
        "profiles": profiles,
    }
    web = {"results": [{"title": company.company_name, "url": company.website, "description": "x"}]}
    return {**reply, "infobox": {"results": [box]}, "web": web}


@route("GET", "/local/pois")
def places(call: Call) -> object:
    """Describe places."""
    call.charge(1)
    ids = call.params["ids"]
    found = [call.view.company(place_id=one) for one in (ids if isinstance(ids, list) else [ids])]
    results = [
        {
            "id": one.place_id,
            "title": one.company_name,
            "url": one.website,
            "postal_address": {
                "displayAddress": one.address,
                "addressLocality": one.city,
                "addressRegion": one.region,
                "country": one.country,
            },
            "contact": {"telephone": one.phone},
            "categories": [one.industry],
            "rating": {"ratingValue": one.rating, "reviewCount": one.rating_count},
        }
        for one in found
        if one
    ]
    return {"type": "local_pois", "results": results}


@route("GET", "/news/search")
def news(call: Call) -> object:
    """Search news."""
    call.charge(1)
    company = call.view.company(name=call.params["q"])
    items = company.news if company else []
    results = [{"title": item["title"], "url": item["url"], "page_age": item["published_at"]} for item in items]
    return {"type": "news", "results": results}


@route("POST", "/chat/completions")
def answer(call: Call) -> object:
    """Answer a prompt."""
    prompt = call.json["messages"][0]["content"]
    text = said(call, prompt, searching=True).text
    read, written = tokens(prompt), tokens(text)
    bill(call, read, written)
    call.charge(1, "answers")
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return {"choices": [choice], "usage": {"prompt_tokens": read, "completion_tokens": written}}
