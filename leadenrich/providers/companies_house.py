"""UK Companies House: the public register of companies, its searches and officers; free with a key.

Facts: the vendor's OpenAPI and its guide on rate limits (developer-specs.company-information.service.gov.uk), its forum
(forum.aws.chdev.org), and one repository's notes on live replies of September 2026 (the rate headers, which are not
documented). The key is the user name, the password empty; a key may be tied to IP addresses (403). Empty values are
left out. A search by name is fuzzy, so a profile counts only if its name is the one asked for. The advanced search
answers 404 where it finds nothing. A number that is not eight long would be a 500: it is not asked about. No website,
e-mail, phone or head count; `sic` is UK SIC 2007.
"""

from string import ascii_uppercase
from typing import Any

from leadenrich.contract import (
    Basic,
    Category,
    ErrorCode,
    Flow,
    Hit,
    HTTPProvider,
    Miss,
    Operation,
    ProviderInfo,
    Query,
    Rate,
    RateHeaders,
    Request,
    Tier,
    dig,
    first,
    operation,
    page_size,
    rename,
    whole_number,
)
from leadenrich.providers._names import same_name

AT_HOME = frozenset(
    {
        "england",
        "wales",
        "scotland",
        "northern ireland",
        "united kingdom",
        "great britain",
        "england and wales",
        "england wales",
        "uk",
    }
)
PROFILE = {
    "company_name": ["company_name", "title"],
    "company_number": "company_number",
    "company_type": ["type", "company_type"],
    "founded_year": ("date_of_creation", lambda day: int(day[:4])),
    "sic": "sic_codes.0",
    "city": ["registered_office_address.locality", "address.locality"],
    "region": ["registered_office_address.region", "address.region"],
}


class CompaniesHouse(HTTPProvider):
    info = ProviderInfo(
        title="Companies House",
        category=Category.LOCAL_FREE,
        tier=Tier.FREE,
        base_url="https://api.company-information.service.gov.uk",
        docs_url="https://developer-specs.company-information.service.gov.uk",
        auth=Basic(),
        rates=(Rate(600, per=300),),
        rate_headers=RateHeaders(
            limit="x-ratelimit-limit", remaining="x-ratelimit-remain", reset="x-ratelimit-reset", reset_as="epoch"
        ),
        established_in="GB",
        summary="British companies: register facts, seat, officers. Free with a key.",
    )
    errors = {416: ErrorCode.FEATURE_PARAMETERS_INVALID}

    @operation(
        Operation.ENRICH_COMPANY,
        needs=[("company_number",), ("company_name",)],
        gives=(*PROFILE, "country"),
        charged="free",
        confidence=85,
        confidence_reason="a register's entry, found by number or by exact name",
    )
    def enrich_company(self, query: Query) -> Flow:
        """Read the profile of a number, or of the active company that has a name."""
        number = company_number(query)
        if query.company_name and not query.company_number:
            params = {"q": query.company_name, "items_per_page": 5, "restrictions": "active-companies"}
            listed = yield Request("GET", "/search/companies", params=params, expect=(200, 404))
            named = [one for one in listed.items("items") if same_name(query.company_name, one.get("title"))]
            if not named or not (number := named[0].get("company_number")):
                return Miss("no company of exactly that name")
        if not number:
            return Miss("no number of this register")
        reply = yield Request("GET", "/company/{company_number}", at={"company_number": number}, expect=(200, 404))
        found = profile(reply.json) if reply.status == 200 else {}
        return Hit(found) if found else Miss()

    @operation(
        Operation.SEARCH_COMPANIES,
        needs=[("query",), ("company_name",), ("location",), ("sic",)],
        uses=("company_type", "limit", "cursor"),
        gives=("companies", "total", "next_cursor"),
        charged="free",
    )
    def search_companies(self, query: Query) -> Flow:
        """Search by words or name, or by place, SIC code and type."""
        start, size = int(query.cursor or 0), page_size(query, 20, 100)
        if query.location or query.sic:
            picked = query.pick("location", "company_type", sic_codes="sic", company_name_includes="company_name|query")
            path, params = "/advanced-search/companies", {**picked, "company_status": "active", "size": size}
        else:
            path, params = "/search/companies", {"q": query.query or query.company_name, "items_per_page": size}
        reply = yield Request("GET", path, params={**params, "start_index": start}, expect=(200, 404))
        companies = [profile(one) for one in reply.items("items")]
        total, shown = reply.get("total_results", reply.get("hits")), 10**9 if "size" in params else 1000
        more = following(start, len(companies), total, shown)
        return Hit(companies=companies, total=total, next_cursor=more) if companies else Miss()

    @operation(
        Operation.SEARCH_PEOPLE,
        needs=[("company_number",)],
        uses=("limit", "cursor"),
        gives=("people", "total", "next_cursor"),
        charged="free",
    )
    def search_people(self, query: Query) -> Flow:
        """List a company's officers, those who have resigned left out."""
        start, size = int(query.cursor or 0), page_size(query, 35, 100)
        params = {"items_per_page": size, "start_index": start, "order_by": "appointed_on"}
        if not (number := company_number(query)):
            return Miss("no number of this register")
        path, at = "/company/{company_number}/officers", {"company_number": number}
        reply = yield Request("GET", path, at=at, params=params, expect=(200, 404))
        officers = reply.items("items")
        people = [person(one) for one in officers if not one.get("resigned_on")]
        total = reply.get("total_results")
        more = following(start, len(officers), total)
        return Hit(people=people, total=total, next_cursor=more) if people or more else Miss()


def company_number(query: Query) -> str | None:
    """Return a number as the register writes it: letters, if any, then zeros up to eight; None for what is none."""
    number = "".join(str(query.company_number or "").split()).upper()
    rest = number.lstrip(ascii_uppercase)
    number = number.removesuffix(rest) + rest.rjust(8 - len(number) + len(rest), "0")
    return number if rest and len(number) == 8 and number.isalnum() else None


def profile(source: Any) -> dict[str, Any]:
    """Return a company of either search or of the profile; the parts of the kingdom are one country."""
    found, ruled = rename(source, PROFILE), str(dig(source, "jurisdiction", "")).replace("-", " ")
    country = first(dig(source, "registered_office_address.country"), dig(source, "address.country"))
    country = None if str(country).lower() == "not specified" else country
    country = "GB" if str(country or ruled).lower() in AT_HOME else country
    return {**found, "country": country} if found and country else found


def person(officer: dict[str, Any]) -> dict[str, Any]:
    """Return an officer; names stand as "SURNAME, Given names, Title", a company's need no turning."""
    name = str(officer.get("name") or "")
    name = name.replace(",", "") if "corporate" in str(officer.get("officer_role")) else name
    last, given, *_ = [part.strip() for part in f"{name},".split(",")]
    names = {"full_name": f"{given} {last}".strip(), **({"last_name": last, "first_name": given} if given else {})}
    return {**names, **rename(officer, {"title": "officer_role", "city": "address.locality"})}


def following(start: int, seen: int, total: Any, shown: int = 10**9) -> str | None:
    """Return where the next page starts, or None behind the last; a plain search shows its first thousand alone."""
    count = whole_number(total)
    return str(start + seen) if seen and count is not None and start + seen < min(count, shown) else None


provider = CompaniesHouse
