"""Telnyx' own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "telnyx_lookup", "telnyx"


def client() -> Any:
    from telnyx import Telnyx

    return Telnyx(api_key=SECRET)


@asks("verify_phone", "phone")
def lookup(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.number_lookup.retrieve(query.phone, type="carrier").data
    return {"phone": found.phone_number, "country": found.country_code, "carrier": found.carrier.name}


@asks("telnyx_lookup.caller-name", "phone")
def caller(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.number_lookup.retrieve(query.phone, type="caller-name").data
    return {"phone": found.phone_number}


@asks("quota")
def balance(sdk: Any, query: Query) -> dict[str, Any]:
    return {"remaining": sdk.balance.retrieve().data.available_credit}
