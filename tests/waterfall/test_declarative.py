"""Waterfalls and chains as files, and the ready-made ones."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadenrich.waterfall.files as declarative
from leadenrich import recipes
from leadenrich.engine.session import Session
from leadenrich.errors import FeatureNotSupportedError, ProviderNotFoundError, WaterfallError
from leadenrich.waterfall import Chain, Step, Waterfall
from leadenrich.waterfall.toml import to_toml
from tests.waterfall.fakes import registered

TOML = """
# the guide's waterfall, and more
operation = "find_email"
max_providers = 3
quality_threshold = 85
catch_all = "reject"
steps = [
  "local",
  { provider = "alpha", timeout = 5, retries = 2 },
  { provider = "beta", operation = "enrich_person", where = { country = ["DE", "AT"] } },
  { provider = "gamma", options = { seniority = "director" } },
]
verify = ["vera", { provider = "vito", timeout = 3.5 }]

[patterns]
"brightloom.example" = "{first}.{last}"

[where]
company_domain = true
"""


def same(a: Waterfall, b: Waterfall) -> bool:
    return a.to_dict() == b.to_dict()


def test_a_waterfall_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "email.toml"
    path.write_text(TOML, encoding="utf-8")
    waterfall = Waterfall.load(path)
    assert waterfall.operation == "find_email"
    assert waterfall.steps[1] == Step("alpha", timeout=5, retries=2)
    assert waterfall.steps[2].operation == "enrich_person"
    assert (waterfall.max_providers, waterfall.quality_threshold, waterfall.catch_all) == (3, 85, "reject")
    assert [check.operation for check in waterfall.checks] == ["verify_email"]
    assert waterfall.rules.condition is not None
    for name in ("again.toml", "again.json"):
        waterfall.dump(tmp_path / name)
        assert same(Waterfall.load(tmp_path / name), waterfall)


def test_a_chain_to_and_fro(tmp_path: Path) -> None:
    verify = Waterfall("verify_email", ["vera"], max_providers=1)
    chain = Chain(
        [
            Waterfall("find_domain", ["alpha"], where={"company_domain": False}),
            Waterfall("find_email", ["alpha"], verify=verify),
            Waterfall("find_phone", ["alpha", "vera.check_dnc"], verify=["vera"]),
        ],
        inputs=["full_name", "company_name"],
        fields=["email"],
        region="AT",
    )
    for name in ("chain.toml", "chain.json"):
        chain.dump(tmp_path / name)
        again = Chain.load(tmp_path / name)
        assert again.to_dict() == chain.to_dict()
        assert again.levels == chain.levels
        assert [check.operation for check in again.waterfalls[2].checks] == ["verify_phone", "check_dnc"]


@pytest.mark.parametrize(
    ("old", "new", "error", "text"),
    [
        ("max_providers = 3", "max_provider = 3", WaterfallError, r"^email\.toml, line 4: .*'max_providers'"),
        ("timeout = 5", "timout = 5", WaterfallError, r"line 9: no setting 'timout'; did you mean 'timeout'"),
        ('"alpha"', '"alhpa"', ProviderNotFoundError, r"line 9: no provider 'alhpa'; did you mean 'alpha'"),
        ('"find_email"', '"find_emial"', FeatureNotSupportedError, r"line 3: .*did you mean 'find_email'"),
        ("seniority", "senority", WaterfallError, r"line 11: .*did you mean 'seniority'"),
        ('"reject"', '"rejct"', WaterfallError, r"line 6: catch_all: .*'rejct'; did you mean 'reject'"),
        ("= 85", '= "high"', WaterfallError, r"line 5: quality_threshold: .*not 'high'"),
        ("= 85", "= 185", WaterfallError, r"line 5: quality_threshold: .*not 185"),
        ("company_domain = true", "compny_domain = true", WaterfallError, r"line 19: .*did you mean 'company_domain'"),
        ("steps = [", "steps = [[", WaterfallError, r"^email\.toml: it is no TOML: .*line"),
        ('"{first}.{last}"', '"{fist}"', WaterfallError, r"line 16: no address pattern"),
    ],
)
def test_errors_name_file_line_and_the_nearest_word(
    tmp_path: Path, old: str, new: str, error: type[Exception], text: str
) -> None:
    path = tmp_path / "email.toml"
    assert old in TOML
    path.write_text(TOML.replace(old, new), encoding="utf-8")
    with pytest.raises(error, match=text):
        Waterfall.load(path)


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    (tmp_path / "x.yaml").write_text("", encoding="utf-8")
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    for name, text in (
        ("x.json", "no JSON: .*line 1"),
        ("x.yaml", r"\.toml or \.json"),
        ("none.toml", "cannot be read"),
        ("list.json", "the file"),
    ):
        with pytest.raises(WaterfallError, match=text):
            Waterfall.load(tmp_path / name)
    with pytest.raises(WaterfallError, match=r"\.toml or \.json"):
        Waterfall("find_email", ["alpha"]).dump(tmp_path / "x.yaml")


@pytest.mark.parametrize(
    "waterfall",
    [
        lambda: Waterfall("find_email", ["alpha"], accept=lambda hit: True),
        lambda: Waterfall("find_email", ["alpha"], where=lambda fields: True),
        lambda: Waterfall("find_email", [Step("alpha", where=lambda fields: True)]),
        lambda: Waterfall("find_email", ["alpha"], order=lambda steps, state: 0),
    ],
)
def test_functions_do_not_fit_into_files(waterfall: Any, tmp_path: Path) -> None:
    with pytest.raises(WaterfallError, match="is a function"):
        waterfall().dump(tmp_path / "x.toml")


@pytest.mark.parametrize("of", ["waterfall", "chain"])
def test_the_published_schema_is_the_one_in_force(of: Any) -> None:
    path = Path(declarative.__file__).with_name(f"{of}.schema.json")
    assert json.loads(path.read_text(encoding="utf-8")) == declarative.schema(of)


def test_every_setting_can_stand_in_a_file() -> None:
    import inspect

    # `stats` have a file of their own.
    settings = set(inspect.signature(Waterfall.__init__).parameters) - {"self", "accept", "stats"}
    assert settings == set(declarative.WaterfallFile.model_fields)


texts = st.text(max_size=12)
scalars = st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)


@given(st.dictionaries(texts, values, max_size=4))
def test_what_is_written_as_toml_reads_back(plain: dict[str, Any]) -> None:
    import tomllib

    plain.pop("waterfalls", None)
    assert tomllib.loads(to_toml(plain)) == plain


def test_none_cannot_be_written_as_toml() -> None:
    with pytest.raises(WaterfallError, match="cannot be written as TOML"):
        to_toml({"a": None})


@given(
    max_providers=st.none() | st.integers(1, 9),
    threshold=st.none() | st.integers(2, 100),  # up to 1 it warns: the scale is 0 to 100
    merge=st.sampled_from(["first", "best"]),
    catch_all=st.sampled_from(["keep", "reject", "agree"]),
    timeout=st.none() | st.floats(0.1, 99),
    country=st.none() | st.lists(st.sampled_from(["DE", "AT"]), min_size=1),
)
def test_any_waterfall_survives_its_file(
    max_providers: Any, threshold: Any, merge: Any, catch_all: Any, timeout: Any, country: Any
) -> None:
    import tempfile

    with registered(), tempfile.TemporaryDirectory() as folder:
        where = None if country is None else {"country": country}
        waterfall = Waterfall(
            "find_email",
            ["alpha", Step("beta", timeout=timeout, where=where)],
            max_providers=max_providers,
            quality_threshold=threshold,
            merge=merge,
            catch_all=catch_all,
        )
        for name in ("x.toml", "x.json"):
            waterfall.dump(Path(folder) / name)
            assert same(Waterfall.load(Path(folder) / name), waterfall)


@pytest.mark.parametrize("name", recipes.RECIPES)
async def test_recipes_run_on_the_sandbox(name: str) -> None:
    recipe = recipes.get(name)
    async with Session.sandbox(seed=0) as session:
        world = session.transport.world  # type: ignore[attr-defined]  # the sandbox's own transport
        records = _leads(world)
        rows = await recipe.run(records, session=session)
    assert len(rows) == len(records)
    assert any(row.status in ("complete", "partial") for row in rows)


def _leads(world: Any) -> list[dict[str, Any]]:
    return [
        {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "company_name": person.company.company_name,
            "company_domain": person.company.company_domain,
        }
        for person in islice(world.people, 0, 200, 8)
    ]


def test_recipes_take_other_settings() -> None:
    mine = recipes.verified_email(steps=["hunter"], max_providers=1, verify=["zerobounce"])
    assert [step.provider for step in mine.steps] == ["hunter"]
    assert (mine.max_providers, mine.catch_all) == (1, "reject")
    with pytest.raises(WaterfallError, match="did you mean 'work_email'"):
        recipes.get("work_mail")


def test_text_and_plain_data_are_read_as_files_are() -> None:
    """A page that edits a waterfall holds it as data, and hands it over as text."""
    waterfall = recipes.verified_email()
    assert same(Waterfall.loads(waterfall.dumps()), waterfall)
    assert same(Waterfall.from_dict(waterfall.to_dict()), waterfall)
    chain = recipes.lead()
    assert Chain.loads(chain.dumps()).to_dict() == chain.to_dict() == Chain.from_dict(chain.to_dict()).to_dict()


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        ({"operation": "find_email", "step": ["hunter"]}, "step: no setting 'step'; did you mean 'steps'?"),
        ({"operation": "find_email", "steps": []}, "steps: steps: list should have at least 1 item"),
        (
            {"operation": "find_email", "steps": [{"provider": "hunter", "timeout": "soon"}]},
            "steps[0].timeout: timeout: input should be a valid number, not 'soon'",
        ),
        ({"operation": "find_email", "steps": ["huntr"]}, "did you mean 'hunter'?"),
        ({"operation": "find_email", "steps": ["hunter"], "catch_all": "rejct"}, "not 'rejct'; did you mean 'reject'?"),
        (["hunter"], "a mapping of settings, not a list"),
    ],
)
def test_plain_data_that_is_wrong_is_named_by_its_place(plain: Any, told: str) -> None:
    with pytest.raises((WaterfallError, ProviderNotFoundError)) as raised:
        Waterfall.from_dict(plain)
    assert told in str(raised.value)


def test_a_place_in_a_chain() -> None:
    plain = recipes.lead().to_dict()
    plain["waterfalls"][1]["max_providers"] = 0
    with pytest.raises(WaterfallError, match=r"waterfalls\[1\]\.max_providers: max_providers: input should be greater"):
        Chain.from_dict(plain)


def test_text_that_is_wrong_is_named_by_its_line() -> None:
    with pytest.raises(WaterfallError, match=r"the text.toml, line 2: no setting 'verfy'; did you mean 'verify'"):
        Waterfall.loads('operation = "find_email"\nverfy = []\nsteps = ["hunter"]\n')
    with pytest.raises(WaterfallError, match="is a str, not"):
        Waterfall.loads(b"")  # type: ignore[arg-type]


def test_a_chain_is_read_from_a_file_of_one_waterfall(tmp_path: Path) -> None:
    one = Waterfall("find_email", ["alpha"], quality_threshold=80, clean=False, region="AT")
    for name in ("one.toml", "one.json"):
        one.dump(tmp_path / name)
        chain = Chain.load(tmp_path / name)
        assert [each.to_dict() for each in chain.waterfalls] == [one.to_dict()]
        assert (chain.clean, chain.region) == (False, "AT")
    assert Chain.loads(one.dumps()).to_dict() == Chain.from_dict(one.to_dict()).to_dict()
    with pytest.raises(WaterfallError, match=r"line 3: no setting 'timout'; did you mean 'timeout'"):
        Chain.loads('operation = "find_email"\n[[steps]]\ntimout = 5\nprovider = "alpha"\n')
    with pytest.raises(WaterfallError, match=r"^steps\[0\]\.timout: no setting 'timout'"):
        Chain.from_dict({"operation": "find_email", "steps": [{"provider": "alpha", "timout": 5}]})


def test_a_file_of_a_chain_is_no_waterfall_and_the_error_says_what_reads_it(tmp_path: Path) -> None:
    Chain([Waterfall("find_email", ["alpha"])]).dump(tmp_path / "chain.toml")
    with pytest.raises(WaterfallError, match=r"^chain\.toml: it holds a chain .*`Chain`"):
        Waterfall.load(tmp_path / "chain.toml")
    with pytest.raises(WaterfallError, match="it holds a chain"):
        Waterfall.from_dict({"waterfalls": []})
