"""`python -m leadenrich.testing new acme`: a plugin whose tests pass, and the fixtures that plugins are tested with."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.registry import registry
from leadenrich.testing.__main__ import main
from leadenrich.testing.fixtures import RoutedVendor
from leadenrich.testing.new_plugin import new_plugin

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "third_party_plugin"
pytest_plugins = ["leadenrich.testing.fixtures"]


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


def test_the_example_plugin_is_what_the_command_makes(tmp_path: Path) -> None:
    made = tree(new_plugin("acme", tmp_path))
    assert made == {name: text for name, text in tree(EXAMPLE).items() if not name.startswith(("dist", "."))}


def test_the_plugin_of_another_vendor_passes_its_tests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "north_wind", "--into", str(tmp_path), "--title", "NorthWind.io"]) == 0
    folder = tmp_path / "leadenrich-north-wind"
    assert str(folder) in capsys.readouterr().out
    texts = tree(folder)
    assert set(texts) >= {"src/leadenrich_north_wind/__init__.py", "tests/north_wind.yaml", "tests/test_north_wind.py"}
    assert not any("@@" in text or "cme" in text for text in texts.values())
    assert 'title="NorthWind.io"' in texts["src/leadenrich_north_wind/__init__.py"]
    # Installed by its metadata alone: what an editable install leaves on the path.
    meta = tmp_path / "path" / "leadenrich_north_wind-0.1.0.dist-info"
    meta.mkdir(parents=True)
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: leadenrich-north-wind\nVersion: 0.1.0\n")
    (meta / "entry_points.txt").write_text("[leadenrich]\nnorth_wind = leadenrich_north_wind\n")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "COV"))}
    clean["PYTHONPATH"] = os.pathsep.join(map(str, (folder / "src", meta.parent, ROOT)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", "tests"]
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


@pytest.mark.parametrize(
    ("id", "why"),
    [("Acme", "lower_snake"), ("a-b", "lower_snake"), ("acme_", "lower_snake"), ("hunter", "exists already")],
)
def test_an_id_that_cannot_be(id: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", id, "--into", str(tmp_path)]) == 2
    assert why in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    new_plugin("acme", tmp_path)
    with pytest.raises(le.ConfigurationError, match="exists already"):
        new_plugin("acme", tmp_path)


# ---- the fixtures


class Routed(le.HTTPProvider):
    """A provider for tests."""

    info = le.ProviderInfo(
        id="routed",
        title="Routed",
        category=le.Category.EMAIL_CONTACT,
        tier=le.Tier.FREE,
        base_url="https://api.routed.example/v1",
        docs_url="https://docs.routed.example",
        auth=le.HeaderKey("X-Key"),
    )

    @le.operation("find_email", needs=[("full_name",)], gives=("email",), credits=1)
    def find_email(self, query: le.Query) -> le.Flow:
        """Find a work e-mail."""
        reply = yield le.Request("GET", "/people", params={"name": query.full_name})
        return le.Hit(email=reply.get("email")) if reply.get("email") else le.Miss()


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    registry.plugins().pop("routed", None)
    registry._loaded.pop("routed", None)


async def test_the_sandbox_fixture_is_an_open_session(sandbox: le.Session, sandbox_session: le.Session) -> None:
    assert sandbox is sandbox_session
    assert sandbox.is_open
    assert await sandbox.check("hunter") is True


async def test_a_vendor_of_routes(vendor_router: Callable[..., RoutedVendor]) -> None:
    vendor = vendor_router(Routed)
    route = vendor.router.get("/people", params={"name": "Ida Example"}).respond(
        json={"email": "IDA@brightloom.example"}
    )
    async with vendor.session as session:
        hit = await session.call("routed", "find_email", {"full_name": "Ida Example"})
        assert hit.get("email") == "ida@brightloom.example"
        assert route.calls.last.request.headers["x-key"] == "test-api_key"
        with pytest.raises(le.ProviderError):
            await session.call("routed", "find_email", {"full_name": "Nobody Known"})
    own = vendor_router("routed", {"api_key": "mine"})
    own.router.get("/people").respond(json={})
    async with own.session as session:
        assert not await session.call("routed", "find_email", {"full_name": "Ida Example"})
    assert own.router.calls.last.request.headers["x-key"] == "mine"


async def test_a_failing_conformance_names_all_gaps_at_once(conformance: Any) -> None:
    await conformance(Routed)
    registry.plugins().pop("routed")
    registry._loaded.pop("routed", None)

    class Broken(Routed):
        """A provider with two faults."""

        info = le.ProviderInfo(
            **{**{name: getattr(Routed.info, name) for name in Routed.info.__slots__}, "docs_url": None}
        )

        @le.operation("find_email", needs=[("full_name",)], gives=("email",), credits=1)
        def find_email(self, query: le.Query) -> le.Flow:
            """Find a work e-mail."""
            yield le.Request("GET", "https://elsewhere.example/people")
            return le.Miss()

    with pytest.raises(AssertionError) as caught:
        await conformance(Broken)
    assert "docs_url None is no https link" in str(caught.value)
    assert "elsewhere.example is not among `hosts`" in str(caught.value)
