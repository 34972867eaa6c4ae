"""The catalogue: every vendor's facts as plain data for the pages, and a form to try a feature on the sandbox."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import Any

import leadenrich as le
from leadenrich import vocabulary
from leadenrich.catalogue import costs, token_costs
from leadenrich.sandbox import World


@cache
def vendors() -> list[dict[str, Any]]:
    """Return what the list shows of every vendor."""
    return [_short(info) for info in le.providers()]


def _short(info: le.ProviderInfo) -> dict[str, Any]:
    known = [one for one in info.features if one.support is not le.Support.UNDOCUMENTED]
    return {
        "id": info.id,
        "title": info.title,
        "category": str(info.category),
        "tier": str(info.tier),
        "country": info.established_in,
        "summary": info.summary,
        "support": str(info.support),
        "operations": [one.operation for one in known],
        "gives": sorted({name for one in known for name in one.gives}),
        "price": _least_price(info),
        "by_token": any(price.by_token for price in info.prices),
        "free": all(one.charged is le.Charged.FREE for one in known),
        "keyless": not info.auth.fields,
        "key": le.Session().has_credentials(info.id),
    }


def _least_price(info: le.ProviderInfo) -> str | None:
    """Return the USD of the cheapest credit; None where none is published, or where tokens are counted."""
    return min((f"{price.usd:f}" for price in info.prices if not price.by_token), key=float, default=None)


@cache
def operations() -> list[dict[str, Any]]:
    """Return what can be looked for, with who can be asked and at what price."""
    found: dict[str, list[dict[str, Any]]] = {}
    session = le.Session()
    for info in le.providers():
        for one in info.features:
            if one.support is le.Support.UNDOCUMENTED:
                continue
            found.setdefault(one.operation, []).append(
                {
                    "id": info.id,
                    "title": info.title,
                    "costs": "by the token" if token_costs(one, info) else costs(one),
                    "usd": _usd(session, info, one),
                    "gives": list(one.gives),
                    "needs": [list(way) for way in one.needs],
                    "key": session.has_credentials(info.id),
                }
            )
    return [
        {"operation": name, "field": vocabulary.MAIN_FIELD.get(name), "vendors": asked}
        for name, asked in sorted(found.items())
        if "." not in name
    ]


def _usd(session: le.Session, info: le.ProviderInfo, feature: le.Feature) -> float | None:
    if feature.charged is le.Charged.FREE and feature.max_credits is None:
        return 0.0
    usd = session.prices.usd(info, feature.credits or {}) if feature.credits else None
    return None if usd is None else float(usd)


def vendor(provider_id: str) -> dict[str, Any] | None:
    """Return all there is to say about one vendor, None where there is none of that id."""
    info = next((one for one in le.providers() if one.id == provider_id), None)
    if info is None:
        return None
    return {
        **_short(info),
        "docs_url": _link(info.docs_url),
        "privacy_url": _link(info.privacy_url),
        "variables": [
            {"name": f"{info.id}_{name}".upper(), "optional": name in info.auth.optional} for name in info.auth.fields
        ],
        "concurrency": info.concurrency,
        "rates": [{"limit": rate.limit, "unit": rate.unit, "per": rate.per, "on": _on(rate.on)} for rate in info.rates],
        "prices": [
            {
                "told": str(price),
                "plan": price.plan,
                "as_of": price.as_of,
            }
            for price in info.prices
        ],
        "example": example(),
        "features": [
            {
                "operation": one.operation,
                "known": one.support is not le.Support.UNDOCUMENTED,
                "support": str(one.support),
                "summary": one.summary,
                "needs": [list(way) for way in one.needs],
                "uses": list(one.uses),
                "gives": list(one.gives),
                "costs": costs(one, info),
                "docs_url": _link(one.docs_url),
                "parameters": one.parameters,
            }
            for one in info.features
        ],
    }


@cache
def example() -> dict[str, str]:
    """Return what a form to try a feature starts with: somebody whom the sandbox has invented."""
    known = (one for one in World.of().people if one.mobile_phone and one.linkedin_url and one.email)
    person = max(islice(known, 200), key=lambda one: one.findability)
    words = (*vocabulary.PERSON_FIELDS, *vocabulary.COMPANY_FIELDS)
    told = {word: getattr(person, word, None) or getattr(person.company, word, None) for word in words}
    told |= {"url": person.company.website, "query": person.company.company_name, "ip": person.company.ip}
    told |= {"prompt": f"What does {person.company.company_name} sell?", "country": person.company.country}
    return {word: str(value) for word, value in told.items() if isinstance(value, str | int)}


def _link(url: str | None) -> str | None:
    """Return a link that a page may show: a plugin may say anything."""
    return url if url is not None and url.startswith(("https://", "http://")) else None


def _on(endpoints: str | tuple[str, ...] | None) -> str | None:
    return endpoints if endpoints is None or isinstance(endpoints, str) else ", ".join(endpoints)


@cache
def questions() -> list[dict[str, Any]]:
    """Return the ready-made questions."""
    return [one.model_dump(mode="json", exclude_defaults=False) for one in le.research.templates()]
