"""IPinfo: which company, network and place an IP address belongs to.

Facts: the vendor's OpenAPI, errors and rate-limit notes as published for ipinfo.io (2026), and its ipinfo/python SDK. A
wrong token is answered with 403, on `/me` with 400. 429 is the month's quota, so waiting helps little. Company, carrier
and the like appear only on plans that have them; `org` is then the one hint, and is the network's owner. An address of
an internet provider or a data centre says nothing about a visitor's employer, so that is a miss here (our rule).
The batch of each of its products answers up to 1,000 addresses at once, each under the text that was sent.
"""

from typing import Any

from leadenrich.contract import (
    Account,
    Bearer,
    Category,
    Classified,
    ErrorCode,
    FeatureParametersError,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    Price,
    ProviderError,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Requests,
    Tier,
    bulk,
    by_echo,
    one_call,
    operation,
    rename,
)

COMPANY = {
    "company_name": "company.name",
    "company_domain": "company.domain",
    "company_type": "company.type",
    "city": "city",
    "region": "region",
    "country": "country",
}
ONLY = {"company_name": "name", "company_domain": "domain", "company_type": "type"}
LITE = {"company_name": "as_name", "company_domain": "as_domain", "country": ["country_code", "country"]}
CORE = {
    "city": "geo.city",
    "region": "geo.region",
    "country": ["geo.country_code", "geo.country"],
    "time_zone": "geo.timezone",
    "company_name": "as.name",
    "company_domain": "as.domain",
    "company_type": "as.type",
}
CARRIERS = ("isp", "hosting")
API = "https://api.ipinfo.io"


class IPinfo(HTTPProvider):
    info = ProviderInfo(
        title="IPinfo",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.BASIC,
        base_url="https://ipinfo.io",
        docs_url="https://ipinfo.io/developers",
        auth=Bearer("token"),
        prices=(Price("0.00054", plan="Core, beyond the month's quota", as_of="2026"),),
        hosts=("api.ipinfo.io",),
        established_in="US",
        summary="Company, network and place of an IP address.",
    )
    errors = {404: ErrorCode.FEATURE_PARAMETERS_INVALID}
    account = Account("/me", used="requests.month", remaining="requests.remaining")

    @operation(Operation.ENRICH_COMPANY, needs=[("ip",)], gives=tuple(COMPANY), credits=1, charged="on_call")
    def enrich_company(self, query: Query) -> Flow:
        """Say which company uses an address, and where that address is."""
        reply = yield Request("GET", "/{ip}", at={"ip": query.ip})
        if reply.get("bogon") is True:
            return Miss("a private or reserved address")
        return company(rename(reply.json, COMPANY))

    @operation("company", needs=[("ip",)], gives=tuple(ONLY), credits=1, charged="on_call")
    def company_only(self, query: Query) -> Flow:
        """Say which company uses an address, and nothing else."""
        reply = yield Request("GET", "/{ip}/company", at={"ip": query.ip})
        return company(rename(reply.json, ONLY))

    @operation(
        "ip-network-lite",
        needs=[("ip",)],
        gives=tuple(LITE),
        charged="free",
        confidence=20,
        confidence_reason="the network's owner, mostly an internet provider",
    )
    def network_lite(self, query: Query) -> Flow:
        """Say whose network an address is in, and its country; free with a token."""
        return one_call(Request("GET", API + "/lite/{ip}", at={"ip": query.ip}, paid=False), LITE)

    @operation("ip-location", needs=[("ip",)], gives=tuple(CORE), credits=1, charged="on_call")
    def location(self, query: Query) -> Flow:
        """Say where an address is, and whose network it is in."""
        return one_call(Request("GET", API + "/lookup/{ip}", at={"ip": query.ip}), CORE)

    @bulk("GET", "/{ip}", max_items=1000)
    def records(self, requests: Requests) -> Fold:
        """Read the records of many addresses in one call."""
        return many(requests, "/batch")

    @bulk("GET", API + "/lite/{ip}", max_items=1000)
    def networks(self, requests: Requests) -> Fold:
        """Read the networks of many addresses in one call."""
        return many(requests, API + "/batch/lite", paid=False)

    @bulk("GET", API + "/lookup/{ip}", max_items=1000)
    def locations(self, requests: Requests) -> Fold:
        """Read the places of many addresses in one call."""
        return many(requests, API + "/batch")

    def classify(self, reply: Reply) -> Classified:
        """Read the token that /me refuses with a 400."""
        refused = reply.status == 400 and "token" in str(reply.get("error", "")).lower()
        return ErrorCode.PROVIDER_AUTHENTICATION_FAILED if refused else None


def company(found: dict[str, Any]) -> Hit | Miss:
    """Return a company, or the miss that an internet provider or a data centre is."""
    if "company_name" not in found:
        return Miss("no company is known there")
    return Miss("the address belongs to a provider") if found.get("company_type") in CARRIERS else Hit(found)


def many(requests: Requests, path: str, paid: bool = True) -> Fold:
    """Ask for many addresses by the batch at this path."""
    addresses = [str((request.at or {})["ip"]) for request in requests]
    reply = yield Request("POST", path, json=addresses, paid=paid)
    records = reply.json if isinstance(reply.json, dict) else {}
    return by_echo(
        reply, addresses, {address: one for address, one in records.items() if isinstance(one, dict)}, record
    )


def record(item: dict[str, Any]) -> dict[str, Any] | ProviderError:
    """Return one record of a batch, which may be an error of its own."""
    refused = "error" in item or ("title" in item and "ip" not in item)
    return FeatureParametersError("the vendor refused this address") if refused else item


provider = IPinfo
