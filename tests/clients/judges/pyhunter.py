"""PyHunter, the client that Hunter's documentation links to."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE, OFFICIAL = "hunter", "pyhunter", False
DIFFERS = {"key": "Hunter takes the key in a header or in the query"}


def client() -> Any:
    from pyhunter import PyHunter

    return PyHunter(SECRET)


@asks("find_email", "first_name", "last_name", "company_domain")
def by_names(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.email_finder(
        domain=query.company_domain, first_name=query.first_name, last_name=query.last_name, raw=True
    ).json()["data"]
    return {"email": data["email"], "title": data["position"], "email_status": data["verification"]["status"]}


@asks("find_email", "full_name", "company_name")
def by_company(hunter: Any, query: Query) -> dict[str, Any]:
    email, _ = hunter.email_finder(company=query.company_name, full_name=query.full_name)
    return {"email": email}


@asks("find_email", "linkedin_url")
def by_profile(hunter: Any, query: Query) -> dict[str, Any]:
    email, _ = hunter.email_finder(linkedin_handle=query.linkedin_url.rpartition("/")[2])
    return {"email": email}


@asks("verify_email", "email")
def verify(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.email_verifier(query.email)
    return {"email": data["email"], "email_status": data["status"]}


@asks("domain_emails", "company_domain", limit=5)
def domain(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.domain_search(query.company_domain, limit=5, offset=0)
    return {"company_name": data["organization"], "company_domain": data["domain"]}


@asks("domain_emails", "company_domain", limit=5, hunter_type="personal", hunter_required_field="full_name")
def domain_filtered(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.domain_search(
        query.company_domain, limit=5, offset=0, emails_type="personal", required_field="full_name"
    )
    return {"company_domain": data["domain"]}


@asks("hunter.email-count", "company_domain")
def count(hunter: Any, query: Query) -> dict[str, Any]:
    return {"total": hunter.email_count(domain=query.company_domain)["total"]}


@asks("enrich_person", "email")
def person(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.email_enrichment(email=query.email)
    return {"full_name": data["name"]["fullName"], "title": data["employment"]["title"], "email": data["email"]}


@asks("enrich_person", "linkedin_url")
def profile(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.email_enrichment(linkedin_handle=query.linkedin_url.rpartition("/")[2])
    return {"first_name": data["name"]["givenName"], "last_name": data["name"]["familyName"]}


@asks("enrich_company", "company_domain")
def company(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.company_enrichment(domain=query.company_domain)
    return {"company_name": data["name"], "founded_year": data["foundedYear"], "technologies": data["tech"]}


@asks("hunter.combined", "email")
def combined(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.combined_enrichment(email=query.email)
    return {"full_name": data["person"]["name"]["fullName"], "company_name": data["company"]["name"]}


@asks("find_lookalikes", "company_domain")
def similar(hunter: Any, query: Query) -> dict[str, Any]:
    return {"total": _found(hunter, similar_to={"domain": query.company_domain})}


@asks("search_companies", "industry")
def search(hunter: Any, query: Query) -> dict[str, Any]:
    return {"total": _found(hunter, industry={"include": [query.industry]})}


def _found(hunter: Any, **wanted: Any) -> int:
    return int(hunter.discover(raw=True, **wanted).json()["meta"]["results"])


@asks("quota")
def account(hunter: Any, query: Query) -> dict[str, Any]:
    data = hunter.account_information(raw=True).json()["data"]
    return {"plan": data["plan_name"], "resets_at": data["reset_date"]}
