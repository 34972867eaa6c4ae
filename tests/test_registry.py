"""Finding providers: plugins by entry point, a broken or clashing one reported and left out, filters that help."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

import leadenrich as le
from leadenrich import registry as module
from leadenrich.catalogue import costs
from leadenrich.registry import Registry

FACTS: dict[str, Any] = {
    "title": "Gadget",
    "category": le.Category.PHONE,
    "tier": le.Tier.BASIC,
    "base_url": "https://api.gadget.example",
    "docs_url": "https://docs.gadget.example",
    "auth": le.HeaderKey("X-Key"),
}


def provider(provider_id: str, **facts: Any) -> type[le.HTTPProvider]:
    class Gadget(le.HTTPProvider):
        info = le.ProviderInfo(**{"id": provider_id, **FACTS, **facts})

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
        if isinstance(self.loaded, BaseException):
            raise self.loaded
        return self.loaded


def plugin(*classes: type) -> SimpleNamespace:
    def leadenrich_providers(register: Any) -> None:
        for cls in classes:
            register(cls)

    return SimpleNamespace(leadenrich_providers=leadenrich_providers)


def registry_of(monkeypatch: pytest.MonkeyPatch, *points: Point) -> Registry:
    module.registry.plugins()  # the process's own has read the real ones first
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
def test_a_broken_plugin_is_reported_and_harms_no_other(
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


class Sdk:
    """What a plugin needs that does its own I/O."""

    def __init__(self, feature: le.Feature | None = None, **facts: Any) -> None:
        info = le.ProviderInfo(**{**FACTS, "id": "sdk", **facts})
        self.info = info if feature is None else replace(info, features=(feature,))

    async def initialize(self, credentials: Any) -> None: ...
    async def validate_credentials(self) -> bool:
        return True

    async def execute(self, operation: str, query: le.Query) -> le.Hit | le.Miss:
        return le.Miss()

    async def quota(self) -> le.Quota:
        return le.Quota()


def with_features(features: Any) -> Sdk:
    """A plugin whose facts were changed after they were made."""
    made = Sdk()
    object.__setattr__(made.info, "features", features)
    return made


class Lacking:
    info = le.ProviderInfo(id="lacking", **FACTS)


def with_tables(**members: Any) -> type[le.HTTPProvider]:
    return type("Tables", (provider("tables"),), members)


NAN = {"": Decimal("nan")}


@pytest.mark.parametrize(
    ("cls", "why"),
    [
        (provider("Gadget-1"), "is not lower_snake"),
        (provider("gadget", title=" "), "title is empty"),
        (
            provider("gadget", category="phone"),
            "such as le.Category.MAJOR_DATA, not 'phone'",
        ),
        (provider("gadget", tier=None), "tier is a le.Tier"),
        (provider("gadget", base_url="http://api.gadget.example"), "plain http"),
        (provider("gadget", base_url="https://169.254.169.254"), "link-local"),
        (provider("gadget", base_url="https://api.gadget.example/"), "ends in a slash"),
        (provider("gadget", base_url=None), "is no https URL"),
        (provider("gadget", docs_url="docs"), "no https link"),
        (provider("gadget", hosts="files.gadget.example"), "hosts is a tuple of str"),
        (provider("gadget", hosts=("https://files.gadget.example",)), "bare host name"),
        (provider("gadget", auth="key"), "auth is a kind of credential"),
        (provider("gadget", auth=le.HeaderKey("X-Key", field="API Key")), "credential field"),
        (provider("gadget", rates=le.Rate(1, per=1)), "rates is a tuple of Rate"),
        (provider("gadget", rates=(5,)), "rates is a tuple of Rate"),
        (provider("gadget", concurrency=0), "concurrency is a whole number from 1"),
        (provider("gadget", concurrency=2.5), "concurrency is a whole number from 1"),
        (provider("gadget", prices=(le.Price("-1"),)), "a price is below zero"),
        (provider("gadget", rate_headers={"remaining": "x"}), "rate_headers is a le.RateHeaders"),
        (provider("gadget", webhook="hmac"), "webhook is a le.HMACSignature"),
        (with_tables(errors={409: "PROVIDER_RATE_LIMIT"}), "errors is a table"),
        (with_tables(words={"error": le.ErrorCode.PROVIDER_RATE_LIMIT}), "words is a table"),
        (with_tables(account="/me"), "account is"),
        (with_tables(free_call=le.Request("GET", "me")), "free_call is"),
        (Lacking, "no method execute"),
        (with_tables(__init__=lambda self: None), "does not take (webhook_url, settings)"),
        (type("Needy", (Sdk,), {"__init__": lambda self, key: None, "info": Sdk().info}), "its constructor needs"),
        (with_features(5), "features is a tuple of Feature"),
        (Sdk(le.Feature("fnd_email")), "did you mean 'find_email'"),
        (Sdk(le.Feature("other.find")), "is no operation"),
        (Sdk(le.Feature("sdk.Find It")), "is no operation"),
        (Sdk(le.Feature(7)), "is no operation"),  # type: ignore[arg-type]  # what is to be refused
        (Sdk(le.Feature("find_email", needs=("email",))), "needs is a list of alternatives"),  # type: ignore[arg-type]
        (Sdk(le.Feature("find_email", needs=((),))), "needs is a list of alternatives"),
        (Sdk(le.Feature("find_email", needs=(("emial",),))), "did you mean 'email'"),
        (Sdk(le.Feature("find_email", uses="limit")), "uses is a tuple"),  # type: ignore[arg-type]
        (Sdk(le.Feature("find_email", gives=("mail_address",))), "which is not a field"),
        (Sdk(le.Feature("find_email", credits=NAN)), "credits is"),
        (Sdk(le.Feature("find_email", credits={"": Decimal(-1)})), "credits is"),
        (Sdk(le.Feature("find_email", max_credits="many")), "max_credits is"),
        (Sdk(le.Feature("find_email", max_credits=float("inf"))), "max_credits is"),
        (Sdk(le.Feature("find_email", charged="on_hit")), "charged is a le.Charged"),  # type: ignore[arg-type]
        (Sdk(le.Feature("find_email", patience=float("nan"))), "patience is"),
        (Sdk(le.Feature("find_email", confidence=101)), "confidence lies between"),
    ],
)
def test_wrong_facts_leave_out_that_class_alone(cls: Any, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    good = provider("good")
    registry = registry_of(monkeypatch, Point("both", plugin(cls, good)))
    assert registry.get("good") is good
    assert set(registry.ids()) == {*registry.builtin_ids(), "good"}
    (problem,) = registry.problems
    assert problem.startswith("plugin 'both', ")
    assert why in problem


class Raising:
    @property
    def info(self) -> le.ProviderInfo:
        raise SystemExit(2)


def test_facts_that_raise_leave_out_that_object_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = registry_of(monkeypatch, Point("both", plugin(Raising(), provider("good"))))  # type: ignore[arg-type]
    assert "good" in registry.ids()
    assert registry.problems == ["plugin 'both', Raising is left out: SystemExit: 2"]


def test_a_bare_provider_may_be_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    feature = le.Feature("sdk.tea-leaves", needs=(("email", "sdk_cup"),), gives=("title", "sdk_omen"), max_credits=2)
    registry = registry_of(monkeypatch, Point("sdk", plugin(Sdk(feature, base_url=""))))
    assert "sdk" in registry.ids()
    assert registry.problems == []


@pytest.mark.parametrize("error", [SystemExit(3), GeneratorExit(), asyncio.CancelledError()])
def test_a_plugin_that_ends_the_program_is_left_out(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = registry_of(monkeypatch, Point("bad", error), Point("good", plugin(provider("good"))))
    assert "good" in registry.ids()
    assert type(error).__name__ in registry.problems[0]


def test_the_user_may_still_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = registry_of(monkeypatch, Point("slow", KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        registry.ids()


def test_a_taken_id_costs_one_class_and_not_its_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    good = provider("good")
    registry = registry_of(monkeypatch, Point("many", plugin(provider("hunter"), good, provider("good"))))
    assert registry.get("good") is good
    assert ["exists already" in problem for problem in registry.problems] == [True, True]


@pytest.mark.parametrize(("operation", "field"), [("Read Tea", "answer"), (7, "answer"), ("read_tea", "omen")])
def test_an_operation_that_is_no_word(operation: Any, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = plugin(provider("gadget"))
    loaded.leadenrich_operations = lambda register: register(operation, field)
    registry = registry_of(monkeypatch, Point("gadget", loaded))
    assert "gadget" not in registry.ids()
    assert operation not in registry.operations


async def test_where_a_user_sees_why_a_plugin_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = registry_of(monkeypatch, Point("acme", plugin(provider("acme", base_url="http://api.acme.example"))))
    for place in ("leadenrich.catalogue", "leadenrich.engine.session", "leadenrich.engine.credentials"):
        monkeypatch.setattr(f"{place}.registry", registry, raising=False)
    listed = le.providers()
    assert len(listed) == len(registry.builtin_ids())
    (problem,) = listed.problems
    assert "plain http" in problem
    assert repr(listed).startswith(problem)
    with pytest.raises(le.ProviderNotFoundError, match=r"plugin 'acme'.* plain http"):
        registry.get("acme")
    async with le.Session.sandbox() as session:
        assert await session.check()


@pytest.mark.parametrize("declared", [{"needs": "email"}, {"needs": ["email"]}, {"uses": "limit"}, {"gives": "email"}])
def test_a_text_where_a_list_of_words_belongs_is_refused_where_it_is_declared(declared: dict[str, Any]) -> None:
    with pytest.raises(le.ConfigurationError, match="is text; write lists"):
        le.operation("find_email", **{"needs": [("email",)], **declared})


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
    assert [info.id for info in le.providers("hunter", "apollo")] == ["hunter", "apollo"]
    with pytest.raises(le.ProviderNotFoundError, match="did you mean 'hunter'"):
        le.providers("huntr")


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


def test_what_is_paid_by_the_token_is_told_by_the_million() -> None:
    claude = le.features("anthropic")
    told = costs(claude["generate"], claude.info)
    assert told == "$1.00 a million input tokens, $5.00 a million output tokens (claude-haiku-4-5)"
    assert costs(claude["research"], claude.info) == f"{told}, $0.01 a credit (searches)"
    assert "a million batch output tokens" in costs(claude["batch-generate"], claude.info)
    assert costs(claude["generate"]) == "not documented"
    assert "$1.00 a million input tokens" in repr(claude)
    mistral = le.features("mistral")
    assert costs(mistral["research"], mistral.info).endswith("(mistral-medium-latest), searches at an unknown price")


@pytest.mark.parametrize("provider", ["anthropic", "brave_search", "gemini", "mistral", "openai", "perplexity"])
def test_language_models_are_priced_by_the_token(provider: str) -> None:
    features = le.features(provider)
    unpriced = [one.operation for one in features if costs(one, features.info) == "not documented"]
    assert unpriced == []
    for price in features.info.prices:
        assert price.by_token == price.pool.endswith("_tokens") == (" tokens (" in str(price))


def test_tokens_and_credits_of_a_cost_are_told_apart() -> None:
    spent = le.Cost(credits={"openai.gpt:input_tokens": Decimal(9), "openai.searches": Decimal(1)})
    assert spent.tokens == {"openai.gpt:input_tokens": Decimal(9)}
    assert spent.plain_credits == {"openai.searches": Decimal(1)}
