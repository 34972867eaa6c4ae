"""Bandwidth Phone Number Lookup: line type and carriers of telephone numbers, up to a hundred in one call.

Facts: the vendor's own client for Python (bandwidth-sdk 23.3.1, generated from its OpenAPI file). Needs the account's
number beside user name and password; a client id and secret are taken as well and left out. A number the vendor
cannot look up is missing from `results`. What a look-up costs is not published; each is counted.
"""

from typing import Any

from leadenrich.contract import (
    AllOf,
    Basic,
    Category,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Request,
    Requests,
    Settings,
    Support,
    Tier,
    bulk,
    by_echo,
    echoed,
    operation,
    rename,
)
from leadenrich.providers._verifiers import NUMBER, named, number

LOOKUP = "/accounts/{account_id}/phoneNumberLookup"
LINES = {"FIXED": "landline", "MOBILE": "mobile", "VOIP": "voip", "VOIP-FIXED": "voip"}
NUMBERED = {
    "phone": "phoneNumber",
    "line_type": ("lineType", LINES),
    "carrier": ["voiceProvider", "messagingProvider"],
    "country": "countryCodeA3",
}


class BandwidthLookup(HTTPProvider):
    info = ProviderInfo(
        title="Bandwidth Phone Number Lookup",
        category=Category.PHONE,
        tier=Tier.PRO,
        base_url="https://api.bandwidth.com/v2",
        docs_url="https://dev.bandwidth.com/docs/phone-number-lookup/",
        auth=AllOf(Basic("username", "password", public_username=True), Settings("account_id")),
        established_in="US",
        support=Support.INFERRED,
        summary="Line type and carriers of telephone numbers.",
    )

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        gives=("phone", "mobile_phone", "phone_status", "line_type", "carrier", "country"),
        credits=1,
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Say what line a number is and who carries it; many at once become one call."""
        reply = yield Request("POST", LOOKUP, json={"phoneNumbers": [number(query)]})
        found = rename(reply.get("data.results.0"), NUMBERED)
        return Hit(named(query, found), phone_status="valid") if found.keys() & {"line_type", "carrier"} else Miss()

    @bulk("POST", LOOKUP, max_items=100)
    def verify_many(self, requests: Requests) -> Fold:
        """Look a hundred numbers up at once; each result names its number."""
        numbers = [request.json["phoneNumbers"][0] for request in requests]
        reply = yield Request("POST", LOOKUP, json={"phoneNumbers": numbers}, weight=len(numbers))
        found = echoed(reply.items("data.results"), "phoneNumber")
        nothing: dict[str, Any] = {"data": {"results": []}}
        return by_echo(reply, numbers, found, lambda item: {"data": {"results": [item]}}, absent=nothing)


provider = BandwidthLookup
