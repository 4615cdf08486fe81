"""`specc init` beside a map: the file is as the map reads it, and gives back what was drawn."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

import spec_compiler as sc
from spec_compiler.compile import program_of_file
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.inverse import tensors_of
from spec_compiler.weights.tensors import write_tensors

SPEC = """
specc: 1
params: {{heads: 2, k: 3}}
seed: 5
inputs: {{x: {{shape: [4]}}}}
layers:
  - {{type: Dense, name: one, units: 6, use_bias: false, from: x}}
  - {{type: Dense, name: two, units: 6, use_bias: false, from: x}}
  - {{type: Dense, name: three, units: 6, use_bias: false, from: x}}
  - {{type: EinsumDense, name: wide, from: x, equation: "bd,dhk->bhk", sizes: {{h: heads, k: k}}}}
outputs: [one, two, three, wide]
weights:
  file: file.safetensors
  map:
    {map}
"""
EXACT = [
    "transpose({})",
    "transpose({}, [1, 0])",
    "swapaxes({}, 0, 1)",
    "flip({}, axis=0)",
    "roll({}, 1, axis=1)",
    "({})[::-1]",
    "({})[..., ::-1]",
    "expand({}, 0)[0]",
    "squeeze(({})[:, None], axis=1)",
    "(-({}))",
    "(4 * ({}))",
    "(({}) / 8)",
    "concat([{}], axis=1)",
]
SHARED = [
    ["split({}, 3, axis=0)[{}]"],
    ["split({}, 3, axis=-1)[{}]"],
    ["({})[{}]"],
    ["({})[:, {}]"],
    ["({0})[:4]", "({0})[4:8]", "({0})[8:]"],
    ["({0})[:, :6]", "({0})[:, 6:12]", "({0})[:, -6:]"],
]
"""How three weights are parts of one tensor, whatever is done around and within."""


def written(entries: str) -> tuple[dict, dict, dict]:
    """What init writes: the tensors, the weights that are read back, and those of the seed."""
    text = SPEC.format(map=entries)
    with tempfile.TemporaryDirectory() as name:
        spec = Path(name) / "model.yaml"
        spec.write_text(text)
        program = program_of_file(str(spec), weights=False)
        made = tensors_of(program, initialise(program.weights, 5), Diagnostics())
        target = str(Path(name) / "file.safetensors")
        write_tensors(target, made)
        model = sc.compile_file(str(spec))
        assert list(model.diagnostics) == []
        tensors = {key: x.copy() for key, x in load_file(target).items()}
        weights = {key: np.array(x) for key, x in model.weights.items()}
    initial = sc.compile_text(text.split("weights:")[0]).weights
    return tensors, weights, dict(initial)


def assert_the_same(weights, initial):
    assert weights.keys() == initial.keys()
    for name, x in initial.items():
        assert weights[name].tobytes() == np.ascontiguousarray(x).tobytes(), name


@st.composite
def chains(draw, even=False):
    """Steps around a place, an even number of which turn a matrix over or not."""
    chosen = draw(st.lists(st.sampled_from(EXACT), max_size=4))
    if even and sum("transpose" in of or "swapaxes" in of for of in chosen) % 2:
        chosen.append("transpose({})")
    return lambda inner: _around(chosen, inner)


def _around(chosen, inner):
    for of in chosen:
        inner = of.format(inner)
    return inner


@given(chains(), chains(even=True), st.sampled_from(SHARED), chains(), st.booleans())
def test_what_init_writes_gives_the_weights_of_the_seed(outer, around, shared, inner, flat):
    if "[{}]" in shared[0] or "[:, {}]" in shared[0]:  # of three axes
        inner = str
    parts = [(shared[0] if len(shared) == 1 else shared[i]).format(inner("w"), i) for i in range(3)]
    entries = [
        f'{name}.kernel: {{from: all, as: "{around(part)}"}}'
        for name, part in zip(("one", "two", "three"), parts, strict=True)
    ]
    wide = "reshape(w, [4, heads, k])" if flat else f"reshape({outer('w')}, [4, heads, -1])"
    entries.append(f'wide.kernel: {{from: wide, as: "{wide}"}}')
    _, weights, initial = written("\n    ".join(entries))
    assert_the_same(weights, initial)


@given(chains(even=True), chains(), st.integers(0, 1), st.integers(0, 2))
def test_a_weight_of_several_tensors_is_split_back(outer, inner, axis, new):
    joined = outer(f"concat([{inner('a')}, {inner('b')}], axis={axis})")
    stacked = f"stack([{inner('a')}, {inner('b')}], axis={new})"
    stacked = f"transpose({stacked}, {[[1, 0, 2], [0, 1, 2], [0, 2, 1]][new]})"
    tensors, weights, initial = written(
        f'one.kernel: {{from: {{a: l, b: r}}, as: "{joined}"}}\n'
        f'    wide.kernel: {{from: {{a: up, b: down}}, as: "{stacked}"}}'
    )
    assert_the_same(weights, initial)
    assert [tensors[name].size for name in ("l", "r", "up", "down")] == [12] * 4


@pytest.mark.parametrize(
    ("entry", "shape"),
    [
        ('wide.kernel: {from: t, as: "reshape(w, [4, heads, k])"}', (4, 6)),
        ('wide.kernel: {from: t, as: "reshape(transpose(w), [4, heads, k])"}', (6, 4)),
        ('one.kernel: {from: t, as: "reshape(w, [4, 6])"}', (24,)),
        ("one.kernel: {from: t, as: transpose}", (6, 4)),
        ("one.kernel: t", (4, 6)),
        ('"{n}.kernel": {from: "{n}", as: "transpose(w)"}\n    one.kernel: t', (4, 6)),
    ],
)
def test_tensors_have_the_shape_of_the_file_that_was_published(entry, shape):
    if "{n}" in entry:
        entry = entry.replace('"{n}.kernel"', '"t{n}.kernel"').replace(
            'from: "{n}"', 'from: "t{n}"'
        )
    tensors, weights, initial = written(entry)
    assert tensors["t"].shape == shape
    assert_the_same(weights, initial)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('one.kernel: {from: t, as: "^exp(w)^"}', "`exp` cannot be turned round"),
        ('one.kernel: {from: t, as: "transpose(^w * w^)"}', "`*` cannot be turned round"),
        ('one.kernel: {from: t, as: "^2 / w^"}', "a division by it cannot be turned round"),
        (
            'one.kernel: {from: t, as: "concat([w, ^zeros([2, 6])^], axis=0)"}',
            "`zeros` cannot be turned round",
        ),
        (
            'one.kernel: {from: t, as: ^"w / 0"^}',
            "a number that is made of several, or that no file holds, cannot be turned round",
        ),
        (
            "one.kernel: ^t^\n    two.kernel: t",
            "`one.kernel` and `two.kernel` are read from the same numbers",
        ),
        (
            'one.kernel: {from: t, as: ^"w[1:]"^}',
            "with `t` [4, 6], as it seems, this does not make `one.kernel`",
        ),
        (
            '"{n}.kernel": ^t^',
            "with `t` [4, 6], as it seems, this does not make `wide.kernel`",
        ),
        (
            'wide.kernel: {from: {a: s, b: t}, as: ^"reshape(stack([a, b]), [4, 2, 3])"^}',
            "with `s` [6] and `t` [6], as it seems, this does not make `wide.kernel`",
        ),
        (
            'one.kernel: {from: {a: s, b: t}, as: ^"a"^}',
            "the map does not say all of `t`, so that it cannot be turned round",
        ),
    ],
)
def test_what_has_no_way_back_is_said_at_its_entry(entry, message, specc, tmp_path):
    before, marked, after = SPEC.format(map=entry).split("^")
    (tmp_path / "model.yaml").write_text(before + marked + after)
    status, _, err = specc("init", "model.yaml", "-o", "new.safetensors", folder=tmp_path)
    assert (status, err.count("error[")) == (1, 1)
    assert f"error[SPC0624]: {message}\n" in err, err
    line = len(before.splitlines())
    column = len(before.splitlines()[-1]) + 1
    assert f"model.yaml:{line}:{column}\n" in err, err
    assert f" {'^' * len(marked)}\n" in err, err
    assert not (tmp_path / "new.safetensors").exists()


def test_init_says_what_it_wrote(specc, tmp_path):
    entries = 'one.kernel: {from: t, as: "w[:, :6]"}\n    two.kernel: {from: t, as: "w[:, 6:]"}'
    (tmp_path / "model.yaml").write_text(SPEC.format(map=entries))
    ran = specc("init", "model.yaml", "-o", "new.safetensors", folder=tmp_path)
    assert ran.out == ("new.safetensors: 4 weights as 3 tensors of the map, 96 numbers, seed 5\n")


def test_a_wrong_map_is_refused_as_by_validate(specc, tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC.format(map="on.kernel: t"))
    ran = specc("init", "model.yaml", "-o", "new.safetensors", folder=tmp_path)
    assert (ran.status, ran.err.count("error[SPC0620]"), ran.err.count("error[")) == (1, 1, 1)
