"""Telnyx Number Lookup: carrier, line type, porting and caller name of a number.

Facts: the official telnyx-python SDK (response types), developers.telnyx.com (number lookup). `valid_number` says if a
number is valid; the SDK does not know it, and where it is missing a number answered about is taken as valid. Canadian
numbers are a 422 until the account may ask about them. Look-ups of carrier and of caller name are billed apart, at
prices we have not seen; what the account holds is money.
"""

from leadenrich.contract import (
    Bearer,
    Category,
    Classified,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Quota,
    QuotaFlow,
    Reply,
    Request,
    Tier,
    operation,
    rename,
)
from leadenrich.providers._verifiers import NUMBER, named, number

LINES = {"mobile": "mobile", "fixed line": "landline", "voip": "voip", "toll free": "toll_free"}
PORTED = {**LINES, "landline": "landline"}
NUMBERED = {
    "phone": "phone_number",
    "line_type": [("carrier.type", LINES), ("portability.line_type", PORTED)],
    "carrier": ["carrier.name", "carrier.normalized_carrier", "portability.spid_carrier_name"],
    "country": "country_code",
    "city": "portability.city",
    "region": "portability.state",
}
NUMBERS = "/number_lookup/{phone}"


class TelnyxLookup(HTTPProvider):
    info = ProviderInfo(
        title="Telnyx Number Lookup",
        category=Category.PHONE,
        tier=Tier.BASIC,
        base_url="https://api.telnyx.com/v2",
        docs_url="https://developers.telnyx.com",
        auth=Bearer(),
        established_in="US",
        summary="Carrier, line type and caller name of telephone numbers.",
    )
    errors = {404: ErrorCode.FEATURE_EXECUTION_FAILED}

    def classify(self, reply: Reply) -> Classified:
        """Tell a number the account may not ask about from an ill-formed one."""
        canadian = reply.status == 422 and "canadian number" in reply.text.lower()
        return ErrorCode.FEATURE_NOT_SUPPORTED if canadian else None

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        gives=("phone", "mobile_phone", "phone_status", "line_type", "carrier", "country", "city", "region"),
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Say what line a number is and who carries it."""
        reply = yield Request("GET", NUMBERS, at={"phone": number(query)}, params={"type": "carrier"})
        found = rename(reply.get("data"), NUMBERED)
        status = "invalid" if reply.get("data.valid_number") is False else "valid"
        return Hit(named(query, found), phone_status=status) if found else Miss()

    @operation("caller-name", needs=NUMBER, gives=("full_name", "phone", "mobile_phone"), charged="on_call")
    def caller_name(self, query: Query) -> Flow:
        """Say who holds a number (CNAM, US numbers only)."""
        reply = yield Request("GET", NUMBERS, at={"phone": number(query)}, params={"type": "caller-name"})
        found = rename(reply.get("data"), {"full_name": "caller_name.caller_name", "phone": "phone_number"})
        return Hit(named(query, found)) if "full_name" in found else Miss()

    def quota(self) -> QuotaFlow:
        """Read the balance: what remains is money, in the account's currency, its credit line included."""
        reply = yield Request("GET", "/balance", paid=False)
        amount = reply.get("data.available_credit")
        return Quota(remaining=amount, pools={str(reply.get("data.currency", "USD")): amount})


provider = TelnyxLookup
