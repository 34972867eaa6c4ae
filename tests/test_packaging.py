"""What is shipped: one pure wheel that holds the package, its types and the suite for plugin authors, and no tests."""

import ast
import email
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as the build backend makes it, built in this environment without a network."""
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = target.glob("*.whl")
    return zipfile.ZipFile(path)


def test_wheel_is_pure_python(wheel: zipfile.ZipFile) -> None:
    assert Path(str(wheel.filename)).name == f"leadenrich-{PROJECT['version']}-py3-none-any.whl"


def test_wheel_holds_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {name.split("/")[0] for name in names} == {"leadenrich", f"leadenrich-{PROJECT['version']}.dist-info"}
    assert "leadenrich/py.typed" in names
    assert any(name.startswith("leadenrich/testing/") for name in names)
    assert not [name for name in names if Path(name).name.startswith(("test_", "conftest"))]


def test_wheel_holds_every_module_and_data_file_of_the_tree(wheel: zipfile.ZipFile) -> None:
    files = (path for path in (ROOT / "leadenrich").rglob("*") if path.is_file() and path.suffix != ".pyc")
    tree = {path.relative_to(ROOT).as_posix() for path in files}
    assert tree <= set(wheel.namelist())


def test_metadata_says_what_pyproject_says(wheel: zipfile.ZipFile) -> None:
    (name,) = [name for name in wheel.namelist() if name.endswith("dist-info/METADATA")]
    metadata = email.message_from_bytes(wheel.read(name))
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    plain = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert sorted(plain) == sorted(PROJECT["dependencies"])
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_extra_all_leaves_out_only_the_cluster_runtime_and_the_tools_of_authors() -> None:
    extras = PROJECT["optional-dependencies"]
    (everything,) = extras["all"]
    named = everything.removeprefix("leadenrich[").removesuffix("]").split(",")
    assert sorted(named) == sorted(set(extras) - {"all", "ray", "testing"})


def named(requirements: list[str]) -> set[str]:
    """The distributions that requirements name, extras of this package itself left out."""
    names = {re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-") for requirement in requirements}
    return names - {"leadenrich"}


def test_what_is_imported_is_what_is_declared() -> None:
    """No import of a package that only happens to be there, no dependency that nothing uses."""
    imported: set[str] = set()
    for path in (ROOT / "leadenrich").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add(str(node.module).partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"leadenrich"}
    homes = packages_distributions()  # a namespace such as opentelemetry has several
    used = {module: named(homes.get(module, [module])) for module in foreign}
    extras = named([line for lines in PROJECT["optional-dependencies"].values() for line in lines])
    always = named(PROJECT["dependencies"])
    assert [module for module, owners in used.items() if not owners & (always | extras)] == [], "not declared"
    assert always - set().union(*used.values()) == set(), "declared, not imported"
