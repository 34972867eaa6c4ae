"""Sandbox: Enrich Layer's replies."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from leadenrich.sandbox.facts import SandboxPerson
from leadenrich.sandbox.fake import Answer, Call, route

NOTHING = Answer(404, json={"message": "Not found"})


def known(call: Call) -> SandboxPerson | None:
    """Return whose page is asked about."""
    q = call.params
    return call.view.person(
        linkedin_url=q.get("profile_url") or q.get("linkedin_profile_url"),
        twitter_url=q.get("twitter_profile_url"),
        facebook_url=q.get("facebook_profile_url"),
    )


@route("GET", "/profile")
def profile(call: Call) -> object:
    person = known(call)
    if person is None:
        return NOTHING
    extra = call.params.get("extra") == "include"
    call.charge(1 + extra)
    handle = person.twitter_url.rsplit("/", 1)[-1] if person.twitter_url else None
    return {
        "public_identifier": person.slug,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "headline": person.headline,
        "country": person.country,
        "country_full_name": person.country_name,
        "city": person.city,
        "state": person.region,
        "experiences": [
            {"ends_at": {"day": 1, "month": 1, "year": 2020}, "company": "Elsewhere", "title": "Trainee"},
            {
                "ends_at": None,
                "company": person.company_name,
                "title": person.title,
                "company_linkedin_profile_url": person.company_linkedin_url,
            },
        ],
        **({"extra": {"github_profile_id": person.github_username, "twitter_profile_id": handle}} if extra else {}),
    }


@route("GET", "/profile/resolve")
def resolve(call: Call) -> object:
    q, firm = call.params, call.params["company_domain"]
    people = call.view.people(
        first_name=q["first_name"],
        last_name=q.get("last_name"),
        title=q.get("title"),
        **{"company_domain" if "." in firm else "company_name": firm},
        limit=1,
    )
    call.charge(2)
    return {"url": people[0].linkedin_url if people else None, "name_similarity_score": 0.98 if people else None}


@route("GET", "/profile/resolve/email")
@route("GET", "/resolve/phone")
def reverse(call: Call) -> object:
    email = call.params.get("email")
    person = call.view.person(email=email, personal_email=email, phone=call.params.get("phone_number"))
    if person is None:
        return NOTHING
    call.charge(3)
    return {"linkedin_profile_url": person.linkedin_url, "twitter_profile_url": person.twitter_url, "profile": None}


@route("GET", "/find/company/role/")
def role(call: Call) -> object:
    people = call.view.people(company_name=call.params["company_name"], title=call.params["role"], limit=1)
    call.charge(3 if people else 0)
    return {"linkedin_profile_url": people[0].linkedin_url, "profile": None} if people else NOTHING


@route("GET", "/profile/email")
def work_email(call: Call) -> object:
    person = known(call)
    if person is None or person.email is None:
        return NOTHING
    call.charge(3)
    return {"email": person.email, "status": "found", "email_queue_count": 0}


@route("GET", "/contact-api/personal-email")
def personal_email(call: Call) -> object:
    person = known(call)
    if person is None:
        return NOTHING
    call.charge(1 if person.personal_email else 0)
    return {"emails": [person.personal_email] if person.personal_email else [], "invalid_emails": []}


@route("GET", "/contact-api/personal-contact")
def personal_number(call: Call) -> object:
    person = known(call)
    if person is None:
        return NOTHING
    call.charge(1 if person.mobile_phone else 0)
    return {"numbers": [person.mobile_phone] if person.mobile_phone else []}


@route("GET", "/company/resolve")
def resolve_company(call: Call) -> object:
    company = call.view.company(domain=call.params.get("company_domain"), name=call.params.get("company_name"))
    call.charge(2 if company else 0)
    return {"url": company.linkedin_url, "profile": None} if company else NOTHING


@route("GET", "/company")
def company(call: Call) -> object:
    one = call.view.company(linkedin_url=call.params["url"])
    if one is None:
        return NOTHING
    extra = call.params.get("extra") == "include"
    funded = extra and one.funding_stage is not None
    call.charge(3 if extra else 1)
    low, _, high = (one.employee_range or "").rstrip("+").partition("-")
    year, month, date = (int(part) for part in (one.last_funding_at or "2020-01-01").split("-"))
    rounds: list[dict[str, Any]] = [
        {
            "funding_type": one.funding_stage,
            "announced_date": {"day": date, "month": month, "year": year},
            "investor_list": [{"name": name} for name in one.investors],
        },
        {"funding_type": "Pre Seed", "announced_date": {"day": 1, "month": 2, "year": 2001}, "investor_list": []},
    ]
    return {
        "name": one.name,
        "description": one.description,
        "website": one.website,
        "industry": one.industry,
        "company_size": [int(low), int(high) if high else None] if low else None,
        "company_size_on_linkedin": one.employee_count,
        "founded_year": one.founded_year,
        "hq": {"country": one.country, "city": one.city, "state": one.region},
        "company_type": one.company_type,
        "universal_name_id": one.slug,
        "profile_pic_url": one.logo_url,
        "extra": {"total_funding_amount": one.funding_total_usd, "phone_number": one.phone} if extra else None,
        "funding_data": rounds if funded else None,
    }


def listed(call: Call, urls: list[str | None], total: int) -> object:
    """Return a page of pages."""
    call.charge(3 * len(urls))
    offset, size = int(call.params.get("after", 0)), int(call.params["page_size"])
    more = urlencode({**call.params, "after": offset + size})
    return {
        "results": [{"linkedin_profile_url": url, "profile": None} for url in urls],
        "total_result_count": total,
        "next_page": f"https://enrichlayer.com/api/v2/search?{more}" if offset + size < total else None,
    }


@route("GET", "/search/person")
def search_people(call: Call) -> object:
    q = call.params
    wanted = {
        "country": q.get("country"),
        "first_name": q.get("first_name"),
        "last_name": q.get("last_name"),
        "title": q.get("current_role_title"),
        "company_name": q.get("current_company_name"),
        "city": q.get("city"),
        "company_linkedin_url": q.get("current_company_profile_url"),
        "region": q.get("region"),
    }
    found = call.view.people(**wanted, limit=int(q["page_size"]), offset=int(q.get("after", 0)))
    return listed(call, [one.linkedin_url for one in found], call.view.count_people(**wanted))


@route("GET", "/search/company")
def search_companies(call: Call) -> object:
    q = call.params
    low, high = q.get("employee_count_min"), q.get("employee_count_max")
    wanted = {
        "country": q.get("country"),
        "name": q.get("name"),
        "industry": q.get("industry"),
        "city": q.get("city"),
        "region": q.get("region"),
        "employee_range": f"{low or 0}-{high or 10**9}" if low or high else None,
    }
    found = call.view.companies(**wanted, limit=int(q["page_size"]), offset=int(q.get("after", 0)))
    return listed(call, [one.linkedin_url for one in found], call.view.count_companies(**wanted))


@route("GET", "/disposable-email")
def disposable(call: Call) -> object:
    return {"is_disposable_email": call.view.verify(call.params["email"]) == "disposable", "is_free_email": False}


@route("GET", "/credit-balance")
def balance(call: Call) -> object:
    return {"credit_balance": 4200}
