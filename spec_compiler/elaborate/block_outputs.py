"""What the author of a block claims of its outputs, held against what each copy of it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.reading import Signals
from spec_compiler.elaborate.settings_in_blocks import Scopes
from spec_compiler.elaborate.signature import batch_of
from spec_compiler.expanding.copies import Instance, Place
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape
from spec_compiler.language.outputs import Output
from spec_compiler.layers.signal import Signal
from spec_compiler.reading.authored import authored
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.wiring import Wiring

_SHAPES = ("shape", "mask")


def check_block_outputs(
    wiring: Wiring,
    scopes: Scopes,
    b: Builder,
    signals: Mapping[str, Signals],
    diagnostics: Diagnostics,
) -> None:
    """Prove every claim about the outputs of every copy of a block."""
    for instance, claimed in wiring.claimed.items():
        if not claimed or not _is_fed(instance, wiring, signals):
            continue
        for name, reference in claimed.items():
            if reference.source not in signals:
                continue
            explain = partial(scopes.explain, "", ())
            place = Place(instance.block.node, instance)
            with diagnostics.at(place, once=True, explain=explain):
                scope = scopes.of(instance)
                fed = {
                    port: scopes.read(source) for port, source in wiring.bindings[instance].items()
                }
                scope = scope._replace(dims={**scope.dims, **batch_of(instance.block, fed)})
                signal = scopes.read(reference)
                _check(name, signal, instance, scope, _leading(instance, fed), b)


def _is_fed(instance: Instance | None, wiring: Wiring, signals: Mapping[str, Signals]) -> bool:
    """Whether all is there that binds the sizes of a copy, and of those around it."""
    while (
        instance is not None and instance in wiring.bindings
    ):  # those around a cell are not its own
        ports = wiring.bindings[instance]
        if len(ports) < len(instance.feeds) or any(
            port.source not in signals for port in ports.values()
        ):
            return False
        instance = instance.outer
    return True


def _leading(instance: Instance, fed: Mapping[str, Signal]) -> Shape:
    """The axes that `...` stands for in the inputs; none where it stands in none."""
    for name, port in instance.block.inputs.items():
        if port.shape is not None and "..." in port.shape:
            signal, at = fed[name], port.shape.index("...")
            shape = signal.shape[1:] if signal.batch == 0 else signal.shape
            return shape[at : at + len(shape) - len(port.shape) + 1]
    return ()


def _check(
    name: str,
    signal: Signal,
    instance: Instance,
    scope: Scope,
    leading: Shape,
    b: Builder,
) -> None:
    """Prove the claim about one output.

    Raises:
        Refusal: it is false.
    """
    at = ("outputs", name)
    plain = authored(instance.block.node.nearest(at), scope)
    if not is_mapping(plain):
        return
    moved: dict[str, int] = {}
    for key in _SHAPES:
        entries = plain.get(key)
        if is_list(entries) and "..." in entries:
            moved[key] = place = entries.index("...")
            plain = {**plain, key: [*entries[:place], *leading, *entries[place + 1 :]]}
    here = replace(b, layer=instance.name)
    try:
        validated(Output, plain, scope, "an output").check(here, signal, ())
    except Refusal as refusal:
        parts = (_placed(part, moved, len(leading)).under(at) for part in refusal.parts)
        raise Refusals(parts) from None


def _placed(refusal: Refusal, moved: Mapping[str, int], count: int) -> Refusal:
    """A refusal about an axis, whose number is brought to that of the entry that is written."""
    match refusal.argument:
        case (str() as key, int() as axis) if key in moved and axis >= moved[key]:
            return refusal.but(argument=(key, max(moved[key], axis - count + 1)))
        case _:
            return refusal
