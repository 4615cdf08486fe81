"""Data in, results out: everything is checked before the first step."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spec_compiler.diagnostics import Diagnostics, Severity, SpecError
from spec_compiler.elaborate.tracing import owner_of
from spec_compiler.ir.arrays import Array, dense, is_sparse
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.ir.evaluate import RunError
from spec_compiler.ir.graph import Graph
from spec_compiler.ir.primitives.indexing import OutOfRange
from spec_compiler.ir.storage import stored
from spec_compiler.places import Outside
from spec_compiler.plan.engine import Engine, Planning
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.binding import Fixed, Offered, bind
from spec_compiler.runtime.feed import InputCheck
from spec_compiler.runtime.peak import mapping
from spec_compiler.runtime.rows import rows_stay_apart


@dataclass(slots=True)
class Run:
    """One run of a program over given data, whole or in slices of rows.

    Attributes:
        program: What runs.
        weights: An array for every weight.
        inputs: An array for every input (and `x.mask`), memory-mapped or not.
        origins: What messages call them.
        dims: Named sizes that are fixed beforehand, and by what.
        diagnostics: Warnings of this run; errors are raised.
        sizes: The number that each named size is, once `prepare` has been called.
        engine: What it computes with.
    """

    program: Program
    weights: Mapping[str, Array]
    inputs: Mapping[str, Any]
    origins: Mapping[str, str] = field(default_factory=dict[str, str])
    dims: Mapping[str, Fixed] = field(default_factory=dict[str, Fixed])
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    engine: Engine = field(default_factory=Planning)

    def prepare(self) -> None:
        """Compare names and shapes with the declarations, and answer every open question.

        Raises:
            SpecError: something does not fit.
        """
        self.diagnostics.sources.update(self.program.sources)
        given = {name: Offered(self._shape(name), self._origin(name)) for name in self.inputs}
        self.diagnostics.stop_on_errors()
        self.sizes = bind(self.program, given, self.dims, self.diagnostics)
        self.diagnostics.stop_on_errors()

    def whole(self, graph: Graph | None = None) -> dict[str, Array]:
        """All results at once.

        Raises:
            SpecError: the data is refused.
        """
        return self._evaluate(graph or self.program.graph, self.data(), self.sizes)

    def data(self) -> dict[str, Array]:
        """All inputs in the dtypes that are declared.

        Raises:
            SpecError: the data is refused.
        """
        feeds = self._feeds()
        taken = {name: feed.take(self.inputs[name]) for name, feed in feeds.items()}
        self.diagnostics.stop_on_errors()
        return taken

    def check_values(self, rows: int, done: Callable[[int], None] | None = None) -> None:
        """Read all data once, slice by slice, so that a run that starts does not fail for its data.

        Args:
            rows: How many at a time.
            done: Told how many more have been read.

        Raises:
            SpecError: a value is refused.
        """
        feeds = self._feeds()
        for first, last in self._slices(rows):
            for name, feed in feeds.items():
                feed.take(self.inputs[name][first:last], first)
            _release(self.inputs.values())
            if done is not None:
                done(last - first)
        self.diagnostics.stop_on_errors()

    def slices(self, rows: int) -> Iterator[dict[str, Array]]:
        """Results for `rows` rows at a time, in order; only for a program whose rows stay apart."""
        # findings about values were collected by `check_values`
        feeds = self._feeds(Diagnostics())
        for first, last in self._slices(rows):
            taken = {
                name: feed.take(self.inputs[name][first:last], first)
                for name, feed in feeds.items()
            }
            yield self._evaluate(
                self.program.graph, taken, {**self.sizes, BATCH_NAME: last - first}, first
            )
            _release(self.inputs.values())

    def shapes(self) -> dict[str, tuple[np.dtype[Any], tuple[int, ...]]]:
        """Dtype and shape of every result, before the run."""
        return {
            name: (
                np.dtype(stored(value.dtype)),
                tuple(size_of(size, self.sizes) for size in value.shape),
            )
            for name, value in self.program.graph.outputs.items()
        }

    @property
    def rows(self) -> int | None:
        """The size of the batch, when rows may be run apart."""
        return self.sizes.get(BATCH_NAME) if rows_stay_apart(self.program) else None

    def _slices(self, rows: int) -> Iterator[tuple[int, int]]:
        total = self.sizes[BATCH_NAME]
        for first in range(0, total, rows):
            yield first, min(first + rows, total)

    def _feeds(self, diagnostics: Diagnostics | None = None) -> dict[str, InputCheck]:
        target = self.diagnostics if diagnostics is None else diagnostics
        return {
            name: InputCheck(name, self.program, self.sizes, self._origin(name), target)
            for name in self.program.graph.inputs
        }

    def _shape(self, name: str) -> tuple[int, ...]:
        try:
            return tuple(np.shape(self.inputs[name]))
        except ValueError:  # nested lists whose rows have different lengths
            message = f"{self._origin(name)} has rows of different lengths"
            self.diagnostics.at(Outside(self.program.core.file)).add(Refusal("SPC0519", message))
            return ()

    def _origin(self, name: str) -> str:
        return self.origins.get(name, f"the data for `{name}`")

    def _evaluate(
        self,
        graph: Graph,
        inputs: Mapping[str, Array],
        sizes: Mapping[str, int],
        first_row: int = 0,
    ) -> dict[str, Array]:
        try:
            with np.errstate(all="ignore"):
                results = self.engine.run(graph, inputs, self.weights, sizes)
        except RunError as error:
            owner, _ = owner_of(error.layer, self.program.steps)  # one in a cell is its layer's
            call = self.program.steps[owner].call
            refusal = error.refusal
            if isinstance(refusal, OutOfRange):
                refusal = refusal.counted_from(first_row)
            message = f"`{call.name}`: {refusal.message}"
            self.diagnostics.at(call.place).add(refusal.but(message=message))
            raise SpecError(self.diagnostics) from None
        # what is passed through, or a part of it, must not give memory back that others hold
        held = {id(_whole(array)) for array in (*inputs.values(), *self.weights.values())}
        owned = {
            name: dense(array).copy() if id(_whole(array)) in held else dense(array)
            for name, array in results.items()
        }
        self._warn_nan(inputs, owned)
        return owned

    def _warn_nan(self, inputs: Mapping[str, Array], results: Mapping[str, Array]) -> None:
        """Say when numbers became NaN inside the model; data that had NaN was warned of already."""
        clean = not any(_has_nan(array) for array in inputs.values())
        for name, array in results.items():
            said = any(item.code == "SPC0522" for item in self.diagnostics.items)
            if clean and not said and _has_nan(array):
                message = f"the output `{name}` holds NaN, and the data holds none"
                place = Outside(self.program.core.file)
                self.diagnostics.at(place, severity=Severity.WARNING).add(
                    Refusal("SPC0522", message)
                )


def _whole(array: Any) -> Any:
    """The array that an array is a view of."""
    base = getattr(array, "base", None)
    return _whole(base) if isinstance(base, np.ndarray) else array


def _release(arrays: Iterable[Any]) -> None:
    """Let go of the pages of mapped files that have been read: they are counted as ours."""
    for array in arrays:
        mapped = mapping(array)
        if mapped is not None:
            mapped.madvise(mmap.MADV_DONTNEED)


def _has_nan(array: Any) -> bool:
    values = array.data if is_sparse(array) else array
    return values.dtype.kind == "f" and bool(np.isnan(values).any())
