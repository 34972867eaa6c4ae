"""Enrichment as tools for agents: schemas that language models take, and the dispatcher that answers their calls."""

from leadenrich.agents.formats import Format, lint
from leadenrich.agents.toolset import ToolAnswer, Toolset, tools

__all__ = ["Format", "ToolAnswer", "Toolset", "lint", "tools"]
