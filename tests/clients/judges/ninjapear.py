"""NinjaPear's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "ninjapear", "ninjapear"


def client() -> Any:
    import ninjapear

    api = ninjapear.ApiClient(ninjapear.Configuration(access_token=SECRET, retries=0))
    return {
        "company": ninjapear.CompanyAPIApi(api),
        "employee": ninjapear.EmployeeAPIApi(api),
        "contact": ninjapear.ContactAPIApi(api),
        "customer": ninjapear.CustomerAPIApi(api),
        "meta": ninjapear.MetaAPIApi(api),
    }


@asks("enrich_person", "email")
def person(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk["employee"].get_person_profile(work_email=query.email)
    job = found.work_experience[0]
    return {"full_name": found.full_name, "title": job.role, "company_name": job.company_name, "city": found.city}


@asks("find_email", "first_name", "last_name", "company_domain")
def email(sdk: Any, query: Query) -> dict[str, Any]:
    named = {"first_name": query.first_name, "last_name": query.last_name}
    return {"email": sdk["employee"].get_work_email(domain=query.company_domain, **named).work_email}


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk["company"].get_company_details(website=query.company_domain)
    return {
        "company_name": found.name,
        "description": found.description,
        "founded_year": found.founded_year,
        "city": found.addresses[0].city,
        "country": found.addresses[0].country_code,
    }


@asks("find_domain", "company_name")
def domain(sdk: Any, query: Query) -> dict[str, Any]:
    return {"website": sdk["company"].get_company_website(company_name=query.company_name).website}


@asks("ninjapear.customers", "company_domain", limit=5)
def customers(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk["customer"].get_customer_listing(website=query.company_domain, page_size=5)
    return {"companies": [{"company_name": one.name, "website": one.website} for one in found.customers]}


@asks("ninjapear.email-kind", "email")
def kind(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk["contact"].check_disposable_email(email=query.email)
    return {"is_disposable": found.is_disposable_email, "is_free": found.is_free_email}


@asks("quota")
def balance(sdk: Any, query: Query) -> dict[str, Any]:
    return {"remaining": sdk["meta"].get_credit_balance().credit_balance}
