"""Sandbox: Jina Reader's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Answer, Call, route
from leadenrich.sandbox.vendors._models import page_at, tokens

REFUSED = Answer(401, json={"data": None, "code": 401, "name": "AuthenticationRequiredError", "status": 40103})
NOTHING = Answer(
    422,
    json={
        "data": None,
        "code": 422,
        "name": "AssertionFailureError",
        "status": 42206,
        "message": "No search results available",
    },
)
NO_CREDITS = Answer(402, json={"data": None, "code": 402, "name": "InsufficientBalanceError", "status": 40203})


@route("POST", "/")
def read(call: Call) -> object:
    """Read a page, with its links where they are asked for."""
    url = call.json["url"]
    text = page_at(call, url)
    company = call.view.company(domain=url)
    used = tokens(text)
    call.charge(used)
    data = {
        "title": company.company_name if company else "A page",
        "url": url,
        "content": text,
        "description": company.description if company else None,
        "usage": {"tokens": used},
    }
    if company and "x-with-links-summary" in call.headers:
        links = {"LinkedIn": company.company_linkedin_url, "X": company.twitter_url, "Facebook": company.facebook_url}
        data["links"] = {name: link for name, link in links.items() if link}
    return {"code": 200, "status": 20000, "data": data}


@route("POST", "https://s.jina.ai/")
def search(call: Call) -> object:
    """Search."""
    company = call.view.company(name=call.json["q"])
    if company is None:
        return NOTHING
    call.charge(10_000)
    found = [{"title": company.company_name, "url": company.website, "description": "x"}]
    return {"code": 200, "status": 20000, "data": found}
