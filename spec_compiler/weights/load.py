"""The weights that a program runs with: from its file, or from the seed."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostics, Refusal, Severity, SpecError
from spec_compiler.files import sha256
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.storage import as_stored
from spec_compiler.ir.types import TensorType
from spec_compiler.program import Program
from spec_compiler.spec.place import diagnose
from spec_compiler.weights.check import check_weights, held, weights_path
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.mapping import Origin, origins, transformed
from spec_compiler.weights.tensors import Tensors, open_tensors


def load_weights(program: Program) -> dict[str, Array]:
    """Every weight of a program, in the dtype that it is stored in.

    Data that already has that dtype is memory-mapped, not copied.

    Raises:
        SpecError: the file is missing, does not fit the model, or has another checksum.
    """
    declared = program.core.header.weights
    if declared is None:
        return initialise(program.graph.weights, program.core.header.seed)
    found = Diagnostics(sources=dict(program.diagnostics.sources))
    check_weights(program, found, severity=Severity.ERROR)
    found.stop_on_errors()
    path = weights_path(program, declared)
    if declared.sha256 is not None:
        actual = sha256(path)
        if actual != declared.sha256.lower():
            refusal = Refusal(
                "SPC0615",
                f"the checksum of `{declared.file}` is not what the spec says",
                argument=("weights", "sha256"),
                annotation="not the file's",
                help=f"if the file is the right one, write `sha256: {actual}`",
            )
            found.add(diagnose(refusal, program.core.node))
            raise SpecError(found)
    tensors = open_tensors(path)
    sources = origins(program.graph.weights, declared.map, [])
    return {
        name: as_stored(_read(tensors, sources[name]), weight.value.dtype)
        for name, weight in program.graph.weights.items()
    }


def _read(tensors: Tensors, origin: Origin) -> Array:
    """A tensor of the file, in the layout of the weight."""
    array = tensors[origin.tensor]
    if not origin.transform:
        return array
    graph = transformed(origin, TensorType(held(tensors.entries[origin.tensor]), array.shape))
    return evaluate(graph, {"w": array}, {}, {})["y"]
