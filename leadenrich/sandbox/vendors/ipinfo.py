"""Sandbox: IPinfo's replies."""

from __future__ import annotations

from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Call, route

LOSSY = {"*": {"company_type": "isp, business, education or hosting: what its network is, not its legal form"}}


def owner(call: Call, ip: str) -> SandboxCompany:
    """Return the company an address stands for; for an unknown one the digits choose one."""
    companies = call.view.companies(limit=100)
    return call.view.company(ip=ip) or companies[sum(map(ord, ip)) % len(companies)]


def record(call: Call, ip: str) -> dict[str, Any]:
    """Return the full record of an address."""
    call.charge(1)
    if ip.startswith(("10.", "192.168.")):
        return {"ip": ip, "bogon": True}
    found = owner(call, ip)
    return {
        "ip": ip,
        "city": found.city,
        "region": found.region,
        "country": found.country,
        "timezone": found.time_zone,
        "company": {"name": found.company_name, "domain": found.company_domain, "type": "business"},
    }


@route("GET", "/me")
def me(call: Call) -> object:
    """Read the account."""
    return {"requests": {"day": 0, "month": 0, "limit": 50000, "remaining": 50000}}


@route("POST", "/batch")
def batch(call: Call) -> object:
    """Read the records of many addresses."""
    return {ip: record(call, str(ip)) for ip in call.json}


@route("GET", "/{ip}")
def full(call: Call) -> object:
    """Read the record of an address."""
    return record(call, call.at["ip"])


@route("GET", "/{ip}/company")
def company(call: Call) -> object:
    """Say which company uses an address."""
    return record(call, call.at["ip"]).get("company", {})


def network(call: Call, ip: str) -> dict[str, Any]:
    """Return whose network an address is in."""
    found = owner(call, ip)
    return {
        "ip": ip,
        "asn": "AS64500",
        "as_name": found.company_name,
        "as_domain": found.company_domain,
        "country_code": found.country,
        "country": found.country_name,
    }


def location(call: Call, ip: str) -> dict[str, Any]:
    """Return where an address is, and whose network it is in."""
    call.charge(1)
    found = owner(call, ip)
    place = {"city": found.city, "region": found.region, "country": found.country_name, "country_code": found.country}
    network = {"asn": "AS64500", "name": found.company_name, "domain": found.company_domain, "type": "business"}
    return {"ip": ip, "geo": {**place, "timezone": found.time_zone}, "as": network}


@route("GET", "https://api.ipinfo.io/lite/{ip}")
def lite(call: Call) -> object:
    """Say whose network it is."""
    return network(call, call.at["ip"])


@route("POST", "https://api.ipinfo.io/batch/lite")
def batch_lite(call: Call) -> object:
    """Say whose networks they are."""
    return {ip: network(call, str(ip)) for ip in call.json}


@route("GET", "https://api.ipinfo.io/lookup/{ip}")
def lookup(call: Call) -> object:
    """Say where it is."""
    return location(call, call.at["ip"])


@route("POST", "https://api.ipinfo.io/batch")
def batch_lookup(call: Call) -> object:
    """Say where they are."""
    return {ip: location(call, str(ip)) for ip in call.json}
