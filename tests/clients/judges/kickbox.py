"""Kickbox' own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "kickbox", "kickbox"
DIFFERS = {"key": "the client of 2020 writes `token`, the documentation of today `Bearer`"}


def client() -> Any:
    import kickbox

    return kickbox.Client(SECRET).kickbox()


@asks("verify_email", "email", differs={"query:timeout": "the client states the default"})
def verify(sdk: Any, query: Query) -> dict[str, Any]:
    body = sdk.verify(query.email).body
    return {"email": body["email"], "is_free": body["free"], "is_role": body["role"]}
