"""A printed spec reads back as the same data, and reads well."""

import math

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import read
from spec_compiler.writing.printed import COLUMNS
from spec_compiler.writing.yaml_text import to_yaml

AWKWARD = """
    no Yes ON null None ~ true 1e-3 1_000 010 0x1F 12:30 2024-01-01 .inf .5 1. +1 -1 - ? << = !a &a
    *a | > ab,bc->ac a: #b [a {a ] } , %a @a `a 'a "a ... --- ...a é 😀 a\\b .. ./m.yaml 4*d 0b1 1e5
""".split()  # noqa: SIM905
AWKWARD += [
    "",
    " ",
    "a: b",
    "a #b",
    " a",
    "a ",
    "a  b",
    "1 - 2",
    "- a",
    "? a",
    "a\nb",
    "\ufeff",
    "\x85",
]

texts = st.sampled_from(AWKWARD) | st.text(max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(1 - 2**63, 2**63 - 1)
    | st.floats(allow_nan=False)
    | texts
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=25,
)
sections = st.sampled_from(["layers", "inputs", "blocks", "x-note", "outputs", "specc"]) | texts


@given(st.dictionaries(sections, trees, max_size=5))
@example({"layers": [{"type": "Dense", "long": ["a" * 60, [["b" * 60], {"c": "d" * 120}]]}]})
@example({"...": "...", "layers": ["...", ["..." * 60, "..."]]})
@example({"blocks": {"b": {"layers": [{"type": "Dense"}], "inputs": {}}, "empty": {}}})
def test_what_is_printed_reads_back_equal_with_the_same_types(document):
    assert repr_of(yaml.safe_load(to_yaml(document))) == repr_of(document)
    assert repr_of(specc_reads(to_yaml(document))) == repr_of(document)


def specc_reads(text):
    """What YAML 1.2 makes of it; `yaml.safe_load` is a reader of YAML 1.1."""
    diagnostics = Diagnostics()
    node = read(text, "model.yaml", diagnostics)
    assert not diagnostics.items, text
    return node.plain()


def repr_of(value):
    """A text that tells 1 from 1.0 and True, and -0.0 from 0.0, whatever the order of keys."""
    if isinstance(value, dict):
        return sorted((key, repr_of(item)) for key, item in value.items())
    return [repr_of(item) for item in value] if isinstance(value, list) else repr(value)


@pytest.mark.parametrize("number", [1e-05, 1e16, -1e-300, 1e22, 5e-324, math.inf, -math.inf, 0.1])
def test_a_float_reads_back_as_the_same_float(number):
    for reads in (yaml.safe_load, specc_reads):
        assert reads(to_yaml({"x": number}))["x"].hex() == number.hex()


def test_nan():
    assert math.isnan(yaml.safe_load(to_yaml({"x": math.nan}))["x"])


def test_a_spec_reads_as_people_write_it():
    document = {
        "layers": [
            {"type": "EinsumDense", "name": "p", "equation": "ab,bc->ac", "sizes": {"c": "d / 2"}},
            {"type": "Dense", "name": "wide", "units": "4*d", "activation": "relu",
             "trainable": False, "kernel_initializer": {"type": "VarianceScaling", "scale": 2.0}},
        ],
        "outputs": ["wide"],
        "inputs": {"x": {"shape": ["...", 4, None]}},
        "specc": 1,
    }  # fmt: skip
    assert to_yaml(document) == (
        "specc: 1\n"
        "inputs:\n"
        "  x: {shape: [..., 4, null]}\n"
        "layers:\n"
        '  - {type: EinsumDense, name: p, equation: "ab,bc->ac", sizes: {c: d / 2}}\n'
        "  - type: Dense\n"
        "    name: wide\n"
        "    units: 4*d\n"
        "    activation: relu\n"
        "    trainable: false\n"
        "    kernel_initializer: {type: VarianceScaling, scale: 2.0}\n"
        "outputs: [wide]\n"
    )


@given(st.lists(st.dictionaries(st.text("abc", min_size=1), st.text("xyz", max_size=20))))
def test_a_line_in_flow_style_is_at_most_a_hundred_columns(layers):
    for line in to_yaml({"layers": layers}).splitlines():
        assert len(line) <= COLUMNS or not line.rstrip().endswith(("}", "]"))


def test_data_deeper_than_a_spec_can_be_is_refused_without_a_recursion_error():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="64"):
        to_yaml({"x": deep})
