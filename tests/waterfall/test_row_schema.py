"""The columns of a run, before it."""

import json

import leadenrich as le
from leadenrich.results import StopReason


async def test_rows_hold_what_the_schema_says() -> None:
    finder = le.Waterfall("find_email", ["hunter"], fields=["email", "email_status"])
    chain = le.Chain([finder, le.Waterfall("enrich_company", ["apollo"], fields=["employee_count", "technologies"])])
    assert list(finder.schema()["properties"]) == ["email", "email_status"]
    told = json.loads(json.dumps(chain.schema(provenance=True)))["properties"]
    assert told["email"] == {"type": ["string", "null"]}
    assert "integer" in told["employee_count"]["type"]
    assert told["technologies"]["type"] == ["array", "null"]
    assert told["stop_reason"]["enum"] == [*map(str, StopReason), None]
    async with le.Session.sandbox() as session:
        row = await chain.enrich({"full_name": "Mira Okafor", "company_domain": "brightloom.example"}, session=session)
    assert {"status", "stop_reason", "retryable", "retry_reason"} <= set(told) & set(row.to_dict(provenance=True))
