"""Models over the collections of Dask: arrays, bags and data frames, partition by partition."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from math import isnan
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.arrow import column, entries_of, require_arrow
from spec_compiler.data.npz import missing_key
from spec_compiler.data.optional import optional
from spec_compiler.data.writer import Field
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.partitions.recipe import Recipe, engine_of, made, same_weights
from spec_compiler.places import Outside
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.memory import allowed, require_room
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.run import Run
from spec_compiler.weights.load import load_weights

Arrays = Mapping[str, NDArray[Any]]


def map_partitions(
    model: Model, collection: Any, *, columns: Mapping[str, Sequence[str] | str] | None = None
) -> Any:
    """Run a model on each partition of a collection of Dask, where that partition is.

    Partitions are checked as any data is; what is refused is raised by the partition. A worker
    compiles the model once, and maps the weights where they lie in a file that it sees.

    Args:
        model: A model whose rows stay apart.
        collection: A `dask.array` with the batch first, or a mapping from the names of inputs to
            such arrays; a `dask.bag` of rows, or of mappings from names to the parts of a row; or a
            `dask.dataframe` with a column for each input: numbers, or lists of them.
        columns: For data frames: the columns of an input, side by side where they are several; all
            of one dtype.

    Returns:
        A collection of the same kind: an array for the only output, or a mapping from names to
        arrays; a bag of rows, or of mappings; a data frame with a column for each output, lists
        being Arrow's. Shapes and dtypes are those that were inferred.

    Raises:
        SpecError: rows of the model depend on each other, the collection does not fit the
            declarations, or Dask is not installed.
        TypeError: it is no collection of Dask.
    """
    found = Diagnostics(sources=model.program.sources)
    with found.at(Outside(model.program.core.file)):
        optional("collections are Dask's", "dask", "dask", "array", "bag", "dataframe")
        if not rows_stay_apart(model.program.graph):
            raise Refusal(
                "SPC0525", "rows of this model depend on each other, and partitions run apart"
            )
    found.stop_on_errors()
    recipe, kind = _recipe(model), type(collection).__name__
    if isinstance(collection, Mapping):
        return _over_arrays(model, recipe, cast("Mapping[str, Any]", collection))
    if kind == "Array":
        return _over_arrays(model, recipe, {_only(model.inputs): collection})
    if kind == "Bag":
        return collection.map_partitions(_items, recipe)
    if kind == "DataFrame":
        named = {name: [name] for name in model.program.graph.inputs} | {
            name: [listed] if isinstance(listed, str) else [*listed]
            for name, listed in (columns or {}).items()
        }
        meta = _frame(collection._meta_nonempty, recipe, named).iloc[:0]
        run = partial(_frame, recipe=recipe, columns=named, empty=meta)
        return collection.map_partitions(run, meta=meta)
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
def _said(file: str) -> Generator[None]:
    """What is refused in here leaves as a `SpecError`, about the spec's file."""
    found = Diagnostics()
    with found.at(Outside(file)):
        yield
    found.stop_on_errors()


def _run(
    recipe: Recipe, inputs: Arrays, fields: Mapping[str, Field] | None = None
) -> dict[str, NDArray[Any]]:
    """The results of a partition; what they are without rows is said by `fields`.

    Raises:
        SpecError: its data is refused.
    """
    if fields is not None and not any(map(len, inputs.values())):
        return {name: np.empty((0, *shape[1:]), dtype) for name, (dtype, shape) in fields.items()}
    program, weights = made(recipe)
    run = Run(program, weights, inputs, engine=engine_of(recipe))
    run.prepare()
    with _said(recipe.file):
        require_room(run)
    results = run.whole()
    return {name: results[name] for name in program.outputs}


def _over_arrays(model: Model, recipe: Recipe, arrays: Mapping[str, Any]) -> Any:
    library = optional("collections are Dask's", "dask", "dask", "array", "delayed")
    for name, array in arrays.items():
        if type(array).__name__ != "Array" or not array.ndim:
            raise TypeError(f"what is given for {name} is no array of Dask with the batch first")
    like = {name: np.zeros((1, *array.shape[1:]), array.dtype) for name, array in arrays.items()}
    run = Run(model.program, model.weights, like)
    run.prepare()
    fields = {name: of for name, of in run.shapes().items() if name in model.outputs}
    counts = {array.shape[0]: name for name, array in arrays.items()}
    if len(counts) > 1 and not any(map(isnan, counts)):
        (one, name), (other, second), *_ = counts.items()
        with _said(recipe.file):
            raise Refusal("SPC0514", f"`batch` is {one} (axis 0 of `{name}`) and {other} "
                                     f"(axis 0 of `{second}`)")  # fmt: skip
    first = next(iter(arrays.values()))
    chunks = {
        name: array.rechunk({0: first.chunks[0], **dict.fromkeys(range(1, array.ndim), -1)})
        for name, array in arrays.items()
    }
    blocks = {name: array.to_delayed().reshape(-1) for name, array in chunks.items()}
    parts = [
        library.delayed(_run)(recipe, {name: blocks[name][index] for name in blocks}, fields)
        for index in range(len(first.chunks[0]))
    ]
    found = {
        name: library.array.concatenate(
            [
                library.array.from_delayed(part[name], (rows, *shape[1:]), dtype=dtype)
                for part, rows in zip(parts, first.chunks[0], strict=True)
            ],
            allow_unknown_chunksizes=True,
        )
        for name, (dtype, shape) in fields.items()
    }
    return next(iter(found.values())) if len(found) == 1 else found


def _items(rows: Any, recipe: Recipe) -> list[Any]:
    """The results of the rows of a bag, as rows."""
    listed = list(rows)
    if not listed:
        return []
    names = list(made(recipe).program.graph.inputs)
    if isinstance(listed[0], Mapping):
        given = cast("list[Mapping[str, Any]]", listed)
        inputs = {name: [row.get(name) for row in given] for name in given[0]}
    else:
        inputs = {names[0]: listed}
    found = _run(recipe, {name: _stacked(name, rows, recipe) for name, rows in inputs.items()})
    if len(found) == 1:
        return list(next(iter(found.values())))
    return [{name: array[row] for name, array in found.items()} for row in range(len(listed))]


def _stacked(name: str, rows: Sequence[Any], recipe: Recipe) -> NDArray[Any]:
    with _said(recipe.file):
        try:
            return np.stack(rows)
        except ValueError:
            message = f"the rows for `{name}` have different shapes"
            raise Refusal("SPC0519", message) from None
    raise AssertionError  # what is refused has left


def _frame(
    frame: Any, recipe: Recipe, columns: Mapping[str, Sequence[str]], empty: Any = None
) -> Any:
    """The results of a partition of a data frame, under its index; `empty` has no rows."""
    if empty is not None and not len(frame):
        return empty.set_index(frame.index)
    library = optional("data frames are those of pandas", "dask", "pandas")
    with _said(recipe.file):
        inputs = {name: _side_by_side(frame, listed) for name, listed in columns.items()}
    found = _run(recipe, inputs)
    made: dict[str, Any] = {
        name: array
        if array.ndim == 1
        else library.arrays.ArrowExtensionArray(
            require_arrow("a data frame").chunked_array([entries_of(array)])
        )
        for name, array in found.items()
    }
    return library.DataFrame(made, index=frame.index)


def _side_by_side(frame: Any, listed: Sequence[str]) -> NDArray[Any]:
    for name in listed:
        if name not in frame.columns:
            raise missing_key(name, [*map(str, frame.columns)], "the data frame", "column")
    arrays = [_numbers(frame[name], name) for name in listed]
    for name, array in zip(listed, arrays, strict=True):
        if array.dtype != arrays[0].dtype:
            raise Refusal(
                "SPC0554",
                f"the column {name} is {array.dtype}, and {listed[0]} is {arrays[0].dtype}",
                help="give the columns of one input one type",
            )
    return np.stack(arrays, axis=1) if len(arrays) > 1 else arrays[0]


def _numbers(series: Any, name: str) -> NDArray[Any]:
    if getattr(series.dtype, "kind", "O") in "biuf" and not hasattr(series.dtype, "na_value"):
        return series.to_numpy()
    entries = require_arrow("a data frame").Array.from_pandas(series)
    entries = entries.combine_chunks() if hasattr(entries, "combine_chunks") else entries
    origin = f"the column {name}"
    return column(name, entries.type, origin, lambda: entries[:1]).numbers(entries, 0)
