"""Arrays against the declarations of inputs: cast where no value changes, else refused."""

from __future__ import annotations

from typing import Any

import numpy as np

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.storage import round_bfloat16, stored
from spec_compiler.ir.types import FLOATS
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal


class InputCheck:
    """Checks the data of one input, whole or in parts; says each kind of finding once."""

    def __init__(self, name: str, program: Program, origin: str, diagnostics: Diagnostics) -> None:
        self.name = name
        self.origin = origin
        tensor = program.takes[name]
        self.type = tensor.value.type
        self.port, self.is_mask = tensor.port, tensor.is_mask
        self.diagnostics = diagnostics
        self.program = program
        self.said: set[str] = set()

    def take(self, data: Any, first_row: int = 0) -> Array:
        """Data in the declared dtype; what is wrong with it is collected.

        Args:
            data: An array, or a scipy.sparse matrix for a sparse input.
            first_row: The number of its first row in the whole data, for messages.
        """
        if hasattr(data, "toarray"):
            if self.port.sparse:
                return data.astype(np.dtype(stored(self.type.dtype)), copy=False)
            self._say(
                "SPC0518",
                f"{self.origin} is sparse, and the input `{self.name}` is dense",
                "declare the input with `sparse: true`",
            )
            return np.zeros(data.shape, np.dtype(stored(self.type.dtype)))
        array = np.asarray(data)
        cast = self._cast(array, first_row)
        if not self.is_mask:
            self._check_values(cast, first_row)
        return cast

    def _cast(self, array: Array, first_row: int) -> Array:
        target = np.dtype(stored(self.type.dtype))
        if array.dtype == object or array.dtype.kind not in "biuf":
            self._say("SPC0519", f"{self.origin} holds {array.dtype}, not numbers")
            return np.zeros(array.shape, target)
        if array.dtype != target:
            with np.errstate(all="ignore"):
                cast = array.astype(target)
                changed = self._changed(array, cast)
            if changed.any():
                place, value = _first(changed, array, first_row)
                self._say(
                    "SPC0519",
                    f"{self.origin} holds {value} at {place}, which is no `{self.type.dtype}`",
                    f"`{self.name}` is declared `{self.type.dtype}`: convert the data, or declare "
                    f"`{array.dtype}`",
                )
            array = cast
        return round_bfloat16(array) if self.type.dtype == "bfloat16" else array

    def _changed(self, array: Array, cast: Array) -> Array:
        """Where a cast changes a value; a float that is rounded to a narrower one stays itself."""
        if array.dtype.kind == "f" and self.type.dtype in FLOATS:
            return np.isinf(cast) & ~np.isinf(array)
        back = cast.astype(array.dtype)
        return ~(
            (back == array)
            & (np.sign(cast.astype(np.float64)) == np.sign(array.astype(np.float64)))
        )

    def _check_values(self, array: Array, first_row: int) -> None:
        interval = self.port.interval
        if interval is not None:
            low, high = interval
            outside = (array < low) | (array > high)
            if outside.any():
                place, value = _first(outside, array, first_row)
                self._say(
                    "SPC0520",
                    f"{self.origin} holds {value} at {place}; `{self.name}` takes {low} to {high}",
                )
        if array.dtype.kind == "f":
            bad = np.isnan(array)
            if bad.any():
                place, _ = _first(bad, array, first_row)
                count = int(bad.sum())
                more = f" ({count} in all)" if count > 1 else ""
                self._say(
                    "SPC0521",
                    f"{self.origin} holds NaN at {place}{more}",
                    severity=Severity.WARNING,
                )

    def _say(
        self, code: str, message: str, hint: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        if code in self.said:
            return
        self.said.add(code)
        node, path = self.program.core.node, ("inputs", self.port.name)
        key = {"SPC0520": "values", "SPC0519": "dtype", "SPC0518": "sparse"}.get(code, "")
        stated = node.nearest(path).get(key)
        of_line = stated is not None and stated.span.line == stated.span.end_line
        where = (*path, key) if of_line else path
        self.diagnostics.at(node, severity=severity).add(
            Refusal(code, message, argument=where, blame_key=not of_line, help=hint)
        )


def _first(where: Array, array: Array, first_row: int) -> tuple[str, Any]:
    """The place of the first true entry, as a person counts it, and the value there."""
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(where)), where.shape))
    value = array[index].item()
    shown = (index[0] + first_row, *index[1:]) if index else index
    return str(list(shown)), value
