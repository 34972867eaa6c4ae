"""The front door: every public name is there, in the documentation, and costs nothing before it is used."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import leadenrich as le

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
SILENT = {"leadenrich"}  # what `import leadenrich` may load of the package itself


def test_all_is_sorted_and_complete() -> None:
    assert sorted(le.__all__) == le.__all__
    assert set(le.__all__) <= set(dir(le))


@pytest.mark.parametrize("name", le.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(le, name) is not None


def test_types_are_exported_as_they_are_found() -> None:
    """What a type checker sees (the imports under TYPE_CHECKING) is what `le.__all__` names."""
    tree = ast.parse(Path(str(le.__file__)).read_text(encoding="utf-8"))
    guarded = [node for node in tree.body if isinstance(node, ast.If)]
    names = {alias.name for node in ast.walk(guarded[0]) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert names == set(le.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Watrefall"):
        _ = le.Watrefall


@pytest.mark.parametrize("first", ["leadenrich.providers.hunter", "leadenrich.registry", "leadenrich.engine.session"])
def test_providers_lists_whatever_was_imported_first(first: str) -> None:
    code = f"import {first}; import leadenrich as le; print(len(le.providers(operation='find_email')) > 1)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import leadenrich; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if name.partition(".")[0] not in sys.stdlib_module_names}
    assert loaded == SILENT


def test_the_reference_has_every_public_name() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md"))
    lines = set(pages.splitlines())
    on_page_of_errors = {name for name in le.__all__ if name.endswith("Error") or name == "ErrorCode"}
    modules = {"contract", "testing"}
    missing = {name for name in le.__all__ if f"::: leadenrich.{name}" not in lines} - on_page_of_errors - modules
    assert missing == set()


@pytest.mark.parametrize("cls", [le.Session, le.Waterfall, le.Chain, le.Budget, le.FileLedger])
def test_each_parameter_is_documented_by_itself(cls: type) -> None:
    """The reference shows one row a parameter, with its default."""
    _, _, told = (inspect.getdoc(cls) or "").partition("Args:\n")
    named = re.findall(r"^    (\S[^:\n]*):", told.partition("\n\n")[0], re.MULTILINE)
    parameters = [name for name in inspect.signature(cls).parameters if name != "self"]
    assert sorted(named) == sorted(parameters)
