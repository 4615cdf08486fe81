"""What the params of a block are in a copy: given by its use, defaults, or made from others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from spec_compiler.declaring.plain import written_plainly
from spec_compiler.declaring.scope import Scope
from spec_compiler.fixes import outward
from spec_compiler.formula.arithmetic import names_in
from spec_compiler.ir.dims import BATCH, BATCH_NAME
from spec_compiler.language.document import Param
from spec_compiler.language.names import COPY
from spec_compiler.reading.authored import authored
from spec_compiler.reading.library import Block
from spec_compiler.reading.made_params import made_in_order, made_value
from spec_compiler.reading.params import argument_value, not_to_set
from spec_compiler.refusals import ItemPath, Refusal, Refusals
from spec_compiler.shortening import shown_path
from spec_compiler.source.node import Plain, SourceNode
from spec_compiler.spans import Label
from spec_compiler.spelling import nearest, suggestion

_NUMBERS = frozenset({"int", "float"})
_OF_USE = ("name", "from", "repeat", "each", "share", "residual")
LATER = ("with", "each")
"""Keys whose values may name sizes that only the call's inputs bind."""


class Known(NamedTuple):
    """What is known of names before shapes are.

    Attributes:
        scope: The names that have a value.
        later: Those that get one when the inputs of a block are known.
    """

    scope: Scope
    later: frozenset[str] = frozenset()

    def settled(self, node: SourceNode) -> bool:
        """Whether a value names nothing that is known only later."""
        return not (self.later and _mentions(node.plain(), self.later))


def arguments(
    block: Block, item: SourceNode, index: int | None, outer: Known, file: Known
) -> Known:
    """What the names in a copy's body mean, as far as that is known.

    Args:
        block: The definition.
        item: The use.
        index: The number of the copy.
        outer: What names mean where the use stands.
        file: What the params of the file mean that the definition stands in.

    Raises:
        Refusals: an unknown, a missing or a wrong argument.
    """
    counted: dict[str, object] = {} if index is None else {COPY: index}
    scope = outer.scope._replace(params={**outer.scope.params, **counted})
    given = given_by(item, index)
    params = _with_made_defaults(block, given)
    meant = _meant(block, given)
    found = [_unknown(name, given[name], block, guess, item) for name, guess in meant.items()]
    seen = Known(Scope()) if block.is_whole_file else file
    values: dict[str, object] = {**seen.scope.params, **counted}
    later = {*block.bound, *seen.later}
    inside = Scope(seen.scope.params, {BATCH_NAME: BATCH})
    for name, param in params.items():
        path = given.get(name)
        try:
            if param.value is not None:
                if path is not None:
                    raise not_to_set(name, block.params)
                later.add(name)
                values.pop(name, None)
                continue
            if path is None and param.required:
                if name in meant.values():  # said of the name that was written instead
                    continue
                raise Refusal(
                    "SPC0102",
                    f"`use: {block.name}` needs `{name}` under `with`",
                    help=f"add `with: {{{name}: …}}`",
                )
            node = item.nearest(path) if path is not None else None
            if node is not None and not outer.settled(node):
                later.add(name)
                values.pop(name, None)
                continue
            written = authored(node, scope) if node is not None else param.default
            at = inside if node is None else scope
            values[name] = argument_value(name, param, written, at)
            later.discard(name)
        except Refusal as refusal:
            found.append(refusal.under(path or ()))
    if not found:
        values |= made_for(block, given, Scope(values, inside.dims), frozenset(later))
        later -= values.keys()
    if found:
        raise Refusals(found)
    return Known(Scope(values, inside.dims), frozenset(later))


def _meant(block: Block, given: Collection[str]) -> dict[str, str | None]:
    """The names that are no params, and those that were probably meant."""
    absent = [name for name in block.params if name not in given]
    needed = [name for name in absent if block.params[name].required]
    strange = [name for name in given if name not in block.params]
    only = needed[0] if len(strange) == len(needed) == 1 else None
    return {name: nearest(name, absent) or nearest(name, block.params) or only for name in strange}


def _with_made_defaults(block: Block, given: Collection[str]) -> dict[str, Param]:
    """The params of a block, of which those without a value are made as their default says."""
    return {
        name: param.model_copy(update={"value": param.default, "default": None})
        if name not in given and param.type in _NUMBERS and isinstance(param.default, str)
        else param
        for name, param in block.params.items()
    }


def made_for(
    block: Block,
    given: Mapping[str, ItemPath],
    scope: Scope,
    later: frozenset[str] = frozenset(),
) -> dict[str, object]:
    """The params of a copy that are made from others, as far as those are known.

    Args:
        block: The definition.
        given: Those that the use gives a value, and where.
        scope: What the names in it mean.
        later: Those that get a value when the inputs of the block are known.

    Raises:
        Refusal: one cannot be made.
    """
    values: dict[str, object] = {}
    params = _with_made_defaults(block, given)
    order, cycles = made_in_order(params)
    for path in cycles:
        shown = shown_path([*path, path[0]])
        open_one = next(name for name in path if block.params[name].value is None)
        raise Refusal(
            "SPC0220",
            f"the params of `{block.name}` are made from each other: {shown}",
            argument=("use",),
            labels=(Label(block.node.span_of(("params", path[0])), "declared here"),),
            help=f"give one of them under `with`: `with: {{{open_one}: …}}`",
        )
    open_names = {*later}
    for name in order:
        param = params[name]
        open_names.discard(name)
        if not open_names.isdisjoint(names_in(str(param.value))):
            open_names.add(name)
            continue
        try:
            within = scope._replace(params={**scope.params, **values})
            values[name] = made_value(name, param, within)
        except Refusal as refusal:
            key = "value" if block.params[name].value is not None else "default"
            at = block.node.span_of(("params", name, key), refusal.within)
            named = [given[other] for other in names_in(str(param.value)) if other in given]
            raise Refusal(
                refusal.code,
                f"`{name}` of `{block.name}`: {refusal.message}",
                argument=named[0] if named else ("use",),
                labels=(Label(at, "made here"),),
                help=refusal.help or refusal.annotation,
            ) from None
    return values


def given_by(item: SourceNode, index: int | None) -> dict[str, ItemPath]:
    """Where the value of each argument stands, in a use or one of its copies."""
    found: dict[str, ItemPath] = {}
    for key in LATER:
        node = item.get(key)
        for name in node.value if node is not None and isinstance(node.value, dict) else ():
            if name.startswith("x-"):
                continue
            if name in found:
                message = f"`{name}` stands under `with` and under `each`"
                raise Refusal("SPC0107", message, argument=(key, name), blame_key=True)
            found[name] = (key, name) if key == "with" else (key, name, index or 0)
    return found


_OTHERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("ff_dim", "dim_feedforward", "d_ff", "mlp_dim", "ffn_dim", "intermediate_size"),
        ("hidden", "units", "width"),
    ),
    **dict.fromkeys(("num_heads", "n_heads", "n_head", "nhead", "num_attention_heads"), ("heads",)),
    **dict.fromkeys(("dropout_rate", "drop_rate", "rate", "p"), ("dropout",)),
    **dict.fromkeys(("act", "nonlinearity"), ("activation",)),
    **dict.fromkeys(("eps", "layer_norm_eps"), ("epsilon",)),
}
"""What people call the params of blocks, and the names that these have most often."""


def _unknown(
    name: str, path: ItemPath, block: Block, guess: str | None, item: SourceNode
) -> Refusal:
    guess = guess or next((own for own in _OTHERS.get(name, ()) if own in block.params), None)
    otherwise = f"it takes {', '.join(f'`{p}`' for p in block.params)}" if block.params else ""
    refusal = Refusal(
        "SPC0103",
        f"the block `{block.name}` has no param `{name}`",
        argument=path[:2],
        blame_key=True,
        **suggestion(guess, otherwise or "it takes none", block.params),
    )
    if guess is None and name in _OF_USE and path[0] == "with":
        shown = written_plainly(item.nearest(path).plain())
        words = f"it stands beside `with`: `{name}: {shown}`"
        return refusal.mended(outward(name, shown, words, safe=True).under(("with",)))
    return refusal


def _mentions(plain: Plain, names: frozenset[str]) -> bool:
    if isinstance(plain, str):
        return not names.isdisjoint(names_in(plain))
    items = plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ()
    return any(_mentions(item, names) for item in items)
