"""ipinfo's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "ipinfo", "ipinfo"
STANDS_FOR = {"9.9.9.9": "ip"}  # the client answers for reserved addresses itself


def client() -> Any:
    import ipinfo

    return ipinfo


@asks("ipinfo.ip-network-lite", ip="9.9.9.9")
def lite(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.getHandlerLite(SECRET).getDetails(query.ip).all
    return {"country": found["country_code"]}


@asks("ipinfo.ip-location", ip="9.9.9.9")
def location(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.getHandlerCore(SECRET).getDetails(query.ip).all
    return {"city": found["geo"]["city"], "country": found["geo"]["country_code"]}


@asks("enrich_company", ip="9.9.9.9")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.getHandler(SECRET).getDetails(query.ip).all
    return {"company_name": found["company"]["name"], "company_domain": found["company"]["domain"]}
