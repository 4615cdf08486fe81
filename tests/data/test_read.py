"""Data files give the arrays they hold, or an error that says where they do not."""

import io
import json
import os
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spec_compiler import data
from spec_compiler.data.handle import KNOWN
from spec_compiler.refusals import Refusal

decoded = json.loads


def refused(code, source, *words, **options):
    with pytest.raises(Refusal) as caught:
        loaded(source, **options)
    message = caught.value.message
    assert caught.value.code == code, message
    assert "\n" not in message
    for word in words:
        assert word in message + caught.value.help + "".join(caught.value.notes)


def loaded(source, **options):
    return {name: handle.load() for name, handle in data.read(str(source), **options).items()}


def text_file(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def mapped(array):
    while array is not None and not isinstance(array, np.memmap):
        array = array.base
    return array is not None


def stdin(monkeypatch, content):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.mark.parametrize("dtype", sorted(KNOWN))
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (7,), (2, 3, 4)])
def test_npy_and_npz_give_what_numpy_saved(dtype, shape, tmp_path):
    array = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    np.save(tmp_path / "x.npy", array)
    np.savez(tmp_path / "x.npz", x=array)
    np.savez_compressed(tmp_path / "c.npz", x=array)
    for name in ("x.npy", "x.npz", "c.npz"):
        (handle,) = data.read(str(tmp_path / name)).values()
        assert (handle.name, handle.dtype, handle.shape) == ("x", dtype, shape)
        np.testing.assert_array_equal(handle.load(), array)
        assert handle.load().dtype == array.dtype
        assert handle.load().shape == shape


def test_fortran_order_and_foreign_byte_order(tmp_path):
    array = np.arange(6, dtype=">i4").reshape(2, 3)
    np.save(tmp_path / "x.npy", np.asfortranarray(array))
    got = loaded(tmp_path / "x.npy")["x"]
    np.testing.assert_array_equal(got, array)
    assert got.dtype == np.dtype("=i4")


def test_files_that_are_not_compressed_are_mapped_and_read_only(tmp_path):
    np.save(tmp_path / "x.npy", np.ones(3))
    np.savez(tmp_path / "x.npz", x=np.ones(3))
    for name in ("x.npy", "x.npz"):
        array = loaded(tmp_path / name, allowance=data.Allowance(10_000))["x"]
        assert mapped(array)
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 2


def test_a_small_file_that_inflates_is_refused_before_it_is_read(tmp_path):
    np.savez_compressed(tmp_path / "x.npz", a=np.zeros(50_000), b=np.zeros(50_000))
    assert (tmp_path / "x.npz").stat().st_size < 10_000
    assert len(data.read(str(tmp_path / "x.npz"), allowance=data.Allowance(804_000))) == 2
    with pytest.raises(Refusal) as caught:
        data.read(str(tmp_path / "x.npz"), allowance=data.Allowance(799_999))
    assert caught.value.code == "SPC0559"
    assert "needs 400,000 bytes" in caught.value.message


@pytest.mark.parametrize("name", ["x.csv", "x.json", "-"])
def test_texts_above_the_limit_are_refused(name, tmp_path, monkeypatch):
    stdin(monkeypatch, b"[" + b"1," * 100 + b"1]")
    source = name if name == "-" else text_file(tmp_path, name, "1," * 100)
    refused("SPC0559", source, allowance=data.Allowance(100))


def test_pickles_are_refused(tmp_path):
    np.save(tmp_path / "x.npy", np.array([{}], object), allow_pickle=True)
    np.savez(tmp_path / "x.npz", x=np.array([{}], object))
    refused("SPC0560", tmp_path / "x.npy")
    refused("SPC0560", tmp_path / "x.npz")


@pytest.mark.parametrize("dtype", ["U3", "S3", "complex64", "datetime64[s]", [("a", "f4")]])
def test_arrays_that_are_not_numbers_are_refused(dtype, tmp_path):
    np.save(tmp_path / "x.npy", np.zeros(2, dtype))
    refused("SPC0561", tmp_path / "x.npy")


def test_more_axes_than_numpy_handles_are_refused(tmp_path):
    shape = "(" + f"{2**62}, " * 300 + ")"
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}"
    (tmp_path / "x.npy").write_bytes(npy_header(header))
    refused("SPC0561", tmp_path / "x.npy", "300 axes")


def npy_header(text):
    body = text.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(body).to_bytes(2, "little") + body


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not an array",
        b"\x93NUMPY\x01\x00\xff\xff{}",
        npy_header("(" * 100),
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"),
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (True,)}") + b"\0" * 4,
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}"),
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}") + b"\0" * 11,
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}") + b"\0" * 13,
        npy_header("{'descr': '<q9', 'fortran_order': False, 'shape': (3,)}"),
    ],
)
def test_broken_npy_files_are_refused(content, tmp_path, monkeypatch):
    (tmp_path / "x.npy").write_bytes(content)
    refused("SPC0555", tmp_path / "x.npy", "x.npy")
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("x.npy", content)
    refused("SPC0555", tmp_path / "x.npz", "x.npz:x")
    if content.startswith(b"\x93"):
        stdin(monkeypatch, content)
        refused("SPC0555", "-")


def test_broken_archives_are_refused(tmp_path):
    path = tmp_path / "x.npz"
    path.write_bytes(b"PK\x03\x04 and no more")
    refused("SPC0555", path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    refused("SPC0555", path, "readme.txt")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", "")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x.npy", "")
    refused("SPC0555", path, "twice")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x.npy", "")
    refused("SPC0555", path, "deflate")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
@given(at=st.integers(0, 600), junk=st.binary(min_size=1, max_size=4))
def test_a_damaged_archive_is_refused_or_gives_arrays(save, tmp_path, at, junk):
    path = tmp_path / "x.npz"
    save(path, a=np.arange(6.0).reshape(2, 3), b=np.ones(3, np.int8))
    content = bytearray(path.read_bytes())
    content[at : at + len(junk)] = junk
    path.write_bytes(content)
    try:
        handles = data.read(str(path), allowance=data.Allowance(10_000))
        for handle in handles.values():
            assert handle.load().shape == handle.shape
    except Refusal:
        pass


@pytest.mark.parametrize(("count", "why"), [(4, "values are cut off"), (2, "not a sound npz")])
def test_a_member_that_inflates_to_another_length_than_is_listed(count, why, tmp_path):
    """The header and the list of members agree; zipfile never gives more than is listed."""
    content = io.BytesIO()
    np.save(content, np.ones(3, np.int8))
    with zipfile.ZipFile(tmp_path / "x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", content.getvalue().replace(b"(3,)", b"(%d,)" % count))
        archive.infolist()[0].file_size += count - 3
    refused("SPC0555", tmp_path / "x.npz", why)


def test_an_array_of_several_is_chosen_by_key_or_name(tmp_path):
    path = str(tmp_path / "x.npz")
    np.savez(path, ids=np.arange(3), other=np.arange(4))
    assert list(data.read(path)) == ["ids", "other"]
    assert list(data.read(path + ":ids")) == ["ids"]
    assert list(data.read(path, key="other")) == ["other"]
    assert data.read_one(path, name="ids").shape == (3,)
    assert data.read_one(path + ":other", name="ids").shape == (4,)
    refused("SPC0562", path + ":idz", "did you mean `ids`?", "`other`")
    with pytest.raises(Refusal) as caught:
        data.read_one(path, name="tokens")
    assert caught.value.code == "SPC0562"


def test_the_only_array_needs_no_name(tmp_path):
    np.savez(tmp_path / "x.npz", whatever=np.arange(3))
    assert data.read_one(str(tmp_path / "x.npz"), name="tokens").shape == (3,)
    assert list(data.read(text_file(tmp_path, "y.json", "[1]"))) == ["y"]
    assert list(data.read(text_file(tmp_path, "y.json", "[1]"), name="tokens")) == ["tokens"]


@pytest.mark.parametrize(
    ("text", "dtype", "value"),
    [
        ("[[1, 2], [3, 4]]", np.int64, [[1, 2], [3, 4]]),
        ("[1, 2.5]", np.float64, [1, 2.5]),
        ("[[true], [false]]", np.bool_, [[True], [False]]),
        ("[NaN, -Infinity]", np.float64, [np.nan, -np.inf]),
        ("3", np.int64, 3),
        ("[]", np.float64, []),
        ("[[], []]", np.float64, [[], []]),
        ("\ufeff[1]", np.int64, [1]),
    ],
)
def test_json_lists(text, dtype, value, tmp_path):
    array = loaded(text_file(tmp_path, "x.json", text))["x"]
    assert array.dtype == dtype
    assert array.shape == np.shape(value)
    np.testing.assert_array_equal(array, value)


def test_json_with_several_arrays(tmp_path):
    path = text_file(tmp_path, "x.json", '{"a": [1, 2], "x.mask": [true, false]}')
    assert {name: array.tolist() for name, array in loaded(path).items()} == {
        "a": [1, 2],
        "x.mask": [True, False],
    }
    assert loaded(path + ":a")["a"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("[[1, 2], [3]]", "SPC0554", ["1 value at [1]", "2 values at [0]"]),
        ("[[1, 2], 3]", "SPC0554", ["a number at [1]"]),
        ("[1, [2]]", "SPC0554", ["a list of 1 value at [1]", "a number at [0]"]),
        ("[[[1], [2]], [[3], []]]", "SPC0554", ["0 values at [1, 1]"]),
        ('{"a": [1], "b": [[1, 2], [3]]}', "SPC0554", ["x.json:b"]),
        ('[[1, "2"]]', "SPC0557", ["text at [0, 1]"]),
        ("[1, null]", "SPC0557", ["null at [1]", "NaN"]),
        ("[1, true]", "SPC0557", ["a boolean at [1]"]),
        ("[true, 1.5]", "SPC0557", ["a boolean at [0]"]),
        ('[{"a": 1}]', "SPC0557", ["a mapping at [0]"]),
        ('"text"', "SPC0557", ["text at the top"]),
        ("[9223372036854775808]", "SPC0557", ["64 bits"]),
        ("[1.5, -1e999, Infinity]", "SPC0557", ["`-1e999`", "float64", "Infinity"]),
        ("[" * 33 + "1" + "]" * 33, "SPC0561", ["33 axes"]),
        ("[1,]", "SPC0556", ["line 1, column "]),
        ("[1,\n 2", "SPC0556", ["line 2"]),
        ('{"a": 1, "a": 2}', "SPC0556", ["`a` twice"]),
        ("[" * 100_000, "SPC0556", ["deep"]),
        ("9" * 5000, "SPC0556", ["too long"]),
        ("", "SPC0556", []),
    ],
)
def test_json_that_is_not_an_array(text, code, words, tmp_path):
    refused(code, text_file(tmp_path, "x.json", text), *words)


@pytest.mark.parametrize(
    ("text", "dtype", "value"),
    [
        ("1,2\n3,4\n", np.int64, [[1, 2], [3, 4]]),
        ("a,b\r\n1,2.5\r\n", np.float64, [[1, 2.5]]),
        ('"x, y","z"\n"1",2\n', np.int64, [[1, 2]]),
        ("1\n\n2\n", np.int64, [[1], [2]]),
        ("nan,-inf\n1e-3, 2\n", np.float64, [[np.nan, -np.inf], [1e-3, 2]]),
        ("\ufeff1,2", np.int64, [[1, 2]]),
        ("a,b\n", np.float64, np.zeros((0, 2))),
        ("9223372036854775808\n0.5\n", np.float64, [[2.0**63], [0.5]]),
        ("1,2\n" + "\n" * 300_000 + "3,4\n", np.int64, [[1, 2], [3, 4]]),
        ("\r\n" * 300_000 + "a\n0.5\n", np.float64, [[0.5]]),
        ("-0\n" * 70_000 + "-.5\n", np.float64, [[-0.0]] * 70_000 + [[-0.5]]),
    ],
)
def test_csv_tables(text, dtype, value, tmp_path):
    array = loaded(text_file(tmp_path, "x.csv", text))["x"]
    assert array.dtype == dtype
    assert array.shape == np.shape(value)
    np.testing.assert_array_equal(array, value)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("a,b\n1,x\n", "SPC0558", ["line 2, column 2", "`x`"]),
        ("1,x\n", "SPC0558", ["line 1, column 2"]),
        ("1,\n", "SPC0558", ["line 1, column 2 is empty", "nan"]),
        ("1;2\n3;4\n", "SPC0558", ["commas"]),
        ("1,1_000\n", "SPC0558", ["1_000"]),
        ("1,٣\n", "SPC0558", ["column 2"]),
        ('a\n"1\n', "SPC0558", ["not CSV"]),
        ("9223372036854775808\n", "SPC0558", ["64 bits"]),
        ("1\n" * 90_000 + "-9223372036854775809\n" + "2\n" * 90_000, "SPC0558", ["64 bits"]),
        ("inf,1\n1,1e999\n", "SPC0558", ["line 2, column 2", "`1e999`", "float64", "inf"]),
        ("9" * 5000, "SPC0558", ["line 1, column 1", "float64"]),
        ("1\n" * 90_000 + "x\n", "SPC0558", ["line 90001, column 1 is `x`"]),
        ('"1' + "\n" * 200_000, "SPC0558", ["not CSV"]),
        ("", "SPC0558", ["empty"]),
        ("1,2\n\n3\n", "SPC0554", ["line 3 has 1", "2"]),
    ],
)
def test_csv_that_is_not_a_table(text, code, words, tmp_path):
    refused(code, text_file(tmp_path, "x.csv", text), *words)


def test_json_is_parsed_twice_however_many_arrays_hold_infinity(tmp_path, monkeypatch):
    parsed = []
    monkeypatch.setattr(json, "loads", lambda *a, **k: parsed.append(a) or decoded(*a, **k))
    for count in (0, 1, 50):
        parsed.clear()
        text = ", ".join(f'"k{number}": [Infinity]' for number in range(count))
        found = loaded(text_file(tmp_path, "x.json", f'{{"a": [1.5], {text}}}'.replace(", }", "}")))
        assert (len(found), len(parsed)) == (count + 1, 1 + bool(count))


@pytest.mark.parametrize("name", ["x.csv", "x.json"])
def test_texts_that_are_not_utf8_are_refused(name, tmp_path):
    (tmp_path / name).write_bytes(b"1\xff")
    refused("SPC0558" if name == "x.csv" else "SPC0556", tmp_path / name, "byte 1")


def test_standard_input_is_json_or_npy(monkeypatch):
    stdin(monkeypatch, b'{"a": [1], "b": [2]}')
    assert loaded("-")["b"].tolist() == [2]
    stdin(monkeypatch, b"[[1.5]]")
    assert loaded("-", name="x")["x"].tolist() == [[1.5]]
    content = io.BytesIO()
    np.save(content, np.arange(4, dtype=np.int8))
    stdin(monkeypatch, content.getvalue())
    assert loaded("-", name="x")["x"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "help_text"), [("x.jsn", "`.json`"), ("x.npyy", "`.npy`"), ("x", "`.csv`")]
)
def test_unknown_formats_are_refused_with_a_suggestion(name, help_text, tmp_path):
    refused("SPC0564", text_file(tmp_path, name, "[1]"), help_text)


@pytest.mark.parametrize("name", ["x.npy", "x.npz", "x.csv", "x.json"])
def test_missing_files_and_pipes(name, tmp_path):
    with pytest.raises(FileNotFoundError):
        data.read(str(tmp_path / name))
    os.mkfifo(tmp_path / name)
    refused("SPC0552", tmp_path / name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.recursive(st.integers(-9, 9) | st.booleans() | st.none(), st.lists, max_leaves=12))
def test_json_agrees_with_numpy_on_what_is_rectangular(tmp_path, value):
    path = text_file(tmp_path, "x.json", json.dumps(value))
    if shape(value) is None or kinds(value) not in (set(), {int}, {bool}):
        with pytest.raises(Refusal):
            loaded(path)
    else:
        array = loaded(path)["x"]
        assert array.shape == shape(value)
        np.testing.assert_array_equal(array, np.array(value))


def shape(value):
    """The shape of nested lists, or None where they are ragged."""
    if not isinstance(value, list):
        return ()
    inner = {shape(item) for item in value} or {()}
    return None if len(inner) > 1 or None in inner else (len(value), *inner.pop())


def kinds(value):
    return set().union(*map(kinds, value)) if isinstance(value, list) else {type(value)}


def test_an_archive_of_many_members_is_listed_once(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "x.npz", **{f"a{n}": np.full(3, n) for n in range(40)})
    handles = data.read(str(tmp_path / "x.npz"))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert [handle.load()[0] for handle in handles.values()] == list(range(40))


OF_FILES = """\
specc: 1
inputs: {x: {shape: [3]}, t: {tensor: {file: of/TENSOR}}}
layers: [{type: Add, name: sum, from: [x, t]}]
tests:
  - {name: one, inputs: {x: {file: of/TESTED}}, expect: {sum: {shape: [2, 3]}}}
"""


@pytest.mark.parametrize(("tensor", "tested"), [("cut.npy", "x.npy"), ("t.npy", "cut.npy")])
def test_a_file_that_a_spec_names_is_called_as_it_is_named(tmp_path, specc, tensor, tested):
    (tmp_path / "of").mkdir()
    np.save(tmp_path / "of" / "x.npy", np.zeros((2, 3), "f"))
    np.save(tmp_path / "of" / "t.npy", np.zeros(3, "f"))
    whole = (tmp_path / "of" / "x.npy").read_bytes()
    (tmp_path / "of" / "cut.npy").write_bytes(whole[:-4])
    text = OF_FILES.replace("TENSOR", tensor).replace("TESTED", tested)
    (tmp_path / "m.yaml").write_text(text)
    ran = specc("test", tmp_path / "m.yaml")
    said = "`of/cut.npy` cannot be read: its header promises 24 bytes of values, not 20"
    assert said in ran.out + ran.err
