"""Uses of blocks: how many copies, what each is given, and what it reads."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple, cast

from spec_compiler.declaring.scope import Scope, described
from spec_compiler.expanding.copies import Instance, Names, WrittenFeed
from spec_compiler.formula.arithmetic import names_in
from spec_compiler.ir.dims import BATCH, BATCH_NAME
from spec_compiler.language.settings import Sources
from spec_compiler.language.use import Use
from spec_compiler.reading.authored import authored
from spec_compiler.reading.library import Block
from spec_compiler.reading.made_params import made_in_order, made_value
from spec_compiler.reading.params import argument_value, not_to_set
from spec_compiler.refusals import ItemPath, Refusal, Refusals
from spec_compiler.source.node import Plain, SourceNode
from spec_compiler.spans import Label
from spec_compiler.spelling import nearest, suggestion

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


def copies(use: Use) -> range | None:
    """The numbers of the copies; None where the block is used once.

    Raises:
        Refusal: their number is not known, or the lists under `each` differ in length.
    """
    lengths = {name: len(values) for name, values in use.each.items()}
    if use.repeat is not None and lengths:
        raise Refusal(
            "SPC0107", "`each` says how many copies there are: leave `repeat` out",
            argument=("repeat",), blame_key=True,
        )  # fmt: skip
    if use.repeat is not None:
        if not isinstance(use.repeat, int):
            message = f"`repeat` must be a number, and `{use.repeat}` is known only from the data"
            raise Refusal("SPC0306", message, argument=("repeat",))
        if use.repeat < 0:
            message = f"`repeat` must be 0 or more, not {use.repeat}"
            raise Refusal("SPC0308", message, argument=("repeat",))
        return range(use.repeat)
    if not lengths:
        return None
    first, count = next(iter(lengths.items()))
    for name, length in lengths.items():
        if length != count:
            raise Refusal(
                "SPC0107",
                f"`each` gives {count} values of `{first}` and {length} of `{name}`",
                argument=("each", name),
                related=((("each", first), f"{count} values"),),
            )
    return range(count)


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
    counted: dict[str, object] = {} if index is None else {"i": index}
    scope = outer.scope._replace(params={**outer.scope.params, **counted})
    given = _given(item, index)
    absent = [name for name in block.params if name not in given]
    strange = [name for name in given if name not in block.params]
    meant = {name: nearest(name, absent) or nearest(name, block.params) for name in strange}
    found = [_unknown(name, given[name], block, guess) for name, guess in meant.items()]
    seen = Known(Scope()) if block.is_whole_file else file
    values: dict[str, object] = {**seen.scope.params, **counted}
    later = {*block.bound, *seen.later}
    inside = Scope(seen.scope.params, {BATCH_NAME: BATCH})
    for name, param in block.params.items():
        path = given.get(name)
        try:
            if param.value is not None:
                if path is not None:
                    raise not_to_set(name, block.params)
                later.add(name)
                values.pop(name, None)
                continue
            if path is None and param.default is None:
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
        values |= made_for(block, Scope(values, inside.dims), frozenset(later))
        later -= values.keys()
    if found:
        raise Refusals(found)
    return Known(Scope(values, inside.dims), frozenset(later))


def made_for(block: Block, scope: Scope, later: frozenset[str] = frozenset()) -> dict[str, object]:
    """The params of a copy that are made from others, as far as those are known.

    Args:
        block: The definition.
        scope: What the names in it mean.
        later: Those that get a value when the inputs of the block are known.

    Raises:
        Refusal: one cannot be made.
    """
    values: dict[str, object] = {}
    order, _ = made_in_order(block.params)
    open_names = {*later}
    for name in order:
        param = block.params[name]
        open_names.discard(name)
        if not open_names.isdisjoint(names_in(str(param.value))):
            open_names.add(name)
            continue
        try:
            within = scope._replace(params={**scope.params, **values})
            values[name] = made_value(name, param, within)
        except Refusal as refusal:
            at = block.node.span_of(("params", name, *refusal.argument), refusal.within)
            raise Refusal(
                refusal.code,
                f"`{name}` of `{block.name}`: {refusal.message}",
                argument=("use",),
                labels=(Label(at, "made here"),),
                help=refusal.help or refusal.annotation,
            ) from None
    return values


def _given(item: SourceNode, index: int | None) -> dict[str, ItemPath]:
    """Where the value of each argument stands."""
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


def _unknown(name: str, path: ItemPath, block: Block, guess: str | None) -> Refusal:
    otherwise = f"it takes {', '.join(f'`{p}`' for p in block.params)}" if block.params else ""
    return Refusal(
        "SPC0103",
        f"the block `{block.name}` has no param `{name}`",
        argument=path[:2],
        blame_key=True,
        **suggestion(guess, otherwise or "it takes none"),
    )


def _mentions(plain: Plain, names: frozenset[str]) -> bool:
    if isinstance(plain, str):
        return not names.isdisjoint(names_in(plain))
    items = plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ()
    return any(_mentions(item, names) for item in items)


def feeds(
    written: Sources | None,
    block: Block,
    names: Names,
    item: SourceNode,
    above: str | None,
    inside: Instance | None,
) -> dict[str, WrittenFeed]:
    """What each port of a block reads.

    Raises:
        Refusal: there are more or fewer than the block has, or one is unknown.
    """
    ports = list(block.inputs)
    takes = f"the block `{block.name}` takes {', '.join(f'`{port}`' for port in ports)}"
    if isinstance(written, dict):
        for port in written:
            if port not in ports:
                raise Refusal(
                    "SPC0204", f"{takes}, and has no input `{port}`", argument=("from", port),
                    blame_key=True, **suggestion(nearest(port, ports)),
                )  # fmt: skip
        absent = [port for port in ports if port not in written]
        if absent:
            raise Refusal("SPC0204", f"{takes}; `{absent[0]}` is missing", argument=("from",))
        return {
            port: WrittenFeed(written[port], names, item, ("from", port), inside) for port in ports
        }
    if written is None or isinstance(written, str):
        if len(ports) > 1:
            at = ("from",) if written else ()
            example = ", ".join(f"{port}: …" for port in ports)
            raise Refusal("SPC0204", takes, argument=at, help=f"write `from: {{{example}}}`")
        reference = written if written is not None else above
        return {ports[0]: WrittenFeed(reference, names, item, ("from",) if written else (), inside)}
    if len(written) != len(ports):
        raise Refusal("SPC0204", f"{takes}, not {len(written)}", argument=("from",))
    return {
        port: WrittenFeed(written[index], names, item, ("from", index), inside)
        for index, port in enumerate(ports)
    }


def pairs(block: Block) -> dict[str, str]:
    """Which output goes where an input came from: the only ones, else those of the same name."""
    if len(block.inputs) == len(block.outputs) == 1:
        return {next(iter(block.inputs)): next(iter(block.outputs))}
    return {name: name for name in block.inputs if name in block.outputs}


def check_pairs(use: Use, block: Block, count: int | None) -> None:
    """Refuse copies that cannot be chained, and a residual or an identity without an input.

    Raises:
        Refusal: no output has the name of an input.
    """
    found = pairs(block)
    key = "residual" if use.residual else "each" if use.each else "repeat"
    lacking = [name for name in block.outputs if name not in found.values()]
    if ((count is not None and count != 1) or use.residual) and not found:
        outputs = ", ".join(f"`{name}`" for name in block.outputs)
        ports = ", ".join(f"`{name}`" for name in block.inputs)
        raise Refusal(
            "SPC0212",
            f"`{key}` needs an output of `{block.name}` for an input: it gives {outputs} and takes "
            f"{ports}",
            argument=(key,),
            blame_key=True,
            help="outputs go to the inputs of the same name",
        )
    if count == 0 and lacking:
        message = f"with no copy there is nothing for the output `{lacking[0]}` of `{block.name}`"
        raise Refusal("SPC0212", message, argument=(key,))


def before_shapes(
    item: SourceNode, known: Known, keys: Collection[str] | None = None
) -> dict[str, Any]:
    """What an item says that must be known before shapes are.

    Raises:
        Refusal: it names a size that a block's inputs bind.
    """
    plain: dict[str, Any] = {}
    for key, entry in cast("dict[str, Any]", item.value).items():
        if key.startswith("x-") or (keys is not None and key not in keys):
            continue
        if key in LATER and keys is None:
            plain[key] = entry.node.plain()
            continue
        if not isinstance(entry.node.value, str) or known.settled(entry.node):
            try:
                plain[key] = authored(entry.node, known.scope)
            except Refusal as refusal:
                raise refusal.under((key,)) from None
        elif key == "repeat" or entry.node.value.startswith("$"):
            raise Refusal(
                "SPC0306",
                f"`{key}` must be known before shapes are, and "
                f"{described(entry.node.value)} is not",
                argument=(key,),
                help="use a number or a param",
            )
        else:
            plain[key] = entry.node.value
    return plain
