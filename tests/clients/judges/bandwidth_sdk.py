"""Bandwidth's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "bandwidth_lookup", "bandwidth-sdk"


def client() -> Any:
    import bandwidth

    return bandwidth.PhoneNumberLookupApi(
        bandwidth.ApiClient(bandwidth.Configuration(username=SECRET, password=SECRET))
    )


@asks("verify_phone", "phone")
def verify(sdk: Any, query: Query) -> dict[str, Any]:
    from bandwidth.models.sync_lookup_request import SyncLookupRequest

    found = sdk.create_sync_lookup(SECRET, SyncLookupRequest(phoneNumbers=[query.phone])).data.results[0]
    return {"phone": found.phone_number, "carrier": found.voice_provider}
