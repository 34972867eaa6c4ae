"""Sandbox: PitchBook's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(401, json={"reason": "UNAUTHORIZED", "message": "Active API key not found"})
LOSSY = {"find_email": {"phone": "the vendor does not say which of a person's numbers it gives"}}


def paged(call: Call, items: list[dict[str, Any]], total: int) -> dict[str, Any]:
    """Return one page."""
    here, size = int(call.params.get("page", 1)), int(call.params.get("perPage", 25))
    return {"stats": {"total": total, "perPage": size, "page": here, "lastPage": -(-total // size)}, "items": items}


def money(amount: object) -> dict[str, Any] | None:
    """Return an amount as the vendor writes it."""
    return {"amount": amount, "currency": "USD", "estimated": False} if amount is not None else None


def asked(call: Call) -> SandboxCompany | None:
    """Return the company an id stands for."""
    return call.view.company(id=call.at["id"])


def bare(company: SandboxCompany) -> str:
    """Return a website as the vendor writes it."""
    return f"www.{company.company_domain}"


@route("GET", "/companies/search")
def search_companies(call: Call) -> object:
    """Search companies."""
    q = call.params
    name, size = q.get("companyNames"), int(q.get("perPage", 25))
    low, _, high = q.get("employeeCount", "").replace(">", "").partition("^")
    wanted = {
        "domain": name if name and name.endswith(".example") else None,
        "name": None if name and name.endswith(".example") else name,
        "keywords": q.get("keywords"),
        "country": q.get("country"),
        "city": q.get("city"),
        "industry": q.get("industry"),
        "employee_range": f"{low}-{high}" if low else None,
    }
    found = call.view.companies(limit=size, offset=(int(q.get("page", 1)) - 1) * size, **wanted)
    items = [{"companyId": one.id, "companyName": one.company_name, "website": bare(one)} for one in found]
    return paged(call, items, call.view.count_companies(**wanted))


@route("GET", "/companies/{id}/bio")
def bio(call: Call) -> object:
    """Describe a company."""
    company = asked(call)
    if company is None:
        return Answer(404, json={"reason": "NOT_FOUND", "message": "no such company"})
    call.charge(1)
    return {
        "companyId": company.id,
        "companyName": {"formalName": company.company_name, "legalName": company.legal_name},
        "hqLocation": {"city": company.city, "stateProvince": company.region, "country": company.country_name},
        "description": company.description,
        "ownershipStatus": {"code": "P", "description": company.company_type},
        "website": bare(company),
        "employees": company.employee_count,
        "yearFounded": company.founded_year,
        "ticker": company.ticker,
        "cikCode": company.cik,
        "totalMoneyRaised": money(company.funding_total_usd),
        "sicCodes": [{"code": company.sic, "description": "x"}],
        "companySocialURLs": {
            "facebookProfileUrl": company.facebook_url,
            "twitterProfileUrl": company.twitter_url,
            "linkedInProfileUrl": company.company_linkedin_url,
        },
    }


@route("GET", "/companies/{id}/industries")
def industries(call: Call) -> object:
    """Say what a company does."""
    company = asked(call)
    named = {"industryCode": {"code": "1", "description": company.industry if company else None}, "primary": True}
    return {"companyId": call.at["id"], "industries": [named], "verticals": [], "keywords": []}


@route("GET", "/companies/{id}/deals")
def deals(call: Call) -> object:
    """List a company's deals: every invented one was founded with a grant."""
    company = asked(call)
    call.charge(1)
    if company is None:
        return []
    kind = {"code": "GRT", "description": "Grant"}
    return [
        {"dealId": f"{company.id}-1T", "dealDate": f"{company.founded_year}-05-01", "dealType1": kind, "dealNumber": 1}
    ]


@route("GET", "/companies/{id}/most-recent-financials")
def financials(call: Call) -> object:
    """Say what a company earns."""
    company = asked(call)
    return {"companyId": call.at["id"], "revenue": money(company.annual_revenue_usd if company else None)}


@route("GET", "/companies/{id}/most-recent-financing")
def financing(call: Call) -> object:
    """Say how a company was last financed."""
    company = asked(call)
    call.charge(1)
    kind = {"code": "A", "description": company.funding_stage} if company and company.funding_stage else None
    return {
        "companyId": call.at["id"],
        "lastFinancingDate": company.last_funding_at if company else None,
        "lastFinancingDealType": {"code": "EVC", "description": "Early Stage VC"} if kind else None,
        "lastFinancingDealType2": kind,
    }


@route("GET", "/companies/{id}/investors")
def investors(call: Call) -> object:
    """Say who invested."""
    company = asked(call)
    names = company.investors if company else []
    return {"countAllInvestors": len(names), "investors": [{"investorName": name} for name in names]}


@route("GET", "/companies/{id}/similar-companies")
def similar(call: Call) -> object:
    """List companies of the same industry."""
    company = asked(call)
    found = call.view.companies(industry=company.industry, limit=5) if company else []
    call.charge(1)
    return [
        {
            "companyId": call.at["id"],
            "similarCompanyId": one.id,
            "similarCompanyName": one.company_name,
            "similarityScore": 0.97,
            "competitor": True,
        }
        for one in found
    ]


@route("GET", "/entities/{id}/news")
def news(call: Call) -> object:
    """List news."""
    company = asked(call)
    return [
        {"entityId": call.at["id"], "title": item["title"], "publishDate": item["published_at"], "url": item["url"]}
        for item in (company.news if company else [])
    ]


@route("GET", "/people/search")
def search_people(call: Call) -> object:
    """Search people."""
    q = call.params
    firm, size = q.get("firmNames"), int(q.get("perPage", 25))
    if q.get("email"):
        person = call.view.person(email=q["email"])
        found = [person] if person else []
        total = len(found)
    else:
        wanted = {
            "company_domain": firm if firm and firm.endswith(".example") else None,
            "company_name": None if firm and firm.endswith(".example") else firm,
            "title": q.get("positionTitle"),
            "full_name": q.get("personNames"),
            "first_name": q.get("firstName"),
            "last_name": q.get("lastName"),
            "country": q.get("country"),
            "seniority": q.get("positionLevel"),
            "department": q.get("department"),
        }
        found = call.view.people(limit=size, offset=(int(q.get("page", 1)) - 1) * size, **wanted)
        total = call.view.count_people(**wanted)
    return paged(
        call, [{"personId": one.id, "personName": one.full_name, "firmId": one.company.id} for one in found], total
    )


@route("GET", "/people/{id}/bio")
def person_bio(call: Call) -> object:
    """Describe a person."""
    person = call.view.person(id=call.at["id"])
    if person is None:
        return Answer(404, json={"reason": "NOT_FOUND", "message": "no such person"})
    call.charge(1)
    return {
        "personId": person.id,
        "primaryEntityName": person.company_name,
        "primaryPosition": person.title,
        "personName": {"full": person.full_name, "first": person.first_name, "last": person.last_name},
        "linkedInProfileUrl": person.linkedin_url,
        "primaryEntityWebsite": bare(person.company),
        "primaryOffice": {
            "city": person.city,
            "stateProvince": person.region,
            "country": person.country_name,
            "phone": person.phone,
        },
    }


@route("GET", "/people/{id}/contact")
def person_contact(call: Call) -> object:
    """Give contact details."""
    person = call.view.person(id=call.at["id"])
    if person is None:
        return Answer(404, json={"reason": "NOT_FOUND", "message": "no such person"})
    call.charge(1)
    return {"personId": person.id, "fullName": person.full_name, "phone": person.phone, "email": person.email}


@route("GET", "/credits/history")
def credits(call: Call) -> object:
    """Say what is left."""
    return [{"activeContract": True, "pricingModel": "Subscription", "creditsUsed": 0, "creditsRemaining": 5000}]
