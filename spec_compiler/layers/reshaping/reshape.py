"""Reshape: the same elements in other axes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator

from spec_compiler.declaring.fields import AnySize, doubt, refuse, sizes_listed
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import Fix, advise, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import bounds, floor_divide
from spec_compiler.ir.dims import Shape, product, quoted
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.base.interface import Masks, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.reordered import mask_of_leading_axes, reordered
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal

_INFERRED = -1
_AT = ("target_shape",)


def _listed(written: object) -> object:
    if not is_sequence(written):
        raise refuse(
            f"must be a list of sizes such as `[28, -1]`, not {described(written)}",
            fix=sizes_listed(written),
        )
    return tuple(written)


def _sizes(shape: Shape) -> Shape:
    """Sizes of 0 or more, and at most one -1."""
    for index, size in enumerate(shape):
        if size == _INFERRED:
            continue
        low, _ = bounds(size)
        if low is None or low < 0:
            wrong = f"{size} is negative" if isinstance(size, int) else doubt(size)
            raise refuse(f"must hold sizes, and {wrong}", "SPC0308", argument=(index,))
    if shape.count(_INFERRED) > 1:
        raise refuse(
            "has -1 more than once, and only one size can be inferred",
            "SPC0361",
            fix=advise("write every size but one"),
        )
    return shape


TargetShape = Annotated[tuple[AnySize, ...], BeforeValidator(_listed), AfterValidator(_sizes)]


class Reshape(Layer):
    """Give the axes after the batch other sizes; the elements keep their order.

    `[batch, …]` to `[batch, target_shape]`, with as many elements. One size may be -1: it is
    inferred, exactly, and where only the data knows the sizes, in terms of them: `3*seq // 2`. That
    all elements have a place is proved, or checked before the run. Whole numbers stay whole. No
    weights. A mask ends here; `mask: pass` keeps one whose axes are still the first ones. Source:
    Keras's Reshape.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 3, 4]",
            {"target_shape": [-1, 2]},
            gives="float32[batch, 6, 2]",
            equals="reshape(x, [batch, 6, 2])",
        ),
        Example(
            "float32[batch, seq, 4] mask",
            {"target_shape": ["seq", 2, -1], "mask": "pass"},
            gives="float32[batch, seq, 2, 2] mask",
            equals="stack([x[..., :2], x[..., 2:]], axis=2)",
            keeps="mask(x)",
            why="the axis of the steps is still there",
        ),
        Example(
            "float32[batch, seq, 3]",
            {"target_shape": [-1, 2]},
            gives="float32[batch, (3*seq) // 2, 2]",
            equals="reshape(x, [batch, 3 * seq // 2, 2])",
            why="checked on the data: an even number of steps",
        ),
        Example(
            "float32[batch]",
            {"target_shape": [1, 1]},
            gives="float32[batch, 1, 1]",
            equals="x[:, None, None]",
        ),
        Example("float32[batch, 3, 4]", {"target_shape": [5, 2]}, refuses="SPC0360"),
        Example("float32[batch, 3, 4]", {"target_shape": [-1, 5]}, refuses="SPC0360"),
        Example("float32[batch, 3, 4]", {"target_shape": [-1, -1]}, refuses="SPC0361"),
        Example(
            "float32[batch, seq, 4] mask",
            {"target_shape": [2, -1], "mask": "pass"},
            refuses="SPC0411",
        ),
    )

    masks: ClassVar[Masks] = Masks(provable=True)
    rows: ClassVar[Rows] = Rows.NEEDED

    target_shape: TargetShape
    """Sizes of the axes after the batch; -1 for one that is to be inferred."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        batch, shape = x.shape[0], self._filled_in(b, x)
        why = f"Reshape of {shape_text(x.shape)} to {shape_text((batch, *shape))}"
        if not b.require(product(x.shape[1:]), "==", product(shape), why, _AT):
            raise self._misfit(x)
        return reordered(x, b.reshape(b.kept(x.value), (batch, *shape)))

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask, when its axes are still the first ones."""
        return mask_of_leading_axes(b, x, result) or super().carry_mask(b, result, x)

    def _filled_in(self, b: Builder, x: Signal) -> Shape:
        """The target without -1, rounded down where the sizes do not divide."""
        if _INFERRED not in self.target_shape:
            return self.target_shape
        at = self.target_shape.index(_INFERRED)
        before, after = self.target_shape[:at], self.target_shape[at + 1 :]
        stated = product((*before, *after))
        if not b.require(stated, ">=", 1, "Reshape infers -1 beside sizes that are not 0", _AT):
            raise self._misfit(x)
        return (*before, floor_divide(product(x.shape[1:]), stated), *after)

    def _misfit(self, x: Signal) -> Refusal:
        held = product(x.shape[1:])
        target = shape_text(self.target_shape)
        stated = product(tuple(size for size in self.target_shape if size != _INFERRED))
        if _INFERRED in self.target_shape:
            reason = f"{quoted(held)} elements are no multiple of {quoted(stated)}"
            hint = "the other sizes must divide the number of elements of the input"
        else:
            reason = f"it has {quoted(stated)} elements for each row, and the input has "
            reason += quoted(held)
            hint = "write -1 for a size that is to be inferred"
        return Refusal(
            "SPC0360",
            f"Reshape cannot give {shape_text(x.shape[1:])} the shape {target}: {reason}",
            argument=_AT,
            annotation=f"{quoted(held)} elements come in",
            origins=tuple((x.value, axis) for axis in range(1, x.rank)),
            fix=self._inferring(held, hint),
        )

    def _inferring(self, held: object, words: str) -> Fix | None:
        """The same with another number for one size, where numbers tell which fits."""
        target = self.target_shape
        fits: list[tuple[int, int]] = []
        for at in range(len(target)):
            rest = product((*target[:at], *target[at + 1 :]))
            if not (isinstance(held, int) and isinstance(rest, int)) or rest <= 0:
                continue
            if held % rest == 0:
                fits.append((at, held // rest))
        if not fits or _INFERRED in target:
            return advise(words)
        texts = [
            f"[{', '.join(f'{size if i == at else old}' for i, old in enumerate(target))}]"
            for at, size in fits
        ]
        shown = " or ".join(f"`{text}`" for text in texts)
        words = f"write {shown}, of {held} elements"
        return write(texts[0], words=words, safe=False) if len(fits) == 1 else advise(words)
