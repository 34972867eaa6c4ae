"""Recherche d'entreprises: the French register of companies, with their officers; the state's own, free, no key.

Facts: the OpenAPI file and the labels of head counts in the service's own repository
(github.com/annuaire-entreprises-data-gouv-fr/search-api, July 2026). A search takes a name, or the nine digits of a
SIREN number. It is loose, so a company counts only if its name or initials are those asked for. Head counts are
bands, of which those that fit our words are shown. Seven calls a second from one address. No site, mail or telephone.
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
    Rate,
    Reply,
    Request,
    Tier,
    dig,
    listing,
    operation,
    present,
    rename,
    whole_number,
)
from leadenrich.providers._names import same_name

BANDS = {
    "00": "0",
    "01": "1-2",
    "02": "3-5",
    "03": "6-9",
    "11": "10-19",
    "12": "20-49",
    "21": "50-99",
    "22": "100-199",
    "31": "200-249",
    "32": "250-499",
    "41": "500-999",
    "42": "1000-1999",
    "51": "2000-4999",
    "52": "5000-9999",
    "53": "10000+",
}
COMPANY = {
    "company_name": ["nom_raison_sociale", "nom_complet"],
    "company_number": "siren",
    "founded_year": ("date_creation", lambda day: int(str(day)[:4])),
    "employee_range": ("tranche_effectif_salarie", lambda code: BANDS[code]),
    "address": "siege.adresse",
    "city": ["siege.libelle_commune", "siege.libelle_commune_etranger"],
}
PER_PAGE = 25


class RechercheEntreprises(HTTPProvider):
    info = ProviderInfo(
        title="Recherche d'entreprises",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="https://recherche-entreprises.api.gouv.fr",
        docs_url="https://recherche-entreprises.api.gouv.fr/docs/",
        auth=NoAuth(),
        rates=(Rate(7, per=1),),
        established_in="FR",
        summary="The French register: companies and their officers. Free.",
    )

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_number",), ("company_name",)],
        gives=(*COMPANY, "country"),
        charged="free",
        confidence=85,
        confidence_reason="a register's entry, matched by number or by exact name",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Describe a French company by SIREN number, else by its exact name, one that is open."""
        if query.company_number:
            if not (siren := siren_of(query)):
                return Miss("no SIREN number")
            reply = yield search({"q": siren, "page": 1, "per_page": 1})
            found = next((one for one in reply.items("results") if one.get("siren") == siren), None)
        else:
            reply = yield search({"q": query.company_name, "etat_administratif": "A", "page": 1, "per_page": PER_PAGE})
            found = next((one for one in reply.items("results") if is_called(one, query.company_name)), None)
        return Hit(company(found)) if found else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",), ("company_name",), ("filters",)],
        uses=("limit", "page_size", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search open companies by name or address; `filters` holds the register's own parameters (`departement`)."""
        asked = {
            **query.pick(q="query|company_name"),
            "etat_administratif": "A",
            **(query.filters or {}),
            "page": int(query.cursor or 1),
            "per_page": max(1, min(int(query.page_size or query.limit or 10), PER_PAGE)),
        }
        reply = yield search(present(asked))
        companies = [company(one) for one in reply.items("results")]
        return (
            Hit(companies=companies, total=reply.get("total_results"), next_cursor=more(reply)) if companies else Miss()
        )

    @operation(Operation.SEARCH_PEOPLE, needs=[("company_number",)], gives=("people", "total"), charged="free")
    def search_people(self, query: Query) -> Flow:
        """List a company's officers, of persons and of companies, with their office."""
        if not (siren := siren_of(query)):
            return Miss("no SIREN number")
        reply = yield search({"q": siren, "page": 1, "per_page": 1})
        found = next((one for one in reply.items("results") if one.get("siren") == siren), None)
        people = [officer(one) for one in listing(dig(found, "dirigeants")) if isinstance(one, dict)]
        people = [one for one in people if "full_name" in one]
        return Hit(people=people, total=len(people)) if people else Miss()


def search(params: dict[str, Any]) -> Request:
    """Return the request of a search."""
    return Request("GET", "/search", params=params)


def siren_of(query: Query) -> str | None:
    """Return the SIREN number asked about: nine digits, of a SIRET number the first nine; None for all else."""
    digits = "".join(str(query.company_number).split())
    return digits[:9] if digits.isdecimal() and len(digits) in (9, 14) else None


def company(item: Any) -> dict[str, Any]:
    """Return a company; its seat is in France unless another country is named."""
    abroad = dig(item, "siege.libelle_pays_etranger")
    return {**rename(item, COMPANY), "country": abroad or "FR"}


def is_called(item: Any, name: str) -> bool:
    """Return whether a company's name, or its initials, is the one asked for."""
    names = (dig(item, "nom_raison_sociale"), dig(item, "nom_complet"), dig(item, "sigle"))
    return any(same_name(name, one) for one in names if one)


def officer(item: dict[str, Any]) -> dict[str, Any]:
    """Return an officer; a company that is one has its name alone."""
    person = {"first_name": "prenoms", "last_name": "nom", "title": "qualite", "full_name": "denomination"}
    found = rename(item, person)
    whole = " ".join(str(part) for part in (found.get("first_name"), found.get("last_name")) if part)
    return {**found, "full_name": whole} if whole else found


def more(reply: Reply) -> str | None:
    """Return the next page's number, where there is one."""
    here, last = whole_number(reply.get("page")), whole_number(reply.get("total_pages"))
    return str(here + 1) if here is not None and last is not None and here < last else None


provider = RechercheEntreprises
