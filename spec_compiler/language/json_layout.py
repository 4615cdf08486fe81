"""JSON for people: what fits in a line stands in one, so a small change has a small diff."""

from __future__ import annotations

import json

from spec_compiler.declaring.plain import is_list, is_mapping

WIDTH = 100


def laid_out(value: object, depth: int = 0, before: int = 0) -> str:
    """The text of a value.

    Args:
        value: Plain data.
        depth: How many mappings and lists are around it.
        before: How many characters stand before it in its line, besides the indentation.
    """
    line = json.dumps(value, ensure_ascii=False)
    if 2 * depth + before + len(line) < WIDTH:  # a comma may follow
        return line
    if is_mapping(value):
        heads = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        items = list(value.values())
    elif is_list(value):
        heads, items = [""] * len(value), value
    else:
        return line
    rows = [
        "  " * (depth + 1) + head + laid_out(item, depth + 1, len(head))
        for head, item in zip(heads, items, strict=True)
    ]
    return "\n".join([line[0], ",\n".join(rows), "  " * depth + line[-1]])
