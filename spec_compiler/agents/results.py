"""What the tools give, as JSON Schema: open, since a version only gains fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_PLACE = {
    "type": ["object", "null"],
    "properties": {"line": _COUNT, "column": _COUNT},
    "required": ["line", "column"],
}


def _object(description: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object of which all of these are there."""
    required = [*properties]
    return {
        "type": "object",
        "description": description,
        "properties": dict(properties),
        "required": required,
    }


def _list(description: str, items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": description, "items": dict(items)}


_EDIT = _object("", {"file": _TEXT, "start": _PLACE, "end": _PLACE, "text": _TEXT})
_FINDING = _object(
    "One mistake, one finding.",
    {
        "code": {**_TEXT, "description": "`explain` tells more of it."},
        "severity": {"enum": ["error", "warning", "note"]},
        "message": _TEXT,
        "file": {"type": ["string", "null"]},
        "start": _PLACE,
        "end": _PLACE,
        "pointer": {
            "type": ["string", "null"],
            "description": "The value that is meant, as JSON Pointer into the document.",
        },
        "help": {**_TEXT, "description": "What to write instead."},
        "notes": _list("Further facts.", _TEXT),
        "allowed": _list("All that could stand there, where it is known.", {}),
        "edits": _list("Replacements of text that mend it.", _EDIT),
        "patch": {
            "type": ["array", "null"],
            "description": "The same edits as JSON Patch (RFC 6902), where they can be.",
            "items": {"type": "object"},
        },
        "safe": {
            "type": ["boolean", "null"],
            "description": "Whether the edits have one reading and keep the model.",
        },
        "follows": {
            "type": ["integer", "null"],
            "description": "The index, in this list, of the finding with which it goes away; "
            "null where it is to be mended itself.",
        },
    },
)
_REPORT = _object(
    "What `specc validate --format json` prints.",
    {
        "format_version": {"type": "integer"},
        "diagnostics": _list("The findings, root causes first.", _FINDING),
        "summary": _object(
            "",
            {
                "errors": _COUNT,
                "warnings": _COUNT,
                "notes": _COUNT,
                "left_out": {**_COUNT, "description": "Findings beyond those that are listed."},
            },
        ),
    },
)
VALIDATED = _object(
    "A spec, proved or not.",
    {
        "valid": {"type": "boolean", "description": "Whether there is no error."},
        "report": _REPORT,
        "fixed": {**_COUNT, "description": "Findings that were mended; the report is of the rest."},
        "text": {
            "type": ["string", "null"],
            "description": "With `fix`, the spec as it is to be; otherwise null.",
        },
    },
)
FORMATTED = _object(
    "A spec in the one style.",
    {"text": _TEXT, "changed": {"type": "boolean", "description": "Whether it was another text."}},
)
EXPLAINED = _object(
    "What `specc docs NAME --format json` prints: an entry for each kind that the name is of.",
    {
        "entries": _list(
            "Other facts depend on the kind.",
            _object("", {"kind": _TEXT, "name": _TEXT, "markdown": _TEXT}),
        ),
    },
)
NAMED = _object(
    "What `specc docs --format json` prints under `names`.",
    {"names": {"type": "object", "additionalProperties": _list("", _TEXT)}},
)
SCHEMA = _object(
    "What `specc schema --flavor` prints.",
    {"schema": {"type": "object", "description": "JSON Schema, draft 2020-12."}},
)
_NUMBER = {"type": ["integer", "string", "null"]}
_PARAMETERS = _object("", {"trainable": _COUNT, "non_trainable": _COUNT, "bytes": _COUNT})
_OUTPUT = _object(
    "A result; its name is empty where there is one.",
    {
        "name": _TEXT,
        "shape": {"type": "array"},
        "dtype": _TEXT,
        "mask": {"type": ["array", "null"], "description": "Its shape, where there is one."},
    },
)
SUMMARISED = _object(
    "What `specc summary --format json` prints; formulas are text.",
    {
        "format_version": {"type": "integer"},
        "name": {"type": ["string", "null"]},
        "layers": _list(
            "Inputs first.",
            _object(
                "",
                {
                    "name": _TEXT,
                    "type": _TEXT,
                    "outputs": _list("", _OUTPUT),
                    "parameters": _PARAMETERS,
                    "flops": _NUMBER,
                },
            ),
        ),
        "parts": _list(
            "The tree of blocks; neighbours that are alike are one, and costs are of all copies.",
            _object(
                "",
                {
                    "name": {**_TEXT, "description": "`stack.*` for `stack.0`, `stack.1`, …"},
                    "type": {**_TEXT, "description": "Of the layer, or the name of the block."},
                    "block": {"type": "boolean"},
                    "copies": _list("The names of those that are alike.", _TEXT),
                    "layers": _list("All layers in them.", _TEXT),
                    "outputs": _list("What others read of the last one.", _OUTPUT),
                    "parameters": _PARAMETERS,
                    "flops": _NUMBER,
                    "parts": {"type": "array", "description": "What is in it."},
                },
            ),
        ),
        "totals": _object("", {"parameters": _PARAMETERS, "flops": _NUMBER}),
    },
)
