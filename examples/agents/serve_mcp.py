"""Three enrichment tools over MCP, by standard input and output: `python examples/agents/serve_mcp.py`."""

from __future__ import annotations

import asyncio
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from three_tools import session, three_tools


async def main() -> None:
    """Serve until the client closes its end."""
    async with session() as asked, stdio_server() as (read, write):
        tools = three_tools(asked, "json")

        async def listed(context: Any, params: Any) -> Any:
            shown = [{**one, "inputSchema": one["parameters"]} for one in tools]
            return types.ListToolsResult(tools=[types.Tool.model_validate(one) for one in shown])

        async def called(context: Any, params: Any) -> Any:
            answer = await tools.call(params.name, params.arguments)
            text = types.TextContent(type="text", text=str(answer))
            return types.CallToolResult(content=[text], is_error="error" in answer)

        server = Server("leadenrich", on_list_tools=listed, on_call_tool=called)
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
