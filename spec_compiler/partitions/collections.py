"""Models over the collections of Dask: arrays, bags and data frames, partition by partition."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import isnan
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.arrow import column, entries_of, kind_of, require_arrow
from spec_compiler.data.npz import missing_key
from spec_compiler.data.optional import optional
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.ir.storage import stored
from spec_compiler.partitions.recipe import Recipe, engine_of, made, same_weights
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.memory import allowed, require_room
from spec_compiler.runtime.model import Model, Said
from spec_compiler.runtime.run import Run
from spec_compiler.weights.load import load_weights

Arrays = Mapping[str, NDArray[Any]]


def map_partitions(
    model: Model, collection: Any, *, columns: Mapping[str, str | Sequence[str]] | None = None
) -> Any:
    """Run a model on each partition of a collection of Dask, where that partition is.

    Partitions are checked as any data is; what is refused is raised by the partition, which it
    names by its number, with rows counted in it. A partition without rows gives none. A worker
    compiles the model once, and maps the weights where they lie in a file that it sees.

    Args:
        model: A model whose rows stay apart.
        collection: A `dask.array` with the batch first, or a mapping from the names of inputs to
            such arrays; a `dask.bag` of rows, or of mappings from names to the parts of a row; or a
            `dask.dataframe` with a column for each input: numbers, or lists of them.
        columns: For data frames: the columns of an input, side by side where they are several, all
            of one dtype; `"a,b"` is `["a", "b"]`.

    Returns:
        A collection of the same kind: an array for the only output, or a mapping from names to
        arrays; a bag of rows, or of mappings; a data frame with a column for each output, lists
        being Arrow's, of a fixed size where the spec fixes it. Shapes and dtypes are those that
        were inferred.

    Raises:
        SpecError: rows of the model depend on each other, the collection does not fit the
            declarations, or Dask is not installed.
        TypeError: it is no collection of Dask.
    """
    with Said(model.program):
        optional("collections are Dask's", "dask", "dask", "array", "bag", "dataframe")
        if not rows_stay_apart(model.program.graph):
            raise Refusal(
                "SPC0525", "rows of this model depend on each other, and partitions run apart"
            )
        return _over(model, _recipe(model), collection, columns or {})


def _over(
    model: Model, recipe: Recipe, collection: Any, columns: Mapping[str, str | Sequence[str]]
) -> Any:
    kind = type(collection).__name__
    if isinstance(collection, Mapping):
        return _over_arrays(model, recipe, cast("Mapping[str, Any]", collection))
    if kind == "Array":
        return _over_arrays(model, recipe, {_only(model.inputs): collection})
    if kind == "Bag":
        library, count = optional("bags are Dask's", "dask", "dask", "bag"), collection.npartitions
        numbers = library.bag.from_sequence(range(count), npartitions=count)
        return collection.map_partitions(_items, numbers, recipe)
    if kind == "DataFrame":
        return _over_frame(model, recipe, collection, columns)
    raise TypeError(f"{kind} is no array, bag or data frame of Dask")


def _recipe(model: Model) -> Recipe:
    """The model's; weights that no file and no seed gives are sent along."""
    try:
        found = same_weights(load_weights(model.program, allowed(None)), model.weights)
    except SpecError:
        found = False
    return Recipe.of(model.program, model.weights, in_memory=not found)


def _only(names: Mapping[str, Any]) -> str:
    if len(names) > 1:
        raise TypeError(f"give a mapping with an array for each of {', '.join(names)}")
    return next(iter(names))


@contextmanager
def _in_partition(program: Program, number: int) -> Generator[None]:
    """What is refused in here leaves as a `SpecError` that names the partition."""
    try:
        with Said(program):
            yield
    except SpecError as error:
        named = [
            replace(item, message=f"partition {number}: {item.message}")
            for item in error.diagnostics.items
        ]
        raise SpecError(Diagnostics(named, error.diagnostics.sources)) from None


def _run(recipe: Recipe, inputs: Mapping[str, Any]) -> Arrays:
    """The results of a partition that has rows.

    Raises:
        SpecError: its data is refused.
    """
    program, weights = made(recipe)
    run = Run(program, weights, inputs, engine=engine_of(recipe))
    run.prepare()
    require_room(run)
    results = run.whole()
    return {name: results[name] for name in program.outputs}


def _inferred(model: Model, given: Mapping[str, tuple[tuple[Any, ...], Any]]) -> Arrays:
    """No rows of each output, in the dtype and the sizes that follow from those of the inputs.

    Args:
        model: What would run.
        given: The shape of each input, whose number of rows may be unknown, and its dtype.

    Raises:
        SpecError: they do not fit the declarations.
    """
    rows = {name: 1 if isnan(shape[0]) else shape[0] for name, (shape, _) in given.items() if shape}
    like = {  # nothing is read of these, and they take no memory
        name: np.broadcast_to(
            np.zeros((), dtype), (max(rows[name], 1), *shape[1:]) if shape else ()
        )
        for name, (shape, dtype) in given.items()
    }
    origins = {
        name: f"a row of the data for `{name}`"
        for name, (shape, _) in given.items()
        if shape and rows[name] != shape[0]
    }
    run = Run(model.program, model.weights, like, origins)
    run.prepare()
    shapes = run.shapes()
    return {name: np.empty((0, *shapes[name][1][1:]), shapes[name][0]) for name in model.outputs}


def _over_arrays(model: Model, recipe: Recipe, arrays: Mapping[str, Any]) -> Any:
    library = optional("collections are Dask's", "dask", "dask", "array", "delayed")
    for name, array in arrays.items():
        if type(array).__name__ != "Array" or not array.ndim:
            raise TypeError(f"what is given for {name} is no array of Dask with the batch first")
    empty = _inferred(model, {name: (array.shape, array.dtype) for name, array in arrays.items()})
    first = next(iter(arrays.values()))
    chunks = {
        name: array.rechunk({0: first.chunks[0], **dict.fromkeys(range(1, array.ndim), -1)})
        for name, array in arrays.items()
    }
    blocks = {name: array.to_delayed().reshape(-1) for name, array in chunks.items()}
    parts = [
        library.delayed(_block)(
            {name: blocks[name][index] for name in blocks}, index, recipe, empty
        )
        for index in range(len(first.chunks[0]))
    ]
    found = {
        name: library.array.concatenate(
            [
                library.array.from_delayed(part[name], (rows, *like.shape[1:]), dtype=like.dtype)
                for part, rows in zip(parts, first.chunks[0], strict=True)
            ],
            allow_unknown_chunksizes=True,
        )
        for name, like in empty.items()
    }
    return next(iter(found.values())) if len(found) == 1 else found


def _block(inputs: Arrays, number: int, recipe: Recipe, empty: Arrays) -> Arrays:
    """The results of a block of arrays; `empty` where it has no rows."""
    if not any(len(array) for array in inputs.values()):
        return empty
    with _in_partition(made(recipe).program, number):
        return _run(recipe, inputs)


def _items(rows: Any, number: Any, recipe: Recipe) -> list[Any]:
    """The results of the rows of a bag, as rows."""
    listed, (at,) = list(rows), number
    if not listed:
        return []
    program = made(recipe).program
    with _in_partition(program, at):
        given: dict[str, list[Any]] = {next(iter(program.graph.inputs)): listed}
        if isinstance(listed[0], Mapping):
            names = cast("Mapping[str, Any]", listed[0])
            given = {name: [_part(row, name, n) for n, row in enumerate(listed)] for name in names}
        found = _run(recipe, given)
    if len(found) == 1:
        return list(next(iter(found.values())))
    return [{name: array[row] for name, array in found.items()} for row in range(len(listed))]


def _part(row: Mapping[str, Any], name: str, at: int) -> Any:
    if name not in row:
        raise missing_key(name, list(row), f"row {at}", "part")
    return row[name]


def _over_frame(
    model: Model, recipe: Recipe, frame: Any, columns: Mapping[str, str | Sequence[str]]
) -> Any:
    named: dict[str, list[str]] = {name: [name] for name in model.program.graph.inputs}
    for name, said in columns.items():
        named[name] = said.split(",") if isinstance(said, str) else list(said)
    known, kinds = list(frame.columns), frame._meta.dtypes
    for name in (name for listed in named.values() for name in listed):
        if name not in known:
            raise missing_key(name, list(map(str, known)), "dask.dataframe", "column")
        if str(kinds[name]).startswith("str"):
            raise Refusal(
                "SPC0561",
                f"the column `{name}` is text",
                help="where it was lists, Dask made text of them: make the data frame with "
                '`dask.config.set({"dataframe.convert-string": False})`',
            )
    if all(_plain(kinds[name]) for listed in named.values() for name in listed):
        _inferred(
            model,
            {
                name: ((np.nan, *[len(listed)] * (len(listed) > 1)), kinds[listed[0]])
                for name, listed in named.items()
            },
        )
    meta = _no_rows(model.program, frame._meta.index)
    return frame.map_partitions(_frame, recipe, named, meta=meta)


def _no_rows(program: Program, index: Any) -> Any:
    """The results of a data frame without rows."""
    library = optional("data frames are those of pandas", "dask", "pandas")
    made = {
        name: library.Series([], dtype=_kind(program, name) or stored(port.type.dtype))
        for name, port in program.outputs.items()
    }
    return library.DataFrame(made).set_index(index[:0])


def _kind(program: Program, output: str) -> Any:
    """The type of a column of lists, of no fixed size where the data decides it; None: numbers."""
    of = program.graph.outputs[output]
    sizes = [size if isinstance(size, int) else -1 for size in of.shape[1:]]
    if not sizes:
        return None
    library = optional("data frames are those of pandas", "dask", "pandas")
    return library.ArrowDtype(kind_of(np.dtype(stored(of.dtype)), sizes))


def _frame(
    frame: Any, recipe: Recipe, columns: Mapping[str, Sequence[str]], partition_info: Any = None
) -> Any:
    """The results of a partition of a data frame, under its index."""
    program = made(recipe).program
    if not len(frame):
        return _no_rows(program, frame.index)
    library = optional("data frames are those of pandas", "dask", "pandas")
    with _in_partition(program, partition_info["number"]):
        inputs = {name: _side_by_side(frame, listed) for name, listed in columns.items()}
        found = _run(recipe, inputs)
    made_of: dict[str, Any] = {}
    for name, array in found.items():
        kind = _kind(program, name)
        made_of[name] = array if kind is None else _lists(array, kind)
    return library.DataFrame(made_of, index=frame.index)


def _lists(rows: NDArray[Any], kind: Any) -> Any:
    arrow = require_arrow("a data frame")
    of = kind.pyarrow_dtype
    entries = entries_of(rows).cast(of) if rows.size else arrow.array(rows.tolist(), of)
    library = optional("data frames are those of pandas", "dask", "pandas")
    return library.arrays.ArrowExtensionArray(arrow.chunked_array([entries]))


def _side_by_side(frame: Any, listed: Sequence[str]) -> NDArray[Any]:
    arrays = [_numbers(frame[name], name) for name in listed]
    for name, array in zip(listed, arrays, strict=True):
        if array.dtype != arrays[0].dtype:
            raise Refusal(
                "SPC0554",
                f"the column `{name}` is {array.dtype}, and `{listed[0]}` is {arrays[0].dtype}",
                help="give the columns of one input one type",
            )
    return np.stack(arrays, axis=1) if len(arrays) > 1 else arrays[0]


def _plain(kind: Any) -> bool:
    """Whether a column of a dtype is an array of NumPy's."""
    return getattr(kind, "kind", "O") in "biuf" and not hasattr(kind, "na_value")


def _numbers(series: Any, name: str) -> NDArray[Any]:
    if _plain(series.dtype):
        return series.to_numpy()
    entries = require_arrow("a data frame").Array.from_pandas(series)
    entries = entries.combine_chunks() if hasattr(entries, "combine_chunks") else entries
    origin = f"column {name}"
    return column(name, entries.type, origin, lambda: entries[:1]).numbers(entries, 0)
