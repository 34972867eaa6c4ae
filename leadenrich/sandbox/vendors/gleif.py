"""Sandbox: GLEIF's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {"corporate-children": {"lei": lambda person: person.company.lei}}


def record(company: SandboxCompany) -> dict[str, Any]:
    """Return the record of an entity."""
    seat = {
        "city": company.city,
        "region": company.region,
        "country": company.country,
        "addressLines": [company.street],
        "language": "en",
        "addressNumber": None,
        "addressNumberWithinBuilding": None,
        "mailRouting": None,
        "postalCode": company.postal_code,
    }
    related = {"lei": None, "name": None}
    entity: dict[str, Any] = {
        "legalName": {"name": company.company_name, "language": "en"},
        "otherNames": [],
        "legalAddress": seat,
        "headquartersAddress": seat,
        "registeredAs": company.company_number,
        "jurisdiction": company.country,
        "category": "GENERAL",
        "status": "ACTIVE",
        "creationDate": f"{company.founded_year}-01-01T00:00:00Z",
        "associatedEntity": related,
        "successorEntity": related,
        "successorEntities": [],
        "otherAddresses": [],
        "eventGroups": [],
        "expiration": {"date": None, "reason": None},
        "legalForm": {"id": "XTIQ", "other": None},
        "registeredAt": {"id": "RA000602", "other": None},
        "subCategory": None,
        "transliteratedOtherNames": [],
    }
    registration = {
        "status": "ISSUED",
        "corroborationLevel": "FULLY_CORROBORATED",
        "initialRegistrationDate": "2020-01-01T00:00:00Z",
        "lastUpdateDate": "2026-01-01T00:00:00Z",
        "nextRenewalDate": "2027-01-01T00:00:00Z",
        "managingLou": "5493001KJTIIGC8Y1R12",
        "validatedAt": {"id": "RA000602", "other": None},
        "validatedAs": company.company_number,
        "otherValidationAuthorities": [],
    }
    attributes = {"lei": company.lei, "entity": entity, "registration": registration, "bic": None}
    links = {"self": f"https://api.gleif.org/api/v1/lei-records/{company.lei}"}
    return {"type": "lei-records", "id": company.lei, "attributes": attributes, "relationships": {}, "links": links}


def paged(call: Call, companies: list[SandboxCompany]) -> dict[str, Any]:
    """Return one page of records."""
    number, size = int(call.params.get("page[number]", 1)), int(call.params.get("page[size]", 15))
    last = max(1, -(-len(companies) // size))
    pagination = {"currentPage": number, "perPage": size, "total": len(companies), "lastPage": last}
    shown = companies[(number - 1) * size : number * size]
    return {"meta": {"pagination": pagination}, "links": {}, "data": [record(one) for one in shown]}


@route("GET", "/lei-records")
def records(call: Call) -> object:
    """List records by filters."""
    asked = call.params
    if leis := asked.get("filter[lei]"):
        found = [call.view.company(lei=lei) for lei in str(leis).split(",")]
        return paged(call, [one for one in found if one is not None])
    name = asked.get("filter[entity.legalName]") or asked.get("filter[fulltext]")
    country = asked.get("filter[entity.legalAddress.country]")
    return paged(call, call.view.companies(name=name, country=country, limit=500))


@route("GET", "/lei-records/{lei}")
def one(call: Call) -> object:
    """Read one record."""
    company = call.view.company(lei=call.at["lei"])
    if company is None:
        return Answer(404, json={"errors": [{"status": "404", "title": "Not Found", "detail": "no such LEI"}]})
    return {"meta": {"goldenCopy": {"publishDate": "2026-04-12T00:00:00Z"}}, "data": record(company)}


@route("GET", "/fuzzycompletions")
def completions(call: Call) -> object:
    """Complete a name."""
    found = call.view.companies(name=call.params.get("q"))
    return {
        "data": [
            {
                "type": "fuzzycompletions",
                "attributes": {"value": company.company_name},
                "relationships": {"lei-records": {"data": {"type": "lei-records", "id": company.lei}}},
            }
            for company in found
        ]
    }


@route("GET", "/lei-records/{lei}/direct-children")
@route("GET", "/lei-records/{lei}/ultimate-children")
def children(call: Call) -> object:
    """List children: in this world every company owns its neighbour."""
    company = call.view.company(lei=call.at["lei"])
    return paged(call, [] if company is None else call.view.companies(country=company.country, limit=3))
