"""Sandbox: Hunter's replies."""

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NOT_FOUND = Answer(404, json={"errors": [{"id": "not_found", "code": 404, "details": "nothing known"}]})
THROTTLED = Answer(403, json={"errors": [{"id": "rate_limited", "code": 403, "details": "too many requests"}]})
NO_CREDITS = Answer(429, json={"errors": [{"id": "too_many_requests", "code": 429, "details": "credits used up"}]})
REFUSED = Answer(401, json={"errors": [{"id": "authentication_failed", "code": 401, "details": "no such key"}]})


LEVELS = {
    "executive": ["owner", "founder", "c_suite", "partner", "vp"],
    "senior": ["head", "director", "manager", "senior"],
    "junior": ["entry", "intern"],
}


@route("GET", "/email-finder")
def email_finder(call: Call) -> object:
    q = call.params
    person = call.view.person(
        first_name=q.get("first_name"),
        last_name=q.get("last_name"),
        full_name=q.get("full_name"),
        company_domain=q.get("domain"),
        company_name=q.get("company"),
        linkedin_url=q.get("linkedin_handle"),
    )
    if person is None or person.email is None:
        return {"data": {"email": None, "score": None, "verification": {"date": None, "status": None}}, "meta": {}}
    call.charge(1)
    return {
        "data": {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "score": 97 if person.email_status == "valid" else 84,
            "domain": person.company_domain,
            "accept_all": person.company.accept_all,
            "position": person.title,
            "twitter": handle(person.twitter_url),
            "linkedin_url": person.linkedin_url,
            "phone_number": person.phone,
            "company": person.company_name,
            "sources": [],
            "verification": {"date": "2026-04-12", "status": person.email_status},
        },
        "meta": {"params": dict(q)},
    }


@route("GET", "/email-verifier")
def email_verifier(call: Call) -> object:
    email = call.params["email"]
    status = call.view.verify(email)
    call.charge("0.5")
    return {
        "data": {
            "status": status if status in ("valid", "invalid", "accept_all", "disposable") else "unknown",
            "score": {"valid": 98, "accept_all": 70}.get(status, 10),
            "email": email,
            "regexp": True,
            "gibberish": False,
            "disposable": status == "disposable",
            "webmail": False,
            "accept_all": status == "accept_all",
            "sources": [],
        },
        "meta": {"params": {"email": email}},
    }


@route("GET", "/domain-search")
def domain_search(call: Call) -> object:
    q = call.params
    limit, offset = int(q.get("limit", 10)), int(q.get("offset", 0))
    wanted = {
        "company_domain": q.get("domain"),
        "company_name": q.get("company"),
        "has": "email",
        "seniority": LEVELS.get(q.get("seniority", "")),
        "department": q.get("department"),
        "title": q.get("job_titles"),
    }
    company = call.view.company(domain=q.get("domain"), name=q.get("company"))
    people = call.view.people(**wanted, limit=limit, offset=offset) if company else []
    call.charge(-(-len(people) // 10))
    return {
        "data": {
            "domain": company.domain if company else q.get("domain"),
            "organization": company.name if company else None,
            "pattern": company.email_pattern if company else None,
            "description": company.description if company else None,
            "industry": company.industry if company else None,
            "technologies": company.technologies if company else [],
            "country": company.country if company else None,
            "state": company.region if company else None,
            "city": company.city if company else None,
            "headcount": company.employee_range if company else None,
            "linkedin": company.slug if company else None,
            "twitter": handle(company.twitter_url) if company else None,
            "facebook": handle(company.facebook_url) if company else None,
            "emails": [listed(person) for person in people],
        },
        "meta": {"results": call.view.count_people(**wanted) if company else 0, "limit": limit, "offset": offset},
    }


@route("GET", "/people/find")
def people_find(call: Call) -> object:
    person = call.view.person(email=call.params.get("email"), linkedin_url=call.params.get("linkedin_handle"))
    return {"data": who(person), "meta": {"params": dict(call.params)}} if person else NOT_FOUND


@route("GET", "/combined/find")
def combined_find(call: Call) -> object:
    person = call.view.person(email=call.params.get("email"))
    if person is None:
        return NOT_FOUND
    return {"data": {"person": who(person), "company": described(person.company)}, "meta": {}}


@route("GET", "/email-count")
def email_count(call: Call) -> object:
    q = call.params
    company = call.view.company(domain=q.get("domain"), name=q.get("company"))
    total = call.view.count_people(company_domain=company.company_domain, has="email") if company else 0
    return {"data": {"total": total, "personal_emails": total, "generic_emails": 0}, "meta": {"params": dict(q)}}


def who(person: SandboxPerson) -> dict[str, object]:
    return {
        "id": person.id,
        "name": {"fullName": person.full_name, "givenName": person.first_name, "familyName": person.last_name},
        "email": person.email,
        "timeZone": person.time_zone,
        "geo": {
            "city": person.city,
            "state": person.region,
            "country": person.country_name,
            "countryCode": person.country,
        },
        "employment": {
            "domain": person.company_domain,
            "name": person.company_name,
            "title": person.title,
            "role": person.department,
            "seniority": person.seniority,
        },
        "facebook": {"handle": handle(person.facebook_url)},
        "github": {"handle": person.github_username},
        "twitter": {"handle": handle(person.twitter_url)},
        "linkedin": {"handle": person.slug},
        "emailProvider": person.company.mx_provider,
        "phone": person.phone,
    }


@route("GET", "/companies/find")
def companies_find(call: Call) -> object:
    company = call.view.company(domain=call.params.get("domain"))
    return {"data": described(company), "meta": {}} if company else NOT_FOUND


@route("POST", "/discover")
def discover(call: Call) -> object:
    body = call.json
    places = body.get("headquarters_location", {}).get("include", [{}])
    wanted = {
        "domain": body.get("organization", {}).get("domain"),
        "industry": body.get("industry", {}).get("include"),
        "employee_range": body.get("headcount"),
        "technology": body.get("technology", {}).get("include"),
        "country": places[0].get("country"),
        "city": places[0].get("city"),
        "keywords": body.get("query"),
    }
    limit, offset = body.get("limit", 100), body.get("offset", 0)
    if model := call.view.company(domain=body["similar_to"]["domain"]) if body.get("similar_to") else None:
        wanted["industry"] = model.industry
    companies = call.view.companies(**wanted, limit=limit, offset=offset)
    return {
        "data": [{"domain": one.domain, "organization": one.name, "emails_count": {"total": 3}} for one in companies],
        "meta": {"results": call.view.count_companies(**wanted), "limit": limit, "offset": offset},
    }


@route("GET", "/account")
def account(call: Call) -> object:
    used = float(call.server.book.total)
    return {"data": {"plan_name": "Sandbox", "reset_date": "2030-01-01", "requests": {"credits": {"used": used}}}}


def listed(person: SandboxPerson) -> dict[str, object]:
    return {
        "value": person.email,
        "type": "personal",
        "confidence": 94,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "position": person.title,
        "seniority": person.seniority,
        "department": person.department,
        "phone_number": person.phone,
        "verification": {"date": "2026-04-12", "status": person.email_status},
    }


def described(company: SandboxCompany) -> dict[str, object]:
    return {
        "id": company.id,
        "name": company.name,
        "legalName": company.legal_name,
        "domain": company.domain,
        "site": {"phoneNumbers": [company.phone] if company.phone else []},
        "category": {"industry": company.industry, "sicCode": company.sic, "naicsCode": company.naics},
        "tech": company.technologies,
        "description": company.description,
        "foundedYear": company.founded_year,
        "geo": {"city": company.city, "state": company.region, "country": company.country_name},
        "logo": company.logo_url,
        "facebook": {"handle": handle(company.facebook_url)},
        "linkedin": {"handle": f"company/{company.slug}"},
        "twitter": {"handle": handle(company.twitter_url)},
        "type": company.company_type,
        "phone": company.phone,
        "metrics": {
            "employees": company.employee_range,
            "annualRevenue": company.annual_revenue_usd,
            "raised": company.funding_total_usd,
        },
    }


def handle(url: str | None) -> str | None:
    return url.rsplit("/", 1)[-1] if url else None
