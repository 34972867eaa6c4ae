"""Cleanlist's own client."""

from typing import Any

from leadenrich.sandbox.fake import SECRET
from leadenrich.vocabulary import Query
from tests.clients.harness import asks

PROVIDER, PACKAGE = "cleanlist", "cleanlist-ai"


def client() -> Any:
    import cleanlist_ai

    return cleanlist_ai.ApiClient(cleanlist_ai.Configuration(access_token=SECRET))


def job(sdk: Any, **asked: Any) -> Any:
    """Run a job for one person, as its documentation does."""
    import cleanlist_ai

    api = cleanlist_ai.PublicEnrichmentApi(sdk)
    start = api.enrich_person(cleanlist_ai.EnrichPersonRequest(lead_list_id=SECRET, **asked))
    while (found := api.enrichment_status(start.workflow_id)).status != "completed":
        pass
    return found.result


@asks("find_email", "linkedin_url", differs={"body:include_phone": "the client states the default"})
def email(sdk: Any, query: Query) -> dict[str, Any]:
    found = job(sdk, linkedin_url=query.linkedin_url, enrichment_type="partial")
    return {"email": found.email, "full_name": found.full_name, "title": found.title}


@asks("enrich_company", "company_domain")
def company(sdk: Any, query: Query) -> dict[str, Any]:
    import cleanlist_ai

    asked = cleanlist_ai.EnrichCompanyRequest(domain=query.company_domain)
    found = cleanlist_ai.PublicEnrichmentApi(sdk).enrich_company(asked).company
    return {
        "company_name": found.name,
        "employee_count": found.employee_count,
        "company_linkedin_url": found.linkedin_url,
    }


@asks("quota")
def balance(sdk: Any, query: Query) -> dict[str, Any]:
    import cleanlist_ai

    return {"remaining": cleanlist_ai.PublicWorkspaceApi(sdk).credits_balance().credits}
