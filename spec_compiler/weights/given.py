"""Weights that a caller hands over, held to what a weights file is held to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.types import DTYPES, DType, TensorType
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.weights.check import Comparison, Holder
from spec_compiler.weights.mapping import WeightSource
from spec_compiler.weights.narrow import each_made, narrowed

_HOLDER = Holder("the mapping of weights", "it", (), "leave out what is not used")


def take_weights(
    program: Program, given: Mapping[str, Any], found: Diagnostics
) -> dict[str, Array]:
    """Arrays for every weight, in the dtypes that they are stored in, which nobody writes into.

    Args:
        program: The model.
        given: What can become an array, by the names of the weights. They take the place of the
            spec's file, so its `map` and `sha256` say nothing of them. An array that
            can be written into is copied; to spare that, set its `flags.writeable` to False.
        found: Collects what is wrong.

    Raises:
        SpecError: a weight is missing, has another shape, is no float or beyond its dtype, or the
            model has none of that name.
    """
    place = Outside(program.core.file)
    arrays: dict[str, Array] = {}
    if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        message = f"weights are a mapping from names to arrays, not {type(given).__name__}"
        found.at(place).add(Refusal("SPC0613", message))
        found.stop()
    named = {str(name): item for name, item in given.items()}
    for name, item in named.items():
        with found.at(place):
            arrays[name] = _array(name, item)
    refused = named.keys() - arrays.keys()
    weights = {name: of for name, of in program.graph.weights.items() if name not in refused}
    types = {name: TensorType(_named(of), of.shape) for name, of in arrays.items()}
    own = {name: WeightSource.named(name) for name in weights}
    Comparison(program, types, own, {}, _HOLDER).run(True, found, place)
    found.stop_on_errors()
    made, beyond = each_made(
        weights, lambda name: narrowed(arrays[name], weights[name].value.dtype, name)
    )
    found.at(place).add(Refusals(beyond))
    found.stop_on_errors()
    for name, array in made.items():
        if array is arrays[name] and array.flags.writeable:
            made[name] = array.copy()
    return read_only(made)


def read_only(weights: Mapping[str, Array]) -> dict[str, Array]:
    """The same arrays, which cannot be written into: plans are made of them."""
    found = {name: array.view() for name, array in weights.items()}
    for array in found.values():
        array.flags.writeable = False
    return found


def _array(name: str, item: Any) -> Array:
    """What was given as an array of numbers.

    Raises:
        Refusal: it is none.
    """
    try:
        array = np.asarray(item)
    except ValueError:  # nested lists whose rows have different lengths
        message = f"`{name}` has rows of different lengths"
        raise Refusal("SPC0612", message) from None
    if array.dtype.name == "bfloat16":  # of another library: NumPy has none
        array = array.astype(np.float32)
    if array.dtype.kind not in "biuf":
        raise Refusal("SPC0613", f"`{name}` holds {array.dtype}, not floats")
    return array


def _named(array: Array) -> DType:
    """The dtype of an array; a longer float than any counts as the longest."""
    found = next((name for name in DTYPES if name == array.dtype.name), "float64")
    return cast("DType", found)
