"""BuiltWith's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "builtwith", "builtwith-official"


def client() -> Any:
    from builtwith_official import BuiltWith

    return BuiltWith(SECRET)


@asks("detect_technologies", "company_domain")
def technologies(sdk: Any, query: Query) -> dict[str, Any]:
    result = sdk.domain(query.company_domain, live_only=True, hide_text=True, hide_dl=True, no_attr=True).data[
        "Results"
    ][0]
    names = [tech["Name"] for path in result["Result"]["Paths"] for tech in path["Technologies"]]
    return {"technologies": list(dict.fromkeys(names))}


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    result = sdk.domain(query.company_domain, live_only=True, hide_text=True, hide_dl=True, no_attr=True).data[
        "Results"
    ][0]
    return {"company_name": result["Meta"]["CompanyName"]}


@asks("search_companies", "technology")
def lists(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.lists(query.technology.replace(" ", "-"), meta=True).data["Results"]
    return {"companies": [{"company_domain": one["D"]} for one in found]}


@asks("find_domain", "company_name")
def find_domain(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.company_to_url(query.company_name).data
    return {"company_domain": found[0]["Domain"]}


@asks("builtwith.free-lookup", "company_domain")
def free(sdk: Any, query: Query) -> dict[str, Any]:
    return {"company_domain": sdk.free(query.company_domain).data["domain"]}


@asks("quota")
def usage(sdk: Any, query: Query) -> dict[str, Any]:
    plan = sdk.usage().data["remaining"]
    sdk.whoami()
    return {"remaining": plan}
