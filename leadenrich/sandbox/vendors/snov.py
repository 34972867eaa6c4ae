"""Sandbox: Snov.io's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import Call, route

WORDS = {"snov_prospect_hash": lambda person: person.id}
LOSSY = {"snov.generic-contacts": {"emails": "a role's address belongs to no person of the world"}}


@route("POST", "/v2/emails-by-domain-by-name/start")
def find(call: Call) -> object:
    """Addresses by name and domain."""
    data = []
    for row in call.json["rows"]:
        one = call.view.person(first_name=row["first_name"], last_name=row["last_name"], company_domain=row["domain"])
        found = [mailbox(one.email, one.email_status)] if one and one.email else []
        call.charge(len(found))
        data.append({"people": f"{row['first_name']} {row['last_name']}", "result": found})
    return task(call, data, {"rows": call.json["rows"]})


@route("POST", "/v2/email-verification/start")
def verify(call: Call) -> object:
    """Verdicts."""
    data = []
    for email in listed(call, "emails[]"):
        said = mailbox(email, call.view.verify(email))
        call.charge(int(said["smtp_status"] != "not_valid"))
        data.append({"email": said.pop("email"), "result": said})
    return task(call, data, {"emails": listed(call, "emails[]")})


@route("POST", "/v2/li-profiles-by-urls/start")
def profiles(call: Call) -> object:
    """People by profile."""
    data: list[dict[str, Any]] = []
    for url in listed(call, "urls[]"):
        one = call.view.person(linkedin_url=url)
        call.charge(int(one is not None))
        data.append({"url": f"{url.rstrip('/')}/", "result": described(one) if one else []})
    return task(call, data, {"urls": listed(call, "urls[]")})


@route("POST", "/v2/company-domain-by-name/start")
def domains(call: Call) -> object:
    """Domains by name."""
    data: list[dict[str, Any]] = []
    for name in listed(call, "names[]"):
        one = call.view.company(name=name)
        call.charge(int(one is not None))
        data.append({"name": name, "result": {"domain": one.company_domain} if one else []})
    return task(call, data, {"names": listed(call, "names[]")})


@route("GET", "/v2/emails-by-domain-by-name/result")
@route("GET", "/v2/email-verification/result")
@route("GET", "/v2/li-profiles-by-urls/result")
@route("GET", "/v2/company-domain-by-name/result")
def result(call: Call) -> object:
    """How far a task is."""
    return call.done(call.params["task_hash"]) or {"status": "in_progress", "data": []}


@route("GET", "/v2/domain-search/result/{task}")
@route("GET", "/v2/domain-search/prospects/result/{task}")
@route("GET", "/v2/domain-search/prospects/search-emails/result/{task}")
@route("GET", "/v2/domain-search/domain-emails/result/{task}")
@route("GET", "/v2/domain-search/generic-contacts/result/{task}")
@route("GET", "/v2/database-search/companies/result/{task}")
def search_result(call: Call) -> object:
    """How far a search is."""
    return call.done(call.at["task"]) or {"status": "in progress", "data": []}


@route("POST", "/v1/get-profile-by-email")
def by_email(call: Call) -> object:
    """Who is behind an address, at once."""
    one = call.view.person(email=call.form["email"], personal_email=call.form["email"])
    if one is None:
        return {"success": False}
    call.charge(1)
    pages = [("linkedIn", one.linkedin_url), ("twitter", one.twitter_url)]
    job = {
        "companyName": one.company_name,
        "position": one.title,
        "socialLink": one.company_linkedin_url,
        "site": one.company_domain,
    }
    return {
        "success": True,
        "name": one.full_name,
        "firstName": one.first_name,
        "lastName": one.last_name,
        "country": one.country_name,
        "locality": one.city,
        "currentJobs": [job],
        "previousJobs": [],
        "social": [{"link": url, "type": kind} for kind, url in pages if url],
    }


@route("POST", "/v2/domain-search/start")
def domain_search(call: Call) -> object:
    """A company by its domain."""
    domain = call.params["domain"]
    one = call.view.company(domain=domain)
    call.charge(int(one is not None))
    data: Any = []
    if one is not None:
        data = {
            "company_name": one.company_name,
            "city": one.city,
            "founded": str(one.founded_year),
            "website": one.website,
            "hq_phone": one.phone.lstrip("+") if one.phone else None,
            "industry": one.industry,
            "size": one.employee_range,
        }
    return search(call, data, {"domain": domain})


@route("POST", "/v2/domain-search/prospects/start")
def prospects(call: Call) -> object:
    """A company's people, 20 a page."""
    wanted = {"company_domain": call.params["domain"], "title": call.params.get("positions[]")}
    page = int(call.params.get("page", 1))
    found = call.view.people(**wanted, limit=20, offset=20 * (page - 1))
    call.charge(int(bool(found)))
    start = "https://api.snov.io/v2/domain-search/prospects/search-emails/start/"
    data = [
        {
            "first_name": one.first_name,
            "last_name": one.last_name,
            "position": one.title,
            "source_page": one.linkedin_url,
            "search_emails_start": start + one.id,
        }
        for one in found
    ]
    return search(call, data, {"domain": call.params["domain"], "total_count": call.view.count_people(**wanted)})


@route("POST", "/v2/domain-search/prospects/search-emails/start/{id}")
def prospect_email(call: Call) -> object:
    """The address of one of them."""
    one = call.view.person(id=call.at["id"])
    found = [mailbox(one.email, one.email_status)] if one and one.email else []
    call.charge(len(found))
    return search(call, {"searching_date": "2026-01-05", "emails": found}, {})


@route("POST", "/v2/domain-search/domain-emails/start")
def domain_emails(call: Call) -> object:
    """A company's addresses, 50 a page."""
    wanted = {"company_domain": call.params["domain"], "has": "email"}
    start, total = int(call.params.get("next", 0)), call.view.count_people(**wanted)
    found = call.view.people(**wanted, limit=50, offset=start)
    call.charge(int(bool(found)))
    following = str(start + 50) if start + 50 < total else ""
    meta = {"domain": call.params["domain"], "next": following, "total_count": total}
    return search(call, [{"email": one.email} for one in found], meta)


@route("POST", "/v2/domain-search/generic-contacts/start")
def generic_contacts(call: Call) -> object:
    """A company's role addresses."""
    one = call.view.company(domain=call.params["domain"])
    data = [{"email": f"info@{one.company_domain}"}] if one else []
    call.charge(len(data))
    return search(call, data, {"domain": call.params["domain"], "next": "", "total_count": len(data)})


@route("POST", "/v1/get-domain-emails-count")
def count(call: Call) -> object:
    """How many addresses are known."""
    total = call.view.count_people(company_domain=call.form["domain"], has="email")
    return {"success": True, "domain": call.form["domain"], "webmail": False, "result": total}


@route("POST", "/v2/database-search/companies/start")
def companies(call: Call) -> object:
    """Companies, 20 a page."""
    filters = call.json["filters"]
    company, places = filters.get("company", {}), filters.get("locations", {}).get("include", [])
    wanted = {
        "name": company.get("name", {}).get("include"),
        "industry": company.get("industries", {}).get("include"),
        "employee_range": company.get("size"),
        "keywords": company.get("specialities"),
        **{place["location_type"]: place["locality"] for place in places},
    }
    page, total = int(call.json.get("page", 1)), call.view.count_companies(**wanted)
    found = call.view.companies(**wanted, limit=20, offset=20 * (page - 1))
    call.charge(int(bool(found)))
    listed = [
        {
            "name": one.company_name,
            "domain": one.company_domain,
            "industry": one.industry,
            "logo_url": one.logo_url,
            "location": f"{one.city}, {one.region}, {one.country_name}",
            "size": one.employee_range,
            "revenue": {"min": 0, "max": 0, "reported": int(one.annual_revenue_usd or 0)},
        }
        for one in found
    ]
    data = {"total": total, "page": page, "total_pages": -(-total // 20), "companies": listed}
    return search(call, data, {"page": page})


@route("GET", "/v1/get-balance")
def balance(call: Call) -> object:
    """What is left, as text."""
    return {"success": True, "data": {"balance": "812.00", "limit_resets_in": 12}}


def task(call: Call, data: list[Any], meta: dict[str, Any]) -> dict[str, Any]:
    """Start a task of the first layout."""
    name = call.job({"status": "completed", "data": data, "meta": meta})
    return {"data": {"task_hash": name}, "meta": meta}


def search(call: Call, data: Any, meta: dict[str, Any]) -> dict[str, Any]:
    """Start a task of the second layout."""
    name = call.job({"status": "completed", "data": data, "meta": meta, "links": {"next": ""}})
    return {"data": [], "meta": {**meta, "task_hash": name}, "links": {"result": f"{call.url}/{name}"}}


def listed(call: Call, name: str) -> list[str]:
    """Return a repeated parameter as a list."""
    found = call.params.get(name, [])
    return found if isinstance(found, list) else [found]


def mailbox(email: str | None, status: str | None) -> dict[str, Any]:
    """Return what is said of an address."""
    word = {"valid": "valid", "invalid": "not_valid"}.get(status or "", "unknown")
    reason = {"unknown_status_reason": "catchall"} if status == "accept_all" else {}
    flags = {"is_valid_format": True, "is_disposable": status == "disposable", "is_webmail": False}
    return {"email": email, "smtp_status": word, **flags, **reason}


def described(one: SandboxPerson) -> dict[str, Any]:
    """Return a person as a profile task describes one."""
    position = {
        "name": one.company_name,
        "title": one.title,
        "linkedin_url": one.company_linkedin_url,
        "url": f"https://www.{one.company_domain}",
        "industry": one.company.industry,
    }
    return {
        "name": one.full_name,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "location": f"{one.city}, {one.region}, {one.country_name}",
        "country": one.country_name,
        "positions": [position],
        "skills": [],
    }
