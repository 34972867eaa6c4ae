"""Bronnoysund: the Norwegian register of entities, with their roles; the state's own, free, no key.

Facts: a typed client kept by others with replies it tests against (github.com/crdbrd/python-brreg), which names the
register's own API at data.brreg.no. An entity is read by its nine digits: 404 means there is none, 410 that it is
gone; a deleted one has a `slettedato` and counts as none. A search of names is loose, so an entity counts only if its
name is the one asked for; bankrupt ones are left out. Pages are counted from 0. No limit of calls is published there.
"""

from typing import Any

from leadenrich.contract import (
    Category,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    NoAuth,
    Operation,
    ProviderInfo,
    Query,
    Reply,
    Request,
    Support,
    Tier,
    dig,
    listing,
    operation,
    page_size,
    present,
    rename,
    size_bounds,
    whole_number,
)
from leadenrich.providers._names import same_name

ENTITY = "application/vnd.brreg.enhetsregisteret.enhet.v2+json"
ROLES = "application/vnd.brreg.enhetsregisteret.rolle.v1+json"
COMPANY = {
    "company_name": "navn",
    "company_number": "organisasjonsnummer",
    "company_domain": "hjemmeside",
    "website": "hjemmeside",
    "industry": "naeringskode1.beskrivelse",
    "company_type": "organisasjonsform.beskrivelse",
    "employee_count": "antallAnsatte",
    "founded_year": ("stiftelsesdato", lambda day: int(str(day)[:4])),
    "city": ["forretningsadresse.poststed", "postadresse.poststed"],
    "country": ["forretningsadresse.landkode", "postadresse.landkode"],
}


class Brreg(HTTPProvider):
    info = ProviderInfo(
        title="Bronnoysund Register Centre",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="https://data.brreg.no/enhetsregisteret/api",
        docs_url="https://data.brreg.no/enhetsregisteret/api/docs/index.html",
        auth=NoAuth(),
        established_in="NO",
        support=Support.INFERRED,
        summary="The Norwegian register: entities and their roles. Free.",
    )

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_number",), ("company_name",)],
        gives=(*COMPANY, "address"),
        charged="free",
        confidence=85,
        confidence_reason="a register's entry, matched by number or by exact name",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a Norwegian company by its number, else by its exact name."""
        if query.company_number:
            if not (number := number_of(query)):
                return Miss("no Norwegian number of an entity")
            reply = yield read("/enheter/{number}", ENTITY, at={"number": number}, expect=(200, 404, 410))
            item = reply.json if reply.status == 200 else None
        else:
            reply = yield read("/enheter", ENTITY, params={"navn": query.company_name, "konkurs": "false", "size": 20})
            named = [one for one in reply.items("_embedded.enheter") if same_name(query.company_name, one.get("navn"))]
            item = next(iter(named), None)
        found = company(item)
        return Hit(found) if "company_name" in found and not dig(item, "slettedato") else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("company_name",), ("city",), ("filters",)],
        uses=("employee_range", "limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search companies; `filters` holds the register's own parameters (`organisasjonsform`, ...)."""
        low, high = size_bounds(query.employee_range)
        asked = {
            **query.pick(navn="company_name"),
            "forretningsadresse.poststed": str(query.city or "").upper(),
            "fraAntallAnsatte": low,
            "tilAntallAnsatte": high,
            "konkurs": "false",
            **(query.filters or {}),
            "size": page_size(query, 20, 100),
            "page": int(query.cursor or 0),
        }
        reply = yield read("/enheter", ENTITY, params=present(asked))
        companies = [company(one) for one in reply.items("_embedded.enheter")]
        found = {"companies": companies, "total": reply.get("page.totalElements"), "next_cursor": more(reply)}
        return Hit(found) if companies else Miss()

    @operation(Operation.SEARCH_PEOPLE, needs=[("company_number",)], gives=("people", "total"), charged="free")
    def search_people(self, query: Query) -> Flow:
        """List who holds a role in a company: persons who live, with the name of the role."""
        if not (number := number_of(query)):
            return Miss("no Norwegian number of an entity")
        reply = yield read("/enheter/{number}/roller", ROLES, at={"number": number}, expect=(200, 404, 410))
        roles = [role for group in reply.items("rollegrupper") for role in listing(group.get("roller"))]
        people = [found for role in roles if (found := holder(role))]
        return Hit(people=people, total=len(people)) if people else Miss()


def read(path: str, accept: str, **parts: Any) -> Request:
    """Return the request that reads the register."""
    return Request("GET", path, headers={"Accept": f"{accept};charset=UTF-8"}, **parts)


def number_of(query: Query) -> str | None:
    """Return the nine digits of an entity's number; None for all else."""
    digits = "".join(str(query.company_number).split())
    return digits if digits.isdecimal() and len(digits) == 9 else None


def company(item: Any) -> dict[str, Any]:
    """Return an entity."""
    lines = [line for line in listing(dig(item, "forretningsadresse.adresse")) if isinstance(line, str)]
    place = [dig(item, f"forretningsadresse.{part}") for part in ("postnummer", "poststed")]
    parts = (*lines, " ".join(map(str, filter(None, place))), dig(item, "forretningsadresse.land"))
    whole = ", ".join(str(part) for part in parts if part)
    return {**rename(item, COMPANY), **({"address": whole} if whole else {})}


def holder(role: Any) -> dict[str, Any] | None:
    """Return the person who holds a role; None where it is an entity, has ended, or its holder is dead."""
    who = rename(dig(role, "person.navn"), {"first": "fornavn", "middle": "mellomnavn", "last": "etternavn"})
    if not who or dig(role, "avregistrert") is True or dig(role, "person.erDoed") is True:
        return None
    name = {"first_name": who.get("first"), "last_name": who.get("last"), "full_name": " ".join(map(str, who.values()))}
    return present({**name, "title": dig(role, "type.beskrivelse")})


def more(reply: Reply) -> str | None:
    """Return the next page's number, where there is one."""
    here, pages = whole_number(reply.get("page.number")), whole_number(reply.get("page.totalPages"))
    return str(here + 1) if here is not None and pages is not None and here + 1 < pages else None


provider = Brreg
