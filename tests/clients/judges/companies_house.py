"""A client of the Companies House register that others wrote."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "companies_house", "companies-house"
OFFICIAL = False


def client() -> Any:
    from companies_house import CompaniesHouse

    return CompaniesHouse(SECRET)


@asks("enrich_company", "company_number")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.company(query.company_number)
    return {"company_name": found["company_name"], "company_number": found["company_number"]}


@asks("search_companies", "query", differs={"query:start_index": "where the first page begins, said or not"})
def search(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.search(query.query, items_per_page=20)
    return {"total": found["total_results"]}


@asks(
    "search_people",
    "company_number",
    differs={
        "query:start_index": "where the first page begins, said or not",
        "query:order_by": "documented; the client has no word for it",
    },
)
def officers(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.officers(query.company_number, items_per_page=35)
    return {"total": found["total_results"]}
