"""Context.dev's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "context_dev", "context.dev"


def client() -> Any:
    from context.dev import ContextDev

    return ContextDev(api_key=SECRET, max_retries=0)


def brand(found: Any) -> dict[str, Any]:
    """Return what the client says of a company."""
    return {
        "company_name": found.title,
        "company_domain": found.domain,
        "description": found.description,
        "city": found.address.city,
        "country": found.address.country_code,
    }


@asks("enrich_company", "company_domain")
def by_domain(sdk: Any, query: Query) -> dict[str, Any]:
    return brand(sdk.brand.retrieve(type="by_domain", domain=query.company_domain).brand)


@asks("enrich_company", "company_name")
def by_name(sdk: Any, query: Query) -> dict[str, Any]:
    return brand(sdk.brand.retrieve(type="by_name", name=query.company_name).brand)


@asks("enrich_person", "email")
def person(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.people.enrich(email=query.email).match.person
    role = found.current_role
    return {"full_name": found.name.full, "title": role.title, "company_domain": role.organization.domain}


@asks("find_news", "company_domain", limit=5)
def news(sdk: Any, query: Query) -> dict[str, Any]:
    about = {"type": "entity", "entity": {"type": "domain", "domain": query.company_domain}}
    found = sdk.news.search(search_by=about, limit=5).data
    return {"news": [{"title": one.title, "url": one.url} for one in found]}


@asks("context_dev.naics", "company_domain")
def naics(sdk: Any, query: Query) -> dict[str, Any]:
    return {"naics": sdk.industry.retrieve_naics(input=query.company_domain, max_results=1).codes[0].code}
