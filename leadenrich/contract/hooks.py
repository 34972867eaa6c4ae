"""The one hook a plugin implements, in pluggy's terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pluggy

hookspec = pluggy.HookspecMarker("leadenrich")
hookimpl = pluggy.HookimplMarker("leadenrich")
"""Marks a plugin's implementation: `@le.hookimpl def leadenrich_providers(register): register(Acme)`."""


class Hooks:
    """What a plugin module may define."""

    @hookspec
    def leadenrich_providers(self, register: Callable[[Any], None]) -> None:
        """Call `register(cls)` for each provider class the plugin brings."""

    @hookspec
    def leadenrich_operations(self, register: Callable[[str, str], None]) -> None:
        """Call `register(operation, main_field)` for each operation the plugin adds to the vocabulary."""
