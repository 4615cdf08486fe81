"""A graph is printed and read back whole, with its bodies; and as a person may write it."""

import contextlib
import dataclasses
import math
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from spec_compiler.compile import program_of_file, program_of_text, prove_file
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import floor_divide, maximum, minimum, remainder
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.graph import Composite, Graph, Node, Value
from spec_compiler.ir.parse import UnreadableGraph, parse_graph
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.ir.text import print_graph
from spec_compiler.ir.types import TensorType
from spec_compiler.ir.verify import verify
from spec_compiler.layers import LAYERS
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.writing.yaml_text import to_yaml

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "examples").rglob("*.yaml"))
HALVE = PythonFunction(lambda x: x / 2, lambda x: x)


def plain(graph):
    """Everything that a graph says, as data that is equal when the graphs are."""
    return {
        "inputs": [(name, said(value)) for name, value in graph.inputs.items()],
        "weights": [
            (name, item.name, said(item.value), item.trainable)
            for name, item in graph.weights.items()
        ],
        "nodes": list(map(said, graph.nodes)),
        "outputs": [(name, said(value)) for name, value in graph.outputs.items()],
        "checks": [tuple(check) for check in graph.checks],
    }


def said(item):
    if isinstance(item, Graph):
        return plain(item)
    if isinstance(item, Value):
        return item.number, item.type
    if isinstance(item, tuple):
        return [type(item).__name__, *map(said, item)]
    if isinstance(item, (Primitive, Composite, *get_args(Node))):
        return type(item), [said(getattr(item, field.name)) for field in dataclasses.fields(item)]
    # 1, 1.0 and True are three settings, nan is itself, and 0.0 is not -0.0
    return (type(item), repr(item)) if isinstance(item, bool | float) else item


def read_back(graph, functions: Mapping[str, PythonFunction] | None = None):
    text = print_graph(graph)
    again = parse_graph(text, functions)
    assert plain(again) == plain(graph)
    assert print_graph(again) == text
    verify(again)
    return text


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_example_is_read_back(path):
    program = prove_file(path, weights=False)
    if program is not None:
        read_back(program.graph)


SHOWN = [
    pytest.param(to_yaml(example_spec(cls, example)), id=f"{name}-{index}")
    for name, cls in LAYERS.items()
    for index, example in enumerate(cls.examples)
    if not example.refuses
]


@pytest.mark.parametrize("text", SHOWN)
def test_every_layer_is_read_back(text):
    read_back(program_of_text(text).graph)


def test_what_the_reference_of_the_language_shows_is_read_back(tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    text = (ROOT / "docs" / "language.md").read_text()
    named = re.findall(r"^```yaml (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for name, body in named:
        (tmp_path / name).write_text(body)
    read = 0
    for name, _ in named:
        with contextlib.suppress(SpecError):  # what is refused, and files of blocks
            read_back(program_of_file(tmp_path / name, weights=False).graph)
            read += 1
    assert read > len(named) / 2


def spec(lines, dims="n: {min: 0, max: 9}, inf: {}"):
    return f"specc: 1\ndims: {{{dims}}}\n{lines}"


@pytest.mark.parametrize(
    "text",
    [
        # sizes without a name, of a name that is a word of the text, and formulas of sizes
        spec("inputs: {a-b: {shape: [null, 2]}}\nlayers: [{type: Flatten}]"),
        spec("inputs: {x: {shape: [inf, 2]}}\nlayers: [{type: Flatten}]"),
        spec('inputs: {x: {shape: [n]}}\nlayers: [{type: Lambda, function: "x[:, ::2]"}]'),
        spec('inputs: {x: {shape: [n]}}\nlayers: [{type: Lambda, function: "x[:, 1:-1]"}]'),
        # checks, those of the author too
        spec(
            "constraints: [n >= inf]\ninputs: {x: {shape: [n]}, y: {shape: [inf]}}\n"
            "layers: [{type: Add, from: [x, y]}]"
        ),
        # numbers, weights that are not trained, masks
        spec(
            "inputs: {x: {shape: [2, 2]}, c: {tensor: [[1.5, -2], [1e-7, 1e30]]}}\n"
            "layers: [{type: Dense, units: 3, from: x, trainable: false}, "
            "{type: Masking, from: x, name: masked}, "
            "{type: LSTM, units: 2, from: masked, name: lstm}]\n"
            "outputs: {a: dense, b: lstm, c: c}"
        ),
        spec('inputs: {x: {shape: [2]}}\nlayers: [{type: Lambda, function: "maximum(x, -inf)"}]'),
    ],
)
def test_what_authors_write_is_read_back(text):
    read_back(program_of_text(text).graph)


def test_a_registered_function_is_named():
    text = spec('inputs: {x: {shape: [2]}}\nlayers: [{type: Lambda, function: "halve(x)"}]')
    graph = program_of_text(text, functions={"halve": HALVE}).graph
    assert "function=@halve" in read_back(graph, {"halve": HALVE})


N, M = symbol("n", 0), symbol("x.1", 1, 9, "anonymous")
SIZES = [
    7,
    N,
    2 * N * M - 3,
    -N,
    floor_divide(N + 1, 2),
    3 * floor_divide(N + M, M + 1) * M,
    remainder(N - 4, 3) + floor_divide(-5, N + 1),
    minimum(N, M + 2),
    maximum(minimum(N, M), floor_divide(N, 2) * 2),
]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_size_is_read_back(size):
    b = Builder()
    read_back(b.graph({}, {"y": b.arange(size, "int64")}))


@pytest.mark.parametrize("number", [0.0, -0.0, 1.0, 1, True, 1e-7, 1e300, math.inf, -math.inf])
def test_every_number_is_read_back(number):
    b = Builder()
    read_back(b.graph({}, {"y": b.full(number, "float64", (2,))}))
    read_back(b.graph({}, {"y": b.literal([number, math.nan], TensorType("float64", (2,)))}))


WRITTEN = """\
size n in 1..
input x = %1: float32[n, 4]
%2: float32[4] = reduce_sum(%1, axes=(0,), keepdims=False)
return y=%2"""


def test_a_person_may_write_one():
    graph = parse_graph(WRITTEN)
    verify(graph)
    b = Builder()
    x = b.value(TensorType("float32", (symbol("n"), 4)))
    assert plain(graph) == plain(b.graph({"x": x}, {"y": b.reduce("sum", x, 0)}))


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("\nreturn y=%2", "", 4),
        ("return y=%2", "return y=%3", 4),
        ("float32[n", "float33[n", 2),
        ("float32[n", "float32[m", 2),
        ("(%1,", "(%7,", 3),
        ("False)", "False", 3),
        ("False)", "False) more", 3),
        ("= reduce_sum", "reduce_sum", 3),
        ("axes=(0,)", "axes=(0 1)", 3),
        ("axes=(0,)", "axes=!", 3),
        ("axes=(0,), ", "", 3),
        ("axes=(0,)", "axis=0", 3),
        ("reduce_sum(", "reduce_some(", 3),
        ("%2: float32[4]", "%2: float32[4], %3: float32[4]", 3),
        ("reduce_sum(%1, axes=(0,), keepdims=False)", "softmax(%1, axes=(1,))", 3),
    ],
)
def test_what_is_no_graph_is_refused_at_its_line(right, wrong, line):
    assert right in WRITTEN
    with pytest.raises(UnreadableGraph, match=f"^line {line}: "):
        parse_graph(WRITTEN.replace(right, wrong, 1))
