"""Claims about results: what an author says that they are, proved when compiling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, cast

from pydantic import PlainSerializer, PlainValidator, ValidationInfo

from spec_compiler.declaring.fields import Declaration, DTypeName, ShapeField, axis_size, refuse
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import Fix, advise
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Dim, Shape, Size, quoted, symbols
from spec_compiler.ir.facts import Facts
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import ItemPath, Refusal


class Claim(Declaration):
    """What an author says that a result is; proved, never trusted."""

    shape: ShapeField | None = None
    """The shape with the batch axis; null claims nothing about an axis."""
    dtype: DTypeName | None = None
    """The dtype."""
    mask: Annotated[
        tuple[Size | None, ...] | str | None,
        PlainValidator(lambda value, info: _mask(value, info)),
        PlainSerializer(lambda mask: plain_shape(mask)),
    ] = None
    """`none`, or the shape of the mask."""

    def check(self, b: Builder, x: Signal, at: ItemPath) -> None:
        """Prove the claim about a signal.

        Raises:
            Refusal: it is false.
        """
        if self.dtype is not None and x.dtype != self.dtype:
            raise Refusal(
                "SPC0405",
                f"the result is `{x.dtype}`, not `{self.dtype}` as claimed",
                argument=(*at, "dtype"),
                origins=((x.value, "dtype"),),
                fix=_claimed(x.dtype),
            )
        if self.shape is not None:
            _claim_shape(b, x.value, self.shape, "result", (*at, "shape"))
        if self.mask == "none" and x.mask is not None:
            raise Refusal(
                "SPC0405",
                f"the result has a mask, made by `{x.mask.origin}`; the claim says none",
                argument=(*at, "mask"),
            )
        if isinstance(self.mask, tuple):
            if x.mask is None:
                raise Refusal(
                    "SPC0405", "the result has no mask, and one is claimed", argument=(*at, "mask")
                )
            _claim_shape(b, x.mask.value, self.mask, "mask", (*at, "mask"))


class OtherClaim(Refusal):
    """A result has another shape than is claimed.

    Attributes:
        found: Its shape.
        claimed: What its author says.
    """

    def __init__(
        self,
        code: str,
        message: str,
        at: ItemPath,
        found: Shape,
        claimed: tuple[Size | None, ...],
        fix: Fix | None,
    ) -> None:
        super().__init__(code, message, argument=at, fix=fix)
        self.found, self.claimed = found, claimed


def _claim_shape(
    b: Builder, found: Value, claimed: tuple[Any, ...], what: str, at: ItemPath
) -> None:
    rank = len(found.shape)
    if len(claimed) != rank:
        raise OtherClaim(
            "SPC0309",
            f"the {what} has rank {rank}, {shape_text(found.shape)}; the claim has rank "
            f"{len(claimed)}",
            at,
            found.shape,
            claimed,
            claimed_of(found.shape, claimed),
        ).but(origins=((found, "type"),))
    for axis, size in enumerate(claimed):
        if size is not None and not b.require(
            found.shape[axis], "==", size, f"axis {axis} of the claim", (*at, axis)
        ):
            raise Refusal(
                "SPC0309",
                f"axis {axis} of the {what} is {quoted(found.shape[axis])}, not {quoted(size)} as "
                "claimed",
                argument=(*at, axis),
                origins=((found, axis),),
                fix=_near(found.shape, claimed, _sized(found.shape[axis])),
            )


def extra_axis(found: Shape, claimed: Sequence[Size | None]) -> str:
    """What to say where a result has an axis that is not claimed, and is not the batch; or ``."""
    if len(found) != len(claimed) + 1:
        return ""
    fitting: dict[int, int] = {}
    for axis in range(len(found)):
        pairs = [*zip(claimed, (*found[:axis], *found[axis + 1 :]), strict=True)]
        if all(_may_be(size, real) for size, real in pairs):
            fitting[axis] = sum(size == real for size, real in pairs)
    axis = max(fitting, key=lambda axis: fitting[axis], default=0)  # of several, the first
    return f"axis {axis}, of {quoted(found[axis])}, is too many" if axis else ""


def claimed_of(found: Shape, claimed: Sequence[Size | None], hint: str = "") -> Fix | None:
    """What to do about a claim: one axis is written as it is, or the batch that lacks.

    Where more is wrong it is most often the model, whose guard the claim is.

    Args:
        found: What is true.
        claimed: What is claimed.
        hint: What is said, where no more is known.
    """
    if len(found) == len(claimed):
        return _near(found, claimed, _shape(found), hint)
    lacks_batch = len(claimed) == len(found) - 1 and found[0] not in claimed[:1]
    if lacks_batch and all(map(_may_be, claimed, found[1:])):
        return _claimed(_shape(found), hint or "a claim has the batch axis: begin with `batch`")
    return advise(extra_axis(found, claimed) or hint)


def _near(found: Shape, claimed: Sequence[Size | None], text: str, hint: str = "") -> Fix | None:
    """What is true in the place of the claim, where no more than one axis of it is wrong."""
    pairs = zip(claimed, found, strict=True)
    if sum(not _may_be(size, real) for size, real in pairs) < 2:
        return _claimed(text, hint)
    turned = Counter(map(str, claimed)) == Counter(map(str, found))
    return advise("the claim has the axes of the result in another order" if turned else hint)


def _shape(found: Shape) -> str:
    return f"[{', '.join(map(_sized, found))}]"


def _may_be(size: Size | None, real: Size) -> bool:
    return size is None or Facts().equal(size, real) is not False


def _claimed(text: str, help: str = "") -> Fix:
    """What is true in the place of the claim; the claim may be what was meant."""
    return Fix("write", text, safe=False, help=help, last=True)


def _sized(size: Size) -> str:
    """A size as a claim says it; null where it has no name."""
    if isinstance(size, int):
        return f"{size}"
    unnamed = any(symbol.anonymous for symbol in symbols(size))
    return "null" if unnamed else f'"{size}"' if "," in f"{size}" else f"{size}"


def _mask(written: object, info: ValidationInfo) -> object:
    if written == "none" or written is None:
        return written
    if not is_sequence(written):
        raise refuse(f"must be `none` or the shape of the mask, not {described(written)}")
    return claimed_shape(written, info)


def claimed_shape(written: Sequence[object], info: ValidationInfo) -> tuple[Size | None, ...]:
    """A shape that is claimed; null claims nothing about an axis.

    Raises:
        Refusal: an entry is no size; its index is the path.
    """
    sizes: list[Size | None] = []
    for index, item in enumerate(written):
        try:
            sizes.append(axis_size(item, info))
        except Refusal as problem:
            raise problem.under((index,)) from None
    return tuple(sizes)


def plain_shape(claimed: object) -> object:
    """The claim as plain data: a shape with its formulas as text, or the word that it is."""
    if not isinstance(claimed, tuple):
        return claimed
    sizes = cast("tuple[Size | None, ...]", claimed)
    return [str(size) if isinstance(size, Dim) else size for size in sizes]
