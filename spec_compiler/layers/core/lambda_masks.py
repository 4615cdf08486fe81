"""Which mask the result of an expression has, and where the mask of an input is lost."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler import expression
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.joined_masks import common_origin, over_all
from spec_compiler.layers.signal import Mask
from spec_compiler.refusals import Refusal


def kept_mask(b: Builder, x: expression.Tensor, masks: Mapping[Value, Mask]) -> Mask | None:
    """The mask whose axes are the first ones of the result, if there is one.

    Where steps have met it stays if the expression has read it: its author knows of it. Of several
    that fit, the one that was not read; with `mask: pass` all of them joined.
    """
    said, read = {mask.said for mask in masks.values()}, b.read_for(x.value)
    insisted = "pass" in said
    named = {mask for marks in x.along for mask, _ in marks} | x.mixed.keys()
    if "drop" in said or (not insisted and x.mixed.keys() - read):
        return None
    fitting: list[tuple[Value, tuple[int, ...]]] = []
    for value in masks:
        rank = len(value.shape)
        # of `x @ transpose(x)` a row that counts still has columns that do not
        again = any(mask is value for marks in x.along[rank:] for mask, _ in marks)
        if rank > x.rank or (again and not insisted):
            continue
        order = [[at for marked, at in marks if marked is value] for marks in x.along[:rank]]
        axes = tuple(found[0] for found in order if len(found) == 1)
        if len(set(axes)) == rank:
            fitting.append((value, axes))
    kept = dict(fitting)
    if not kept or (named - kept.keys()) - read:
        return None
    unread = {value: axes for value, axes in fitting if value not in read}
    if not insisted:
        if len(unread or kept) > 1:
            return None
        kept = unread or kept
    values = [b.transpose(value, axes) for value, axes in kept.items()]
    joined = over_all(b, "logical_and", values)
    made = [masks[value] for value in kept]
    return Mask(b.broadcast_to(joined, x.value.shape[: len(joined.shape)]), common_origin(b, made))


def lost_mask(x: expression.Tensor, text: str, masks: Mapping[Value, Mask]) -> Refusal:
    """The refusal of `mask: pass`, at the part of the expression where the mask is lost."""
    found = next((how for mask, how in x.mixed.items() if mask in masks), None)
    if found is None:
        return Refusal(
            "SPC0411",
            "the mask cannot pass: its axes are not the first ones of the result",
            annotation=f"gives {x.value.type}",
            help="write `mask: drop` if padding may take part, or keep the masked axes first",
        )
    return Refusal(
        "SPC0411",
        f"the mask cannot pass: `{text[slice(*found.at)]}` {found.how}, which it masks",
        within=found.at,
        help="write `mask: drop` if padding may take part, or `mask: NAME` for a tensor that is "
        "the mask of the result; `mask(x)` in a Lambda gives the mask that comes in",
    )
