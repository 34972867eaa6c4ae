"""Finding providers: plugins by entry point, a broken or clashing one reported and left out, filters that help."""

from types import SimpleNamespace
from typing import Any

import pytest

import leadenrich as le
from leadenrich import registry as module
from leadenrich.registry import Registry

FACTS: dict[str, Any] = {
    "title": "Gadget",
    "category": le.Category.PHONE,
    "tier": le.Tier.BASIC,
    "base_url": "https://api.gadget.example",
    "docs_url": "https://docs.gadget.example",
    "auth": le.HeaderKey("X-Key"),
}


def provider(provider_id: str) -> type[le.HTTPProvider]:
    class Gadget(le.HTTPProvider):
        info = le.ProviderInfo(id=provider_id, **FACTS)

        @le.operation("gadget-report", needs=[("phone",)], gives=("carrier",))
        def report(self, query: le.Query) -> le.Flow:
            reply = yield le.Request("GET", "/report", params=query.pick("phone"))
            return le.Hit(carrier=reply.get("carrier"))

    return Gadget


class Point:
    """An entry point, as importlib.metadata gives them."""

    def __init__(self, name: str, loaded: Any) -> None:
        self.name, self.loaded = name, loaded

    def load(self) -> Any:
        if isinstance(self.loaded, Exception):
            raise self.loaded
        return self.loaded


def plugin(*classes: type) -> SimpleNamespace:
    def leadenrich_providers(register: Any) -> None:
        for cls in classes:
            register(cls)

    return SimpleNamespace(leadenrich_providers=leadenrich_providers)


def registry_of(monkeypatch: pytest.MonkeyPatch, *points: Point) -> Registry:
    monkeypatch.setattr(module.metadata, "entry_points", lambda group: list(points))
    return Registry()


def test_a_plugin_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    cls = provider("gadget")
    registry = registry_of(monkeypatch, Point("gadget", plugin(cls)))
    assert "gadget" in registry.ids()
    assert registry.get("gadget") is cls
    assert registry.check_operation("gadget", "gadget-report") == "gadget.gadget-report"
    assert "gadget.gadget-report" in registry.operations
    assert registry.problems == []


@pytest.mark.parametrize(
    ("loaded", "why"),
    [
        (ImportError("no module named gizmo"), "ImportError"),
        (SimpleNamespace(), "leadenrich_providers"),
        (plugin(object), "needs an `info`"),
        (plugin(provider("hunter")), "'hunter' exists already"),
        (plugin(provider("")), "with an `id`"),
    ],
    ids=["does not import", "has no hook", "is no provider", "takes a built-in's id", "has no id"],
)
def test_a_broken_plugin_is_reported_and_harms_nobody(
    loaded: Any, why: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good = provider("gadget")
    registry = registry_of(monkeypatch, Point("bad", loaded), Point("good", plugin(good)))
    assert registry.get("gadget") is good
    assert registry.get("hunter").info.title == "Hunter"
    (problem,) = registry.problems
    assert "'bad'" in problem
    assert why in problem
    assert problem in caplog.text


def test_of_two_plugins_with_one_id_the_first_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = provider("gadget"), provider("gadget")
    registry = registry_of(monkeypatch, Point("b", plugin(second)), Point("a", plugin(first)))
    assert registry.get("gadget") is first
    assert len(registry.problems) == 1


def test_a_plugin_may_add_an_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAIN_FIELD", dict(module.MAIN_FIELD))
    loaded = plugin(provider("gadget"))
    loaded.leadenrich_operations = lambda register: register("read_tea_leaves", "answer")
    registry = registry_of(monkeypatch, Point("gadget", loaded))
    registry.plugins()
    assert "read_tea_leaves" in registry.operations
    assert module.MAIN_FIELD["read_tea_leaves"] == "answer"


def test_an_unknown_provider_names_the_nearest() -> None:
    with pytest.raises(le.ProviderNotFoundError, match="did you mean 'hunter'"):
        module.registry.get("huntr")


def test_an_unknown_operation_names_the_nearest() -> None:
    with pytest.raises(le.FeatureNotSupportedError, match="did you mean 'find_email'"):
        module.registry.check_operation("hunter", "find_emial")


def test_providers_are_filtered() -> None:
    verifiers = le.providers(category="verification", operation="verify_email", where=lambda info: info.id > "n")
    assert "neverbounce" in [info.id for info in verifiers]
    assert "bouncer" not in [info.id for info in verifiers]
    assert all(info.tier == "free" for info in le.providers(tier="free"))


@pytest.mark.parametrize(
    ("filters", "nearest"),
    [
        ({"category": "verificaton"}, "verification"),
        ({"tier": "fre"}, "free"),
        ({"operation": "find_mail"}, "find_email"),
    ],
)
def test_an_unknown_filter_names_the_nearest(filters: dict[str, Any], nearest: str) -> None:
    with pytest.raises(le.ConfigurationError, match=f"did you mean '{nearest}'"):
        le.providers(**filters)


def test_the_list_shows_itself_as_a_table() -> None:
    listed = le.providers()
    head, *lines = repr(listed).splitlines()
    assert head.split() == ["id", "title", "category", "tier", "operations", "support"]
    assert [line.split()[0] for line in lines] == [info.id for info in listed]
    html = listed._repr_html_()
    assert html.count("<tr>") == len(listed) + 1


def test_features_say_what_can_be_asked() -> None:
    features = {feature.id: feature for feature in le.features("hunter")}
    schema = features["verify_email"].parameters
    assert schema["required"] == ["email"]
    assert schema["additionalProperties"] is False


def test_features_show_themselves_with_their_limits_and_costs() -> None:
    hunter = le.features("hunter")
    title, limits, prices, head, *lines = repr(hunter).splitlines()
    assert title.startswith("Hunter: ")
    assert "10 requests in 1 s on GET /email-verifier" in limits
    assert prices.startswith("list prices: $")
    assert head.split() == ["operation", "needs", "gives", "costs", "support"]
    assert [line.split()[0] for line in lines] == [feature.operation for feature in hunter]
    assert "0.5 credits a call" in lines[1]
    html = hunter._repr_html_()
    assert html.count("<tr>") == len(hunter) + 1
    assert html.count("<p>") == 3
    assert "none documented" in repr(le.features("wiza"))
    undocumented = le.features("betterenrich")["check-google-ads"]
    assert (undocumented.operation, undocumented.support) == ("betterenrich.check-google-ads", "undocumented")


def test_a_feature_is_found_by_its_operation_or_its_place() -> None:
    hunter = le.features("hunter")
    assert hunter["find_email"] is hunter[0] is hunter[:1][0]
    assert hunter["email-count"].operation == "hunter.email-count"
    with pytest.raises(le.FeatureNotSupportedError, match="did you mean 'verify_email'"):
        _ = hunter["verify_mail"]


def test_a_feature_validates_a_question_without_asking_it() -> None:
    finder = le.features("apollo")["search_people"]
    query = finder.validate(
        {"company_domain": "WWW.Brightloom.example", "limit": "20", "email": "ida@brightloom.example"}
    )
    assert dict(query) == {"company_domain": "brightloom.example", "limit": 20}  # no word more than declared
    for wrong, told in (
        ({"company_domian": "x"}, "did you mean 'company_domain'"),
        ({"full_name": 7}, "full_name is int, not text"),
        ({"limit": 7}, "needs company_domain or"),
        ({"company_domain": "brightloom.example", "limit": 0}, "limit must be a whole number above 0, not 0"),
        ({"company_domain": "brightloom.example", "limit": "many"}, "not 'many'"),
        ({"company_domain": "brightloom.example", "limit": 2.5}, "not 2.5"),
        ({"company_domain": "brightloom.example", "limit": True}, "not True"),
        ({"company_domain": "brightloom.example", "page_size": [3]}, "not a list"),
        ({"company_domain": "brightloom.example", "filters": "x"}, "filters must be a mapping"),
    ):
        with pytest.raises(le.FeatureParametersError, match=told):
            finder.validate(wrong)
