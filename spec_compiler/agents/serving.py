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
from spec_compiler.agents import resources
from spec_compiler.agents.asked import UnfitError, schema_of
from spec_compiler.agents.finishing import finishing
from spec_compiler.agents.looked_up import Commands
from spec_compiler.agents.tool import Tool
from spec_compiler.agents.tools import answered, tools_with

_INSTRUCTIONS = (
    "specc compiles models that are written in YAML or JSON, and proves their shapes, dtypes and "
    "masks. Write a spec, call `validate` with its `text`, mend the first findings, which are "
    "root causes (`allowed`, `patch` and `help` say how, `explain` tells more of a code or a "
    "layer, `names` lists what there is), and validate again. No tool writes a file."
)
_READS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def serve(commands: Commands) -> None:
    """Serve one client until its end of the streams closes. Paths are below the working folder.

    Args:
        commands: What `explain` says of the commands.
    """
    anyio.run(_serve, commands)


async def _serve(commands: Commands) -> None:
    one_at_a_time = anyio.CapacityLimiter(1)

    async def list_tools(context: Any, asked: Any) -> types.ListToolsResult:
        tools = tools_with(commands)
        return types.ListToolsResult(tools=[_declared(name, tool) for name, tool in tools.items()])

    async def call_tool(context: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        call = partial(_called, asked.name, asked.arguments or {}, commands)
        # in a thread, so that the client is heard meanwhile
        return await run_sync(call, limiter=one_at_a_time)

    async def list_resources(context: Any, asked: Any) -> types.ListResourcesResult:
        return resources.listed()

    async def list_templates(context: Any, asked: Any) -> types.ListResourceTemplatesResult:
        return resources.templates()

    async def read_resource(
        context: Any, asked: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        read = partial(resources.read, str(asked.uri), commands)
        return await run_sync(read, limiter=one_at_a_time)

    server = Server[Any](
        "specc",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
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


def _called(name: str, given: Mapping[str, Any], commands: Commands) -> types.CallToolResult:
    """The result of a call, whatever happens: a fault of one call is not the end of others."""
    try:
        result = answered(name, given, commands)
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
