"""The schema."""

from __future__ import annotations

from spec_compiler.codes.code import Code

SCHEMA: tuple[Code, ...] = (
    Code(
        "SPC0109",
        "state between runs",
        "A compiled graph computes its outputs from its inputs alone and keeps nothing between "
        "runs, so `stateful: true` is refused. Write `return_state: true`, and feed the states to "
        "the next run as initial states.",
        "specc: 1\ninputs: {x: {shape: [5, 3]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, stateful: true}\n",
        "specc: 1\ninputs: {x: {shape: [5, 3]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, return_state: true}\noutputs: [l.output]\n",
    ),
)
