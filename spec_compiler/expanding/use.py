"""Uses of blocks: how many copies, and what each reads."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, cast

from spec_compiler.declaring.plain import in_braces
from spec_compiler.declaring.scope import described
from spec_compiler.expanding.arguments import LATER, Known
from spec_compiler.expanding.copies import Instance, Names, WrittenFeed
from spec_compiler.fixes import Fix, remove, write
from spec_compiler.language.settings import Sources
from spec_compiler.reading.authored import authored
from spec_compiler.reading.library import Block
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode
from spec_compiler.spelling import nearest, suggestion

if TYPE_CHECKING:
    from spec_compiler.language.use import Use


def copies(use: Use) -> range | None:
    """The numbers of the copies; None where the block is used once.

    Raises:
        Refusal: their number is not known, or the lists under `each` differ in length.
    """
    lengths = {name: len(values) for name, values in use.each.items()}
    if use.repeat is not None and lengths:
        raise Refusal(
            "SPC0107", "`each` says how many copies there are: leave `repeat` out",
            argument=("repeat",), blame_key=True, fix=remove("").on("repeat"),
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
    first, count = max(lengths.items(), key=lambda item: item[1] > 1)
    for name, length in lengths.items():
        if length != count:
            text = in_braces(use.each[name] * count)
            raise Refusal(
                "SPC0107",
                f"`each` gives {count} values of `{first}` and {length} of `{name}`",
                argument=("each", name),
                related=((("each", first), f"{count} values"),),
                fix=write(text, ", one for each copy", safe=False) if length == 1 else None,
            )
    return range(count)


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
                    "SPC0204", f"{takes}, and has no input `{port}`",
                    argument=("from", port), blame_key=True,
                    **suggestion(
                        nearest(port, ports),
                        allowed=[one for one in ports if one not in written],
                        only=[one for one in ports if one not in written],
                    ),
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
        one = len(ports) == 1 and len(set(written)) == 1
        fix = Fix("write", written[0], safe=False) if one else None
        raise Refusal("SPC0204", f"{takes}, not {len(written)}", argument=("from",), fix=fix)
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
                if key == "use":  # the name of a block, as `find` knows it
                    plain[key] = entry.node.value
                    continue
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
