"""Sandbox: Wappalyzer's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(403, json={"message": "Forbidden"})
WORDS = {"wappalyzer_spend": 900, "wappalyzer_live": False, "filters": {"matchTechnologies": "or"}}


def priced(call: Call, credits: int, body: Any) -> Answer:
    """Return a reply with its price in the headers."""
    call.charge(credits)
    return Answer(json=body, headers={"wappalyzer-credits-spent": str(credits), "wappalyzer-credits-remaining": "9000"})


@route("GET", "/lookup/")
def lookup(call: Call) -> object:
    urls = call.params["urls"].split(",")
    sites = []
    for url in urls:
        one = call.view.company(domain=url)
        names = one.technologies if one else []
        sites.append({"url": url, "technologies": [{"slug": name.lower(), "name": name} for name in names]})
    return priced(call, (5 if call.params.get("live") else 1) * len(urls), sites[::-1])


@route("GET", "/verify/")
def verify(call: Call) -> object:
    email = call.params["email"]
    status = call.view.verify(email)
    word = {"valid": "safe", "invalid": "invalid"}.get(status, "risky")
    body = {
        "email": email,
        "reachable": word,
        "disposable": status == "disposable",
        "roleAccount": status == "role",
        "mxValid": True,
        "syntaxValid": True,
        "catchAll": status == "accept_all",
    }
    return priced(call, 1, body)


@route("POST", "/lists/")
def make(call: Call) -> object:
    names = [one["slug"] for one in call.json.get("technologies", [])]
    count = call.view.count_companies(
        technology=names, country=call.json.get("countries"), industry=call.json.get("industries")
    )
    done = {
        "status": "Ready",
        "totalCredits": count,
        "rows": {"sites": count},
        "sampleUrl": "https://files.example/s.csv",
    }
    return {"id": call.job(done if count else {"status": "Insufficient"}), "status": "Calculating"}


@route("GET", "/lists/{id}")
def poll(call: Call) -> object:
    return {"id": call.at["id"], **(call.done(call.at["id"]) or {"status": "Calculating"})}


@route("POST", "/lists/{id}")
def buy(call: Call) -> object:
    call.charge(call.json["spendCredits"])
    return {"id": call.at["id"], "status": "Complete", "url": "https://files.example/lst.json"}


@route("GET", "/credits/balance/")
def balance(call: Call) -> object:
    return {"credits": 9000}
