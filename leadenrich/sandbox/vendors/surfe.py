"""Sandbox: Surfe's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

STATUSES = {"valid": "VALID", "accept_all": "CATCH_ALL"}


@route("POST", "/v2/people/enrich")
def start_people(call: Call) -> object:
    """Start a job for people."""
    include, personal = call.json.get("include", {}), call.json.get("enrichmentOptions", {}).get("acceptedEmailType")
    people = [enriched(call, asked, include, personal == "personal") for asked in call.json.get("people", [])]
    for pool, key in (("email", "emails"), ("mobile", "mobilePhones")):
        call.charge(sum(1 for one in people if one[key]), pool)
    return started(call.job({"status": "COMPLETED", "percentCompleted": 100, "people": people}), "people")


@route("GET", "/v2/people/enrich/{id}")
def people_job(call: Call) -> object:
    """How far it is."""
    return call.done(call.at["id"]) or {"status": "IN_PROGRESS", "percentCompleted": 0, "people": []}


@route("POST", "/v2/companies/enrich")
def start_companies(call: Call) -> object:
    """Start a job for companies."""
    found = []
    for asked in call.json.get("companies", []):
        company = call.view.company(domain=asked.get("domain"))
        found.append(
            {"externalID": asked.get("externalID", ""), "status": "COMPLETED", **(profile(company) if company else {})}
        )
    return started(call.job({"status": "COMPLETED", "percentCompleted": 100, "companies": found}), "companies")


@route("GET", "/v2/companies/enrich/{id}")
def companies_job(call: Call) -> object:
    """How far it is."""
    return call.done(call.at["id"]) or {"status": "IN_PROGRESS", "percentCompleted": 0, "companies": []}


@route("POST", "/v2/people/search")
def people_search(call: Call) -> object:
    """People; a page's token holds the filters of the first."""
    offset, people, companies = opened(call)
    wanted = {
        "company_domain": companies.get("domains"),
        "company_name": companies.get("names"),
        "title": people.get("jobTitles"),
        "seniority": people.get("seniorities"),
        "department": people.get("departments"),
        "country": people.get("countries"),
        "keywords": companies.get("keywords"),
        "industry": companies.get("industries"),
    }
    size = int(call.json.get("limit", 10))
    found = call.view.people(**wanted, limit=size, offset=offset)
    total = call.view.count_people(**wanted)
    call.charge(-(-len(found) // 10), "search")
    token = following(call, offset + len(found), total, people, companies)
    listed = [{**person(one), "country": (one.country or "").lower()} for one in found]
    return {"people": listed, "total": total, "nextPageToken": token}


@route("POST", "/v2/companies/search")
def company_search(call: Call) -> object:
    """Companies; the filters are nested here."""
    offset, _, filters = opened(call, "filters")
    wanted = {
        "domain": filters.get("domains"),
        "industry": filters.get("industries"),
        "country": filters.get("countries"),
    }
    found = call.view.companies(**wanted, limit=int(call.json.get("limit", 10)), offset=offset)
    call.charge(-(-len(found) // 10), "search")
    companies = [
        {
            "name": one.company_name,
            "domain": one.company_domain,
            "employeeCount": one.employee_count,
            "industries": [one.industry] if one.industry else [],
            "countries": [one.country.lower()],
        }
        for one in found
    ]
    token = following(call, offset + len(found), call.view.count_companies(**wanted), {}, filters)
    return {"companies": companies, "companyDomains": [one.company_domain for one in found], "nextPageToken": token}


@route("POST", "/v1/organizations/lookalikes")
def lookalikes(call: Call) -> object:
    """Companies of the same industry."""
    domains, names = call.json.get("domains") or [None], call.json.get("names") or [None]
    model = call.view.company(domain=domains[0], name=names[0])
    most = int(call.json.get("maxResults", 10))
    found = call.view.companies(industry=model.industry, limit=most + 1) if model and model.industry else []
    alike = [one for one in found if model is None or one.company_domain != model.company_domain][:most]
    return {
        "organizations": [
            {
                "name": one.company_name,
                "website": f"www.{one.company_domain}",
                "size": one.employee_count,
                "linkedinUrl": one.company_linkedin_url,
                "description": one.description,
                "founded": str(one.founded_year),
                "phones": [one.phone] if one.phone else [],
                "industries": [{"sector": one.industry, "industry": one.industry}],
            }
            for one in alike
        ]
    }


@route("POST", "/v2/recommendations/fetch")
def recommendations(call: Call) -> object:
    """The day's companies for a saved profile."""
    start, end = call.json["pagination"]["from"], call.json["pagination"]["to"]
    found = call.view.companies(limit=end - start, offset=start)
    companies = [
        {
            "name": one.company_name,
            "domain": one.company_domain,
            "linkedInURL": one.company_linkedin_url,
            "description": one.description,
            "employeeCount": one.employee_count,
            "industries": [one.industry] if one.industry else [],
            "hqCountry": one.country_name,
            "yearFounded": one.founded_year,
            "people": [
                {
                    "firstName": who.first_name,
                    "lastName": who.last_name,
                    "jobTitle": who.title,
                    "linkedinUrl": who.linkedin_url,
                }
                for who in call.view.people(company_domain=one.company_domain, limit=1)
            ],
            "recommendation": {"id": f"r-{one.id}", "reasons": [{"description": "Fits your industry", "score": 85}]},
        }
        for one in found
    ]
    return {"companies": companies, "pagination": {"from": start, "to": end, "total": call.view.count_companies()}}


@route("GET", "/v1/credits")
def credits(call: Call) -> object:
    """The three purses."""
    return {"totalEmail": 400, "totalMobile": 60, "totalSearch": 90}


def started(job: str, what: str) -> Answer:
    """Return the reply to a start."""
    url = f"https://api.surfe.com/v2/{what}/enrich/{job}"
    return Answer(202, json={"enrichmentID": job, "enrichmentCallbackURL": url, "message": "started"})


def enriched(call: Call, asked: dict[str, Any], include: dict[str, bool], personal: bool) -> dict[str, Any]:
    """Return what a job says of one person; the question is echoed."""
    one = call.view.person(
        linkedin_url=asked.get("linkedinUrl"),
        first_name=asked.get("firstName"),
        last_name=asked.get("lastName"),
        company_domain=asked.get("companyDomain"),
        company_name=asked.get("companyName"),
    )
    echo: dict[str, Any] = {
        key: asked[key] for key in ("firstName", "lastName", "companyName", "companyDomain") if key in asked
    }
    said: dict[str, Any] = {**echo, "externalID": asked.get("externalID", ""), "status": "COMPLETED"}
    if one is None:
        return {**said, "emails": [], "mobilePhones": []}
    emails = []
    if include.get("email") and personal and one.personal_email:
        emails = [{"email": one.personal_email, "validationStatus": "VALID", "emailType": "personal"}]
    elif include.get("email") and not personal and one.email:
        emails = [{"email": one.email, "validationStatus": STATUSES.get(one.email_status or "", "VALID")}]
    mobiles = []
    if include.get("mobile") and one.mobile_phone:
        mobiles = [{"mobilePhone": one.mobile_phone, "confidenceScore": 0.8}]
    return {**said, **person(one), "country": one.country_name, "emails": emails, "mobilePhones": mobiles}


def person(one: SandboxPerson) -> dict[str, Any]:
    """Return a person as Surfe describes one."""
    return {
        "firstName": one.first_name,
        "lastName": one.last_name,
        "jobTitle": one.title,
        "companyName": one.company.company_name,
        "companyDomain": one.company.company_domain,
        "departments": [one.department] if one.department else [],
        "linkedInUrl": one.linkedin_url,
        "seniorities": [one.seniority] if one.seniority else [],
    }


def profile(one: SandboxCompany) -> dict[str, Any]:
    """Return a company as Surfe describes one."""
    places = [("LinkedIn", one.company_linkedin_url), ("Twitter", one.twitter_url), ("Facebook", one.facebook_url)]
    rounds = [{"name": one.funding_stage, "announcedDate": one.last_funding_at, "leadInvestors": one.investors}]
    return {
        "name": one.company_name,
        "description": one.description,
        "linkedInURL": one.company_linkedin_url,
        "websites": [one.company_domain],
        "founded": str(one.founded_year),
        "employeeCount": one.employee_count,
        "industry": one.industry,
        "hqCountry": one.country,
        "hqAddress": one.address,
        "phones": [one.phone] if one.phone else [],
        "stocks": [{"ticker": one.ticker}] if one.ticker else [],
        "digitalPresence": [{"name": name, "url": url} for name, url in places if url],
        "fundingRounds": rounds if one.funding_total_usd is not None else [],
    }


def opened(call: Call, of: str = "companies") -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Return where a page starts and its filters, out of its token where it has one."""
    token = call.json.get("pageToken")
    if token:
        kept = call.done(token) or call.done(token) or {}
        return int(kept.get("offset", 0)), kept.get("people", {}), kept.get("companies", {})
    return 0, call.json.get("people", {}), call.json.get(of, {})


def following(call: Call, seen: int, total: int, people: dict[str, Any], companies: dict[str, Any]) -> str:
    """Return the token of the next page, empty after the last."""
    return call.job({"offset": seen, "people": people, "companies": companies}) if seen < total else ""
