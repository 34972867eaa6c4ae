"""Sandbox: ContactOut's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany, SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NOBODY = Answer(404, json={"status_code": 404, "message": "Not Found"})

APART = {
    "find_personal_email": "each kind of address is looked for, and charged, by itself",
}


@route("GET", "/v1/people/linkedin")
def contact(call: Call) -> object:
    """What is behind one profile."""
    person = call.view.person(linkedin_url=call.params.get("profile"))
    if person is None:
        return NOBODY
    said = reachable(person, str(call.params.get("email_type", "personal,work")), "include_phone" in call.params)
    charge(call, said)
    work = said["work_emails"]
    statuses = {email: "Verified" for email in work} if person.email_status == "valid" else []
    profile = {
        "url": person.linkedin_url,
        "email": said["emails"],
        "work_email": work,
        "work_email_status": statuses,
        "personal_email": said["personal_emails"],
        "phone": said["phones"],
        "github": [person.github_username] if person.github_username else [],
    }
    return {"status_code": 200, "profile": profile}


@route("POST", "/v2/people/linkedin/batch")
def contacts(call: Call) -> object:
    """A job for many profiles."""
    result: dict[str, Any] = {}
    for url in call.json["profiles"]:
        person = call.view.person(linkedin_url=url)
        if person is not None:
            result[url] = reachable(person, call.json.get("email_type", "work"), bool(call.json.get("include_phone")))
            charge(call, result[url])
    return {"status": "QUEUED", "job_id": call.job(result)}


@route("GET", "/v2/people/linkedin/batch/{id}")
@route("GET", "/v1/email/verify/batch/{id}")
def job(call: Call) -> object:
    """How far a job is."""
    result = call.done(call.at["id"])
    return {"data": {"uuid": call.at["id"], "status": "QUEUED" if result is None else "DONE", "result": result or []}}


@route("POST", "/v1/people/enrich")
def enrich(call: Call) -> object:
    """One person; contact data as far as `include` asks for it."""
    q = call.json
    domains, names = q.get("company_domain") or [None], q.get("company") or [None]
    person = call.view.person(
        linkedin_url=q.get("linkedin_url"),
        email=q.get("email"),
        phone=q.get("phone"),
        full_name=q.get("full_name"),
        first_name=q.get("first_name"),
        last_name=q.get("last_name"),
        company_domain=domains[0],
        company_name=names[0],
    )
    if person is None:
        return NOBODY
    call.charge(1, "search")
    email = [person.email] if person.email and "work_email" in q.get("include", []) else []
    call.charge(len(email), "email")
    statuses = {person.email: "Verified"} if email and person.email_status == "valid" else []
    current = {"title": person.title, "company_name": person.company.company_name, "is_current": True}
    more = {"work_email": email, "work_email_status": statuses, "experience": [current], "url": person.linkedin_url}
    return {"status_code": 200, "profile": {**described(person), **more, "title": None}}


@route("GET", "/v1/linkedin/enrich")
def profile_by_url(call: Call) -> object:
    """One profile whole; nobody is an empty list."""
    one = call.view.person(linkedin_url=call.params.get("profile"))
    if one is None:
        return {"status_code": 200, "profile": []}
    call.charge(1, "search")
    current = {"title": one.title, "company_name": one.company.company_name, "is_current": True}
    reach = {
        "work_email": [one.email] if one.email else [],
        "work_email_status": {one.email: "Verified"} if one.email and one.email_status == "valid" else [],
        "personal_email": [one.personal_email] if one.personal_email else [],
        "phone": [one.phone] if one.phone else [],
    }
    return {
        "status_code": 200,
        "profile": {**described(one), **reach, "experience": [current], "url": one.linkedin_url, "title": None},
    }


@route("GET", "/v1/email/enrich")
def profile_by_email(call: Call) -> object:
    """The profile behind an address, in camelCase."""
    address = call.params.get("email")
    one = call.view.person(email=address, personal_email=address)
    if one is None:
        return NOBODY
    call.charge(1, "email")
    current = {"title": one.title, "company_name": one.company.company_name, "is_current": True}
    profile = {
        **described(one),
        "full_name": None,
        "fullName": one.full_name,
        "email": address,
        "workEmail": one.email,
        "workEmailStatus": "Verified" if one.email_status == "valid" else "Unverified",
        "linkedinUrl": one.linkedin_url,
        "phone": one.phone or "",
        "experience": [current],
        "title": None,
    }
    return {"status_code": 200, "profile": profile}


@route("POST", "/v1/people/count")
def people_count(call: Call) -> object:
    """How many a search would find; free."""
    return {"status_code": 200, "total_results": call.view.count_people(**wishes(call.json))}


@route("GET", "/v1/people/person")
def behind(call: Call) -> object:
    """The profile behind an address."""
    person = call.view.person(email=call.params.get("email"), personal_email=call.params.get("email"))
    if person is None or person.linkedin_url is None:
        return NOBODY
    call.charge(1, "email")
    return {"status_code": 200, "profile": {"email": call.params["email"], "linkedin": person.linkedin_url}}


@route("GET", "/v1/email/verify")
def verify(call: Call) -> object:
    """One verdict."""
    return {"status_code": 200, "data": {"status": verdict(call, str(call.params.get("email", "")))}}


@route("POST", "/v1/email/verify/batch")
def verifications(call: Call) -> object:
    """A job for many verdicts."""
    return {"status": "QUEUED", "job_id": call.job({email: verdict(call, email) for email in call.json["emails"]})}


@route("POST", "/v1/people/search")
def people(call: Call) -> object:
    """People, 25 a page."""
    return page_of_people(call, wishes(call.json), int(call.json.get("page", 1)))


def wishes(q: Any) -> dict[str, Any]:
    """Return the filters of a search."""
    domains = [domain.removeprefix("https://") for domain in q.get("domain", [])]
    return {
        "company_domain": domains,
        "company_name": q.get("company"),
        "title": q.get("job_title"),
        "seniority": q.get("seniority"),
        "full_name": q.get("name"),
        "keywords": q.get("keyword"),
    }


@route("GET", "/v1/people/decision-makers")
def decision_makers(call: Call) -> object:
    """Who decides at a company."""
    q = call.params
    company = call.view.company(domain=q.get("domain"), name=q.get("name"), linkedin_url=q.get("linkedin_url"))
    if company is None:
        return {"status_code": 200, "metadata": {"page": 1, "page_size": 25, "total_results": 0}, "profiles": []}
    return page_of_people(call, {"company_domain": company.company_domain}, int(q.get("page", 1)))


@route("POST", "/v1/domain/enrich")
def domains(call: Call) -> object:
    """Companies by domain; free."""
    found = [(domain, call.view.company(domain=domain)) for domain in call.json["domains"]]
    return {"status_code": 200, "companies": [{domain: profile(one)} for domain, one in found if one]}


@route("POST", "/v1/company/search")
def companies(call: Call) -> object:
    """Companies, 25 a page."""
    q, page = call.json, int(call.json.get("page", 1))
    wanted = {"name": q.get("name"), "domain": q.get("domain"), "industry": q.get("industry")}
    found = call.view.companies(**wanted, limit=25, offset=25 * (page - 1))
    call.charge(len(found), "search")
    total = call.view.count_companies(**wanted)
    listed = [{**profile(one), "url": one.company_linkedin_url, "overview": one.description} for one in found]
    for one in listed:
        del one["li_vanity"], one["description"]
    return {
        "status_code": 200,
        "metadata": {"page": page, "page_size": 25, "total_results": total},
        "companies": listed,
    }


@route("GET", "/v1/stats")
def stats(call: Call) -> object:
    """What is left."""
    usage = {"count": 10, "quota": 200, "remaining": 190, "phone_remaining": 40, "search_remaining": 500}
    return {"status_code": 200, "period": {"start": "2026-01-01", "end": "2026-01-31"}, "usage": usage}


def reachable(person: SandboxPerson, email_type: str, phone: bool) -> dict[str, list[str]]:
    """Return the contact data asked for."""
    work = [person.email] if person.email and "work" in email_type else []
    personal = [person.personal_email] if person.personal_email and "personal" in email_type else []
    numbers = [number for number in (person.mobile_phone, person.phone) if number] if phone else []
    return {"emails": work + personal, "work_emails": work, "personal_emails": personal, "phones": numbers}


def charge(call: Call, said: dict[str, list[str]]) -> None:
    """Take a credit for e-mails and one for phones."""
    call.charge(int(bool(said["emails"])), "email")
    call.charge(int(bool(said["phones"])), "phone")


def verdict(call: Call, email: str) -> str:
    """Return the word for an address."""
    word = call.view.verify(email)
    said = word if word in ("valid", "invalid", "accept_all", "disposable") else "unknown"
    call.charge(int(said in ("valid", "invalid", "accept_all")), "verifier")
    return said


def page_of_people(call: Call, wanted: dict[str, Any], page: int) -> object:
    """Return a page: an object keyed by profile, an empty list where no profile is found."""
    found = [one for one in call.view.people(**wanted, limit=25, offset=25 * (page - 1)) if one.linkedin_url]
    call.charge(len(found), "search")
    profiles: Any = {one.linkedin_url: described(one) for one in found} or []
    total = call.view.count_people(**wanted)
    return {
        "status_code": 200,
        "metadata": {"page": page, "page_size": 25, "total_results": total},
        "profiles": profiles,
    }


def described(one: SandboxPerson) -> dict[str, Any]:
    """Return a person as ContactOut describes one."""
    company = {
        "name": one.company.company_name,
        "domain": one.company.company_domain,
        "url": one.company.company_linkedin_url,
        "size": one.company.employee_count,
        "country": one.company.country_name,
    }
    return {
        "full_name": one.full_name,
        "title": one.title,
        "headline": one.headline,
        "company": company,
        "country": one.country_name,
        "location": one.city,
        "seniority": one.seniority,
        "job_function": one.department,
        "twitter": [one.twitter_url.rsplit("/", 1)[-1]] if one.twitter_url else [],
        "github": [one.github_username] if one.github_username else [],
    }


def profile(one: SandboxCompany) -> dict[str, Any]:
    """Return a company as ContactOut describes one."""
    return {
        "li_vanity": one.company_linkedin_url,
        "name": one.company_name,
        "domain": one.company_domain,
        "description": one.description,
        "website": one.website,
        "logo_url": one.logo_url,
        "type": one.company_type,
        "country": one.country_name,
        "size": one.employee_count,
        "founded_at": one.founded_year,
        "industry": one.industry,
        "headquarter": one.city,
        "specialties": one.keywords,
    }
