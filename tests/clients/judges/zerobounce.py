"""ZeroBounce's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "zerobounce", "zerobouncesdk"


def client() -> Any:
    from zerobouncesdk import ZeroBounce

    return ZeroBounce(SECRET)


@asks("verify_email", "email", differs={"query:ip_address": "documented as required, though it may be empty"})
def verify(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.validate(query.email)
    return {"email": found.address, "email_status": found.status.value}


@asks("find_email", "first_name", "last_name", "company_domain")
def find(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.find_email_format(domain=query.company_domain, first_name=query.first_name, last_name=query.last_name)
    return {"email": found.email}


@asks("zerobounce.email-format", "company_domain")
def pattern(sdk: Any, query: Query) -> dict[str, Any]:
    found = sdk.find_domain(domain=query.company_domain)
    return {"company_domain": found.domain}


@asks("zerobounce.email-activity", "email")
def activity(sdk: Any, query: Query) -> dict[str, Any]:
    return {"zerobounce_active_in_days": sdk.get_activity(query.email).active_in_days}


@asks("quota")
def credits(sdk: Any, query: Query) -> dict[str, Any]:
    return {"remaining": int(sdk.get_credits().credits)}
