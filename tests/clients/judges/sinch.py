"""Sinch's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "sinch_lookup", "sinch"


def client() -> Any:
    from sinch import SinchClient

    return SinchClient(key_id=SECRET, key_secret=SECRET, project_id=SECRET)


@asks("verify_phone", "phone")
def lookup(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.number_lookup.lookup(query.phone, ["LineType"])
    return {"phone": found.number, "country": found.country_code, "carrier": found.line.carrier}


@asks("sinch_lookup.disconnected", "phone")
def disconnected(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.number_lookup.lookup(query.phone, ["RND"])
    return {"phone": found.number, "phone_status": "invalid" if found.rnd.disconnected else "valid"}
