"""A tool: its arguments and its result as data, and what answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from spec_compiler.agents.asked import Argument
from spec_compiler.records import record


@record
class Tool:
    """Something that a model can ask for.

    Attributes:
        does: What it is for, as the model reads it.
        takes: Its arguments.
        gives: Its result, as JSON Schema.
        answer: From checked arguments to the result.
    """

    does: str
    takes: Mapping[str, Argument]
    gives: Mapping[str, Any]
    answer: Callable[[Mapping[str, Any]], dict[str, Any]]
