"""What stands beside `use` and belongs elsewhere: params, where people write them first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from spec_compiler.declaring.other_tools.names import ANYWHERE
from spec_compiler.declaring.plain import in_braces, is_list, is_mapping, written_plainly
from spec_compiler.declaring.scope import described
from spec_compiler.declaring.validated import key_names
from spec_compiler.fixes import entry, move, write
from spec_compiler.language.use import Use
from spec_compiler.layers import LAYERS
from spec_compiler.reading.library import Block, Library
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spelling import Guess, listed, nearest, suggestion


def refuse_bare_arguments(item: SourceNode, library: Library) -> None:
    """Refuse values of a block's params that stand beside `use`, instead of under `with`.

    Raises:
        Refusals: a part for each of them.
        Refusal: a layer is used as if it were a block.
    """
    used = item.get("use")
    name = used.value if used is not None and isinstance(used.value, str) else ""
    if name in LAYERS and name not in library.blocks:
        raise Refusal(
            "SPC0210",
            f"`{name}` is a layer type, and no block",
            argument=("use",),
            fix=entry("type", "@", f"write `type: {name}`", safe=True),
        )
    block = library.find(name) if library.holds(name) else None
    if block is not None:
        _refuse_unnamed(item.get("with"), block)
    found = [] if block is None else list(_bare(item, block))
    if found:
        raise Refusals(found)


def _refuse_unnamed(given: SourceNode | None, block: Block) -> None:
    """Refuse values without names under `with`; that they are in the order of the params is likely.

    Raises:
        Refusal: they are a list, or one of them.
    """
    plain = None if given is None else given.plain()
    if plain is None or is_mapping(plain):
        return
    values = plain if is_list(plain) else [plain]
    names = [name for name, param in block.params.items() if param.value is None]
    needed = [name for name in names if block.params[name].required]
    own = needed if len(needed) == len(values) else names
    named = not any(is_mapping(value) or "=" in str(value) for value in values)
    if named and 0 < len(values) <= len(own):
        text = in_braces(dict(zip(own, values, strict=False)))
        fix = write(text, words=f"write `with: {text}`", safe=len(values) == len(names) == 1)
        message = f"`with` must be a mapping, not {described(plain)}"
        raise Refusal("SPC0104", message, argument=("with",), fix=fix)


def _bare(item: SourceNode, block: Block) -> Iterator[Refusal]:
    own_keys = set(key_names(Use))
    plain = item.plain()
    given = plain if is_mapping(plain) else {}
    for key, written in cast("dict[str, Entry]", item.value).items():
        own = key in block.params
        near = nearest(key, key_names(Use)[1:])
        if key in own_keys or key.startswith("x-"):
            continue
        guess = key if own else nearest(key, block.params)
        slip = isinstance(guess, Guess) and guess.sure
        doc = not own_keys.isdisjoint(ANYWHERE.get(key, ()))
        meant = near == "from" or doc or Use.belongs(key, given) is not None
        if meant and not own and not slip:
            continue
        refusal = Refusal(
            "SPC0103",
            f"a use has no key `{key}`",
            argument=(key,),
            blame_key=True,
            allowed=listed(name for name in key_names(Use) if item.get(name) is None),
        )
        if guess:
            shown = written_plainly(written.node.plain())
            words = f"write `with: {{{guess}: {shown}}}`: `{guess}` is a param of the block"
            safe = own or slip
            yield refusal.mended(move("with", guess, words, safe=safe))
        elif near is not None:
            yield refusal.but(**{**suggestion(near), "allowed": refusal.allowed})
        else:
            takes = ", ".join(f"`{name}`" for name in block.params)
            says = f"takes {takes}, under `with`" if takes else "has no params"
            words = f"the block `{block.name}` {says}"
            yield refusal.but(help=words, annotation="unknown")
