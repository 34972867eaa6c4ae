"""Sandbox: Abstract API's replies."""

from __future__ import annotations

from leadenrich.sandbox.fake import Call, route


def bare(url: str | None) -> str | None:
    """Return a URL without its scheme, as the vendor writes them."""
    return url and url.removeprefix("https://").removeprefix("www.")


@route("GET", "/v1/")
def email(call: Call) -> object:
    """Check an address."""
    call.charge(1, "email")
    address = str(call.params.get("email"))
    status = call.view.verify(address)
    person = call.view.person(email=address)
    return {
        "email_address": address,
        "email_deliverability": {
            "status": {"invalid": "undeliverable", "unknown": "unknown"}.get(status, "deliverable"),
            "is_format_valid": True,
        },
        "email_quality": {
            "score": "0.80",
            "is_free_email": False,
            "is_disposable": status == "disposable",
            "is_catchall": status == "accept_all",
            "is_role": status == "role",
        },
        "email_sender": {
            "first_name": person.first_name if person else None,
            "last_name": person.last_name if person else None,
            "email_provider_name": person.company.mx_provider if person else None,
        },
    }


@route("GET", "https://phoneintelligence.abstractapi.com/v1/")
def phone(call: Call) -> object:
    """Check a number."""
    call.charge(1, "phone")
    digits = str(call.params.get("phone"))
    found = call.view.phone(f"+{digits}")
    if found is None:
        return {"phone_number": digits, "phone_validation": {"is_valid": False, "line_status": "unknown"}}
    place = found.person or found.company
    return {
        "phone_number": digits,
        "phone_format": {"international": found.number},
        "phone_carrier": {"name": found.carrier, "line_type": found.line_type},
        "phone_location": {
            "country_name": found.country_name,
            "country_code": found.country,
            "region": place.region,
            "city": place.city,
            "timezone": found.time_zone,
        },
        "phone_validation": {"is_valid": True, "line_status": "active", "is_voip": False},
    }


@route("GET", "https://companyenrichment.abstractapi.com/v2")
def company(call: Call) -> object:
    """Describe a company."""
    call.charge(1, "company")
    found = call.view.company(domain=call.params.get("domain"))
    if found is None:
        return {"domain": call.params.get("domain"), "company_name": None}
    return {
        "domain": found.company_domain,
        "company_name": found.company_name,
        "description": found.description,
        "logo": found.logo_url,
        "year_founded": str(found.founded_year),
        "city": found.city,
        "state": found.region,
        "country": found.country_name,
        "country_iso_code": found.country,
        "sic_code": found.sic,
        "naics_code": found.naics,
        "industry": found.industry,
        "employee_count": found.employee_count,
        "employee_range": found.employee_range,
        "annual_revenue": None if found.annual_revenue_usd is None else str(found.annual_revenue_usd),
        "phone_numbers": [found.phone] if found.phone else [],
        "type": found.company_type,
        "technologies": found.technologies,
        "linkedin_url": bare(found.company_linkedin_url),
        "facebook_url": bare(found.facebook_url),
        "twitter_url": bare(found.twitter_url),
    }
