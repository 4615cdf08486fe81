"""A block is its layers in another place: copies, names, sizes, and messages that show both."""

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.ir.text import print_graph
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

HEAD = """\
specc: 1
inputs: {x: {shape: [t, 4]}, z: {shape: [4]}}
dims: {t: {}}
blocks:
  ffn:
    params: {width: int}
    inputs: {x: {shape: [..., d]}}
    layers:
      - {type: Dense, name: up, units: width}
      - {type: Dense, name: down, units: d}
    outputs: {y: down}
  wide:
    inputs: {x: {shape: [..., d]}}
    layers: [{type: Dense, name: out, units: 2*d}]
    outputs: out
  deep:
    inputs: {x: {shape: [..., e]}}
    layers: [{use: ffn, name: f, repeat: 2, with: {width: e + i}}]
    outputs: {a: f.0, b: f}
  side:
    inputs: {x: {}, context: {shape: [c]}}
    layers: [{type: Add, name: sum, from: [x, context]}]
    outputs: {x: sum}
layers:
"""


def program(use, outputs="s"):
    rest = "  - {type: Add, name: rest, from: [x, z]}"
    return program_of_text(f"{HEAD}  - {{{use}}}\n{rest}\noutputs: [{outputs}, rest]\n")


def refused(layers):
    found = Diagnostics()
    with pytest.raises(SpecError):
        program_of_text(f"{HEAD}  - {{{layers}}}\n", diagnostics=found)
    return found.errors


def shapes(made):
    return {name: tuple(map(str, w.value.shape)) for name, w in made.graph.weights.items()}


@pytest.mark.parametrize(
    "layers",
    [
        "use: ffn, name: s, from: x, with: {width: 3}",
        "use: ffn, name: s, from: x, repeat: 3, residual: true, with: {width: 3 + i}",
        "use: ffn, name: s, from: x, each: {width: [3, 5]}",
        "use: ffn, name: s, from: x, repeat: 3, share: true, with: {width: 3}",
        "use: ffn, name: s, from: x, repeat: 0, with: {width: 3}",
        "use: wide, name: s, from: x, repeat: 2",
        "use: side, name: s, from: [x, z], repeat: 2",
    ],
)
def test_the_core_form_is_a_spec_of_the_same_meaning(layers):
    first = program(layers)
    document = core_document(first)
    assert not {"blocks", "defaults"} & set(document)
    second = program_of_text(to_yaml(document))
    assert print_graph(second.graph) == print_graph(first.graph)
    assert list(second.graph.weights) == list(first.graph.weights)
    assert core_document(second) == document


def test_copies_are_layers_written_out():
    block = program("use: ffn, name: s, from: x, repeat: 2, residual: true, with: {width: 3}")
    out = HEAD.partition("blocks:")[0] + "layers:\n"
    above = "x"
    for copy in ("s.0", "s.1"):
        out += f"  - {{type: Dense, name: {copy}.up, units: 3, from: {above}}}\n"
        out += f"  - {{type: Dense, name: {copy}.down, units: 4}}\n"
        out += f"  - {{type: Add, name: {copy}.residual, from: [{above}, {copy}.down]}}\n"
        above = f"{copy}.residual"
    out += "  - {type: Add, name: rest, from: [x, z]}\n"
    out += f"outputs: {{s: {above}, rest: rest}}\n"
    assert print_graph(program_of_text(out).graph) == print_graph(block.graph)


def test_sizes_are_bound_at_each_copy():
    made = program("use: wide, name: s, from: x, repeat: 3")
    assert shapes(made)["s.2.out.kernel"] == ("16", "32")


def test_each_gives_every_copy_its_own():
    made = shapes(program("use: ffn, name: s, from: x, each: {width: [3, 5]}"))
    assert (made["s.0.up.kernel"], made["s.1.up.kernel"]) == (("4", "3"), ("4", "5"))


def test_shared_copies_have_one_set_of_weights_without_a_number():
    made = program("use: ffn, name: s, from: x, repeat: 3, share: true, with: {width: 3}")
    assert list(made.graph.weights) == ["s.up.kernel", "s.up.bias", "s.down.kernel", "s.down.bias"]
    assert len([step for step in made.steps.values() if step.kind == "Dense"]) == 6


def test_params_of_a_block_in_a_block_may_be_sizes_of_the_outer():
    made = shapes(program("use: deep, name: s, from: x", "s.a, s.b"))
    assert (made["s.f.0.up.kernel"], made["s.f.1.up.kernel"]) == (("4", "4"), ("4", "5"))


def test_no_copy_gives_what_it_reads():
    made = program("use: ffn, name: s, from: x, repeat: 0, with: {width: 3}")
    assert made.outputs["s"].type == made.inputs["x"].type
    assert not made.graph.weights


@pytest.mark.parametrize(
    ("layers", "code", "word"),
    [
        ("use: fnf, from: x", "SPC0210", "fnf"),
        ("use: ffn, from: x", "SPC0102", "ffn"),
        ("use: ffn, from: x, with: {width: 3, depth: 2}", "SPC0103", "depth"),
        ("use: ffn, from: x, with: {width: true}", "SPC0104", "true"),
        ("use: ffn, from: x, repeat: 1000000000, with: {width: 3}", "SPC0113", "1000000000"),
        ("use: ffn, from: x, repeat: t, with: {width: 3}", "SPC0306", "t,"),
        ("use: ffn, from: x, repeat: -1, with: {width: 3}", "SPC0308", "-1"),
        ("use: ffn, from: x, repeat: 10**9, with: {width: 3}", "SPC0104", "**9"),
        ("use: ffn, from: x, with: {widht: 3}", "SPC0103", "widht"),
        ("use: ffn, from: y, with: {width: 3}", "SPC0203", "y,"),
        ("use: side, from: x", "SPC0204", "x"),
        ("use: side, from: [z, x]", "SPC0213", "x]"),
        ("use: deep, from: x, repeat: 2", "SPC0212", "repeat"),
        ("use: wide, from: x, repeat: 3, residual: true", "SPC0214", "residual"),
    ],
)
def test_a_wrong_use_is_one_error_where_it_is_written(layers, code, word):
    (found,) = refused(layers)
    lines = HEAD.splitlines()
    assert (found.code, found.span.line) == (code, len(lines) + 1)
    assert f"  - {{{layers}}}"[found.span.column - 1 :].startswith(word)


def test_an_input_of_a_block_leaves_the_batch_out_as_those_of_a_spec_do():
    found = Diagnostics()
    text = HEAD.replace("inputs: {x: {shape: [..., d]}}", "inputs: {x: {shape: [batch, d]}}", 1)
    with pytest.raises(SpecError):
        program_of_text(text + "  - {type: Identity, from: x}\n", diagnostics=found)
    (finding,) = found.errors
    assert (finding.code, finding.message) == ("SPC0107", "`shape` leaves out the batch axis")
    assert (finding.span.line, text.splitlines()[6][finding.span.column - 1 :][:5]) == (7, "batch")


def test_a_mistake_in_a_block_is_said_once_and_shows_the_use():
    text = HEAD.replace("units: d}", "units: e}")
    found = Diagnostics()
    with pytest.raises(SpecError):
        program_of_text(
            f"{text}  - {{use: ffn, from: x, repeat: 5, with: {{width: 3}}}}\n", diagnostics=found
        )
    (error,) = found.errors
    assert text.splitlines()[error.span.line - 1].strip().startswith("- {type: Dense, name: down")
    assert [label.text for label in error.labels] == ["expanded from `use: ffn`, copy 0"]


def test_what_is_inside_is_not_seen_outside():
    (found,) = refused(
        "use: ffn, name: s, from: x, with: {width: 3}}\n  - {type: Identity, from: s.up"
    )
    assert found.code == "SPC0203"
    assert "only its outputs" in found.message


def test_a_circle_of_blocks_is_printed_as_its_path():
    blocks = "".join(
        f"  {a}: {{inputs: {{x: {{}}}}, layers: [{{use: {b}}}], outputs: {b}}}\n"
        for a, b in ("ab", "bc", "ca")
    )
    text = f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\nblocks:\n{blocks}layers: [{{use: a}}]\n"
    (found,) = (item for item in sc.validate(text) if item.severity == "error")
    assert found.code == "SPC0211"
    assert "a -> b -> c -> a" in found.message


@pytest.mark.parametrize("repeat", [2, 300])
def test_nested_copies_end_at_the_limit(repeat):
    """Doubling 30 times, or 300 copies within each other: what is expanded stays bounded."""
    blocks = "".join(
        f"  b{k}: {{inputs: {{x: {{}}}}, layers: [{{use: b{k + 1}, repeat: {repeat}, name: q}}], "
        "outputs: q}\n"
        for k in range(30)
    )
    last = "  b30: {inputs: {x: {}}, layers: [{type: Identity, name: q}], outputs: q}\n"
    head = "specc: 1\ninputs: {x: {shape: [4]}}\n"
    found = list(sc.validate(f"{head}blocks:\n{blocks}{last}layers: [{{use: b0}}]\n"))
    assert [item.code for item in found] == ["SPC0113"]


def test_a_name_of_a_block_and_of_a_layer_is_one_error():
    """What reads the name is not blamed, too."""
    (found,) = refused(
        "use: deep, name: s, from: x}\n"
        "  - {type: Dense, name: s, units: 2, from: x}\n"
        "  - {type: Identity, from: s"
    )
    assert found.code == "SPC0201"


DECLARED = """\
specc: 1
inputs: {x: {shape: [4]}}
BLOCKS
layers: [{use: f, name: y}]
"""
BODY = "inputs: {x: {}}, layers: [{type: Identity}], outputs: identity"


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        (f"blocks: {{1f: {{{BODY}}}}}", "SPC0112"),
        (f"blocks: {{{BODY}}}", "SPC0104"),
        (f"blocks: [{{{BODY}}}]", "SPC0104"),
        (f"blocks: {{f: {{{BODY.replace('outputs', 'gives')}}}}}", "SPC0103"),
        (f"blocks: {{f: {{{BODY.replace('layers', 'params: {}, laiers')}}}}}", "SPC0103"),
        (f"blcks: {{f: {{{BODY}}}}}", "SPC0103"),
    ],
)
def test_a_declaration_that_cannot_be_read_is_not_blamed_on_its_uses(blocks, code):
    found = Diagnostics()
    with pytest.raises(SpecError):
        program_of_text(DECLARED.replace("BLOCKS", blocks), diagnostics=found)
    assert [(error.code, error.span.line) for error in found.errors] == [(code, 3)]


CLAIMED = """\
specc: 1
dims: {t: {}}
inputs: {x: {shape: [t, 4]}}
blocks:
  ffn:
    params: {width: int}
    inputs: {x: {shape: [..., d]}}
    layers: [{type: Dense, name: up, units: width}]
    outputs: {y: OUTPUT}
layers: [{use: ffn, name: s, with: {width: 8}}]
"""


@pytest.mark.parametrize(
    "output",
    [
        "{from: up, shape: [batch, ..., width]}",
        "{from: up, shape: [batch, ..., 2*d]}",
        "{from: up, shape: [null, ..., $width], dtype: float32, mask: none}",
        "{from: up, shape: [batch, null, 8]}",
        "{from: up, doc: wider}",
    ],
)
def test_claims_of_a_block_are_proved(output):
    assert sc.validate(CLAIMED.replace("OUTPUT", output)) == []


@pytest.mark.parametrize(
    ("output", "code", "message", "blamed"),
    [
        (
            "{from: up, shape: [batch, ..., d]}",
            "SPC0309",
            "axis 2 of the result is 8, not 4 as claimed",
            "d",
        ),
        (
            "{from: up, shape: [batch, ..., 8, 8]}",
            "SPC0309",
            "the result has rank 3, [batch, t, 8]; the claim has rank 4",
            "[batch, ..., 8, 8]",
        ),
        (
            "{from: up, dtype: int32}",
            "SPC0405",
            "the result is `float32`, not `int32` as claimed",
            "int32",
        ),
        (
            "{from: up, mask: [batch, ...]}",
            "SPC0405",
            "the result has no mask, and one is claimed",
            "[batch, ...]",
        ),
        ("{from: up, shape: [batch, ..., c]}", "SPC0205", "`c` is neither a param nor a dim", "c"),
        (
            "{from: up, shape: [..., ...]}",
            "SPC0104",
            "`shape` must have at most one `...`",
            "[..., ...]",
        ),
        ("{from: up, shpe: [8]}", "SPC0103", "`y` has no key `shpe`", "shpe"),
        ("{shape: [8]}", "SPC0203", "there is no layer or input `y`", "{"),
    ],
)
def test_a_claim_of_a_block_that_is_false_is_blamed_where_it_stands(output, code, message, blamed):
    (found,) = sc.validate(CLAIMED.replace("OUTPUT", output))
    assert (found.code, found.message) == (code, message)
    line = CLAIMED.replace("OUTPUT", output).splitlines()[found.span.line - 1]
    assert line[found.span.column - 1 :].startswith(blamed)


def test_a_claim_is_proved_for_each_use_and_its_message_shows_it():
    text = CLAIMED.replace("OUTPUT", "{from: up, shape: [batch, ..., 8]}")
    text = text.replace("{width: 8}}", "{width: 8}}, {use: ffn, name: u, with: {width: 9}}")
    (found,) = sc.validate(text)
    assert found.message == "axis 2 of the result is 9, not 8 as claimed"
    assert [label.text for label in found.labels] == [
        "makes an axis of `u.up` 9 (`width`)",
        "expanded from `use: ffn`",
    ]


def test_a_claim_is_of_what_the_block_gives_before_a_residual_and_without_a_use():
    text = CLAIMED.replace("OUTPUT", "{from: up, shape: [batch, ..., 4]}").replace("8}", "4}")
    assert sc.validate(text.replace("name: s", "name: s, residual: true, repeat: 2")) == []
    unused = CLAIMED.replace("OUTPUT", "{from: up, shape: [batch, ..., d + 1]}")
    unused = unused.replace("{use: ffn, name: s, with: {width: 8}}", "{type: Identity}")
    (found,) = sc.validate(unused)
    assert found.code == "SPC0309"
    assert "nothing here uses `ffn`" in found.notes[0]


def test_what_only_the_data_can_tell_of_a_claim_is_checked_then():
    text = CLAIMED.replace("OUTPUT", "{from: up, shape: [batch, 3, 8]}")
    model = sc.compile_text(text)
    assert model(np.ones((2, 3, 4), np.float32)).shape == (2, 3, 8)
    with pytest.raises(sc.SpecError, match="`t` is 2, and must be == 3"):
        model(np.ones((2, 2, 4), np.float32))


def test_the_batch_in_a_claim_is_that_of_what_is_fed():
    text = CLAIMED.replace("OUTPUT", "{from: up, shape: [batch, ..., 8]}")
    text = text.replace("shape: [t, 4]", "shape: [t, 4], batch_size: 2")
    assert sc.compile_text(text).program.graph.checks == ()


def test_claims_of_a_whole_file_hold_at_each_use(tmp_path):
    (tmp_path / "part.yaml").write_text(
        "specc: 1\ndims: {k: {}}\ninputs: {x: {shape: [k]}}\n"
        "layers: [{type: Dense, name: y, units: 3}]\n"
        "outputs: {y: {shape: [batch, 3]}}\n"
    )
    (tmp_path / "whole.yaml").write_text(
        "specc: 1\nimports: {p: part.yaml}\ninputs: {x: {shape: [4]}}\n"
        "layers: [{use: p}]\noutputs: {y: {from: p, shape: [batch, 3]}}\n"
    )
    assert sc.compile_file(tmp_path / "whole.yaml").program.graph.checks == ()


def test_an_input_with_a_batch_of_its_own_is_not_the_batch_of_a_whole_file(tmp_path):
    inputs = "inputs: {one: {shape: [4], batch_size: 2}, x: {shape: [4]}}\n"
    (tmp_path / "part.yaml").write_text(
        f"specc: 1\n{inputs}layers: [{{type: Identity, name: y, from: x}}]\n"
        "outputs: {y: {shape: [batch, 4]}}\n"
    )
    (tmp_path / "whole.yaml").write_text(
        f"specc: 1\nimports: {{p: part.yaml}}\n{inputs}"
        "layers: [{use: p, from: {one: one, x: x}}]\noutputs: {y: {from: p, shape: [batch, 4]}}\n"
    )
    assert sc.compile_file(tmp_path / "whole.yaml").program.graph.checks == ()


def test_the_batch_inside_a_file_is_that_of_what_is_fed(tmp_path):
    (tmp_path / "part.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers: [{type: Lambda, name: y, function: x / batch, expect: {shape: [batch, 4]}}]\n"
    )
    (tmp_path / "whole.yaml").write_text(
        "specc: 1\nimports: {p: part.yaml}\n"
        "inputs: {a: {shape: [4], batch_size: 2}, c: {shape: [3]}}\n"
        "layers: [{use: p, name: q, from: a}, {type: Identity, name: r, from: c}]\n"
        "outputs: [q, r]\n"
    )
    model = sc.compile_file(tmp_path / "whole.yaml")
    assert model.program.graph.checks == ()
    found = model({"a": np.ones((2, 4), np.float32), "c": np.ones((5, 3), np.float32)})
    np.testing.assert_array_equal(found["q"], np.full((2, 4), 0.5, np.float32))


NAMED = """\
specc: 1
inputs: {x: {shape: [3, 4]}}
blocks:
  cell:
    inputs: {x: {shape: [t, d]}}
    layers: [{type: LSTM, name: run, units: 2, return_sequences: true, return_state: true}]
    outputs: OUTPUTS
layers: [{use: cell, name: c}]
outputs: {READ}
"""


@pytest.mark.parametrize(
    ("outputs", "read"),
    [
        ("run.state_h", "y: c"),
        ("run.state_h", "y: c.state_h"),
        ("[run.output, run.state_h]", "y: c.output, z: c.state_h"),
    ],
)
def test_an_output_of_a_block_without_a_name_has_that_of_what_it_is(outputs, read):
    assert sc.validate(NAMED.replace("OUTPUTS", outputs).replace("READ", read)) == []


def test_two_outputs_of_one_name_are_refused():
    text = NAMED.replace("OUTPUTS", "[run.output, side.output]").replace("READ", "y: c.output")
    (found,) = sc.validate(text)
    assert (found.code, found.message) == (
        "SPC0201",
        "`outputs` calls two outputs `output`: `run.output` and `side.output`",
    )
    assert found.help == "give them names: `{output: run.output, other: side.output}`"
