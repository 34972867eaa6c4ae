"""Sandbox: Explorium's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Call, route

WORDS = {
    "explorium_prospect_id": lambda person: person.id,
    "explorium_business_id": lambda person: person.company.id,
    "search_people": {"filters": {"job_title": {"values": ["e"]}}},
    "search_companies": {"filters": {"has_website": {"value": True}}},
}

APART = {"find_phone": "numbers and addresses are kinds of contact that are asked for by name"}


def said(status: str = "success", **more: Any) -> dict[str, Any]:
    """Return an envelope."""
    return {"response_context": {"correlation_id": "c-1", "request_status": status}, **more}


@route("POST", "/prospects/match")
def match_prospects(call: Call) -> object:
    found = []
    for one in call.json["prospects_to_match"]:
        firm = str(one.get("company_name") or "")
        person = call.view.person(
            email=one.get("email"),
            personal_email=one.get("email"),
            linkedin_url=one.get("linkedin"),
            phone=one.get("phone_number"),
            full_name=one.get("full_name"),
            **{"company_domain" if "." in firm else "company_name": firm},
        )
        found.append({"input": one, "prospect_id": person.id if person else None})
    return said(total_matches=len(found), matched_prospects=found)


@route("POST", "/businesses/match")
def match_businesses(call: Call) -> object:
    found = []
    for one in call.json["businesses_to_match"]:
        firm = call.view.company(domain=one.get("domain"), name=one.get("name"), linkedin_url=one.get("linkedin_url"))
        found.append({"input": one, "business_id": firm.id if firm else None})
    return said(total_matches=len(found), matched_businesses=found)


def contacts(person: SandboxPerson, kinds: list[str]) -> dict[str, Any]:
    """Return a person's contacts of some kinds."""
    mails = [{"address": person.email, "type": "professional"}, {"address": person.personal_email, "type": "personal"}]
    status = "catch_all" if person.email_status == "accept_all" else person.email_status
    mail = {
        "emails": [one for one in mails if one["address"]],
        "professions_email": person.email,
        "professional_email_status": status,
    }
    phone = {"mobile_phone": person.mobile_phone, "phone_numbers": [{"phone_number": person.mobile_phone}]}
    return {**(mail if "email" in kinds else {}), **(phone if "phone" in kinds else {})}


def who(person: SandboxPerson) -> dict[str, Any]:
    """Return a profile."""
    return {
        "prospect_id": person.id,
        "full_name": person.full_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "country_name": person.country_name,
        "region_name": person.region,
        "city": person.city,
        "linkedin": f"linkedin.com/in/{person.slug}",
        "company_name": person.company_name,
        "company_website": person.company.website,
        "company_linkedin": f"linkedin.com/company/{person.company.slug}",
        "job_title": person.title,
        "job_department": person.department,
        "job_seniority_level": person.seniority,
    }


def described(firm: SandboxCompany) -> dict[str, Any]:
    """Return a company."""
    return {
        "business_id": firm.id,
        "name": firm.name,
        "business_description": firm.description,
        "website": firm.website,
        "country_name": firm.country_name,
        "region_name": firm.region,
        "city_name": firm.city,
        "number_of_employees_range": firm.employee_range,
        "linkedin_profile": f"linkedin.com/company/{firm.slug}",
        "linkedin_industry_category": firm.industry,
        "naics": int(firm.naics or 0) or None,
        "sic_code": firm.sic,
    }


@route("POST", "/prospects/{what}/enrich")
def enrich_prospect(call: Call) -> object:
    person = call.view.person(id=call.json["prospect_id"])
    if person is None:
        return said("miss", data=None)
    kinds = call.json.get("parameters", {}).get("contact_types", [])
    return said(data=who(person) if call.at["what"] == "profiles" else contacts(person, kinds), entity_id=person.id)


@route("POST", "/prospects/contacts_information/bulk_enrich")
def enrich_prospects(call: Call) -> object:
    people = [person for id in call.json["prospect_ids"] if (person := call.view.person(id=id))]
    kinds = call.json["parameters"]["contact_types"]
    return said(data=[{"prospect_id": one.id, "data": contacts(one, kinds)} for one in reversed(people)])


@route("POST", "/businesses/{what}/enrich")
def enrich_business(call: Call) -> object:
    firm = call.view.company(id=call.json["business_id"])
    if firm is None:
        return said("miss", data=None)
    call.charge(1 if call.at["what"] == "firmographics" else 0)
    alike = call.view.companies(industry=firm.industry, limit=3) if call.at["what"] == "lookalikes" else []
    data: dict[str, Any] = {
        "firmographics": described(firm),
        "technographics": {"full_tech_stack": firm.technologies},
        "funding_and_acquisition": {
            "known_funding_total_value": firm.funding_total_usd,
            "last_funding_round_type": firm.funding_stage,
            "last_funding_round_date": firm.last_funding_at,
            "investors": firm.investors,
        },
        "lookalikes": [
            {"lookalike_business_id": one.id, "lookalike_business_name": one.name, "lookalike_website": one.website}
            for one in alike
        ],
    }
    return said(data=data[call.at["what"]], entity_id=firm.id)


@route("POST", "/businesses/firmographics/bulk_enrich")
def enrich_businesses(call: Call) -> object:
    firms = [firm for id in call.json["business_ids"] if (firm := call.view.company(id=id))]
    call.charge(len(firms))
    return said(data=[{"business_id": firm.id, "data": described(firm)} for firm in reversed(firms)])


def asked(call: Call) -> tuple[dict[str, Any], int, int]:
    """Return a search's filters and its page."""
    by = {name: one.get("values") for name, one in call.json["filters"].items()}
    return by, call.json["page_size"], (call.json["page"] - 1) * call.json["page_size"]


@route("POST", "/prospects")
def prospects(call: Call) -> object:
    by, limit, offset = asked(call)
    firms = [firm.domain for id in by.get("business_id") or [] if (firm := call.view.company(id=id))]
    q = {"company_domain": firms, "country": by.get("country_code"), "title": by.get("job_title")}
    found = call.view.people(**q, limit=limit, offset=offset)
    return said(data=[who(one) for one in found], total_results=call.view.count_people(**q))


@route("POST", "/businesses")
def businesses(call: Call) -> object:
    by, limit, offset = asked(call)
    q = {
        "country": by.get("country_code"),
        "industry": by.get("linkedin_category"),
        "employee_range": by.get("company_size"),
    }
    found = call.view.companies(**q, limit=limit, offset=offset)
    return said(data=[described(one) for one in found], total_results=call.view.count_companies(**q))


@route("GET", "/credits")
def credits(call: Call) -> object:
    return said(allocated_credits=100, remaining_credits=88, account_type="trial")
