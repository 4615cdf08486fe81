"""Params that are made from others: their values, and what is wrong with them."""

import pytest

import spec_compiler as sc
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

FILE = """\
specc: 1
params: {{width: 16, heads: 4, {params}}}
dims: {{seq: {{}}}}
inputs: {{x: {{shape: [seq, 8]}}}}
layers: [{{type: Dense, name: y, units: {units}}}]
"""
BLOCK = """\
specc: 1
params: {{base: 2}}
dims: {{seq: {{}}}}
inputs: {{x: {{shape: [seq, 8]}}}}
blocks:
  part:
    params: {{heads: int, {params}}}
    inputs: {{x: {{shape: [t, d]}}}}
    layers: [{{type: Dense, name: y, units: {units}}}]
    outputs: y
layers: [{{use: part, name: b, with: {{heads: {heads}}}}}]
"""


def units(text, **options):
    program = sc.compile_text(text, **options).program
    return next(iter(program.outputs.values())).type.shape[-1]


@pytest.mark.parametrize(
    ("params", "written", "value"),
    [
        ("head: {value: width / heads}", "head", 4),
        ("twice: {value: 2*head}, head: {value: width / heads}", "$twice", 8),
        ("one: {value: 1}", "one", 1),
        ("third: {type: float, value: width / 3}, n: {value: 5}", "n", 5),
        ("all: {value: 'max(width, heads) + width % 3', min: 17, multiple_of: 17}", "all", 17),
    ],
)
def test_a_param_made_from_others_has_their_value(params, written, value):
    assert units(FILE.format(params=params, units=written)) == value


def test_it_follows_what_is_set():
    text = FILE.format(params="head: {value: width / heads}", units="head")
    assert units(text, params={"width": 24}) == 6
    assert units(text, params={"heads": "8"}) == 2
    with pytest.raises(sc.SpecError) as error:
        sc.compile_text(text, params={"head": 3})
    (found,) = error.value.diagnostics
    assert (found.code, found.message, found.span) == (
        "SPC0206",
        "`head` cannot be set: it is made from `width / heads`",
        None,
    )
    assert found.help == "set `width` or `heads`"


def test_a_float_is_divided_truly():
    text = (
        "specc: 1\nparams: {heads: 4, rate: {type: float, value: 1 / heads}}\n"
        "inputs: {x: {shape: [8]}}\nlayers: [{type: Dropout, rate: rate}]\n"
    )
    (drop,) = (step.settings.layer for step in sc.compile_text(text).program.steps.values())
    assert drop.rate == 0.25


@pytest.mark.parametrize(
    ("params", "code", "message", "blamed"),
    [
        (
            "head: {value: width / 3}",
            "SPC0307",
            "`width / 3`: 16 is not divisible by 3; `//` rounds down",
            "/ 3}",
        ),
        (
            "head: {value: seq + 1}",
            "SPC0205",
            "`seq` is a dim, and a param is known before any data",
            "seq",
        ),
        ("head: {value: widht}", "SPC0205", "`widht` is neither a param nor a dim", "widht"),
        ("head: {value: width, max: 8}", "SPC0206", "`head` is 16, above its `max` 8", "{value"),
        (
            "head: {value: width, default: 8}",
            "SPC0107",
            "`default` is what `--set` changes, and `value` cannot be set",
            "8",
        ),
        (
            "head: {value: relu, type: activation}",
            "SPC0104",
            "`type` must be int or float beside `value`, not activation",
            "activation",
        ),
        (
            "head: {value: [1]}",
            "SPC0104",
            "`value` must be a number or arithmetic, not a list",
            "[1]",
        ),
        ("head: {min: 3}", "SPC0102", "`head` needs `type`", "{min"),
        (
            "head: {type: float, value: width}, n: {value: head}",
            "SPC0104",
            "the param `head` is 16.0, not a whole number",
            "head}",
        ),
    ],
)
def test_a_value_that_cannot_be_made_is_refused_where_it_stands(params, code, message, blamed):
    text = FILE.format(params=params, units="3")
    (found,) = sc.validate(text)
    assert (found.code, found.message) == (code, message)
    assert text.splitlines()[found.span.line - 1][found.span.column - 1 :].startswith(blamed)


def test_what_is_made_from_a_refused_one_is_not_blamed():
    params = "head: {value: width / 3}, two: {value: head / 5}, three: {value: two}"
    (found,) = sc.validate(FILE.format(params=params, units="three"))
    assert found.code == "SPC0307"


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ("a: {value: a}", "a -> a"),
        ("a: {value: b}, b: {value: a + 1}", "a -> b -> a"),
        ("z: {value: c}, c: {value: a}, b: {value: c}, a: {value: 2*b}", "c -> a -> b -> c"),
    ],
)
def test_a_cycle_is_shown_as_its_path(params, path):
    (found,) = sc.validate(FILE.format(params=params, units="3"))
    assert found.code == "SPC0220"
    assert found.message == f"params are made from each other: {path}"
    assert len(found.labels) == path.count("->") - 1


def test_a_long_chain_is_followed():
    chain = ", ".join(f"p{k}: {{value: p{k + 1} + 1}}" for k in range(3000)) + ", p3000: 1"
    assert units(FILE.format(params=chain, units="p0 - 3000")) == 1


@pytest.mark.parametrize(
    ("params", "written", "value"),
    [
        ("wide: {value: 3 * heads}", "wide", 12),
        ("wide: {value: heads * base}", "wide", 8),
        ("head: {value: d / heads}", "head", 2),
        ("more: {value: head + base}, head: {value: d / heads}", "more", 4),
    ],
)
def test_a_blocks_param_may_be_made_from_sizes_that_its_inputs_bind(params, written, value):
    text = BLOCK.format(params=params, units=written, heads=4)
    assert units(text) == value
    core = to_yaml(core_document(sc.compile_text(text).program))
    assert "params" not in core
    assert units(core) == value


def test_a_blocks_param_that_cannot_be_made_is_refused_at_the_use_and_shows_the_definition():
    text = BLOCK.format(params="head: {value: d / heads}", units="head", heads=3)
    (found,) = sc.validate(text)
    assert found.message == (
        "`head` of `part`: `d / heads`: 8 is not divisible by 3; `//` rounds down"
    )
    assert (found.code, found.span.line, found.labels[0].span.line) == ("SPC0307", 11, 7)
    text = BLOCK.format(params="head: {value: d / heads}", units="head", heads="4, head: 2")
    (found,) = sc.validate(text)
    assert found.message == "`head` cannot be set: it is made from `d / heads`"
    assert found.help == "set `heads`"


def test_a_whole_file_makes_its_params_from_those_of_the_use(tmp_path):
    (tmp_path / "part.yaml").write_text(
        "specc: 1\nparams: {heads: int, wide: {value: 5 * heads}, three: {value: wide / 3}}\n"
        "inputs: {x: {shape: [8]}}\nlayers: [{type: Dense, name: y, units: wide + three}]\n"
    )
    text = (
        "specc: 1\nimports: {p: part.yaml}\ninputs: {x: {shape: [8]}}\n"
        "layers: [{use: p, name: y, with: {heads: 3}}]\n"
    )
    (tmp_path / "whole.yaml").write_text(text)
    program = sc.compile_file(tmp_path / "whole.yaml").program
    assert next(iter(program.outputs.values())).type.shape[-1] == 20


MADE = """\
specc: 1
params: {{base: 2}}
dims: {{seq: {{}}}}
inputs: {{x: {{shape: [seq, 8]}}}}
blocks:
  part:
    params: {{heads: int, head: {{type: int, default: d / heads, min: 2}}, {more}}}
    inputs: {{x: {{shape: [t, d]}}}}
    layers: [{{type: Dense, name: y, units: {units}}}]
    outputs: y
layers: [{{use: part, name: b, with: {{heads: 4{given}}}}}]
"""


@pytest.mark.parametrize(
    ("more", "units_", "given", "value"),
    [
        ("n: 1", "head", "", 2),
        ("n: 1", "head", ", head: 3", 3),
        ("n: 1", "head", ", head: base * 8", 16),
        ("twice: {type: int, default: 2 * head}", "twice", "", 4),
        ("twice: {type: int, default: 2 * head}", "twice", ", head: 5", 10),
        ("twice: {type: int, default: 2 * head}", "twice + head", ", twice: 5", 7),
        ("sum: {value: head + heads}", "sum", ", head: 3", 7),
        ("rate: {type: float, default: 1 / heads}", "head", "", 2),
        ("file: {type: int, default: base + 1}", "file", "", 3),
        ("a: {type: int, default: 2 * c}, c: {type: int, default: a / 2}", "a", ", c: 3", 6),
        ("a: {type: int, default: 2 * c}, c: {type: int, default: a / 2}", "c", ", a: 6", 3),
    ],
)
def test_a_default_may_be_made_from_what_the_block_knows(more, units_, given, value):
    assert units(MADE.format(more=more, units=units_, given=given)) == value


@pytest.mark.parametrize(
    ("more", "given", "code", "message", "help"),
    [
        ("n: 1", ", head: 1", "SPC0206", "`head` is 1, below its `min` 2", "write `2`"),
        ("n: {type: int, default: d / 3}", "", "SPC0307",
         "`n` of `part`: `d / 3`: 8 is not divisible by 3; `//` rounds down", ""),
        ("a: {type: int, default: 2 * c}, c: {value: a + 1}", "", "SPC0220",
         "the params of `part` are made from each other: a -> c -> a",
         "give one of them under `with`: `with: {a: …}`"),
        ("a: {value: 2 * c}, c: {value: a + 1}", "", "SPC0220",
         "params are made from each other: a -> c -> a", "give one of them a `default`"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_made_default(more, given, code, message, help):
    with pytest.raises(sc.SpecError) as error:
        sc.compile_text(MADE.format(more=more, units="head", given=given))
    (found,) = error.value.diagnostics.errors
    assert (found.code, found.message, found.help) == (code, message, help)


def test_each_copy_has_its_own_default():
    text = MADE.format(more="n: 1", units="head", given="").replace(
        "with: {heads: 4}", "each: {heads: [4, 1]}, with: {n: 2}"
    )
    made = sc.compile_text(text)
    assert [array.shape for array in made.weights.values()] == [(8, 2), (2,), (2, 2), (2,)]
