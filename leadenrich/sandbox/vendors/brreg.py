"""Sandbox: the Norwegian register's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

WORDS = {"company_number": lambda person: number(person.company)}
LOSSY = {
    "*": {"company_number": "a register number of another form", "company_type": "the forms of Norwegian law"},
    "search_people": {"people": "a role is no job title"},
}


def number(company: SandboxCompany) -> str:
    """Return an invented number of a company."""
    return f"{800000000 + company.index:09d}"


def shown(company: SandboxCompany) -> dict[str, Any]:
    """Return an entity."""
    return {
        "organisasjonsnummer": number(company),
        "navn": company.company_name,
        "organisasjonsform": {"kode": "AS", "beskrivelse": "Aksjeselskap"},
        "hjemmeside": company.website,
        "naeringskode1": {"kode": "13.200", "beskrivelse": company.industry},
        "antallAnsatte": company.employee_count,
        "harRegistrertAntallAnsatte": company.employee_count is not None,
        "forretningsadresse": {
            "land": company.country_name,
            "landkode": company.country,
            "postnummer": company.postal_code,
            "poststed": company.city,
            "adresse": [company.street, None, ""],
        },
        "stiftelsesdato": f"{company.founded_year}-04-01",
        "konkurs": False,
    }


def one(call: Call) -> SandboxCompany | None:
    """Return the entity of a number."""
    return next((item for item in call.view.companies(limit=None) if number(item) == call.at["number"]), None)


@route("GET", "/enheter/{number}")
def entity(call: Call) -> object:
    """Read an entity."""
    found = one(call)
    return shown(found) if found else Answer(404, text="")


@route("GET", "/enheter/{number}/roller")
def roles(call: Call) -> object:
    """List roles."""
    found = one(call)
    if found is None:
        return Answer(404, text="")
    people = call.view.people(company_domain=found.company_domain, limit=5)
    held = [
        {
            "type": {"kode": "MEDL", "beskrivelse": "Styremedlem"},
            "person": {"navn": {"fornavn": person.first_name, "etternavn": person.last_name}, "erDoed": False},
            "avregistrert": False,
        }
        for person in people
    ]
    return {"rollegrupper": [{"type": {"kode": "STYR", "beskrivelse": "Styre"}, "roller": held}]}


@route("GET", "/enheter")
def search(call: Call) -> object:
    """Search entities."""
    asked = call.params
    size, page = int(asked.get("size", 20)), int(asked.get("page", 0))
    low, high = asked.get("fraAntallAnsatte"), asked.get("tilAntallAnsatte")
    wanted = {
        "name": asked.get("navn"),
        "city": asked["forretningsadresse.poststed"].title() if asked.get("forretningsadresse.poststed") else None,
        "employee_range": f"{low}-{high}" if low and high else f"{low}+" if low else None,
    }
    found = call.view.companies(limit=size, offset=page * size, **wanted)
    total = call.view.count_companies(**wanted)
    pages = {"size": size, "totalElements": total, "totalPages": -(-total // size), "number": page}
    return {**({"_embedded": {"enheter": [shown(item) for item in found]}} if found else {}), "page": pages}
