"""Enrichment as tools: schemas that models take, answers they can use, money and personal data under control."""

import json
from typing import Any

import pytest

import leadenrich as le
from leadenrich.agents import lint
from leadenrich.registry import registry
from leadenrich.research import Research
from leadenrich.vocabulary import Operation
from leadenrich.wording import meaning

PRICES = {"hunter": "0.034", "findymail": "0.02", "apollo": "0.05"}
FORMATS = ("openai", "anthropic", "gemini", "json")
KEYED = {"hunter": "key-for-tests", "findymail": "key-for-tests", "apollo": "key-for-tests"}
OPERATIONS = [str(one) for one in Operation if one not in ("research", "generate")]


def sandbox(**settings: Any) -> le.Session:
    return le.Session.sandbox(knows="everything", **settings)


def a_person(session: le.Session) -> dict[str, str]:
    world = session.transport.world  # type: ignore[attr-defined]  # the sandbox's own
    person = next(one for one in world.people_of(3) if one.email and one.mobile_phone)
    return {"first_name": person.first_name, "last_name": person.last_name, "company_domain": person.company_domain}


def question() -> Research:
    return Research("Does {company_name} sell to hospitals?", ["openai"], answer={"sells_to": str}, read=["tavily"])


@pytest.mark.parametrize("form", FORMATS)
async def test_every_operation_is_a_tool_that_no_api_refuses(form: Any) -> None:
    async with sandbox() as session:
        made = le.tools(session, [*OPERATIONS, question(), le.recipes.work_email()][:-1], format=form)
    assert len(made) == len(OPERATIONS) + 2
    for tool in made:
        assert lint(tool, form) == []
        schema = tool.get("input_schema") or tool["parameters"]
        assert not {"anyOf", "oneOf", "allOf"} & set(schema)
        assert all(part["description"] for part in schema["properties"].values())
    size = len(json.dumps(list(made))) / 4
    assert size < 9_000  # tokens of all operations together, roughly; a handful is what an agent gets


def test_each_form_is_what_its_api_documents() -> None:
    session = le.Session(KEYED)
    openai, anthropic, gemini, plain = (le.tools(session, ["find_email"], format=form)[0] for form in FORMATS)
    assert (openai["type"], openai["strict"], openai["parameters"]["additionalProperties"]) == ("function", True, False)
    assert openai["parameters"]["required"] == list(openai["parameters"]["properties"])
    assert openai["parameters"]["properties"]["company_domain"]["type"] == ["string", "null"]
    assert set(anthropic) == {"name", "description", "input_schema"}
    assert "additionalProperties" not in gemini["parameters"]
    assert plain["parameters"]["properties"]["company_domain"] == {
        "type": "string",
        "description": meaning("company_domain"),
    }


@pytest.mark.parametrize(
    ("form", "tool", "why"),
    [
        ("anthropic", {"name": "x", "description": "d", "input_schema": {"type": "object", "anyOf": []}}, "anyOf"),
        ("openai", {"name": "a b", "description": "d", "parameters": {"type": "object"}}, "letters, digits"),
        ("openai", {"name": "a", "description": "", "parameters": {"type": "object"}}, "no description"),
        ("openai", {"name": "a", "description": "d" * 2000, "parameters": {"type": "object"}}, "are taken"),
        ("json", {"name": "a", "description": "d", "parameters": {"type": "string"}}, "no object"),
        ("json", {"name": "a", "description": "d", "parameters": {"type": "object", "required": ["x"]}}, "requires x"),
        (
            "openai",
            {
                "name": "a",
                "description": "d",
                "strict": True,
                "parameters": {"type": "object", "properties": {"x": {}}},
            },
            "requires every property",
        ),
        (
            "gemini",
            {
                "name": "a",
                "description": "d",
                "parameters": {"type": "object", "properties": {"1x": {"type": ["string", "null"], "minLength": 1}}},
            },
            "several types",
        ),
        (
            "gemini",
            {
                "name": "1",
                "description": "d",
                "parameters": {
                    "type": "object",
                    "properties": {"x": {"type": "integer", "enum": [1]}, "y": {"type": "array"}},
                },
            },
            "enum and is no string",
        ),
    ],
)
def test_what_apis_refuse_is_found_before_it_is_sent(form: Any, tool: dict[str, Any], why: str) -> None:
    assert any(why in problem for problem in lint(tool, form))


def test_every_features_own_schema_is_flat_and_described() -> None:
    for info in registry.infos():
        for feature in info.features:
            schema = feature.parameters
            assert not {"anyOf", "oneOf", "allOf"} & set(schema), feature.id
            assert all(part.get("description") for part in schema["properties"].values()), feature.id
            if len(feature.needs) > 1:
                assert " + ".join(feature.needs[0]) in schema["description"]


@pytest.mark.parametrize("as_text", [True, False])
async def test_a_call_answers_in_compact_sourced_json(as_text: bool) -> None:
    async with sandbox() as session:
        made = le.tools(session, ["find_email"])
        arguments: Any = a_person(session)
        answer = await made.call("find_email", json.dumps(arguments) if as_text else {**arguments, "email": None})
    assert (answer["status"], set(answer)) == ("complete", {"status", "found", "usd"})
    found = answer["found"]["email"]
    assert found["value"].endswith(arguments["company_domain"])
    assert found["source"] in registry.ids()
    assert set(answer["found"]) == {"email"}
    assert json.loads(str(answer)) == answer
    assert ": " not in str(answer)


@pytest.mark.parametrize(
    ("name", "arguments", "code", "words"),
    [
        ("find_emial", {}, "UNKNOWN_TOOL", "did you mean find_email?"),
        ("find_email", {"company_domian": "x.example"}, "ARGUMENTS_INVALID", "did you mean company_domain?"),
        ("find_email", {"first_name": "Mira"}, "ARGUMENTS_INVALID", "it needs "),
        (
            "find_email",
            {"first_name": 3, "last_name": "O"},
            "ARGUMENTS_INVALID",
            "first_name is a whole number, not text",
        ),
        ("find_email", "{", "ARGUMENTS_INVALID", "not JSON"),
        ("find_email", "[]", "ARGUMENTS_INVALID", "not an object"),
        ("find_email", None, "ARGUMENTS_INVALID", "it needs "),
        ("estimate_cost", {"tool": "x", "records": 1}, "ARGUMENTS_INVALID", 'tool is none of "find_email"'),
    ],
)
async def test_a_wrong_call_comes_back_as_an_answer_the_model_can_mend(
    name: str, arguments: Any, code: str, words: str
) -> None:
    async with sandbox() as session:
        answer = await le.tools(session, ["find_email"]).call(name, arguments)
        assert session.transport.books == {}  # type: ignore[attr-defined]  # the sandbox's own
    assert answer["error"]["code"] == code
    assert words in answer["error"]["message"]


async def test_values_stay_out_of_what_is_wrong() -> None:
    async with sandbox() as session:
        answer = await le.tools(session, ["verify_email"]).call("verify_email", {"email": ["mira@x.example"]})
    assert "mira" not in str(answer)


async def test_the_price_stands_in_the_description_and_can_be_asked_for_first() -> None:
    session = le.Session(KEYED, prices=PRICES, budget=le.Budget(usd=5))
    made = le.tools(session, ["find_email"], max_usd_per_call="0.05")
    assert "A call costs about $0.0" in made[0]["description"]
    assert "at most $0.05." in made[0]["description"]
    plan = await made.call("estimate_cost", {"tool": "find_email", "records": 100})
    assert 0 < plan["expected_usd"] < plan["at_most_usd"] == 5
    assert plan["left_usd"] == 5
    assert "estimate_cost" not in le.tools(session, ["find_email"], plan=False).names


async def test_a_call_never_spends_more_than_its_ceiling_nor_the_session_more_than_its_budget() -> None:
    keys = dict.fromkeys(KEYED, "sandbox")
    async with sandbox(credentials=keys, prices=PRICES, budget=le.Budget(usd="0.05")) as session:
        person = a_person(session)
        dear = await le.tools(session, ["find_email"], max_usd_per_call="0.001").call("find_email", person)
        assert (dear["status"], dear["found"], dear["usd"]) == ("skipped", {}, 0)
        made = le.tools(session, ["find_email"], max_usd_per_call="0.05")
        for _ in range(4):
            await made.call("find_email", person)
        assert session.budget is not None
        assert session.budget.spent["usd"] <= session.budget.limits["usd"]


async def test_a_price_that_is_not_known_is_an_answer_where_a_ceiling_is_set() -> None:
    waterfall = le.Waterfall("find_email", ["contactout"])
    async with sandbox() as session:
        made = le.tools(session, [waterfall], max_usd_per_call=1)
        assert "What a call costs is not known; at most $1." in made[0]["description"]
        answer = await made.call("find_email", a_person(session))
    assert answer["error"]["code"] == "CONFIGURATION_INVALID"
    assert "prices=" in answer["error"]["message"]


@pytest.mark.parametrize("asynchronous", [True, False])
@pytest.mark.parametrize("said", [True, False])
async def test_a_dear_call_is_confirmed_first(said: bool, asynchronous: bool) -> None:
    asked = []

    def confirm(name: str, arguments: Any, usd: Any) -> bool:
        asked.append((name, sorted(arguments), usd))
        return said

    async def later(name: str, arguments: Any, usd: Any) -> bool:
        return confirm(name, arguments, usd)

    async with sandbox() as session:
        person = a_person(session)
        settings: Any = {"confirm": later if asynchronous else confirm, "confirm_above": "0.0001"}
        made = le.tools(session, ["find_email", "find_domain"], **settings)
        answer = await made.call("find_email", person)
        assert ("found" in answer) is said
        if not said:
            assert answer["error"]["code"] == "DECLINED"
            assert session.transport.books == {}  # type: ignore[attr-defined]  # the sandbox's own
        assert asked[0][:2] == ("find_email", sorted(person))
        silent = await le.tools(session, ["find_email"], confirm_above=0).call("find_email", person)
        assert silent["error"]["code"] == "CONFIRMATION_NEEDED"


async def test_waterfalls_chains_and_questions_are_tools_too() -> None:
    chain = le.Chain([le.Waterfall("find_domain", ["serper"]), question()], fields=["company_domain", "sells_to"])
    async with sandbox() as session:
        company = session.transport.world.company(7)  # type: ignore[attr-defined]  # as above
        made = le.tools(session, [("domain_of", le.Waterfall("find_domain", ["serper"])), question(), ("about", chain)])
        assert made.names == ["domain_of", "answer_sells_to", "about", "estimate_cost"]
        about = made[2]["parameters"]["properties"]
        assert "company_name" in about
        assert "company_domain" not in about  # the chain finds it
        answer = await made.call("about", {"company_name": company.company_name})
        assert answer["status"] == "complete"
        assert answer["found"]["sells_to"]["citations"][0]["url"]
        told = await made.call("estimate_cost", {"tool": "about", "records": 3})
    assert told["records"] == 3


async def test_a_tool_answers_only_with_what_it_was_made_for_and_personal_data_only_by_name() -> None:
    async with sandbox() as session:
        person = a_person(session)
        made = le.tools(session, ["enrich_person", "find_phone", "find_personal_email"])
        about = await made.call("enrich_person", person)
        assert not {"mobile_phone", "personal_email"} & set(about["found"])
        assert set((await made.call("find_phone", person))["found"]) <= {"mobile_phone"}


async def test_suppression_and_allow_hold_for_tools() -> None:
    async with sandbox() as session:
        person = a_person(session)
    blocked = le.Suppression([person["company_domain"]])
    async with sandbox(suppression=blocked, allow=lambda info: info.id in ("hunter", "findymail")) as session:
        made = le.tools(session, ["find_email"])
        answer = await made.call("find_email", person)
        assert (answer["status"], answer["found"]) == ("skipped", {})
        assert "suppressed" in answer["reason"]
        assert session.transport.books == {}  # type: ignore[attr-defined]  # the sandbox's own
        with pytest.raises(le.ConfigurationError, match="no provider you have a key for"):
            le.tools(session, ["check_dnc"])


@pytest.mark.parametrize(
    ("items", "settings", "words"),
    [
        (["find_emial"], {}, "did you mean 'find_email'"),
        (["research"], {}, "wants a question"),
        ([3], {}, "a tool is made of"),
        ([], {}, "items is empty"),
        ("find_email", {}, "items is a list"),
        (["find_email", "find_email"], {}, "two tools are called"),
        (["find_email"], {"format": "claude"}, "format"),
        (["find_email"], {"max_usd_per_call": "much"}, "max_usd_per_call"),
        (["find_email"], {"confirm": 3}, "confirm"),
        ([("a b", le.Waterfall("find_email", ["hunter"]))], {}, "would be refused"),
    ],
)
def test_what_makes_no_tools_is_told(items: Any, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(le.LeadEnrichError, match=words):
        le.tools(le.Session(KEYED), items, **settings)


async def test_no_key_and_no_raw_reply_is_in_an_answer() -> None:
    async with sandbox() as session:
        made = le.tools(session, ["find_email", "enrich_company"])
        answer = await made.call("enrich_company", {"company_domain": a_person(session)["company_domain"]})
    assert '"sandbox"' not in str({**answer, "found": {}})
    assert all(
        set(one) <= {"value", "source", "confidence", "observed", "flags", "citations"}
        for one in answer["found"].values()
    )
