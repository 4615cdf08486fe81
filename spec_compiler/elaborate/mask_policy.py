"""What happens to a mask that a layer would lose, and masks that the author names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from spec_compiler.elaborate.reading import Signals
from spec_compiler.elaborate.rows import beside
from spec_compiler.elaborate.tracing import mask_origin, mask_path
from spec_compiler.fixes import put
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import quoted
from spec_compiler.ir.types import shape_text
from spec_compiler.language.settings import input_names
from spec_compiler.layers.base.interface import ByAuthor, Passing
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.places import on_input
from spec_compiler.reading.packaged import is_packaged
from spec_compiler.refusals import Origin, Refusal
from spec_compiler.wiring import Call, Wiring


def with_masks(
    taken: list[Signal], layer: Layer, wish: str | None, named: Mask | None
) -> list[Signal]:
    """What a layer is given: its inputs with the masks that the author wants it to see.

    Args:
        taken: The inputs.
        layer: The settings.
        wish: What the author says of masks.
        named: The mask that `mask: NAME` means.
    """
    if layer.masks.makes:
        return taken
    if named is not None:
        return [taken[0].masked(named), *taken[1:]]
    if layer.masks.passes is Passing.PROVED:
        said = wish or ""
        return [x.masked(x.mask and replace(x.mask, said=said)) for x in taken]
    return [x.masked(None) for x in taken] if wish == "drop" else taken


class Lost(NamedTuple):
    """A mask, and the result that would be without it; the only one of a layer is called ``."""

    mask: Mask
    result: str


def settle_mask(
    layer: Layer, wish: str | None, given: list[Signal], results: Signals, b: Builder
) -> tuple[Signals, tuple[Lost, ...]]:
    """The results with the mask that `mask: pass` keeps; and the masks that are lost.

    Raises:
        Refusal: the author says `mask: pass`, and it cannot be proved.
    """
    if wish == "drop":
        return results, ()
    lost = {
        signal.mask.value: Lost(signal.mask, name)
        for signal in given
        for name, made in reversed(results.items())
        if signal.mask and _loses(layer, made, signal, b)
    }
    if not lost:
        return results, ()
    if wish == "pass":
        carried = layer.carry_mask(b, next(iter(results.values())), *given)
        return {name: signal.masked(carried) for name, signal in results.items()}, ()
    whole = {
        name: signal.masked(signal.mask and replace(signal.mask, spoilt=False))
        for name, signal in results.items()
    }
    return whole, tuple(lost.values())


def _loses(layer: Layer, made: Signal, read: Signal, b: Builder) -> bool:
    """Whether what is read has a mask that a result has not.

    An expression loses none of what it does not read, or whose mask it reads itself.
    """
    if made.mask is not None or read.mask is None:
        return made.mask is not None and made.mask.spoilt
    if not isinstance(layer.ports, ByAuthor):
        return True
    among = b.read_for(made.value)
    return read.value in among and read.mask.value not in among


def lost_mask(
    lost: Lost,
    call: Call,
    given: list[Signal],
    could_pass: bool,
    wiring: Wiring,
    signals: Mapping[str, Signals],
) -> Refusal:
    """The refusal of a layer that would lose a mask, with the way that the mask took to it."""
    path, user = mask_path(lost.mask, call, wiring, signals)
    shown = path if len(path) <= 8 else [*path[:3], "…", *path[-4:]]
    tail = f" -> {user} (the first that would use it)" if user else ""
    origin = mask_origin(lost.mask, wiring)
    by_author = isinstance(call.kind.ports, ByAuthor)
    why, help = (_of_expression if by_author else _of_layer)(lost, call, given, could_pass)
    if is_packaged(call.item.node.file):
        help = "the block takes no padding: end the mask before it, `{type: Identity, mask: drop}`"
    return Refusal(
        "SPC0410",
        f"`{call.name}` would drop the mask made by `{lost.mask.origin}`",
        argument=("function", lost.result) if lost.result else (),
        annotation=why,
        labels=(origin,) if origin else (),
        notes=(f"path of the mask: {' -> '.join(shown)}{tail}",),
        help=help,
        # an expression that reads padding gives another number than is meant, most often
        fix=None if by_author else put("mask", "pass" if could_pass else "drop"),
    )


def _of_layer(lost: Lost, call: Call, given: list[Signal], could_pass: bool) -> tuple[str, str]:
    """Why a layer loses a mask, and what to write."""
    drop = f"if padding may enter `{call.name}`, say so: `mask: drop`"
    if not could_pass:
        return "neither uses a mask nor passes one on", drop
    if any(signal.mask is None for signal in given):
        why = f"{call.kind.__name__} keeps a mask only when every input has one"
        return why, f"to keep it, write `mask: pass`, or give the other inputs a mask, too; {drop}"
    return "neither uses a mask nor passes one on", f"to keep it, write `mask: pass`; {drop}"


def _of_expression(
    lost: Lost, call: Call, given: list[Signal], could_pass: bool
) -> tuple[str, str]:
    """Why an expression loses a mask, and what to write."""
    names = zip(input_names(call.item.sources), given, strict=True)
    name = next(name for name, signal in names if signal.mask is lost.mask)
    what = f"`{lost.result}`" if lost.result else "the expression"
    keep = "; to keep it although steps have met, write `mask: pass`" if could_pass else ""
    return (
        f"{what} neither passes the mask on nor reads it",
        f"`mask({name})` in the expression tells which entries count{keep}; if padding may enter "
        f"`{call.name}`, or weighs nothing there, say so: `mask: drop`",
    )


def named_mask(tensor: Signal, source: str, target: Signal, b: Builder) -> Mask:
    """The mask that `mask: NAME` means, proved to be one for `target`.

    Args:
        tensor: What the name means.
        source: The layer or input that it comes from.
        target: What it is to mask.
        b: Proves the sizes.

    Raises:
        Refusal: it is not boolean, or has other sizes than the axes that it would mask.
    """
    if tensor.batch is None and target.batch == 0:
        tensor = beside(b, tensor, target)
    value = tensor.value
    shape = shape_text(target.shape)
    wrong, fix = "", None
    origins: tuple[Origin, ...] = ((value, "type"), (target.value, "type"))
    if value.dtype != "bool":
        wrong = f"a mask is a boolean tensor, and `{source}` is {value.type}"
        origins = ((value, "dtype"),)
        fix = on_input("dtype", "bool", "")
    elif len(value.shape) > target.rank:
        wrong = f"the mask has rank {len(value.shape)}, and the input {shape} has {target.rank}"
    else:
        for axis, (size, wanted) in enumerate(zip(value.shape, target.shape, strict=False)):
            if not b.require(size, "==", wanted, f"axis {axis} of the mask"):
                wrong = f"axis {axis} of the mask is {quoted(size)}, and the input {shape} has "
                wrong += quoted(wanted)
                origins = ((value, axis), (target.value, axis))
    if wrong:
        raise Refusal("SPC0412", wrong, argument=("mask",), origins=origins, fix=fix)
    return Mask(value, source)
