"""Keys: `doc` stands anywhere, and a mistake is blamed on the mapping that it stands in."""

import re

import pytest

import spec_compiler as sc
from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Severity
from spec_compiler.language.document import PARAM_TYPES
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices import CHOICES

NOTED = """\
specc: 1
params: {n: {doc: why, type: int, default: 3}}
dims: {seq: {doc: why, max: 9}}
inputs: {x: {doc: why, shape: [seq, 4], values: {doc: why, min: 0, max: 7}, dtype: int32}}
layers:
  - type: Dense
    doc: why
    name: y
    units: n
    activation: {doc: why, type: leaky_relu, negative_slope: 0.1}
    input_spec: {doc: why, ndim: 3}
    expect: {doc: why, shape: [batch, seq, 3]}
  - {doc: why, name: z, reuse: y, from: x, expect: {doc: why, dtype: float32}}
outputs: {y: {doc: why, dtype: float32}, z: {doc: why}}
"""


def spec(top="", layer=""):
    dense = f"{{type: Dense, units: 3{layer}}}"
    return f"specc: 1\n{top}inputs: {{x: {{shape: [8]}}}}\nlayers: [{dense}]\n"


def test_every_mapping_may_carry_doc():
    assert [item.code for item in sc.validate(NOTED)] == []


def test_doc_is_no_setting_of_a_choice():
    noted, plain = (
        validated(
            LAYERS["Dense"], {"units": 1, "activation": {"type": "relu", **doc}}, Scope(), "Dense"
        )
        for doc in ({"doc": "why"}, {})
    )
    assert noted.activation == plain.activation
    assert noted.arguments() == plain.arguments()
    assert noted.arguments()["activation"] == "relu"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (spec("wat: 3\n"), "SPC0103", "a spec has no key `wat`"),
        (spec(layer=", unitz: 3"), "SPC0103", "Dense has no argument `unitz`"),
        (spec("weights: {file: w, fil: v}\n"), "SPC0103", "`weights` has no key `fil`"),
        (spec("weights: {strict: true}\n"), "SPC0102", "`weights` needs `file`"),
        (spec("params: {n: {type: int, defalt: 1}}\n"), "SPC0103", "`n` has no key `defalt`"),
        (spec(layer=", input_spec: [{ndimm: 2}]"), "SPC0103", "`input_spec` has no key `ndimm`"),
        (spec(layer=", expect: {shap: [1]}"), "SPC0103", "`expect` has no key `shap`"),
        (
            spec(layer=", kernel_regularizer: {type: L2, l22: 1}"),
            "SPC0103",
            "`L2` has no argument `l22`",
        ),
    ],
)
def test_the_mapping_that_a_key_stands_in_is_blamed(text, code, message):
    found = next(iter(sc.validate(text)))
    assert (found.code, found.message) == (code, message)


def test_nested_keys_are_suggested_from_the_nested_mapping():
    (found,) = sc.validate(spec(layer=", input_spec: {min_ndimm: 2}"))
    assert found.annotation == "did you mean `min_ndim`?"


def test_every_kind_of_choice_is_a_type_of_param():
    assert set(CHOICES) < set(PARAM_TYPES)


@pytest.mark.parametrize("kind", CHOICES)
def test_a_choice_is_found_by_the_names_that_it_has(kind):
    registry = CHOICES[kind]
    assert list(registry.by_name.items()) == [
        (name, choice) for choice in registry.choices for name in choice.names
    ]


ONE_FAULT = (
    # a key that is absent because its line could not be read
    ("layers: [{type: Dense, units:3}]", "SPC0012"),
    ("layers: [{type:Dense, units: 3}]", "SPC0012"),
    ("layers: [{type Dense, units: 3}]", "SPC0012"),
    ("layers: [{type: Dense, units}]", "SPC0012"),
    ("layers: [{type: Dense, [units]: 3}]", "SPC0015"),
    ("layers: [{type: Dense, units: 3, activation: {leaky relu}}]", "SPC0012"),
    ("layers: [{type: Dense, units: 3, expect: {shape}}]", "SPC0012"),
    ("[layers]: [{type: Dense, units: 3}]", "SPC0015"),
    # an unknown key beside a missing one
    ("layers: [{type: Dense, neurons: 3}]", "SPC0103"),
    ("sequence: [{type: Dense, units: 3}]", "SPC0103"),
    # a name under another key
    ("layers: [{type: Dense, nm: y, units: 3}]\noutputs: y", "SPC0103"),
    ("layers: [{type: Dense, nm: y, units: 3}, {type: Identity, from: y}]", "SPC0103"),
    # of two equal keys the first has no value
    ("layers:\nlayers: [{type: Dense, units: 3}]", "SPC0014"),
)


@pytest.mark.parametrize(("layers", "code"), ONE_FAULT)
def test_what_is_lacking_because_of_a_mistake_is_no_second_one(layers, code):
    found = sc.validate(f"specc: 1\ninputs: {{x: {{shape: [8]}}}}\n{layers}\n")
    assert [item.code for item in found] == [code]


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ("", "SPC0102"),
        ("inputs: {1: {shape: [8]}}\n", "SPC0112"),
        ("inputs: [x]\n", "SPC0104"),
        ("inputs:\ninputs: {x: {shape: [8]}}\n", "SPC0014"),
    ],
)
def test_who_reads_an_input_that_could_not_be_read_is_not_blamed(inputs, code):
    text = f"specc: 1\n{inputs}layers: [{{type: Dense, units: 3, from: x}}]\n"
    assert [item.code for item in sc.validate(text)] == [code]


def test_an_unknown_key_tells_what_is_missing_beside_it():
    (found,) = sc.validate(spec().replace("units", "how_many"))
    assert found.message == "Dense has no argument `how_many`"
    assert found.help.startswith("Dense needs `units`; Dense takes `units`, `activation`, ")
    takes = re.findall(r"`(\w+)`", found.help.partition("; ")[2])
    assert len(set(takes)) == len(takes)
    assert {"name", "from", "mask", "expect", "doc"} < {*takes}


def test_a_value_whose_colon_touches_it_is_read_nevertheless():
    text = spec().replace("units: 3", "units:-3")
    assert [(item.code, item.message) for item in sc.validate(text)] == [
        ("SPC0012", "a space is missing after the colon"),
        ("SPC0308", "`units` must be positive, not -3"),
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [("integer", "did you mean `int`?"), ("str", "did you mean `text`?")],
)
def test_a_type_by_its_name_in_other_languages(written, said):
    (found,) = sc.validate(spec(f"params: {{n: {written}}}\n"))
    assert (found.code, found.annotation) == ("SPC0104", said)
    assert found.message == f"`n`: there is no type `{written}`"


def test_the_version_is_asked_for_by_its_number():
    (found,) = sc.validate(spec().replace("specc: 1\n", ""))
    assert (found.code, found.help) == ("SPC0102", "add `specc: 1`")


def test_a_key_that_stands_there_already_was_not_meant_by_another():
    (found,) = sc.validate(spec(layer=", unitz: 4"))
    assert (found.code, found.annotation) == ("SPC0103", "unknown")


def test_a_name_that_was_not_declared_is_one_error_however_often_it_stands():
    shapes = "".join(f"  x{i}: {{shape: [steps, 4]}}\n" for i in range(5))
    names = "[x0, x1, x2, x3, x4]"
    (found,) = sc.validate(f"specc: 1\ninputs:\n{shapes}layers: [{{type: Add, from: {names}}}]\n")
    assert (found.code, found.span.line) == ("SPC0205", 3)
    assert [(label.text, label.span.line) for label in found.labels] == [
        ("also here", 4),
        ("also here", 5),
        ("also here", 6),
    ]
    assert found.notes == ("and in 1 more place",)


def test_what_stands_behind_a_name_that_was_not_declared_is_checked():
    text = (
        "specc: 1\ninputs: {x: {shape: [n, 'n - k']}}\n"
        "layers: [{type: LSTM, units: n}, {type: Dense, units: 3, activation: rleu}]\n"
    )
    assert [(item.code, item.message) for item in sc.validate(text)] == [
        ("SPC0205", "`n` is neither a param nor a dim"),
        ("SPC0205", "`k` is neither a param nor a dim"),
        ("SPC0106", "`activation`: there is no activation `rleu`"),
    ]
    first, second, _ = sc.validate(text)
    line = text.splitlines()[1]
    assert (first.span.column, second.span.column) == (line.index("n,") + 1, line.index("k") + 1)


def test_a_name_that_was_not_declared_is_one_error_in_sizes_expressions_and_claims():
    text = (
        "specc: 1\n"
        "inputs: {x: {shape: [q, 8]}}\n"
        "layers:\n"
        "  - {type: Lambda, function: 'x[:, :q]'}\n"
        "  - {type: Dense, name: y, units: q}\n"
        "outputs: {y: {shape: [batch, q, 8]}}\n"
    )
    (found,) = sc.validate(text)
    assert (found.code, found.span.line) == ("SPC0205", 2)
    assert [(label.text, label.span.line) for label in found.labels] == [
        ("also here", 4),
        ("also here", 5),
        ("also here", 6),
    ]


def test_a_name_that_was_not_declared_in_a_claim_of_a_constant_is_one_error():
    text = (
        "specc: 1\ninputs: {x: {shape: [2]}, c: {tensor: [1, 2], shape: [n]}}\n"
        "layers: [{type: Add, from: [x, c]}]\n"
    )
    assert [item.code for item in sc.validate(text)] == ["SPC0205"]


def test_a_name_that_was_misspelt_shows_the_guess_at_each_place():
    (found,) = sc.validate(spec("dims: {steps: {}}\n").replace("[8]", "[stps, stps, 4]"))
    guess = "did you mean `steps`?"
    assert (found.annotation, [label.text for label in found.labels]) == (guess, [guess])


WHOLE = """\
specc: 1
params: {n: {type: int, default: 3}}
dims: {seq: {min: 2, max: 9}}
inputs: {x: {shape: [seq, 4]}}
blocks: {f: {inputs: {x: {}}, layers: [{type: Dense, units: 3}], outputs: dense}}
layers: [{type: Dense, name: d, units: n, activation: {type: relu, max_value: 2}}, {use: f}]
outputs: {y: {from: f, shape: [batch, seq, 3]}}
weights: {file: w.safetensors, strict: false, map: {d.kernel: {from: k, as: w}}}
tests: [{name: a, dims: {seq: 3}, expect: {y: {finite: true, sum: {axis: 1, value: 2}}}}]
"""
COLONS = [found.start() for found in re.finditer(r"(?<=[a-z]): ", WHOLE)][1:]


@pytest.mark.parametrize("lost", [":", " "])
@pytest.mark.parametrize("at", COLONS, ids=lambda at: WHOLE[at - 4 : at + 4])
def test_a_missing_colon_or_space_is_one_error_in_any_section(at, lost):
    text = WHOLE[:at] + WHOLE[at : at + 2].replace(lost, "") + WHOLE[at + 2 :]
    found = [item for item in sc.validate(text) if item.severity == "error"]
    assert len(found) == 1, found
    assert found[0].span.line == WHOLE.count("\n", 0, at) + 1


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ("{type: int, default: 8, multiple_of: 4}", {"n": 6}),
        ("{type: int, default: 6, multiple_of: 4}", {}),
        ("{type: int, multiple_of: 4, min: 7}", {}),
        ("{type: int, default: 8}", {"n": "x"}),
    ],
)
def test_a_wrong_value_of_a_param_is_not_computed_with(declared, given):
    text = spec(f"params: {{n: {declared}}}\n").replace("units: 3", "units: n / 4")
    assert [item.code for item in sc.validate(text, params=given)] == ["SPC0206"]


@pytest.mark.parametrize(
    "line",
    [
        "  - {type: Dense, units: 2, from_: x}",
        "  - {type: Lambda, function: x, arguments_: {k: 1}}",
        "  - {reuse: dense, from_: x}",
        "  - {use: half, from_: x}",
        "  - {use: half, with_: {n: 1}}",
        "outputs: {y: {from_: dense}}",
        "weights: {file: model.safetensors, map: {dense.kernel: {from_: kernel}}}",
    ],
)
def test_a_key_has_one_spelling(line):
    """What Python calls it, where the word is its own, is no key."""
    text = f"""\
specc: 1
inputs: {{x: {{shape: [4]}}}}
blocks:
  half:
    params: {{n: {{type: int, default: 2}}}}
    inputs: {{x: {{shape: [..., d]}}}}
    layers: [{{type: Dense, units: 4}}]
    outputs: dense
layers:
  - {{type: Dense, units: 4}}
{line}
"""
    (found,) = (item for item in sc.validate(text) if item.severity is Severity.ERROR)
    assert found.code == "SPC0103"
    key = found.message.rpartition("`")[0].rpartition("`")[2]
    assert key.endswith("_")
    assert found.annotation == f"did you mean `{key[:-1]}`?"
