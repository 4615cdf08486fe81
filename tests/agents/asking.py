"""The client of the official package, over standard streams, as plain calls."""

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import mcp_types
from anyio.from_thread import start_blocking_portal
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters

TREE = Path(__file__).parents[2]


class Asking:
    """A session with a server of its own, which reads below `root`."""

    def __init__(self, root):
        self._parameters = StdioServerParameters(
            command=sys.executable,
            args=["-m", "spec_compiler", "mcp", "--root", str(root)],
            env={"PYTHONPATH": str(TREE), "PATH": os.environ["PATH"]},
        )
        self._open = ExitStack()

    def __enter__(self):
        self._portal = self._open.enter_context(start_blocking_portal())
        client = Client(self._parameters, read_timeout_seconds=120)
        self.client = self._open.enter_context(self._portal.wrap_async_context_manager(client))
        self.tools = {tool.name: tool for tool in self._portal.call(self.client.list_tools).tools}
        return self

    def __exit__(self, *raised):
        return self._open.__exit__(*raised)

    def __call__(self, tool, **arguments):
        """What a tool gives, which is of the type that it says."""
        result = self._asked(tool, arguments)
        assert not result.is_error, result.content[0].text
        Draft202012Validator(self.tools[tool].output_schema).validate(result.structured_content)
        # clients that know no types read the same as text
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content

    def refused(self, tool, **arguments):
        """Why a tool gives nothing."""
        result = self._asked(tool, arguments)
        assert result.is_error
        assert result.structured_content is None
        return result.content[0].text

    def read(self, uri):
        """The text at an address."""
        (contents,) = self._portal.call(self.client.read_resource, uri).contents
        return contents.text

    def addresses(self):
        """Those that are listed, and those with a name in them."""
        fixed = self._portal.call(self.client.list_resources).resources
        named = self._portal.call(self.client.list_resource_templates).resource_templates
        return [one.uri for one in fixed], [one.uri_template for one in named]

    def _asked(self, tool, arguments):
        result = self._portal.call(self.client.call_tool, tool, arguments)
        assert isinstance(result, mcp_types.CallToolResult)
        return result
