"""Wikidata: what is publicly recorded of a company, by name or website; free, no key.

Facts: the API help pages of wbsearchentities and wbgetentities, the limits of query.wikidata.org (Wikimedia T358211),
what the properties mean from the wiki itself. Wikimedia wants a User-Agent that names the tool and a contact; give
yours as `user_agent`, such as "Acme enrichment (ops@acme.example)". Reads run one after another, several entities in a
call. The answer comes in steps: items of a name or website, their statements, the labels of what these point to. An
item counts if it has the name and has a website, head count, industry, legal form or stock listing; namesakes that
are people or places have none. Of several statements the preferred one is taken, of head counts the latest.
"""

import re
from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    FeatureParametersError,
    Flow,
    Fold,
    HeaderSetting,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderAPIError,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Requests,
    Steps,
    Tier,
    bulk,
    dig,
    listing,
    operation,
    pluck,
    present,
)
from leadenrich.providers._names import same_name

API = "/w/api.php"
SPARQL = "https://query.wikidata.org/sparql"
COMMON = {"format": "json", "maxlag": 5}
COMPANY_MARKS = ("P856", "P1128", "P452", "P1454", "P414")
LINKS = {
    "company_linkedin_url": ("P4264", "https://www.linkedin.com/company/"),
    "twitter_url": ("P2002", "https://x.com/"),
    "facebook_url": ("P2013", "https://www.facebook.com/"),
    "github_url": ("P2037", "https://github.com/"),
}
POINTERS = {"industry": "P452", "city": "P159", "country": "P17", "company_type": "P1454"}
FAILURES = {
    "ratelimited": ErrorCode.PROVIDER_RATE_LIMIT,
    "maxlag": ErrorCode.PROVIDER_RATE_LIMIT,
    "no-such-entity": None,
}
PASSING = ("internal_api_error", "cirrussearch", "readonly")  # how the codes of a fault on their side begin
NEEDS = (("company_name",), ("company_domain",))
REASON = "kept by volunteers, matched by exact name or website"


class Wikidata(HTTPProvider):
    info = ProviderInfo(
        title="Wikidata",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="https://www.wikidata.org",
        docs_url="https://www.wikidata.org/w/api.php?action=help",
        auth=HeaderSetting("User-Agent", field="user_agent"),
        concurrency=1,
        hosts=("query.wikidata.org",),
        established_in="US",
        privacy_url="https://foundation.wikimedia.org/wiki/Policy:Privacy_policy",
        summary="Well-known companies: website, head count, founding, seat, industry, accounts. Free.",
    )
    errors = {403: ErrorCode.PROVIDER_API_ERROR}  # no contact named, or an address that is barred for a while

    @operation(
        Operation.ENRICH_COMPANY,
        needs=NEEDS,
        gives=(
            "company_name",
            "description",
            "website",
            "company_domain",
            "employee_count",
            "founded_year",
            *POINTERS,
            *LINKS,
        ),
        charged="free",
        confidence=75,
        confidence_reason=REASON,
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a company."""
        item = yield from self.item(query)
        if item is None:
            return Miss()
        pointed = {field: value for field, mark in POINTERS.items() if (value := text(item, mark, "id"))}
        named = (yield from self.entities(list(pointed.values()), "labels|claims")) if pointed else {}
        found = {field: dig(named.get(id), "labels.en.value") for field, id in pointed.items()}
        found["country"] = text(named.get(pointed.get("country", "")), "P297") or found.get("country")
        count, year = text(item, "P1128", "amount"), text(item, "P571", "time")
        found |= {**basics(item), **links(item), "description": dig(item, "descriptions.en.value")}
        return Hit(
            found,
            employee_count=int(float(count)) if count else None,
            founded_year=int(year[1:5]) if year and year[1:5].isdecimal() else None,
        )

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        gives=("company_domain", "website", "company_name"),
        charged="free",
        confidence=75,
        confidence_reason=REASON,
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's website; the same calls as enrich_company begins with."""
        found = basics((yield from self.item(query)))
        return Hit(found) if "company_domain" in found else Miss()

    @operation(
        Operation.FIND_SOCIAL_URLS,
        needs=NEEDS,
        gives=tuple(LINKS),
        charged="free",
        confidence=75,
        confidence_reason=REASON,
    )
    def find_social_urls(self, query: Query) -> Flow:
        """Find a company's accounts; the same calls as enrich_company begins with."""
        found = links((yield from self.item(query)))
        return Hit(found) if found else Miss()

    def item(self, query: Query) -> Steps[Any]:
        """Return the entity that is meant, or None."""
        if query.company_domain:
            spellings = [
                f"<{scheme}://{www}{query.company_domain}{end}>"
                for scheme in ("https", "http")
                for www in ("", "www.")
                for end in ("", "/")
            ]
            if not re.fullmatch(r"[\w.-]+", query.company_domain):
                raise FeatureParametersError("company_domain is no domain")
            text = f"SELECT ?item WHERE {{ VALUES ?site {{ {' '.join(spellings)} }} ?item wdt:P856 ?site }} LIMIT 5"
            headers = {"Accept": "application/sparql-results+json"}
            reply = yield Request("GET", SPARQL, params={"query": text, "format": "json"}, headers=headers)
            ids = [str(dig(row, "item.value")).rsplit("/", 1)[-1] for row in reply.items("results.bindings")]
        else:
            search = {"action": "wbsearchentities", "search": query.company_name, "type": "item", "limit": 5}
            reply = yield Request("GET", API, params={**search, "language": "en", "uselang": "en", **COMMON})
            ids = [str(one) for one in pluck(reply.get("search"), "id")]
        found = (yield from self.entities(ids[:5], "labels|descriptions|aliases|claims")) if ids else {}
        return next((found[id] for id in ids if id in found and is_meant(found[id], query.company_name)), None)

    def entities(self, ids: list[str], props: str) -> Steps[Any]:
        """Return `{id: entity}`."""
        params = {"action": "wbgetentities", "ids": "|".join(dict.fromkeys(ids)), "props": props, "languages": "en"}
        reply = yield Request("GET", API, params={**params, **COMMON})
        found = reply.get("entities")
        return found if isinstance(found, dict) else {}

    @bulk("GET", API, max_items=10, group=lambda request: (request.params or {}).get("props"))
    def many(self, requests: Requests) -> Fold:
        """Read up to 50 entities in one call: each request asks for five at most."""
        params = requests[0].params or {}
        wanted = [str((request.params or {})["ids"]).split("|") for request in requests]
        ids = list(dict.fromkeys(id for group in wanted for id in group))
        reply = yield Request("GET", API, params={**params, "ids": "|".join(ids)}, weight=max(2, len(ids)))
        found = reply.get("entities")
        if not isinstance(found, dict):  # one id that is gone fails the whole call
            return requests
        return [reply.with_json({"entities": {id: found[id] for id in group if id in found}}) for group in wanted]

    def classify(self, reply: Reply) -> Classified:
        """Read the error the action API puts into a 200; an entity that is gone is no error."""
        code = reply.get("error.code") if reply.status == 200 else None
        if not isinstance(code, str):
            return None
        if code.startswith(PASSING):
            return ProviderAPIError("the wiki cannot answer just now; ask again later", recoverable=True)
        return FAILURES.get(code, ErrorCode.FEATURE_PARAMETERS_INVALID)


def is_meant(entity: Any, name: str | None) -> bool:
    """Return whether an entity is a company, and has the name where one was asked for."""
    if not any(statements(entity, mark) for mark in COMPANY_MARKS):
        return False
    names = [dig(entity, "labels.en.value"), *pluck(dig(entity, "aliases.en"), "value")]
    return not name or any(same_name(name, one) for one in names)


def basics(entity: Any) -> dict[str, Any]:
    """Return name and website."""
    site = text(entity, "P856")
    return present({"company_name": dig(entity, "labels.en.value"), "website": site, "company_domain": site})


def links(entity: Any) -> dict[str, str]:
    """Return the addresses of the accounts."""
    return {field: base + value for field, (mark, base) in LINKS.items() if (value := text(entity, mark))}


def statements(entity: Any, mark: str) -> list[dict[str, Any]]:
    """Return the statements of a property that hold a value, the best first: preferred ones, then those not ended."""
    listed = listing(dig(entity, f"claims.{mark}"))
    held = [one for one in listed if dig(one, "mainsnak.datavalue.value") and one.get("rank") != "deprecated"]
    dated = sorted(held, key=lambda one: str(dig(one, "qualifiers.P585.0.datavalue.value.time", "")), reverse=True)
    return sorted(dated, key=lambda one: (one.get("rank") != "preferred", bool(dig(one, "qualifiers.P582"))))


def text(entity: Any, mark: str, part: str = "") -> str | None:
    """Return the best statement's value, or one part of it, as text."""
    held = statements(entity, mark)
    value = dig(held[0], f"mainsnak.datavalue.value.{part}".rstrip(".")) if held else None
    return value if isinstance(value, str) and value else None


provider = Wikidata
