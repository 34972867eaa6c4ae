"""Sandbox: Crunchbase's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {
    "crunchbase_permalink": lambda person: person.company.slug,
    "crunchbase_person_permalink": lambda person: person.slug,
}
REFUSED = Answer(401, json=[{"status": 401, "code": "LA401", "message": "Unauthorized user_key"}])
CODES = {
    "1-10": "c_00001_00010",
    "11-50": "c_00011_00050",
    "501-1000": "c_00501_01000",
    "1001-5000": "c_01001_05000",
    "5001-10000": "c_05001_10000",
    "10001+": "c_10001_max",
}
BETWEEN = {"51-200": ("c_00051_00100", "c_00101_00250"), "201-500": ("c_00101_00250", "c_00251_00500")}


def places(city: str | None, region: str | None, country: str | None) -> list[dict[str, Any]]:
    """Return a place as the vendor writes it."""
    named = (("city", city), ("region", region), ("country", country))
    return [{"uuid": f"locations:{value}", "location_type": kind, "value": value} for kind, value in named if value]


def organization(company: SandboxCompany, fields: list[str]) -> dict[str, Any]:
    """Return an organization's properties, the fields asked for alone."""
    every = {
        "identifier": {
            "uuid": company.id,
            "value": company.company_name,
            "permalink": company.slug,
            "entity_def_id": "organization",
        },
        "name": company.company_name,
        "short_description": company.description,
        "website_url": company.website,
        "linkedin": {"value": company.company_linkedin_url},
        "twitter": {"value": company.twitter_url},
        "facebook": {"value": company.facebook_url},
        "permalink": company.slug,
        "location_identifiers": places(company.city, company.region, company.country_name),
        "categories": [{"uuid": f"categories:{company.industry}", "value": company.industry}],
        "founded_on": {"precision": "year", "value": f"{company.founded_year}-01-01"},
        "num_employees_enum": CODES.get(company.employee_range or ""),
        "ipo_status": company.company_type,
        "funding_total": {"value_usd": company.funding_total_usd, "currency": "USD"},
        "last_funding_type": company.funding_stage,
        "last_funding_at": company.last_funding_at,
        "investor_identifiers": [{"value": name} for name in company.investors],
    }
    return {name: value for name, value in every.items() if name in fields}


def individual(person: SandboxPerson) -> dict[str, Any]:
    """Return a person's properties."""
    return {
        "identifier": {"uuid": person.id, "value": person.full_name, "permalink": person.slug},
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": person.full_name,
        "primary_job_title": person.title,
        "permalink": person.slug,
        "linkedin": {"value": person.linkedin_url},
        "primary_organization": {"uuid": person.company.id, "value": person.company_name},
        "location_identifiers": places(person.city, person.region, person.country_name),
    }


def asked(call: Call) -> dict[str, list[Any]]:
    """Return the conditions of a search by field, an id as the name it stands for."""
    return {one["field_id"]: [str(value).split(":", 1)[-1] for value in one["values"]] for one in call.json["query"]}


def paged(call: Call, found: list[Any]) -> list[Any]:
    """Return the page after an entity."""
    ids = [one.id for one in found]
    after = call.json.get("after_id")
    start = ids.index(after) + 1 if after in ids else 0
    return found[start : start + call.json["limit"]]


@route("POST", "/searches/organizations")
def search_organizations(call: Call) -> object:
    """Search organizations."""
    by = asked(call)
    codes = set(by.get("num_employees_enum", []))
    sizes = [size for size, code in CODES.items() if code in codes] + [
        size for size, both in BETWEEN.items() if codes & set(both)
    ]
    found = call.view.companies(
        limit=200,
        domain=by.get("website_url"),
        name=by.get("identifier"),
        industry=by.get("categories"),
        country=by.get("location_identifiers"),
        employee_range=sizes,
    )
    fields = call.json["field_ids"]
    page = [{"uuid": one.id, "properties": organization(one, fields)} for one in paged(call, found)]
    return {"count": len(found), "entities": page}


@route("POST", "/searches/people")
def search_people(call: Call) -> object:
    """Search people."""
    by = asked(call)
    company = call.view.company(id=by["primary_organization"][0])
    domain = company.company_domain if company else "nobody"
    found = call.view.people(limit=200, company_domain=domain, title=by.get("primary_job_title"))
    page = paged(call, found)
    return {"count": len(found), "entities": [{"uuid": one.id, "properties": individual(one)} for one in page]}


@route("GET", "/autocompletes")
def autocomplete(call: Call) -> object:
    """Complete a name."""
    name, collection = call.params["query"], call.params["collection_ids"]
    if collection != "organizations":
        return {"count": 1, "entities": [{"identifier": {"uuid": f"{collection}:{name}", "value": name}}]}
    company = call.view.company(name=name)
    found = [organization(one, ["identifier"]) for one in [company] if one]
    return {"count": len(found), "entities": found}


@route("GET", "/entities/organizations/{permalink}")
def entity(call: Call) -> object:
    """Describe an organization."""
    company = call.view.company(linkedin_url=call.at["permalink"])
    if company is None:
        return Answer(404, json=[{"status": 404, "code": "MD404", "message": "not found"}])
    return {"properties": organization(company, call.params["field_ids"].split(","))}


@route("GET", "/entities/people/{permalink}")
def individual_by_permalink(call: Call) -> object:
    """Describe a person."""
    one = call.view.person(linkedin_url=call.at["permalink"])
    if one is None:
        return Answer(404, json=[{"status": 404, "code": "MD404", "message": "not found"}])
    return {"properties": individual(one)}


@route("GET", "/entities/organizations/{permalink}/cards/{card}")
def cards(call: Call) -> object:
    """List funding rounds (one, with all of it), acquisitions (of another invented company), a flotation."""
    kind, company = call.at["card"], call.view.company(linkedin_url=call.at["permalink"])
    if company is None:
        return Answer(404, json=[{"status": 404, "code": "MD404", "message": "not found"}])
    if kind == "ipos":
        floated = {"went_public_on": "2019-05-01", "stock_symbol": company.ticker, "stock_exchange_symbol": "nyse"}
        return {"cards": {kind: [floated]}}
    if kind.endswith("acquisitions"):
        other = next((one for one in call.view.companies(limit=2) if one.id != company.id), company)
        bought, buyer = (other, company) if kind == "acquirer_acquisitions" else (company, other)
        deal = {
            "acquiree_identifier": {"value": bought.company_name, "permalink": bought.slug},
            "acquirer_identifier": {"value": buyer.company_name, "permalink": buyer.slug},
            "announced_on": {"precision": "day", "value": "2024-05-01"},
            "acquisition_type": "acquisition",
        }
        return {"cards": {kind: [deal]}}
    if company.funding_stage is None:  # a grant is no funding that the summary counts
        grant = {"identifier": {"uuid": f"round-{company.id}", "value": f"Grant - {company.company_name}"}}
        return {"cards": {kind: [grant] if "identifier" in call.params["card_field_ids"].partition(",")[0] else []}}
    one = {
        "identifier": {"uuid": f"round-{company.id}", "value": f"{company.funding_stage} - {company.company_name}"},
        "announced_on": company.last_funding_at,
        "investment_type": company.funding_stage,
        "money_raised": {"value_usd": company.funding_total_usd},
        "investor_identifiers": [{"value": name} for name in company.investors],
    }
    return {"cards": {kind: [one]}}
