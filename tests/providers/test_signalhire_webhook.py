"""SignalHire's deliveries, which a case file cannot show: they answer by the items asked about."""

from typing import Any

from leadenrich.contract import Query
from leadenrich.registry import registry
from leadenrich.testing import drive

HOOK = "https://host.example/hooks"
MAIL = {"type": "email", "subType": "work", "value": "kim@brightloom.example", "rating": "80"}


def answer(item: str, **more: Any) -> list[dict[str, Any]]:
    return [{"item": item, "status": "success", "candidate": {"contacts": [MAIL]}, **more}]


def test_one_person_is_waited_for() -> None:
    flow = registry.get("signalhire")(HOOK).flow("find_email", Query(email="kim@brightloom.example"))
    requests, hit = drive(flow, [{"requestId": 1}, answer("kim@brightloom.example")])
    assert requests[0].json == {"items": ["kim@brightloom.example"], "callbackUrl": HOOK}
    assert (hit.data, hit.confidence) == ({"email": "kim@brightloom.example"}, "80")


def test_each_of_several_is_waited_for() -> None:
    provider = registry.get("signalhire")(HOOK)
    items = ["a@brightloom.example", "b@brightloom.example"]
    firsts = [next(provider.flow("find_email", Query(email=item))) for item in items]
    fold = type(provider).folds["POST /candidate/search"].run(provider, firsts)
    requests, replies = drive(fold, [{"requestId": 1}, *map(answer, items)])
    assert [request.json["items"] for request in requests] == [items]
    assert [reply.get("0.item") for reply in replies] == items
