"""Whether two sizes can be equal: never, where no divisor of the one allows the other."""

from itertools import product

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from spec_compiler import validate
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.formula import arithmetic
from spec_compiler.ir.dims import SizeError, symbol
from spec_compiler.ir.facts import Check, Facts
from spec_compiler.refusals import Refusal

M, N = symbol("m"), symbol("n")


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (2 * M, 2 * N + 1, False),
        (2 * M, 7, False),
        (6 * M, 4 * N + 3, False),
        (6 * M, 4 * N + 2, None),
        (3 * M, 2 * N + 1, None),
        (4 * M * N, 2 * M + 1, False),
        (4 * M * N, 2 * M + 2, None),
    ],
)
def test_sizes_of_which_a_divisor_differs_are_never_equal(left, right, answer):
    assert Facts().equal(left, right) is answer
    assert Facts().equal(right, left) is answer


H, W = symbol("h", 32), symbol("w")


def facts(*stated):
    found = Facts()
    for text in stated:
        found.state(*arithmetic.relation(text, NAMES))
    return found


NAMES = {"h": H, "w": W, "m": M, "n": N}


@pytest.mark.parametrize(
    ("stated", "asked", "answer"),
    [
        (["h % 4 == 0"], "4 * (h // 4) == h", True),
        (["h % 4 == 0"], "2 * (h // 2) == h", True),
        (["h % 4 == 0"], "h % 2 == 0", True),
        (["h % 4 == 0"], "8 * (h // 8) == h", None),
        (["h % 4 == 0"], "w * 4 * (h // 4) == h * w", True),
        (["h % 4 == 0"], "2 * (h // 4) == h // 2", True),
        (["h % 4 == 0"], "h // 4 // 2 == h // 8", True),
        (["h % 4 == 0"], "h == 4 * w + 2", False),
        (["h % 4 == 0"], "3 * h % 12 == 0", True),
        (["h % 4 == 0", "w % 6 == 0"], "24 * (h // 4) * (w // 6) == h * w", True),
        (["h % 4 == 0", "h % 6 == 0"], "h // 12 * 12 == h", True),
        (["h % 4 == 0", "h == w"], "w // 4 * 4 == h", True),
        (["h == w", "h % 4 == 0"], "w // 4 * 4 == h", True),
        (["h % 4 == 0", "h // 4 == w"], "h == 4 * w", True),
        (["0 == h % 4"], "4 * (h // 4) == h", True),
        (["(h + w) % 4 == 0"], "(h + w) // 4 * 4 == h + w", True),
        (["(h + w) % 4 == 0"], "(h + w) % 2 == 0", True),
        (["(h + w) % 4 == 0"], "(h + w) // 2 == 2 * ((h + w) // 4)", True),
        (["(h + w) % 4 == 0"], "(h + w) // 8 * 8 == h + w", None),
        (["(h + w) % 4 == 0"], "h // 4 * 4 == h", None),
        (["(h + w) % 4 == 0"], "(3*h + 3*w) % 12 == 0", True),
        (["(h - w) % 4 == 0"], "(h - w) // 4 * 4 == h - w", True),
        (["(2*h - w) % 4 == 0"], "(2*h - w) // 4 * 4 == 2*h - w", True),
        (["(h + 1) % 4 == 0"], "(h + 1) // 4 * 4 == h + 1", True),
        (["(h + 1) % 4 == 0"], "h == 4 * w", False),
        (["(h*w + n) % 4 == 0"], "(h*w + n) // 4 * 4 == h*w + n", True),
        (["(h + w) % 4 == 0", "(h + w) % 6 == 0"], "(h + w) // 12 * 12 == h + w", True),
        (["(h + w) % 4 == 0", "w % 6 == 0"], "(h + w) // 4 * 4 == h + w", True),
        (["(h + w) % 4 == 0", "w % 6 == 0"], "w // 6 * 6 == w", True),
        (["w % 6 == 0", "(h + w) % 4 == 0"], "(h + w) // 4 * 4 == h + w", True),
        (["(h + w) % 4 == 0", "h % 2 == 0"], "(h + w) // 4 * 4 == h + w", True),
        (["(h + w) % 4 == 0", "(h - w) % 4 == 0"], "(h + w) // 4 * 4 == h + w", True),
        (["(h + w) % 4 == 0", "(h - w) % 4 == 0"], "(h - w) % 4 == 0", True),
        (["(h + w) % 4 == 0", "w == n"], "h + n >= 4 * ((h + w) // 4)", True),
        (["(h + w) % 4 == 0", "h == 3 * w"], "h == 3 * w", True),
        (["(h + w) % 4 == 0", "(m + n) % 4 == 0"], "(m + n) // 4 * 4 == m + n", True),
        (["h % 4 == 0", "h >= 3 * w"], "h >= 3 * w", True),
        (["h % 4 == 0"], "h >= 32", True),
        ([], "h // 8 == h // 4", False),
        ([], "h // 4 > h // 8", True),
        ([], "w // 8 == w // 4", None),
        ([], "w * (h // 8) == w * (h // 4)", False),
        ([], "h - 4 * (h // 4) >= 0", True),
        ([], "h - 4 * (h // 4) < 4", True),
        ([], "h // 3 // 2 <= h // 5", True),
        ([], "h // 3 // 2 <= h // 3", True),
        ([], "6 * n // 4 == 3 * n // 2", True),
        ([], "(4 * n + 3) // 2 == 2 * n + 1", True),
        ([], "(4 * n - 3) // 2 == 2 * n - 2", True),
        ([], "(4 * n + 3) % 4 == 3", True),
        ([], "(4 * n + 3) // (0 - 2) == 0 - 2 * n - 2", True),
        ([], "(2 * n + w) // 2 == n + w // 2", True),
        ([], "(n - 3) // 2 + 1 == (n + 1) // 2 - 1", True),
        ([], "(2 * n + 1) // 4 == n // 2", True),
        ([], "((n + 1) // 2 + 1) // 2 == (n + 3) // 4", True),
        ([], "(n // 2) // 3 * 2 == n // 3", None),
        (["h * w == m * n"], "h * w == m * n", True),
        (["h * w == m * n"], "2 * m * n == 2 * h * w", True),
        (["h * w == m * n"], "h * w != m * n", False),
        (["h * w == m * n"], "h * w >= m * n", True),
        (["h * w == m * n"], "h * w > m * n", False),
        (["2 * w == 3 * n"], "6 * n == 4 * w", True),
        (["w != n"], "w == n", False),
        (["w != n"], "n != w", True),
        (["w * n != 12"], "12 == n * w", False),
        (["w * n > 12"], "n * w > 12", True),
        (["w * n > 12"], "n * w == 12", False),
        (["min(w, n) == m * m"], "m * m == min(n, w)", True),
        (["w <= 3", "w >= 3"], "w == 3", True),
        (["w > 2", "w < 4"], "n * w == 3 * n", True),
        (["2 * w >= 5", "w <= 3"], "w == 3", True),
        (["w <= 3", "2 * w >= 4"], "w == 3", None),
        (["w <= n", "n <= w"], "w == n", True),
        (["w <= 1"], "w == 1", True),
        (["w * n <= 6", "w * n >= 6", "w == 2"], "w * n == 6", True),
    ],
)
def test_what_is_stated_answers_what_is_asked(stated, asked, answer):
    found = facts(*stated)
    assert found.compare(*arithmetic.relation(asked, NAMES)) is answer


@pytest.mark.parametrize("stated", ["w == n * (w // 4)", "w == n * (w % 3)", "w == n * min(w, 4)"])
def test_what_mentions_itself_is_no_rule_for_itself(stated):
    """It would grow each time it is put in."""
    assert facts(stated).simplify(3 * W + 1) == 3 * W + 1


SIZES = st.recursive(
    st.sampled_from(["w", "m", "n", "1", "2", "3", "4"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
    ),
    max_leaves=4,
)
RELATIONS = st.tuples(SIZES, st.sampled_from(["==", "==", "!=", "<", "<=", ">", ">="]), SIZES)


def holds(left, relation, right, sizes):
    """Whether it does for these sizes; None where one of the sides has no value."""
    try:
        return Check(left, relation, right, "", "").holds(sizes)
    except SizeError:
        return None


@settings(max_examples=120)
@given(st.lists(RELATIONS, max_size=2), st.lists(RELATIONS, min_size=1, max_size=5))
def test_an_answer_holds_for_all_sizes_for_which_what_is_stated_does(stated, asked):
    found, known = Facts(), []
    try:
        for words in stated:
            known.append(arithmetic.relation(" ".join(words), NAMES))
            found.state(*known[-1])
        questions = [arithmetic.relation(" ".join(words), NAMES) for words in asked]
    except (Refusal, SizeError):  # a number that no size has, or a relation of numbers alone
        return
    cases = [dict(zip("wmn", sizes, strict=True)) for sizes in product(range(1, 7), repeat=3)]
    cases = [sizes for sizes in cases if all(holds(*item, sizes) for item in known)]
    for question in questions:
        answer = found.compare(*question)
        if answer is not None:
            note(f"{question} is {answer}")
            assert not any(holds(*question, sizes) is (not answer) for sizes in cases)


def test_what_is_known_of_many_sums_does_not_grow():
    names = {f"d{i}": symbol(f"d{i}") for i in range(200)}
    found = Facts()
    for i in range(199):
        found.state(*arithmetic.relation(f"(d{i} + d{i + 1}) % 4 == 0", names))
    for i in range(200):
        found.state(*arithmetic.relation(f"d{i} % 2 == 0", names))
    assert found.compare(*arithmetic.relation("(d0 + d1) // 4 * 4 == d0 + d1", names)) is True


@pytest.mark.parametrize(
    ("dims", "constraints", "claimed", "codes"),
    [
        ("h: {}", "[h % 4 == 0]", "4 * (h // 4)", []),
        ("h: {}", "[]", "4 * (h // 4)", ["SPC0316"]),
        ("h: {min: 32}", "[]", "h // 4 * 8", ["SPC0309"]),
        ("h: {multiple_of: 4}", "[]", "(h + 1) // 2 * 2", []),
        ("h: {multiple_of: 4}", "[]", "h + (h + 6) % 4 - 2", []),
        ("h: {}, w: {}", "[2 * h == 3 * w]", "3 * w // 2", ["SPC0316"]),
        ("h: {}, w: {}", "[h == 3 * w // 2]", "3 * w // 2", []),
        ("h: {}", "[h <= 3, h >= 3]", "3", []),
        ("h: {min: 3}", "[h <= 3]", "3", []),
    ],
)
def test_a_relation_under_constraints_leaves_no_note(dims, constraints, claimed, codes):
    text = f"""
    specc: 1
    dims: {{{dims}}}
    constraints: {constraints}
    inputs: {{x: {{shape: [h]}}}}
    layers: [{{type: Identity, name: y}}]
    outputs: {{y: {{shape: [null, {claimed}]}}}}
    """
    assert [item.code for item in validate(text) if item.code != "SPC0516"] == codes


def test_they_are_refused_when_compiling_and_not_left_to_the_data():
    text = """
    specc: 1
    dims: {m: {}, n: {}}
    inputs: {x: {shape: [2*m]}, y: {shape: [2*n + 1]}}
    layers: [{type: Dot, from: [x, y], axes: 1}]
    """
    with pytest.raises(SpecError) as refused:
        program_of_text(text)
    assert [error.code for error in refused.value.diagnostics.errors] == ["SPC0353"]
    possible = program_of_text(text.replace("2*n + 1", "2*n + 2"))
    assert [str(check.left) for check in possible.graph.checks] == ["2*m"]
