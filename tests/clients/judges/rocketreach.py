"""RocketReach's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "rocketreach", "rocketreach"


def client() -> Any:
    import rocketreach
    
    return rocketreach.Gateway(api_key=SECRET)


@asks('enrich_person', 'linkedin_url')
def by_profile(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.lookup(linkedin_url=query.linkedin_url, block=False).person
    return {"full_name": found.name, "title": found.current_title, "company_name": found.current_employer}


@asks('find_email', 'full_name', 'company_name')
def by_names(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.lookup(name=query.full_name, current_employer=query.company_name, block=False).person
    return {"email": found.current_work_email}


@asks('find_personal_email', 'linkedin_url')
def personal(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.lookup(linkedin_url=query.linkedin_url, block=False).person
    return {"personal_email": found.current_personal_email}


@asks('find_phone', 'linkedin_url')
def phone(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.person.lookup(linkedin_url=query.linkedin_url, block=False).person
    return {"mobile_phone": found.phones[0]["number"]}


@asks('search_people', 'title', 'company_name')
def search(sdk: Any, query: Query) -> dict[str, Any]:
    search = sdk.person.search().filter(current_title=query.title, current_employer=query.company_name)
    found = search.execute()
    return {"total": found.data["pagination"]["total"]}


@asks('quota')
def account(sdk: Any, query: Query) -> dict[str, Any]:
    return {"plan": sdk.account.get().account.plan["name"]}
