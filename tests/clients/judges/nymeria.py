"""Nymeria's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "nymeria", "nymeria"


def client() -> Any:
    import nymeria.api

    return nymeria.api.Client(SECRET)


@asks("enrich_person", "linkedin_url")
def person(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.person.enrich({"profile": query.linkedin_url})["data"]
    return {"first_name": data["first_name"], "title": data["job_title"]}


@asks("find_email", "linkedin_url")
def email(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.person.enrich({"profile": query.linkedin_url, "require": "professional-email"})["data"]
    return {"email": data["work_email"]}


@asks("verify_email", "email")
def verify(sdk: Any, query: Query) -> dict[str, Any]:
    return {"email_status": sdk.email.verify(query.email)["data"]["result"]}


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    return {"company_name": sdk.company.enrich({"website": query.company_domain})["data"]["name"]}


@asks("search_people", "title", "country")
def search(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.person.search({"title": query.title, "country": "United States", "limit": 10, "offset": 0})["data"]
    return {"people": [{"full_name": one["full_name"]} for one in data]}


@asks("search_companies", "industry")
def search_companies(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.company.search({"industry": query.industry, "limit": 10, "offset": 0})["data"]
    return {"companies": [{"company_name": one["name"]} for one in data]}
