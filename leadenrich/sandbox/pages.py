"""Sandbox: what stands on the invented companies' sites, in sentences and "Label: value" lines."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from leadenrich.sandbox.facts import SandboxCompany
    from leadenrich.sandbox.world import World

PRODUCTS = (
    "planning software",
    "loading scanners",
    "sensor kits",
    "wage accounting",
    "spare parts",
    "training courses",
)
SEGMENTS = ("hospitals", "factories", "schools", "retailers", "carriers", "public offices")
ROLES = ("data engineer", "account executive", "service technician", "buyer", "product designer", "controller")
SIGNALS = ("opened a second site", "doubled its sales team", "moved to a larger building", "entered a new market")
NEWS = ("launches a new product line", "wins a framework contract", "opens an office", "works with a carrier")
LEADERS = (("Mira Okafor", "chief operating officer"), ("Jonas Feld", "head of procurement"), ("Ada Lindqvist", "CFO"))
CERTIFICATES = ("ISO 9001", "ISO 27001", "SOC 2", "ISO 14001")


def site_of(world: World, url: str) -> tuple[SandboxCompany, str] | None:
    """Return the company a page is of and what stands there; None for an address of no known company."""
    host = urlsplit(url if "://" in url else f"https://{url}").netloc.lower().removeprefix("www.")
    company = world.find_company(domain=host)
    return None if company is None else (company, page_of(world, company))


def page_of(world: World, company: SandboxCompany) -> str:
    """Return the text of a company's site: the same for the same seed."""

    def pick(what: str, among: Any, count: int = 1) -> list[Any]:
        text = f"{world.seed}|{company.index}|{what}".encode()
        start = int.from_bytes(hashlib.blake2b(text, digest_size=4).digest())
        return [among[(start + step) % len(among)] for step in range(count)]

    near = [world.company((company.index + step) % len(world.indices(None))).company_name for step in (3, 7, 11, 13)]
    name, role = pick("leader", LEADERS)[0]
    lines = {
        "Summary": f"{company.company_name} makes {pick('product', PRODUCTS)[0]} in {company.city}",
        "Products": ", ".join(pick("product", PRODUCTS, 2)),
        "Sells to": pick("sells", ("business", "consumers", "both"))[0],
        "Customer segments": ", ".join(pick("segment", SEGMENTS, 2)),
        "Pricing model": pick("pricing", ("subscription", "usage_based", "one_off", "quote"))[0],
        "Public prices": pick("prices", ("yes", "no"))[0],
        "Competitors": ", ".join(near[:2]),
        "Customers": ", ".join(near[2:]),
        "Technologies mentioned": ", ".join(company.technologies[:2] or ["spreadsheets"]),
        "Is hiring": pick("hiring", ("yes", "no"))[0],
        "Open roles": ", ".join(pick("role", ROLES, 2)),
        "Hiring departments": ", ".join(pick("team", ("sales", "engineering", "finance", "operations"), 2)),
        "Growth signals": ", ".join(pick("growth", SIGNALS, 2)),
        "Is expanding": pick("expanding", ("yes", "no"))[0],
        "Latest news": f"{company.company_name} {pick('news', NEWS)[0]}",
        "News date": f"2026-0{pick('month', (1, 2, 3, 4, 5))[0]}-12",
        "News trigger": pick("trigger", ("launch", "contract", "office", "partnership"))[0],
        "Last round": company.funding_stage or "none",
        "Raised recently": "yes" if (company.last_funding_at or "") >= "2025" else "no",
        "New leader": name,
        "New leader role": role,
        "Responsible name": pick("responsible", [one for one, _ in LEADERS])[0],
        "Responsible title": "head of procurement",
        "Certificates": ", ".join(pick("certificate", CERTIFICATES, 2)),
        "Headquarters": f"{company.city}, {company.country_name}",
        "Offices": f"{company.city}, {world.company((company.index + 5) % len(world.indices(None))).city}",
        "Company domain": company.company_domain,
        "Website": company.website,
        "Founded year": str(company.founded_year),
    }
    first = f"{company.company_name} is a company in {company.city}, {company.country_name}."
    return "\n".join([first, *(f"{label}: {value}." for label, value in lines.items())])
