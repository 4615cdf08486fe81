"""The same numbers, shapes and masks as Keras, from Keras's own files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.keras.read import import_keras
from spec_compiler.runtime.run import Run
from spec_compiler.writing.yaml_text import to_yaml

CASES = sorted(path.name for path in (Path(__file__).parent / "cases").iterdir())


class Case:
    """A Keras model, imported."""

    def __init__(self, name: str) -> None:
        folder = Path(__file__).parent / "cases" / name
        self.meta = json.loads((folder / "meta.json").read_text())
        arrays = np.load(folder / "weights.npz")
        ordered = [(item["path"], arrays[item["path"]]) for item in self.meta["weights"]]
        config = json.loads((folder / "config.json").read_text())
        self.imported = import_keras(config, ordered)
        self.document = self.imported.document
        for layer, alpha in self.meta.get("patch_lora_alpha", {}).items():
            (item,) = [item for item in self.document["layers"] if item["name"] == layer]
            item["lora_alpha"] = alpha
        self.inputs = dict(np.load(folder / "inputs.npz"))
        self.expected = dict(np.load(folder / "expected.npz"))

    def run(self, document: dict, dtype: str | None = None) -> tuple[list, list]:
        program = program_of_text(to_yaml(document))
        weights = {name: np.asarray(array) for name, array in self.imported.weights.items()}
        if dtype:
            weights = {name: array.astype(dtype) for name, array in weights.items()}
        inputs = {name: self.inputs[name] for name in program.graph.inputs}
        for name, value in program.graph.inputs.items():
            if value.dtype != inputs[name].dtype:  # Keras casts data to what is declared
                inputs[name] = inputs[name].astype(value.dtype)
        run = Run(program, weights, inputs)
        run.prepare()
        results = run.whole()
        declared = {
            name: (str(value.dtype), shape)
            for (name, value), (_, shape) in zip(
                program.graph.outputs.items(), run.shapes().values(), strict=True
            )
        }
        for name, array in results.items():
            assert (array.dtype.name, array.shape) == declared[name]
        return [results[name] for name in program.outputs], [
            results.get(f"{name}.mask") for name in program.outputs
        ]


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request.param)


def test_outputs_and_masks(case: Case) -> None:
    outputs, masks = case.run(case.document)
    assert len(outputs) == len(case.meta["outputs"])
    for index, (output, mask) in enumerate(zip(outputs, masks, strict=True)):
        stated = case.meta["outputs"][index]
        assert list(output.shape) == stated["runtime_shape"]
        assert output.dtype.name == stated["dtype"]
        np.testing.assert_allclose(
            output.astype(np.float64),
            case.expected[f"out_{index}"].astype(np.float64),
            rtol=case.meta["rtol"],
            atol=case.meta["atol"],
        )
        assert (mask is not None) == stated["has_mask"]
        if mask is not None:
            np.testing.assert_array_equal(mask, case.expected[f"mask_{index}"])


def test_true_float64(case: Case) -> None:
    if not case.meta["has_float64"]:
        assert not any(key.startswith("out64") for key in case.expected)
        return
    document = {**case.document, "dtype": "float64"}
    document["inputs"] = {
        name: {**item, "dtype": item.get("dtype", "float64").replace("float32", "float64")}
        for name, item in document["inputs"].items()
    }
    outputs, _ = case.run(document, "float64")
    for index, output in enumerate(outputs):
        np.testing.assert_allclose(output, case.expected[f"out64_{index}"], rtol=1e-12, atol=1e-14)


def test_mask_flow(case: Case) -> None:
    program = program_of_text(to_yaml(case.document))
    carried = {"": {}}
    for step in program.steps.values():
        carried[step.name] = {
            name: signal.mask is not None for name, signal in step.results.items()
        }
    for layer, calls in case.meta["mask_flow"].items():
        for call, outputs in enumerate(calls):
            for index, expected in enumerate(outputs):
                reference = case.imported.references[layer][call][index]
                source, _, output = reference.partition(".")
                if source in carried:
                    assert carried[source][output] is expected, reference
                else:
                    assert expected is False, reference
