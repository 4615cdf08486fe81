"""What other tools write before a name in a text: `params.width`."""

from __future__ import annotations

import re

from spec_compiler.fixes import Fix, write

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_HOLDERS = frozenset({
    "args", "cfg", "conf", "config", "const", "constants", "context", "dim", "dims", "env",
    "globals", "hparams", "hyperparameters", "hp", "inputs", "locals", "matrix", "model",
    "opts", "options", "param", "parameters", "params", "self", "settings", "sizes", "this",
    "values", "var", "variables", "vars", "vals",
})  # fmt: skip
"""What holds the values by name in other tools."""


def name_behind_dots(text: str, column: int) -> Fix | None:
    """The name alone, for what stands before it at a column; None where it is none of these.

    Args:
        text: A formula over sizes.
        column: Of a sign that has no meaning.
    """
    words = "a param or a dim stands in arithmetic by its name alone"
    for found in _DOTTED.finditer(text):
        parts = found[0].split(".")
        if found.start() < column < found.end() and parts[0].lower() in _HOLDERS:
            plain = write(parts[-1], words=f"write `{parts[-1]}`: {words}")
            return plain._replace(part=(found.start() - column, found.end() - column))
    return None
