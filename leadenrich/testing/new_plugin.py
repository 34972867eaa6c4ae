"""Makes a plugin to start from: a package with an adapter, its cases, its fake, and tests that pass."""

from __future__ import annotations

import os
import re
from importlib import resources
from pathlib import Path

from leadenrich.contract.facts import WORD
from leadenrich.errors import ConfigurationError
from leadenrich.registry import registry

TEMPLATE = "plugin_template"
FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "src/package/__init__.py": "src/leadenrich_@@id@@/__init__.py",
    "src/package/fake.py": "src/leadenrich_@@id@@/fake.py",
    "src/package/py.typed": "src/leadenrich_@@id@@/py.typed",
    "tests/fixtures.py": "tests/conftest.py",
    "tests/vendor_tests.py": "tests/test_@@id@@.py",
    "tests/vendor.yaml": "tests/@@id@@.yaml",
}
"""Each file of the template, and what it becomes."""


def new_plugin(provider_id: str, into: str | os.PathLike[str] = ".", title: str | None = None) -> Path:
    """Write a plugin for a provider and return its folder.

    Args:
        provider_id: lower_snake; the package is `leadenrich_<id>`.
        into: where the folder `leadenrich-<id>` is made.
        title: as the vendor spells itself; by default made of the id.

    Raises:
        ConfigurationError: the id is no lower_snake word or a built-in provider's, or the folder exists.
    """
    if not WORD.fullmatch(provider_id) or provider_id.endswith("_"):
        raise ConfigurationError(f"an id is a lower_snake word, such as acme, not {provider_id!r}")
    if provider_id in registry.builtin_ids():
        raise ConfigurationError(f"a built-in provider {provider_id!r} exists already")
    parts = [part for part in provider_id.split("_") if part]
    words = {
        "id": provider_id,
        "class": "".join(part.title() for part in parts),
        "title": (title or "").strip().replace('"', "") or " ".join(part.title() for part in parts),
        "dashed": "-".join(parts),
        "header": "-".join(part.title() for part in parts),
        "env": provider_id.upper(),
    }
    folder = Path(into) / f"leadenrich-{words['dashed']}"
    if folder.exists():
        raise ConfigurationError(f"{folder} exists already; give another place, or remove it")
    for source, target in FILES.items():
        text = resources.files(__package__).joinpath(TEMPLATE, *f"{source}.txt".split("/")).read_text(encoding="utf-8")
        path = folder / _filled(target, words)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(text, words), encoding="utf-8")
    return folder


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"@@(\w+)@@", lambda match: words[match[1]], text)
