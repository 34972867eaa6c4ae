"""SEC EDGAR: companies that file with the US Securities and Exchange Commission; free, no key.

Facts: an OpenAPI description of the submissions API, the SEC's access rules as quoted by those who tested them (October
2026), the dgunning/edgartools client. Every request must declare who asks: give `user_agent` as "Company Name
contact@domain"; without it, and over ten requests a second, the answer is 403, and its text says which. Companies are
found in one big file of tickers (with a dash: BRK-B), read once a session. Errors are HTML or XML. The search of full
texts is described by clients alone, hence inferred. `stateOrCountry` holds US states, Canadian provinces and codes of
EDGAR's own for other countries; the names of both stand beside them.
"""

from datetime import date
from typing import Any

from leadenrich.contract import (
    Category,
    Classified,
    ErrorCode,
    Flow,
    HeaderSetting,
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
    dig,
    operation,
    present,
    rename,
    whole_number,
)
from leadenrich.providers._names import same_name

TICKERS = "https://www.sec.gov/files/company_tickers.json"
SEARCH = "https://efts.sec.gov/LATEST/search-index"
ARCHIVE = "https://www.sec.gov/Archives/edgar/data"
ANNUAL = ("10-K", "10-K/A", "20-F", "20-F/A", "40-F", "40-F/A")
CONCEPTS = ("Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax")
STATES = frozenset(["AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
                    "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM",
                    "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA",
                    "WV", "WI", "WY", "PR", "VI", "GU", "AS", "MP"])  # fmt: skip
NEEDS = (("cik",), ("ticker",), ("company_name",))
COMPANY = {"company_name": "name", "website": ["website", "investorWebsite"],
           "company_domain": ["website", "investorWebsite"], "description": "description", "industry": "sicDescription",
           "sic": ("sic", str), "company_type": "entityType", "phone": ("phone", str),
           "city": "addresses.business.city", "ticker": "tickers.0", "lei": "lei"}  # fmt: skip


class SECEdgar(HTTPProvider):
    info = ProviderInfo(
        title="SEC EDGAR", category=Category.LOCAL_FREE, tier=Tier.FREE, base_url="https://data.sec.gov",
        docs_url="https://www.sec.gov/search-filings/edgar-application-programming-interfaces",
        auth=HeaderSetting("User-Agent", field="user_agent"), rates=(Rate(10, per=1),),
        hosts=("www.sec.gov", "efts.sec.gov"), established_in="US", privacy_url="https://www.sec.gov/privacy",
        summary="Filers with the US SEC: register facts, filings, reported revenue. Free.",
    )  # fmt: skip

    def classify(self, reply: Reply) -> Classified:
        """Tell the 403 of an address that asked too often from that of one who does not say who asks."""
        often = reply.status == 403 and "threshold exceeded" in reply.text.lower()
        return ErrorCode.PROVIDER_RATE_LIMIT if often else None

    @operation(Operation.ENRICH_COMPANY, needs=NEEDS, gives=(*COMPANY, "region", "country", "cik"), charged="free",
               confidence=85,
               confidence_reason="the company's own filing, found by number, ticker or exact name")  # fmt: skip
    def enrich_company(self, query: Query) -> Flow:
        """Read what a filer has registered."""
        cik = yield from self.cik(query)
        if cik is None:
            return Miss("no filer of that name or ticker")
        reply = yield Request("GET", "/submissions/CIK{cik}.json", at={"cik": cik}, expect=(200, 404))
        found = rename(reply.json, COMPANY) if reply.status == 200 else {}
        if not found:
            return Miss()
        return Hit({**found, **place(reply.get("addresses.business")), "cik": cik})

    @operation(Operation.SEARCH_COMPANIES, needs=[("company_name",), ("query",), ("ticker",)], uses=("limit", "cursor"),
               gives=("companies", "total", "next_cursor"), charged="free")  # fmt: skip
    def search_companies(self, query: Query) -> Flow:
        """List filers with shares whose name holds a text, or of a ticker; one row each, whatever its tickers."""
        ticker, text = symbol(query), str(query.company_name or query.query or "").casefold()
        found: dict[str, dict[str, Any]] = {}
        for row in (yield from filers()):
            if row["ticker"] == ticker if ticker else text in row["company_name"].casefold():
                found.setdefault(row["cik"], row)
        start, size = int(query.cursor or 0), int(query.limit or 25)
        companies = list(found.values())[start : start + size]
        more = str(start + size) if start + size < len(found) else None
        return Hit(companies=companies, total=len(found), next_cursor=more) if companies else Miss()

    @operation(Operation.FIND_NEWS, needs=[("company_name",), ("cik",)], uses=("limit", "cursor", "sec_edgar_forms"),
               gives=("news", "total", "next_cursor"), charged="free", support=Support.INFERRED)  # fmt: skip
    def find_news(self, query: Query) -> Flow:
        """List filings that mention a company, 8-K reports unless `sec_edgar_forms` says otherwise; since 2001."""
        start, size = int(query.cursor or 0), int(query.limit or 25)
        params = {
            "q": f'"{query.company_name}"' if query.company_name else None, "forms": query.sec_edgar_forms or "8-K",
            "ciks": padded(query.cik) if query.cik else None, "from": start or None,
        }  # fmt: skip
        reply = yield Request("GET", SEARCH, params=params)
        hits = reply.items("hits.hits")[:size]
        news = [filing for hit in hits if (filing := as_news(hit))]
        total, seen = whole_number(reply.get("hits.total.value")), start + len(hits)
        more = str(seen) if total is not None and seen < total else None
        return Hit(news=news, total=total, next_cursor=more) if news else Miss()

    @operation("annual-revenue", needs=NEEDS, gives=("annual_revenue_usd", "company_name", "cik"), charged="free",
               confidence=90, confidence_reason="the figure of the company's last annual report")  # fmt: skip
    def annual_revenue(self, query: Query) -> Flow:
        """Read the revenue of the last financial year a company has reported to a year's end."""
        cik = yield from self.cik(query)
        if cik is None:
            return Miss("no filer of that name or ticker")
        years: list[tuple[str, str, Any, Any]] = []
        for concept in CONCEPTS:  # a company uses the one or the other, some both in turn
            at = {"cik": cik, "concept": concept}
            path = "/api/xbrl/companyconcept/CIK{cik}/us-gaap/{concept}.json"
            reply = yield Request("GET", path, at=at, expect=(200, 404))
            if reply.status == 200:
                name, facts = reply.get("entityName"), reply.items("units.USD")
                years += [(*when, fact.get("val"), name) for fact in facts if (when := year(fact))]
        if not years:
            return Miss("no annual figure")
        _, _, value, name = max(years, key=lambda one: one[:2])
        return Hit(annual_revenue_usd=value, company_name=name, cik=cik)

    def cik(self, query: Query) -> Steps[str | None]:
        """Return the filer's number, ten digits, by ticker or exact name where it is not given."""
        if query.cik:
            return padded(query.cik)
        ticker = symbol(query)
        for row in (yield from filers()):
            if row["ticker"] == ticker if ticker else same_name(query.company_name, row["company_name"]):
                return row["cik"]
        return None


def symbol(query: Query) -> str:
    """Return the ticker asked about as the file of tickers has it."""
    return str(query.ticker or "").upper().replace(".", "-")


def place(address: Any) -> dict[str, Any]:
    """Return region and country of an address; a Canadian province is described as "Ontario, Canada"."""
    state = str(dig(address, "stateOrCountry", ""))
    if state in STATES:
        return {"region": state, "country": "US"}
    named = str(dig(address, "stateOrCountryDescription") or dig(address, "country", ""))
    province, _, country = named.rpartition(", ") if named.endswith(", Canada") else ("", "", named)
    return present({"region": province or dig(address, "foreignStateTerritory"), "country": country})


def padded(cik: Any) -> str:
    """Return a filer's number as EDGAR's paths have it."""
    return str(cik).strip().removeprefix("CIK").rjust(10, "0")


def filers() -> Steps[list[dict[str, str]]]:
    """Read the file of tickers; the rows stand under numbers."""
    body = (yield Request("GET", TICKERS)).json
    listed = [row for row in body.values() if isinstance(row, dict)] if isinstance(body, dict) else []
    return [
        {"company_name": str(row["title"]), "ticker": str(row.get("ticker", "")), "cik": padded(row["cik_str"])}
        for row in listed
        if row.get("title") and row.get("cik_str")
    ]


def as_news(hit: dict[str, Any]) -> dict[str, Any] | None:
    """Return a filing as an item of news: form, filer, items; the document's address; the day."""
    source, (filing, _, name) = hit.get("_source"), str(hit.get("_id")).partition(":")
    cik = dig(source, "ciks.0")
    if not cik or not name:
        return None
    items = ", ".join(map(str, dig(source, "items") or []))
    title = f"{dig(source, 'form', 'Filing')}: {dig(source, 'display_names.0', '')}".rstrip(": ")
    return {
        "title": f"{title} (items {items})" if items else title,
        "url": f"{ARCHIVE}/{str(cik).lstrip('0')}/{filing.replace('-', '')}/{name}",
        "published_at": dig(source, "file_date"),
    }


def year(fact: dict[str, Any]) -> tuple[str, str] | None:
    """Return end and filing day of a year's figure in an annual report; None for any other figure."""
    if fact.get("form") not in ANNUAL or not isinstance(fact.get("val"), int | float):
        return None
    try:
        start, end = date.fromisoformat(str(fact.get("start"))), date.fromisoformat(str(fact.get("end")))
    except ValueError:
        return None
    return (end.isoformat(), str(fact.get("filed", ""))) if 350 <= (end - start).days <= 380 else None


provider = SECEdgar
