"""How long the same models are as specs and in Keras; writes the table in `README.md`."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/model.yaml"))
WIDEST = 120
LONGEST = 1.3
HEAD = """\
# Ten models, as specs and in Keras

Each folder holds a model twice: `model.yaml`, with layers as layers and blocks of [`specc:std`](../../docs/std.md),
and `keras_model.py`, which builds the same with Keras's functional API as its own examples are written: a layer a
line, functions for what comes again, a class where a model needs a size of the data. Lines that are blank, comments
or docstrings are not counted; lines are up to 120 characters. `make keras` gives both the same weights and compares
what they compute.

*std* is whether the spec uses the library: its blocks are not counted, as Keras's layers are not.

| model | spec | Keras | ratio | std |
| --- | --: | --: | --: | --- |
"""


def spec_lines(name: str) -> int:
    """The lines of a spec that say something."""
    lines = (FOLDER / name / "model.yaml").read_text().splitlines()
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in lines)


def keras_lines(name: str) -> int:
    """The lines of a program that say something: those with a token of the language."""
    text = (FOLDER / name / "keras_model.py").read_text()
    documents = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    empty = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    said = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in empty and token.string
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(said - documents)


def table() -> str:
    """The text of `README.md`."""
    rows = ""
    for name in NAMES:
        ours, theirs = spec_lines(name), keras_lines(name)
        uses = "yes" if "specc:std" in (FOLDER / name / "model.yaml").read_text() else "no"
        rows += f"| [{name}]({name}) | {ours} | {theirs} | {ours / theirs:.2f} | {uses} |\n"
    ours, theirs = (sum(map(count, NAMES)) for count in (spec_lines, keras_lines))
    return f"{HEAD}{rows}| all | {ours} | {theirs} | {ours / theirs:.2f} | |\n"


if __name__ == "__main__":
    (FOLDER / "README.md").write_text(table())
