"""Nothing that a stranger named acts on a terminal or a log, whatever the command."""

import json
import re
import shutil

import pytest

from spec_compiler.cli.commands import COMMANDS
from spec_compiler.report import FORMATS
from spec_compiler.testing import REPORTS

HOSTILE = (
    "n\n::error file=x::forged\r\x1b[2J\u2028##[error]forged\x85##vso[task]\u202e|`<script>]]>@a"
)
AT_START = "::error file=x::forged\x1b[2J\u202e"
QUOTED = json.dumps(HOSTILE)

RIGHT = f"""\
specc: 1
name: {QUOTED}
doc: {QUOTED}
metadata: {{{QUOTED}: {QUOTED}}}
inputs: {{x: {{shape: [2], doc: {QUOTED}}}}}
layers:
  - {{type: Dense, units: 3, name: d, doc: {QUOTED}, kernel_regularizer: l2}}
  - {{type: Dense, units: 3, name: e}}
tests:
  - {{name: {QUOTED}, doc: {QUOTED}, dims: {{batch: 1}}, expect: {{e: {{finite: true}}}}}}
  - {{name: {json.dumps(AT_START)}, dims: {{batch: 1}}, expect: {{e: {{max: -100}}}}}}
"""
NAMED = RIGHT.replace(f"name: {QUOTED}", f"name: {json.dumps(AT_START)}", 1)
"""A title that begins a line."""
WRONG = {
    "key": f"specc: 1\n{QUOTED}: 1\ninputs: {{x: {{shape: [2]}}}}\nlayers: []\n",
    "name": RIGHT.replace("name: d", f"name: {QUOTED}"),
    "type": RIGHT.replace("type: Dense", f"type: {QUOTED}"),
    "value": RIGHT.replace("units: 3", f"units: {QUOTED}"),
    "file": f"{RIGHT}weights: {{file: {QUOTED}}}\n",
    "import": f"{RIGHT}imports: {{a: {QUOTED}}}\n",
    "import_name": f"{RIGHT}imports: {{{QUOTED}: a.yaml}}\n",
    "output": f"{RIGHT}outputs: [{QUOTED}]\n",
    "output_name": f"{RIGHT}outputs: {{{QUOTED}: e}}\n",
    "text": f"specc: 1\ninputs: {HOSTILE}\n",
    "dim": RIGHT.replace("shape: [2]", f"shape: [{QUOTED}]"),
}
KERAS = {
    "class_name": "Sequential",
    "config": {
        "name": HOSTILE,
        "layers": [
            {"class_name": "InputLayer", "config": {"name": AT_START, "batch_shape": [None, 2]}},
            {"class_name": "Dense", "config": {"name": HOSTILE, "units": 1}},
            {"class_name": "Dropout", "config": {"name": f"{AT_START}-", "rate": 0.5}},
        ],
    },
}
"""Whose layers' names are hostile."""


def harmless(ran, form=""):
    """That what was printed are lines of printable signs, and only ours are commands."""
    printed = f"{ran.out}\n{ran.err}"
    odd = {sign for sign in printed if not sign.isprintable() and sign != "\n"}
    assert not odd, (odd, printed)
    commands = [line for line in printed.split("\n") if line.lstrip().startswith("::")]
    ours = re.compile(r"::(error|warning|notice) file=[^:]*,title=SPC\d{4}::")
    assert all(form == "github" and ours.match(line) for line in commands), printed
    assert "forged" not in "".join(line for line in commands if not ours.match(line))
    assert not re.search(r"##\w*\[", printed), printed
    assert ran.status != 70, printed
    return ran


FORMS = {
    "validate": [*FORMATS],
    "test": [*REPORTS],
    "summary": ["text", "json", "markdown"],
    "expand": ["yaml", "json"],
    "graph": ["mermaid", "dot", "svg"],
    "diff": ["text", "markdown", "json"],
}
PRINTING = [
    *((name, "--format", form) for name, forms in FORMS.items() for form in forms),
    ("hash",),
    ("fmt", "--check"),
    ("fmt", "--diff"),
    ("run", "--random", "batch=1"),
]
READING = [
    *PRINTING,
    ("run", "--random", "batch=1", "--losses"),
    ("run", "--input", HOSTILE),
    ("run", "--input", f"{HOSTILE}=x.npy"),
    ("run", "--random", f"{HOSTILE}=1"),
    ("run", "--random", "batch=1", "-o", f"{HOSTILE}.npz"),
    ("run", "--random", "batch=1", "-o", HOSTILE),
    ("init", "-o", f"{HOSTILE}.safetensors"),
    ("init", "-o", f"{AT_START}.safetensors"),
    ("graph", "-o", f"{HOSTILE}.dot"),
    ("graph", "-o", HOSTILE),
    ("validate", "--format", f"json:{HOSTILE}/x.json"),
    ("validate", "--set", f"{HOSTILE}=1"),
    ("validate", "--root", HOSTILE),
    ("test", "--update"),
    ("test", "-k", HOSTILE * 2),
    ("test", "--keep", HOSTILE),
    ("diff", "--rev", HOSTILE),
    ("diff", "--fail-on", HOSTILE),
]
SPECS = [f"{HOSTILE}.yaml".replace("/", "-"), f"{AT_START}.yaml"]


@pytest.mark.parametrize("text", [RIGHT, NAMED, *WRONG.values()], ids=["right", "named", *WRONG])
@pytest.mark.parametrize("name", SPECS, ids=["within", "at_start"])
def test_a_spec_of_hostile_names(name, text, specc, tmp_path):
    (tmp_path / name).write_text(text)
    shutil.copy(tmp_path / name, tmp_path / "copy.yaml")
    (tmp_path / "copy.yaml").write_text(text.replace("units: 3", "units: 4"))
    for command, *words in READING if text in {RIGHT, NAMED} else PRINTING:
        both = ["copy.yaml"] if command == "diff" and "--rev" not in words else []
        ran = specc(command, name, *both, *words, folder=tmp_path)
        form = words[1] if words[:1] == ["--format"] else ""
        harmless(ran, form)


@pytest.mark.parametrize("kind", ["Dense", HOSTILE, "Dropout"])
@pytest.mark.parametrize("weights", [None, HOSTILE, "d/kernel"])
def test_a_model_of_keras_with_hostile_names(kind, weights, specc, tmp_path):
    config = json.loads(json.dumps(KERAS))
    config["config"]["layers"][1]["class_name"] = kind
    (tmp_path / f"{HOSTILE}.json").write_text(json.dumps(config))
    (tmp_path / "w.json").write_text(json.dumps({f"{weights}": [1.0], f"{HOSTILE}/bias": [1.0]}))
    given = ["--weights", "w.json"] if weights else []
    for output in (f"{HOSTILE}.yaml", f"{AT_START}.yaml", HOSTILE):
        harmless(specc("import", f"{HOSTILE}.json", *given, "-o", output, folder=tmp_path))
    if kind == "Dense" and not given:
        assert (tmp_path / f"{AT_START}.yaml").exists()


@pytest.mark.parametrize("command", [*COMMANDS, HOSTILE, ""])
@pytest.mark.parametrize("word", [HOSTILE, AT_START, f"--{HOSTILE}", f"git:{HOSTILE}:x"])
def test_an_argument_is_quoted_not_printed(command, word, specc, tmp_path):
    harmless(specc(*([command] if command else []), word, folder=tmp_path))
    harmless(specc(command, word, word, "--color", word, folder=tmp_path))


def test_a_folder_of_hostile_names(specc, tmp_path):
    (tmp_path / HOSTILE).mkdir()
    (tmp_path / HOSTILE / f"{AT_START}.yaml").symlink_to("nowhere")
    (tmp_path / HOSTILE / "a.yaml").write_text(WRONG["key"])
    for folder in (".", HOSTILE):
        for form in FORMS["validate"]:
            harmless(specc("validate", folder, "--format", form, folder=tmp_path), form)
