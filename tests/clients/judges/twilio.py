"""Twilio's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "twilio_lookup", "twilio"


def client() -> Any:
    from twilio.rest import Client

    return Client(SECRET, SECRET)


@asks("verify_phone", "phone")
def lookup(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.lookups.v2.phone_numbers(query.phone).fetch(fields="line_type_intelligence")
    return {
        "phone": found.phone_number,
        "country": found.country_code,
        "carrier": found.line_type_intelligence["carrier_name"],
    }


@asks("twilio_lookup.caller-name", "phone")
def caller(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.lookups.v2.phone_numbers(query.phone).fetch(fields="caller_name")
    return {"phone": found.phone_number}


@asks("twilio_lookup.reassigned-number", "phone", twilio_lookup_last_verified_date="20250101")
def reassigned(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.lookups.v2.phone_numbers(query.phone).fetch(fields="reassigned_number", last_verified_date="20250101")
    return {"phone": found.phone_number}
