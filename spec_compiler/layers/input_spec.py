"""Keras's InputSpec, and claims about results: assertions that are proved when compiling."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    StrictBool,
    StrictInt,
    ValidationInfo,
    model_validator,
)

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Dim, Size
from spec_compiler.ir.types import TensorType, shape_text
from spec_compiler.layers.signal import Signal
from spec_compiler.notation.fields import (
    Declaration,
    DTypeName,
    FieldRefusal,
    ShapeField,
    axis_size,
    refuse,
)
from spec_compiler.notation.plain import is_mapping, is_sequence
from spec_compiler.notation.scope import described

NonNegative = Annotated[StrictInt, BeforeValidator(lambda value: _not_negative(value))]


class InputSpec(Declaration):
    """What an input of a layer must be; `null` anywhere claims nothing."""

    dtype: DTypeName | None = None
    """The exact dtype; nothing is promoted."""
    shape: ShapeField | None = None
    """The shape with the batch axis."""
    ndim: NonNegative | None = None
    """The exact rank, the batch included."""
    max_ndim: NonNegative | None = None
    """The greatest rank."""
    min_ndim: NonNegative | None = None
    """The least rank."""
    axes: Annotated[dict[int, int | None], BeforeValidator(lambda value: _axes(value))] = {}
    """Sizes of single axes; negative ones count from the last."""
    allow_last_axis_squeeze: StrictBool = False
    """Whether a last axis of size 1 may be absent or added."""
    name: str | None = None
    """The name of the input that is meant, for readers."""

    @model_validator(mode="after")
    def _consistent(self) -> InputSpec:
        ranks: dict[str, int] = {}
        if self.shape is not None:
            ranks["shape"] = len(self.shape)
        if self.ndim is not None:
            ranks["ndim"] = self.ndim
        if len(set(ranks.values())) > 1:
            raise refuse(
                f"is a contradiction: `shape` has rank {ranks['shape']}, `ndim` is {ranks['ndim']}",
                "SPC0107",
                argument=("ndim",),
                related=((("shape",), f"rank {ranks['shape']}"),),
            )
        rank = next(iter(ranks.values()), None)
        low, high = self.min_ndim or 0, self.max_ndim
        if high is not None and low > high:
            raise refuse(
                f"is a contradiction: `min_ndim` {low} is above `max_ndim` {high}",
                "SPC0107",
                argument=("min_ndim",),
                related=((("max_ndim",), f"at most {high}"),),
            )
        if rank is not None and not low <= rank <= (rank if high is None else high):
            at = "min_ndim" if rank < low else "max_ndim"
            raise refuse(
                f"is a contradiction: rank {rank} against `{at}` {getattr(self, at)}",
                "SPC0107",
                argument=(at,),
            )
        self._check_axes(rank if rank is not None else high, exact=rank is not None)
        return self

    def _check_axes(self, rank: int | None, *, exact: bool) -> None:
        for axis, size in self.axes.items():
            if rank is not None and not -rank <= axis < rank:
                raise refuse(
                    f"names axis {axis}, and the rank is {'' if exact else 'at most '}{rank}",
                    "SPC0107",
                    argument=("axes", str(axis)),
                )
            if self.shape is not None and size is not None:
                stated = self.shape[axis]
                if isinstance(stated, int) and stated != size:
                    raise refuse(
                        f"is a contradiction: axis {axis} is {size} in `axes` and {stated} in "
                        "`shape`",
                        "SPC0107",
                        argument=("axes", str(axis)),
                        related=((("shape",), f"{stated} here"),),
                    )

    def check(self, b: Builder, x: Signal, at: tuple[str | int, ...]) -> None:
        """Prove that a signal is as specified; what only the data can tell is recorded.

        Raises:
            Refusal: it is not.
        """
        rank = x.rank
        squeezed = self.allow_last_axis_squeeze
        expected = self.shape
        shape = x.shape
        if squeezed and expected is not None:
            # either side may have a last axis of size 1 that the other has not
            if len(expected) == rank + 1 and expected[-1] == 1:
                expected = expected[:-1]
            elif rank == len(expected) + 1 and shape[-1] == 1:
                shape = shape[:-1]
        wanted = len(expected) if expected is not None else self.ndim
        if wanted is not None and len(shape) != wanted:
            raise _rank(f"rank {wanted}", x, at, "shape" if expected is not None else "ndim")
        if self.max_ndim is not None and rank > self.max_ndim:
            raise _rank(f"rank {self.max_ndim} or less", x, at, "max_ndim")
        if self.min_ndim is not None and rank < self.min_ndim:
            raise _rank(f"rank {self.min_ndim} or more", x, at, "min_ndim")
        if self.dtype is not None and x.dtype != self.dtype:
            raise Refusal(
                "SPC0402",
                f"the input must be `{self.dtype}`, and it is `{x.dtype}`",
                argument=(*at, "dtype"),
            )
        for axis, size in self.axes.items():
            if not -rank <= axis < rank:
                raise _rank(f"an axis {axis}", x, at, "axes")
            where = (*at, "axes", str(axis))
            if size is not None and not b.require(x.shape[axis], "==", size, f"axis {axis}", where):
                raise _size(axis, size, x, (*at, "axes", str(axis)))
        for axis, size in enumerate(expected or ()):
            where = (*at, "shape", axis)
            if size is not None and not b.require(shape[axis], "==", size, f"axis {axis}", where):
                raise _size(axis, size, x, (*at, "shape", axis))


class Claim(Declaration):
    """What an author says that a result is; proved, never trusted."""

    shape: ShapeField | None = None
    """The shape with the batch axis; null claims nothing about an axis."""
    dtype: DTypeName | None = None
    """The dtype."""
    mask: Annotated[
        tuple[Size | None, ...] | str | None,
        PlainValidator(lambda value, info: _mask_claim(value, info)),
        PlainSerializer(lambda mask: _plain_mask(mask)),
    ] = None
    """`none`, or the shape of the mask."""

    def check(self, b: Builder, x: Signal, at: tuple[str | int, ...]) -> None:
        """Prove the claim about a signal.

        Raises:
            Refusal: it is false.
        """
        if self.dtype is not None and x.dtype != self.dtype:
            raise Refusal(
                "SPC0405",
                f"the result is `{x.dtype}`, not `{self.dtype}` as claimed",
                argument=(*at, "dtype"),
            )
        if self.shape is not None:
            _claim_shape(b, x.value.type, self.shape, "result", (*at, "shape"))
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
            _claim_shape(b, x.mask.value.type, self.mask, "mask", (*at, "mask"))


def one_or_many(written: object) -> object:
    """A single InputSpec stands for a list of one."""
    if is_sequence(written):
        return tuple(written)
    return () if written is None else (written,)


def _claim_shape(
    b: Builder, found: TensorType, claimed: tuple[Any, ...], what: str, at: tuple[str | int, ...]
) -> None:
    if len(claimed) != found.rank:
        raise Refusal(
            "SPC0309",
            f"the {what} has rank {found.rank}, {shape_text(found.shape)}; the claim has rank "
            f"{len(claimed)}",
            argument=at,
            help="a claim has the batch axis: begin with `batch`"
            if len(claimed) == found.rank - 1
            else "",
        )
    for axis, size in enumerate(claimed):
        if size is not None and not b.require(
            found.shape[axis], "==", size, f"axis {axis} of the claim", (*at, axis)
        ):
            raise Refusal(
                "SPC0309",
                f"axis {axis} of the {what} is {found.shape[axis]}, not {size} as claimed",
                argument=(*at, axis),
                sizes=((0, axis),) if what == "result" else (),
            )


def _rank(wanted: str, x: Signal, at: tuple[str | int, ...], key: str) -> Refusal:
    return Refusal(
        "SPC0304",
        f"the input needs {wanted}, and it has rank {x.rank}: {x.value.type}",
        argument=(*at, key),
    )


def _size(axis: int, size: object, x: Signal, at: tuple[str | int, ...]) -> Refusal:
    return Refusal(
        "SPC0301",
        f"axis {axis} of the input must be {size}, and it is {x.shape[axis]}: {x.value.type}",
        argument=at,
        sizes=((int(at[1]), axis),),
    )


def _not_negative(value: object) -> object:
    if type(value) is int and value < 0:
        raise refuse(f"must be 0 or more, not {value}")
    return value


def _axes(written: object) -> object:
    if not is_mapping(written):
        raise refuse(
            f"must be a mapping from axes to sizes such as `{{-1: 8}}`, not {described(written)}"
        )
    axes: dict[int, object] = {}
    for key, size in written.items():
        text = str(key)
        if not text.lstrip("-").isdigit():
            raise refuse(f"`axes` must have whole numbers as keys, not `{text}`", argument=(text,))
        if size is not None and (type(size) is not int or size < 0):
            raise refuse(
                f"`axes` must give a size for axis {text}, not {described(size)}",
                argument=(text,),
            )
        axes[int(text)] = size
    return axes


def _mask_claim(written: object, info: ValidationInfo) -> object:
    if written == "none" or written is None:
        return written
    if not is_sequence(written):
        raise refuse(f"must be `none` or the shape of the mask, not {described(written)}")
    sizes: list[Size | None] = []
    for index, item in enumerate(written):
        try:
            sizes.append(axis_size(item, info))
        except FieldRefusal as problem:
            for refusal in problem.refusals:
                refusal.argument = (index, *refusal.argument)
            raise
    return tuple(sizes)


def _plain_mask(mask: tuple[Size | None, ...] | str | None) -> object:
    if not isinstance(mask, tuple):
        return mask
    return [str(size) if isinstance(size, Dim) else size for size in mask]
