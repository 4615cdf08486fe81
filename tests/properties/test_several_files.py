"""What a spec means does not depend on how many files it is written in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import assume, given, note
from hypothesis import strategies as st
from random_specs import Spec, arrays_for, sizes_for, specs

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_file, program_of_text
from spec_compiler.data import Allowance
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.runtime.model import Model
from spec_compiler.weights.load import load_weights
from spec_compiler.weights.tensors import write_tensors
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml


def compiled(**documents):
    """The program of `model`, beside the other documents as files."""
    note(json.dumps(documents))
    with TemporaryDirectory() as folder:
        for name, document in documents.items():
            Path(folder, f"{name}.json").write_text(json.dumps(document))
        return program_of_file(Path(folder, "model.json"))


def check_core_form(program):
    """It stands in one file, and means the same under the same names."""
    core = core_document(program)
    alone = program_of_text(to_yaml(core), "core.yaml")
    assert identity(alone) == identity(program)
    assert list(alone.graph.weights) == list(program.graph.weights)
    assert core_document(alone) == core


@given(specs(kinds=("use", "use", "Dense", "LSTM", "Identity")))
def test_blocks_may_stand_in_a_file_of_their_own(spec: Spec):
    whole = spec.document
    assume("blocks" in whole)
    model = {key: value for key, value in whole.items() if key != "blocks"}
    model["imports"] = {"lib": "./library.json"}
    model["layers"] = [
        {**item, "use": f"lib.{item['use']}"} if "use" in item else item for item in whole["layers"]
    ]
    library = {key: whole[key] for key in ("specc", "defaults", "blocks") if key in whole}
    divided = compiled(model=model, library=library)
    check_core_form(divided)
    assert identity(divided) == identity(program_of_text(json.dumps(whole), "spec.json"))


@given(specs(), st.integers(0, 2**32 - 1))
def test_a_whole_spec_used_as_a_block_gives_what_it_gives_alone(spec: Spec, seed: int):
    part = spec.document
    alone = program_of_text(json.dumps(part), "spec.json")
    fed = {name: entry for name, entry in part["inputs"].items() if "tensor" not in entry}
    assume(fed)
    names = list(spec.outputs)
    model = {
        **{
            key: part[key]
            for key in ("specc", "dtype", "mask_policy", "params", "dims")
            if key in part
        },
        "imports": {"part": "./part.json"},
        "inputs": fed,
        "layers": [{"use": "part", "name": "p", "from": {name: name for name in fed}}],
        "outputs": {
            name.replace(".", "_"): f"p.{name}" if len(names) > 1 else "p" for name in names
        },
    }
    used = compiled(model=model, part=part)
    check_core_form(used)
    for name in names:
        here, there = alone.outputs[name], used.outputs[name.replace(".", "_")]
        assert (here.type, here.mask) == (there.type, there.mask), name
    with TemporaryDirectory() as folder:
        file = Path(folder, "weights.safetensors")
        write_tensors(
            file, {f"p.{name}": of for name, of in load_weights(alone, Allowance()).items()}
        )
        written = {**core_document(used), "weights": {"file": file.name}}
        whole = Model(
            program_of_text(json.dumps(written), str(Path(folder, "model.json"))), Diagnostics()
        )
        rng = np.random.default_rng(seed)
        sizes = sizes_for(alone, rng)
        data = arrays_for(Model(alone, Diagnostics()), rng, sizes)
        expected, results = Model(alone, Diagnostics())(data), whole(data)
        for name in names if len(names) > 1 else ():
            np.testing.assert_array_equal(results[name.replace(".", "_")], expected[name])
        if len(names) == 1:
            np.testing.assert_array_equal(results, expected)
