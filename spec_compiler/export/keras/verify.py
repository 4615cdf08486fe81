"""Whether an exported model computes what specc computes: on random data of several sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.export.keras.archive import computed
from spec_compiler.export.keras.model import KerasProgram
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Symbol
from spec_compiler.ir.types import FLOATS
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes

SWEEP = ((2, 2), (3, 5), (1, 8))
"""For each run how many rows there are, and about how large a named size is."""
_ROUNDING = {"float16": 0.03, "bfloat16": 0.2}
"""What may differ of the largest number of an output that is computed in half precision."""
_USUAL = 2e-4


class Compared(NamedTuple):
    """What was found.

    Attributes:
        runs: How many runs were compared.
        error: The largest difference.
        output: Where it is.
    """

    runs: int
    error: float
    output: str


def verify(
    loaded: Any, model: KerasProgram, program: Program, weights: Mapping[str, Array]
) -> Compared:
    """Run both on random data, and compare.

    Raises:
        Refusal: they differ by more than rounding.
    """
    own = Model(program, Diagnostics(sources=program.sources), weights)
    worst, where, runs = 0.0, "", 0
    for seed, sizes in enumerate(_sizes(program)):
        inputs = random_inputs(program, sizes, seed)
        open_ = {name: sizes[name] for name in program.open_sizes}
        runs += 1
        for name, error in compared(own, loaded, model, inputs, open_).items():
            if error > worst:
                worst, where = error, name
    return Compared(runs, worst, where)


def compared(
    own: Model,
    loaded: Any,
    model: KerasProgram,
    inputs: Mapping[str, Array],
    sizes: Mapping[str, int],
) -> dict[str, float]:
    """Run both on some data; the largest difference of each output and mask.

    Args:
        own: The model as specc runs it.
        loaded: As Keras does.
        model: The calls that it was made from.
        inputs: The data by name.
        sizes: Named sizes that no data tells.

    Raises:
        Refusal: they differ by more than rounding, or in what has a mask.
    """
    program, found = own.program, dict[str, float]()
    given: Any = own(inputs, dims=sizes, masks=True)
    alone = not isinstance(given, Mapping)
    expected = cast(
        "Mapping[str, Array]", dict.fromkeys(program.outputs, given) if alone else given
    )
    theirs, allowed = computed(loaded, model, inputs), _rounding(program)
    fed = ", ".join(f"{name} {list(np.shape(item))}" for name, item in inputs.items())
    for name in sorted(expected.keys() ^ theirs.keys()):
        gives = "no" if name in expected else "a"
        output = name.removesuffix(".mask")
        raise _differs(f"gives {gives} mask with `{output}`, unlike the spec", fed)
    for name, array in expected.items():
        found[name] = difference(theirs[name], array)
        if not found[name] <= allowed * max(1.0, _largest(array)):
            raise _differs(f"gives other numbers: `{name}` differs by {found[name]:.3g}", fed)
    return found


def _differs(how: str, fed: str) -> Refusal:
    return Refusal(
        "SPC0822",
        f"the exported model {how}",
        notes=(f"with {fed}",),
        help="nothing was written; report it, with the spec and the backend of Keras",
    )


def difference(found: Array, expected: Array) -> float:
    """The largest difference between entries; infinite where one is not there, or no number."""
    if found.shape != expected.shape:
        return float("inf")
    if found.dtype == bool or expected.dtype == bool:
        return float((found.astype(bool) != expected.astype(bool)).any())
    one, other = found.astype(np.float64), expected.astype(np.float64)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    apart = np.abs(np.where(same, 0, one) - np.where(same, 0, other))
    return float(np.nan_to_num(apart, nan=np.inf).max(initial=0))


def _largest(array: Array) -> float:
    if array.dtype == bool or not array.size:
        return 1.0
    sizes = np.abs(array.astype(np.float64))
    return float(sizes[np.isfinite(sizes)].max(initial=0))


def _rounding(program: Program) -> float:
    """What may differ, relative to the largest number of an output."""
    dtypes = {value.dtype for node in program.graph.nodes for value in node.results}
    return max(_ROUNDING.get(dtype, _USUAL) for dtype in dtypes & FLOATS or {"float32"})


def _sizes(program: Program) -> Iterator[dict[str, int]]:
    """Numbers for the named sizes, several of each where they may be."""
    for rows, about in SWEEP:
        wanted = {
            name: rows if item.kind == "batch" else _near(item, about)
            for name, item in program.named_sizes.items()
        }
        given = wanted if _fits(program, wanted) else {}
        if not given:
            batch = {name: size for name, size in wanted.items() if name == "batch"}
            given = batch if _fits(program, random_sizes(program, batch)) else {}
        yield random_sizes(program, given)


def _near(item: Symbol, about: int) -> int:
    size = max(item.low, about)
    size = -(-size // item.multiple) * item.multiple
    return size if item.high is None else min(size, item.high // item.multiple * item.multiple)


def _fits(program: Program, sizes: dict[str, int]) -> bool:
    """Whether the checks that sizes decide hold."""
    try:
        return all(check.holds(sizes) for check in program.graph.checks)
    except Refusal:  # a formula has no meaning then
        return False
