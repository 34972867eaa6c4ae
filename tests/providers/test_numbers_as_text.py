"""Numbers that come as text where the vendor's own description says number: no case may say so, a reply may."""

from typing import Any

import pytest

from leadenrich.contract import Query
from leadenrich.registry import registry
from leadenrich.results import Hit
from leadenrich.testing import drive


def found(vendor: str, operation: str, query: dict[str, Any], *replies: Any) -> Hit:
    _, outcome = drive(registry.get(vendor)().flow(operation, Query(query)), list(replies))
    assert isinstance(outcome, Hit)
    return outcome


@pytest.mark.parametrize("number", [int, str])
def test_pages_and_prices_of_the_companies_api(number: type) -> None:
    meta = {"cost": number(1), "currentPage": number(3), "lastPage": number(4), "total": number(31)}
    hit = found("the_companies_api", "search_companies", {"query": "loom", "cursor": "3"}, {
        "companies": [{"domain": {"domain": "brightloom.example"}}], "meta": meta,
    })  # fmt: skip
    assert (hit["next_cursor"], hit.credits) == ("4", 1)


@pytest.mark.parametrize("number", [int, str])
def test_the_most_used_pattern_of_the_companies_api(number: type) -> None:
    patterns = [{"pattern": "x", "usagePercentage": "n/a"}, {"pattern": "[F].[L]", "usagePercentage": number(80)}]
    query = {"company_domain": "brightloom.example"}
    assert found("the_companies_api", "the_companies_api.email-patterns", query, patterns)["email_pattern"] == "[F].[L]"


@pytest.mark.parametrize("number", [int, str])
def test_a_list_of_wappalyzer_is_counted(number: type) -> None:
    rows = {"wordpress": number(1200), "php": number(100), "magento": None}
    ready = {"id": "lst_1", "status": "Ready", "totalCredits": number(800), "rows": rows}
    hit = found("wappalyzer", "wappalyzer.lead-list", {"technology": "wordpress"}, ready)
    assert hit["total"] == 1300
