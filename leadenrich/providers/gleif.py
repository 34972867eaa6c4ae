"""GLEIF: legal entities by their identifier (LEI) or legal name, and who owns whom; free, no key.

Facts: the vendor's quick-start (documenter.getpostman.com/view/7679680/SVYrrxuU) and its OpenAPI; the limit of 60 calls
a minute, the relationship links and several LEIs in one filter from third parties (support.lusid.com/docs/gleif). Legal
data only: no website, mail, telephone or head count. The filter on a name is loose, so a record counts only if its
legal or other name is the one asked for; active entities with an issued registration come first. `region` is an ISO
3166-2 code there, of which the letters behind the country are passed on. "GENERAL" says nothing and is left out.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Flow,
    Fold,
    Hit,
    HTTPProvider,
    Miss,
    NoAuth,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    Request,
    Requests,
    Tier,
    bulk,
    dig,
    operation,
    page_size,
    pluck,
    rename,
    whole_number,
)
from leadenrich.providers._names import same_name

JSON_API = {"Accept": "application/vnd.api+json"}
NAMES = "filter[entity.legalName]"
COUNTRY = "filter[entity.legalAddress.country]"
CATEGORIES = {
    "BRANCH": "branch",
    "FUND": "fund",
    "SOLE_PROPRIETOR": "sole_proprietorship",
    "RESIDENT_GOVERNMENT_ENTITY": "government",
    "INTERNATIONAL_ORGANIZATION": "international_organization",
}
ENTITY = {
    "company_name": "attributes.entity.legalName.name",
    "lei": ["attributes.lei", "id"],
    "founded_year": ("attributes.entity.creationDate", lambda day: int(day[:4])),
    "company_type": ("attributes.entity.category", CATEGORIES.get),
    "company_number": "attributes.entity.registeredAs",
    "jurisdiction_code": ("attributes.entity.jurisdiction", lambda code: code.lower().replace("-", "_")),
}
SEAT = {"city": "city", "region": ("region", lambda code: subdivision(code)), "country": "country"}
IN_FORCE = {"attributes.entity.status": "ACTIVE", "attributes.registration.status": "ISSUED"}


class GLEIF(HTTPProvider):
    info = ProviderInfo(
        title="GLEIF",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="https://api.gleif.org/api/v1",
        docs_url="https://documenter.getpostman.com/view/7679680/SVYrrxuU",
        auth=NoAuth(),
        rates=(Rate(60, per=60),),
        established_in="CH",
        summary="Legal entities worldwide: legal name, seat, register number, group structure. Free.",
    )

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("lei",), ("company_name",)],
        uses=("country",),
        gives=(*ENTITY, *SEAT),
        charged="free",
        confidence=85,
        confidence_reason="a register's entry, matched by identifier or by exact name",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Read the record of an LEI, or of the entity that has a name."""
        if query.lei:
            at = {"lei": str(query.lei).upper()}
            reply = yield Request("GET", "/lei-records/{lei}", at=at, headers=JSON_API, expect=(200, 404))
            found = entity(reply.get("data"))
            return Hit(found) if found else Miss()
        params = {NAMES: query.company_name, COUNTRY: query.country, "page[size]": 5}
        reply = yield Request("GET", "/lei-records", params=params, headers=JSON_API)
        named = [one for one in reply.items("data") if is_called(one, query.company_name)]
        named.sort(key=lambda one: any(dig(one, path) != word for path, word in IN_FORCE.items()))
        return Hit(entity(named[0])) if named else Miss("no entity of exactly that name")

    @bulk("GET", "/lei-records/{lei}", max_items=50)
    def many(self, requests: Requests) -> Fold:
        """Read the records of several LEIs in one call."""
        asked = [str((request.at or {})["lei"]) for request in requests]
        params = {"filter[lei]": ",".join(asked), "page[size]": 200}
        reply = yield Request("GET", "/lei-records", params=params, headers=JSON_API)
        known = {str(one.get("id")): one for one in reply.items("data")}
        return [reply.with_json({"data": known.get(lei)}) for lei in asked]

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",), ("company_name",), ("country",)],
        uses=("limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """List active entities by any text, legal name or country."""
        filters = {"filter[fulltext]": query.query, NAMES: query.company_name, COUNTRY: query.country}
        return listed(query, "/lei-records", {**filters, "filter[entity.status]": "ACTIVE"})

    @operation("complete-legal-name", needs=[("company_name",)], gives=("companies",), charged="free")
    def complete_legal_name(self, query: Query) -> Flow:
        """List legal names that resemble a text, with their LEIs where stated."""
        params = {"field": "entity.legalName", "q": query.company_name}
        reply = yield Request("GET", "/fuzzycompletions", params=params, headers=JSON_API)
        fields = {"company_name": "attributes.value", "lei": "relationships.lei-records.data.id"}
        companies = [found for one in reply.items("data") if (found := rename(one, fields))]
        return Hit(companies=companies) if companies else Miss()

    @operation(
        "corporate-children",
        needs=[("lei",)],
        uses=("limit", "cursor", "gleif_ultimate"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def corporate_children(self, query: Query) -> Flow:
        """List the entities a company owns directly, or all below it with `gleif_ultimate=True`."""
        path = "/lei-records/{lei}/ultimate-children" if query.gleif_ultimate else "/lei-records/{lei}/direct-children"
        return listed(query, path, {}, at={"lei": str(query.lei).upper()}, expect=(200, 404))


def listed(query: Query, path: str, filters: dict[str, Any], **parts: Any) -> Flow:
    """Read one page of entities; 200 are the most."""
    page = {"page[number]": int(query.cursor or 1), "page[size]": page_size(query, 50, 200)}
    reply = yield Request("GET", path, params={**filters, **page}, headers=JSON_API, **parts)
    companies = [entity(one) for one in reply.items("data")]
    said = (reply.get(f"meta.pagination.{part}") for part in ("currentPage", "lastPage", "total"))
    here, last, total = map(whole_number, said)
    more = str(here + 1) if here is not None and last is not None and here < last else None
    return Hit(companies=companies, total=total, next_cursor=more) if companies else Miss()


def entity(record: Any) -> dict[str, Any]:
    """Return a record in our words; the seat is the headquarters, or else the legal one, never parts of both."""
    seats = [rename(dig(record, f"attributes.entity.{kind}Address"), SEAT) for kind in ("headquarters", "legal")]
    return {**rename(record, ENTITY), **(seats[0] or seats[1])}


def subdivision(code: str) -> str | None:
    """Return the letters of an ISO 3166-2 code behind its country; None for a number, which is no name."""
    if code[2:3] != "-":
        return code
    return code[3:] if code[3:].isalpha() else None


def is_called(record: Any, name: str) -> bool:
    """Return whether a record's legal name, or another of its names, is the one asked for."""
    kinds = ("otherNames", "transliteratedOtherNames")
    others = [other for kind in kinds for other in pluck(dig(record, f"attributes.entity.{kind}"), "name")]
    return any(same_name(name, one) for one in (dig(record, "attributes.entity.legalName.name"), *others))


provider = GLEIF
