"""What to write for an expression of Python: all of it at once, as ours."""

from __future__ import annotations

import re

from spec_compiler.expression.other_tools.words import attribute
from spec_compiler.fixes import Fix, advise, write

_OF_TORCH = {
    **dict.fromkeys(
        ("var", "std"), "torch divides by one less than there are: write it out, or `std(x, axis)`"
    ),
    **dict.fromkeys(("max", "min"), "torch gives values and indices: write `max(x, axis=1)`"),
    **dict.fromkeys(("topk", "sort"), "write `sort(x, axis=-1)`, or `top_k(x, k)`"),
    "expand": "write `broadcast_to(x, shape)`, each of its sizes said",
}
"""What torch's functions give beside what ours give, where nothing says which is meant."""
_NAME = re.compile(r"[A-Za-z_]\w*")
_WRITTEN = re.compile(r"write `(\w+)\(…\)`")


def in_python(text: str, at: int) -> Fix | None:
    """As `attribute`, with all of the text in our words, where it is Python as others write it."""
    fix = attribute(text, at)
    if text[at] != ".":
        return fix
    # only where something stands before a dot; it loads Python's parser
    from spec_compiler.expression.other_tools.translating import translated

    whole = translated(text)
    if whole is None:
        return fix
    found = sorted((start, said) for start, said in whole.parts.items() if start > at)
    part = found[0][1] if found else ""
    if not whole.text:
        name = (_NAME.match(text, at + 1) or [""])[0]
        words = _OF_TORCH.get(name) or (f"write `{part}`" if part else "")
        return advise(words or (fix.help if fix and fix.kind != "write" else _no_method(name)))
    words = fix.help if fix else ""
    called = _WRITTEN.search(words)
    if not words.startswith("`") or (called and not part.startswith(f"{called[1]}(")):
        words = words if "quotes" in words else f"write `{part}`"
    return write(whole.text, words=words, safe=whole.safe)._replace(part=(-at, len(text) - at))


def _no_method(name: str) -> str:
    return f"there is no `{name}` in an expression, and nothing that is called like it"
