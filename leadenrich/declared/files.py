"""Reads a provider's file, TOML, YAML or JSON, and says of every fault in which file, line and key it is."""

from __future__ import annotations

import json as jsonlib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from leadenrich.declared.schema import ProviderSpec
from leadenrich.errors import ConfigurationError, nearest

PLACE = re.compile(r"([a-z_]+(?:\.[\w-]+)+): ")
"""A key that a check over the whole file puts before its message."""


def read(path: str | os.PathLike[str]) -> ProviderSpec:
    """Return what a file says.

    Raises:
        ConfigurationError: no such file, not TOML, YAML or JSON, or a key that is wrong; with file, line and key.
    """
    source = Path(path)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{source.name} cannot be read ({type(error).__name__})") from None
    return checked(_parsed(source, text), source.name, text)


def checked(data: Any, name: str = "the declaration", text: str = "") -> ProviderSpec:
    """Return a declaration that is whole.

    Raises:
        ConfigurationError: it is not; with file, line and key.
    """
    if not isinstance(data, Mapping):
        raise ConfigurationError(f"{name} is a {type(data).__name__}; a provider's file is a table of keys")
    try:
        return ProviderSpec.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        keys = [str(part) for part in first["loc"]]
        message = str(first["msg"]).removeprefix("Value error, ")
        if not keys and (stated := PLACE.match(message)) is not None:
            keys, message = stated[1].split("."), message[stated.end() :]
        place = f"{name}, line {line}" if (line := line_of(text, keys)) else name
        if first["type"] == "extra_forbidden":
            message = f"no such key{nearest(keys[-1], _siblings(first['loc']))}"
        raise ConfigurationError(f"{place}: {'.'.join(keys) or 'the file'}: {message}") from None


def _parsed(source: Path, text: str) -> Any:
    kind = source.suffix.lower()
    try:
        if kind == ".toml":
            return tomllib.loads(text)
        if kind == ".json":
            return jsonlib.loads(text)
        if kind in (".yaml", ".yml"):
            try:
                import yaml
            except ImportError:
                raise ConfigurationError(
                    f"{source.name} needs PyYAML: pip install pyyaml, or write it as TOML"
                ) from None
            return yaml.safe_load(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{source.name} is no TOML: {error}") from None
    except jsonlib.JSONDecodeError as error:
        raise ConfigurationError(f"{source.name}, line {error.lineno} is no JSON: {error.msg}") from None
    except Exception as error:
        if isinstance(error, ConfigurationError):
            raise
        raise ConfigurationError(f"{source.name} is no YAML: {error}") from None
    raise ConfigurationError(f"{source.name}: name it .toml, .yaml or .json")


def line_of(text: str, keys: list[str]) -> int | None:
    """Return the line on which the deepest of nested keys stands: each key is looked for after the one before it."""
    found, start = None, 0
    lines = text.splitlines()
    for key in keys:
        for number in range(start, len(lines)):
            words = (
                lines[number].replace('"', " ").replace("'", " ").replace(".", " ").replace("[", " ").replace("]", " ")
            )
            if key in words.replace("=", " ").replace(":", " ").replace("{", " ").replace(",", " ").split():
                found, start = number + 1, number
                break
    return found


def _siblings(place: tuple[int | str, ...]) -> list[str]:
    """Return the keys allowed where an unknown one stood."""
    model: Any = ProviderSpec
    for part in place[:-1]:
        field = getattr(model, "model_fields", {}).get(part)
        if field is None:
            continue
        inner = field.annotation
        while not hasattr(inner, "model_fields") and getattr(inner, "__args__", None):
            inner = next((arg for arg in inner.__args__ if hasattr(arg, "model_fields")), inner.__args__[-1])
        model = inner
    fields = getattr(model, "model_fields", ProviderSpec.model_fields)
    return [field.alias or name for name, field in fields.items()]
