"""Perigon's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "perigon", "perigon"


def client() -> Any:
    from perigon import ApiClient, V1Api

    return V1Api(ApiClient(api_key=SECRET))


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search_companies(domain=[query.company_domain], size=1).results[0]
    return {
        "company_name": found.name,
        "company_domain": found.domains[0],
        "employee_count": found.full_time_employees,
        "founded_year": found.year_founded,
        "city": found.city,
        "naics": found.naics,
    }


@asks("find_news", "company_name", limit=5)
def news(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search_articles(company_name=query.company_name, size=5, page=0).articles
    return {"news": [{"title": one.title, "url": one.url} for one in found]}


@asks("search_companies", "company_name", limit=5)
def companies(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search_companies(name=query.company_name, size=5, page=0).results
    return {"companies": [{"company_name": one.name, "company_domain": one.domains[0]} for one in found]}
