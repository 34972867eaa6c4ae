"""Sandbox: BuiltWith's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(json={"Errors": [{"Code": -2, "Message": "API Key is wrong - it needs to be a Guid."}]})
THROTTLED = Answer(429, json={"error": "Rate limit exceeded", "retryAfterSeconds": 1})
NO_CREDITS = Answer(json={"Errors": [{"Code": -3, "Message": "You've run out of API Credits."}]})
WORDS = {"search_companies": {"technology": lambda person: person.company.technologies[0]}}


def meta(company: SandboxCompany) -> dict[str, Any]:
    """Return who is behind a site."""
    return {
        "CompanyName": company.company_name,
        "Vertical": company.industry,
        "City": company.city,
        "State": company.region,
        "Country": company.country,
        "Emails": [],
        "Telephones": [company.phone] if company.phone else [],
        "Description": company.description,
        "Social": [url for url in (company.twitter_url, company.facebook_url, company.company_linkedin_url) if url],
    }


def result(call: Call, domain: str) -> dict[str, Any]:
    """Return one site's result."""
    company = call.view.company(domain=domain)
    if company is None:
        return {"Lookup": domain, "Result": {"IsDB": "False", "Paths": []}, "Meta": None}
    call.charge(1)
    used = [{"Name": name, "Categories": None} for name in company.technologies]
    paths = [{"Domain": domain, "SubDomain": "", "Technologies": used}, {"SubDomain": "shop", "Technologies": used[:1]}]
    return {"Lookup": domain, "Result": {"IsDB": "True", "Paths": paths}, "Meta": meta(company)}


@route("GET", "/v26/api.json")
def domain(call: Call) -> object:
    """Look sites up."""
    return {"Results": [result(call, one) for one in call.params["LOOKUP"].split(",")], "Errors": []}


@route("POST", "/v23/domain/bulk")
def bulk(call: Call) -> object:
    """Take a job."""
    done = {"Results": [result(call, one) for one in call.json["lookups"]], "Errors": []}
    return Answer(202, json={"job_id": call.job(done), "status": "queued", "count": len(call.json["lookups"])})


@route("GET", "/v23/domain/bulk/{job_id}")
def job(call: Call) -> object:
    """Say how far a job is."""
    done = call.done(call.at["job_id"]) is not None
    return {"job_id": call.at["job_id"], "status": "completed" if done else "queued"}


@route("GET", "/v23/domain/bulk/{job_id}/result")
def job_result(call: Call) -> object:
    """Return a job's result."""
    return call.done(call.at["job_id"]) or {"Results": []}


@route("GET", "/rv4/api.json")
def relationships(call: Call) -> object:
    """Sites with an identifier in common: of the invented ones, those in one country."""
    one = call.view.company(domain=call.params["LOOKUP"])
    call.charge(1)
    others = [other for other in call.view.companies(limit=4, country=one.country) if other.id != one.id] if one else []
    matches = [{"Domain": other.company_domain, "Overlap": True} for other in others]
    shared = [{"Type": "GTM", "Value": "GTM-ABC123", "Matches": matches}] if matches else []
    return {"Relationships": [{"Domain": call.params["LOOKUP"], "Identifiers": shared}], "more_results": False}


@route("GET", "/redirect1/api.json")
def redirects(call: Call) -> object:
    """Where a domain leads, and what leads to it."""
    one = call.view.company(domain=call.params["LOOKUP"])
    call.charge(1)
    times = {"FirstDetected": "2019-09-03T00:00:00Z", "LastDetected": "2021-12-01T00:00:00Z"}
    inbound = [{"Domain": f"old-{one.company_domain}", **times}] if one else []
    return {"Lookup": call.params["LOOKUP"], "Inbound": inbound, "Outbound": []}


@route("GET", "/trustv2/api.json")
def trust(call: Call) -> object:
    """How far a site may be trusted."""
    one = call.view.company(domain=call.params["LOOKUP"])
    call.charge(1)
    if one is None:
        return {"Domain": call.params["LOOKUP"], "Assessment": None}
    return {
        "Domain": one.company_domain,
        "Assessment": {"TrustLevel": "Trusted", "Reasons": ["Indexed for over a year."]},
        "ContentSafety": {"SuspectedScam": False},
        "BusinessProfile": {"DomainAgeDays": 3650, "IsParkedDomain": False, "EstimatedMonthlySpendUSD": 120},
        "LiveVerification": None,
    }


@route("GET", "/rec1/api.json")
def recommendations(call: Call) -> object:
    """What might suit a site."""
    one = call.view.company(domain=call.params["LOOKUP"])
    call.charge(1)
    advice = (
        [{"name": name, "tag": "mx", "categories": [], "stars": 4, "match": 0.126} for name in one.technologies]
        if one
        else []
    )
    return [{"Domain": call.params["LOOKUP"], "Recommendations": advice}]


@route("GET", "/productv1/api.json")
def products(call: Call) -> object:
    """Shops that sell something: every invented company sells what it is known for."""
    page, size = int(call.params.get("PAGE") or 0), int(call.params.get("LIMIT") or 50)
    found = call.view.companies(keywords=call.params["QUERY"], limit=size, offset=page * size)
    call.charge(1)
    shops = [
        {"Domain": one.company_domain, "Products": [{"Title": call.params["QUERY"], "Url": "goods/1", "Price": 129.95}]}
        for one in found
    ]
    total = call.view.count_companies(keywords=call.params["QUERY"])
    return {"query": call.params["QUERY"], "is_more": (page + 1) * size < total, "shops": shops}


@route("GET", "/kws1/api.json")
def keyword_search(call: Call) -> object:
    """Sites on which a word stands."""
    offset, size = int(call.params.get("OFFSET") or 0), int(call.params["LIMIT"])
    wanted = {"keywords": call.params["KEYWORD"]}
    found = call.view.companies(**wanted, limit=size, offset=offset)
    call.charge(1)
    more = offset + len(found)
    after = "END" if more >= call.view.count_companies(**wanted) else str(more)
    return {"Keyword": call.params["KEYWORD"], "Domains": [one.company_domain for one in found], "NextOffset": after}


@route("GET", "/trends/v6/api.json")
def trends(call: Call) -> object:
    """How far a technology is spread."""
    live = call.view.count_companies(technology=call.params["TECH"])
    if not live:
        return {"Errors": [{"Message": "Not a valid technology to lookup sorry", "Code": -8}]}
    coverage = {"ten_k": 0, "hundred_k": 0, "milly": live, "live": live, "expired": 0}
    return {"Tech": {"name": call.params["TECH"], "tag": "shop", "categories": ["Ecommerce"], "coverage": coverage}}


@route("GET", "/lists13/api.json")
def lists(call: Call) -> object:
    """List sites that use a technology."""
    technology = call.params["TECH"].replace("-", " ")
    offset = int(call.params.get("OFFSET") or 0)
    wanted = {"technology": technology, "country": call.params.get("COUNTRY")}
    found = call.view.companies(limit=20, offset=offset, **wanted)
    call.charge(1)
    items = [{"D": one.company_domain, "E": one.employee_count, "U": one.country, "Meta": meta(one)} for one in found]
    more = offset + len(found)
    return {"Results": items, "NextOffset": "END" if more >= call.view.count_companies(**wanted) else str(more)}


@route("GET", "/ctu3/api.json")
def company_to_url(call: Call) -> object:
    """Find a site by a company's name."""
    company = call.view.company(name=call.params["COMPANY"])
    call.charge(1)
    return [
        {"Domain": one.company_domain, "CompanyName": one.company_name, "Country": one.country, "City": one.city}
        for one in [company]
        if one
    ]


@route("GET", "/free1/api.json")
def free(call: Call) -> object:
    """Count technologies by group."""
    company = call.view.company(domain=call.params["LOOKUP"])
    groups = [{"name": "javascript", "live": len(company.technologies), "dead": 0}] if company else []
    return {"domain": call.params["LOOKUP"], "groups": groups}


@route("GET", "/usagev2/api.json")
def usage(call: Call) -> object:
    """Say what is left."""
    return {"used": 0, "purchased": 5000, "remaining": 5000}


@route("GET", "/whoamiv1/api.json")
def whoami(call: Call) -> object:
    """Say whose account it is."""
    return {"account": {"plan": "Team", "plan_expiry": "2027-01-01"}}
