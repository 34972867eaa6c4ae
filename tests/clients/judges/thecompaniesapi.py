"""The Companies API's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "the_companies_api", "thecompaniesapi"


def client() -> Any:
    from thecompaniesapi import Client

    return Client(api_token=SECRET)


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.fetchCompany(domain=query.company_domain)
    return {"company_name": found["about"]["name"], "company_domain": found["domain"]["domain"]}


@asks("enrich_company", "email")
def by_email(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.fetchCompanyByEmail(email=query.email)
    return {"company_name": found["company"]["about"]["name"]}


@asks("search_companies", "query", limit=10)
def search(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.searchCompaniesPost(search=query.query, query=[], page=1, size=10)
    return {"total": found["meta"]["total"]}


@asks("find_lookalikes", "company_domain", limit=10)
def similar(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.searchSimilarCompanies(domains=[query.company_domain], page=1, size=10)
    return {"total": found["meta"]["total"]}


@asks("the_companies_api.email-patterns", "company_domain")
def patterns(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.fetchCompanyEmailPatterns(domain=query.company_domain)
    return {"email_pattern": max(found, key=lambda one: one["usagePercentage"])["pattern"]}


@asks("quota")
def credits(sdk: Any, query: Query) -> dict[str, Any]:
    team = sdk.fetchTeam(teamId=sdk.fetchUser()["currentTeamId"])
    return {"remaining": team["credits"]}
