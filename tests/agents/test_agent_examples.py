"""The examples for agents, each against a scripted model; the MCP one against the SDK's own client, over stdio."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "agents"
COMPANY = {"company_name": "Löwencove", "company_domain": "loewencove.example"}


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    spec = importlib.util.spec_from_file_location(f"examples_agents_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_three_tools_fit_every_api(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = load("three_tools", monkeypatch)
    for form in ("openai", "anthropic", "gemini", "json"):
        tools = shared.three_tools(shared.session(), form)
        assert tools.names == ["find_domain", "enrich_company", "customer_segments"]


async def test_pydantic_ai_calls_the_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pydantic_ai")
    from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
    from pydantic_ai.models.function import FunctionModel

    heard: list[Any] = []

    def scripted(messages: Any, info: Any) -> Any:
        returned = [part for message in messages for part in message.parts if part.part_kind == "tool-return"]
        if not returned:
            assert [tool.name for tool in info.function_tools] == ["find_domain", "enrich_company", "customer_segments"]
            return ModelResponse(parts=[ToolCallPart("customer_segments", COMPANY)])
        heard.append(json.loads(returned[-1].content))
        return ModelResponse(parts=[TextPart(", ".join(heard[-1]["found"]["customer_segments"]["value"]))])

    said = await load("with_pydantic_ai", monkeypatch).main(FunctionModel(scripted))
    assert heard[0]["status"] == "complete"
    assert said == ", ".join(heard[0]["found"]["customer_segments"]["value"])
    assert heard[0]["found"]["customer_segments"]["citations"][0]["quote"]


async def test_langchain_calls_the_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_core")
    from langchain_core.messages import AIMessage

    class Scripted:
        """A chat model that asks wrongly first, then rightly, then answers."""

        def __init__(self) -> None:
            self.tools: list[Any] = []
            self.heard: list[Any] = []

        def bind_tools(self, tools: list[Any]) -> "Scripted":
            self.tools = tools
            return self

        async def ainvoke(self, messages: Any) -> Any:
            self.heard = [json.loads(one.content) for one in messages if one.type == "tool"]
            if len(self.heard) < 2:
                arguments = {"company_nmae": "x"} if not self.heard else COMPANY
                call = {"name": "customer_segments", "args": arguments, "id": "1", "type": "tool_call"}
                return AIMessage("", tool_calls=[call])
            return AIMessage("done")

    model = Scripted()
    assert await load("with_langchain", monkeypatch).main(model) == "done"
    assert [tool.name for tool in model.tools] == ["find_domain", "enrich_company", "customer_segments"]
    assert "did you mean company_name?" in model.heard[0]["error"]["message"]
    assert model.heard[1]["status"] == "complete"


async def test_the_tools_are_served_over_mcp() -> None:
    pytest.importorskip("mcp")
    from mcp import Client, StdioServerParameters

    root = FOLDER.parents[1]
    server = StdioServerParameters(
        command=sys.executable, args=[str(FOLDER / "serve_mcp.py")], env={"PYTHONPATH": str(root)}, cwd=str(root)
    )
    async with Client(server) as client:
        listed = await client.list_tools()
        assert [tool.name for tool in listed.tools] == ["find_domain", "enrich_company", "customer_segments"]
        assert listed.tools[0].input_schema["type"] == "object"
        answer = await client.call_tool("customer_segments", COMPANY)
        told = json.loads(answer.content[0].text)
        assert (told["status"], answer.is_error) == ("complete", False)
        wrong = await client.call_tool("customer_segments", {"company_nmae": "x"})
        assert wrong.is_error


def test_the_server_is_thirty_lines() -> None:
    lines = (FOLDER / "serve_mcp.py").read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.strip().startswith(('"""', "#", "from __future__"))]
    assert len(code) <= 30
