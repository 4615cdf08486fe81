"""Arrays against the declarations of inputs: cast where no value changes, else refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.ir.arrays import Array, dense, is_sparse
from spec_compiler.ir.storage import as_stored, round_bfloat16, stored
from spec_compiler.ir.types import FLOATS, End, closed, interval_text
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.numbers import Numbers, by_rows, stored_numbers, with_numbers


class InputCheck:
    """Checks the data of one input, whole or in parts; says each kind of finding once."""

    def __init__(
        self,
        name: str,
        program: Program,
        sizes: Mapping[str, int],
        origin: str,
        diagnostics: Diagnostics,
    ) -> None:
        self.name = name
        self.origin = origin
        tensor = program.takes[name]
        self.type = tensor.value.type
        self.port, self.is_mask = tensor.port, tensor.is_mask
        self.allowed = tensor.port.said_for(sizes)
        self.diagnostics = diagnostics
        self.program = program
        self.said: set[str] = set()

    def take(self, data: Any, first_row: int = 0) -> Array:
        """Data in the declared dtype; what is wrong with it is collected.

        Args:
            data: An array, or a scipy.sparse matrix of any format for a sparse input; it is held to
                the same rules.
            first_row: The number of its first row in the whole data, for messages.

        Returns:
            An array, or a matrix in CSR where scipy has the dtype.
        """
        if is_sparse(data) and not self.port.sparse:
            self._say(
                "SPC0518",
                f"{self.origin} is sparse, and the input `{self.name}` is dense",
                "declare the input with `sparse: true`",
            )
            return np.zeros(data.shape, np.dtype(stored(self.type.dtype)))
        if is_sparse(data) and data.ndim == 2:
            rows = by_rows(data)
            return with_numbers(rows, self._checked(stored_numbers(rows), first_row))
        array = np.asarray(dense(data))
        return self._checked(Numbers(array, array.shape), first_row)

    def _checked(self, given: Numbers, first_row: int) -> Array:
        cast = self._cast(given, first_row)
        # what a cast made up is not in the data: nothing is said of its values
        if not self.is_mask and "SPC0519" not in self.said:
            self._check_values(given._replace(values=cast), first_row)
        return cast

    def _cast(self, given: Numbers, first_row: int) -> Array:
        array, target = given.values, np.dtype(stored(self.type.dtype))
        if array.dtype == object or array.dtype.kind not in "biuf":
            self._say("SPC0519", f"{self.origin} holds {array.dtype}, not numbers")
            return np.zeros(array.shape, target)
        if array.dtype != target or self.type.dtype == "bfloat16":
            with np.errstate(all="ignore"):
                cast = as_stored(array, self.type.dtype)
                changed = self._changed(array, cast)
            if changed.any():
                if array.dtype.kind in "iu" and not self.is_mask:
                    self._check_values(given, first_row)  # what is out of range fits no dtype
                if "SPC0520" not in self.said:
                    self._say_no_number(given, changed, first_row)
            return cast
        return array

    def _say_no_number(self, given: Numbers, where: Array, first_row: int) -> None:
        dtype, found = self.type.dtype, given.values.dtype
        place, value = given.first(where, first_row)
        # a loss that reads classes reads whole numbers, whatever is declared
        settled = self.port.at[0] == "train" and dtype not in FLOATS and found.kind == "f"
        self._say(
            "SPC0519",
            f"{self.origin} holds {value} at {place}, which is no `{dtype}`",
            f"the labels `{self.name}` are whole numbers: convert the data"
            if settled
            else f"`{self.name}` is declared `{dtype}`: convert the data, or declare `{found}`",
        )

    def _changed(self, array: Array, cast: Array) -> Array:
        """Where a cast changes a value; a float that is rounded to a narrower one stays itself."""
        if array.dtype.kind == "f" and self.type.dtype in FLOATS:
            return np.isinf(cast) & ~np.isinf(array)
        back = cast.astype(array.dtype)
        return ~(
            (back == array)
            & (np.sign(cast.astype(np.float64)) == np.sign(array.astype(np.float64)))
        )

    def _check_values(self, given: Numbers, first_row: int) -> None:
        if self.allowed != (None, None):
            numbers = given.with_a_zero()
            low, high = self._ends(*closed(*self.allowed, self.type.dtype))
            outside = ~((numbers.values >= low) & (numbers.values <= high))  # NaN is outside, too
            if outside.any():
                place, value = numbers.first(outside, first_row)
                self._say(
                    "SPC0520",
                    f"{self.origin} holds {value} at {place}; `{self.name}` takes "
                    f"{interval_text(*self.allowed)}",
                )
                return
        if given.values.dtype.kind == "f":
            bad = np.isnan(given.values)
            if bad.any():
                place, _ = given.first(bad, first_row)
                count = int(bad.sum())
                more = f" ({count} in all)" if count > 1 else ""
                self._say(
                    "SPC0521",
                    f"{self.origin} holds NaN at {place}{more}",
                    severity=Severity.WARNING,
                )

    def _ends(self, *interval: End) -> tuple[Any, ...]:
        """The ends, rounded as the data is."""
        if self.type.dtype not in FLOATS:
            return interval
        rounded = np.array(interval, stored(self.type.dtype))
        return tuple(round_bfloat16(rounded) if self.type.dtype == "bfloat16" else rounded)

    def _say(
        self, code: str, message: str, hint: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        if code in self.said:
            return
        self.said.add(code)
        node, path = self.program.core.node, self.port.at
        key = {"SPC0520": "values", "SPC0519": "dtype", "SPC0518": "sparse"}.get(code, "")
        stated = node.nearest(path).get(key)
        of_line = stated is not None and stated.span.line == stated.span.end_line
        where = (*path, key) if of_line else path
        self.diagnostics.at(node, severity=severity).add(
            Refusal(code, message, argument=where, blame_key=not of_line, help=hint)
        )
