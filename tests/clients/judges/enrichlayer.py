"""Enrich Layer's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "enrichlayer", "enrichlayer-api"
OLDER = {
    "query:profile_url": "as the newer MCP server and documentation call it",
    "query:linkedin_profile_url": "the client's older name of profile_url",
}


def client() -> Any:
    from enrichlayer_client.asyncio import EnrichLayer

    return EnrichLayer(api_key=SECRET)


@asks(
    "enrich_person",
    "linkedin_url",
    differs=OLDER,
)
def person(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.person.get(linkedin_profile_url=query.linkedin_url))
    return {"full_name": found["full_name"]}


@asks("enrich_company", "company_linkedin_url")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.company.get(url=query.company_linkedin_url))
    return {"company_name": found["name"]}


@asks("search_companies", "country", limit=10)
def companies(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.company.search(country=query.country, page_size="10"))
    return {"companies": [{"company_linkedin_url": one["linkedin_profile_url"]} for one in found["results"]]}


@asks("search_people", "country", "title", limit=10)
def people(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.person.search(country=query.country, current_role_title=query.title, page_size="10"))
    return {"people": [{"linkedin_url": one["linkedin_profile_url"]} for one in found["results"]]}


@asks("find_personal_email", "linkedin_url", differs=OLDER)
def personal(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.person.personal_email(linkedin_profile_url=query.linkedin_url, page_size=1))
    return {"personal_email": found["emails"][0]}


@asks("find_phone", "linkedin_url", differs=OLDER)
def phone(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.person.personal_contact(linkedin_profile_url=query.linkedin_url, page_size=1))
    return {"phone": found["numbers"][0]}


@asks("find_linkedin", "email", differs={"query:lookup_depth": "compulsory for the client, optional as documented"})
def by_email(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.person.resolve_by_email(email=query.email, lookup_depth="deep"))
    return {"linkedin_url": found["linkedin_profile_url"]}


@asks("find_linkedin", "first_name", "company_domain")
def by_name(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.person.resolve(company_domain=query.company_domain, first_name=query.first_name))
    return {"linkedin_url": found["url"]}


@asks("enrichlayer.company-linkedin-lookup", "company_domain")
def page(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.company.resolve(company_domain=query.company_domain))
    return {"company_linkedin_url": found["url"]}


@asks("enrichlayer.role-lookup", "company_name", "title")
def role(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    found = asyncio.run(sdk.company.role_lookup(company_name=query.company_name, role=query.title))
    return {"linkedin_url": found["linkedin_profile_url"]}


@asks("quota")
def balance(sdk: Any, query: Query) -> dict[str, Any]:
    import asyncio

    return {"remaining": asyncio.run(sdk.get_balance())["credit_balance"]}
