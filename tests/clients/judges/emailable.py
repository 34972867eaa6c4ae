"""Emailable's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "emailable", "emailable"


def client() -> Any:
    import emailable

    return emailable.Client(SECRET)


@asks(
    "verify_email",
    "email",
    differs={"query:smtp": "the client states the default", "query:accept_all": "the client states the default"},
)
def verify(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.verify(query.email)
    return {"email": found.email, "confidence": found.score, "is_free": found.free}


@asks("quota")
def account(sdk: Any, query: Query) -> dict[str, Any]:
    return {"remaining": sdk.account().available_credits}
