"""`specc new`: each template is valid, in style, passes its tests, and fits data that trains it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.cli.new import TEMPLATES, params_of, text_of
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.training import check_training
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes

FOLDER = Path(__file__).parents[2] / "spec_compiler" / "templates"


def test_each_file_is_a_template():
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(TEMPLATES)


@pytest.fixture
def new(specc, tmp_path):
    def run(*words):
        return specc("new", *words, folder=tmp_path)

    return run


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_all_that_a_spec_should_be(template, new, specc, tmp_path):
    assert new(template, "-o", "made.yaml").status == 0
    for words in (["validate"], ["fmt", "--check"], ["test"]):
        ran = specc(*words, "made.yaml", folder=tmp_path)
        assert ran.status == 0, ran
    said = specc("validate", "made.yaml", folder=tmp_path)
    assert (said.out, said.err) == ("1 spec is valid\n", "")
    assert "FILE" not in (tmp_path / "made.yaml").read_text()


@pytest.mark.parametrize("template", TEMPLATES)
def test_data_of_its_labels_trains_it(template, new, specc, tmp_path):
    new(template, "-o", "made.yaml")
    found = Diagnostics()
    program = program_of_text((tmp_path / "made.yaml").read_text(), diagnostics=found)
    training = check_training(program, found)
    assert training is not None
    both = training.with_labels(program)
    sizes = random_sizes(both, {"batch": 10})
    np.savez(tmp_path / "rows.npz", **random_inputs(both, sizes))
    words = "train", "made.yaml", "--data", "rows.npz", "-o", "made.safetensors", "--check"
    ran = specc(*words, folder=tmp_path)
    assert ran.status == 0, ran.err
    assert "rows to train on" in ran.out


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_param_may_be_another_number(template, new, specc, tmp_path):
    """Twice what it is; the spec stays valid, in style, and its tests still pass."""
    numbers = {name: 2 * int(node.plain()) for name, node in params_of(text_of(template)).items()}
    given = [word for name, number in numbers.items() for word in ("--set", f"{name}={number}")]
    assert new(template, "-o", "made.yaml", *given).status == 0
    text = (tmp_path / "made.yaml").read_text()
    assert {name: node.plain() for name, node in params_of(text).items()} == numbers
    assert specc("fmt", "--check", "made.yaml", folder=tmp_path).status == 0
    assert specc("test", "made.yaml", folder=tmp_path).status == 0


def test_a_file_that_is_there_is_kept(new, tmp_path):
    (tmp_path / "mlp.yaml").write_text("mine")
    assert new("mlp").status == 1
    assert (tmp_path / "mlp.yaml").read_text() == "mine"
    assert new("mlp", "--force").status == 0
    assert (tmp_path / "mlp.yaml").read_text() != "mine"


def test_what_does_not_fit_is_not_written(new, tmp_path):
    ran = new("tabular", "--set", "width=3")
    assert ran.status == 1
    assert "SPC0313" in ran.err
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["encodr"], "did you mean `encoder`?"),
        (["mlp", "--set", "widht=3"], "did you mean `width`?"),
        (["mlp", "--set", "width=3}, x: {"], "a whole number is asked for"),
        (["mlp", "-o", "made.txt"], "a spec is a .yaml file"),
        (["mlp", "--name", "a b"], "letters, digits, `_` and `-`"),
        (["mlp", "--name", "null"], "letters, digits, `_` and `-`"),
    ],
)
def test_wrong_usage(new, words, said, tmp_path):
    ran = new(*words)
    assert ran.status == 2
    assert said in ran.err
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("template", TEMPLATES)
def test_its_weights_are_called_as_it_is(new, template):
    named = re.compile(r"[\w-]+\.safetensors")
    assert {*named.findall(new(template, "-o", "-", "--name", "third").out)} == {
        "third.safetensors"
    }
    name = template.replace("-", "_")
    assert {*named.findall(new(template, "-o", "-").out)} == {f"{name}.safetensors"}


def test_it_is_called_as_its_file(new, tmp_path):
    assert new("mlp", "-o", "my-model.yaml").status == 0
    text = (tmp_path / "my-model.yaml").read_text()
    assert "\nname: my_model\n" in text
    assert "specc train my-model.yaml --data" in text
    assert new("mlp", "-o", "other.yaml", "--name", "third").status == 0
    assert "\nname: third\n" in (tmp_path / "other.yaml").read_text()
    assert "\nname: mlp\n" in new("mlp", "-o", "-").out


def test_a_file_that_stands_alone_is_told_its_option(new, tmp_path):
    ran = new("mlp", "my_model")
    assert ran.status == 2
    assert "write `-o my_model.yaml` for a file of this name" in ran.err
    assert not [*tmp_path.iterdir()]


def test_they_are_listed(new):
    listed = new().out
    assert listed == new("--list").out
    assert [line.split()[0] for line in listed.splitlines()] == [*TEMPLATES]


def test_standard_output(new, tmp_path):
    assert new("mlp", "-o", "-").out.startswith("#")
    assert not [*tmp_path.iterdir()]


def test_a_command_that_is_shown_can_be_typed(new, tmp_path):
    ran = new("mlp", "-o", "a b.yaml")
    assert ran.err == "next: specc test 'a b.yaml'\n"
