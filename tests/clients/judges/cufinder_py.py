"""CUFinder's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "cufinder", "cufinder-py"


def client() -> Any:
    from cufinder import Cufinder

    return Cufinder(SECRET)


@asks("find_domain", "company_name", "country")
def domain(sdk: Any, query: Query) -> dict[str, Any]:
    return {"company_domain": sdk.cuf(query.company_name, query.country).domain}


@asks("find_social_urls", "company_name")
def page(sdk: Any, query: Query) -> dict[str, Any]:
    return {"company_linkedin_url": sdk.lcuf(query.company_name).linkedin_url}


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.enc(query.company_domain).company
    return {
        "company_name": found.name,
        "company_domain": found.domain,
        "employee_range": found.size,
        "city": found.city,
        "company_linkedin_url": found.linkedin_url,
    }


@asks("enrich_person", "linkedin_url")
def profile(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.epp(query.linkedin_url).person
    return {"full_name": found.full_name, "title": found.job_title, "company_name": found.company_name}


@asks("enrich_person", "email")
def by_email(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.rel(query.email).person
    return {"full_name": found.full_name, "title": found.job_title, "linkedin_url": found.linkedin_url}


@asks("find_email", "full_name", "company_name")
def by_name(sdk: Any, query: Query) -> dict[str, Any]:
    return {"email": sdk.tep(query.full_name, query.company_name).person.email}


@asks("find_email", "linkedin_url")
def email(sdk: Any, query: Query) -> dict[str, Any]:
    return {"email": sdk.fwe(query.linkedin_url).work_email}


@asks("find_phone", "full_name", "company_name")
def phone(sdk: Any, query: Query) -> dict[str, Any]:
    return {"phone": sdk.tep(query.full_name, query.company_name).person.phone}


@asks("domain_emails", "company_domain")
def emails(sdk: Any, query: Query) -> dict[str, Any]:
    return {"emails": [{"email": one} for one in sdk.dte(query.company_domain).emails]}


@asks("detect_technologies", "company_domain")
def technologies(sdk: Any, query: Query) -> dict[str, Any]:
    return {"technologies": sdk.fts(query.company_domain).technologies}


@asks("find_lookalikes", "company_name")
def lookalikes(sdk: Any, query: Query) -> dict[str, Any]:
    return {"companies": [{"company_name": one.name} for one in sdk.fcl(query.company_name).companies]}


@asks("search_people", "company_name")
def people(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.pse(company_name=query.company_name, page=1).peoples
    return {"people": [{"full_name": one.full_name, "title": one.current_job["title"]} for one in found]}


@asks("search_companies", "company_name")
def companies(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.cse(name=query.company_name, page=1).companies
    return {"companies": [{"company_name": one.name, "company_domain": one.domain} for one in found]}
