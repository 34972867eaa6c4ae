"""The notebooks in examples/notebooks run from their first cell to the last, and what a cell returns can be shown."""

import ast
import asyncio
import inspect
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
EXPECTED = {"quickstart", "design_and_cost", "cleaning_and_duplicates", "research", "renewal_report"}


def test_the_notebooks_are_there_and_hold_no_outputs() -> None:
    assert {path.stem for path in NOTEBOOKS} == EXPECTED
    for path in NOTEBOOKS:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(set(ids)) == len(ids)
        assert notebook["cells"][0]["cell_type"] == "markdown"
        assert all(cell["outputs"] == [] for cell in notebook["cells"] if cell["cell_type"] == "code")


def with_result(code: str, name: str) -> Any:
    """Compile a cell as a notebook runs it: top-level await, and the last expression is its result."""
    tree = ast.parse(code, name)
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        target = ast.Name("_result", ast.Store())
        tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
    return compile(ast.fix_missing_locations(tree), name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::leadenrich.records.TableWarning")  # the example file has odd rows on purpose
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_its_results(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "leads.csv", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    shown = 0
    with asyncio.Runner() as runner:
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            if cell["cell_type"] != "code":
                continue
            namespace["_result"] = None
            compiled = with_result("".join(cell["source"]), f"{path.stem}, cell {number}")
            if compiled.co_flags & inspect.CO_COROUTINE:
                runner.run(eval(compiled, namespace))
            else:
                exec(compiled, namespace)
            assert type(namespace["_result"]) is not list  # it would be shown as a wall of text
            if hasattr(namespace["_result"], "_repr_html_"):
                html = namespace["_result"]._repr_html_()
                assert "<table" in html or "<svg" in html or "flow" in html
                assert "<script" not in html
                shown += 1
    assert shown >= 1
