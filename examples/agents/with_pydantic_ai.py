"""An agent of pydantic-ai with three enrichment tools: `python examples/agents/with_pydantic_ai.py`."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

from pydantic_ai import Agent, Tool
from three_tools import session, three_tools


def as_tools(made: Any) -> list[Any]:
    """Return the tools as pydantic-ai's own; its model's arguments go to `call`, and the answer's text goes back."""

    async def call(_name: str, /, **arguments: Any) -> str:
        return str(await made.call(_name, arguments))

    return [
        Tool.from_schema(functools.partial(call, one["name"]), one["name"], one["description"], one["parameters"])
        for one in made
    ]


async def main(model: Any = "openai:gpt-5.4-mini", question: str = "Whom does Löwencove sell to?") -> str:
    """Let the agent answer a question with the tools."""
    async with session() as asked:
        agent = Agent(model, tools=as_tools(three_tools(asked, "json")))
        return str((await agent.run(question)).output)


if __name__ == "__main__":
    print(asyncio.run(main()))
