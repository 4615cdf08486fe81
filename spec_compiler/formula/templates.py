"""What other tools write around a name in a text: `{{ width }}`, `params.width`, `%(width)s`."""

from __future__ import annotations

import re

from spec_compiler.fixes import Fix, write

_NAME = r"(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)"
_MARKED = (
    rf"\$?\{{\{{-? *\.?{_NAME} *(?:\|[^}}]*)?-?\}}\}}",  # Helm, Jinja, workflows
    rf"\$?\{{ *\.?{_NAME} *(?::-?[^}}]*)?\}}",  # shells, Hydra, Python
    rf"%\({_NAME}\)[sd]",
    rf"%{_NAME}%",
    rf"@{_NAME}",
    rf"<{_NAME}>",
    rf"\$\({_NAME}\)",
)
_TEMPLATES = tuple(re.compile(pattern) for pattern in _MARKED)
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_HOLDERS = frozenset(
    [
        "args",
        "cfg",
        "conf",
        "config",
        "const",
        "constants",
        "context",
        "dim",
        "dims",
        "env",
        "globals",
        "hparams",
        "hyperparameters",
        "hp",
        "inputs",
        "locals",
        "matrix",
        "model",
        "opts",
        "options",
        "param",
        "parameters",
        "params",
        "self",
        "settings",
        "sizes",
        "this",
        "values",
        "var",
        "variables",
        "vars",
        "vals",
    ]
)
"""What holds the values by name in other tools."""


def name_in_template(text: str, column: int) -> Fix | None:
    """The name alone, for what stands around it at a column; None where it is none of these.

    Args:
        text: A formula over sizes.
        column: Of a sign that has no meaning.
    """
    words = "a param or a dim stands in arithmetic by its name alone"
    for pattern in _TEMPLATES:
        found = pattern.match(text, column)
        if found:
            plain = write(found[1], words=f"write `{found[1]}`: {words}")
            return plain._replace(part=(0, found.end() - column))
    for found in _DOTTED.finditer(text):
        parts = found[0].split(".")
        if found.start() < column < found.end() and parts[0].lower() in _HOLDERS:
            plain = write(parts[-1], words=f"write `{parts[-1]}`: {words}")
            return plain._replace(part=(found.start() - column, found.end() - column))
    return None
