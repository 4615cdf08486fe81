"""`specc explain NAME`: layers, choices and functions, said from their own declarations."""

from __future__ import annotations

import re

import pytest

from spec_compiler.codes import CODES
from spec_compiler.compile import program_of_text
from spec_compiler.expression.other_tools.words import SYNONYMS
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices import CHOICES
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.reference.explained import explained, words
from spec_compiler.report import Style
from spec_compiler.report.markdown_text import markdown_text
from spec_compiler.training import TRAINING


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_explained_with_what_it_takes_and_an_example_that_runs(specc, name):
    status, out, err = specc("explain", name)
    assert (status, err) == (0, "")
    assert out.startswith(f"{name}: a layer\n")
    for argument in LAYERS[name].model_fields:
        assert f"`{LAYERS[name].model_fields[argument].alias or argument}`" in out or (
            argument == "doc"
        )
    assert "\nMasks\n" in out
    listings = re.findall(r"^ {4}specc: 1\n(?:^ {4}.*\n|^\n(?= {4}))*", out, re.MULTILINE)
    assert listings
    for listing in listings:
        assert program_of_text(re.sub(r"^ {4}", "", listing, flags=re.MULTILINE))


def test_shapes_defaults_and_masks_are_said(specc):
    out = plain(specc("explain", "Dense").out)
    assert "`float[batch, …, n]` to `float[batch, …, units]`. Weights: `kernel [n, units]`" in out
    assert "`use_bias` true or false `true` Whether a bias is added." in out
    assert "Masks Passes the mask on." in out


@pytest.mark.parametrize("name", words())
def test_every_word_is_explained_and_fits(name):
    text = markdown_text(explained(name), Style(width=80))
    name = SYNONYMS.get(name, name)
    known = (*CHOICES.items(), *TRAINING.items())
    kinds = [kind for kind, registry in known if name in registry.by_name]
    kinds += ["layer"] * (name in LAYERS) + ["function"] * (name in LAMBDA_FUNCTIONS)
    kinds += ["block"] * name.startswith("std.")
    assert kinds
    for kind in kinds:
        assert re.search(rf"^\S+: an? {kind}", text, re.MULTILINE), kind
    assert "](" not in text
    prose = [line for line in text.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= 80
    if name in LAMBDA_FUNCTIONS:
        assert plain(f"`{LAMBDA_FUNCTIONS[name]}`: {LAMBDA_FUNCTIONS[name].does}") in plain(text)


def test_a_choice_has_an_example_that_is_valid(specc):
    for name in ("relu", "he_normal", "l2", "unit_norm"):
        (example,) = re.findall(r"- (\{type: Dense.*\})", specc("explain", name).out)
        program_of_text(f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nlayers: [{example}]\n")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("Dens", "did you mean `Dense`?"),
        ("SelfAttention", "did you mean `MultiHeadAttention`?"),
        ("STFTSpectrogram", "Keras has this layer, and specc has not"),
        ("gathr", "did you mean `gather`?"),
        ("pow", "in an expression write `x ** y`"),
        ("concatenat", "did you mean `concatenate`?"),
        ("xyzzy", "names are of codes, layers, choices such as activations, functions of "),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(specc, written, says):
    status, out, err = specc("explain", written)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: there is nothing called `{written}`; {says}")


def test_case_does_not_matter_where_nothing_has_the_very_name(specc):
    assert specc("explain", "dense").out == specc("explain", "Dense").out
    assert specc("explain", "softmax").out != specc("explain", "Softmax").out


@pytest.mark.parametrize("written", ["SPC0301", "spc0301", "301", "0301"])
def test_a_code_is_still_a_code(specc, written):
    assert specc("explain", written).out.startswith(f"SPC0301: {CODES['SPC0301'].title}\n")
