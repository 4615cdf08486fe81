"""What a spec means does not depend on how many files it is written in: two promises."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from random_specs import arrays_for, sizes_for

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_file, program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.program import Program
from spec_compiler.runtime.model import Model
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

SHARED = ("specc", "params", "defaults", "blocks")
"""What a file of blocks has in common with the spec that they were written in."""
SETTINGS = ("specc", "dtype", "mask_policy", "params", "dims")
"""What a spec says as the one that it uses as a block does."""


def compiled(**documents: dict[str, Any]) -> Program:
    """The program of `model`, beside the other documents as files."""
    with TemporaryDirectory() as folder:
        for name, document in documents.items():
            Path(folder, f"{name}.json").write_text(json.dumps(document))
        return program_of_file(Path(folder, "model.json"))


def stands_in_one_file(program: Program) -> None:
    """Its core form means the same under the same names."""
    core = core_document(program)
    alone = program_of_text(to_yaml(core), "core.yaml")
    assert identity(alone) == identity(program)
    assert list(alone.graph.weights) == list(program.graph.weights)
    assert core_document(alone) == core


def blocks_in_a_file_of_their_own(whole: dict[str, Any], program: Program) -> None:
    """Blocks that are imported are the blocks that stand in the spec."""
    model = {key: value for key, value in whole.items() if key not in {"blocks", "tests"}}
    model["imports"] = {"lib": "./library.json"}
    model["layers"] = [_imported(item, {*whole["blocks"]}) for item in whole["layers"]]
    library = {key: whole[key] for key in SHARED if key in whole}
    divided = compiled(model=model, library=library)
    stands_in_one_file(divided)
    assert identity(divided) == identity(program)


def _imported(item: dict[str, Any], blocks: set[str]) -> dict[str, Any]:
    """A layer or a use, in which blocks are those of an import."""
    found = {**item, "use": f"lib.{item['use']}"} if "use" in item else {**item}
    cell = item.get("cell")
    if isinstance(cell, dict):
        found["cell"] = _imported(cell, blocks)
    elif cell in blocks:
        found["cell"] = f"lib.{cell}"
    return found


def a_spec_used_as_a_block(part: dict[str, Any], alone: Program, seed: int) -> None:
    """A whole spec gives as a block of another what it gives alone."""
    fed = {name: entry for name, entry in part["inputs"].items() if "tensor" not in entry}
    names = list(alone.outputs)
    model = {
        **{key: part[key] for key in SETTINGS if key in part},
        "imports": {"part": "./part.json"},
        "inputs": fed,
        "layers": [{"use": "part", "name": "p", "from": {name: name for name in fed}}],
        "outputs": {
            name.replace(".", "_"): f"p.{name}" if len(names) > 1 else "p" for name in names
        },
    }
    used = compiled(model=model, part=part)
    stands_in_one_file(used)
    for name in names:
        here, there = alone.outputs[name], used.outputs[name.replace(".", "_")]
        assert (here.type, here.mask) == (there.type, there.mask), name
    _same_numbers(alone, used, seed)


def _same_numbers(alone: Program, used: Program, seed: int) -> None:
    """With the same weights."""
    part = Model(alone, Diagnostics())
    whole = Model(used, Diagnostics())
    whole.weights = {f"p.{name}": array for name, array in part.weights.items()}
    rng = np.random.default_rng(seed)
    data = arrays_for(part, rng, sizes_for(alone, rng))
    wanted, found = part(data), whole(data)
    if not isinstance(wanted, dict):
        np.testing.assert_array_equal(found, wanted)
        return
    for name, array in wanted.items():
        np.testing.assert_array_equal(found[name.replace(".", "_")], array, name)
