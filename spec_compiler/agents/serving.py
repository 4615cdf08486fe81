"""The server: calls of the Model Context Protocol to the tools and back, over standard streams."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from functools import partial
from typing import Any

import anyio
import mcp_types as types
from anyio.to_thread import run_sync
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from spec_compiler import __version__
from spec_compiler.agents.asked import UnfitError, schema_of
from spec_compiler.agents.finishing import finishing
from spec_compiler.agents.tools import TOOLS, Tool, answered

_INSTRUCTIONS = (
    "specc compiles models that are written in YAML or JSON, and proves their shapes, dtypes and "
    "masks. Write a spec, call `validate` with its `text`, mend the first errors (`allowed`, "
    "`patch` and `help` say how, `explain` tells more of a code or a layer), and validate again. "
    "No tool writes a file."
)
_READS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def serve() -> None:
    """Serve one client until its end of the streams closes. Paths are below the working folder."""
    anyio.run(_serve)


async def _serve() -> None:
    one_at_a_time = anyio.CapacityLimiter(1)

    async def list_tools(context: Any, asked: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_declared(name, tool) for name, tool in TOOLS.items()])

    async def call_tool(context: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        call = partial(_called, asked.name, asked.arguments or {})
        # in a thread, so that the client is heard meanwhile
        return await run_sync(call, limiter=one_at_a_time)

    server = Server[Any](
        "specc",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    async with stdio_server() as streams, finishing(*streams) as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _declared(name: str, tool: Tool) -> types.Tool:
    return types.Tool(
        name=name,
        description=tool.does,
        input_schema=schema_of(tool.takes),
        output_schema=dict(tool.gives),
        annotations=_READS,
    )


def _called(name: str, given: Mapping[str, Any]) -> types.CallToolResult:
    """The result of a call, whatever happens: a fault of one call is not the end of others."""
    try:
        result = answered(name, given)
    except UnfitError as error:
        return _refused(str(error))
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        kind = type(error).__name__
        return _refused(f"specc failed here ({kind}), which is an error of specc; others go on")
    text = types.TextContent(type="text", text=json.dumps(result, ensure_ascii=False))
    return types.CallToolResult(content=[text], structured_content=result)


def _refused(why: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=why)], is_error=True)
