"""Arrays against the declarations of inputs: cast where no value changes, else refused.

That nothing is wrong is shown by the least and the greatest number of an array; only where they do
not show it is each number looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Self, cast

import numpy as np

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.ir.arrays import Array, dense, is_sparse
from spec_compiler.ir.storage import as_stored, stored
from spec_compiler.ir.types import FLOATS, DType, closed, ends, interval_text, whole_numbers
from spec_compiler.program import Channel, Port, Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.numbers import (
    Numbers,
    by_rows,
    has_nan,
    lie_between,
    stored_numbers,
    with_numbers,
)


class Declared(NamedTuple):
    """What the data of an input must be, once the named sizes are numbers.

    Attributes:
        name: Of the data, `x` or `x.mask`.
        port: What it is declared as.
        is_mask: Whether it is the mask of that.
        dtype: Of the numbers.
        held: The dtype of the array that holds them.
        allowed: What the author says of the numbers, end by end.
        between: The ends, rounded as the numbers are; None where nothing is said.
    """

    name: str
    port: Port
    is_mask: bool
    dtype: DType
    held: np.dtype[Any]
    allowed: tuple[float | None, float | None]
    between: tuple[float, float] | None

    @classmethod
    def of(cls, name: str, tensor: Channel, sizes: Mapping[str, int]) -> Self:
        """What is declared of a tensor that goes in."""
        dtype, allowed = tensor.value.type.dtype, tensor.port.said_for(sizes)
        held, between = np.dtype(stored(dtype)), None
        if allowed != (None, None):
            between = cast("tuple[float, float]", closed(*allowed, dtype))
            if dtype in FLOATS:
                between = tuple(as_stored(np.array(between, held), dtype).tolist())
        return cls(name, tensor.port, tensor.is_mask, dtype, held, allowed, between)

    def shown_to_hold(self, data: Any) -> bool:
        """Whether two looks show that data is right as it is; else `InputCheck` says what is."""
        if type(data) is not np.ndarray or data.dtype != self.held or self.dtype == "bfloat16":
            return False
        if self.is_mask:
            return True
        return not has_nan(data) if self.between is None else lie_between(data, *self.between)


class InputCheck:
    """Checks the data of one input, whole or in parts; says each kind of finding once."""

    def __init__(
        self, declared: Declared, program: Program, origin: str, diagnostics: Diagnostics
    ) -> None:
        self.declared = declared
        self.program = program
        self.origin = origin
        self.diagnostics = diagnostics
        self.said: set[str] = set()

    def take(self, data: Any, first_row: int = 0) -> Array:
        """Data in the declared dtype; what is wrong with it is collected.

        Args:
            data: An array, or a scipy.sparse matrix of any format; it is held to the same rules.
            first_row: The number of its first row in the whole data, for messages.

        Returns:
            An array, or a matrix in CSR where scipy has the dtype.
        """
        if not is_sparse(data):
            return self._checked(Numbers(data, data.shape), first_row)
        if not self.declared.port.sparse:
            self._say(
                "SPC0518",
                f"{self.origin} is sparse, and the input `{self.declared.name}` is dense",
                "declare the input with `sparse: true`",
            )
            return np.zeros(data.shape, self.declared.held)
        if data.ndim == 2:
            rows = by_rows(data)
            return with_numbers(rows, self._checked(stored_numbers(rows), first_row))
        array = dense(data)
        return self._checked(Numbers(array, array.shape), first_row)

    def _checked(self, given: Numbers, first_row: int) -> Array:
        values = self._cast(given, first_row)
        # what a cast made up is not in the data: nothing is said of its values
        if not self.declared.is_mask and "SPC0519" not in self.said:
            known = given if values is given.values else given._replace(values=values)
            self._check_values(known, first_row)
        return values

    def _cast(self, given: Numbers, first_row: int) -> Array:
        array, declared = given.values, self.declared
        if array.dtype == declared.held and declared.dtype != "bfloat16":
            return array
        if array.dtype.kind not in "biuf":
            self._say("SPC0519", f"{self.origin} holds {array.dtype}, not numbers")
            return np.zeros(array.shape, declared.held)
        parts = [*given.parts()]
        if len(parts) == 1:
            return self._cast_part(given, first_row)
        values = np.empty(array.shape, declared.held)
        for first, part in parts:
            rows = slice(first, first + len(part.values))
            values[rows] = self._cast_part(part, first_row + first)
        return values

    def _cast_part(self, given: Numbers, first_row: int) -> Array:
        array, declared = given.values, self.declared
        values = as_stored(array, declared.dtype)
        changed = _changed(array, values, declared.dtype)
        if changed is not None and changed.any():
            if array.dtype.kind in "iu" and not declared.is_mask:
                self._check_values(given, first_row)  # what is out of range fits no dtype
            if "SPC0520" not in self.said:
                self._say_no_number(given, changed, first_row)
        return values

    def _say_no_number(self, given: Numbers, where: Array, first_row: int) -> None:
        name, dtype, found = self.declared.name, self.declared.dtype, given.values.dtype
        place, value = given.first(where, first_row)
        # a loss that reads classes reads whole numbers, whatever is declared
        settled = self.declared.port.at[0] == "train" and dtype not in FLOATS and found.kind == "f"
        self._say(
            "SPC0519",
            f"{self.origin} holds {value} at {place}, which is no `{dtype}`",
            f"the labels `{name}` are whole numbers: convert the data"
            if settled
            else f"`{name}` is declared `{dtype}`: convert the data, or declare `{found}`",
        )

    def _check_values(self, given: Numbers, first_row: int) -> None:
        name, allowed, between = self.declared.name, self.declared.allowed, self.declared.between
        if between is not None:
            numbers, (low, high) = given.with_a_zero(), between
            if lie_between(numbers.values, low, high):
                return
            for first, part in numbers.parts():
                outside = ~((part.values >= low) & (part.values <= high))  # NaN is outside, too
                if outside.any():
                    place, value = part.first(outside, first_row + first)
                    what = f"{self.origin} holds {value} at {place}"
                    self._say("SPC0520", f"{what}; `{name}` takes {interval_text(*allowed)}")
                    return
        elif has_nan(given.values):
            count, place = 0, ""
            for first, part in given.parts():
                bad = np.isnan(part.values)
                if bad.any():
                    place = place or part.first(bad, first_row + first)[0]
                    count += int(bad.sum())
            more = f" ({count} in all)" if count > 1 else ""
            self._say(
                "SPC0521", f"{self.origin} holds NaN at {place}{more}", severity=Severity.WARNING
            )

    def _say(
        self, code: str, message: str, hint: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        if code in self.said:
            return
        self.said.add(code)
        node, path = self.program.core.node, self.declared.port.at
        key = {"SPC0520": "values", "SPC0519": "dtype", "SPC0518": "sparse"}.get(code, "")
        stated = node.nearest(path).get(key)
        of_line = stated is not None and stated.span.line == stated.span.end_line
        where = (*path, key) if of_line else path
        self.diagnostics.at(node, severity=severity).add(
            Refusal(code, message, argument=where, blame_key=not of_line, help=hint)
        )


def _changed(array: Array, values: Array, dtype: DType) -> Array | None:
    """Where a cast changes a value; None where it is shown that it changes none.

    A float that is rounded to a narrower one stays itself.
    """
    floats = array.dtype.kind == "f"
    if floats and dtype in FLOATS:
        unchanged = lie_between(values, *ends(dtype))
        return None if unchanged else np.isinf(values) & ~np.isinf(array)
    if not floats and lie_between(array, *whole_numbers(dtype)):
        return None
    back = values.astype(array.dtype)
    same = (back == array) & (
        np.sign(values.astype(np.float64)) == np.sign(array.astype(np.float64))
    )
    return ~same | np.isinf(values)  # which come back as the least number of some dtypes
