"""Sandbox: the French register's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Call, route

WORDS = {"company_number": lambda person: siren(person.company)}
LOSSY = {
    "*": {
        "company_number": "a register number of another form",
        "country": "the register knows French companies alone",
        "employee_range": "bands of the register's own",
    },
    "search_people": {"people": "an officer's role is no job title"},
}


def siren(company: SandboxCompany) -> str:
    """Return an invented SIREN number of a company."""
    return f"{900000000 + company.index:09d}"


def shown(call: Call, company: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    people = call.view.people(company_domain=company.company_domain, limit=5)
    officers = [
        {"nom": one.last_name, "prenoms": one.first_name, "qualite": "Gérant", "type_dirigeant": "personne physique"}
        for one in people
    ]
    return {
        "siren": siren(company),
        "nom_complet": company.company_name,
        "nom_raison_sociale": company.company_name,
        "sigle": None,
        "date_creation": f"{company.founded_year}-04-01",
        "etat_administratif": "A",
        "tranche_effectif_salarie": "NN",
        "nature_juridique": "5710",
        "siege": {"adresse": company.address, "libelle_commune": company.city, "code_pays_etranger": None},
        "dirigeants": officers,
    }


@route("GET", "/search")
def search(call: Call) -> object:
    """Search the register."""
    words, page, size = call.params.get("q", ""), int(call.params["page"]), int(call.params["per_page"])
    if words.isdecimal():
        found = [one for one in call.view.companies(limit=None) if siren(one) == words]
        total = len(found)
    else:
        wanted = {"name": words} if words else {}
        found = call.view.companies(limit=size, offset=(page - 1) * size, **wanted)
        total = call.view.count_companies(**wanted)
    results = [shown(call, one) for one in found]
    pages = -(-total // size)
    return {"results": results, "total_results": total, "page": page, "per_page": size, "total_pages": pages}
