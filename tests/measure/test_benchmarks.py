"""What `benchmarks/` measures and how it judges. No peer is needed and no time is taken."""

import sys
from pathlib import Path

import numpy as np
import pytest

import spec_compiler as sc

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
from conditions import Moment
from figures import Row, Run, geometric_mean
from page import page
from targets import verdicts
from turns import Turns
from workloads import GROUPS, WORKLOADS
from workloads.asked import ASKED
from workloads.network import Network
from workloads.spec_file import spec_text, write_spec

WHERE = {"when": "", "specc": "", "versions": {}, "processor": "", "cores": 1, "others": 0.0}
HUGE = ("mlp_b65536",)  # 200 MB of data, and otherwise as the other MLPs
PUBLISHED = tuple(GROUPS["published"])  # needs a package


@pytest.mark.parametrize("name", [name for name in WORKLOADS if name not in (*HUGE, *PUBLISHED)])
def test_a_workload_is_a_spec_with_its_weights_and_data(name):
    network = WORKLOADS[name]()
    weights = {
        f"{layer.name}.{weight}": array
        for layer in network.layers
        for weight, array in layer.weights.items()
    }
    model = sc.compile_text(spec_text(network), weights=weights)  # refuses other names and shapes
    for name, feed in network.feeds.items():
        assert len(model.inputs[name].type.shape) == feed.array.ndim
        assert str(model.inputs[name].type.dtype) == str(feed.array.dtype)
    assert list(model.outputs) == [network.output]


def test_names_are_told_apart_by_their_group():
    assert len(WORKLOADS) == sum(map(len, GROUPS.values()))
    assert len(ASKED) == 24


def test_a_written_spec_computes_what_the_network_says(tmp_path):
    network = Network()
    x = network.feed("x", np.float32([[1, 2]]))
    network.dense(x, np.float32([[1], [-3]]), np.float32([4]), "relu")
    assert sc.compile_file(write_spec(network, tmp_path))(network.feeds["x"].array) == 0
    network.feeds.clear()
    network.layers.clear()
    x = network.feed("x", np.float32([[1, 2]]))
    network.dense(x, np.float32([[1], [3]]), np.float32([4]))
    assert sc.compile_file(write_spec(network, tmp_path))(network.feeds["x"].array) == 11


def test_a_mask_goes_to_what_reads_it_and_ends_there():
    network = Network()
    ids = network.feed("ids", np.int32([[1, 0]]))
    x = network.add("Embedding", ids, mask_zero=True)
    x = network.add("LayerNormalization", x)
    network.add("GlobalAveragePooling1D", x)
    network.add("Activation", network.output)
    words, mask, norm, mean, bent = network.layers
    assert mask.implied
    assert (norm.mask, mean.mask, bent.mask) == (None, mask.name, None)
    assert mean.reads == (norm.name, mask.name)
    assert words.reads == ("ids",)


def compared(folder, **results):
    for name, result in results.items():
        np.save(folder / f"{name}.npy", result)
    row = Row("w", "asked")
    Turns({}, folder).compare(row, list(results))
    return row


def test_who_is_wrong_is_left_out_and_spoils_nobody_else(tmp_path):
    right = np.float32([1, -2])
    row = compared(
        tmp_path, specc=right, torch=right + 1e-3, onnxruntime=right, keras=right * np.nan
    )
    assert set(row.left_out) == {"torch", "keras"}
    row = compared(tmp_path, specc=right + 1e-3, torch=right, onnxruntime=right)
    assert set(row.left_out) == {"specc"}


def test_a_result_of_another_shape_is_left_out(tmp_path):
    right = np.float32([1, -2])
    row = compared(tmp_path, specc=right, torch=right[None], onnxruntime=right)
    assert set(row.left_out) == {"torch"}
    assert row.errors["specc"] == 0


def test_ratios_are_of_medians_and_spreads_of_rounds():
    seconds = {"specc": [2.0, 3.0, 10.0], "torch": [1.0, 2.0, 5.0], "keras": [9.0, 9.0, 9.0]}
    row = Row("w", "asked", seconds)
    assert row.best_peer() == "torch"
    assert row.ratio("torch") == 1.5
    assert row.ratio_text("torch") == "1.50 (1.50–2.00)"
    assert row.ratio("onnxruntime") is None
    assert geometric_mean([2, None, 8]) == pytest.approx(4)


@pytest.mark.parametrize(("taken", "met"), [(20e-6, True), (30e-6, False)])
def test_what_is_asked_is_judged_and_stands_on_the_page(taken, met):
    call = Row("one_layer", "call", {"specc": [taken], "onnxruntime": [10e-6]})
    run = Run(WHERE, [call])
    [verdict] = verdicts(run)
    assert verdict.met is met
    text = page(run)
    assert ("**not met**" in text) is not met
    assert f"| one_layer | {taken * 1e6:.1f} µs | 10.0 µs |" in text


def test_a_row_is_held_to_the_rate_of_products_of_the_same_rounds():
    row = Row("mlp_b1024", "asked", {"specc": [2.0], "sgemm": [1.0]}, products=2 * 1536**3)
    assert row.share_of_peak() == 0.5
    [verdict] = verdicts(Run(WHERE, [row]))
    assert not verdict.met


def test_each_row_has_a_limit_and_some_have_a_wider_one():
    def row(name, ratio):
        return Row(name, "asked", {"specc": [ratio], "onnxruntime": [1.0]})

    fine = Run(WHERE, [row("mlp_b1", 1.4), row("chain1000", 2.4)])
    [verdict] = verdicts(fine)
    assert verdict.met
    slow = Run(WHERE, [row("mlp_b1", 1.6), row("chain1000", 2.4)])
    [verdict] = verdicts(slow)
    assert verdict.found == "mlp_b1 1.60"
    assert not verdict.met


def test_what_others_took_is_not_what_the_run_took():
    begun, ended = Moment(10.0, 100.0, 5.0), Moment(20.0, 118.0, 14.0)
    assert begun.others_until(ended) == pytest.approx(0.9)
    assert Moment.now().others_until(ended) >= 0
