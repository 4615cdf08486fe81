"""Values of a block's params that stand beside `use`, where people write them first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from spec_compiler.declaring.validated import key_names
from spec_compiler.fixes import move
from spec_compiler.language.use import Use
from spec_compiler.reading.library import Block
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spelling import Guess, listed, nearest


def refuse_bare_arguments(item: SourceNode, blocks: Mapping[str, Block | None]) -> None:
    """Refuse values of a block's params that stand beside `use`, instead of under `with`.

    Raises:
        Refusal: the first of them.
    """
    used = item.get("use")
    block = blocks.get(used.value) if used is not None and isinstance(used.value, str) else None
    if block is None:
        return
    known = {*key_names(Use), *Use.elsewhere}
    for key, entry in cast("dict[str, Entry]", item.value).items():
        guess = key if key in block.params else None
        if key in known or key.startswith("x-") or nearest(key, key_names(Use)[1:]) == "from":
            continue
        if guess := guess or nearest(key, block.params):
            written = entry.node.plain()
            shown = "…" if isinstance(written, dict | list) else written
            raise Refusal(
                "SPC0103",
                f"a use has no key `{key}`",
                argument=(key,),
                blame_key=True,
                fix=move(
                    "with",
                    guess,
                    f"write `with: {{{guess}: {shown}}}`: `{guess}` is a param of the block",
                    safe=guess == key or (isinstance(guess, Guess) and guess.sure),
                ),
                allowed=listed(name for name in key_names(Use) if item.get(name) is None),
            )
