"""Keras's InputSpec: what an input of a layer must be, proved when compiling."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, StrictBool, StrictInt, model_validator

from spec_compiler.declaring.fields import Declaration, DTypeName, ShapeField, refuse
from spec_compiler.declaring.plain import is_mapping, is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import quoted
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import ItemPath, Refusal

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

    def check(self, b: Builder, x: Signal, at: ItemPath) -> None:
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
                origins=((x.value, "dtype"),),
                fix=write(x.dtype, ", or cast the input", safe=False),
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


def one_or_many(written: object) -> object:
    """A single InputSpec stands for a list of one."""
    if is_sequence(written):
        return tuple(written)
    return () if written is None else (written,)


def _rank(wanted: str, x: Signal, at: ItemPath, key: str) -> Refusal:
    return Refusal(
        "SPC0304",
        f"the input needs {wanted}, and it has rank {x.rank}: {x.value.type}",
        argument=(*at, key),
        origins=((x.value, "type"),),
    )


def _size(axis: int, size: object, x: Signal, at: ItemPath) -> Refusal:
    return Refusal(
        "SPC0301",
        f"axis {axis} of the input must be {size}, and it is {quoted(x.shape[axis])}: "
        f"{x.value.type}",
        argument=at,
        origins=((x.value, axis),),
        fix=write(x.shape[axis], safe=False) if isinstance(x.shape[axis], int) else None,
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
            raise refuse(
                f"`axes` must have whole numbers as keys, not `{text}`",
                about_field="",
                argument=(text,),
            )
        if size is not None and (type(size) is not int or size < 0):
            raise refuse(
                f"`axes` must give a size for axis {text}, not {described(size)}",
                about_field="",
                argument=(text,),
            )
        axes[int(text)] = size
    return axes
