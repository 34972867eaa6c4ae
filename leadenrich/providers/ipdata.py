"""ipdata: which company an IP address belongs to, and where it is.

Facts: the vendor's own client for Python with its README (ipdata 4.0.9: endpoints, parameters, fields, examples of
replies). An address of an internet provider or of a data centre says nothing about a visitor: that is a miss, as one
without a company is. Up to a hundred addresses go into one call, whose answers name theirs. What an error's status
means is not listed there, so the usual meanings are taken. Each address is counted as one look-up.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    QueryKey,
    Request,
    Requests,
    Tier,
    bulk,
    by_echo,
    echoed,
    operation,
    rename,
)

PROVIDERS = ("isp", "hosting", "cdn")
COMPANY = {
    "company_name": "company.name",
    "company_domain": "company.domain",
    "company_type": "company.type",
    "city": "city",
    "region": "region",
    "country": "country_code",
}


class IPData(HTTPProvider):
    info = ProviderInfo(
        title="ipdata",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.FREE,
        base_url="https://api.ipdata.co",
        docs_url="https://docs.ipdata.co",
        auth=QueryKey("api-key"),
        summary="Company and place of an IP address.",
    )

    @operation(Operation.ENRICH_COMPANY, needs=[("ip",)], gives=tuple(COMPANY), credits=1, charged="on_call")
    def enrich_company(self, query: Query) -> Flow:
        """Say which company uses an address, and where that address is."""
        reply = yield Request("GET", "/{ip}", at={"ip": query.ip})
        found = rename(reply.json, COMPANY)
        if "company_name" not in found:
            return Miss("no company is known there")
        if str(found.get("company_type")).lower() in PROVIDERS:
            return Miss("the address belongs to a provider")
        return Hit(found)

    @bulk("GET", "/{ip}", max_items=100)
    def many(self, requests: Requests) -> Fold:
        """Look a hundred addresses up in one call."""
        addresses: list[Any] = [str((request.at or {})["ip"]) for request in requests]
        reply = yield Request("POST", "/bulk", json=addresses, weight=len(addresses))
        return by_echo(reply, addresses, echoed(reply.items(), "ip"))


provider = IPData
