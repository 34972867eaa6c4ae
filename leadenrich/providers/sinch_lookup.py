"""Sinch Number Lookup: line type, carrier and country of a telephone number, whether it was disconnected (US).

Facts: the vendor's own client for Python (sinch 2.3.0: endpoint, features, reply, login). Needs a project's number
beside the client id and secret. A part that could not be looked up holds an error of its own. The words for kinds of
lines are not listed there; the plain ones are read, every other is unknown. What a look-up costs is not published;
each is counted.
"""

from leadenrich.contract import (
    AllOf,
    Category,
    ClientCredentials,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Request,
    Settings,
    Support,
    Tier,
    operation,
    rename,
)
from leadenrich.providers._verifiers import NUMBER, named, number

LOOKUP = "/v2/projects/{project_id}/lookups"
LINES = {"mobile": "mobile", "landline": "landline", "voip": "voip"}
NUMBERED = {"phone": "number", "line_type": ("line.type", LINES), "carrier": "line.carrier", "country": "countryCode"}


class SinchLookup(HTTPProvider):
    info = ProviderInfo(
        title="Sinch Number Lookup",
        category=Category.PHONE,
        tier=Tier.BASIC,
        base_url="https://lookup.api.sinch.com",
        docs_url="https://developers.sinch.com/docs/number-lookup-api-v2/",
        hosts=("auth.sinch.com",),
        auth=AllOf(ClientCredentials("https://auth.sinch.com/oauth2/token", basic=True), Settings("project_id")),
        established_in="SE",
        support=Support.INFERRED,
        summary="Line type, carrier and country of telephone numbers.",
    )

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        gives=("phone", "mobile_phone", "phone_status", "line_type", "carrier", "country"),
        credits=1,
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Say what line a number is and who carries it."""
        reply = yield Request("POST", LOOKUP, json={"number": number(query), "features": ["LineType"]})
        found = rename(reply.json, NUMBERED)
        return Hit(named(query, found), phone_status="valid") if found.keys() & {"line_type", "carrier"} else Miss()

    @operation(
        "disconnected", needs=NUMBER, gives=("phone_status", "phone", "mobile_phone"), credits=1, charged="on_call"
    )
    def disconnected(self, query: Query) -> Flow:
        """Say whether a number is in the register of disconnected ones: invalid, or valid."""
        reply = yield Request("POST", LOOKUP, json={"number": number(query), "features": ["RND"]})
        gone = reply.get("rnd.disconnected")
        if not isinstance(gone, bool):
            return Miss()
        found = rename(reply.json, {"phone": "number"})
        return Hit(named(query, found), phone_status="invalid" if gone else "valid")


provider = SinchLookup
