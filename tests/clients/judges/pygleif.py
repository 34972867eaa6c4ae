"""A client of the GLEIF API that others wrote."""

from typing import Any

from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "gleif", "pygleif"
OFFICIAL = False


def client() -> Any:
    import pygleif

    return pygleif


@asks("enrich_company", "lei")
def by_lei(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.PyGleif(query.lei)
    return {"lei": found.response.data.id}
