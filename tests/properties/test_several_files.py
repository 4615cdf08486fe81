"""What a spec means does not depend on how many files it is written in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given, note
from random_specs import Spec, specs

from spec_compiler.compare import identity
from spec_compiler.compile import compile_path, compile_text
from spec_compiler.spec.core_text import core_document
from spec_compiler.spec.yaml_text import to_yaml


def compiled(**documents):
    """The program of `model`, beside the other documents as files."""
    note(json.dumps(documents))
    with TemporaryDirectory() as folder:
        for name, document in documents.items():
            Path(folder, f"{name}.json").write_text(json.dumps(document))
        return compile_path(Path(folder, "model.json"))


def check_core_form(program):
    """It stands in one file, and means the same under the same names."""
    core = core_document(program.core, program.outputs)
    alone = compile_text(to_yaml(core), "core.yaml")
    assert identity(alone) == identity(program)
    assert list(alone.graph.weights) == list(program.graph.weights)
    assert core_document(alone.core, alone.outputs) == core


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
    assert identity(divided) == identity(compile_text(json.dumps(whole), "spec.json"))


@given(specs())
def test_a_whole_spec_used_as_a_block_gives_what_it_gives_alone(spec: Spec):
    part = spec.document
    alone = compile_text(json.dumps(part), "spec.json")
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
