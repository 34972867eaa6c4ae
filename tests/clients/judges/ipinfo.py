"""ipinfo's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "ipinfo", "ipinfo"


def client() -> Any:
    import ipinfo
    
    return ipinfo


@asks('ipinfo.ip-network-lite', 'ip')
def lite(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.getHandlerLite(SECRET).getDetails(query.ip).all
    return {"country": found["country_code"]}


@asks('ipinfo.ip-location', 'ip')
def location(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.getHandler(SECRET).getDetails(query.ip).all
    return {"city": found["city"], "country": found["country"]}


@asks('enrich_company', 'ip')
def company(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.getHandler(SECRET).getDetails(query.ip).all
    return {"company_name": found["company"]["name"], "company_domain": found["company"]["domain"]}
