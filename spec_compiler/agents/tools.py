"""The tools: what each takes, gives and does. They read below the root, and write nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from spec_compiler.agents.asked import (
    SPEC,
    Argument,
    Given,
    UnfitError,
    checked,
    given_spec,
    meant,
)
from spec_compiler.agents.looked_up import NO_COMMANDS, Commands, looking_up
from spec_compiler.agents.results import FORMATTED, SUMMARISED, VALIDATED
from spec_compiler.agents.tool import Tool
from spec_compiler.compile import Options, analyze_text, program_of_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.drafts import Drafts
from spec_compiler.linting import lint
from spec_compiler.mending import mended, try_edits
from spec_compiler.places import Outside
from spec_compiler.report import Style, render
from spec_compiler.report.model import Summary
from spec_compiler.runtime.binding import bind_some
from spec_compiler.writing.formatted import formatted

MOST_FINDINGS = 50
"""Findings of each severity that are listed; the others are counted."""
_PARAMS = {"params": Argument("object", "Values for the spec's params, by name.")}


def answered(
    name: str, given: Mapping[str, Any], commands: Commands = NO_COMMANDS
) -> dict[str, Any]:
    """The result of a call.

    Args:
        name: Of the tool.
        given: Its arguments, as they were sent.
        commands: What is said of the commands, which stand above this room.

    Raises:
        UnfitError: the call, or the spec where a proved one is needed, is refused; its text says
            why.
    """
    tools = tools_with(commands)
    tool = tools.get(name)
    if tool is None:
        raise UnfitError(f"there is no tool `{name}`; {meant(name, tools)}")
    try:
        return tool.answer(checked(given, tool.takes))
    except SpecError as error:
        raise UnfitError(_for_people(error.diagnostics)) from None
    except OSError as error:
        named = f"`{error.filename}`: " if error.filename else ""
        raise UnfitError(f"{named}{error.strerror or error}") from None


def _validate(asked: Mapping[str, Any]) -> dict[str, Any]:
    spec, fix = given_spec(asked), asked.get("fix")
    found = Diagnostics(most=MOST_FINDINGS)
    options: Options = {"params": asked.get("params"), "root": ".", "diagnostics": found}
    fixed, text = 0, None
    if fix is None:
        lint(analyze_text(spec.raw, spec.name, **options))
        try_edits(spec.name, found, texts={spec.name: spec.raw}, **options)
    else:
        drafts = Drafts.of([spec.name], {spec.name: spec.raw})
        done = mended(spec.name, drafts, unsafe=fix == "unsafe", **options)
        found.extend(done.found)
        fixed, (draft,) = done.fixed, drafts.now.values()
        text = draft.decode("utf-8", "replace")
    report = json.loads(render(found, "json", Style()))
    return {"valid": not found.errors, "report": report, "fixed": fixed, "text": text}


def _format(asked: Mapping[str, Any]) -> dict[str, Any]:
    spec = given_spec(asked)
    found = Diagnostics(most=MOST_FINDINGS)
    with found.at(Outside(spec.name)):
        text = formatted(spec.raw, spec.name, found)
        if text is not None:
            return {"text": text, "changed": text.encode() != spec.raw}
    raise UnfitError(_for_people(found))


def _summarise(asked: Mapping[str, Any]) -> dict[str, Any]:
    spec, dims = given_spec(asked), _sizes(asked.get("dims") or {})
    found = Diagnostics(most=MOST_FINDINGS)
    program = program_of_text(
        spec.raw, spec.name, params=asked.get("params"), root=".", diagnostics=found
    )
    sizes = bind_some(program, dims, found)
    found.stop_on_errors()
    return json.loads(Summary(program, sizes).json())


def _sizes(written: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Numbers for named sizes, and where each was said."""
    for name, size in written.items():
        if not isinstance(size, int) or isinstance(size, bool):
            raise UnfitError(f"`dims` has numbers for sizes, and that of `{name}` is none")
    return {name: (size, f"dims {name}") for name, size in written.items()}


def _for_people(found: Diagnostics) -> str:
    """Findings as a text, which a model reads as well."""
    return render(found, "text", Style()).strip()


_OF_SPECS: Mapping[str, Tool] = {
    "validate": Tool(
        "Prove the shapes, dtypes and masks of a specc spec: every mistake with its place, what "
        "could stand there, and edits that mend it. With `fix` the mended text comes back, too; "
        "no file is written.",
        {
            **SPEC,
            **_PARAMS,
            "fix": Argument(
                "string",
                "safe: mend what has one reading. unsafe: also guesses, and what changes the "
                "model. Without it, nothing is mended.",
                among=("safe", "unsafe"),
            ),
        },
        VALIDATED,
        _validate,
    ),
    "summary": Tool(
        "The layers of a valid spec with shape, dtype, mask, parameters and FLOPs, and the totals.",
        {
            **SPEC,
            **_PARAMS,
            "dims": Argument("object", "Numbers for named sizes, as {batch: 8}."),
        },
        SUMMARISED,
        _summarise,
    ),
    "fmt": Tool(
        "A spec in the one style: order of keys, layout, quotes. Comments stay, and what it means; "
        "no file is written.",
        SPEC,
        FORMATTED,
        _format,
    ),
}


def tools_with(commands: Commands = NO_COMMANDS) -> Mapping[str, Tool]:
    """All tools by name: those that take a spec, and those that look something up."""
    return {**_OF_SPECS, **looking_up(commands)}


__all__ = ["Given", "answered", "tools_with"]
