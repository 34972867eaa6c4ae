"""Sandbox: SEC EDGAR's replies."""

from __future__ import annotations

from leadenrich.sandbox.facts import SandboxCompany
from leadenrich.sandbox.fake import Answer, Call, route

REFUSED = Answer(403, text="<html><body>Your Request Originates from an Undeclared Automated Tool</body></html>")
ELSEWHERE = {"*": "only companies that file with the SEC are known"}
LOSSY = {
    "enrich_company": {**ELSEWHERE, "company_type": "EDGAR knows kinds of filers only"},
    "search_companies": ELSEWHERE,
    "sec_edgar.annual-revenue": ELSEWHERE,
    "find_news": {"news": "EDGAR has filings, not what the press writes", "total": "it counts filings"},
}


def filers(call: Call) -> list[SandboxCompany]:
    """Return the companies with a CIK."""
    return [company for company in call.view.companies(country="US", limit=None) if company.cik]


@route("GET", "https://www.sec.gov/files/company_tickers.json")
def tickers(call: Call) -> object:
    """List every filer."""
    return {
        str(place): {
            "cik_str": int(company.cik or 0),
            "ticker": company.ticker or f"N{place}",
            "title": company.company_name,
        }
        for place, company in enumerate(filers(call))
    }


@route("GET", "/submissions/CIK{cik}.json")
def submissions(call: Call) -> object:
    """Read a filer."""
    company = call.view.company(cik=call.at["cik"])
    if company is None:
        return Answer(404, text="<Error><Code>NoSuchKey</Code></Error>")
    business = {
        "city": company.city,
        "stateOrCountry": company.region,
        "stateOrCountryDescription": company.country_name,
    }
    return {
        "cik": call.at["cik"].lstrip("0"),
        "entityType": "operating",
        "sic": company.sic or "",
        "sicDescription": company.industry or "",
        "name": company.company_name,
        "tickers": [company.ticker] if company.ticker else [],
        "lei": company.lei,
        "description": company.description or "",
        "website": company.website,
        "addresses": {"mailing": business, "business": business},
        "phone": company.phone or "",
    }


@route("GET", "https://efts.sec.gov/LATEST/search-index")
def search(call: Call) -> object:
    """Search filings: one 8-K a company."""
    name, cik = str(call.params.get("q", "")).strip('"'), call.params.get("ciks")
    company = call.view.company(cik=cik) if cik else call.view.company(name=name)
    if company is None or call.params.get("from"):
        return {"hits": {"total": {"value": 0, "relation": "eq"}, "hits": []}}
    number = company.cik or "0000000001"
    source = {
        "ciks": [number],
        "display_names": [f"{company.company_name.upper()}  (CIK {number})"],
        "form": call.params.get("forms"),
        "file_date": "2026-03-01",
        "adsh": f"{number}-26-000007",
        "items": ["5.02"],
    }
    hit = {"_id": f"{number}-26-000007:report.htm", "_source": source}
    return {"hits": {"total": {"value": 1, "relation": "eq"}, "hits": [hit]}}


@route("GET", "/api/xbrl/companyconcept/CIK{cik}/us-gaap/{concept}.json")
def concept(call: Call) -> object:
    """Read one concept's figures."""
    company = call.view.company(cik=call.at["cik"])
    if company is None or company.annual_revenue_usd is None or call.at["concept"] != "Revenues":
        return Answer(404, text="<Error><Code>NoSuchKey</Code></Error>")
    fact = {
        "start": "2025-01-01",
        "end": "2025-12-31",
        "val": company.annual_revenue_usd,
        "form": "10-K",
        "filed": "2026-02-20",
    }
    older = {**fact, "start": "2024-01-01", "end": "2024-12-31", "val": 1, "filed": "2025-02-20"}
    return {"cik": int(call.at["cik"]), "entityName": company.company_name, "units": {"USD": [older, fact]}}
