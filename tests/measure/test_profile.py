"""`specc profile` tells all of a run: each call has a layer, what it computes and what it moves.

How long something takes is asked of no test, only that the parts make the whole.
"""

import json

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.plan import machine
from spec_compiler.report.style import Style

DENSE = """\
specc: 1
inputs: {x: {shape: [5]}}
layers:
  - {type: Dense, name: wide, units: 7, use_bias: false}
  - {type: Dense, name: thin, units: 3, use_bias: false}
"""
LSTM = """\
specc: 1
dims: {steps: null}
inputs: {x: {shape: [steps, 4]}}
layers: [{type: LSTM, name: reader, units: 6}]
"""


def profile(text, *shape, repeat=3):
    return sc.compile_text(text).profile(np.ones(shape, "f"), repeat=repeat)


def test_layers_and_what_is_around_them_make_the_whole():
    found = profile(DENSE, 8, 5)
    assert [layer.layer for layer in found.layers] == ["wide", "thin"]
    assert sum(layer.seconds for layer in found.layers) + found.around == found.seconds
    assert found.around > 0
    assert (found.sizes, found.rows, found.runs) == ({"batch": 8}, None, 3)


def test_products_are_counted_and_weighed():
    """Two for each product and its sum; 4 bytes for each number of both operands and the result."""
    wide, thin = profile(DENSE, 8, 5).layers
    assert (wide.flops, thin.flops) == (2 * 8 * 5 * 7, 2 * 8 * 7 * 3)
    assert (wide.bytes, thin.bytes) == (4 * (8 * 5 + 5 * 7 + 8 * 7), 4 * (8 * 7 + 7 * 3 + 8 * 3))


def test_a_loop_is_one_step_with_all_of_its_turns():
    short, long = (profile(LSTM, 2, steps, 4) for steps in (3, 9))
    (short_loop,), (long_loop,) = (
        [step for step in found.steps if step.operation == "scan"] for found in (short, long)
    )
    assert short_loop.layer == "reader"
    assert long_loop.calls == short_loop.calls
    assert long_loop.flops == 3 * short_loop.flops > 0
    assert long_loop.bytes > 2.5 * short_loop.bytes


def test_slices_of_a_batch_are_told_together(monkeypatch):
    monkeypatch.setattr(machine, "core_cache", lambda: 2**12)
    text = DENSE.replace("[5]", "[4096]")
    found = profile(text, 4096, 4096, repeat=1)
    assert found.rows < 4096
    turns = -(-4096 // found.rows)
    assert found.layers[0].flops == 2 * turns * found.rows * 4096 * 7
    assert len(found.spans) == sum(step.calls for step in found.steps)


def test_threads_have_their_spans_and_their_share_of_the_time(monkeypatch):
    """Both take part: each has a plan, and the parts still make the whole."""
    pytest.importorskip("threadpoolctl")
    monkeypatch.setattr(machine, "core_cache", lambda: 2**12)
    model = sc.compile_text(DENSE.replace("[5]", "[4096]"), threads=2)
    found = model.profile(np.ones((4096, 4096), "f"), repeat=1)
    assert found.threads == 2
    assert {span.thread for span in found.spans} == {0, 1}
    assert {event["tid"] for event in json.loads(found.trace())["traceEvents"]} == {1, 2}
    assert found.around > 0
    assert found.layers[0].flops >= 2 * 4096 * 4096 * 7
    assert "in each of 2 threads" in str(found)


def test_spans_follow_one_another_within_the_run():
    found = profile(LSTM, 2, 3, 4)
    ends = [0.0]
    for span in found.spans:
        assert span.start >= ends[-1]
        ends.append(span.start + span.seconds)
    assert ends[-1] <= found.seconds


def test_a_trace_has_an_event_for_each_call():
    found = profile(LSTM, 2, 3, 4)
    whole, *events = json.loads(found.trace())["traceEvents"]
    assert whole["dur"] == found.seconds * 1e6
    assert len(events) == len(found.spans)
    assert {event["ph"] for event in events} == {"X"}
    assert {(event["cat"], event["name"]) for event in events} == {
        (step.layer, step.operation) for step in found.steps
    }


def test_it_prints_a_row_for_each_layer_or_each_step():
    found = profile(LSTM, 2, 3, 4)
    assert str(found) == found.text(Style()).removesuffix("\n")
    layers, steps = found.text(Style()), found.text(Style(), steps=True)
    assert layers.count("reader") == 1
    assert steps.count("reader") == len(found.steps) > 1
    assert "the median of 3 runs; batch=2, steps=3" in layers
    assert "<td" in found._repr_html_()


def test_data_is_held_to_its_declaration():
    with pytest.raises(sc.SpecError):
        profile(DENSE, 8, 6)


def test_the_command_prints_and_writes_it(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(LSTM)
    words = ("profile", "m.yaml", "--random", "batch=2,steps=3", "--repeat", "2")
    ran = specc(*words, "--trace", "t.json", folder=tmp_path)
    assert (ran.status, "reader" in ran.out) == (0, True), ran.err
    assert json.loads((tmp_path / "t.json").read_text())["traceEvents"]
    told = json.loads(specc(*words, "--format", "json", folder=tmp_path).out)
    assert [layer["layer"] for layer in told["layers"]] == ["reader"]
    assert told["runs"] == 2
    assert {*told["steps"][0]} == {"layer", "operation", "calls", "seconds", "flops", "bytes"}


def test_a_trace_does_not_replace_what_was_read(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(DENSE)
    ran = specc("profile", "m.yaml", "--random", "batch=2", "--trace", "m.yaml", folder=tmp_path)
    assert ran.status != 0
    assert (tmp_path / "m.yaml").read_text() == DENSE


def test_many_rows_are_shown_by_the_first_ones_unless_runs_are_counted(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: ReLU, name: y}]\n"
    )
    np.save(tmp_path / "x.npy", np.ones((20_000, 2), "f"))
    words = ("profile", "m.yaml", "-i", "x.npy", "--format", "json")
    ran = specc(*words, folder=tmp_path)
    assert json.loads(ran.out)["sizes"] == {"batch": 8192}
    assert "the first 8,192 of 20,000 rows" in ran.err
    ran = specc(*words, "--repeat", "1", folder=tmp_path)
    assert json.loads(ran.out)["sizes"] == {"batch": 20_000}
    assert json.loads(ran.out)["runs"] == 1


def test_runs_end_when_their_time_is_up(monkeypatch):
    monkeypatch.setattr("spec_compiler.runtime.profile._SECONDS", 0.0)
    model = sc.compile_text("specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: ReLU}]")
    assert model.profile(np.ones((3, 2), "f")).runs == 1
    assert model.profile(np.ones((3, 2), "f"), repeat=3).runs == 3
    with pytest.raises(ValueError, match="has a run"):
        model.profile(np.ones((3, 2), "f"), repeat=0)
