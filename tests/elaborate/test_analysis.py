"""What is known of a spec that is refused: an editor shows it."""

from spec_compiler.compile import analyze_text
from spec_compiler.diagnostics import Diagnostics

HEAD = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n"


def analyzed(layers: str):
    return analyze_text(HEAD + layers, "m.yaml", diagnostics=Diagnostics())


def shape(known, layer: str) -> str:
    return str(known.elaborated.signals[layer][""].value.type)


def test_layers_beside_a_refused_one_are_inferred():
    known = analyzed(
        "  - {type: Dense, name: a, units: 4}\n"
        "  - {type: Dense, name: b, unitz: 4}\n"
        "  - {type: Dense, name: c, units: 2, from: a}\n"
    )
    assert [item.code for item in known.found.errors] == ["SPC0103"]
    assert known.program is None
    assert shape(known, "a") == "float32[batch, 4]"
    assert shape(known, "c") == "float32[batch, 2]"
    assert "b" not in known.elaborated.signals


def test_what_cannot_be_read_is_said_and_not_raised():
    known = analyze_text("[", "m.yaml", diagnostics=Diagnostics())
    assert known.found.errors
    assert known.program is None
    assert known.core is None
