"""A claim that fails for a forgotten argument or layer is mended there, and stays as it is."""

import pytest

import spec_compiler as sc
from spec_compiler.drafts import Drafts
from spec_compiler.mending import mended

HEAD = "specc: 1\ninputs: {x: {shape: [SHAPE]}}\nlayers:\n"
CLAIMED = "outputs: {y: {from: y, shape: [batch, CLAIM]}}\n"
TESTED = "tests: [{name: t, dims: {batch: 2}, expect: {y: {shape: [2, CLAIM], finite: true}}}]\n"
CASES = {
    "a GRU of steps": (
        "6, 4",
        "6, 3",
        ["{type: GRU, name: g, units: 5}", "{type: Dense, name: y, units: 3}"],
        ["{type: GRU, name: g, units: 5, return_sequences: true}", None],
    ),
    "itself": (
        "6, 4",
        "6, 5",
        ["{type: SimpleRNN, name: y, units: 5}"],
        ["{type: SimpleRNN, name: y, units: 5, return_sequences: true}"],
    ),
    "both ways": (
        "6, 4",
        "6, 3",
        [
            "{type: Bidirectional, name: g, layer: {type: GRU, units: 5}}",
            "{type: Dropout, rate: 0.1}",
            "{type: Dense, name: y, units: 3}",
        ],
        [
            "{type: Bidirectional, name: g, layer: {type: GRU, units: 5, return_sequences: true}}",
            None,
            None,
        ],
    ),
    "steps too many": (
        "6, 4",
        "3",
        [
            "{type: LSTM, name: g, units: 5, return_sequences: true}",
            "{type: Dense, name: y, units: 3}",
        ],
        ["{type: LSTM, name: g, units: 5}", None],
    ),
    "images": (
        "8, 8, 2",
        "3",
        [
            "{type: Conv2D, filters: 4, kernel_size: 3}",
            "{type: Dense, units: 7, name: d}",
            "{type: Activation, activation: relu}",
            "{type: Dense, name: y, units: 3}",
        ],
        [None, "{type: Flatten}", "=1", "=2", "=3"],
    ),
    "images of any size": (
        "null, null, 2",
        "3",
        ["{type: Conv2D, filters: 4, kernel_size: 3}", "{type: Dense, name: y, units: 3}"],
        [None, "{type: GlobalAveragePooling2D}", "=1"],
    ),
    "vectors of steps": (
        "6, 4",
        "3",
        ["{type: Conv1D, filters: 4, kernel_size: 3}", "{type: Dense, name: y, units: 3}"],
        [None, "{type: GlobalAveragePooling1D}", "=1"],
    ),
}


def spec(shape, claim, layers, tail):
    text = HEAD.replace("SHAPE", shape) + "".join(f"  - {item}\n" for item in layers)
    return text + tail.replace("CLAIM", claim)


def errors(text):
    return [item for item in sc.validate(text) if item.severity == "error"]


@pytest.mark.parametrize("tail", [CLAIMED, TESTED], ids=["output", "test"])
@pytest.mark.parametrize("case", CASES)
def test_the_cause_is_mended_and_not_the_claim(case, tail, tmp_path):
    shape, claim, layers, right = CASES[case]
    wanted = [
        layers[at] if item is None else layers[int(item[1:])] if item[0] == "=" else item
        for at, item in enumerate(right)
    ]
    path = tmp_path / "m.yaml"
    path.write_text(spec(shape, claim, layers, tail))
    (finding,) = errors(path.read_text())
    assert finding.code in ("SPC0309", "SPC0705")
    assert not finding.safe
    drafts = Drafts.of([str(path)])
    done = mended(str(path), drafts, unsafe=True)
    assert (done.fixed, done.found.errors) == (1, [])
    ((_, now),) = drafts.changed.values()
    assert now.decode() == spec(shape, claim, wanted, tail)


def test_a_claim_of_another_width_has_no_such_cause():
    """Nothing flat has 4 entries here: only the author knows."""
    layers = ["{type: Conv1D, filters: 4, kernel_size: 3}", "{type: Dense, name: y, units: 3}"]
    (finding,) = sc.validate(spec("6, 4", "4", layers, CLAIMED))
    assert "Pooling" not in finding.help
