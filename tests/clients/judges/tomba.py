"""Tomba's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "tomba", "tomba-io"


def client() -> Any:
    from tomba.client import Client

    return Client().set_key(SECRET).set_secret(SECRET)


@asks("find_email", "first_name", "last_name", "company_domain")
def by_names(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.finder import Finder

    data = Finder(sdk).email_finder(query.company_domain, query.first_name, query.last_name)["data"]["data"]
    return {"email": data["email"], "title": data["position"]}


@asks("find_email", "linkedin_url")
def by_profile(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.finder import Finder

    return {"email": Finder(sdk).linkedin_finder(query.linkedin_url)["data"]["data"]["email"]}


@asks("enrich_person", "email")
def person(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.enrichment import Enrichment

    data = Enrichment(sdk).person(query.email)["data"]["data"]
    return {"email": data["email"]}


@asks("tomba.author-email", "url")
def author(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.finder import Finder

    return {"email": Finder(sdk).author_finder(query.url)["data"]["data"]["email"]}


@asks("verify_email", "email")
def verify(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.verifier import Verifier

    data = Verifier(sdk).email_verifier(query.email)["data"]["data"]["email"]
    return {"email": data["email"], "email_status": data["status"]}


@asks("domain_emails", "company_domain")
def addresses(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.domain import Domain

    found = Domain(sdk).domain_search(query.company_domain, page=1, limit=10)["data"]
    return {"total": found["meta"]["total"]}


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.enrichment import Enrichment

    data = Enrichment(sdk).company(query.company_domain)["data"]["data"]
    return {"company_name": data["name"]}


@asks("find_phone", "email")
def phone(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.phone import Phone

    data = Phone(sdk).finder(email=query.email)["data"]["data"]
    return {"country": data["country_code"]}


@asks("tomba.company-phone", "company_domain")
def company_phone(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.phone import Phone

    data = Phone(sdk).finder(domain=query.company_domain)["data"]["data"]
    return {"country": data["country_code"]}


@asks("verify_phone", "phone")
def verify_phone(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.phone import Phone

    data = Phone(sdk).validator(query.phone)["data"]["data"]
    return {"country": data["country_code"]}


@asks("find_lookalikes", "company_domain")
def similar(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.similar import Similar

    data = Similar(sdk).websites(query.company_domain)["data"]["data"]
    return {
        "companies": [
            {"company_domain": one["website_url"], "company_name": one["name"], "industry": one["industries"]}
            for one in data
        ]
    }


@asks("detect_technologies", "company_domain")
def technologies(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.technology import Technology

    data = Technology(sdk).list(query.company_domain)["data"]["data"]
    return {"technologies": [one["name"] for one in data]}


@asks("search_companies", "industry")
def search(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.reveal import Reveal

    found = Reveal(sdk).search_companies(page=1, filters={"industry": {"include": [query.industry]}})["data"]
    return {"total": found["meta"]["total"]}


@asks("quota")
def account(sdk: Any, query: Query) -> dict[str, Any]:
    from tomba.services.account import Account

    return {"plan": Account(sdk).get_account()["data"]["data"]["pricing"]["name"]}
