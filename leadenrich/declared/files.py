"""Reads a provider's file, TOML, YAML or JSON, and says of every fault in which file, line and key it is."""

from __future__ import annotations

import json as jsonlib
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from leadenrich.declared.lines import line_of, lines_of
from leadenrich.declared.schema import Fault, ProviderSpec
from leadenrich.errors import ConfigurationError, nearest


class Source:
    """A declaration and where it stands: a file, or a mapping in the caller's code.

    Args:
        data: what was parsed.
        name: what errors call it.
        text: the file's text, where there is one.
        kind: the file's suffix.
    """

    def __init__(self, data: Any, name: str = "the declaration", text: str = "", kind: str = "") -> None:
        self.data, self.name, self.text, self.kind = data, name, text, kind

    def spec(self, private: bool = False) -> ProviderSpec:
        """Return the declaration, checked.

        Args:
            private: allow plain http, and private, loopback and link-local addresses.

        Raises:
            ConfigurationError: a key is wrong; with file, line and key.
        """
        if not isinstance(self.data, Mapping):
            raise ConfigurationError(
                f"{self.name} is a {type(self.data).__name__}; a provider's file is a table of keys"
            )
        try:
            return ProviderSpec.model_validate(self.data, context={"private": private})
        except ValidationError as error:
            first: Any = error.errors()[0]
            cause = first.get("ctx", {}).get("error")
            keys = [str(part) for part in (cause.keys if isinstance(cause, Fault) else first["loc"])]
            message = str(first["msg"]).removeprefix("Value error, ")
            if first["type"] == "extra_forbidden":
                message = f"no such key{nearest(keys[-1], _siblings(first['loc']))}"
            raise self.fault(keys, message) from None

    def fault(self, keys: Sequence[str], message: str) -> ConfigurationError:
        """Return the error of a fault at nested keys."""
        line = line_of(lines_of(self.text, self.kind), keys) if self.text else None
        place = f"{self.name}, line {line}" if line else self.name
        return ConfigurationError(f"{place}: {'.'.join(keys) or 'the file'}: {message}")


def read(path: str | os.PathLike[str]) -> Source:
    """Return what a file holds.

    Raises:
        ConfigurationError: no such file, or not TOML, YAML or JSON.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file.name} cannot be read ({type(error).__name__})") from None
    return Source(_parsed(file, text), file.name, text, file.suffix.lower())


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


def _siblings(place: Sequence[int | str]) -> list[str]:
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
