"""Sandbox: Cognism's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Call, route


def preview(person: SandboxPerson) -> dict[str, Any]:
    """Return what a match or a search shows of a person."""
    return {
        "id": person.id,
        "redeemId": f"ticket-{person.id}",
        "firstName": person.first_name,
        "lastName": person.last_name,
        "fullName": person.full_name,
        "jobTitle": person.title,
        "hasEmail": person.email is not None,
        "hasMobilePhoneNumbers": person.mobile_phone is not None,
        "account": {"id": person.company.id, "name": person.company_name},
    }


def record(person: SandboxPerson) -> dict[str, Any]:
    """Return a redeemed person."""
    mobile = [{"number": person.mobile_phone, "dnc": False}] if person.mobile_phone else []
    return {
        **preview(person),
        "email": {"address": person.email, "quality": "High"} if person.email else None,
        "mobilePhoneNumbers": mobile,
        "linkedinUrl": person.linkedin_url,
        "country": person.country_name,
        "managementLevel": person.seniority,
        "account": account(person.company),
    }


def account(company: SandboxCompany) -> dict[str, Any]:
    """Return a redeemed company."""
    place = {"addressType": "HQ", "city": company.city, "state": company.region, "country": company.country_name}
    return {
        "id": company.id,
        "redeemId": f"ticket-{company.id}",
        "name": company.company_name,
        "domain": company.company_domain,
        "website": company.website,
        "type": company.company_type,
        "headcount": company.employee_count,
        "revenue": company.annual_revenue_usd,
        "founded": company.founded_year,
        "linkedinUrl": company.company_linkedin_url,
        "industry": [company.industry] if company.industry else [],
        "technologies": company.technologies,
        "location": [place],
        "description": company.description,
    }


@route("POST", "/contact/enrich")
def match_contact(call: Call) -> object:
    """Match a person."""
    asked = call.json
    person = call.view.person(
        email=asked.get("email"),
        linkedin_url=asked.get("linkedinUrl"),
        first_name=asked.get("firstName"),
        last_name=asked.get("lastName"),
        company_domain=asked.get("accountWebsite"),
        company_name=asked.get("accountName"),
    )
    return {"matchScore": 60 if person else 0, "results": [preview(person)] if person else []}


@route("POST", "/contact/redeem")
def redeem_contact(call: Call) -> object:
    """Redeem people."""
    people = [call.view.person(id=ticket.removeprefix("ticket-")) for ticket in call.json["redeemIds"]]
    known = [record(person) for person in people if person is not None]
    call.charge(len(known))
    return {"totalResults": len(known), "results": known[::-1]}


@route("POST", "/account/enrich")
def match_account(call: Call) -> object:
    """Match a company."""
    asked = call.json
    company = call.view.company(
        domain=asked.get("domain") or asked.get("website"),
        name=asked.get("name"),
        linkedin_url=asked.get("linkedinUrl"),
    )
    found = [{"id": company.id, "redeemId": f"ticket-{company.id}", "name": company.company_name}] if company else []
    return {"matchScore": 80, "results": found}


@route("POST", "/account/redeem")
def redeem_account(call: Call) -> object:
    """Redeem companies."""
    companies = [call.view.company(id=ticket.removeprefix("ticket-")) for ticket in call.json["redeemIds"]]
    known = [account(company) for company in companies if company is not None]
    return {"totalResults": len(known), "results": known[::-1]}


def paged(call: Call, results: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    """Return one page of previews."""
    return {"lastReturnedKey": str(start + len(results)), "totalResults": total, "results": results}


@route("POST", "/contact/search")
def search_contacts(call: Call) -> object:
    """Search people."""
    asked, of_account = call.json, call.json.get("account", {})
    wanted: dict[str, Any] = {
        "first_name": asked.get("firstName"),
        "last_name": asked.get("lastName"),
        "title": asked.get("jobTitles"),
        "company_name": of_account.get("names"),
        "company_domain": of_account.get("domains"),
    }
    start, size = int(call.params.get("lastReturnedKey") or 0), int(call.params["indexSize"])
    people = call.view.people(limit=size, offset=start, **wanted)
    return paged(call, [preview(person) for person in people], call.view.count_people(**wanted), start)


@route("POST", "/account/search")
def search_accounts(call: Call) -> object:
    """Search companies."""
    asked = call.json
    wanted: dict[str, Any] = {
        "name": asked.get("names"),
        "domain": asked.get("domains"),
        "industry": asked.get("industries"),
        "city": asked.get("cities"),
        "technology": asked.get("technologies"),
    }
    start, size = int(call.params.get("lastReturnedKey") or 0), int(call.params["indexSize"])
    companies = call.view.companies(limit=size, offset=start, **wanted)
    results = [
        {
            "id": one.id,
            "redeemId": f"ticket-{one.id}",
            "name": one.company_name,
            "domain": one.company_domain,
            "industry": one.industry,
        }
        for one in companies
    ]
    return paged(call, results, call.view.count_companies(**wanted), start)


@route("GET", "/entitlement/contactEntitlementSubscription")
def entitlement(call: Call) -> object:
    """List the fields a key may see."""
    return {"fields": ["email", "mobilePhoneNumbers"]}
