"""Flows that a case file cannot show: jobs of very many questions."""

from typing import Any

import pytest

from leadenrich.contract import Query, Reply, Request
from leadenrich.errors import FeatureExecutionError
from leadenrich.registry import registry
from leadenrich.testing import drive

HOOK = "https://host.example/hooks"


def together(vendor: str, endpoint: str, operation: str, queries: list[dict[str, Any]], replies: list[Any]) -> Any:
    provider = registry.get(vendor)()
    firsts = [next(provider.flow(operation, Query(query))) for query in queries]
    return drive(type(provider).folds[endpoint].run(provider, firsts), replies)


SITES = [{"company_domain": f"loom{number}.example"} for number in range(161)]


def built(domain: str) -> dict[str, Any]:
    return {"Lookup": domain, "Result": {"Paths": [{"Technologies": [{"Name": "Shopify"}]}]}}


def test_builtwith_makes_a_job_of_very_many_sites() -> None:
    done = {"Results": [built(site["company_domain"]) for site in reversed(SITES[:160])]}
    queued, ended = Reply(202, json={"job_id": "j", "status": "queued"}), {"status": "completed"}
    requests, replies = together(
        "builtwith", "GET /v26/api.json", "detect_technologies", SITES, [queued, {"status": "queued"}, ended, done]
    )
    assert [request.endpoint for request in requests] == [
        "POST /v23/domain/bulk",
        *["GET /v23/domain/bulk/{job_id}"] * 2,
        "GET /v23/domain/bulk/{job_id}/result",
    ]
    assert replies[3].json == {"Results": [built("loom3.example")]}
    assert replies[160].json == {"Results": []}


def test_builtwith_takes_a_job_that_is_answered_at_once() -> None:
    done = {"Results": [built(site["company_domain"]) for site in SITES]}
    requests, replies = together("builtwith", "GET /v26/api.json", "detect_technologies", SITES, [done])
    assert len(requests) == 1
    assert len(replies) == len(SITES)


def test_builtwith_says_that_a_job_failed() -> None:
    queued = Reply(202, json={"job_id": "j", "status": "queued"})
    with pytest.raises(FeatureExecutionError, match="'failed'"):
        together("builtwith", "GET /v26/api.json", "detect_technologies", SITES, [queued, {"status": "failed"}])


def test_firecrawl_asks_for_a_delivery_where_the_host_has_an_address() -> None:
    provider = registry.get("firecrawl")(HOOK)
    queries = [{"company_domain": "brightloom.example"}, {"company_domain": "spindle.example"}]
    firsts = [next(provider.flow("enrich_company", Query(query))) for query in queries]
    answers = [{"success": True, "id": "job-1"}, {"status": "completed", "data": [], "next": None}]
    requests, replies = drive(type(provider).folds["POST /scrape"].run(provider, firsts), answers)
    assert requests[0].json["webhook"] == {"url": HOOK}
    assert [reply.get("data") for reply in replies] == [{}, {}]


@pytest.mark.parametrize("fold", ["many_contacts", "many_companies", "match_people", "match_companies"])
def test_a_bulk_call_of_explorium_counts_as_many_as_it_holds(fold: str) -> None:
    provider = registry.get("explorium")
    endpoint = next(one for one in provider.folds.values() if one.run.__name__ == fold)
    method, path = endpoint.endpoint.split(" ")
    body = {"prospects_to_match": [{}], "businesses_to_match": [{}], "prospect_id": "p", "business_id": "b"}
    asked = [Request(method, path, json={**body, "parameters": {}}) for _ in range(3)]
    sent = next(endpoint.run(provider(), asked))
    assert isinstance(sent, Request)
    assert sent.weight == 3
    assert provider.info.rates[0].unit == "items"
