"""RocketReach's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "rocketreach", "rocketreach"


def client() -> Any:
    import rocketreach

    gateway = rocketreach.Gateway(api_key=SECRET)
    gateway.person.default_polling_interval = 1e-9
    return gateway


@asks("enrich_person", "linkedin_url")
def by_profile(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.lookup(linkedin_url=query.linkedin_url, block=True).person
    return {"full_name": found.name, "title": found.current_title, "company_name": found.current_employer}


@asks("find_email", "full_name", "company_name")
def by_names(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.lookup(name=query.full_name, current_employer=query.company_name, block=True).person
    return {"email": found.recommended_professional_email}


@asks("find_personal_email", "linkedin_url")
def personal(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.lookup(linkedin_url=query.linkedin_url, block=True).person
    return {"personal_email": found.recommended_personal_email}


@asks(
    "find_phone",
    "linkedin_url",
    differs={"line": "phones are revealed by the newer, universal credits alone", "query:reveal_phone": "likewise"},
)
def phone(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.lookup(linkedin_url=query.linkedin_url, block=True).person
    return {"mobile_phone": found.phones[0]["number"]}


@asks(
    "search_people",
    "title",
    "company_name",
    limit=10,
    differs={"line": "the client asks by the older name /search, the documentation says /person/search"},
)
def search(sdk: Any, query: Query) -> dict[str, Any]:
    search = sdk.person.search().filter(current_title=query.title, company_name=query.company_name)
    found = search.execute()
    return {"total": found.data["pagination"]["total"]}


@asks("quota")
def account(sdk: Any, query: Query) -> dict[str, Any]:
    return {"pool standard_lookup": sdk.account.get().account.credit_usage[0]["remaining"]}
