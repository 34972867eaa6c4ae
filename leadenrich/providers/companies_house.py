"""UK Companies House: the public register of companies, its searches and officers; free with a key.

Facts: the vendor's OpenAPI and its guide on rate limits (developer-specs.company-information.service.gov.uk), its forum
(forum.aws.chdev.org), and one repository's notes on live replies of September 2026 (the rate headers, which are not
documented). The key is the user name, the password empty; a key may be tied to IP addresses (403). Empty values are
left out. A search by name is fuzzy, so a profile counts only if its name is the one asked for. The advanced search
answers 404 where it finds nothing. No website, e-mail, phone or head count; `sic` is UK SIC 2007.
"""

from typing import Any

from leadenrich.contract import (Basic, Category, ErrorCode, Flow, Hit, HTTPProvider, Miss, Operation, ProviderInfo,
                                 Query, Rate, RateHeaders, Request, Tier, dig, first, operation, rename)  # fmt: skip
from leadenrich.providers._names import same_name

AT_HOME = frozenset({"england", "wales", "scotland", "northern ireland", "united kingdom", "great britain",
                     "england and wales", "england wales", "uk"})  # fmt: skip
PROFILE = {"company_name": ["company_name", "title"], "company_number": "company_number",
           "company_type": ["type", "company_type"], "founded_year": ("date_of_creation", lambda day: int(day[:4])),
           "sic": "sic_codes.0", "city": ["registered_office_address.locality", "address.locality"],
           "region": ["registered_office_address.region", "address.region"]}  # fmt: skip
SEARCHES = ("query", "company_name", "location", "sic")


class CompaniesHouse(HTTPProvider):
    info = ProviderInfo(title="Companies House", category=Category.LOCAL_FREE, tier=Tier.FREE,
                        base_url="https://api.company-information.service.gov.uk",
                        docs_url="https://developer-specs.company-information.service.gov.uk", auth=Basic(),
                        rates=(Rate(600, per=300),),
                        rate_headers=RateHeaders(limit="x-ratelimit-limit", remaining="x-ratelimit-remain",
                                                 reset="x-ratelimit-reset", reset_as="epoch"), established_in="GB",
                        summary="British companies: register facts, seat, officers. Free with a key.")  # fmt: skip
    errors = {416: ErrorCode.FEATURE_PARAMETERS_INVALID}

    @operation(Operation.ENRICH_COMPANY, needs=[("company_number",), ("company_name",)], gives=(*PROFILE, "country"),
               charged="free", confidence=85,
               confidence_reason="a register's entry, found by number or by exact name")  # fmt: skip
    def enrich_company(self, query: Query) -> Flow:
        """Read the profile of a number, or of the active company that bears a name."""
        number = company_number(query)
        if not number:
            params = {"q": query.company_name, "items_per_page": 5, "restrictions": "active-companies"}
            listed = yield Request("GET", "/search/companies", params=params, expect=(200, 404))
            named = [one for one in listed.items("items") if same_name(query.company_name, one.get("title"))]
            if not named or not (number := named[0].get("company_number")):
                return Miss("no company of exactly that name")
        reply = yield Request("GET", "/company/{company_number}", at={"company_number": number}, expect=(200, 404))
        found = profile(reply.json) if reply.status == 200 else {}
        return Hit(found) if found else Miss()

    @operation(Operation.SEARCH_COMPANIES, needs=[("query",), ("company_name",), ("location",), ("sic",)],
               uses=("company_type", "limit", "cursor"), gives=("companies", "total", "next_cursor"),
               charged="free")  # fmt: skip
    def search_companies(self, query: Query) -> Flow:
        """Search by words or name, or by place, SIC code and type."""
        start, size = int(query.cursor or 0), min(int(query.limit or 20), 100)
        if query.location or query.sic:
            picked = query.pick("location", "company_type", sic_codes="sic", company_name_includes="company_name|query")
            path, params = "/advanced-search/companies", {**picked, "company_status": "active", "size": size}
        else:
            path, params = "/search/companies", {"q": query.query or query.company_name, "items_per_page": size}
        reply = yield Request("GET", path, params={**params, "start_index": start}, expect=(200, 404))
        companies = [profile(one) for one in reply.items("items")]
        total = reply.get("total_results", reply.get("hits"))
        more = following(start, len(companies), total)
        return Hit(companies=companies, total=total, next_cursor=more) if companies else Miss()

    @operation(Operation.SEARCH_PEOPLE, needs=[("company_number",)], uses=("limit", "cursor"),
               gives=("people", "total", "next_cursor"), charged="free")  # fmt: skip
    def search_people(self, query: Query) -> Flow:
        """List a company's officers, those who have resigned left out."""
        start, size = int(query.cursor or 0), min(int(query.limit or 35), 100)
        params = {"items_per_page": size, "start_index": start, "order_by": "appointed_on"}
        at = {"company_number": company_number(query)}
        reply = yield Request("GET", "/company/{company_number}/officers", at=at, params=params, expect=(200, 404))
        officers = reply.items("items")
        people = [person(one) for one in officers if not one.get("resigned_on")]
        total = reply.get("total_results")
        more = following(start, len(officers), total)
        return Hit(people=people, total=total, next_cursor=more) if people or more else Miss()


def company_number(query: Query) -> str | None:
    """Return a number as the register writes it: eight characters, zeros in front."""
    return str(query.company_number).strip().upper().rjust(8, "0") if query.company_number else None


def profile(source: Any) -> dict[str, Any]:
    """Return a company of either search or of the profile; the parts of the kingdom are one country."""
    found, ruled = rename(source, PROFILE), str(dig(source, "jurisdiction", "")).replace("-", " ")
    country = first(dig(source, "registered_office_address.country"), dig(source, "address.country"))
    country = "GB" if str(country or ruled).lower() in AT_HOME else country
    return {**found, "country": country} if found and country else found


def person(officer: dict[str, Any]) -> dict[str, Any]:
    """Return an officer; names stand as "SURNAME, Given names"."""
    last, _, given = str(officer.get("name", "")).partition(",")
    last, given = last.strip(), given.strip()
    names = {"full_name": f"{given} {last}".strip(), **({"last_name": last, "first_name": given} if given else {})}
    return {**names, **rename(officer, {"title": "officer_role", "city": "address.locality"})}


def following(start: int, seen: int, total: Any) -> str | None:
    """Return where the next page starts, or None behind the last."""
    return str(start + seen) if seen and isinstance(total, int) and start + seen < total else None


provider = CompaniesHouse
