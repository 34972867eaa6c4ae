"""The built-in providers: one file a vendor, whose name is the provider's id."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    """This package, callable: once it is imported it stands where `le.providers()` is looked up, and must list too."""

    def __call__(self, *ids: str, **filters: Any) -> Any:
        from leadenrich.catalogue import providers

        return providers(*ids, **filters)


sys.modules[__name__].__class__ = _Package
