"""What strangers wrote is repeated only as far as anybody reads."""

import pytest

from spec_compiler.compile import prove_text
from spec_compiler.diagnostics import Diagnostic, Diagnostics, SpecError
from spec_compiler.report import FORMATS, Style, render
from spec_compiler.shortening import shortened, shown_path, shown_some


def test_lists_and_paths_say_how_much_they_leave_out():
    assert shown_some(["a", "b", "c"], 2) == "`a`, `b` and 1 more"
    assert shown_path(["a", "b", "a"]) == "a -> b -> a"
    assert shown_path([str(index) for index in range(100)]) == (
        "0 -> 1 -> 2 -> 3 -> 4 -> 5 -> (88 more) -> 94 -> 95 -> 96 -> 97 -> 98 -> 99"
    )


def test_sentences_keep_their_beginning_and_end():
    assert shortened("x" * 2000) == "x" * 2000
    cut = shortened("begin" + "x" * 1_000_000 + "end")
    assert len(cut) == 2003
    assert cut.startswith("begin")
    assert cut.endswith("end")


def test_what_a_finding_says_is_bounded():
    long = "x" * 1_000_000
    run = Diagnostics([Diagnostic("SPC0101", long, annotation=long, notes=(long,), help=long)])
    for name in FORMATS:
        assert len(render(run, name, Style())) < 20_000


def test_a_cycle_of_many_layers_is_shown_in_part():
    count = 2000
    layers = "".join(
        f"  - {{name: l{index}, type: Softmax, from: l{(index + 1) % count}}}\n"
        for index in range(count)
    )
    with pytest.raises(SpecError) as caught:
        prove_text(f"specc: 1\ninputs: {{x: {{shape: [3]}}}}\nlayers:\n{layers}", "m.yaml")
    (found,) = caught.value.diagnostics.errors
    assert "(1989 more)" in found.message
    assert len(found.labels) == 12
    assert len(found.message) < 200
