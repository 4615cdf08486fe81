"""Lists in a test are held to their inputs before a run is, which would refuse them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.diagnostics import Severity
from spec_compiler.drafts import Drafts
from spec_compiler.mending import mended

SPEC = """\
specc: 1
params: {{top: 10}}
dims: {{m: {{}}, n: {{max: 4}}}}
inputs:
  a: {{shape: [m], dtype: int32, values: {{min: 0, max: top - 1}}}}
  b: {{shape: [m], values: {{max: 0.5}}}}
  c: {{shape: [n], dtype: uint8}}
layers:
  - {{type: Lambda, name: y, from: [a, b, c], function: "sum(a * b, axis=1) + sum(c, axis=1)"}}
tests:
  - name: one
    inputs: {{a: {a}, b: {b}, c: {c}}}
    expect: {{y: {{finite: true}}}}
"""


def said(spec):
    found = sc.validate(spec)
    return [(item.message, item.span.line, item.span.column) for item in found if _wrong(item)]


def _wrong(item):
    return item.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("a: [[1, «12»]], b: [[0, 0]], c: [[1]]", "`a` takes 0 to 9, and this is 12"),
        ("a: [[«-1», 2]], b: [[0, 0]], c: [[1]]", "`a` takes 0 to 9, and this is -1"),
        ("a: «10», b: [[0, 0]], c: [[1]]", "`a` takes 0 to 9, and this is 10"),
        ("a: [[1, «1.5»]], b: [[0, 0]], c: [[1]]", "1.5 is no `int32`, which `a` is"),
        ("a: [[1]], b: [[«.inf»]], c: [[1]]", "`b` takes at most 0.5, and this is inf"),
        ("a: [[1]], b: [[0]], c: [[«300»]]", "300 is no `uint8`, which `c` is"),
        ("a: [[1, 2]], b: «[[0]]», c: [[1]]", "`m` is 2 in `a`, and 1 in `b`"),
        ("a: [[1]], b: [[0]], c: «[[1], [2]]»", "`batch` is 1 in `a`, and 2 in `c`"),
    ],
)
def test_the_first_number_is_blamed_in_its_place(data, message):
    parts = dict(part.split(": ", 1) for part in data.split(", ") if ": " in part)
    whole = data.replace("«", "").replace("»", "")
    spec = SPEC.replace("{{", "{").replace("}}", "}").replace("a: {a}, b: {b}, c: {c}", whole)
    column = f"    inputs: {{{data}".index("«") + 1
    assert parts.keys() == {"a", "b", "c"}
    assert said(spec) == [(message, 12, column)]


def test_what_dims_say_is_a_length_too():
    spec = SPEC.format(a="[[1, 2]]", b="[[0, 0]]", c="[[1]]")
    told = spec.replace("    expect:", "    dims: {m: 3}\n    expect:")
    assert [message for message, *_ in said(told)] == [
        "`m` is 3 under `dims`, and 2 in `a`",
    ]


@pytest.mark.parametrize(
    ("dims", "message"),
    [("{k: 3}", None), ("{k: [3, 4]}", "`k` is fixed at 3"), ("{k: 4}", "`k` is fixed at 3")],
)
def test_a_dim_of_one_size_may_be_said(dims, message):
    spec = (
        "specc: 1\ndims: {k: 3}\ninputs: {x: {shape: [k]}}\n"
        "layers: [{type: Dense, name: y, units: 2}]\n"
        f"tests: [{{name: t, dims: {dims}, expect: {{y: {{finite: true}}}}}}]\n"
    )
    assert [words for words, *_ in said(spec)] == ([message] if message else [])


def test_sizes_that_do_not_meet_are_told_in_words():
    spec = (
        "specc: 1\ndims: {n: {}}\ninputs: {a: {shape: [n]}, b: {shape: [4]}}\n"
        "layers: [{type: Add, name: y, from: [a, b]}]\n"
        "tests: [{name: t, dims: {n: 3}, expect: {y: {finite: true}}}]\n"
    )
    ((message, *_),) = said(spec)
    needs = "needs `4 == n`, or one of them 1, and `n` is 3"
    assert message == f"Add: axis 1 of inputs 0 and 1 {needs}"


def test_a_dim_that_nothing_has_is_meant(tmp_path):
    spec = SPEC.format(a="[[1, 2]]", b="[[0]]", c="[[1]]").replace(
        "dims: {m: {},", "dims: {m: {}, k: {},"
    )
    (tmp_path / "m.yaml").write_text(
        spec.replace("sum(a * b, axis=1)", "sum(a, axis=1) + sum(b, axis=1)")
    )
    done = mended(
        str(tmp_path / "m.yaml"), drafts := Drafts.of([str(tmp_path / "m.yaml")]), unsafe=True
    )
    ((before, now),) = drafts.changed.values()
    assert now.decode() == before.decode().replace("b: {shape: [m]", "b: {shape: [k]")
    assert not done.found.errors


def test_with_other_params_the_tests_are_not_for_the_model():
    spec = SPEC.format(a="[[9]]", b="[[0]]", c="[[1]]")
    assert said(spec) == []
    assert not [*filter(_wrong, sc.validate(spec, params={"top": 5}))]


numbers = st.one_of(st.integers(-2, 11), st.sampled_from([0.5, 1.0, 255, 256]))


@settings(max_examples=150)
@given(data=st.data())
def test_what_is_accepted_no_run_refuses(data):
    batch, m, n = (data.draw(st.integers(1, 2)) for _ in range(3))
    wrong = data.draw(st.sampled_from([None, "a", "b", "c"]))
    lists = {}
    for name, steps in {"a": m, "b": m, "c": n}.items():
        right = st.integers(0, 0) if name == "b" else st.integers(0, 9)
        number = numbers if name == wrong else right
        rows = batch + (name == wrong and data.draw(st.booleans()))
        lists[name] = [[data.draw(number) for _ in range(steps)] for _ in range(rows)]
    spec = SPEC.format(**lists)
    model = sc.compile_text(spec.partition("tests:")[0])
    try:
        model.run(lists)
    except sc.SpecError:
        assert said(spec)
    else:
        assert not said(spec)
