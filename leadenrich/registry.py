"""Finds providers: built-ins by file name, plugins by entry point; each is loaded on first use."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from typing import Any

import leadenrich.providers as _builtins
from leadenrich.contract import HTTPProvider, Operation, ProviderInfo
from leadenrich.contract.facts import WORD, problems
from leadenrich.errors import ConfigurationError, FeatureNotSupportedError, ProviderNotFoundError, nearest
from leadenrich.vocabulary import FIELDS, MAIN_FIELD

log = logging.getLogger("leadenrich")

GROUP = "leadenrich"
"""The entry-point group plugins announce themselves in."""


class Registry:
    """Provider ids and, once asked for, their classes."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}
        self._plugins: dict[str, Any] | None = None
        self.problems: list[str] = []
        self.operations: set[str] = {str(operation) for operation in Operation}

    @staticmethod
    @cache
    def builtin_ids() -> tuple[str, ...]:
        """Return the ids of the built-in providers: the names of their files."""
        names = (module.name for module in pkgutil.iter_modules(_builtins.__path__))
        return tuple(sorted(name for name in names if not name.startswith("_")))

    def plugins(self) -> dict[str, Any]:
        """Return the plugins' classes by id; what is broken or clashes is reported in `problems` and left out."""
        if self._plugins is None:
            self._plugins = {}
            for point in sorted(metadata.entry_points(group=GROUP), key=lambda point: point.name):
                self._load_plugin(point)
        return self._plugins

    def _load_plugin(self, point: metadata.EntryPoint) -> None:
        found: list[Any] = []
        try:
            module = point.load()
            hook = getattr(module, "leadenrich_providers", None)
            if hook is None:
                raise ConfigurationError("its module defines no leadenrich_providers(register)")
            hook(found.append)
            more = getattr(module, "leadenrich_operations", None)
            if more is not None:
                more(self.add_operation)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever a plugin raises, sys.exit() included, must not break the host
            self._leave_out(point, error)
            return
        for cls in found:
            try:
                self.register(cls)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # its facts may be code that raises
                self._leave_out(point, error, cls)

    def _leave_out(self, point: metadata.EntryPoint, error: BaseException, cls: Any = None) -> None:
        """Report a plugin, or one class of it, that cannot be used."""
        told = error.message if isinstance(error, ConfigurationError) else f"{type(error).__name__}: {error}"
        one = "" if cls is None else f", {getattr(cls, '__name__', type(cls).__name__)}"
        problem = f"plugin {point.name!r}{one} is left out: {told}"
        self.problems.append(problem)
        log.warning("%s", problem)

    def add_operation(self, operation: Any, main_field: Any) -> None:
        """Add an operation to the vocabulary.

        Raises:
            ConfigurationError: the operation is no lower_snake word, or the field no canonical one.
        """
        if not isinstance(operation, str) or not WORD.fullmatch(operation):
            raise ConfigurationError(f"an operation is a lower_snake word, not {operation!r}")
        if main_field not in FIELDS:
            raise ConfigurationError(f"{operation}: no field {main_field!r}{nearest(main_field, FIELDS)}")
        self.operations.add(operation)
        MAIN_FIELD.setdefault(operation, main_field)

    def register(self, cls: Any) -> None:
        """Add a provider class (or object) by its `info.id`.

        Raises:
            ConfigurationError: its facts are wrong (all of them are named), or the id is taken.
        """
        if found := problems(cls, self.operations):
            raise ConfigurationError("; ".join(found))
        self.add(cls)

    def add(self, cls: Any) -> None:
        """Add a provider class (or object) whose facts are not checked: the conformance suite will.

        Raises:
            ConfigurationError: the id is taken.
        """
        info: ProviderInfo = cls.info
        known = self._plugins if self._plugins is not None else self.plugins()
        if info.id in self.builtin_ids() or (info.id in known and known[info.id] is not cls):
            raise ConfigurationError(f"a provider {info.id!r} exists already", provider=info.id)
        known[info.id] = cls
        for feature in info.features:
            self.operations.add(feature.operation)

    def builtin(self, provider_id: str) -> Any:
        """Return a built-in provider's class as its file has it, whatever was declared over it.

        Raises:
            ProviderNotFoundError: with the nearest id.
        """
        if provider_id not in self.builtin_ids():
            raise ProviderNotFoundError(
                f"no built-in provider {provider_id!r}{nearest(provider_id, self.builtin_ids())}", provider=provider_id
            )
        cls = importlib.import_module(f"{_builtins.__name__}.{provider_id}").provider
        if not cls.info.id:
            cls.named(provider_id)
        return cls

    def declare(self, cls: Any) -> None:
        """Put a declared class in the place of what its id stood for: an earlier declaration, or the one it extends.

        Raises:
            ConfigurationError: a plugin has the id, or a built-in the class does not extend.
        """
        provider_id = cls.info.id
        taken = self.plugins().get(provider_id)
        if taken is not None and not hasattr(taken, "declaration"):
            raise ConfigurationError(f"a plugin {provider_id!r} exists already", provider=provider_id)
        if provider_id in self.builtin_ids():
            if not issubclass(cls, self.builtin(provider_id)):
                raise ConfigurationError(
                    f"a built-in {provider_id!r} exists; say extends = {provider_id!r}", provider=provider_id
                )
            self._loaded[provider_id] = cls
        else:
            self._loaded.pop(provider_id, None)
            self.plugins()[provider_id] = cls
        self.operations.update(feature.operation for feature in cls.info.features)

    def ids(self) -> list[str]:
        """Return every provider's id, sorted."""
        return sorted({*self.builtin_ids(), *self.plugins()})

    def get(self, provider_id: str) -> Any:
        """Return a provider's class, loading it on first use.

        Raises:
            ProviderNotFoundError: with the nearest id.
        """
        if not isinstance(provider_id, str):
            raise ProviderNotFoundError(
                f"a provider's id is text, such as 'hunter', not a {type(provider_id).__name__}"
            )
        if (cls := self._loaded.get(provider_id)) is not None:
            return cls
        if provider_id in self.builtin_ids():
            cls = self.builtin(provider_id)
        elif provider_id in self.plugins():
            cls = self.plugins()[provider_id]
        else:
            raise ProviderNotFoundError(
                f"no provider {provider_id!r}{nearest(provider_id, self.ids())}{self._why_not(provider_id)}",
                provider=provider_id,
            )
        self._loaded[provider_id] = cls
        return cls

    def _why_not(self, provider_id: str) -> str:
        """Return why a plugin that may have brought this provider was left out."""
        return "".join(f"; {problem}" for problem in self.problems if provider_id in problem)

    def loaded(self) -> list[str]:
        """Return the ids of the providers in use so far."""
        return list(self._loaded)

    def info(self, provider_id: str) -> ProviderInfo:
        """Return a provider's facts."""
        info: ProviderInfo = self.get(provider_id).info
        return info

    def infos(self) -> Iterator[ProviderInfo]:
        """Yield every provider's facts, by id."""
        for provider_id in self.ids():
            yield self.info(provider_id)

    def check_operation(self, provider_id: str, operation: str) -> str:
        """Return the full id of an operation the provider has.

        Raises:
            FeatureNotSupportedError: it has not; the message names the nearest, or says it is undocumented.
        """
        info = self.info(provider_id)
        if not isinstance(operation, str):
            raise FeatureNotSupportedError(
                f"an operation is text, such as 'find_email', not a {type(operation).__name__}", provider=provider_id
            )
        names = {feature.operation for feature in info.features}
        name = operation if operation in names else f"{provider_id}.{operation}"
        if name not in names:
            hint = nearest(operation, names)
            if operation.lower() in _DOMAIN_ENDINGS:  # the vendor by its website
                hint = f"; did you mean the provider {provider_id!r}?"
            raise FeatureNotSupportedError(
                f"{info.title} has no operation {operation!r}{hint}",
                provider=provider_id,
                operation=operation,
            )
        return name


_DOMAIN_ENDINGS = ("ai", "app", "co", "com", "dev", "io", "me", "net", "org")

registry = Registry()
"""The one registry of this process."""


__all__ = ["HTTPProvider", "Registry", "registry"]
