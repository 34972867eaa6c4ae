"""Sandbox: ZoomInfo's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {
    "zoominfo_person_id": lambda person: person.id,
    "zoominfo_company_id": lambda person: person.company.id,
}
LEVELS = {
    "C Level Exec": "c_suite",
    "VP Level Exec": "vp",
    "Director": "director",
    "Manager": "manager",
    "Non Manager": "entry",
}
LOGIN = {"scope": "api:data:contact api:data:company api:data:intent api:data:news api:data:scoops api:data:lookup"}
REFUSED = Answer(401, json={"error": {"code": "ZI0001", "message": "bad token", "retryable": False}})
THROTTLED = Answer(429, json={"error": {"code": "ZI0004", "message": "too fast", "retryable": True}})
NO_CREDITS = Answer(400, json={"error": {"code": "PFAPI0011", "message": "Credit Limit Reached"}})


@route("POST", "/data/v1/contacts/enrich")
def contacts(call: Call) -> object:
    """Contacts, twenty-five at most, with the fields asked for."""
    wish = call.json["data"]["attributes"]
    records = []
    for asked in wish["matchPersonInput"]:
        one = call.view.person(
            id=asked.get("personId"),
            email=asked.get("emailAddress"),
            linkedin_url=asked.get("externalURL"),
            phone=asked.get("phone"),
            first_name=asked.get("firstName"),
            last_name=asked.get("lastName"),
            full_name=asked.get("fullName"),
            company_name=asked.get("companyName"),
        )
        if one is not None and "email" in wish.get("requiredFields", ()) and not one.email:
            one = None
        manage(call, one)
        records.append(record(asked, "Contact", one.id, person(one, wish["outputFields"])) if one else record(asked))
    return {"data": records}


@route("POST", "/data/v1/companies/enrich")
def companies(call: Call) -> object:
    """Companies, twenty-five at most."""
    records = []
    for asked in call.json["data"]["attributes"]["matchCompanyInput"]:
        one = named(call, asked)
        manage(call, one)
        records.append(record(asked, "Company", one.id, company(one)) if one else record(asked))
    return {"data": records}


@route("POST", "/data/v1/companies/technologies/enrich")
def technologies(call: Call) -> object:
    """What a company runs."""
    one = call.view.company(id=call.json["data"]["attributes"]["companyId"])
    names = one.technologies if one else []
    manage(call, one if names else None)
    data = [{"type": "Technology", "id": str(i), "attributes": {"product": name}} for i, name in enumerate(names)]
    return {"data": data, "meta": {"totalResults": len(data)}}


@route("POST", "/data/v1/news/enrich")
def news(call: Call) -> object:
    """What is written of a company."""
    one = call.view.company(id=str(call.json["data"]["attributes"]["companyId"]))
    number, size = paging(call)
    articles = one.news if one else []
    manage(call, one if articles else None)
    data = [
        {
            "type": "News",
            "id": f"article-{i}",
            "attributes": {
                "title": item["title"],
                "url": item["url"],
                "pageDate": item["published_at"],
            },
        }
        for i, item in enumerate(articles[size * (number - 1) : size * number])
    ]
    return {"data": data, "meta": pages(number, size, len(articles))}


@route("POST", "/data/v1/scoops/enrich")
def scoops(call: Call) -> object:
    """What was learned of a company: of the invented ones, what they look for."""
    wish = call.json["data"]["attributes"]
    one = named(call, wish)
    number, size = paging(call)
    found = one.topics if one else []
    manage(call, one if found else None)
    data = [
        {
            "type": "Scoop",
            "id": str(i),
            "attributes": {
                "id": str(i),
                "description": f"{one.company_name} plans a project on {topic['name']}.",
                "originalPublishedDate": "2026-03-02T00:00:00Z",
                "types": [{"id": "16", "type": "Project"}],
                "topics": [{"id": str(i), "topic": topic["name"]}],
                "company": {"id": one.id, "name": one.company_name},
            },
        }
        for i, topic in enumerate(found[size * (number - 1) : size * number])
        if one
    ]
    return {"data": data, "meta": pages(number, size, len(found))}


@route("POST", "/data/v1/companies/org-chart/enrich")
def org_chart(call: Call) -> object:
    """Who stands where in a company."""
    wish = call.json["data"]["attributes"]
    one = call.view.company(id=str(wish["companyId"]))
    number, size = paging(call)
    wanted = {"company_name": one.company_name if one else "", "department": wish.get("department")}
    found = call.view.people(**wanted, limit=size, offset=size * (number - 1)) if one else []
    manage(call, one if found else None)
    data = [
        {
            "type": "OrgChart",
            "id": who.id,
            "attributes": {
                "firstName": who.first_name,
                "lastName": who.last_name,
                "title": who.title,
                "hasEmail": who.email is not None,
                "department": who.department,
                "orgChartTier": 2,
                "orgChartSubTier": 1,
                "companyId": who.company.id,
                "companyName": who.company_name,
            },
        }
        for who in found
    ]
    return {"data": data, "meta": pages(number, size, call.view.count_people(**wanted) if one else 0)}


@route("POST", "/data/v1/companies/corporate-hierarchy/enrich")
def hierarchy(call: Call) -> object:
    """A company's family: another of the invented ones stands for its parent."""
    records = []
    for asked in call.json["data"]["attributes"]["matchCompanyInput"]:
        one = named(call, asked)
        manage(call, one)
        tree = [node(one)] if one else []
        parent = next((other for other in call.view.companies(limit=2) if one and other.id != one.id), None)
        if one and parent:
            kind = {"subUnitTypeInfo": {"typeId": 4, "typeDescription": "Subsidiary"}}
            tree = [{**node(parent), "familyNodes": [{**node(one), **kind}]}]
        body = {"companyId": one.id, "familyTree": tree} if one else None
        records.append(record(asked, "CorporateHierarchy", one.id if one else "0", body))
    return {"data": records}


def node(one: SandboxCompany) -> dict[str, Any]:
    """Return one company of a family."""
    return {"companyId": one.id, "name": one.company_name, "city": one.city, "state": one.region}


@route("POST", "/data/v1/intent/enrich")
def intent(call: Call) -> object:
    """What a company reads about."""
    wish = call.json["data"]["attributes"]
    one = named(call, wish)
    topics = [topic for topic in (one.topics if one else []) if topic["name"] in wish["topics"]]
    manage(call, one if topics else None)
    firm = {"id": one.id, "name": one.company_name} if one else {}
    data = [
        {
            "type": "Intent",
            "attributes": {
                "topic": topic["name"],
                "signalScore": topic["score"],
                "company": firm,
            },
        }
        for topic in topics
    ]
    return {"data": data, "meta": {"page": {"number": 1, "total": 1}, "totalResults": len(data)}}


@route("POST", "/data/v1/contacts/search")
def search_contacts(call: Call) -> object:
    """Contacts without contact data; free."""
    wish = call.json["data"]["attributes"]
    wanted = {
        "company_name": wish.get("companyName"),
        "company_domain": wish.get("companyWebsite"),
        "title": wish.get("jobTitle"),
        "first_name": wish.get("firstName"),
        "last_name": wish.get("lastName"),
        "seniority": LEVELS.get(str(wish.get("managementLevel")), wish.get("managementLevel")),
    }
    number, size = paging(call)
    found = call.view.people(**wanted, limit=size, offset=size * (number - 1))
    data = [
        {
            "id": one.id,
            "type": "Contact",
            "attributes": {
                "firstName": one.first_name,
                "lastName": one.last_name,
                "jobTitle": one.title,
                "hasEmail": one.email is not None,
                "company": {"id": one.company.id, "name": one.company_name},
            },
        }
        for one in found
    ]
    return {"data": data, "meta": pages(number, size, call.view.count_people(**wanted))}


@route("POST", "/data/v1/companies/search")
def search_companies(call: Call) -> object:
    """Companies; free."""
    wish = call.json["data"]["attributes"]
    wanted = {"name": wish.get("companyName"), "industry": wish.get("industryCodes")}
    number, size = paging(call)
    found = call.view.companies(**wanted, limit=size, offset=size * (number - 1))
    data = [
        {"id": one.id, "type": "Company", "attributes": {"name": one.company_name, "website": one.website}}
        for one in found
    ]
    return {"data": data, "meta": pages(number, size, call.view.count_companies(**wanted))}


@route("GET", "/data/v1/users/usage")
def usage(call: Call) -> object:
    """What is left."""
    limit = {"limitType": "uniqueID", "totalLimit": 5000, "currentUsage": 10, "usageRemaining": 4990}
    return {"data": [{"id": "1", "type": "UserUsage", "attributes": {"usage": [limit]}}]}


def named(call: Call, asked: dict[str, Any]) -> SandboxCompany | None:
    """Return the company that is named."""
    return call.view.company(
        id=asked.get("companyId") and str(asked["companyId"]),
        domain=asked.get("companyWebsite"),
        name=asked.get("companyName"),
        ip=asked.get("ipAddress"),
    )


def manage(call: Call, one: SandboxCompany | SandboxPerson | None) -> None:
    """Take a credit for a record that is enriched for the first time in a year."""
    under_management: set[str] = call.server.book.kept
    if one is not None and one.id not in under_management:
        under_management.add(one.id)
        call.charge(1)


def record(asked: dict[str, Any], kind: str = "NoMatch", id: str = "0", attributes: Any = None) -> dict[str, Any]:
    """Return one record; the question is repeated in lower case."""
    echo = {word: str(value).lower() for word, value in asked.items()}
    status = "NO_MATCH" if attributes is None else "FULL_MATCH"
    return {"id": id, "type": kind, "meta": {"input": echo, "matchStatus": status}, "attributes": attributes or {}}


def person(one: SandboxPerson, wanted: list[str]) -> dict[str, Any]:
    """Return a contact's fields, those asked for; the company is nested whatever it was asked as."""
    links = [{"type": "linkedin.com", "url": one.linkedin_url}] if one.linkedin_url else []
    fields = {
        "firstName": one.first_name,
        "lastName": one.last_name,
        "email": one.email,
        "phone": one.phone,
        "mobilePhone": one.mobile_phone,
        "jobTitle": one.title,
        "managementLevel": [one.seniority],
        "jobFunction": [{"name": one.department, "department": one.department}],
        "city": one.city,
        "state": one.region,
        "country": one.country_name,
        "externalUrls": links,
        "contactAccuracyScore": "95",
        "mobilePhoneDoNotCall": False,
        "directPhoneDoNotCall": False,
    }
    employer = {
        "id": one.company.id,
        "name": one.company_name,
        "website": f"www.{one.company_domain}",
        "socialMediaUrls": [{"type": "LINKED_IN", "url": one.company_linkedin_url}],
    }
    whose = {"company": employer} if any(word.startswith("company") for word in wanted) else {}
    return {**{word: value for word, value in fields.items() if word in wanted}, **whose}


def company(one: SandboxCompany) -> dict[str, Any]:
    """Return a company as ZoomInfo describes one: revenue in thousands."""
    pages = [("LINKED_IN", one.company_linkedin_url), ("TWITTER", one.twitter_url), ("FACEBOOK", one.facebook_url)]
    revenue = one.annual_revenue_usd
    return {
        "name": one.company_name,
        "website": one.website,
        "description": one.description,
        "phone": one.phone,
        "city": one.city,
        "state": one.region,
        "country": one.country_name,
        "employeeCount": one.employee_count,
        "employeeRange": (one.employee_range or "").replace("-", " - ") or None,
        "revenue": revenue / 1000 if revenue is not None else None,
        "foundedYear": str(one.founded_year),
        "type": (one.company_type or "").upper() or None,
        "ticker": one.ticker,
        "primaryIndustry": [one.industry] if one.industry else [],
        "naicsCodes": [{"id": one.naics}] if one.naics else [],
        "sicCodes": [{"id": one.sic}] if one.sic else [],
        "socialMediaUrls": [{"type": kind, "url": url} for kind, url in pages if url],
        "logo": one.logo_url,
        "recentFundingDate": f"{one.last_funding_at}T00:00:00Z" if one.last_funding_at else None,
    }


def paging(call: Call) -> tuple[int, int]:
    """Return which page is asked for, and how long it is."""
    return int(call.params.get("page[number]", 1)), int(call.params.get("page[size]", 25))


def pages(number: int, size: int, total: int) -> dict[str, Any]:
    """Return what is said of the pages."""
    return {"page": {"number": number, "total": -(-total // size)}, "totalResults": total}
