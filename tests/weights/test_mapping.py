"""Weights that somebody else named."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import save_file

import spec_compiler as sc
from spec_compiler.declaring.scope import Scope
from spec_compiler.expression import with_values
from spec_compiler.language.weights import SourceTensor
from spec_compiler.weights.mapping import origins

SPEC = """
specc: 1
inputs: {{x: {{shape: [4]}}}}
layers:
  - {{type: Dense, name: block-0, units: 6}}
  - {{type: Dense, name: block-1, units: 6}}
  - {{type: Dense, name: head, units: 2, use_bias: false}}
weights:
  file: theirs.safetensors
  map:
    {map}
"""
MAP = """\
"block-{i}.kernel": {from: "h.{i}.weight", as: "transpose(w, [1, 0])"}
    "block-{i}.bias": "h.{i}.bias"
    head.kernel: {from: out, as: "reshape(w, [6, 2])"}
"""


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    tensors = {
        "h.0.weight": rng.normal(size=(6, 4)),
        "h.0.bias": rng.normal(size=6),
        "h.1.weight": rng.normal(size=(6, 6)),
        "h.1.bias": rng.normal(size=6),
        "out": rng.normal(size=12),
    }
    save_file(
        {name: x.astype("float16") for name, x in tensors.items()}, tmp_path / "theirs.safetensors"
    )
    return tmp_path


def findings(folder, text):
    return sc.validate(SPEC.format(map=text), file=str(folder / "model.yaml"))


def test_names_and_layouts_are_brought_to_the_model(folder) -> None:
    model = sc.compile_text(SPEC.format(map=MAP), file=str(folder / "model.yaml"))
    from safetensors.numpy import load_file

    theirs = {
        name: x.astype("float32") for name, x in load_file(folder / "theirs.safetensors").items()
    }
    x = np.arange(8, dtype=np.float32).reshape(2, 4)
    y = x @ theirs["h.0.weight"].T + theirs["h.0.bias"]
    y = y @ theirs["h.1.weight"].T + theirs["h.1.bias"]
    np.testing.assert_allclose(model(x), y @ theirs["out"].reshape(6, 2), rtol=1e-5)
    assert {array.dtype.name for array in model.weights.values()} == {"float32"}


def test_an_exact_entry_wins_over_a_pattern(folder) -> None:
    text = MAP + '    block-1.bias: "h.0.bias"\n'
    model = sc.compile_text(
        SPEC.format(map=text).replace("  map:", "  strict: false\n  map:"),
        file=str(folder / "model.yaml"),
    )
    np.testing.assert_array_equal(model.weights["block-1.bias"], model.weights["block-0.bias"])


def test_params_stand_by_name_in_a_transform(folder) -> None:
    text = MAP.replace("transpose(w, [1, 0])", "transpose(w)").replace(
        "[6, 2]", "[inner, 12 / inner]"
    )
    spec = "params: {inner: 6}\n" + SPEC.format(map=text)
    model = sc.compile_text(spec, file=str(folder / "model.yaml"))
    plain = sc.compile_text(SPEC.format(map=MAP), file=str(folder / "model.yaml"))
    for name, array in plain.weights.items():
        np.testing.assert_array_equal(model.weights[name], array)


def test_the_core_form_has_their_values(specc, folder) -> None:
    text = MAP.replace("[6, 2]", "[inner, 12 // inner]")
    (folder / "model.yaml").write_text("params: {inner: 6}\n" + SPEC.format(map=text))
    core = specc("expand", folder / "model.yaml").out
    assert "reshape(w, [6, 12 // 6])" in core
    assert list(sc.validate(core, file=str(folder / "core.yaml"))) == []


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("n ** 2 + w", "(-3) ** 2 + w"),
        ("sum(w, axis=axis)", "sum(w, axis=1)"),
        ("cast(w, d)", 'cast(w, "float16")'),
        ("mean(w) == mean", "mean(w) == 0.5"),
        ("w", "w"),
    ],
)
def test_a_closed_transform_keeps_functions_and_keywords(text, closed) -> None:
    values = {"n": -3, "axis": 1, "d": "float16", "mean": 0.5, "sum": 7, "cast": 8}
    assert with_values(text, values) == closed


def test_two_weights_may_be_made_of_one_tensor(folder) -> None:
    text = MAP.replace('"h.{i}.bias"', "h.1.bias")
    model = sc.compile_text(
        SPEC.format(map=text).replace("  map:", "  strict: false\n  map:"),
        file=str(folder / "model.yaml"),
    )
    assert np.shares_memory(model.weights["block-0.bias"], model.weights["block-1.bias"])


@pytest.mark.parametrize(
    ("key", "source", "name", "tensor"),
    [
        ("a.{i}.k", "x{i}", "a.12.k", "x12"),
        ("a.{i}.k", "x{i}", "a.1.2.k", None),
        ("a.{i}.k", "x{i}", "a..k", None),
        ("{a}.{b}.{a}", "{b}{a}{b}", "p.q.p", "qpq"),
        ("{a}.{b}.{a}", "{b}{a}{b}", "p.q.r", None),
        ("l_{i}_h_{0}.k", "{0}/{i}", "l_3_h_4.k", "4/3"),
        ("{i}kk", "{i}", "xkk", "x"),
        ("{i}k", "{i}", "xkk", "xk"),
        ("a.{i}", "{i}", "b.1", None),
        ("a+{i}", "{i}", "aa1", None),
    ],
)
def test_a_placeholder_is_one_part_of_a_name(key, source, name, tensor) -> None:
    found, problems = origins([name], {key: SourceTensor(**{"from": source})}, Scope())
    assert (found[name].names[0] if found[name].key else None) == tensor
    assert [item.code for item in problems.values()] == ([] if tensor else ["SPC0620"])


def test_no_key_makes_matching_slow() -> None:
    # tried in all ways, this would take longer than anybody waits
    key = "".join(f"{{a{i}}}x" for i in range(60)) + "!"
    found, _ = origins(["x" * 900], {key: SourceTensor(**{"from": "w"})}, Scope())
    assert found["x" * 900].key == ""


def test_everything_that_differs_is_said_in_one_run(folder) -> None:
    rng = np.random.default_rng(0)
    tensors = {
        "h.0.weight": rng.normal(size=(6, 4)),  # fits
        "h.1.weight": rng.normal(size=(5, 6)),  # another shape
        "h.0.bais": rng.normal(size=6),  # misspelt
        "h.1.bias": rng.normal(size=6),
        "out": np.arange(12),  # not a float
        "pooler": rng.normal(size=1),  # not used
    }
    save_file(tensors, folder / "theirs.safetensors")
    found = {item.code: item for item in findings(folder, MAP)}
    assert set(found) == {"SPC0611", "SPC0612", "SPC0613", "SPC0614"}
    assert "`h.0.bias`" in found["SPC0611"].message
    assert "`h.0.bais`" in found["SPC0611"].help
    assert "is [6, 5]" in found["SPC0612"].message
    assert "needs [6, 6]" in found["SPC0612"].message
    assert "has `pooler`, which" in found["SPC0614"].message
    assert len(findings(folder, MAP)) == 4


def test_one_wrong_entry_is_one_finding_however_many_weights_it_is_for(folder) -> None:
    (found,) = findings(folder, MAP.replace("h.{i}.weight", "h.{i}.wieght"))
    assert found.code == "SPC0611"
    assert found.notes == ("the same holds for `block-1.kernel`",)
    assert "`h.0.weight`" in found.help


def test_strict_false_allows_more_tensors_never_fewer(folder) -> None:
    loose = SPEC.replace("  map:", "  strict: false\n  map:")
    file = str(folder / "model.yaml")
    fewer = MAP.replace('    head.kernel: {from: out, as: "reshape(w, [6, 2])"}\n', "")
    found = list(sc.validate(loose.format(map=fewer), file=file))
    assert [item.code for item in found] == ["SPC0611"]  # of `out` nothing is said
    assert {item.code for item in findings(folder, fewer)} == {"SPC0611", "SPC0614"}


@pytest.mark.parametrize(
    ("new", "code", "at"),
    [
        ("reshape(w, [6, 2)", "SPC0120", ")"),
        ("reshape(w, [6; 2])", "SPC0120", ";"),
        ("reshape(w, [sx, 2])", "SPC0123", "sx"),
        ("reshape(w, [seq, 2])", "SPC0123", "seq"),
        ("reshap(w, [6, 2])", "SPC0124", "reshap"),
        ("1.0 * reshape(w, [6, 3])", "SPC0301", "reshape(w, [6, 3])"),
        ("transpose(w, [0, 3])", "SPC0131", "[0, 3]"),
        ("reshape(w, [12])", "SPC0612", "reshape(w, [12])"),
        ("w > 0.0", "SPC0613", "w > 0.0"),
        ("w + sum(arange(9000000))", "SPC0623", "w + sum(arange(9000000))"),
    ],
)
def test_a_caret_stands_inside_the_transform(folder, new, code, at) -> None:
    text = "dims: {seq: {}}\n" + SPEC.format(map=MAP.replace("reshape(w, [6, 2])", new))
    (found,) = sc.validate(text, file=str(folder / "model.yaml"))
    line = text.splitlines()[found.span.line - 1]
    under = line[found.span.column - 1 : found.span.end_column - 1]
    assert (found.code, under.strip('"')) == (code, at)


def test_a_map_is_checked_without_its_file(folder) -> None:
    (folder / "theirs.safetensors").unlink()
    found = findings(folder, MAP.replace("[6, 2])", "[6, 2)").replace("{i}.bias", "{j}.bias", 1))
    assert {item.code for item in found} == {"SPC0610", "SPC0120", "SPC0620"}


@pytest.mark.parametrize(
    ("transform", "code", "blamed"),
    [
        ("transpos(w)", "SPC0124", "transpos"),
        ("transpose(v)", "SPC0123", "v"),
        ("transpose", None, ""),
        ("reshape(w, [6, hight])", "SPC0123", "hight"),
        ("w[:, 0:k]", "SPC0123", "k"),
        ("w * pi", None, ""),
    ],
)
def test_the_words_of_a_transform_are_known_without_the_file(tmp_path, transform, code, blamed):
    text = SPEC.format(map=MAP.replace('"reshape(w, [6, 2])"', f'"{transform}"'))
    found = sc.validate(text, file=str(tmp_path / "model.yaml"))
    errors = [item for item in found if item.severity == "error"]
    assert [item.code for item in errors] == ([code] if code else [])
    for item in errors:
        line = text.splitlines()[item.span.line - 1]
        assert line[item.span.column - 1 : item.span.end_column - 1] == blamed


def test_two_patterns_for_one_weight_are_an_error(folder) -> None:
    (found,) = findings(folder, MAP + '    "block-{n}.bias": "h.{n}.bias"\n')
    assert found.code == "SPC0621"
    assert [label.text for label in found.labels] == ["this one, too"]
    exact = MAP + '    "block-{n}.bias": "h.{n}.bias"\n    block-0.bias: h.0.bias\n'
    assert [item.message for item in findings(folder, exact + "    block-1.bias: h.1.bias\n")] == []


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ('"transpose(w, [1, 0])"', '"w"', "SPC0612", "is [6, 4] in the weights file"),
        ('"reshape(w, [6, 2])"', '"reshape(w, [6, 3])"', "SPC0301", "elements"),
        ('"reshape(w, [6, 2])"', '"reshap(w, [6, 2])"', None, "reshap"),
        ("from: out", "from: outt", "SPC0611", "has no `outt`"),
        ("head.kernel:", "haed.kernel:", "SPC0620", "`haed.kernel` fits no weight"),
        ('"h.{i}.bias"', '"h.{j}.bias"', "SPC0620", "`{j}` is not a part"),
    ],
)
def test_what_does_not_fit_is_said_at_the_entry(folder, old, new, code, words) -> None:
    errors = [item for item in findings(folder, MAP.replace(old, new)) if item.severity == "error"]
    said = [item for item in errors if words in item.message]
    assert said, errors
    assert code in {None, said[0].code}
    assert said[0].span.line >= 11


@pytest.mark.parametrize(
    ("old", "new", "guess"),
    [
        ('"block-{i}.bias"', '"blok-{i}.bias"', "did you mean `block-{i}.bias`?"),
        ('"h.{i}.bias"', '"h.{j}.bias"', "did you mean `{i}`?"),
    ],
)
def test_a_pattern_is_suggested_as_a_pattern(folder, old, new, guess) -> None:
    assert old in MAP
    assert guess in {item.annotation for item in findings(folder, MAP.replace(old, new))}


def test_an_index_that_only_the_data_shows_to_be_wrong_is_said_at_the_transform(folder) -> None:
    wrong = "reshape(gather(w, cast(w * 6e4, 'int32'), 0), [6, 2])"
    text = SPEC.format(map=MAP.replace("reshape(w, [6, 2])", wrong))
    model = sc.compile_text(text, file=str(folder / "model.yaml"))
    with pytest.raises(sc.SpecError) as caught:
        model(np.zeros((1, 4), np.float32))
    (error,) = caught.value.diagnostics.errors
    assert error.code == "SPC0502"
    assert "gather" in text.splitlines()[error.span.line - 1]


FOLDED = """\
specc: 1
params: {{g: 3}}
inputs: {{x: {{shape: [2]}}}}
layers:
  - {{type: EinsumDense, name: "n0", equation: "bc,c->bc", bias_axes: c}}
  - {{type: EinsumDense, name: "n1", equation: "bc,c->bc", bias_axes: c}}
weights:
  file: theirs.safetensors
  map: {{"n{{i}}.kernel": {kernel}, "n{{i}}.bias": {bias}}}
"""
KERNEL = '{from: {g: "{i}.gamma", v: "{i}.var"}, as: "g * rsqrt(v + 1e-3)"}'
BIAS = (
    '{from: {b: "{i}.beta", m: "{i}.mean", g: "{i}.gamma", v: "{i}.var"}, '
    'as: "b - m * g * rsqrt(v + 1e-3)"}'
)


@pytest.fixture
def normalized(tmp_path):
    rng = np.random.default_rng(0)
    parts = ("gamma", "var", "beta", "mean")
    tensors = {f"{i}.{part}": rng.random(2).astype("float32") for i in (0, 1) for part in parts}
    save_file(tensors, tmp_path / "theirs.safetensors")
    return tmp_path, tensors


def test_a_weight_may_be_made_of_several_tensors_by_name(normalized, specc):
    folder, tensors = normalized
    text = FOLDED.format(kernel=KERNEL, bias=BIAS)
    model = sc.compile_text(text, file=str(folder / "model.yaml"))
    assert list(model.diagnostics) == []
    x = y = np.array([[1.0, -2.0]], np.float32)
    for i in (0, 1):
        deviation = np.sqrt(tensors[f"{i}.var"] + 1e-3)
        y = (y - tensors[f"{i}.mean"]) / deviation * tensors[f"{i}.gamma"] + tensors[f"{i}.beta"]
    np.testing.assert_allclose(model(x), y, rtol=1e-5)
    (folder / "model.yaml").write_text(text)
    _, core, _ = specc("expand", str(folder / "model.yaml"))
    again = sc.compile_text(core, file=str(folder / "core.yaml"))
    np.testing.assert_array_equal(again(x), model(x))


@pytest.mark.parametrize(
    ("kernel", "code", "message", "blamed"),
    [
        (
            '{from: {g: "{i}.gamma", v: "{i}.vra"}, as: "g * v"}',
            "SPC0611",
            "the weights file has no `0.vra`, which `n0.kernel` needs",
            '"{i}.vra"',
        ),
        (
            '{from: {g: "{i}.gamma"}}',
            "SPC0102",
            "`from` needs `as` beside it, which makes one weight of several tensors",
            "{g:",
        ),
        (
            '{from: {g: "{i}.gamma"}, as: "g * w"}',
            "SPC0123",
            "`w` is no input, argument, param or dim",
            "w",
        ),
        (
            '{from: {g: "{k}.gamma"}, as: "g"}',
            "SPC0620",
            "`{k}` is not a part of `n{i}.kernel`",
            "{k}",
        ),
        (
            '{from: {g: [1]}, as: "g"}',
            "SPC0104",
            "`g` must be the name of a tensor, not a list",
            "[1]",
        ),
        (
            '{from: {}, as: "g"}',
            "SPC0104",
            "`from` must be the name of a tensor, or a mapping of them, not a mapping",
            "from",
        ),
        (
            '{from: {g: "{i}.gamma", v: "{i}.var"}, as: "concat([g, v], axis=0)"}',
            "SPC0612",
            "`0.gamma` and `0.var` make [4] in the weights file after "
            "`concat([g, v], axis=0)`, and "
            "`n0.kernel` needs [2]",
            '"concat',
        ),
    ],
)
def test_several_tensors_that_do_not_fit_are_said_at_the_entry(
    normalized, kernel, code, message, blamed
):
    folder, _ = normalized
    text = FOLDED.format(kernel=kernel, bias=BIAS)
    found = [
        item
        for item in sc.validate(text, file=str(folder / "model.yaml"))
        if item.code != "SPC0614"
    ]
    (problem,) = found
    assert (problem.code, problem.message) == (code, message)
    line = text.splitlines()[problem.span.line - 1]
    assert line[problem.span.column - 1 :].startswith(blamed)


def test_of_two_patterns_the_one_with_more_text_wins(folder):
    sources, problems = origins(
        ["a.q.kernel", "a.k.kernel", "b.k.kernel"],
        {
            "{n}.{m}.kernel": SourceTensor(**{"from": "{n}/{m}"}),
            "{n}.q.kernel": SourceTensor(**{"from": "{n}/query"}),
            "a.{m}.kernel": SourceTensor(**{"from": "first/{m}"}),
        },
        Scope(),
    )
    assert [of.names for of in sources.values()] == [("first/q",), ("first/k",), ("b/k",)]
    assert {key: item.code for key, item in problems.items()} == {"a.{m}.kernel": "SPC0621"}


def test_run_takes_initial_weights_although_a_file_is_named(tmp_path, specc):
    path = tmp_path / "model.yaml"
    text = "specc: 1\nseed: 4\ninputs: {x: {shape: [2]}}\nlayers: [{type: Dense, units: 3}]\n"
    path.write_text(text + "weights: {file: none.safetensors, get: make none}\n")
    assert specc("run", str(path), "--random", "batch=2")[0] == 1
    status, out, err = specc("run", str(path), "--random", "batch=2", "--initial")
    assert status == 0
    assert "note: initial weights, from seed 4, in place of none.safetensors\n" in err
    path.write_text(text)
    assert specc("run", str(path), "--random", "batch=2")[1] == out
