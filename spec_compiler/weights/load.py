"""The weights that a program runs with: from its files, or from the seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.evaluate import RunError, evaluate
from spec_compiler.ir.storage import as_stored
from spec_compiler.ir.types import DType, TensorType
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.weights.check import check_weights, held
from spec_compiler.weights.checkpoint import weights_place
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.mapping import MAP, WeightSource, transformed
from spec_compiler.weights.tensors import Tensors


def load_weights(program: Program) -> dict[str, Array]:
    """Every weight of a program, in the dtype that it is stored in.

    Data that already has that dtype is memory-mapped, not copied; weights that come from one tensor
    in one way are one array.

    Raises:
        SpecError: a file is missing, does not fit the model, or has another checksum.
    """
    core = program.core
    if weights_place(core) is None:
        return initialise(program.weights, core.header.seed)
    found = Diagnostics(sources=program.sources)
    sources = check_weights(program, found, severity=Severity.ERROR)
    if sources is None or found.errors:
        found.stop()
    uses = Counter(name for origin in sources.origins.values() for name in origin.names)
    reader = _Reader(Tensors(sources.checkpoint.tensors), core.scope, uses)
    weights: dict[str, Array] = {}
    for name, weight in program.graph.weights.items():
        with found.at(core.node, once=True):
            weights[name] = reader.weight(sources.origins[name], weight.value.dtype)
    found.stop_on_errors()
    return weights


_Made: TypeAlias = tuple[tuple[tuple[str, str], ...], str | None, DType]
"""Tensors, their transform, and the dtype of what is made of them."""


@dataclass(slots=True)
class _Reader:
    """Reads tensors as weights, each tensor and each layout of it once.

    Attributes:
        tensors: The files.
        scope: What names in transforms mean.
        uses: How many weights a tensor is still needed for.
    """

    tensors: Tensors
    scope: Scope
    uses: Counter[str]
    read: dict[str, Array] = field(default_factory=dict[str, Array])
    made: dict[_Made, Array] = field(default_factory=dict["_Made", Array])

    def weight(self, origin: WeightSource, dtype: DType) -> Array:
        """A tensor in the layout and the dtype of the weight.

        Raises:
            Refusal: a step of the transform cannot use the tensor's values.
        """
        key = (origin.tensors, origin.transform, dtype)
        if key not in self.made:
            with np.errstate(all="ignore"):  # beyond the dtype's range it is infinite in it
                self.made[key] = as_stored(self.laid_out(origin), dtype)
        for name in origin.names:
            self.uses[name] -= 1
            if not self.uses[name]:
                self.read.pop(name, None)
        return self.made[key]

    def laid_out(self, origin: WeightSource) -> Array:
        """Tensors in the layout of the weight."""
        for name in origin.names:
            if name not in self.read:
                self.read[name] = self.tensors[name]
        if origin.transform is None:
            return self.read[origin.names[0]]
        entries = {name: self.tensors.entries[name] for name in origin.names}
        types = {name: TensorType(held(of), of.shape) for name, of in entries.items()}
        graph = transformed(origin, types, self.scope)
        given = {name: self.read[tensor] for name, tensor in origin.tensors}
        try:
            return evaluate(graph, given, {}, {})["y"]
        except RunError as error:
            raise Refusal(
                error.refusal.code,
                f"{error.refusal.message}, in the transform of {origin}",
                argument=(*MAP, origin.key, "as"),
            ) from None
