"""Tests in specs: they pass when they should, and a failure says what, where and by how much."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import spec_compiler as sc
from spec_compiler.compile import program_of_text
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

ROOT = Path(__file__).parents[2]
TWICE = """\
specc: 1
dims: {n: {max: 8}}
inputs: {x: {shape: [n], mask: true}}
layers: [{type: Add, name: y, from: [x, x]}]
tests:
"""
PLAIN = TWICE.replace(", mask: true", "")


@pytest.fixture
def tested(specc, tmp_path, monkeypatch):
    """Runs `specc test` on a spec in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(text, *arguments):
        if text is not None:
            Path("model.yaml").write_text(text)
        return specc("test", *arguments)

    return run


def one(test, model=PLAIN):
    return f"{model}  - {{name: t, {test}}}\n"


def test_the_examples_pass(tested):
    status, out, err = tested(None, str(ROOT / "examples"))
    assert (status, err) == (0, ""), out
    assert "FAILED" not in out
    for path in ROOT.glob("examples/*/model.yaml"):
        assert str(path) in out, "every example has tests"


@pytest.mark.parametrize(
    "test",
    [
        "inputs: {x: [[1, 2]]}, expect: {y: {value: [[2, 4]]}}",
        "inputs: {x: [[1, 2]]}, expect: {y: [[2, 4]]}",
        "inputs: {x: [[1, 2]]}, expect: {y: {value: [[2, 4.1]], atol: 0.2}}",
        "inputs: {x: [[1, 2]]}, expect: {y: {value: [[2, 4.1]], rtol: 0.1}}",
        "inputs: {x: [[1, .nan]]}, expect: {y: {value: [[2, .nan]]}}",
        "inputs: {x: [[.inf, 1]]}, expect: {y: {value: [[.inf, 2]]}}",
        "inputs: {x: [[1, 2]]}, expect: {y: {shape: [batch, n], min: 2, max: 4}}",
        "inputs: {x: [[1, 2], [3, 4]]}, expect: {y: {sum: {value: 20}}}",
        "inputs: {x: [[1, 3], [2, 2]]}, expect: {y: {sum: {axis: 1, value: 8}}}",
        "inputs: {x: [[1, 2], [3, 4]]}, expect: {y: {sum: {value: 20.5}, atol: 0.6}}",
        "inputs: {x: [[1, 2], [3, 4]]}, expect: {y: {sum: {value: 21}, rtol: 0.06}}",
        "inputs: {x: [[1, 2], [3, 4]]}, expect: {y: {sum: {value: 21, atol: 1}, atol: 0.1}}",
        "dims: {batch: [1, 3], n: [1, 8]}, expect: {y: {finite: true, dtype: float32, mask: none}}",
        "inputs: {x: [[1, 2]]}, same_as: {inputs: {x: [[1, 2]]}}",
        "inputs: {x: [[1, 2, 3, 4, 5, 6, 7, 8, 9]]}, raises: SPC0515",
        "inputs: {z: [[1]]}, raises: SPC0511",
        "inputs: {x: 3}, expect: {y: 6}",
        "inputs: {x: 3}, dims: {batch: [1, 2], n: [1, 8]}, expect: {y: 6}",
        "inputs: {x: 3}, dims: {n: 5}, expect: {y: [[6, 6, 6, 6, 6]]}",
        "inputs: {x: 3}, dims: {n: 2}, same_as: {inputs: {x: [[3, 3]]}}",
        "inputs: {x: [[1, 1]]}, same_as: {inputs: {x: 1}}, dims: {n: 2}",
        "inputs: {x: 3}, dims: {n: 9}, raises: SPC0515",
    ],
)
def test_what_holds_passes(tested, test):
    status, out, _ = tested(one(test), "model.yaml")
    assert status == 0, out
    assert not Path(".specc").exists()


@pytest.mark.parametrize(
    ("test", "code", "blamed"),
    [
        ("inputs: {x: [[1, 2]]}, expect: {y: {value: [[2, 4.1]]}}", "SPC0701", "[[2, 4.1]]"),
        ("inputs: {x: [[1, 2]]}, expect: {y: {value: [[2]]}}", "SPC0701", "[[2]]"),
        ("inputs: {x: [[1, 2]]}, expect: {y: [[2, 4.1]]}", "SPC0701", "[[2, 4.1]]"),
        ("inputs: {x: [[1, 2]]}, expect: {y: {value: [[2, .nan]]}}", "SPC0701", "[[2, .nan]]"),
        ("inputs: {x: [[.inf, 2]]}, expect: {y: {value: [[-.inf, 4]]}}", "SPC0701", "[[-.inf, 4]]"),
        ("inputs: {x: [[1, 2]]}, expect: {y: {sum: {value: 7}}}", "SPC0701", "7"),
        ("inputs: {x: [[1, 2]]}, expect: {y: {shape: [2, n]}}", "SPC0702", "[2, n]"),
        ("inputs: {x: [[1, .inf]]}, expect: {y: {finite: true}}", "SPC0702", "true"),
        ("inputs: {x: [[1, 2]]}, expect: {y: {min: 3}}", "SPC0702", "3"),
        ("inputs: {x: [[1, .nan]]}, expect: {y: {max: 9}}", "SPC0702", "9"),
        ("inputs: {x: [[1]]}, same_as: {inputs: {x: [[2]]}}", "SPC0701", "{inputs: {x: [[2]]}}"),
        ("inputs: {x: [[1]]}, raises: SPC0515", "SPC0703", "SPC0515"),
        ("inputs: {z: [[1]]}, raises: SPC0515", "SPC0703", "SPC0515"),
        ("inputs: {x: {file: no.npy}}, expect: {y: {min: 3}}", "SPC0707", "{file: no.npy}"),
    ],
)
def test_what_does_not_hold_fails_at_its_place(tested, test, code, blamed):
    text = one(test)
    status, out, _ = tested(text, "model.yaml", "--format", "json")
    (problem,) = json.loads(out)["tests"][0]["problems"]
    assert (status, problem["code"]) == (1, code)
    start, end = problem["start"], problem["end"]
    line = text.splitlines()[start["line"] - 1]
    assert start["line"] == end["line"]
    assert line[start["column"] - 1 : end["column"] - 1] in {blamed, blamed[:1]}


@pytest.mark.parametrize(
    ("expected", "code", "message", "blamed"),
    [
        ("four", "SPC0104", "`y` must be a mapping, not the text `four`", "four"),
        (
            "[[2, 4], [2]]",
            "SPC0309",
            "the rows of the data for the output `y` have different shapes",
            "[2]",
        ),
        ("[2]", "SPC0705", "the output `y` is [batch, n], and the data is [1]", "[2]"),
    ],
)
def test_an_array_alone_is_a_value_and_blamed_where_it_stands(expected, code, message, blamed):
    text = one(f"inputs: {{x: [[1, 2]]}}, expect: {{y: {expected}}}")
    (found,) = sc.validate(text)
    line = text.splitlines()[found.span.line - 1]
    assert (found.code, found.message) == (code, message)
    assert line[found.span.column - 1 : found.span.end_column - 1] == blamed


def test_numbers_alone_take_their_sizes_from_the_arrays_beside_them(tested):
    model = PLAIN.replace("inputs: {x: {shape: [n]}}", "inputs: {x: {shape: [n]}, z: {shape: [n]}}")
    model = model.replace("[x, x]", "[x, z]")
    test = "inputs: {x: 3, z: [[1, 2, 3], [4, 5, 6]]}, expect: {y: [[4, 5, 6], [7, 8, 9]]}"
    assert tested(one(test, model), "model.yaml")[0] == 0
    masks = one(
        "inputs: {x: 1, x.mask: true}, dims: {n: 3}, expect: {y: {mask: [[true, true]]}}", TWICE
    )
    status, out, _ = tested(masks, "model.yaml")
    assert (status, "[1, 3]" in out) == (1, True)


RELATED = """\
specc: 1
dims: {n: {}, k: {}, m: {}}
constraints: ["n == 2*k", "m == n + 1"]
inputs: {x: {shape: [n]}, z: {shape: [m]}, k: {shape: [k]}}
layers:
  - type: Lambda
    name: y
    from: [x, z, k]
    function: sum(x, axis=1) + sum(z, axis=1) + sum(k, axis=1)
tests:
"""


@pytest.mark.parametrize(
    "test",
    [
        "expect: {y: {finite: true}}",
        "dims: {n: 4}, expect: {y: {finite: true}}",
        "dims: {k: [3, 5]}, inputs: {x: 0, z: 0, k: 1}, expect: {y: {min: 3, max: 5}}",
        "dims: {m: 7}, inputs: {x: 0, z: 0, k: 1}, expect: {y: 3}",
    ],
)
def test_sizes_that_nobody_says_keep_to_the_constraints(tested, test):
    status, out, _ = tested(one(test, RELATED), "model.yaml")
    assert status == 0, out


def test_every_entry_is_held_to_a_number_alone(tested):
    status, out, _ = tested(one("inputs: {x: [[1, 2]]}, expect: {y: 2}"), "model.yaml")
    assert (status, "differs from `value` in 1 of 2 elements" in out) == (1, True)


def test_words_for_arrays_of_one_number_are_told_the_number(tested):
    for test in ("inputs: {x: zeros}, expect: {y: 0}", "inputs: {x: 0}, expect: {y: zeros}"):
        (found,) = sc.validate(one(test))
        assert found.help == "write `0`: a number alone stands for every entry"


def test_a_difference_is_counted_measured_and_kept(tested):
    test = "inputs: {x: [[1, 2], [3, 4]]}, expect: {y: {value: [[2, 5], [6, 10]]}}"
    status, out, _ = tested(one(test), "model.yaml", "--keep", "kept")
    assert status == 1
    assert "`y` differs from `value` in 2 of 4 elements" in out
    assert "first at [0, 1]: expected 5, got 4" in out
    assert "largest absolute error 2, relative 0.2;" in out
    (path,) = Path("kept").iterdir()
    with np.load(path) as kept:
        np.testing.assert_array_equal(kept["y"], [[2, 4], [6, 8]])
        np.testing.assert_array_equal(kept["expected.y"], [[2, 5], [6, 10]])
        np.testing.assert_array_equal(kept["input.x"], [[1, 2], [3, 4]])


def test_masks_are_compared(tested):
    head = "inputs: {x: [[1, 2]], x.mask: [[true, false]]}, expect: {y: {mask: "
    for claim, expected in (
        ("[[true, false]]", 0),
        ("[batch, 2]", 0),
        ("[[true, true]]", 1),
        ("[3, n]", 1),
    ):
        assert tested(one(f"{head}{claim}}}}}", TWICE), "model.yaml")[0] == expected, claim


def test_a_sweep_is_every_combination(tested):
    test = "dims: {batch: [1, 3], n: [2, 4]}, expect: {y: {shape: [3, null]}}"
    _, out, _ = tested(one(test), "model.yaml", "--format", "json")
    cases = {item["case"]: item["passed"] for item in json.loads(out)["tests"]}
    assert cases == {f"batch={batch}, n={n}": batch == 3 for batch in (1, 3) for n in (2, 4)}


def test_golden_files_are_written_when_asked_for_only(tested):
    test = (
        "inputs: {x: [[1, 2]]}, expect: {y: {file: gold/y.npz, key: a}}}\n"
        "  - {name: u, inputs: {x: [[3]]}, expect: {y: {file: gold/y.npz, key: b}}"
    )
    text = one(test)
    assert tested(text, "model.yaml")[0] == 1
    assert not Path("gold").exists()
    status, _, err = tested(text, "model.yaml", "--update", "-k", "t")
    assert status == 0
    assert err.count("wrote") == 1
    assert tested(text, "model.yaml")[0] == 1, "the key `b` is still absent"
    assert tested(text, "model.yaml", "--update")[0] == 0
    with np.load("gold/y.npz") as golden:
        np.testing.assert_array_equal(golden["a"], [[2, 4]])
        np.testing.assert_array_equal(golden["b"], [[6]])
    before = Path("gold/y.npz").stat().st_mtime_ns
    status, _, err = tested(text, "model.yaml", "--update")
    assert (status, err) == (0, "")
    assert Path("gold/y.npz").stat().st_mtime_ns == before, "what agrees is left alone"


def test_results_that_are_wrong_otherwise_become_no_golden_file(tested):
    test = "inputs: {x: [[1, 2]]}, expect: {y: {file: y.npy, max: 3}}"
    status, out, err = tested(one(test), "model.yaml", "--update")
    assert (status, "wrote" in err) == (1, False)
    assert ("SPC0702" in out, "SPC0707" in out) == (True, True)
    assert not Path("y.npy").exists()


def test_two_results_for_one_golden_file_are_refused(tested):
    test = (
        "inputs: {x: [[1]]}, expect: {y: {file: y.npy}}}\n"
        "  - {name: u, inputs: {x: [[3]]}, expect: {y: {file: y.npy}}"
    )
    status, out, _ = tested(one(test), "model.yaml", "--update")
    assert status == 1
    assert "different results for `y.npy`" in out


def test_inputs_are_not_overwritten(tested):
    np.save("x.npy", np.ones((1, 2), np.float32))
    test = "inputs: {x: {file: x.npy}}, expect: {y: {file: x.npy}}"
    status, out, _ = tested(one(test), "model.yaml", "--update")
    assert (status, "SPC0553" in out) == (1, True)
    np.testing.assert_array_equal(np.load("x.npy"), np.ones((1, 2)))


def test_two_results_do_not_fit_into_one_array(tested):
    test = (
        "expect: {y: {file: y.npy}}}\n  - {name: u, inputs: {x: [[3]]}, expect: {z: {file: y.npy}}"
    )
    model = PLAIN.replace("tests:", "outputs: {y: {}, z: y}\ntests:")
    status, out, _ = tested(one(test, model), "model.yaml", "--update")
    assert (status, "SPC0565" in out) == (1, True)


def test_sizes_that_break_a_relation_are_refused(tested):
    model = PLAIN.replace("inputs:", "constraints: [n % 2 == 0]\ninputs:")
    text = one("dims: {batch: 1, n: [2, 5]}, expect: {y: {finite: true}}", model)
    (found,) = sc.validate(text)
    assert (found.code, found.message.endswith("`n` is 5")) == ("SPC0705", True)
    assert text.splitlines()[found.span.line - 1][found.span.column - 1 :].startswith("[2, 5]")
    assert not sc.validate(text.replace("[2, 5]", "[2, 4]"))


def test_what_is_wrong_elsewhere_points_to_the_test_too(tested):
    text = one("inputs: {x: [[1.0e300]]}, expect: {y: {finite: true}}")
    _, out, _ = tested(text, "model.yaml", "--format", "json")
    (problem,) = json.loads(out)["tests"][0]["problems"]
    assert (problem["code"], problem["start"]["line"]) == ("SPC0519", 3)
    (label,) = problem["labels"]
    assert (label["text"], label["start"]["line"]) == ("in the test `t`", 6)


def test_several_reports_at_once(tested):
    text = one("inputs: {x: [[1]]}, expect: {y: {max: 1}}")
    formats = ("--format", "junit:out.xml", "--format", "json:out.json")
    status, out, _ = tested(text, "model.yaml", *formats)
    assert (status, "1 failed" in out) == (1, True), "standard output has the default"
    assert ET.parse("out.xml").getroot().get("failures") == "1"  # noqa: S314
    assert json.loads(Path("out.json").read_text())["failed"] == 1


@pytest.mark.parametrize(
    ("formats", "status", "words"),
    [
        (["yaml"], 2, "there is no `yaml`"),
        (["junit:"], 2, "junit:FILE"),
        (["text", "json"], 2, "two reports"),
        (["json:a", "junit:a"], 2, "two reports"),
        (["json:no/out.json"], 3, "No such file"),
        (["json:model.yaml"], 1, "SPC0553"),
    ],
)
def test_reports_that_cannot_be_written(tested, formats, status, words):
    text = one("expect: {y: {finite: true}}")
    options = [word for name in formats for word in ("--format", name)]
    code, _, err = tested(text, "model.yaml", *options)
    assert (code, words in err) == (status, True), err
    assert Path("model.yaml").read_text() == text


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that gives errors")
def test_what_cannot_be_read_does_not_hide_what_can(tested):
    Path("closed").mkdir()
    Path("closed/a.yaml").symlink_to("/proc/self/mem")
    status, out, err = tested(one("expect: {y: {finite: true}}"), "closed/a.yaml", "model.yaml")
    assert (status, "1 passed" in out) == (3, True), err


def test_a_file_name_is_no_command_to_a_runner(tested):
    Path("::error::x.yaml").write_text(one("inputs: {x: [[1]]}, expect: {y: {max: 1}}"))
    status, out, _ = tested(None, "::error::x.yaml")
    assert status == 1
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())


def test_junit_is_xml_whatever_the_name(tested):
    name = 'a <b> & \\"c\\" ]]> \\x1b'
    text = f'{PLAIN}  - {{name: "{name}", inputs: {{x: [[1]]}}, expect: {{y: {{max: 1}}}}}}\n'
    status, out, _ = tested(text, "model.yaml", "--format", "junit")
    root = ET.fromstring(out)  # noqa: S314
    assert (status, root.get("failures")) == (1, "1")
    (case,) = root.iter("testcase")
    assert case.get("name") == 'a <b> & "c" ]]> \\x1b'
    assert case.find("failure").get("type") == "SPC0702"


def test_exit_codes(tested):
    assert tested(PLAIN.replace("tests:\n", ""), "model.yaml")[0] == 2
    text = one("expect: {y: {finite: true}}")
    assert tested(text, "model.yaml", "-k", "other")[0] == 2
    assert tested(text.replace("units", "unit").replace("Add", "Ad"), "model.yaml")[0] == 1
    assert tested(None, "absent.yaml")[0] == 3


@pytest.mark.parametrize(
    ("test", "code"),
    [
        ("expect: {yy: {finite: true}}", "SPC0704"),
        ("dims: {m: 3}, expect: {y: {finite: true}}", "SPC0704"),
        ("inputs: {z: [[1]]}, expect: {y: {finite: true}}", "SPC0704"),
        ("inputs: {x: [[1]]}, raises: SPC9999", "SPC0704"),
        ("inputs: {x: [[1]]}, raises: SPC0103", "SPC0705"),
        ("inputs: {x: [[1, 2, 3, 4, 5, 6, 7, 8, 9]]}, expect: {y: {finite: true}}", "SPC0705"),
        ("expect: {y: {shape: [batch, 9]}}", "SPC0705"),
        ("dims: {batch: 0}, expect: {y: {finite: true}}", "SPC0308"),
        ("dims: {batch: [2, 2]}, expect: {y: {finite: true}}", "SPC0107"),
        ("seed: -1, expect: {y: {finite: true}}", "SPC0104"),
        ("expect: {y: {min: .nan}}", "SPC0104"),
        ("expect: {y: {file: y.txt}}", "SPC0564"),
        ("inputs: {x: {file: x.yaml}}, expect: {y: {finite: true}}", "SPC0564"),
        ("inputs: {x: {file: x.npy, key: a}}, expect: {y: {finite: true}}", "SPC0107"),
        ("inputs: {x: [[1]]}, same_as: {inputs: {}}", "SPC0102"),
        ("inputs: {x: [[1]]}, same_as: {inputs: {x: [1]}}", "SPC0705"),
        ("inputs: {x: [1, 2]}, expect: {y: {finite: true}}", "SPC0705"),
        ("dims: {n: 9}, expect: {y: {finite: true}}", "SPC0705"),
        ("expect: {y: {dtype: float16}}", "SPC0705"),
        ("expect: {y: {mask: [batch, n]}}", "SPC0705"),
        ("expect: {y: {sum: {axis: 2, value: 1}}}", "SPC0705"),
        ("inputs: {x: [[1], [2, 3]]}, expect: {y: {finite: true}}", "SPC0309"),
        ("inputs: {x: {file: ../x.npy}}, expect: {y: {finite: true}}", "SPC0551"),
        ("expect: {y: {file: /x.npy}}", "SPC0551"),
        ("expect: {y: {value: [[1]], file: x.npy}}", "SPC0107"),
        ("raises: SPC0520, expect: {y: {finite: true}}", "SPC0107"),
        ("expect: {y: {rtol: 1}}", "SPC0107"),
        ("expect: {y: {file: y.npy, key: a}}", "SPC0107"),
        ("expect: {y: {key: a}}", "SPC0107"),
        ("expect: {y: {finite: false}}", "SPC0107"),
        ("expect: {y: {min: 2, max: 1}}", "SPC0107"),
        ("dims: {batch: [1, 2]}, expect: {y: {value: [[1]]}}", "SPC0107"),
        ("same_as: {inputs: {x: [[1]]}}", "SPC0107"),
        ("dims: {n: []}, expect: {y: {finite: true}}", "SPC0104"),
        ("expect: {y: {}}", "SPC0102"),
        ("inputs: {}, expect: {y: {finite: true}}", "SPC0102"),
        ("inputs: {x: [[1]]}", "SPC0102"),
        ("expcet: {y: {finite: true}}", "SPC0103"),
        ("expect: {y: {finit: true}}", "SPC0103"),
        ("expect: {y: {finite: true}}}\n  - {name: t, expect: {y: {max: 3}}", "SPC0201"),
    ],
)
def test_validate_refuses_what_could_never_pass(test, code):
    text = one(test)
    first = text.splitlines().index("tests:") + 2
    (found,) = sc.validate(text)
    assert found.code == code, found
    assert found.span.line >= first, "it is blamed on the test"


def test_the_core_form_keeps_the_tests():
    text = one("dims: {n: [2, 4]}, expect: {y: {shape: [batch, n], mask: [batch, n]}}", TWICE)
    program = program_of_text(text)
    document = core_document(program)
    again = program_of_text(to_yaml(document))
    assert again.core.tests == program.core.tests
    assert again.core.tests


def test_a_table_holds_rows_and_columns_only():
    text = one("expect: {y: {file: y.csv}}").replace("[n]", "[n, 2]")
    assert [found.code for found in sc.validate(text)] == ["SPC0705"]
    assert not sc.validate(text.replace("y.csv", "y.npy"))


def test_too_many_cases_and_too_much_memory_are_refused_before_they_run(tested):
    sizes = [*range(1, 1002)]
    (found,) = sc.validate(one(f"dims: {{batch: {sizes}}}, expect: {{y: {{finite: true}}}}"))
    assert found.code == "SPC0706"
    text = one("dims: {batch: 1000000000000}, expect: {y: {finite: true}}")
    status, out, _ = tested(text, "model.yaml")
    assert (status, "SPC0523" in out) == (1, True)


ABSENT = """\
specc: 1
inputs: {x: {shape: [2]}}
layers: [{type: Dense, name: y, units: 1, use_bias: false}]
weights: {file: far.safetensors, get: make "far" & near}
tests:
  - {name: on its weights, inputs: {x: [[2, 3]]}, expect: {y: {value: [[8]]}}}
"""


def test_tests_without_their_weights_are_skipped_and_say_how_to_get_them(tested):
    status, out, err = tested(ABSENT, "model.yaml")
    reason = 'the weights are not here; to get them: make "far" & near'
    assert f"  skipped  on its weights: {reason}" in out
    assert "0 passed, 1 skipped" in out
    assert (status, err) == (2, "error: every test was skipped\n")  # nothing run is never green
    _, out, _ = tested(ABSENT, "model.yaml", "--format", "junit")
    (suite,) = ET.fromstring(out)  # noqa: S314 - made here
    assert (suite.get("skipped"), suite.get("failures")) == ("1", "0")
    assert suite.find("testcase/skipped").get("message") == reason
    _, out, _ = tested(ABSENT, "model.yaml", "--format", "json")
    report = json.loads(out)
    assert (report["passed"], report["failed"], report["skipped"]) == (0, 0, 1)
    assert report["tests"][0]["skipped"] == reason


def test_skipped_tests_beside_tests_that_pass_are_no_failure(tested):
    Path("other.yaml").write_text(PLAIN + "  - {name: t, expect: {y: {finite: true}}}\n")
    status, out, _ = tested(ABSENT, "model.yaml", "other.yaml")
    assert status == 0
    assert out.endswith("1 passed, 1 skipped\n")


def test_weights_that_are_there_are_used(tested):
    save_file({"y.kernel": np.float32([[1], [2]])}, "far.safetensors")
    assert tested(ABSENT, "model.yaml")[0] == 0
    save_file({"y.kernel": np.float32([[1], [3]])}, "far.safetensors")
    assert tested(ABSENT, "model.yaml")[0] == 1


def test_weights_that_nobody_says_how_to_get_are_an_error(tested):
    status, out, _ = tested(ABSENT.replace(', get: make "far" & near', ""), "model.yaml")
    assert status == 1
    assert "SPC0610" in out
