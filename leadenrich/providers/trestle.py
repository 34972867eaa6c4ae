"""Trestle: phone validation with an activity score, who owns a number, and whether a contact's parts fit together.

Facts: docs.trestleiq.com and github.com/TrestleIQ/docs (Phone Validation 3.0, Reverse Phone 3.2, Real Contact 2.0).
The version is part of each path and a key is enabled for each, so Real Contact 1.1, deprecated and flat with dots in
its names, is asked where 2.0 is FORBIDDEN; that says also a disabled or expired key, so the key counts as refused,
there alone. A 200 may carry an error beside data, which is then kept. An owner's e-mails are private ones, given only
where asked for. Covers the US and Canada mostly. What is charged, and when, is not documented; each query is counted.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Tier,
    dig,
    operation,
    rename,
)
from leadenrich.providers._verifiers import NUMBER, named, number

LINES = {
    "mobile": "mobile",
    "landline": "landline",
    "fixedvoip": "voip",
    "nonfixedvoip": "voip",
    "tollfree": "toll_free",
}
LINE = {"line_type": ("line_type", LINES), "carrier": "carrier"}
VALID = {True: "valid", False: "invalid"}
OWNER = {
    "full_name": "name",
    "first_name": "firstname",
    "last_name": "lastname",
    "city": "current_addresses.0.city",
    "region": "current_addresses.0.state_code",
    "country": "current_addresses.0.country_code",
}
CONTACT = {
    "phone_status": ("phone_is_valid", VALID.get),
    "line_type": ("phone_line_type", LINES),
    "confidence": "phone_activity_score",
    "trestle_phone_name_match": "phone_name_match",
    "trestle_phone_grade": "phone_contact_grade",
    "trestle_email_valid": "email_is_valid",
    "trestle_email_name_match": "email_name_match",
    "trestle_email_grade": "email_contact_grade",
    "trestle_address_name_match": "address_name_match",
}
# Whether it is a list or one text, and an entry a text or an object, is not documented.
WORDS = [(path, lambda entry: entry.split(",")[0].strip()) for path in ("emails.0", "emails")]
EMAIL = {"personal_email": ["emails.0.email_address", "emails.0.email", "emails.0.address", *WORDS]}
DATA = ("is_valid", "line_type", "owners", "phone_is_valid", "email_is_valid", "address_is_valid")
# A path that is none says MISSING_API_KEY; a request without a key says INVALID_API_KEY.
TOLD = {"QUOTA_EXCEEDED": ErrorCode.PROVIDER_INSUFFICIENT_CREDITS, "MISSING_API_KEY": ErrorCode.PROVIDER_API_ERROR}


class Trestle(HTTPProvider):
    info = ProviderInfo(
        title="Trestle",
        category=Category.PHONE,
        tier=Tier.PRO,
        base_url="https://api.trestleiq.com",
        docs_url="https://docs.trestleiq.com",
        auth=HeaderKey("x-api-key", shared=False),
        established_in="US",
        summary="Phone validation, owners of numbers, and contact grading.",
    )

    @operation(
        Operation.VERIFY_PHONE,
        needs=NUMBER,
        uses=("country",),
        gives=("phone", "mobile_phone", "phone_status", "line_type", "carrier", "country", "confidence"),
        credits=1,
        charged="on_call",
    )
    def verify_phone(self, query: Query) -> Flow:
        """Verify one number; the confidence is its activity score: 70 and more is connected, 30 and less is not."""
        params = {"phone": number(query), "phone.country_hint": query.country}
        reply = yield Request("GET", "/3.0/phone_intel", params=params)
        fields = {"phone_status": ("is_valid", VALID.get), "country": "country_code", "confidence": "activity_score"}
        found = rename(reply.json, {**LINE, **fields})
        if not found:
            return Miss()
        calling, national = reply.get("country_calling_code"), reply.get("phone_number")
        if calling and national:
            found["phone"] = national if str(national).startswith("+") else f"+{calling}{national}"
        return Hit(named(query, found))

    @operation(
        Operation.ENRICH_PERSON,
        needs=NUMBER,
        uses=("full_name",),
        gives=(
            "full_name",
            "first_name",
            "last_name",
            "city",
            "region",
            "country",
            "company_name",
            "industry",
            "line_type",
            "carrier",
            "personal_email",
        ),
        credits=1,
        charged="on_call",
    )
    def enrich_person(self, query: Query) -> Flow:
        """Say who owns a number; a business gives its name as the company's."""
        reply = yield owned(query)
        owner = reply.get("owners.0")
        found = {**rename(owner, OWNER), **rename(owner, EMAIL)}
        if dig(owner, "type") == "Business":
            found = rename(owner, {"company_name": "name", "industry": ["industry.0", "industry"]})
        return Hit({**found, **rename(reply.json, LINE)}) if "full_name" in found or "company_name" in found else Miss()

    @operation(
        Operation.FIND_PERSONAL_EMAIL,
        needs=NUMBER,
        uses=("full_name",),
        gives=("personal_email", "full_name", "first_name", "last_name"),
        credits=1,
        charged="on_call",
        confidence=60,
        confidence_reason="linked to the number by the vendor, not verified",
    )
    def find_personal_email(self, query: Query) -> Flow:
        """Find the e-mail of a number's owner; the same call as enrich_person."""
        owner = (yield owned(query)).get("owners.0")
        if dig(owner, "type") == "Business":
            return Miss("the number is a business's")
        found = rename(owner, {**EMAIL, **{name: OWNER[name] for name in ("full_name", "first_name", "last_name")}})
        return Hit(found) if "personal_email" in found else Miss()

    @operation(
        "real-contact",
        needs=[("full_name", "phone"), ("full_name", "mobile_phone")],
        uses=("email", "ip", "company_name", "city"),
        gives=tuple(CONTACT),
        credits=1,
        charged="on_call",
    )
    def real_contact(self, query: Query) -> Flow:
        """Say whether number, e-mail and place belong to a name; grades go from A to F."""
        params = {
            "name": query.full_name,
            "phone": number(query),
            "email": query.email,
            "ip_address": query.ip,
            "address.city": query.city,
            "business.name": query.company_name,
        }
        reply = yield Request("GET", "/2.0/real_contact", params=params, expect=(200, 403))
        if reply.status == 403:
            reply = yield Request("GET", "/1.1/real_contact", params=params)
        found = rename(flat(reply.json), CONTACT)
        return Hit(found) if found else Miss()

    def classify(self, reply: Reply) -> Classified:
        """Read the error's code, or the error a 200 may carry; with data beside it the data counts."""
        if reply.status != 200:
            awaited = reply.get("errorCode") == "FORBIDDEN" and 403 in reply.request.expect
            refused = ErrorCode.PROVIDER_AUTHENTICATION_FAILED if reply.status == 403 and not awaited else None
            return TOLD.get(str(reply.get("errorCode")), refused)
        if not isinstance(reply.get("error"), dict) and not isinstance(reply.get("errors"), dict):
            return None
        kept = any(flat(reply.json).get(name) not in (None, []) for name in DATA)
        return None if kept else ErrorCode.PROVIDER_API_ERROR


def flat(body: Any) -> dict[str, Any]:
    """Return Real Contact's parts under one kind of name, be they nested (2.0) or written with dots (1.1)."""
    parts: dict[str, Any] = {}
    for name, value in body.items() if isinstance(body, dict) else ():
        inner = value.items() if isinstance(value, dict) else ()
        parts.update({f"{name}_{key}": part for key, part in inner} or {str(name).replace(".", "_"): value})
    return parts


def owned(query: Query) -> Request:
    """Return the one request that asks who owns a number."""
    return Request("GET", "/3.2/phone", params={"phone": number(query), "phone.name_hint": query.full_name})


provider = Trestle
