"""Sandbox: LeadMagic's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

STATUSES = {"valid": "valid", "accept_all": "catch_all", "invalid": "invalid"}


@route("POST", "/v1/people/email-finder")
def email_finder(call: Call) -> object:
    """A work address by name."""
    q = call.json
    one = call.view.person(
        first_name=q.get("first_name"),
        last_name=q.get("last_name"),
        full_name=q.get("full_name"),
        company_domain=q.get("domain"),
        company_name=q.get("company_name"),
    )
    if one is None or one.email is None:
        return said(call, 0, email=None, status="not_found")
    names = {"first_name": one.first_name, "last_name": one.last_name, "domain": one.company_domain}
    status = STATUSES.get(one.email_status or "", "unknown")
    return said(call, 1, email=one.email, status=status, **names, **employer(one.company))


@route("POST", "/v1/people/b2b-profile-email")
def profile_email(call: Call) -> object:
    """A work address by profile."""
    one = call.view.person(linkedin_url=call.json.get("profile_url"))
    email = one.email if one else None
    return said(call, 5 if email else 0, email=email, profile_url=call.json.get("profile_url"))


@route("POST", "/v1/people/email-validation")
def validation(call: Call) -> object:
    """A verdict, and who owns the domain."""
    email = call.json["email"]
    status = STATUSES.get(call.view.verify(email), "unknown")
    company = call.view.company(email=email)
    page = {"company_linkedin_url": company.company_linkedin_url.removeprefix("https://www.")} if company else {}
    more = {**employer(company), **page} if company else {}
    return said(call, 0 if status == "unknown" else 0.25, email=email, email_status=status, **more)


@route("POST", "/v1/people/mobile-finder")
def mobile(call: Call) -> object:
    """A mobile number."""
    q = call.json
    one = call.view.person(
        linkedin_url=q.get("profile_url"), email=q.get("work_email"), personal_email=q.get("personal_email")
    )
    number = one.mobile_phone if one else None
    return said(call, 5 if number else 0, mobile_number=number)


@route("POST", "/v1/people/personal-email-finder")
def personal_email(call: Call) -> object:
    """A personal address."""
    one = call.view.person(linkedin_url=call.json.get("profile_url"))
    email = one.personal_email if one else None
    return said(call, 2 if email else 0, personal_email=email, status="found" if email else "not_found")


@route("POST", "/v1/people/b2b-profile")
def b2b_profile(call: Call) -> object:
    """The profile behind an address, without a scheme."""
    one = call.view.person(email=call.json.get("work_email"), personal_email=call.json.get("personal_email"))
    slug = one.slug if one else None
    return said(call, 10 if slug else 0, profile_url=f"linkedin.com/in/{slug}" if slug else None)


@route("POST", "/v1/people/profile-search")
def profile_search(call: Call) -> object:
    """Who is behind a profile."""
    one = call.view.person(linkedin_url=call.json.get("profile_url"))
    if one is None:
        return said(call, 0)
    return said(
        call,
        1,
        profile_url=one.linkedin_url,
        first_name=one.first_name,
        last_name=one.last_name,
        full_name=one.full_name,
        professional_title=one.title,
        location=f"{one.city}, {one.country_name}",
        country=one.country_name,
        company_name=one.company_name,
        company_website=one.company_domain,
        company_industry=one.company.industry,
        work_experience=[],
        education=[],
    )


@route("POST", "/v1/people/role-finder")
def role_finder(call: Call) -> object:
    """Who holds a role."""
    q = call.json
    company = {"company_domain": q.get("company_domain"), "company_name": q.get("company_name")}
    one = next(iter(call.view.people(**company, title=q["job_title"], limit=1)), None)
    if one is None:
        return said(call, 0)
    return said(
        call,
        2,
        first_name=one.first_name,
        last_name=one.last_name,
        full_name=one.full_name,
        job_title=one.title,
        profile_url=f"linkedin.com/in/{one.slug}" if one.slug else None,
        company_name=one.company_name,
        company_website=one.company_domain,
    )


@route("POST", "/v3/people/search")
def people(call: Call) -> object:
    """A company's people, page by page."""
    q = call.json
    company = call.view.company(
        domain=q.get("company_domain"), name=q.get("company_name"), linkedin_url=q.get("linkedin_url")
    )
    if company is None:
        return said(call, 0, people=[], count=0)
    filters = q.get("people_filters", {})
    wanted = {
        "company_domain": company.company_domain,
        "title": q.get("titles"),
        "keywords": q.get("query"),
        "seniority": filters.get("contact_job_level"),
        "department": filters.get("contact_job_function"),
        "full_name": filters.get("contact_full_name"),
    }
    start, size = int(q.get("cursor") or 0), int(q.get("limit", 10))
    found = call.view.people(**wanted, limit=size, offset=start)
    more = start + len(found) < call.view.count_people(**wanted)
    cursor = str(start + len(found)) if more else None
    rows = [listed(one) for one in found]
    return said(call, len(rows), people=rows, count=len(rows), next_cursor=cursor, has_more=more)


@route("POST", "/v1/companies/company-search")
def company_search(call: Call) -> object:
    """One company."""
    q = call.json
    one = call.view.company(
        domain=q.get("company_domain"), name=q.get("company_name"), linkedin_url=q.get("profile_url")
    )
    if one is None:
        return said(call, 0)
    low, _, high = (one.employee_range or "").replace("+", "-").partition("-")
    span = {"start": int(low), "end": int(high) if high else None} if low else None
    return said(
        call,
        1,
        companyName=one.company_name,
        industry=one.industry,
        employeeCount=one.employee_count,
        employeeRange=span,
        founded=one.founded_year,
        headquarters={"city": one.city, "country": one.country},
        description=one.description,
        b2b_profile_url=one.company_linkedin_url,
        logo_url=one.logo_url,
        twitter_url=one.twitter_url,
        facebook_url=one.facebook_url,
        specialties=one.keywords,
    )


@route("POST", "/v1/companies/company-funding")
def funding(call: Call) -> object:
    """What a company has raised."""
    one = company_of(call)
    if one is None:
        return said(call, 0)
    basic = {
        "companyName": one.company_name,
        "description": one.description,
        "founded": str(one.founded_year),
        "primaryDomain": one.company_domain,
        "phone": one.phone,
    }
    money = {"revenue": one.annual_revenue_usd, "totalFunding": one.funding_total_usd}
    size = {"employees": one.employee_count, "employeeRange": one.employee_range}
    return said(call, 4, basicInfo=basic, financialInfo=money, companySize=size)


@route("POST", "/v1/ads/google-ads-search")
def google_ads(call: Call) -> object:
    """Ads on Google."""
    one = company_of(call)
    ads = [{"creative_id": "CR1", "advertiser_name": one.company_name}] if one and one.runs_google_ads else []
    return said(call, 0.2 * len(ads), ads=ads)


@route("POST", "/v1/ads/meta-ads-search")
def meta_ads(call: Call) -> object:
    """Ads on Meta."""
    one = company_of(call)
    ads = [{"ad_archive_id": "M1", "page_name": one.company_name}] if one and one.runs_facebook_ads else []
    return said(call, 0.2 * len(ads), ads=ads)


@route("POST", "/v1/ads/b2b-ads-search")
def b2b_ads(call: Call) -> object:
    """Ads on LinkedIn."""
    one = company_of(call)
    ads = [{"ad_id": "B1", "company_name": one.company_name}] if one and one.runs_linkedin_ads else []
    return said(call, 0.2 * len(ads), ads=ads)


@route("POST", "/v1/ads/b2b-ads-details")
def b2b_ad(call: Call) -> object:
    """One ad on LinkedIn."""
    name = str(call.json.get("ad_url")).rstrip("/").rsplit("/", 1)[-1]
    one = next((one for one in call.view.companies(limit=None) if one.runs_linkedin_ads), None)
    if one is None:
        return Answer(404, json={"message": "Not found"})
    return said(call, 2, ad_id=name, headline=f"{one.company_name} on LinkedIn", advertiser=one.company_name)


@route("POST", "/v1/people/employee-finder")
def employees(call: Call) -> object:
    """Employees of a company."""
    one = company_of(call)
    people = call.view.people(company_domain=one.company_domain, limit=call.json.get("limit", 10)) if one else []
    data = [
        {"first_name": who.first_name, "last_name": who.last_name, "title": who.title, "company_name": who.company_name}
        for who in people
    ]
    total = call.view.count_people(company_domain=one.company_domain) if one else 0
    return said(call, round(0.05 * len(data), 2), employees=data, total_count=total)


@route("POST", "/v1/jobs/jobs-finder")
def jobs(call: Call) -> object:
    """Open positions: one for each technology that a company uses."""
    asked = call.json
    page, size = asked.get("page", 1), asked.get("per_page", 10)
    one = call.view.company(domain=asked.get("company_website"), name=asked.get("company_name"))
    firms = [one] if one else call.view.companies(limit=3) if asked.get("job_title") else []
    every = [(firm, tool) for firm in firms for tool in firm.technologies]
    results = [
        {
            "company": {"name": firm.company_name, "website_url": firm.website},
            "title": asked.get("job_title") or f"{tool} Engineer",
            "location": firm.city,
            "application_url": f"https://jobs.{firm.company_domain}/{i}",
            "published": "2026-03-02T09:00:00Z",
        }
        for i, (firm, tool) in enumerate(every[(page - 1) * size : page * size])
    ]
    pages = {"total_count": len(every), "page": page, "per_page": size, "total_pages": -(-len(every) // size)}
    return said(call, len(results), results=results, **pages)


@route("GET", "/v1/credits")
def credits(call: Call) -> object:
    """What is left."""
    return {"credits": 1240.5, "is_frozen": False}


def said(call: Call, credits: float, **parts: Any) -> dict[str, Any]:
    """Return a reply that states its price, and take it."""
    call.charge(credits)
    return {**parts, "credits_consumed": credits, "message": "said by the sandbox"}


def company_of(call: Call) -> SandboxCompany | None:
    """Return the company a question names."""
    return call.view.company(domain=call.json.get("company_domain"), name=call.json.get("company_name"))


def employer(one: SandboxCompany) -> dict[str, Any]:
    """Return what replies about addresses say of the company."""
    return {
        "company_name": one.company_name,
        "company_industry": one.industry,
        "company_size": one.employee_range,
        "company_founded": one.founded_year,
        "company_type": one.company_type,
        "mx_provider": one.mx_provider,
    }


def listed(one: SandboxPerson) -> dict[str, Any]:
    """Return a person as a search nests one."""
    person = {
        "contact_full_name": one.full_name,
        "contact_job_title": one.title,
        "company_domain": one.company_domain,
        "contact_email": None,
        "contact_email_masked": "x***@masked.example",
        "has_email": one.email is not None,
    }
    company = {"company_domain": one.company_domain, "company_name": one.company_name}
    return {"person": person, "company": company, "unlock": {"required": True}}
