"""IntegerLookup: whole numbers become their places in a vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, StrictBool, ValidationInfo, WithJsonSchema, model_validator

from spec_compiler.declaring.fields import KnownSize, refuse, size_of
from spec_compiler.declaring.numbers import WholeNumber
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import Fix
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.tables import Placed
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.base.interface import Masks
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.preprocessing.encoding import (
    OutputMode,
    encoded,
    mask_of_categories,
    require_whole,
)
from spec_compiler.layers.signal import Mask, Signal


def _tokens(written: object, info: ValidationInfo) -> tuple[int, ...]:
    if isinstance(written, str):
        raise refuse("is a list of whole numbers here, not the name of a file")
    if not is_sequence(written) or not written:
        raise refuse(f"must be a list of whole numbers, not {described(written)}")
    found: list[int] = []
    for item in written:
        number = size_of(item, info)
        if not isinstance(number, int):
            raise refuse(f"must hold whole numbers, not {described(item)}")
        found.append(number)
    return tuple(found)


Tokens = Annotated[
    tuple[int, ...],
    BeforeValidator(_tokens),
    WithJsonSchema({"type": "array", "items": {"type": "integer"}, "minItems": 1}),
]
"""Different whole numbers."""


class IntegerLookup(Layer):
    """The place of each whole number in a vocabulary, as a number or as vectors.

    With `output_mode: int` the result is `int64` of the input's shape: 0 for the `mask_token`, if
    there is one, then `num_oov_indices` places for numbers outside of the vocabulary, by their
    remainder, and then a place for each of the `vocabulary`. With `invert` places become numbers,
    and other places the `oov_token`. Else the result is what
    [CategoryEncoding](CategoryEncoding.md) makes of the places, as `int64`; there is then no place
    for the `mask_token`, which leaves no trace. With `pad_to_max_tokens` the vectors have
    `max_tokens` entries. No weights. A mask ends here; `mask: pass` keeps it with `int` and
    `one_hot`. Source: Keras's IntegerLookup, of which the vocabulary is given, not adapted.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "int32[batch, seq]",
            {"vocabulary": [3, -2, 1], "max_tokens": 9, "vocabulary_dtype": "int64"},
            gives="int64[batch, seq]",
            equals='cast(where(x == 3, 1, where(x == -2, 2, where(x == 1, 3, 0))), "int64")',
        ),
        Example(
            "int64[batch, seq]",
            {"vocabulary": [1, 2], "num_oov_indices": 2, "mask_token": 0},
            gives="int64[batch, seq]",
            equals="where(x == 0, 0, where(x == 1, 3, where(x == 2, 4, 1 + x % 2)))",
            why="other numbers are even or odd",
        ),
        Example(
            "int32[batch, seq]",
            {"vocabulary": [30, 20, 10], "invert": True, "mask_token": 5, "oov_token": -7},
            gives="int64[batch, seq]",
            equals='cast(where(x == 0, 5, where(x == 2, 30, where(x == 3, 20, other))), "int64")',
            where={"other": "where(x == 4, 10, -7)"},
            why="the way back",
        ),
        Example(
            "int32[batch, n]",
            {
                "vocabulary": [1, 2],
                "mask_token": 0,
                "output_mode": "count",
                "max_tokens": 4,
                "pad_to_max_tokens": True,
                "sparse": False,
                "oov_method": "floormod",
            },
            gives="int64[batch, 4]",
            equals='cast(sum(stack([other, x == 1, x == 2, x != x], axis=-1), axis=1), "int64")',
            where={"other": "x != 0 and x != 1 and x != 2"},
            why="0 is not counted",
        ),
        Example("float32[batch, 3]", {"vocabulary": [1, 2]}, refuses="SPC0403"),
        Example("int32[batch, 3]", {"vocabulary": [1, 2, 1]}, refuses="SPC0104", why="1 twice"),
        Example(
            "int32[batch, 3]",
            {"vocabulary": [1, 2], "num_oov_indices": 0},
            refuses="SPC0308",
            why="a number that has no place would be an error in a run",
        ),
    )
    masks: ClassVar[Masks] = Masks(provable=True)

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Layer.elsewhere,
        "idf_weights": "leave it out, write `output_mode: count`, and multiply the result in a "
        "Lambda",
        "salt": "leave it out: numbers outside of the vocabulary go by their remainder",
    }

    max_tokens: KnownSize | None = None
    """The most places, all of them counted; default: as many as there are."""
    num_oov_indices: KnownSize = 1
    """Number of places for numbers that are not in the vocabulary."""
    mask_token: WholeNumber | None = None
    """The number that stands for padding, if one does."""
    oov_token: WholeNumber = -1
    """What `invert` makes of a place that is not of the vocabulary."""
    vocabulary: Tokens
    """The numbers in their order; those for padding and others may stand before them, as in Keras.
    """
    vocabulary_dtype: Literal["int64"] = "int64"
    """Accepted for Keras's sake."""
    invert: StrictBool = False
    """Whether places become numbers."""
    output_mode: OutputMode = "int"
    """What becomes of the places: themselves, a vector each, or one for each sample."""
    sparse: StrictBool = False
    """Accepted for Keras's sake; the result is the same, and dense."""
    pad_to_max_tokens: StrictBool = False
    """Whether vectors have `max_tokens` entries."""
    oov_method: Literal["floormod"] = "floormod"
    """How other numbers come to their places: by their remainder."""

    @property
    def oov_start(self) -> int:
        """The first place of other numbers."""
        return int(self.mask_token is not None and self.output_mode == "int")

    @property
    def start(self) -> int:
        """The first place of the vocabulary."""
        return self.oov_start + self.num_oov_indices

    @property
    def tokens(self) -> tuple[int, ...]:
        """The vocabulary without what stands for padding and for others."""
        special = (self.mask_token,) * self.oov_start + (self.oov_token,) * self.num_oov_indices
        stand = self.vocabulary[: self.start] == special
        return self.vocabulary[self.start :] if stand else self.vocabulary

    @model_validator(mode="after")
    def _consistent(self) -> IntegerLookup:
        at = ("vocabulary",)
        token, times = Counter(self.tokens).most_common(1)[0] if self.tokens else (0, 0)
        if times > 1:
            raise refuse(f"must hold different numbers, and {token} is there twice", argument=at)
        for name, reserved in (
            ("mask_token", self.mask_token),
            ("oov_token", self.oov_token if self.invert else None),
        ):
            if reserved is not None and reserved in self.tokens:
                raise refuse(f"must not hold the `{name}` {reserved}", argument=at)
        if self.invert and self.output_mode != "int":
            raise refuse("must be `int` with `invert`", argument=("output_mode",))
        places = self.start + len(self.tokens)
        if self.max_tokens is not None and places > self.max_tokens:
            raise refuse(
                f"must be {places} or more, as many as there are", argument=("max_tokens",)
            )
        if self.pad_to_max_tokens and self.max_tokens is None:
            raise refuse("needs `max_tokens`", argument=("pad_to_max_tokens",))
        return self

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        require_whole("IntegerLookup", x)
        numbers = b.cast(x.value, "int64")
        if self.invert:
            return Signal(self._token(b, numbers))
        places = self._place(b, numbers)
        if self.output_mode == "int":
            return Signal(places)
        depth = self.start + len(self.tokens)
        if self.pad_to_max_tokens and self.max_tokens is not None:
            depth = self.max_tokens
        return Signal(encoded(b, "IntegerLookup", x, places, depth, self.output_mode, "int64"))

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask of the numbers, where each becomes a place or a vector."""
        return mask_of_categories(b, x, self.output_mode) or super().carry_mask(b, result, x)

    def _place(self, b: Builder, x: Value) -> Value:
        tokens = self.tokens
        if self.num_oov_indices == 1:
            places = b.full(self.oov_start, "int64", x.shape)
        else:
            places = b.binary("remainder", x, self.num_oov_indices)
            places = b.add(places, self.oov_start)
        if tokens:
            ordered = sorted(range(len(tokens)), key=tokens.__getitem__)
            table = self._table(b, [tokens[i] for i in ordered])
            last = b.subtract(b.compose(Placed(len(tokens)), x, table), 1)
            last = b.maximum(last, 0)
            of_token = b.take(self._table(b, [self.start + i for i in ordered]), last)
            places = b.select(b.binary("equal", b.take(table, last), x), of_token, places)
        if self.mask_token is not None:
            masked = b.binary("equal", x, self.mask_token)
            places = b.select(masked, 0 if self.output_mode == "int" else -1, places)
        return places

    def _token(self, b: Builder, x: Value) -> Value:
        count = len(self.tokens)
        found = b.full(self.oov_token, "int64", x.shape)
        if count:
            inside = b.binary("greater_equal", x, self.start)
            inside = b.binary("logical_and", inside, b.binary("less", x, self.start + count))
            places = b.subtract(b.clip(x, self.start, self.start + count - 1), self.start)
            found = b.select(inside, b.take(self._table(b, self.tokens), places), found)
        if self.mask_token is not None:
            found = b.select(b.binary("equal", x, 0), self.mask_token, found)
        return found

    def _table(self, b: Builder, numbers: list[int] | tuple[int, ...]) -> Value:
        return b.literal(numbers, TensorType("int64", (len(numbers),)))
