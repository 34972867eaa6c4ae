"""Every Python block of the README and the docs runs, page by page, offline; README, CI and pre-commit stay in step."""

import ast
import asyncio
import copy
import inspect
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadenrich.registry import registry

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^(?P<indent>[ ]*)```python[^\n]*\n(?P<code>.*?)^(?P=indent)```[ ]*$", re.DOTALL | re.MULTILINE)


def python_blocks(page: Path) -> Iterator[tuple[int, str]]:
    """Yields (line number of the first line, code) of every ```python block, indented ones included."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield text.count("\n", 0, match.start("code")) + 1, inspect.cleandoc("\n" + match["code"])


def pages_with_code() -> list[Path]:
    return [page for page in PAGES if next(python_blocks(page), None)]


@pytest.mark.filterwarnings("ignore::leadenrich.records.TableWarning")  # the example file has odd rows on purpose
@pytest.mark.parametrize("page", pages_with_code(), ids=lambda page: str(page.relative_to(ROOT)))
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One namespace a page, in a folder that holds `examples/leads.csv`; top-level await works as in a notebook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "leads.csv", tmp_path / "examples")
    # A page may register a provider of its own; it is gone when the page ends.
    for name in ("_plugins", "_loaded", "operations"):
        monkeypatch.setattr(registry, name, copy.copy(getattr(registry, name)))
    namespace: dict[str, object] = {"__name__": "__main__"}
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    with asyncio.Runner() as runner:
        for line, code in python_blocks(page):
            # Blank lines in front make a traceback name the line of the page.
            compiled = compile("\n" * (line - 1) + code, str(page), "exec", flags=flags, dont_inherit=True)
            if compiled.co_flags & inspect.CO_COROUTINE:
                runner.run(eval(compiled, namespace))
            else:
                exec(compiled, namespace)


def test_readme_has_exactly_the_two_commands() -> None:
    """`.ci/run` runs whatever the README says, so here only what the README must say is held."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^```bash\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert [command.count("\n") for command in commands] == [1, 1]
    job, tests = commands
    assert "examples/quickstart.py" in job
    assert "-m pytest" in tests
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_check_runs_in_ci_and_before_a_commit() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    for check in ("ruff check", "ruff format", "mypy", "mkdocs build"):
        assert check in ci
        assert check in hooks


def test_changelog_speaks_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{version}]" in changelog
    assert "### Providers" in changelog


def test_internal_links_of_readme_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
