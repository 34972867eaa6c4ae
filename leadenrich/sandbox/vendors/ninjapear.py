"""Sandbox: NinjaPear's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Answer, Call, route

NO_CREDITS = Answer(403, json={"error": "Insufficient credits"})
REFUSED = Answer(401, json={"error": "Invalid API Key"})
NOTHING = Answer(404, json={"error": "Not found"})
TYPES = {"public_company": "PUBLIC_COMPANY", "privately_held": "PRIVATELY_HELD", "nonprofit": "NON_PROFIT"}
LOSSY = {
    "find_email": {"email_status": "no status is stated"},
    "enrich_company": {"company_type": "a short list of forms, in words of its own"},
}


@route("GET", "/employee/profile")
def profile(call: Call) -> object:
    """One person."""
    asked = call.params
    person = call.view.person(
        email=asked.get("work_email"),
        first_name=asked.get("first_name"),
        last_name=asked.get("last_name"),
        company_domain=asked.get("employer_website"),
    )
    if person is None:
        return NOTHING
    call.charge(3)
    job = {"role": person.title, "company_name": person.company_name, "company_website": person.company.website}
    return {
        "id": person.id,
        "slug": person.slug,
        "first_name": person.first_name,
        "middle_name": None,
        "last_name": person.last_name,
        "full_name": person.full_name,
        "bio": person.headline,
        "country": person.country_name,
        "city": person.city,
        "state": person.region,
        "x_profile_url": person.twitter_url,
        "work_experience": [{**job, "start_date": "2020-01", "end_date": None}] if person.title else [],
        "education": [],
    }


@route("GET", "/employee/work-email")
def email(call: Call) -> object:
    """A work e-mail."""
    call.charge(2)
    name = {word: call.params[word] for word in ("first_name", "last_name") if call.params.get(word)}
    people = call.view.people(company_domain=call.params["domain"], limit=1, **name)
    return {"work_email": people[0].email if people else None}


@route("GET", "/company/details")
def company(call: Call) -> object:
    """One company."""
    fresh = call.params.get("include_employee_count") == "true"
    named = call.params["website"]
    one = call.view.company(domain=named) if "." in named else call.view.company(name=named)
    if one is None:
        return NOTHING
    call.charge(5 if fresh else 3)
    seat = {"city": one.city, "state": one.region, "country_code": one.country, "country": one.country_name}
    public = {"stock_symbol": one.ticker, "lei": one.lei, "cik": one.cik, "sic_code": one.sic}
    revenue = {"revenue_usd": int(one.annual_revenue_usd) if one.annual_revenue_usd is not None else None}
    return {
        "websites": [one.website],
        "description": one.description,
        "industry": 45103010,
        "company_type": TYPES.get(str(one.company_type)),
        "founded_year": one.founded_year,
        "specialties": one.keywords,
        "name": one.company_name,
        "logo_url": one.logo_url,
        "facebook_url": one.facebook_url,
        "twitter_url": one.twitter_url,
        "employee_count": one.employee_count,
        "addresses": [{**seat, "address_type": "HEADQUARTERS", "line1": one.street, "is_primary": True}],
        "executives": [],
        "public_listing": {**public, **revenue},
    }


@route("GET", "/company/website")
def website(call: Call) -> object:
    """A company's site."""
    call.charge(1)
    one = call.view.company(name=call.params["company_name"])
    return {"website": one.website} if one else NOTHING


@route("GET", "/customer/listing")
def customers(call: Call) -> object:
    """Companies that may be customers: those of the same line of business."""
    one = call.view.company(domain=call.params["website"])
    start, size = int(call.params.get("cursor", 0)), int(call.params["page_size"])
    wanted = {"industry": one.industry} if one and one.industry else None
    found = call.view.companies(limit=size, offset=start, **wanted) if wanted else []
    call.charge(1 + 2 * len(found))
    items = [
        {"name": item.company_name, "website": item.website, "description": item.description, "id": item.id}
        for item in found
    ]
    total = call.view.count_companies(**wanted) if wanted else 0
    after = start + len(found)
    more = f"https://nubela.co/api/v1/customer/listing?cursor={after}" if after < total else None
    return {"customers": items, "investors": [], "partner_platforms": [], "next_page": more}


@route("GET", "/contact/disposable-email")
def kind(call: Call) -> object:
    """Of what kind an address is."""
    disposable = call.view.verify(call.params["email"]) == "disposable"
    return {"email": call.params["email"], "is_disposable_email": disposable, "is_free_email": False}


@route("GET", "/meta/credit-balance")
def balance(call: Call) -> object:
    """Say what is left."""
    return {"credit_balance": 1200}
