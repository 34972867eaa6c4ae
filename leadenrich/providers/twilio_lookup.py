"""Twilio Lookup v2: what kind of line a number is, who holds it, whether it changed hands.

Facts: twilio/twilio-oai (OpenAPI of lookups v2), www.twilio.com/docs/lookup/v2-api and docs/api/errors. An invalid
number is a verdict, not an error; a package that failed says so inside its own object, by the code that an error of
the whole has. `/batch/query` takes several numbers in one call; no maximum is stated, 50 is ours. The batch by file
(`/v2/Jobs`) is left out: its states alone are documented. Each entry of `Fields` is billed by itself, at prices we
have not seen. A key pair (SK...) serves as account SID and token.
"""

from typing import Any

from leadenrich.contract import (
    Basic,
    Category,
    Classified,
    ErrorCode,
    FeatureExecutionError,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderError,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Requests,
    Tier,
    bulk,
    by_echo,
    echoed,
    operation,
    rename,
    rows,
)
from leadenrich.errors import FeatureNotSupportedError
from leadenrich.providers._verifiers import NUMBER, named, number, yes

NUMBERS, LINE = "/PhoneNumbers/{phone}", "line_type_intelligence"
LINES = {
    "mobile": "mobile",
    "landline": "landline",
    "fixedvoip": "voip",
    "nonfixedvoip": "voip",
    "tollfree": "toll_free",
}
NOT_ENABLED = (60606, 60614, 60619)
"""Codes of a package that the account is not enabled for, or that its region does not have."""
NOT_COVERED = (60600, 60607, 60612)
"""Codes of a number that a package does not cover: its country, or its kind of line."""
NUMBERED = {
    "phone": "phone_number",
    "line_type": ("line_type_intelligence.type", LINES),
    "carrier": "line_type_intelligence.carrier_name",
    "country": "country_code",
}


class TwilioLookup(HTTPProvider):
    info = ProviderInfo(
        title="Twilio Lookup",
        category=Category.PHONE,
        tier=Tier.BASIC,
        base_url="https://lookups.twilio.com/v2",
        docs_url="https://www.twilio.com/docs/lookup/v2-api",
        auth=Basic("account_sid", "auth_token", public_username=True),
        established_in="US",
        summary="Validity, line type, carrier, caller name and reassignment of telephone numbers.",
    )
    errors = {404: ErrorCode.FEATURE_EXECUTION_FAILED}
    words = {
        **{("code", code): ErrorCode.FEATURE_NOT_SUPPORTED for code in NOT_ENABLED},
        **{("code", code): ErrorCode.FEATURE_EXECUTION_FAILED for code in NOT_COVERED},
    }

    def classify(self, reply: Reply) -> Classified:
        """See that the account lacks a package; without that of the line a verdict on the number is left."""
        package = str((reply.request.params or {}).get("Fields"))
        lacks = package != LINE and reply.get(f"{package}.error_code") in NOT_ENABLED
        return ErrorCode.FEATURE_NOT_SUPPORTED if lacks else None

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        uses=("country",),
        gives=("phone", "mobile_phone", "phone_status", "line_type", "carrier", "country"),
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Verify one number and say what line it is."""
        reply = yield self.fetch(query, LINE)
        valid = reply.get("valid")
        if not isinstance(valid, bool):
            return Miss()
        return Hit(named(query, rename(reply.json, NUMBERED)), phone_status="valid" if valid else "invalid")

    @operation(
        "caller-name", needs=NUMBER, gives=("full_name", "company_name", "phone", "mobile_phone"), charged="on_call"
    )
    def caller_name(self, query: Query) -> Flow:
        """Say who holds a number (CNAM, US numbers only): a person, or a business."""
        reply = yield self.fetch(query, "caller_name")
        business = reply.get("caller_name.caller_type") == "BUSINESS"
        name = {"company_name" if business else "full_name": "caller_name.caller_name"}
        found = rename(reply.json, {"phone": "phone_number", **name})
        return Hit(named(query, found)) if set(name) & set(found) else Miss()

    @operation(
        "reassigned-number",
        needs=[("phone", "twilio_lookup_last_verified_date"), ("mobile_phone", "twilio_lookup_last_verified_date")],
        gives=("phone", "mobile_phone", "twilio_lookup_reassigned"),
        charged="on_call",
    )
    def reassigned_number(self, query: Query) -> Flow:
        """Say whether a number was given to another person after a date (YYYYMMDD), as `twilio_lookup_reassigned`."""
        reply = yield self.fetch(query, "reassigned_number", LastVerifiedDate=query.twilio_lookup_last_verified_date)
        answer = {"twilio_lookup_reassigned": ("reassigned_number.is_number_reassigned", yes)}
        found = rename(reply.json, {"phone": "phone_number", **answer})
        return Hit(named(query, found)) if "twilio_lookup_reassigned" in found else Miss()

    def fetch(self, query: Query, package: str, **more: str) -> Request:
        """Return the request for one package about one number; the country matters to national numbers alone."""
        params = {"Fields": package, "CountryCode": query.country, **more}
        return Request("GET", NUMBERS, at={"phone": number(query)}, params=params)

    @bulk("GET", NUMBERS, max_items=50, group=lambda request: package(request))
    def fetch_many(self, requests: Requests) -> Fold:
        """Ask about several numbers at once; each result carries the id we gave it and may carry an error code."""
        asked = []
        for place, request in enumerate(requests):
            params, at = request.params or {}, request.at or {}
            item = {"correlation_id": str(place), "phone_number": at["phone"], "fields": [params["Fields"]]}
            asked.append({**item, **({"country_code": params["CountryCode"]} if params.get("CountryCode") else {})})
        reply = yield Request("POST", "/batch/query", json={"phone_numbers": asked})
        return by_echo(reply, rows(requests), echoed(reply.items("phone_numbers"), "correlation_id"), one)


def package(request: Request) -> str | None:
    """Return the package a request asks for; None for one whose further options have no documented place in a batch."""
    params = request.params or {}
    return None if "LastVerifiedDate" in params else str(params.get("Fields"))


def one(item: dict[str, Any]) -> dict[str, Any] | ProviderError:
    """Return one result of a batch, which has the shape of a single look-up; it may be an error of its own."""
    failed = item.get("twilio_error_code")
    if failed in NOT_ENABLED:
        return FeatureNotSupportedError(f"Twilio error {failed}: the account is not enabled for this package")
    return FeatureExecutionError(f"Twilio error {failed}") if failed else item


provider = TwilioLookup
