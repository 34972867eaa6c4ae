"""Sandbox: Wikidata's replies."""

from __future__ import annotations

import re
from typing import Any

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Call, route

LINKEDIN, X, FACEBOOK = "https://www.linkedin.com/company/", "https://x.com/", "https://www.facebook.com/"


def number(company: SandboxCompany) -> int:
    """Return the number of a company's item; those of its industry, seat, country and form follow it."""
    return 900_000_000 + company.index * 10


def statement(value: Any, kind: str = "string", rank: str = "normal") -> dict[str, Any]:
    """Return one statement."""
    return {"mainsnak": {"snaktype": "value", "datavalue": {"value": value, "type": kind}}, "rank": rank}


def pointer(id: int) -> dict[str, Any]:
    """Return a statement that points to an item."""
    return statement({"entity-type": "item", "id": f"Q{id}"}, "wikibase-entityid")


def entity(call: Call, id: str) -> dict[str, Any]:
    """Return an item: a company, or something a company points to."""
    index, part = divmod(int(id.removeprefix("Q")) - 900_000_000, 10)
    company = call.view.company(id=call.view.world.company(index).id)
    if company is None:
        return {"id": id, "missing": ""}
    if part:
        label = {1: company.industry, 2: company.city, 3: company.country_name, 4: company.company_type}[part]
        claims: Any = {"P297": [statement(company.country)]} if part == 3 else []
        return {"id": id, "labels": {"en": {"language": "en", "value": label}}, "claims": claims}
    first = number(company)
    claims = {
        "P856": [statement(f"https://old.{company.company_domain}", rank="deprecated"), statement(company.website)],
        "P571": [statement({"time": f"+{company.founded_year}-00-00T00:00:00Z", "precision": 9}, "time")],
        "P159": [pointer(first + 2)],
        "P17": [pointer(first + 3)],
        "P4264": [statement(company.company_linkedin_url.removeprefix(LINKEDIN))],
    }
    if company.employee_count is not None:
        claims["P1128"] = [statement({"amount": f"+{company.employee_count}", "unit": "1"}, "quantity")]
    if company.industry:
        claims["P452"] = [pointer(first + 1)]
    if company.company_type:
        claims["P1454"] = [pointer(first + 4)]
    if company.twitter_url:
        claims["P2002"] = [statement(company.twitter_url.removeprefix(X))]
    if company.facebook_url:
        claims["P2013"] = [statement(company.facebook_url.removeprefix(FACEBOOK))]
    return {
        "type": "item",
        "id": id,
        "labels": {"en": {"language": "en", "value": company.company_name}},
        "descriptions": {"en": {"language": "en", "value": company.description}} if company.description else {},
        "aliases": {},
        "claims": claims,
    }


@route("GET", "/w/api.php")
def api(call: Call) -> object:
    """Search items, or read some."""
    if call.params.get("action") == "wbsearchentities":
        company = call.view.company(name=call.params.get("search"))
        found = [] if company is None else [{"id": f"Q{number(company)}", "label": company.company_name}]
        return {"searchinfo": {"search": call.params.get("search")}, "search": found, "success": 1}
    ids = str(call.params.get("ids", "")).split("|")
    return {"success": 1, "entities": {id: entity(call, id) for id in ids}}


@route("GET", "https://query.wikidata.org/sparql")
def sparql(call: Call) -> object:
    """Find the item of a website."""
    site = re.search(r"<https://([\w.-]+)", str(call.params.get("query")))
    company = call.view.company(domain=site[1]) if site else None
    rows = [] if company is None else [f"http://www.wikidata.org/entity/Q{number(company)}"]
    return {
        "head": {"vars": ["item"]},
        "results": {"bindings": [{"item": {"type": "uri", "value": row}} for row in rows]},
    }
