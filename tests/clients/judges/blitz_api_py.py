"""BlitzAPI's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "blitz", "blitz-api-py"


def client() -> Any:
    from blitz_api import BlitzAPI

    return BlitzAPI(api_key=SECRET, max_retries=0, rate_limit_rps=None)


def person(found: Any) -> dict[str, Any]:
    """Return what the client says of a person."""
    job = next(one for one in found.experiences if one.job_is_current)
    return {
        "full_name": found.full_name,
        "linkedin_url": found.linkedin_url,
        "title": job.job_title,
        "company_name": job.company_name,
        "country": found.location.country_code,
    }


@asks("enrich_person", "linkedin_url")
def by_profile(sdk: Any, query: Query) -> dict[str, Any]:
    return person(sdk.enrichment.person(person_linkedin_url=query.linkedin_url).person)


@asks("enrich_person", "email")
def by_email(sdk: Any, query: Query) -> dict[str, Any]:
    return person(sdk.enrichment.email_to_person(email=query.email).person)


@asks("find_linkedin", "email")
def profile(sdk: Any, query: Query) -> dict[str, Any]:
    return {"linkedin_url": sdk.enrichment.email_to_person(email=query.email).person.linkedin_url}


@asks("find_email", "linkedin_url")
def email(sdk: Any, query: Query) -> dict[str, Any]:
    return {"email": sdk.enrichment.email(person_linkedin_url=query.linkedin_url).email}


@asks("enrich_company", "company_linkedin_url")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.enrichment.company(company_linkedin_url=query.company_linkedin_url).company
    return {
        "company_name": found.name,
        "company_domain": found.domain,
        "employee_range": found.size,
        "founded_year": found.founded_year,
        "city": found.hq.city,
    }


@asks("find_domain", "company_linkedin_url")
def domain(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.enrichment.linkedin_to_domain(company_linkedin_url=query.company_linkedin_url)
    return {"company_domain": found.email_domain}


@asks("find_social_urls", "company_domain")
def page(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.enrichment.domain_to_linkedin(domain=query.company_domain)
    return {"company_linkedin_url": found.company_linkedin_url, "company_name": found.company_name}


@asks("search_people", "company_linkedin_url", limit=5)
def people(sdk: Any, query: Query) -> dict[str, Any]:
    company = {"linkedin_url": [query.company_linkedin_url]}
    found = sdk.search.people(company=company, max_results=5)
    return {"people": [{"full_name": one.full_name} for one in found.results]}


@asks("search_companies", "country", limit=5)
def companies(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search.companies(company={"hq": {"country_code": [query.country]}}, max_results=5)
    return {"companies": [{"company_name": one.name, "company_domain": one.domain} for one in found.results]}
