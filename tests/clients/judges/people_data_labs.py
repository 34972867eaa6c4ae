"""People Data Labs' own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "people_data_labs", "peopledatalabs"
DIFFERS = {"key": "the client puts it into the query of a GET, which the documentation takes beside the header"}


def client() -> Any:
    from peopledatalabs import PDLPY

    return PDLPY(api_key=SECRET)


@asks("enrich_person", "email")
def by_email(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.person.enrichment(email=query.email, titlecase=True).json()["data"]
    return {"full_name": data["full_name"], "title": data["job_title"], "linkedin_url": data["linkedin_url"]}


@asks("find_email", "linkedin_url")
def work_email(sdk: Any, query: Query) -> dict[str, Any]:
    return {
        "email": sdk.person.enrichment(profile=query.linkedin_url, required="work_email", titlecase=True).json()[
            "data"
        ]["work_email"]
    }


@asks("find_personal_email", "linkedin_url")
def personal_email(sdk: Any, query: Query) -> dict[str, Any]:
    return {
        "personal_email": sdk.person.enrichment(
            profile=query.linkedin_url, required="personal_emails", titlecase=True
        ).json()["data"]["personal_emails"][0]
    }


@asks("find_phone", "linkedin_url")
def mobile(sdk: Any, query: Query) -> dict[str, Any]:
    return {
        "mobile_phone": sdk.person.enrichment(
            profile=query.linkedin_url, required="mobile_phone", titlecase=True
        ).json()["data"]["mobile_phone"]
    }


@asks("find_linkedin", "email")
def profile(sdk: Any, query: Query) -> dict[str, Any]:
    return {
        "linkedin_url": sdk.person.enrichment(email=query.email, required="linkedin_url", titlecase=True).json()[
            "data"
        ]["linkedin_url"]
    }


@asks("people_data_labs.identify", "email")
def identify(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.person.identify(email=query.email, titlecase=True).json()["matches"][0]["data"]
    return {"full_name": data["full_name"]}


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.company.enrichment(website=query.company_domain, titlecase=True).json()
    return {"founded_year": data["founded"], "employee_count": data["employee_count"]}


@asks("find_funding", "company_domain")
def funding(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.company.enrichment(website=query.company_domain, titlecase=True).json()
    return {"funding_total_usd": data["total_funding_raised"]}


@asks("detect_technologies", "company_domain")
def technologies(sdk: Any, query: Query) -> dict[str, Any]:
    data = sdk.company.enrichment(website=query.company_domain, titlecase=True).json()
    return {"company_domain": data["website"]}


@asks("search_people", "company_domain", limit=10)
def search(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.search(query=who({"job_company_website": query.company_domain}), size=10, titlecase=True).json()
    return {"total": found["total"]}


@asks("search_companies", "industry", limit=10)
def search_companies(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.company.search(query=who({"industry": query.industry.lower()}), size=10, titlecase=True).json()
    return {"total": found["total"]}


def who(terms: dict[str, Any]) -> dict[str, Any]:
    """Return a query in Elasticsearch's words."""
    return {"bool": {"must": [{"term": {name: value}} for name, value in terms.items()]}}
