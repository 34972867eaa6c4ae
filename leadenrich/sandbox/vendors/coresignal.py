"""Sandbox: Coresignal's replies."""

from __future__ import annotations

import gzip
import json
from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NOTHING = Answer(404, json={"detail": "Not found"})


def number(id: str) -> str:
    """Return the number that stands for an id of the world."""
    index, _, seat = id[1:].partition("x")
    return str(int(index, 16) * 1000 + int(seat or "0", 16))


WORDS = {
    "coresignal_person_id": lambda person: number(person.id),
    "coresignal_company_id": lambda person: number(person.company.id),
    "filters": {"match_all": {}},
}


class Packed(Answer):
    """A file of gzipped JSON lines."""

    @property
    def content(self) -> bytes:
        """Return the body."""
        return gzip.compress("\n".join(json.dumps(one, default=float) for one in self.json).encode())


def company(call: Call, id: str) -> dict[str, Any] | None:
    """Return a company's record by number or by the last part of its page's address."""
    known = {"id": f"c{int(id) // 1000:x}"} if id.isdecimal() else {"linkedin_url": id}
    return described(call.view.company(**known))


def person(call: Call, id: str) -> dict[str, Any] | None:
    """Return an employee's record, likewise."""
    known = {"id": f"p{int(id) // 1000:x}x{int(id) % 1000:x}"} if id.isdecimal() else {"linkedin_url": id}
    return who(call.view.person(**known))


def described(one: SandboxCompany | None) -> dict[str, Any] | None:
    """Return a company's record."""
    return (
        None
        if one is None
        else {
            "id": int(number(one.id)),
            "company_name": one.name,
            "website": one.website,
            "website_domain": one.domain,
            "professional_network_url": one.linkedin_url,
            "description": one.description,
            "industry": one.industry,
            "type": one.company_type,
            "founded_year": str(one.founded_year),
            "employees_count": one.employee_count,
            "size_range": one.employee_range and f"{one.employee_range} employees",
            "hq_city": one.city,
            "hq_state": one.region,
            "hq_country": one.country_name,
            "hq_country_iso2": one.country,
            "naics_codes": [one.naics],
            "sic_codes": [one.sic],
            "twitter_url": [one.twitter_url],
            "facebook_url": [one.facebook_url],
            "total_website_visits_monthly": one.visits,
            "technologies_used": [{"technology": name} for name in one.technologies],
            "last_funding_round": {"type": one.funding_stage},
            "funding_rounds": [{"amount_raised": one.funding_total_usd, "amount_raised_currency": "$"}],
            "revenue_annual": {
                "source_1_annual_revenue": None,
                "source_5_annual_revenue": {"annual_revenue": one.annual_revenue_usd, "annual_revenue_currency": "$"},
            },
        }
    )


def who(one: SandboxPerson | None) -> dict[str, Any] | None:
    """Return an employee's record."""
    return (
        None
        if one is None
        else {
            "id": int(number(one.id)),
            "full_name": one.full_name,
            "first_name": one.first_name,
            "last_name": one.last_name,
            "headline": one.headline,
            "professional_network_url": one.linkedin_url,
            "primary_professional_email": one.email,
            "location_city": one.city,
            "location_state": one.region,
            "primary_professional_email_status": "verified" if one.email_status == "valid" else "matched_email",
            "location_country": one.country_name,
            "location_country_iso2": one.country,
            "active_experience_title": one.title,
            "active_experience_department": one.department,
            "active_experience_management_level": one.seniority,
            "experience": [
                {"active_experience": 0, "company_name": "Elsewhere"},
                {
                    "active_experience": 1,
                    "company_name": one.company_name,
                    "company_website": one.company.website,
                    "company_linkedin_url": one.company_linkedin_url,
                },
            ],
        }
    )


def paid(call: Call, record: dict[str, Any] | None) -> object:
    """Return a record for its price."""
    if record is None:
        return NOTHING
    call.charge(20)
    return record


@route("GET", "/company_multi_source/enrich")
def enrich(call: Call) -> object:
    return paid(call, described(call.view.company(domain=call.params["website"])))


@route("GET", "/company_multi_source/collect/{id}")
def collect_company(call: Call) -> object:
    return paid(call, company(call, call.at["id"]))


@route("GET", "/employee_multi_source/collect/{id}")
def collect_employee(call: Call) -> object:
    return paid(call, person(call, call.at["id"]))


@route("POST", "/data_requests/{kind}_multi_source/ids")
def submit(call: Call) -> object:
    read = company if call.at["kind"] == "company" else person
    records = [record for id in call.json["ids"] if (record := read(call, str(id)))]
    call.charge(20 * len(records))
    return Answer(201, json={"request_id": call.job(records)})


@route("GET", "/data_requests/{job}/files")
def files(call: Call) -> object:
    return {"data_request_files": ["part-0.json.gz"]} if call.done(call.at["job"]) is not None else Answer(202, json={})


@route("GET", "/data_requests/{job}/files/{name}")
def file(call: Call) -> object:
    return Packed(json=call.done(call.at["job"]))


def wanted(call: Call) -> dict[str, Any]:
    """Return what a query in the search language asks for, by field."""
    found: dict[str, Any] = {}
    for clause in call.json["query"].get("bool", {}).get("must", []):
        for kind, said in clause.items():
            inner = said["query"]["bool"]["must"][0]["match"] if kind == "nested" else said
            found |= {field: {"range": value} if kind == "range" else value for field, value in inner.items()}
    return found


def people(call: Call, limit: int, offset: int) -> tuple[list[SandboxPerson], int]:
    """Return a page of the people that fit, and how many there are."""
    q = wanted(call)
    by = {
        "full_name": q.get("full_name"),
        "title": q.get("active_experience_title"),
        "country": q.get("location_country"),
        "company_name": q.get("experience.company_name"),
    }
    return call.view.people(**by, limit=limit, offset=offset), call.view.count_people(**by)


def companies(call: Call, limit: int, offset: int) -> tuple[list[SandboxCompany], int]:
    """Return a page of the companies that fit, and how many there are."""
    q = wanted(call)
    ends = q.get("employees_count", {}).get("range")
    by = {
        "industry": q.get("industry"),
        "name": q.get("company_name"),
        "country": q.get("hq_country"),
        "employee_range": ends and f"{ends.get('gte', 0)}-{ends.get('lte', 10**9)}",
    }
    return call.view.companies(**by, limit=limit, offset=offset), call.view.count_companies(**by)


@route("POST", "/{kind}_multi_source/search/es_dsl")
def search(call: Call) -> object:
    size, offset = int(call.params["items_per_page"]), int(call.params.get("after", 0))
    found, total = (companies if call.at["kind"] == "company" else people)(call, size, offset)
    more = {"x-next-page-after": str(offset + size)} if offset + size < total else {}
    head = {"x-total-results": str(total), "x-credits-remaining": "480", **more}
    return Answer(json=[int(number(one.id)) for one in found], headers=head)


@route("POST", "/{kind}_multi_source/search/es_dsl/preview")
def preview(call: Call) -> object:
    call.charge(20)
    if call.at["kind"] == "company":
        firms, _ = companies(call, 20, 0)
        return [{**(described(one) or {}), "unique_domain": one.domain} for one in firms]
    found, _ = people(call, 20, 0)
    return [
        {**(who(one) or {}), "company_name": one.company_name, "company_website": one.company.website} for one in found
    ]
