"""A client of Semrush's API that others wrote."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "semrush", "python-semrush"
OFFICIAL = False
DIFFERS = {"line": "the client of 2020 still speaks plain HTTP"}


def client() -> Any:
    from python_semrush.semrush import SemrushClient

    return SemrushClient(SECRET)


@asks("semrush.domain-overview", "company_domain")
def overview(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.domain_rank(query.company_domain, "us", export_columns="Dn,Or,Ot,Ad,At,Ac")
    return {"organic_keywords": int(found[0]["Organic Keywords"])}


@asks("find_lookalikes", "company_domain")
def rivals(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.domain_organic_organic(
        query.company_domain, "us", display_limit=10, export_columns="Dn,Cr,Np,Or,Ot,Oc,Ad"
    )
    return {"companies": [{"company_domain": one["Domain"]} for one in found]}
