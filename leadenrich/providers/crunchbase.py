"""Crunchbase: organizations by domain or name, funding rounds, acquisitions, flotations, people, searches of both.

Facts: data.crunchbase.com/docs (using-search-apis, using-entity-lookup-apis, using-the-api; read 2026-08) and the
published OpenAPI packages 1.1.0. There are no credits: licence packages decide which fields answer, and a field outside
the package makes the whole question a 403 (MD403, as users met it) or a 400, so a question is asked with all fields,
then without the total, then without funding. Rounds and acquisitions are cards of an organization and licensed apart;
their fields are named as a JSON list, as the OpenAPI says. Places and categories are matched by id alone and looked up.
The operator that finds people by their organization is not confirmed (`support="inferred"` there).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from leadenrich.contract import (
    COMPANY_FIELDS,
    Category,
    Classified,
    ErrorCode,
    FeatureNotSupportedError,
    FeatureParametersError,
    Flow,
    HeaderKey,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Reply,
    Request,
    Steps,
    Support,
    Tier,
    amount,
    country_name,
    dig,
    first,
    one_call,
    operation,
    page_size,
    pluck,
    rename,
    size_bounds,
)
from leadenrich.providers._names import same_name

SIZES = {
    "c_00001_00010": "1-10",
    "c_00011_00050": "11-50",
    "c_00051_00100": "51-100",
    "c_00101_00250": "101-250",
    "c_00251_00500": "251-500",
    "c_00501_01000": "501-1000",
    "c_01001_05000": "1001-5000",
    "c_05001_10000": "5001-10000",
    "c_10001_max": "10001+",
}
PLAIN = [
    "identifier",
    "name",
    "short_description",
    "website_url",
    "linkedin",
    "twitter",
    "facebook",
    "location_identifiers",
    "categories",
    "founded_on",
    "num_employees_enum",
    "rank_org",
    "ipo_status",
    "permalink",
]
CORE = [*PLAIN, "last_funding_type", "last_funding_at", "investor_identifiers"]
PACKAGES = ([*CORE, "funding_total"], CORE, PLAIN)
PERSON_FIELDS = [
    "identifier",
    "name",
    "first_name",
    "last_name",
    "primary_job_title",
    "primary_organization",
    "location_identifiers",
    "linkedin",
    "permalink",
]
COMPANY = {
    "company_name": ["name", "identifier.value"],
    "company_domain": "website_url",
    "website": "website_url",
    "description": "short_description",
    "company_linkedin_url": "linkedin.value",
    "twitter_url": "twitter.value",
    "facebook_url": "facebook.value",
    "industry": "categories.0.value",
    "employee_range": ("num_employees_enum", lambda code: SIZES[code]),
    "founded_year": ("founded_on.value", lambda date: int(date[:4])),
    "company_type": "ipo_status",
    "crunchbase_permalink": ["permalink", "identifier.permalink"],
}
NAMED = {word: COMPANY[word] for word in ("company_name", "company_domain")}
SITE = {**NAMED, "website": "website_url"}
FUNDING = {
    "funding_stage": "last_funding_type",
    "last_funding_at": "last_funding_at",
    "funding_total_usd": "funding_total.value_usd",
    "investors": ("investor_identifiers", lambda investors: pluck(investors, "value")),
}
PERSON = {
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": ["name", "identifier.value"],
    "title": "primary_job_title",
    "company_name": "primary_organization.value",
    "linkedin_url": "linkedin.value",
    "crunchbase_person_permalink": ["permalink", "identifier.permalink"],
}
ROUND = {
    "name": "identifier.value",
    "announced_on": "announced_on",
    "type": "investment_type",
    "raised_usd": "money_raised.value_usd",
    "valuation_usd": "post_money_valuation.value_usd",
    "investors": ("investor_identifiers", lambda found: pluck(found, "value")),
    "lead_investors": ("lead_investor_identifiers", lambda found: pluck(found, "value")),
}
ACQUISITION = {
    "company_name": "acquiree_identifier.value",
    "crunchbase_permalink": "acquiree_identifier.permalink",
    "acquirer": "acquirer_identifier.value",
    "announced_on": "announced_on.value",
    "type": "acquisition_type",
    "price_usd": "price.value_usd",
    "description": "short_description",
}
IPO = {
    "went_public_on": "went_public_on",
    "exchange": "stock_exchange_symbol",
    "ticker": "stock_symbol",
    "raised_usd": "amount_raised.value_usd",
    "valuation_usd": "valuation.value_usd",
    "share_price_usd": "share_price.value_usd",
}
PLACES = {"city": "city", "region": "region", "country": "country"}
INDIVIDUAL = {**PERSON, **PLACES}
WHICH = [("company_domain",), ("company_name",)]
OF = [("crunchbase_permalink",), *WHICH]


class Crunchbase(HTTPProvider):
    info = ProviderInfo(
        title="Crunchbase",
        category=Category.COMPANY_INTELLIGENCE,
        tier=Tier.ENTERPRISE,
        base_url="https://api.crunchbase.com/v4/data",
        docs_url="https://data.crunchbase.com/docs",
        auth=HeaderKey("X-cb-user-key"),
        rates=(Rate(200, per=60),),
        established_in="US",
        privacy_url="https://about.crunchbase.com/privacy-policy",
        summary="Companies and their funding.",
    )
    errors = {403: ErrorCode.FEATURE_NOT_SUPPORTED}  # a good key, another licence package; a bad key is a 401

    def classify(self, reply: Reply) -> Classified:
        """Tell a field outside the licence package, which another question may not name, from an endpoint outside."""
        field = reply.status == 403 and 403 not in reply.request.expect and " field" in reply.text.lower()
        return FeatureNotSupportedError("the licence package lacks a field that was asked for") if field else None

    @operation(Operation.ENRICH_COMPANY, needs=WHICH, gives=(*COMPANY_FIELDS, "crunchbase_permalink"), charged="free")
    def enrich_company(self, query: Query) -> Flow:
        """Describe an organization; funding where the licence package has it."""
        found = yield from self.organization(query)
        return Hit({**company(found), **rename(found, FUNDING)}) if found else Miss()

    @operation(
        Operation.FIND_FUNDING, needs=WHICH, uses=("crunchbase_rounds",), gives=(*NAMED, *FUNDING), charged="free"
    )
    def find_funding(self, query: Query) -> Flow:
        """Find funding by the same question as `enrich_company`; by rounds (`crunchbase_rounds`) where licensed."""
        found = yield from self.organization(query)
        funding = rename(found, FUNDING)
        permalink = dig(found, "identifier.permalink") or dig(found, "permalink")
        if query.crunchbase_rounds and permalink:
            outside = (400, 401, 403, 404)  # the key was good for the search, so these are about the package
            fields = ("announced_on", "investment_type", "money_raised", "investor_identifiers")
            reply = yield card(permalink, "raised_funding_rounds", fields, expect=(200, *outside))
            funding |= rounds(reply.items("cards.raised_funding_rounds"))
        return Hit({**rename(found, NAMED), **funding}) if funding else Miss()

    @operation(
        "funding-rounds",
        needs=OF,
        uses=("limit", "cursor"),
        gives=("crunchbase_funding_rounds", "next_cursor"),
        charged="free",
    )
    def funding_rounds(self, query: Query) -> Flow:
        """List an organization's rounds, the newest first, with what each raised and who invested."""
        items, more = yield from self.cards(query, "raised_funding_rounds", ROUND, "announced_on desc")
        return Hit({"crunchbase_funding_rounds": items, "next_cursor": more}) if items else Miss()

    @operation(
        "acquisitions",
        needs=OF,
        uses=("limit", "cursor"),
        gives=("crunchbase_acquisitions", "next_cursor"),
        charged="free",
    )
    def acquisitions(self, query: Query) -> Flow:
        """List what an organization has bought, the newest first."""
        items, more = yield from self.cards(query, "acquirer_acquisitions", ACQUISITION, "announced_on desc")
        return Hit({"crunchbase_acquisitions": items, "next_cursor": more}) if items else Miss()

    @operation("acquired-by", needs=OF, gives=("crunchbase_acquisitions",), charged="free")
    def acquired_by(self, query: Query) -> Flow:
        """List by whom an organization was bought."""
        items, _ = yield from self.cards(query, "acquiree_acquisitions", ACQUISITION, "announced_on desc")
        return Hit({"crunchbase_acquisitions": items}) if items else Miss()

    @operation("ipos", needs=OF, gives=("crunchbase_ipos",), charged="free")
    def ipos(self, query: Query) -> Flow:
        """List an organization's flotations: when, where, at what value."""
        items, _ = yield from self.cards(query, "ipos", IPO, "went_public_on desc")
        return Hit({"crunchbase_ipos": items}) if items else Miss()

    def cards(
        self, query: Query, kind: str, fields: dict[str, Any], order: str
    ) -> Steps[tuple[list[dict[str, Any]], str | None]]:
        """Read a page of one card of an organization, which is looked up first where its permalink is not known."""
        permalink = query.crunchbase_permalink or dig((yield from self.organization(query)), "identifier.permalink")
        if not permalink:
            return [], None
        limit, after = page_size(query, 100, 100), query.pick(after_id="cursor")
        words = (str(way[0] if isinstance(way, tuple) else way).partition(".")[0] for way in fields.values())
        wanted = dict.fromkeys(("identifier", *words))
        reply = yield card(permalink, kind, wanted, order, limit, after, expect=(200, 404))
        items = reply.items(f"cards.{kind}") if reply.status == 200 else []
        last = dig(items[-1], "identifier.uuid") if len(items) == limit else None
        return [rename(item, fields) for item in items], last

    @operation("person-by-permalink", needs=[("crunchbase_person_permalink",)], gives=tuple(INDIVIDUAL), charged="free")
    def person_by_permalink(self, query: Query) -> Flow:
        """Describe a person of `search_people`."""
        at, params = {"permalink": query.crunchbase_person_permalink}, {"field_ids": ",".join(PERSON_FIELDS)}
        reply = yield Request("GET", "/entities/people/{permalink}", at=at, params=params, expect=(200, 404))
        found = person(reply.get("properties")) if reply.status == 200 else {}
        return Hit(found) if found else Miss()

    def organization(self, query: Query) -> Steps[dict[str, Any]]:
        """Return the properties of the organization asked about, with as many fields as the licence has."""
        if query.company_domain:
            which, limit = predicate("website_url", "domain_eq", query.company_domain), 1
        else:
            which, limit = predicate("identifier", "contains", query.company_name), 10
        for fields in PACKAGES:
            body = {"field_ids": fields, "query": [which], "order": [{"field_id": "rank_org", "sort": "asc"}]}
            expect = (200,) if fields is PLAIN else (200, 400, 403)
            reply = yield Request("POST", "/searches/organizations", json={**body, "limit": limit}, expect=expect)
            if reply.status == 200:
                break
        entities = [dig(entity, "properties") or {} for entity in reply.items("entities")]
        if not query.company_domain:
            entities = [entity for entity in entities if same_name(query.company_name, dig(entity, "identifier.value"))]
        return first(*entities) or {}

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("country",), ("industry",), ("employee_range",), ("company_name",)],
        uses=("city", "page_size", "limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; country, city and industry are looked up first, by name."""
        wanted = [predicate("facet_ids", "includes", "company")]
        if query.company_name:
            wanted.append(predicate("identifier", "contains", query.company_name))
        if query.employee_range:
            wanted.append(predicate("num_employees_enum", "includes", *sizes(query.employee_range)))
        names = (
            ("locations", "location_identifiers", query.city or country_name(query.country)),
            ("categories", "categories", query.industry),
        )
        for collection, field, name in names:
            if name:
                if not (ids := pluck((yield from self.bearing(name, collection)), "uuid")):
                    raise FeatureParametersError(f"Crunchbase has no {collection} named {name!r}; use its own name")
                wanted.append(predicate(field, "includes", *map(str, ids)))
        return (yield from self.search("organizations", PLAIN, wanted, query, "companies"))

    def bearing(self, name: str, collection: str) -> Steps[list[Any]]:
        """Return the identifiers of the organizations, places or categories that have a name."""
        params = {"query": name, "collection_ids": collection, "limit": 10}
        reply = yield Request("GET", "/autocompletes", params=params, paid=False)
        known = pluck(reply.items("entities"), "identifier")
        return [one for one in known if same_name(name, dig(one, "value"))]

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_domain",), ("company_name",)],
        uses=("title", "page_size", "limit", "cursor"),
        gives=("people", "total", "next_cursor"),
        charged="free",
        support=Support.INFERRED,
    )
    def search_people(self, query: Query) -> Flow:
        """Search people whose main position is at an organization, looked up first."""
        uuid = dig((yield from self.organization(query)), "identifier.uuid")
        if not uuid:
            return Miss()
        wanted = [predicate("primary_organization", "includes", uuid)]
        if query.title:
            wanted.append(predicate("primary_job_title", "contains", query.title))
        return (yield from self.search("people", PERSON_FIELDS, wanted, query, "people"))

    def search(self, collection: str, fields: list[str], wanted: list[Any], query: Query, name: str) -> Flow:
        """Search a collection and return one page; the next begins after the last entity."""
        limit = page_size(query, 50, 1000)
        order = [{"field_id": "rank_org" if name == "companies" else "rank_person", "sort": "asc"}]
        body = {"field_ids": fields, "query": wanted, "order": order, "limit": limit, **query.pick(after_id="cursor")}
        reply = yield Request("POST", f"/searches/{collection}", json=body)
        entities = reply.items("entities")
        read = company if name == "companies" else person
        items = [read(entity.get("properties")) for entity in entities]
        more = entities[-1].get("uuid") if len(entities) == limit else None
        return Hit({name: items, "total": reply.get("count"), "next_cursor": more}) if items else Miss()

    @operation(
        Operation.FIND_DOMAIN,
        needs=[("company_name",)],
        gives=tuple(SITE),
        charged="free",
        confidence=75,
        confidence_reason="the first organization of exactly that name, legal forms aside",
    )
    def find_domain(self, query: Query) -> Flow:
        """Find a company's domain by its name: autocomplete, then the organization's website."""
        if not (same := (yield from self.bearing(query.company_name, "organizations"))):
            return Miss()
        if not (name := first(dig(same[0], "permalink"), dig(same[0], "uuid"))):  # the endpoint takes either
            return Miss()
        at, params = {"permalink": name}, {"field_ids": "identifier,website_url"}
        ask = Request("GET", "/entities/organizations/{permalink}", at=at, params=params, expect=(200, 404))
        return (yield from one_call(ask, SITE, "company_domain", at="properties"))


def predicate(field: str, operator: str, *values: Any) -> dict[str, Any]:
    """Return one condition of a search; all of them must hold."""
    return {"type": "predicate", "field_id": field, "operator_id": operator, "values": list(values)}


def card(
    permalink: Any,
    kind: str,
    fields: Iterable[str],
    order: str = "announced_on desc",
    limit: int = 100,
    after: Mapping[str, Any] = {},
    *,
    expect: tuple[int, ...],
) -> Request:
    """Return the request for one card of an organization."""
    params = {"card_field_ids": json.dumps(list(fields)), "order": order, "limit": limit, **after}
    at = {"permalink": permalink, "card": kind}
    return Request("GET", "/entities/organizations/{permalink}/cards/{card}", at=at, params=params, expect=expect)


def places(entity: Any) -> dict[str, Any]:
    """Return city, region and country out of a list of places."""
    listed = dig(entity, "location_identifiers")
    kinds = {dig(place, "location_type"): dig(place, "value") for place in listed} if isinstance(listed, list) else {}
    return rename(kinds, PLACES)


def company(entity: Any) -> dict[str, Any]:
    """Return an organization."""
    return {**rename(entity, COMPANY), **places(entity)}


def person(entity: Any) -> dict[str, Any]:
    """Return a person."""
    return {**rename(entity, PERSON), **places(entity)}


def rounds(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what funding rounds say together: the newest one's kind and date, the sum, and everybody who invested."""
    if not items:
        return {}
    newest = max(items, key=lambda item: str(item.get("announced_on") or ""))
    amounts = [usd for one in pluck(items, "money_raised.value_usd") if (usd := amount(one)) is not None]
    investors = [name for item in items for name in pluck(item.get("investor_identifiers"), "value")]
    found = rename(newest, {"funding_stage": "investment_type", "last_funding_at": "announced_on"})
    total = {"funding_total_usd": sum(amounts)} if amounts else {}
    return {**found, **total, **({"investors": list(dict.fromkeys(investors))} if investors else {})}


def sizes(employee_range: str) -> list[str]:
    """Return the vendor's size codes that a range meets."""
    low, high = size_bounds(employee_range)
    bounds = {code: size_bounds(span) for code, span in SIZES.items()}
    return [
        code
        for code, (least, most) in bounds.items()
        if (high is None or (least or 0) <= high) and (most is None or most >= (low or 0))
    ]


provider = Crunchbase
