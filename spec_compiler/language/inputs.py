"""The declaration of an input: what may be fed, and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, cast

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from spec_compiler.declaring.fields import (
    AnySize,
    AxisSize,
    Declaration,
    DTypeName,
    Number,
    PositiveSize,
    ShapeField,
    refuse,
    scope_of,
)
from spec_compiler.declaring.plain import is_list, is_mapping, written_plainly
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import validated
from spec_compiler.fixes import Fix, move, remove, write
from spec_compiler.ir.dim_operations import bounds
from spec_compiler.ir.dims import BATCH, Dim, Shape, Size, symbol
from spec_compiler.ir.types import FLOATS, End


class Values(Declaration):
    """The interval that an input's numbers lie in, both ends included."""

    min: Number | None = None
    """The least value; without it, the least of the dtype."""
    max: Number | None = None
    """The greatest value; without it, the greatest of the dtype."""

    @model_validator(mode="after")
    def _ordered(self) -> Values:
        _require_order(self.min, self.max)
        return self


class WholeValues(Declaration):
    """The interval that an input's whole numbers lie in: its ends may depend on dims."""

    min: AnySize | None = None
    """The least value; without it, the least of the dtype."""
    max: AnySize | None = None
    """The greatest value; without it, the greatest of the dtype."""

    @model_validator(mode="after")
    def _ordered(self) -> WholeValues:
        _require_order(self.min, self.max)
        return self


def _require_order(low: Size | float | None, high: Size | float | None) -> None:
    """Refuse an interval that is empty, or may be, or has no end."""
    if low is None or high is None:
        if low is high:
            raise refuse(
                "needs `min`, `max` or both",
                "SPC0102",
                help="write `{min: 0, max: 9}`, or leave it out",
            )
        return
    if isinstance(low, Dim) or isinstance(high, Dim):
        least, _ = bounds(cast("Size", high) - cast("Size", low))
        if least is None or least < 0:
            raise refuse(
                f"may be below `min`: no value lies in {low} to {high} then",
                "SPC0107",
                argument=("max",),
                help="give the dim a larger `min`",
            )
    elif low > high:
        raise refuse(
            f"is below `min`: no value lies in {low} to {high}", "SPC0107", argument=("max",)
        )


def _values(written: object, info: ValidationInfo) -> object:
    """The interval in the input's own kind of numbers; without `dtype` they are floats."""
    if written is None:
        return None
    if is_list(written) and len(written) == 2:
        raise refuse(
            f"must be a mapping, not {described(written)}",
            fix=write(f"{{min: {written[0]}, max: {written[1]}}}"),
        )
    floating = info.data.get("dtype") in {None, *FLOATS}
    cls = Values if floating else WholeValues
    return validated(cls, written, scope_of(info), "`values`")


ValuesField = Annotated[
    Values | WholeValues | None,
    BeforeValidator(_values),
    WithJsonSchema({"anyOf": [{"$ref": "#/$defs/Values"}, {"type": "null"}]}),
]
"""An interval in the kind of numbers that the field `dtype` before it says."""


class TensorFile(Declaration):
    """A constant that is kept in a file beside the spec."""

    others: ClassVar[str] = "language.other_tools.tests.of_data"

    file: str
    """Path of an npy, npz, csv or json file, relative to the spec."""
    key: str | None = None
    """Name of the array in a file that holds several."""

    @model_validator(mode="after")
    def _holds_several(self) -> TensorFile:
        require_several(self.file, self.key)
        return self


def require_several(file: str | None, key: str | None) -> None:
    """Refuse a key where no file has names in it."""
    if key is None:
        return
    if file is None:
        raise refuse("names an array in a `file`, and there is none", "SPC0107", argument=("key",))
    if not file.lower().endswith((".npz", ".json")):
        raise refuse(
            "names an array in an npz or json file",
            "SPC0107",
            argument=("key",),
            related=((("file",), "holds a single array"),),
        )


def _tensor(written: object) -> object:
    if is_mapping(written):
        return validated(TensorFile, written, Scope(), "`tensor`")
    if is_list(written) or isinstance(written, int | float):
        return written
    raise refuse(f"must be numbers, nested lists of them, or a `file`, not {described(written)}")


def _mask(written: object) -> object:
    if isinstance(written, bool) or str(written).lower() in {"true", "false"}:
        return written
    fix = write(
        "true",
        words="write `mask: true`: its data is fed beside the input's, under `NAME.mask`",
        safe=False,
    )
    raise refuse(f"must be true or false, not {described(written)}", fix=fix)


_ENDS = {
    **dict.fromkeys(("min", "minimum", "low"), "min"),
    **dict.fromkeys(("max", "maximum", "high"), "max"),
}
"""Keys that people write for the ends of `values`."""


class Input(Declaration):
    """An input of the model, Keras's Input: fed at run time, or a constant."""

    others: ClassVar[str] = "language.other_tools.inputs.of_input"

    shape: ShapeField | None = None
    """The shape without the batch axis: sizes, names of dims, null for any size."""
    batch_size: PositiveSize | None = None
    """Fixed size of the batch axis."""
    batch_shape: Annotated[tuple[AxisSize, ...] | None, Field(default=None)] = None
    """The shape with the batch axis."""
    dtype: DTypeName | None = None
    """Dtype of the data; default: the file's `dtype`."""
    name: str | None = None
    """The input's name again, if you like; it must be the key."""
    sparse: StrictBool = False
    """Whether scipy.sparse data may be fed; Dense multiplies it as it is."""
    tensor: Annotated[Any, BeforeValidator(_tensor)] = None
    """A constant: nested lists, or a file; it has no batch axis, `shape` and `batch_shape`
    both say its full shape."""
    mask: Annotated[StrictBool, BeforeValidator(_mask)] = False
    """Whether a boolean mask is fed beside it, as `NAME.mask`."""
    values: ValuesField = None
    """The interval of the numbers; proves index ranges and is enforced on data. The ends of whole
    numbers may name dims: `n - 1`."""

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`."""
        end = _ENDS.get(key)
        if end is None or "tensor" in given:
            return super().belongs(key, given)
        ends = {_ENDS[name]: written_plainly(given[name]) for name in given if name in _ENDS}
        shown = ", ".join(f"{name}: {value}" for name, value in ends.items())
        words = f"the numbers of an input lie in `values`: `values: {{{shown}}}`"
        return move("values", end, words, safe=True)

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, written: object) -> object:
        if is_mapping(written):
            shape = written.get("batch_shape")
            if is_list(shape):
                return {**written, "batch_shape": tuple(shape)}
        return written

    @model_validator(mode="after")
    def _one_shape(self) -> Input:
        given = [
            key for key in ("shape", "batch_shape", "tensor") if getattr(self, key) is not None
        ]
        if not given:
            raise refuse(
                "an input needs `shape` (without the batch axis) or `batch_shape`",
                "SPC0102",
                about_field="",
                help="add `shape: [8]`, or `shape: []` for one number a row",
            )
        if "shape" in given and "batch_shape" in given:
            raise refuse(
                "`batch_shape` and `shape` say the same thing twice",
                "SPC0107",
                about_field="",
                argument=("batch_shape",),
                related=((("shape",), "also here"),),
                fix=remove("keep one of them"),
            )
        if self.batch_size is not None and ("batch_shape" in given or self.tensor is not None):
            other = "batch_shape" if "batch_shape" in given else "tensor"
            raise refuse(
                f"cannot stand beside `{other}`",
                "SPC0107",
                argument=("batch_size",),
                related=(((other,), "here"),),
            )
        for key in given:
            entries: Shape = getattr(self, key) if key != "tensor" else ()
            if 0 in entries:
                at = entries.index(0)
                raise refuse("has a size 0, which holds no data", "SPC0308", argument=(key, at))
        if self.tensor is None and self.shape and self.shape[0] == BATCH:
            raise refuse(
                "leaves out the batch axis, which every input has",
                "SPC0107",
                argument=("shape", 0),
                fix=remove("leave `batch` out, or write `batch_shape`"),
            )
        if self.batch_shape == ():
            raise refuse("needs at least the batch axis", argument=("batch_shape",))
        for key in ("mask", "sparse", "values"):
            if self.tensor is not None and getattr(self, key):
                raise refuse("has no meaning for a constant", "SPC0107", argument=(key,))
        return self

    def full_shape(self, name: str) -> Shape:
        """The shape with the batch axis; each null becomes a size of its own."""
        if self.batch_shape is not None:
            entries = self.batch_shape
        else:
            batch: Size | None = self.batch_size
            entries = (batch, *(self.shape or ()))
        return tuple(
            entry if entry is not None else _open(name, axis) for axis, entry in enumerate(entries)
        )

    @property
    def interval(self) -> tuple[End | None, End | None] | None:
        """The numbers that are allowed, both ends included; an end that is not said is None."""
        return None if self.values is None else (self.values.min, self.values.max)


def _open(name: str, axis: int) -> Size:
    """The size of an axis for which there stands null."""
    return symbol(f"{name}.{axis}", kind="anonymous") if axis else BATCH
