"""What starts quickly stays quick: a command loads only what it needs."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from spec_compiler.report import FORMATS

ROOT = Path(__file__).parents[2]
DIGITS = "examples/digits/model.yaml"
HEAVY = {"numpy", "networkx", "scipy", "rich", "asyncio", "unittest"}


def loaded(program, *arguments):
    """The modules that a fresh interpreter has loaded after `program`."""
    listing = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print('\\n' + json.dumps([*sys.modules])))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", listing + program, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return set(json.loads(run.stdout.splitlines()[-1])), run.stdout


def test_import_loads_no_part_of_the_compiler():
    modules, _ = loaded("import spec_compiler")
    assert {name for name in modules if name.startswith("spec_compiler")} == {"spec_compiler"}
    assert not modules & (HEAVY | {"pydantic", "yaml", "typer"})


def test_a_public_name_is_loaded_when_it_is_used():
    modules, _ = loaded("import spec_compiler; spec_compiler.Diagnostic")
    assert "spec_compiler.diagnostics" in modules
    assert not modules & (HEAVY | {"pydantic", "yaml", "typer"})


def loaded_by(*words):
    """The modules that a command has loaded at its end, and what it printed."""
    program = f"import sys; sys.argv = {['specc', *words]!r}\n"
    return loaded(program + "from spec_compiler.cli import main; main()")


def within(modules, package):
    """The names of a package's modules."""
    return {name.removeprefix(f"{package}.") for name in modules if name.startswith(f"{package}.")}


@pytest.mark.parametrize("command", ["validate", "summary", "graph", "expand"])
def test_proving_needs_no_arrays(command):
    modules, output = loaded_by(command, DIGITS)
    assert "valid" in output or "strokes" in output
    assert not modules & HEAVY, modules & HEAVY
    assert not within(modules, "spec_compiler.cli") & {"run", "init"}


def test_only_what_a_spec_names_is_loaded():
    """Beside the defaults of its layers: linear, zeros and glorot_uniform."""
    modules, _ = loaded_by("validate", DIGITS)
    layers = within(modules, "spec_compiler.layers")
    assert {"core.dense", "core.einsum_dense", "merging.add"} < layers
    assert not layers & {"core.embedding", "core.lambda_", "recurrent", "attention"}
    choices = within(modules, "spec_compiler.layers.choices")
    assert "initializers.scaling" in choices
    assert not choices & {"activations.smooth", "initializers.random", "initializers.stft"}
    assert not choices & {"constraints.projections", "regularizers.penalties"}
    # the spec's own tests name codes of data
    assert not within(modules, "spec_compiler.codes") & {"shapes", "text", "types", "names"}
    assert not within(modules, "spec_compiler.expression")


def test_what_trains_is_loaded_only_where_a_spec_is_trained():
    modules, _ = loaded_by("validate", "examples/residual/model.yaml")
    assert not {name for name in modules if name.startswith("spec_compiler.training")}
    assert not within(modules, "spec_compiler.language") & {"train", "train_fields"}
    modules, _ = loaded_by("validate", DIGITS)
    named = within(modules, "spec_compiler.training")
    assert {"losses.classes", "optimizers.moments", "metrics.accuracies"} < named
    assert not named & {"losses.distances", "losses.margins", "metrics.counts", "metrics.regions"}
    assert not {name for name in modules if name.startswith("spec_compiler.fitting")}


def test_what_mends_a_text_is_loaded_only_for_a_broken_one(tmp_path):
    advice = {
        "yaml_mistakes",
        "yaml_advice",
        "block_advice",
        "flow_advice",
        "mistake",
        "text_edits",
    }
    modules, _ = loaded_by("validate", DIGITS)
    right = within(modules, "spec_compiler.source")
    assert "yaml_text" in right
    assert not right & (advice | {"json_text"})
    (tmp_path / "broken.yaml").write_text("specc: 1\ninputs: {x: {shape: [4]}\nlayers: []\n")
    modules, output = loaded_by("validate", str(tmp_path / "broken.yaml"))
    assert "SPC00" in output
    assert within(modules, "spec_compiler.source") > advice


def test_a_report_loads_its_own_format_only(tmp_path):
    (tmp_path / "broken.yaml").write_text("specc: 1\n")
    modules, _ = loaded_by("validate", str(tmp_path / "broken.yaml"))
    assert within(modules, "spec_compiler.report") & set(FORMATS) == {"text"}
    modules, _ = loaded_by("validate", DIGITS)
    assert not within(modules, "spec_compiler.report") & set(FORMATS)


def test_what_only_people_and_shells_ask_for_is_not_loaded():
    modules, _ = loaded_by("validate", DIGITS)
    assert not within(modules, "spec_compiler.cli") & {"completion", "progress", "slips"}
    assert not within(modules, "spec_compiler.report") & {"findings", "notebook", "model"}
    assert not within(modules, "spec_compiler.reference")


def test_junit_is_written_without_a_library_for_xml():
    modules, output = loaded_by("test", "--format", "junit", DIGITS)
    assert "<testsuites" in output
    assert not {name for name in modules if name.partition(".")[0] == "xml"}


TINY = "specc: 1\ninputs:\n  x: {shape: [8]}\nlayers:\n  - {type: Dense, units: 4}\n"
MOST_MODULES = 172
"""Of specc, for one layer; there are 167, and each further one is to be worth its time."""
ONLY_WHEN_WRITTEN = {
    "elaborate.origins",
    "elaborate.tests",
    "elaborate.training",
    "elaborate.unused_blocks",
    "expanding.bare_arguments",
    "ir.axes",
    "ir.composites",
    "language.blocks",
    "language.tests",
    "language.train",
    "language.use",
    "layers.choices.activations.rectifiers",
    "layers.choices.initializers.lecun",
    "linting.looking",
    "linting.settings",
    "reading.blocks",
    "reading.whole_file",
    "report.text",
    "training",
    "weights",
}
"""What a spec without tests, training, blocks, weights, findings and activations can do without."""


def test_a_spec_of_one_layer_loads_little(tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY)
    modules, output = loaded_by("validate", str(tmp_path / "tiny.yaml"))
    assert "valid" in output
    own = within(modules, "spec_compiler")
    assert not own & ONLY_WHEN_WRITTEN, own & ONLY_WHEN_WRITTEN
    assert len(own) <= MOST_MODULES, sorted(own)
    assert not modules & HEAVY


def test_what_a_spec_can_do_without_is_there():
    """Else a module that was given another name would never be missed."""
    assert all(find_spec(f"spec_compiler.{name}") for name in ONLY_WHEN_WRITTEN)
