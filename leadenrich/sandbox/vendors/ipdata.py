"""Sandbox: ipdata's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.fake import Call, route

LOSSY = {"enrich_company": {"company_type": "the use of an address, no legal form"}}


def record(call: Call, ip: str) -> dict[str, Any]:
    """Return what is known of an address."""
    call.charge(1)
    found = call.view.company(ip=ip)
    shown = {"name": found.company_name, "domain": found.company_domain, "type": "business"} if found else None
    where = {"city": found.city, "region": found.region, "country_code": found.country} if found else {}
    return {"ip": ip, "is_eu": False, **where, "company": shown, "count": "10"}


@route("GET", "/{ip}")
def one(call: Call) -> object:
    """Look an address up."""
    return record(call, call.at["ip"])


@route("POST", "/bulk")
def many(call: Call) -> object:
    """Look several addresses up."""
    return [record(call, str(ip)) for ip in call.json]
