"""Veriphone: validity, carrier and line type of telephone numbers.

Facts: veriphone.io/docs/v2. An invalid number is a verdict and costs what a valid one costs. The account call is named
in the documentation, but neither its path nor its reply was found, so there is no quota.
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
    Reply,
    Request,
    Tier,
    operation,
    rename,
)
from leadenrich.providers._verifiers import NUMBER, named, number

LINES = {"mobile": "mobile", "fixed_line": "landline", "voip": "voip", "toll_free": "toll_free"}
NUMBERED = {
    "phone": ["e164", "international_number"],
    "line_type": ("phone_type", LINES),
    "carrier": "carrier",
    "country": ["country_code", "country"],
    "region": "phone_region",
}
CODES = {
    "400": ErrorCode.FEATURE_PARAMETERS_INVALID,
    "401": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "402": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "403": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
}


class Veriphone(HTTPProvider):
    info = ProviderInfo(
        title="Veriphone",
        category=Category.PHONE,
        tier=Tier.FREE,
        base_url="https://api.veriphone.io/v2",
        docs_url="https://veriphone.io/docs/v2",
        auth=Bearer(),
        summary="Validity, carrier, line type and region of telephone numbers.",
    )

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        uses=("country",),
        gives=("phone", "mobile_phone", "phone_status", "line_type", "carrier", "country", "region"),
        credits=1,
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Verify one number."""
        reply = yield Request("GET", "/verify", params={"phone": number(query), "default_country": query.country})
        valid = reply.get("phone_valid")
        if not isinstance(valid, bool):
            return Miss(credits=0)
        return Hit(named(query, rename(reply.json, NUMBERED)), phone_status="valid" if valid else "invalid")

    def classify(self, reply: Reply) -> Classified:
        """Read `status`, which may tell of an error under a 200."""
        status = reply.get("status")
        if reply.status != 200 or not isinstance(status, str) or status == "success":
            return None
        if status == "syntax-error":
            return ErrorCode.FEATURE_PARAMETERS_INVALID
        return CODES.get(str(reply.get("code")), ErrorCode.PROVIDER_API_ERROR)


provider = Veriphone
