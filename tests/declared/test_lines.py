"""An error of a declared provider names the line its key stands on, in each of the three formats."""

import pytest

from leadenrich.declared.lines import line_of, lines_of

TOML = '''# needs = "a comment"
id = "x"  # [[rates]]
text = """
needs = [1]
"""
rates = [
    {limit = 1, per = 1},
    {limit = 0, per = 1},  # the second
]

[operations.find_email]
credits = 1
fields = {email = "a.b", "title" = {path = "needs"}}

[[prices]]
usd = 1
[[prices]]
usd = -1
[operations."x.y"]
needs = [["a"], ["b",
  "c"]]
request.path = "/x"
'''
JSON = """{
  "id": "needs",
  "rates": [{"limit": 1},
            {"limit": 0}],
  "operations": {
    "a": {"needs": [["x"]]},
    "b": {
      "needs": []
    }
  }
}"""
YAML = """
id: needs
rates:
  - limit: 1
  - limit: 0
operations:
  a: {needs: [[x]]}
  b:
    needs: []
"""


@pytest.mark.parametrize(
    ("text", "kind", "keys", "line"),
    [
        (TOML, ".toml", "rates 1 limit", 8),
        (TOML, ".toml", "operations find_email credits", 12),
        (TOML, ".toml", "operations find_email fields title path", 13),
        (TOML, ".toml", "operations find_email fields FieldSpec", 13),
        (TOML, ".toml", "prices 1 usd", 18),
        (TOML, ".toml", "operations x.y needs 1 1", 21),
        (TOML, ".toml", "operations x.y request path", 22),
        (TOML, ".toml", "operations x.y confidence", 19),
        (JSON, ".json", "rates 1 limit", 4),
        (JSON, ".json", "operations b needs", 8),
        (YAML, ".yaml", "rates 1 limit", 5),
        (YAML, ".yml", "operations b needs", 9),
        (YAML, ".yml", "nothing", None),
    ],
)
def test_the_line_of_a_key(text: str, kind: str, keys: str, line: int | None) -> None:
    assert line_of(lines_of(text, kind), keys.split()) == line


@pytest.mark.parametrize("text", ["", "a", "a = [", "[", "[[", '"', "a = {b", "= =\n]"])
def test_a_file_that_is_none_ends_too(text: str) -> None:
    assert isinstance(lines_of(text, ".toml"), dict)
    assert isinstance(lines_of(text, ".json"), dict)
