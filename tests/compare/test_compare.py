"""A change is called by what it breaks."""

import pytest


def found(comparison):
    """The findings as (name, old, new), by kind."""
    kinds = {}
    for item in comparison.findings:
        kinds.setdefault(item.kind.value, []).append((item.name, item.old, item.new))
    return kinds


def test_another_number_of_classes_says_exactly_what_breaks(changed):
    comparison = changed(("classes: 10", "classes: 12"))
    assert found(comparison) == {
        "interface": [("outputs.probs.shape", "[batch, 10]", "[batch, 12]")],
        "weights": [
            ("probs.kernel", "float32[16, 10]", "float32[16, 12]"),
            ("probs.bias", "float32[10]", "float32[12]"),
        ],
        "graph": [("probs.units", "10", "12")],
    }
    assert comparison.unloadable == ("probs",)
    assert "weights of 1 of 3 layers no longer load" in comparison.verdict


def test_nothing_differs_from_itself(changed):
    comparison = changed()
    assert comparison.findings == ()
    assert comparison.verdict == "the models are the same"


@pytest.mark.parametrize(
    ("before", "after", "kind", "finding"),
    [
        ("max: 9", "max: 12", "interface", ("dims.steps", "{min: 1, max: 9}", "{min: 1, max: 12}")),
        (", mask: true", "", "interface", ("inputs.x.mask", "[batch, steps]", None)),
        ("mask: true", "mask: true, dtype: float64", "interface",
         ("inputs.x.dtype", "float32", "float64")),
        ("dims:", "constraints: [steps <= 8]\ndims:", "interface",
         ("constraints", None, "steps <= 8")),
        ("relu", "tanh", "graph", ("hidden.activation", "relu", "tanh")),
        ("specc: 1\n", "specc: 1\nseed: 4\n", "graph", ("seed", "0", "4")),
        ("specc: 1\n", "specc: 1\ndoc: words\n", "cosmetic", ("doc", None, "words")),
        ("name: probs", "name: probs, expect: {dtype: float32}", "cosmetic",
         ("probs.expect", None, "{dtype: float32}")),
    ],
)  # fmt: skip
def test_each_change_has_its_kind(changed, before, after, kind, finding):
    assert found(changed((before, after))) == {kind: [finding]}


def test_a_layer_between_changes_edges_and_keeps_the_weights(changed):
    comparison = changed(
        (
            "  - {type: Dense, name: probs",
            "  - {type: Identity, name: same}\n  - {type: Dense, name: probs",
        )
    )
    assert found(comparison) == {
        "graph": [("probs.from", "[hidden]", "[same]"), ("same", None, "Identity from [hidden]")]
    }
    assert comparison.verdict == "the graph changes; all old weights still load"


def test_weights_of_another_float_dtype_still_load(changed):
    comparison = changed(("name: hidden", "name: hidden, dtype: float64"))
    loads = {item.name: item.loads for item in comparison.findings if item.kind == "weights"}
    assert loads == {"hidden.kernel": True, "hidden.bias": True}
    assert comparison.unloadable == ()


def test_another_name_finds_no_weights(changed):
    comparison = changed(("hidden", "middle"))
    assert found(comparison) == {
        "weights": [
            ("hidden.kernel", "float32[16, 16]", "middle.kernel float32[16, 16]"),
            ("hidden.bias", "float32[16]", "middle.bias float32[16]"),
        ],
        "graph": [("hidden.name", "hidden", "middle")],
    }
    assert not any(item.loads for item in comparison.findings)
    assert (comparison.unloadable, comparison.renamed) == (("hidden",), {"hidden": "middle"})
    assert "a layer probably has a new name" in comparison.verdict


def test_another_name_of_another_size_is_another_layer(changed):
    comparison = changed(("name: hidden, units: width", "name: middle, units: 17"))
    loads = {item.name: item.loads for item in comparison.findings if item.kind == "weights"}
    gone, new = {"hidden.kernel", "hidden.bias"}, {"middle.kernel", "middle.bias"}
    assert set(loads) == {*gone, *new, "probs.kernel"}
    assert not any(loads.values())
    assert comparison.renamed == {}
    assert "there are new weights" in comparison.verdict


def test_layers_that_share_and_branch_are_found_under_new_names(changed):
    spec = (
        "specc: 1\ninputs: {x: {shape: [4]}, m: {shape: [4], dtype: bool}}\nlayers:\n"
        "  - {type: Dense, name: one, from: x, units: 4}\n"
        "  - {reuse: one, name: two, from: one}\n"
        "  - {type: LSTM, name: last, from: wide, units: 2, return_state: true, mask: m}\n"
        "  - {type: Reshape, name: wide, from: two, target_shape: [4, 1]}\n"
        "outputs: {y: last.state_h, z: two}\n"
    )
    names = {"one": "first", "two": "second", "wide": "broad", "last": "memory"}
    comparison = changed(*((f"{old}", new) for old, new in names.items()), old=spec)
    assert comparison.renamed == names
    assert {item.kind for item in comparison.findings} == {"weights", "graph"}
    assert all(item.name.endswith(".name") for item in comparison.findings if item.kind == "graph")


def test_a_claim_that_goes_with_what_it_claims_is_not_told_twice(changed):
    spec = (
        "specc: 1\nparams: {n: 3}\ninputs: {x: {shape: [4]}}\n"
        "layers: [{type: Dense, name: y, units: n}]\noutputs: {y: {shape: [batch, n]}}\n"
    )
    comparison = changed(("n: 3", "n: 4"), old=spec)
    kinds = [item.kind for item in comparison.findings]
    assert kinds == ["interface", "weights", "weights", "graph"]


def test_a_weight_more_keeps_its_layer_from_loading(changed):
    spec = (
        "specc: 1\ninputs: {x: {shape: [4]}}\nlayers: [{type: Dense, units: 2, use_bias: false}]\n"
    )
    comparison = changed(("false", "true"), old=spec)
    assert comparison.unloadable == ("dense",)


def test_the_order_of_inputs_is_how_lists_are_fed(changed):
    spec = (
        "specc: 1\ninputs:\n  a: {shape: [2]}\n  b: {shape: [2]}\n"
        "layers:\n  - {type: Dense, name: p, from: a, units: 2}\n"
        "  - {type: Dense, name: q, from: b, units: 2}\n  - {type: Add, from: [p, q]}\n"
    )
    first, second = "  a: {shape: [2]}\n", "  b: {shape: [2]}\n"
    comparison = changed((first + second, second + first), old=spec)
    assert found(comparison) == {"interface": [("order of inputs", "[a, b]", "[b, a]")]}


def test_a_weights_file_by_another_path_is_cosmetic_and_another_checksum_is_not(changed):
    spec = (
        "specc: 1\ninputs: {x: {shape: [4]}}\nlayers: [{type: Dense, units: 2}]\n"
        f"weights: {{file: a.safetensors, sha256: {'a' * 64}}}\n"
    )
    moved = changed(("a.saf", "b.saf"), old=spec)
    assert found(moved) == {"cosmetic": [("weights.file", "a.safetensors", "b.safetensors")]}
    other = changed(("a" * 64, "b" * 64), old=spec)
    assert found(other) == {"weights": [("weights.sha256", "a" * 64, "b" * 64)]}


def test_entries_of_a_map_are_compared_one_by_one_and_by_what_they_mean(changed):
    spec = """
specc: 1
params: {width: 4}
inputs: {x: {shape: [4]}}
layers: [{type: Dense, name: dense, units: 2}]
weights:
  file: w.safetensors
  map: {dense.kernel: {from: k, as: "reshape(w, [width, 2])"}, dense.bias: b}
"""

    assert found(changed(("[width, 2]", "[4, 2]"), old=spec)) == {}
    other = changed(("dense.bias: b", "dense.bias: c"), old=spec)
    assert found(other) == {"weights": [("weights.map.dense.bias", "{from: b}", "{from: c}")]}
