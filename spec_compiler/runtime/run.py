"""Data in, results out: everything is checked before the first step."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import prod
from typing import Any, cast

import numpy as np

from spec_compiler.data import Streamed
from spec_compiler.diagnostics import Diagnostics, Severity, SpecError
from spec_compiler.elaborate.tracing import owner_of
from spec_compiler.ir.arrays import Array, is_sparse
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.ir.evaluate import RunError
from spec_compiler.ir.graph import Graph
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.ir.storage import stored
from spec_compiler.places import Outside
from spec_compiler.plan.engine import Engine, Planning
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.binding import Fixed, bind
from spec_compiler.runtime.bound import Bindings, Bound
from spec_compiler.runtime.feed import Declared, InputCheck
from spec_compiler.runtime.numbers import has_nan
from spec_compiler.runtime.offered import Offered, mapping, offered


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
        engine: What it computes with.
        bindings: What was bound before, for this program.
        bound: What was found out of the data's shapes, once `prepare` has been called.
    """

    program: Program
    weights: Mapping[str, Array]
    inputs: Mapping[str, Any]
    origins: Mapping[str, str] = field(default_factory=dict[str, str])
    dims: Mapping[str, Fixed] = field(default_factory=dict[str, Fixed])
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    engine: Engine = field(default_factory=Planning)
    bindings: Bindings = field(default_factory=Bindings)
    bound: Bound = field(init=False, repr=False)

    def prepare(self) -> None:
        """Compare names and shapes with the declarations, and answer every open question.

        Raises:
            SpecError: something does not fit.
        """
        self.diagnostics.sources.update(self.program.sources)
        self.inputs = {name: self._array(name, data) for name, data in self.inputs.items()}
        self.diagnostics.stop_on_errors()
        given = offered(self.inputs)
        key = (*given.items(),), (*self.dims.items(),)
        self.bound = self.bindings.of(key, lambda: self._bind(given))

    def _bind(self, given: Mapping[str, Offered]) -> Bound:
        shapes = {name: item.shape for name, item in given.items()}
        origins = {name: self._origin(name) for name in given}
        sizes = bind(self.program, shapes, origins, self.dims, self.diagnostics)
        self.diagnostics.stop_on_errors()
        return Bound(self.program, given, sizes)

    @property
    def sizes(self) -> Mapping[str, int]:
        """The number that each named size is."""
        return self.bound.sizes

    def whole(self, graph: Graph | None = None) -> dict[str, Array]:
        """All results at once.

        Raises:
            SpecError: the data is refused.
        """
        with np.errstate(all="ignore"):
            inputs = self._taken()
            return self._evaluate(graph or self.program.graph, inputs, self.sizes)

    def data(self) -> dict[str, Array]:
        """All inputs in the dtypes that are declared.

        Raises:
            SpecError: the data is refused.
        """
        with np.errstate(all="ignore"):
            return self._taken()

    def _taken(self) -> dict[str, Array]:
        taken: dict[str, Array] = {}
        for name, declared in self.bound.declared.items():
            data = _loaded(self.inputs[name])
            taken[name] = data if declared.shown_to_hold(data) else self._feed(declared).take(data)
        self.diagnostics.stop_on_errors()
        return taken

    def _taken_of(self, feeds: Mapping[str, InputCheck], first: int, last: int) -> dict[str, Array]:
        """Some rows of all inputs; of what is streamed, a finding names the file."""
        taken: dict[str, Array] = {}
        for name, feed in feeds.items():
            data, row = self.inputs[name], first
            if isinstance(data, Streamed):
                feed.origin, begun = data.file_of(first)
                row = first - begun
            taken[name] = feed.take(data[first:last], row)
        return taken

    def slices(self, rows: int) -> Iterator[dict[str, Array]]:
        """Results for `rows` rows at a time, in order; only for a program whose rows stay apart.

        Data that is refused is read to its end, so that all that is wrong with it is said; what was
        computed before is to be thrown away.

        Raises:
            SpecError: a value is refused.
        """
        feeds = {name: self._feed(declared) for name, declared in self.bound.declared.items()}
        for first, last in self._slices(rows):
            sizes = {**self.sizes, BATCH_NAME: last - first}
            with np.errstate(all="ignore"):
                taken = self._taken_of(feeds, first, last)
                fits = not self.diagnostics.errors
                results = self._evaluate(self.program.graph, taken, sizes, first) if fits else None
            if results is not None:
                yield results
            _release(self.inputs.values())
        self.diagnostics.stop_on_errors()

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
        return self.sizes.get(BATCH_NAME) if rows_stay_apart(self.program.graph) else None

    @property
    def row(self) -> int:
        """The bytes of data and results that a row of the batch has."""
        total = sum(item.dtype.itemsize * prod(item.shape) for item in self.bound.offered.values())
        total += sum(of.itemsize * prod(shape) for of, shape in self.shapes().values())
        return total // max(self.sizes.get(BATCH_NAME, 1), 1)

    def _slices(self, rows: int) -> Iterator[tuple[int, int]]:
        """Where slices begin and end: none goes on in another file, as a finding is about one."""
        starts = {0, self.sizes[BATCH_NAME]}
        for data in self.inputs.values():
            starts.update(data.starts if isinstance(data, Streamed) else ())
        for start, end in pairwise(sorted(starts)):
            for first in range(start, end, rows):
                yield first, min(first + rows, end)

    def _feed(self, declared: Declared) -> InputCheck:
        return InputCheck(declared, self.program, self._origin(declared.name), self.diagnostics)

    def _array(self, name: str, data: Any) -> Any:
        """What was given as an array; what is sparse or streamed is none, and may stay so."""
        if is_sparse(data) or isinstance(data, Streamed):
            return data
        if type(data) is np.ndarray:
            return data
        refusal = _masked(self._origin(name), data)
        try:
            if refusal is None:
                return np.asarray(data)
        except ValueError:  # nested lists whose rows have different lengths
            refusal = Refusal("SPC0519", f"{self._origin(name)} has rows of different lengths")
        self.diagnostics.at(Outside(self.program.core.file)).add(refusal)
        return np.empty(0)

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
            results = self.engine.run(graph, inputs, self.weights, sizes)
        except RunError as error:
            owner, _ = owner_of(error.layer, self.program.steps)  # one in a cell is its layer's
            call = self.program.steps[owner].call
            where, row = self._in_file(first_row)
            refusal = error.counted_from(row, sizes).refusal
            message = f"`{call.name}`: {refusal.message}{where}"
            self.diagnostics.at(call.place).add(refusal.but(message=message))
            raise SpecError(self.diagnostics) from None
        self._warn_nan(inputs, results)
        return results

    def _in_file(self, row: int) -> tuple[str, int]:
        """In which file a row lies, for the end of a sentence, and how it is counted there."""
        for data in self.inputs.values():
            if isinstance(data, Streamed):
                file, begun = data.file_of(row)
                return f", in the rows of `{file}`", row - begun
        return "", row

    def _warn_nan(self, inputs: Mapping[str, Any], results: Mapping[str, Array]) -> None:
        """Say when numbers became NaN inside the model; data that had NaN was warned of already."""
        for name, array in results.items():
            if has_nan(array):
                said = any(item.code == "SPC0522" for item in self.diagnostics.items)
                if said or any(has_nan(_numbers(data)) for data in inputs.values()):
                    return
                message = f"the output `{name}` holds NaN, and the data holds none"
                place = Outside(self.program.core.file)
                self.diagnostics.at(place, severity=Severity.WARNING).add(
                    Refusal("SPC0522", message)
                )
                return


def _masked(origin: str, data: Any) -> Refusal | None:
    """Why an array of `numpy.ma` is refused: below what it hides are numbers that mean nothing."""
    if not isinstance(data, np.ma.MaskedArray) or not np.ma.is_masked(cast("Any", data)):
        return None
    return Refusal(
        "SPC0519",
        f"{origin} has entries that are masked, and a mask is not fed with the data",
        help="fill them (`x.filled(0)`), and feed which ones were there as `x.mask`",
    )


def _loaded(data: Any) -> Any:
    return data[:] if isinstance(data, Streamed) else data


def _release(arrays: Iterable[Any]) -> None:
    """Let go of the pages of mapped files that have been read: they are counted as ours."""
    for array in arrays:
        mapped = mapping(array)
        if mapped is not None:
            mapped.madvise(mmap.MADV_DONTNEED)


def _numbers(array: Any) -> Array:
    """Those of an array, or those that a sparse matrix stores."""
    return array.data if is_sparse(array) else array
