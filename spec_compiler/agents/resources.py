"""What a client may put before a model without a call: names, an explanation, the small schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

from spec_compiler.agents.asked import UnfitError
from spec_compiler.agents.looked_up import Commands
from spec_compiler.agents.tools import answered

_JSON, _MARKDOWN = "application/json", "text/markdown"
_ABOUT = "specc://docs/"
_FIXED: Mapping[str, tuple[str, str, str]] = {
    "specc://names": ("names", "All names that there is an explanation of, by kind.", _JSON),
    "specc://schema/min": ("schema", "The JSON Schema of specs, cut for prompts.", _JSON),
}


def listed() -> types.ListResourcesResult:
    """Those with an address of their own."""
    return types.ListResourcesResult(
        resources=[
            types.Resource(uri=uri, name=name, description=about, mime_type=kind)
            for uri, (name, about, kind) in _FIXED.items()
        ]
    )


def templates() -> types.ListResourceTemplatesResult:
    """Those that have a name in their address."""
    about = "What `explain` says of a layer, a choice, a function, a block, a code or a command."
    one = types.ResourceTemplate(
        uri_template=_ABOUT + "{name}", name="docs", description=about, mime_type=_MARKDOWN
    )
    return types.ListResourceTemplatesResult(resource_templates=[one])


def read(uri: str, commands: Commands) -> types.ReadResourceResult:
    """The text of one.

    Raises:
        MCPError: there is none at this address; the protocol has no result that says so.
    """
    text, kind = _text(uri, commands)
    contents = types.TextResourceContents(uri=uri, text=text, mime_type=kind)
    return types.ReadResourceResult(contents=[contents])


def _text(uri: str, commands: Commands) -> tuple[str, str]:
    try:
        if uri == "specc://names":
            return json.dumps(answered("names", {}, commands)["names"]), _JSON
        if uri == "specc://schema/min":
            return json.dumps(answered("schema", {}, commands)["schema"]), _JSON
        if uri.startswith(_ABOUT):
            found: Any = answered("explain", {"name": uri.removeprefix(_ABOUT)}, commands)
            return "\n".join(entry["markdown"] for entry in found["entries"]), _MARKDOWN
    except UnfitError as error:
        raise MCPError(types.INVALID_PARAMS, str(error)) from None
    there = ", ".join([*_FIXED, _ABOUT + "NAME"])
    raise MCPError(types.INVALID_PARAMS, f"there is nothing at `{uri}`; there are: {there}")
