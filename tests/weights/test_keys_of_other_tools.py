"""Keys of `map` as PyTorch and shells have them."""

import pytest

from spec_compiler.declaring.scope import Scope
from spec_compiler.language.weights import SourceTensor
from spec_compiler.weights.mapping import origins

WEIGHTS = ["a.kernel", "a.bias", "n.gamma", "n.beta", "n.moving_mean", "e.embeddings"]


def fix_of(key, entry=None):
    entries = {key: entry or SourceTensor.model_validate({"from": "t"})}
    _, problems = origins(WEIGHTS, entries, Scope({}, {}))
    return problems[key].fix


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("n.weight", "n.gamma"),
        ("n.bias", "n.beta"),
        ("n.running_mean", "n.moving_mean"),
        ("e.weight", "e.embeddings"),
    ],
)
def test_a_name_of_pytorch_is_renamed_on_demand(key, meant):
    fix = fix_of(key)
    assert (fix.kind, fix.text, fix.safe) == ("name", meant, False)


def test_a_kernel_is_not_renamed_without_its_layout():
    fix = fix_of("a.weight")
    assert fix.kind == "advise"
    assert fix.help.startswith("write `a.kernel`; PyTorch has its axes in another order")
    turned = fix_of("a.weight", SourceTensor.model_validate({"from": "t", "as": "transpose(w)"}))
    assert (turned.kind, turned.text) == ("name", "a.kernel")


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("s.*.kernel", "s.{i}.kernel"),
        ("s.*.up.*.kernel", "s.{i}.up.{j}.kernel"),
        ("s[i].kernel", "s{i}.kernel"),
    ],
)
def test_a_star_is_a_part_in_braces(key, meant):
    assert fix_of(key).help.startswith(f"write `{meant}`")


@pytest.mark.parametrize(
    ("key", "source", "meant", "text"),
    [
        ("s.*.bias", "layer.*.bias", "s.{i}.bias", '"layer.{i}.bias"'),
        ("*.up.*.kernel", "h.*.*.w", "{i}.up.{j}.kernel", '"h.{i}.{j}.w"'),
        ("s[i].kernel", "layers[i].w", "s{i}.kernel", '"layers{i}.w"'),
    ],
)
def test_stars_on_both_sides_are_the_same_parts(key, source, meant, text):
    fix = fix_of(key, SourceTensor.model_validate({"from": source}))
    assert (fix.kind, fix.key, fix.text, fix.safe) == ("entry", meant, text, False)


@pytest.mark.parametrize("weight", ["n.gamma", "e.embeddings", "a.bias"])
def test_an_entry_the_other_way_round_is_turned(weight):
    fix = fix_of("bert.x", SourceTensor.model_validate({"from": weight}))
    assert (fix.kind, fix.key, fix.text, fix.safe) == ("entry", weight, "bert.x", False)


def test_a_kernel_is_not_turned_without_its_layout():
    assert fix_of("fc.weight", SourceTensor.model_validate({"from": "a.kernel"})).kind == "advise"
    assert fix_of("fc/kernel", SourceTensor.model_validate({"from": "a.kernel"})).kind == "entry"
