"""Which mask Keras gives a result by itself, and what is done where the spec's is another."""

from __future__ import annotations

from collections.abc import Sequence

from spec_compiler.elaborate.mask_policy import with_masks
from spec_compiler.ir.graph import Value
from spec_compiler.keras.table import outputs_of
from spec_compiler.layers.base.interface import Passing
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.program import Step
from spec_compiler.records import record


@record
class Masking:
    """What becomes of masks around a call of Keras's layer.

    Attributes:
        given: The inputs with the masks that the layer is to see.
        minds: Whether it looks at masks, or passes one on.
        after: For each result the mask that it is to have, where Keras gives another; None in it:
            no mask.
    """

    given: tuple[Signal, ...]
    minds: bool
    after: dict[str, Value | None]


class UnknownMaskError(Exception):
    """A mask that only the step itself computes, which Keras's layer does not."""


def masking_of(step: Step, taken: Sequence[Signal], told: Signal | None) -> Masking:
    """What becomes of masks.

    Args:
        step: The call.
        taken: What it reads.
        told: The tensor that `mask: NAME` names.

    Raises:
        UnknownMaskError: the result has a mask that can only be had by computing it.
    """
    layer, wish = step.settings.layer, step.settings.around.mask
    of_result = len(taken) > 1 and not layer.masks.uses and not layer.masks.makes
    named = None if told is None or of_result else Mask(told.value, "")
    given = tuple(with_masks(list(taken), layer, wish, named))
    at_hand = {x.mask.value for x in taken if x.mask is not None}
    if told is not None:
        at_hand.add(told.value)
    after: dict[str, Value | None] = {}
    names = list(step.results)
    if len(names) > 1:
        names = list(outputs_of(step.kind, layer.stated()))
    for at, name in enumerate(names):
        mask = step.results[name].mask
        wanted = None if mask is None else mask.value
        natural, known = _natural(layer, given, wanted, wish, at)
        if known and natural is wanted:
            continue
        if wanted is not None and wanted not in at_hand:
            raise UnknownMaskError
        after[name] = wanted
    minds = layer.masks.uses or layer.masks.passes is not Passing.NEVER
    return Masking(given, minds and not layer.masks.makes, after)


def _natural(
    layer: Layer, given: Sequence[Signal], wanted: Value | None, wish: str | None, at: int
) -> tuple[Value | None, bool]:
    """The mask that Keras gives a result by itself, and whether it is known which that is."""
    masks = layer.masks
    if at:  # of several results only the first has a mask, and Keras hangs one on scores, too
        masked = any(x.mask is not None for x in given)
        return None, not masked or type(layer).__name__ != "MultiHeadAttention"
    if masks.when and not layer.is_on(masks.when, layer.stated()):
        return None, True
    if masks.makes:
        return wanted, wish in {None, "pass"}
    of_inputs = [None if x.mask is None else x.mask.value for x in given]
    match masks.passes:
        case Passing.FIRST:
            return (of_inputs[0] if of_inputs else None), True
        case Passing.EVERY:
            some = bool(of_inputs) and None not in of_inputs
            return (wanted if some else None), not some or wanted is not None
        case Passing.JOINED:
            some = any(mask is not None for mask in of_inputs)
            if wish == "pass" and None in of_inputs:
                return None, True  # Keras keeps every step beside an input without a mask
            return (wanted if some else None), not some or wanted is not None
        case _:
            return None, True
