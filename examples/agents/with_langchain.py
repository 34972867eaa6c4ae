"""A tool-calling loop of LangChain core with three enrichment tools: `python examples/agents/with_langchain.py`."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

from langchain_core.messages import HumanMessage
from langchain_core.tools import StructuredTool
from three_tools import session, three_tools


def as_tools(made: Any) -> list[Any]:
    """Return the tools as LangChain's own; the model's arguments go to `call`, and the answer's text goes back."""

    async def call(_name: str, /, **arguments: Any) -> str:
        return str(await made.call(_name, arguments))

    return [
        StructuredTool(
            name=one["name"],
            description=one["description"],
            args_schema=one["parameters"],
            coroutine=functools.partial(call, one["name"]),
        )
        for one in made
    ]


async def main(model: Any, question: str = "Whom does Löwencove sell to?") -> str:
    """Let a chat model answer a question with the tools; `model` is any of LangChain's that binds tools."""
    async with session() as asked:
        tools = {one.name: one for one in as_tools(three_tools(asked, "json"))}
        bound, messages = model.bind_tools(list(tools.values())), [HumanMessage(question)]
        while True:
            said = await bound.ainvoke(messages)
            messages.append(said)
            if not said.tool_calls:
                return str(said.content)
            messages += [await tools[call["name"]].ainvoke(call) for call in said.tool_calls]


if __name__ == "__main__":
    from langchain.chat_models import init_chat_model

    print(asyncio.run(main(init_chat_model("openai:gpt-5.4-mini"))))
