"""The example plugin, installed as a user would: in an environment that holds nothing else of ours."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "examples" / "third_party_plugin"

USE_IT = """
import asyncio, json, sys
import httpx
import leadenrich as le

assert le.__file__.startswith(sys.prefix), le.__file__
assert "acme" in [info.id for info in le.providers(category="email_contact")]

def answer(request):
    assert request.headers["X-Acme-Key"] == "a-key"
    assert request.url.path == "/v1/people/email"
    person = {"email": "IDA@example.com", "score": 97, "state": "deliverable"}
    return httpx.Response(200, json={"person": person})

async def main():
    session = le.Session(credentials={"acme": "a-key"}, transport=httpx.MockTransport(answer))
    async with session:
        waterfall = le.Waterfall("find_email", ["acme"])
        row, = await waterfall.run([{"full_name": "Ida Example", "company_domain": "example.com"}], session=session)
    print(json.dumps([row.status, row["email"], row.values["email"].provider]))

asyncio.run(main())
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Runs a command away from this test's own import path; its output is in the failure."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "COV"))}
    arguments = [str(part) for part in command]
    done = subprocess.run(arguments, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the two wheels installed; third-party dependencies are lent by this one, unresolved."""
    home = tmp_path_factory.mktemp("plugin")
    wheels = home / "wheels"
    for project in (ROOT, PLUGIN):
        run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", wheels, cwd=project)
    venv.create(home / "env", with_pip=False)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = home / "env" / scripts / Path(sys.executable).name
    offline = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", python, "install", *offline, *wheels.glob("*.whl"), cwd=home)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip())
    # A .pth line adds the folder alone: the editable install that may lie in it stays unseen.
    (site / "lent.pth").write_text("\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}))
    return python


def test_the_installed_plugin_is_a_provider_like_any_other(python: Path, tmp_path: Path) -> None:
    assert run(python, "-c", USE_IT, cwd=tmp_path).strip() == '["complete", "ida@example.com", "acme"]'


def test_the_plugins_own_tests_pass(python: Path, tmp_path: Path) -> None:
    ini = PLUGIN / "pyproject.toml"
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ini, "--rootdir", tmp_path, PLUGIN / "tests")
    assert " passed" in run(python, *command, cwd=tmp_path)
