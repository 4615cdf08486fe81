"""Loops: states stay apart, what a body hands on outlives it, and sequences are read to the end."""

import numpy as np
import pytest
from plans import arrays_of, built, hold, looped, settled

from spec_compiler.compile import program_of_text
from spec_compiler.ir.composites.smooth import Gelu
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.engine import Planning
from spec_compiler.weights.initialise import initialise

ENTRY = (4, 8)


def one(step, states=1):
    """A loop over one sequence."""
    return looped(step, 1, states)


def twice(b, x, state):
    """Two loops over the same sequence, whose first one hands on an entry."""
    own = b.multiply(x, 2)
    last, stacked = b.scan(lambda b, e, s: ([e], [b.add(e, s)]), [own], [state])
    between = b.unary("exp", b.add(stacked[0], 1))
    later, more = b.scan(lambda b, e, s: ([b.add(e, s)], [s]), [own], [state])
    return [*last, between, *later, *more]


def constant_as_state(b, x, state):
    """What a body hands on was there before, and is read after the loop."""
    own = b.multiply(state, 2)
    last, stacked = b.scan(lambda b, e, s, c: ([c], [b.add(e, s)]), [x], [state], [own])
    other = b.add(b.add(state, 1), state)
    return [*last, *stacked, b.add(own, other), other]


def parts_of_entries(b, entry, state):
    """Reads both halves of an entry, some calls apart."""
    left, right = b.slice(entry, 1, 0, 4), b.slice(entry, 1, 4, 8)
    half = b.unary("tanh", b.add(left, b.slice(state, 1, 0, 4)))
    half = b.add(b.unary("exp", b.multiply(half, 0.5)), b.unary("sin", left))
    both = b.concatenate([half, right], 1)
    return [both], [half]


def parts_one_after_the_other(b, entry, state):
    """Reads the second half of an entry when the first one was let go, and memory was asked for."""
    own = b.unary("exp", b.slice(entry, 1, 0, 4))
    other = b.unary("sin", own)
    late = b.slice(entry, 1, 4, 8)
    return [b.concatenate([b.add(own, other), late], 1)], [b.add(state, entry)]


def nested(b, entry, state):
    """A loop in a loop."""
    rows = b.reshape(entry, (2, 2, 8))
    inner, stacked = b.scan(
        lambda b, e, s: ([b.add(e, s)], [b.multiply(e, s)]), [rows], [b.slice(state, 0, 0, 2)]
    )
    return [b.concatenate([*inner, *inner], 0)], [stacked[0], b.add(stacked[0], 1)]


BODIES = {
    "an entry": one(lambda b, e, s: ([e], [s])),
    "no state": one(lambda b, e: ([], [b.unary("exp", e)]), 0),
    "swapped": one(lambda b, e, s, t: ([t, s], [b.add(s, e)]), 2),
    "swapped anew": one(lambda b, e, s, t: ([b.add(t, e), b.subtract(s, e)], [t]), 2),
    "in a ring": one(lambda b, e, s, t, u: ([t, u, b.add(s, e)], [s]), 3),
    "doubled": one(lambda b, e, s, t: ([s, s], [b.add(t, e)]), 2),
    "from behind": one(lambda b, e, s: ([b.reverse(s, 1)], [b.add(s, e)])),
    "turned": one(lambda b, e, s: ([b.transpose(b.transpose(b.add(s, e), (1, 0)), (1, 0))], [s])),
    "gelu": one(lambda b, e, s: ([b.compose(Gelu(False), b.add(s, e))], [b.unary("erf", s)])),
    "both": one(lambda b, e, s: [[y := b.add(s, e)], [y, y]]),
    "parts": one(parts_of_entries),
    "parts of what was made": lambda b, x, s: one(parts_of_entries)(b, settled(b, x), s),
    "parts, later": one(parts_one_after_the_other),
    "two loops": twice,
    "a constant": constant_as_state,
    "a loop in it": one(nested),
}


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
@pytest.mark.parametrize("body", BODIES)
def test_a_loop_gives_what_is_meant(body, steps):
    states = {"no state": 0, "swapped": 2, "swapped anew": 2, "in a ring": 3, "doubled": 2}
    count = states.get(body, 1)
    types = [TensorType("float32", (steps, *ENTRY)), *[TensorType("float32", ENTRY)] * count]
    rng = np.random.default_rng(steps)
    hold(built(types, BODIES[body]), [arrays_of(types, rng, 2) for _ in range(3)])


def test_entries_may_be_single_numbers():
    types = [TensorType("float32", (3,)), TensorType("float32", ())]
    write = one(lambda b, e, s: ([b.add(e, s)], [b.multiply(s, e)]))
    rng = np.random.default_rng(0)
    hold(built(types, write), [arrays_of(types, rng, 2) for _ in range(2)])


def test_products_are_written_into_stacks_that_are_turned():
    """Of a number and a matrix: the columns of the result are two axes."""
    types = [TensorType("float32", (3,)), TensorType("float32", (2, 4))]

    def step(b, entry, matrix):
        return [], [b.contract(entry, matrix, ((), ()))]

    rng = np.random.default_rng(0)
    hold(built(types, one(step, 0)), [arrays_of(types, rng, 2) for _ in range(2)])


CELLS = {
    "SimpleRNN": "{type: SimpleRNN, units: 3, activation: gelu, %s}",
    "LSTM": "{type: LSTM, units: 3, %s}",
    "GRU": "{type: GRU, units: 3, %s}",
    "GRU that resets before": "{type: GRU, units: 3, reset_after: false, %s}",
    "in both directions": "{type: Bidirectional, layer: {type: LSTM, units: 3, %s}}",
    "in both directions, added": "{type: Bidirectional, merge_mode: sum, "
    "layer: {type: GRU, units: 3, %s}}",
}


TURNED = [(cell, "go_backwards: true") for cell in CELLS if "both" not in cell]
"""A layer in both directions turns one round itself."""


@pytest.mark.parametrize("sequences", ["true", "false"])
@pytest.mark.parametrize(("cell", "more"), [*((cell, "") for cell in CELLS), *TURNED])
def test_masks_may_lack_any_entries(cell, sequences, more):
    """Right-padded rows, holes, rows of which nothing is kept; in several slices."""
    layer = CELLS[cell] % f"return_sequences: {sequences}{more and ', '}{more}"
    program = program_of_text(
        "specc: 1\ndims: {seq: {}}\ninputs: {x: {shape: [seq, 4]}}\nlayers:\n"
        f"  - {{type: Masking}}\n  - {layer}\n"
    )
    rng = np.random.default_rng(1)
    x = rng.normal(size=(6, 5, 4)).astype("f")
    x[0, 3:] = x[1, :2] = x[2, 1:4] = x[3] = x[4, ::2] = 0
    sizes, weights = {"batch": 6, "seq": 5}, initialise(program.weights, 0)
    with np.errstate(all="ignore"):
        wanted = evaluate(program.graph, {"x": x}, weights, sizes)
        found = Planning().run(program.graph, {"x": x}, weights, sizes)
    for name, array in wanted.items():
        np.testing.assert_allclose(found[name], array, 2e-5, 2e-6, err_msg=name)
