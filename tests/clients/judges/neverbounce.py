"""NeverBounce's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "neverbounce", "neverbounce-sdk"


def client() -> Any:
    import neverbounce_sdk

    return neverbounce_sdk.client(api_key=SECRET)


@asks(
    "verify_email",
    "email",
    differs={
        "query:credits_info": "the client states the default",
        "query:timeout": "the client states the default",
        "query:request_meta_data[leverage_historical_data]": "the client states the default",
    },
)
def verify(sdk: Any, query: Query) -> dict[str, Any]:
    return {"email_status": sdk.single_check(query.email, address_info=True)["result"]}


@asks("quota")
def account(sdk: Any, query: Query) -> dict[str, Any]:
    info = sdk.account_info()["credits_info"]
    return {"remaining": info["paid_credits_remaining"] + info["free_credits_remaining"]}
