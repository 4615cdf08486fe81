"""What other tools write in the place of arithmetic: `params.width`, `{{ width }}`."""

from __future__ import annotations

import re
from collections.abc import Collection

from spec_compiler.fixes import Fix, in_quotes, write
from spec_compiler.placeholders import in_arithmetic
from spec_compiler.refusals import Refusal

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


_LISTED = re.compile(r"\b(min|max)\(\[([^\[\]]*)\]\)")
_MODULE = re.compile(r"\b(?:math|np|numpy|torch|tf|jnp|K)\.(?=[a-z]+\()")


def explained(refusal: Refusal, text: str, known: Collection[str]) -> Refusal:
    """The refusal of a text that is no arithmetic, with what all of it means elsewhere.

    Args:
        refusal: Of one of its signs.
        text: All of it.
        known: The names that may stand there.
    """
    plain = _LISTED.sub(r"\1(\2)", text)
    if plain != text:
        return refusal.mended(
            write(in_quotes(plain), words=f"write `{plain}`")._replace(whole=True)
        )
    if module := _MODULE.search(text):
        words = f"`{module[0]}` is not written"
        return refusal.mended(write(_MODULE.sub("", text), words=words)._replace(whole=True))
    fix = in_arithmetic(text, known)
    if fix is None:
        return refusal
    message = "what other tools put into a text stands here, and no arithmetic"
    whole = refusal.but(message=f"`{text.strip()}`: {message}", within=None)
    return whole.mended(fix._replace(whole=True))
