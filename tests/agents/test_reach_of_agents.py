"""A server reads below its root and nothing else, and outlives whatever it is given."""

import os

import numpy as np
import pytest
from asking import Asking
from safetensors.numpy import save_file

SPEC = "specc: 1\ninputs: {x: {shape: [4]}}\nlayers: [{type: Dense, name: d, units: 3}]\n"
BLOCKS = (
    "specc: 1\nblocks:\n  b:\n    inputs: {x: {shape: [d]}}\n"
    "    layers: [{type: Dense, name: y, units: d}]\n    outputs: y\n"
)
KEPT = "the words of a secret"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A root, and beside it what must not be read; links lead from one to the other."""
    folder = tmp_path_factory.mktemp("all")
    root, outside = folder / "root", folder / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "model.yaml").write_text(SPEC + f"doc: {KEPT}\n")
    (outside / "blocks.yaml").write_text(BLOCKS)
    weights = {"d.kernel": np.zeros((4, 3), np.float32), "d.bias": np.zeros(3, np.float32)}
    save_file(weights, outside / "w.safetensors")
    (root / "inside.yaml").write_text(SPEC)
    (root / "link.yaml").symlink_to(outside / "model.yaml")
    (root / "blocks.yaml").symlink_to(outside / "blocks.yaml")
    (root / "w.safetensors").symlink_to(outside / "w.safetensors")
    (root / "folder").symlink_to(outside)
    (root / "circle.yaml").symlink_to(root / "circle.yaml")
    os.mkfifo(root / "pipe.yaml")
    return folder


@pytest.fixture(scope="module")
def ask(folder):
    with Asking(folder / "root") as asking:
        yield asking


@pytest.mark.parametrize("tool", ["validate", "summary", "fmt"])
@pytest.mark.parametrize(
    "path",
    [
        "../outside/model.yaml",
        "link.yaml",
        "folder/model.yaml",
        "folder/../../outside/model.yaml",
        "circle.yaml",
        "pipe.yaml",
        ".",
        "",
        "none.yaml",
        "a\0b",
        "x" * 5000,
        "~/model.yaml",
        "/etc/passwd",
        "C:\\model.yaml",
    ],
)
def test_no_path_leads_out(ask, tool, path):
    said = ask.refused(tool, path=path)
    assert KEPT not in said
    assert "error of specc" not in said


def test_an_absolute_path_is_refused_even_below_the_root(ask, folder):
    assert "absolute" in ask.refused("validate", path=str(folder / "root" / "inside.yaml"))


@pytest.mark.parametrize("name", ["../x.yaml", "/x.yaml", "folder/x.yaml", ""])
def test_no_name_leads_out(ask, name):
    assert ask.refused("validate", text=SPEC, name=name)


@pytest.mark.parametrize("path", ["\ud800.yaml", "a\udcff", "\udcff/../model.yaml"])
def test_half_a_character_is_no_path(path, folder, monkeypatch):
    """JSON may hold one, and no file system does."""
    from spec_compiler.agents.asked import UnfitError
    from spec_compiler.agents.tools import answered

    monkeypatch.chdir(folder / "root")
    for given in ({"path": path}, {"text": SPEC, "name": path}):
        with pytest.raises(UnfitError, match="is not a path of a file"):
            answered("validate", given)


@pytest.mark.parametrize(
    "more",
    [
        "imports: {b: blocks.yaml}",
        "imports: {b: ../outside/blocks.yaml}",
        "imports: {b: folder/blocks.yaml}",
        "weights: {file: w.safetensors}",
        "weights: {file: ../outside/w.safetensors}",
    ],
)
def test_nothing_that_a_spec_names_leads_out(ask, more):
    for fix in ({}, {"fix": "unsafe"}):
        found = ask("validate", text=f"{SPEC}{more}\n", **fix)
        assert "SPC0551" in {finding["code"] for finding in found["report"]["diagnostics"]}


def test_what_is_too_much_is_refused_and_the_next_call_answered(ask):
    deep = "[" * 100_000
    long = "specc: 1\ndoc: " + "x" * 20_000_000
    aliases = "a: &a [x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)
    )
    for text in (deep, long, aliases, "\0", "\ufeff", "", "- 1", "%", "{" * 9999):
        assert not ask("validate", text=text)["valid"]
        assert not ask("validate", text=text, name="x.json")["valid"]
    assert ask("validate", text=SPEC)["valid"]


def test_findings_are_counted_where_they_are_many(ask):
    layers = "".join(f"  - {{type: Dense, name: d{i}, unitz: 3}}\n" for i in range(300))
    report = ask("validate", text=f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nlayers:\n{layers}")
    report = report["report"]
    assert len(report["diagnostics"]) <= 50
    assert len(report["diagnostics"]) + report["summary"]["left_out"] == 300
    assert report["summary"]["errors"] == 300


def test_an_error_of_the_program_ends_one_call(monkeypatch, capsys):
    from spec_compiler.agents import serving
    from spec_compiler.agents.looked_up import NO_COMMANDS

    def broken(name, given, commands):
        raise RecursionError(KEPT)

    monkeypatch.setattr(serving, "answered", broken)
    result = serving._called("validate", {}, NO_COMMANDS)
    assert result.is_error
    assert "RecursionError" in result.content[0].text
    assert KEPT not in result.content[0].text
    assert KEPT in capsys.readouterr().err
