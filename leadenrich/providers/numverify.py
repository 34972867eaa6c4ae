"""numverify: validity, carrier and line type of telephone numbers, by APILayer.

Facts: docs.apilayer.com/numverify, numverify.com/documentation; error codes and replies to invalid numbers also from
third parties' tests. Errors come as HTTP 200 with `success` false, and success has no such field. An invalid number is
a verdict. Empty texts stand for no value. Of the line types only mobile and landline are confirmed.
"""

from leadenrich.contract import (
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
    QueryKey,
    Reply,
    Request,
    Tier,
    operation,
    rename,
)
from leadenrich.providers._verifiers import NUMBER, digits, named

LINES = {"mobile": "mobile", "landline": "landline", "toll_free": "toll_free"}
NUMBERED = {
    "phone": "international_format",
    "line_type": ("line_type", LINES),
    "carrier": "carrier",
    "country": "country_code",
    "city": "location",
}
TYPES = {
    "invalid_access_key": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "missing_access_key": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "inactive_user": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "account_on_hold": ErrorCode.PROVIDER_AUTHENTICATION_FAILED,
    "usage_limit_reached": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS,
    "rate_limit_reached": ErrorCode.PROVIDER_RATE_LIMIT,
    "https_access_restricted": ErrorCode.FEATURE_NOT_SUPPORTED,
    "function_access_restricted": ErrorCode.FEATURE_NOT_SUPPORTED,
    "no_phone_number_provided": ErrorCode.FEATURE_PARAMETERS_INVALID,
    "non_numeric_phone_number_provided": ErrorCode.FEATURE_PARAMETERS_INVALID,
    "invalid_country_code": ErrorCode.FEATURE_PARAMETERS_INVALID,
}


class Numverify(HTTPProvider):
    info = ProviderInfo(
        title="numverify",
        category=Category.PHONE,
        tier=Tier.FREE,
        base_url="https://apilayer.net/api",
        docs_url="https://numverify.com/documentation",
        auth=QueryKey("access_key", field="access_key"),
        summary="Validity, carrier, line type and place of telephone numbers.",
    )

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        uses=("country",),
        gives=("phone", "mobile_phone", "phone_status", "line_type", "carrier", "country", "city"),
        credits=1,
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Verify one number; the place is free text and may be a region."""
        reply = yield Request("GET", "/validate", params={"number": digits(query), "country_code": query.country})
        valid = reply.get("valid")
        if not isinstance(valid, bool):
            return Miss()
        return Hit(named(query, rename(reply.json, NUMBERED)), phone_status="valid" if valid else "invalid")

    def classify(self, reply: Reply) -> Classified:
        """Read the error inside, whatever the status."""
        if reply.get("success") is not False:
            return None
        unknown = ErrorCode.PROVIDER_API_ERROR if reply.status == 200 else None  # else the HTTP status tells
        return TYPES.get(str(reply.get("error.type")), unknown)


provider = Numverify
