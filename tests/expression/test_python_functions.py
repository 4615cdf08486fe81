"""Python functions: only from Python, held to their type rules, and never by a spec alone."""

import sys

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compare import identity
from spec_compiler.compile import program_of_text
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
SPEC = """\
specc: 1
dims: {{seq: {{}}}}
inputs: {{x: {{shape: [seq, 4]}}{y}}}
layers:
  - {{type: Lambda, name: f, from: {from_}, function: "{text}"}}
"""
SAME = sc.PythonFunction(lambda x: x + 1, lambda x: x)
FIRST = sc.PythonFunction(
    lambda x, y: (x - y)[..., 0].astype("float64"), lambda x, y: ("float64", x.shape[:-1])
)


def spec(text, from_="x"):
    y = ", y: {shape: [seq, 4]}" if "y" in from_ else ""
    return SPEC.format(text=text, from_=from_, y=y)


def compiled(text, from_="x", **functions):
    return sc.compile_text(spec(text, from_), functions=functions)


def refused(run):
    with pytest.raises(sc.SpecError) as found:
        run()
    (error,) = found.value.diagnostics.errors
    return error


def test_a_function_is_used_by_name():
    model = compiled("2 * mine(x)", mine=SAME)
    np.testing.assert_array_equal(model(X), 2 * (X + 1))
    np.testing.assert_array_equal(compiled("mine", mine=SAME)(X), X + 1)


def test_the_rule_gives_the_type():
    model = compiled("first", from_="[x, y]", first=FIRST)
    assert str(model.outputs["f"].type) == "float64[batch, seq]"
    np.testing.assert_array_equal(model({"x": X, "y": X - 2}), np.full((2, 3), 2.0))


def test_numbers_and_parts_are_operands_too():
    add = sc.PythonFunction(lambda x, k: x + k, lambda x, k: x)
    np.testing.assert_array_equal(compiled("add(x[:, 0], 3.0)", add=add)(X), X[:, 0] + 3)


@pytest.mark.parametrize(
    "call", [lambda x: x.astype("float64"), lambda x: x[:, 1:], lambda x: x.sum()]
)
def test_what_breaks_its_rule_is_refused_in_the_run(call):
    model = compiled("mine(x)", mine=sc.PythonFunction(call, lambda x: x))
    error = refused(lambda: model(X))
    assert error.code == "SPC0524"
    assert "float32[2, 3, 4]" in error.message


def test_a_rule_refuses_operands_in_its_own_words():
    def rule(x):
        raise ValueError("needs rank 2")

    error = refused(lambda: compiled("1 + mine(x)", mine=sc.PythonFunction(lambda x: x, rule)))
    assert (error.code, error.message) == ("SPC0136", "needs rank 2")
    line = spec("1 + mine(x)").splitlines()[4]
    assert line[error.span.column - 1 : error.span.end_column - 1] == "mine(x)"


@pytest.mark.parametrize("said", ["float32", ("float31", (2,)), ("int8", (-1,)), ("int8", (1.5,))])
def test_a_rule_that_gives_no_type_is_the_callers_mistake(said):
    with pytest.raises(TypeError, match="mine"):
        compiled("mine(x)", mine=sc.PythonFunction(lambda x: x, lambda x: said))


@pytest.mark.parametrize("name", ["sum", "relu", "a-b", "not", "True", "", "ü"])
def test_a_name_that_cannot_be_used_is_the_callers_mistake(name):
    with pytest.raises(ValueError, match="function"):
        compiled("x", **{name: SAME})


def test_the_callers_arrays_are_safe():
    def spoil(x):
        x += 1
        return x

    with pytest.raises(ValueError, match="read-only"):
        compiled("mine(x)", mine=sc.PythonFunction(spoil, lambda x: x))(X)


def test_what_is_not_known_to_keep_a_mask_drops_it_in_words_only():
    text = spec("mine(x)").replace("shape: [seq, 4]", "shape: [seq, 4], mask: true", 1)
    error = refused(lambda: sc.compile_text(text, functions={"mine": SAME}))
    assert error.code == "SPC0410"


@pytest.mark.parametrize("text", ["mine(x)", "mine", "os.system(x)", "__import__"])
def test_a_spec_alone_names_no_python(text):
    before = set(sys.modules)
    error = refused(lambda: compiled(text))
    assert error.code in {"SPC0120", "SPC0123", "SPC0124"}
    if text.startswith("mine"):
        assert "functions=" in error.help
    assert not {name for name in set(sys.modules) - before if "spec_compiler" not in name}


def test_the_command_line_has_no_functions(specc, tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(spec("mine(x)"))
    status, out, _ = specc("validate", path)
    assert (status, "SPC0124" in out) == (1, True)


def test_core_form_and_identity_have_the_name():
    functions = {"mine": SAME, "other": SAME}
    programs = [program_of_text(spec(f"{name}(x)"), functions=functions) for name in functions]
    core = core_document(programs[0])
    assert core["layers"][0]["function"] == "mine(x)"
    again = program_of_text(to_yaml(core), "core.yaml", functions=functions)
    assert identity(again) == identity(programs[0]) != identity(programs[1])
