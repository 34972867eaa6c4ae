"""QuickEmailVerification's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "quickemailverification", "quickemailverification"


def client() -> Any:
    import quickemailverification

    return quickemailverification.Client(SECRET).quickemailverification()


@asks("verify_email", "email")
def verify(sdk: Any, query: Query) -> dict[str, Any]:
    body = sdk.verify(query.email).body
    return {"email": body["email"], "mx_provider": body["mx_domain"], "is_role": body["role"] == "true"}
