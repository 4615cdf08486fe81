"""What other tools write around the name of a layer or an input where something reads it."""

from __future__ import annotations

import re
from collections.abc import Collection

from spec_compiler.fixes import Fix, advise, remove, write
from spec_compiler.spelling import folded

_MARKED = re.compile(r"^[\s#$/*&@!.{]+|[\s}]+$")
_SECTIONS = re.compile(
    r"^(?:inputs?|layers?|nodes?|steps|jobs|modules|model|self|blocks|outputs|tensors?|needs)[./:]"
)
_RESULTS = re.compile(
    r"(?:[./](?:outputs?|out|result|results|y|value|tensor|data)|:\d+|\[0\]|\(\))$", re.IGNORECASE
)
_BETWEEN = re.compile(r" *(?:->|=>|[,;+&|>/]| and ) *|\s+")
"""What stands between names of several layers where they are one text."""
_THE_INPUT = frozenset(
    [
        "input",
        "inputs",
        "x",
        "in",
        "data",
        "theinput",
        "inputlayer",
        "input0",
        "input1",
        "modelinput",
        "source",
        "image",
        "features",
    ]
)
_ABOVE = frozenset(
    [
        "previous",
        "prev",
        "last",
        "above",
        "before",
        "previouslayer",
        "prevlayer",
        "lastlayer",
        "parent",
        "upstream",
    ]
)


def reference_meant(written: str, known: Collection[str], inputs: Collection[str]) -> Fix | None:
    """What to write for the name of nothing; None where no other tool has it so.

    Args:
        written: What should be a layer or an input.
        known: The names that there are.
        inputs: Those of inputs.
    """
    inner = _MARKED.sub("", written)
    for name in (inner, _SECTIONS.sub("", inner)):
        for plain in (name, _RESULTS.sub("", name)):
            if plain != written and plain in known:
                return write(plain)
    parts = [part.strip() for part in _BETWEEN.split(written)]
    if len(parts) > 1 and all(part in known for part in parts):
        listed = f"[{', '.join(parts)}]"
        return write(listed, words=f"several are a list: `{listed}`", safe=False)
    plain = folded(inner)
    if plain in _ABOVE:
        return remove("leave `from` out: a layer reads the one above")
    if plain not in _THE_INPUT:
        return None
    if len(inputs) == 1:
        return write(*inputs, words=f"the input is called `{next(iter(inputs))}`", safe=False)
    names = ", ".join(f"`{name}`" for name in inputs)
    return advise(f"the inputs are called {names}") if names else None
