"""What is read of weights files: headers to prove, data to run, each once, copied rarely."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

import spec_compiler as sc
from spec_compiler.compile import program_of_text
from spec_compiler.data import Allowance
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir import arrays
from spec_compiler.weights import tensors as tensors_module
from spec_compiler.weights.load import load_weights

SPEC = """
specc: 1
dtype: {dtype}
inputs: {{x: {{shape: [3]}}}}
layers:
  - {{type: Dense, name: dense, units: 2}}
weights: {{file: w.safetensors, map: {map}}}
"""
# 1.5, -2, 2^-24 (the least of float16), 65504 (its largest), -0, 0.1 to the nearest
HALVES = bytes.fromhex("003E 00C0 0100 FF7B 0080 662E")
HALF_VALUES = [1.5, -2.0, 2.0**-24, 65504.0, -0.0, 0.0999755859375]
# 1.5, -2, 2^-133 (the least of bfloat16), 255 * 2^120 (its largest), -0, 0.1 to the nearest
BRAINS = bytes.fromhex("C03F 00C0 0100 7F7F 0080 CD3D")
BRAIN_VALUES = [1.5, -2.0, 2.0**-133, 255 * 2.0**120, -0.0, 0.10009765625]


def compiled(folder, dtype="float32", entries="{}"):
    return sc.compile_text(SPEC.format(dtype=dtype, map=entries), file=str(folder / "model.yaml"))


def write(folder, tensors, data):
    """A safetensors file: `tensors` are name, dtype and shape, in the order of the data."""
    header, offset = {}, 0
    for name, dtype, shape in tensors:
        size = int(np.prod(shape)) * {"F16": 2, "BF16": 2, "F32": 4, "F64": 8}[dtype]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / "w.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + data)
    return 8 + len(text), offset


def base(array):
    """The array that the memory of `array` belongs to."""
    while isinstance(array.base, np.ndarray):
        if isinstance(array, np.memmap):
            return array
        array = array.base
    return array


def test_validating_reads_the_header_and_nothing_else(tmp_path, monkeypatch):
    units = 2**26
    start, size = write(
        tmp_path, [("dense.kernel", "F32", [3, units]), ("dense.bias", "F32", [units])], b""
    )
    with open(tmp_path / "w.safetensors", "r+b") as file:
        file.truncate(start + size)  # one gigabyte of nothing: it takes no place on the disk
    read = []
    real = open

    def counting(path, *arguments, **options):
        file = real(path, *arguments, **options)
        if str(path).endswith(".safetensors"):
            take = file.read
            file = Taking(file, lambda count: read.append(count) or take(count))
        return file

    monkeypatch.setattr("builtins.open", counting)
    text = SPEC.format(dtype="float32", map="{}").replace("units: 2", f"units: {units}")
    assert list(sc.validate(text, file=str(tmp_path / "model.yaml"))) == []
    assert sum(read) == start


class Taking:
    """A file whose reading is counted."""

    def __init__(self, file, read):
        self.file, self.read = file, read

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()


def test_a_tensor_of_the_right_dtype_is_mapped_not_copied(tmp_path):
    kernel = np.arange(6, dtype=np.float32).reshape(3, 2)
    save_file({"dense.kernel": kernel, "dense.bias": kernel[0]}, tmp_path / "w.safetensors")
    weights = compiled(tmp_path).weights
    for array in weights.values():
        assert isinstance(base(array), np.memmap)
        assert not array.flags.writeable
    np.testing.assert_array_equal(weights["dense.kernel"], kernel)


def test_a_transpose_is_a_view(tmp_path):
    kernel = np.arange(6, dtype=np.float32).reshape(2, 3)
    save_file({"k": kernel, "dense.bias": kernel[:, 0].copy()}, tmp_path / "w.safetensors")
    found = compiled(tmp_path, entries='{dense.kernel: {from: k, as: "transpose(w)"}}').weights
    assert isinstance(base(found["dense.kernel"]), np.memmap)
    assert found["dense.kernel"].strides == (4, 12)
    np.testing.assert_array_equal(found["dense.kernel"], kernel.T)


@pytest.mark.parametrize(
    ("dtype", "data", "values"), [("F16", HALVES, HALF_VALUES), ("BF16", BRAINS, BRAIN_VALUES)]
)
@pytest.mark.parametrize("model", ["float32", "float64"])
def test_narrow_floats_load_exactly_into_wider_ones(tmp_path, dtype, data, values, model):
    write(tmp_path, [("dense.kernel", dtype, [3, 2]), ("dense.bias", dtype, [2])], data + data[:4])
    found = compiled(tmp_path, model).weights
    assert {array.dtype.name for array in found.values()} == {model}
    assert found["dense.kernel"].ravel().tolist() == values
    assert np.signbit(found["dense.kernel"].ravel()[4])


def test_wide_floats_are_rounded_to_the_dtype_of_the_model(tmp_path):
    # between two neighbours, to the even one: 2^-11 and 3 * 2^-11 in float16, 2^-8 in bfloat16
    values = np.array([1 + 2**-11, 1 + 3 * 2**-11, np.inf, 1 + 2**-8, 1 + 3 * 2**-8, -1e-9])
    save_file(
        {"dense.kernel": values.reshape(3, 2), "dense.bias": values[:2]}, tmp_path / "w.safetensors"
    )
    halves = compiled(tmp_path, "float16").weights["dense.kernel"].ravel()
    assert halves.dtype == np.float16
    assert halves[:3].tolist() == [1.0, 1 + 2**-9, np.inf]
    brains = compiled(tmp_path, "bfloat16").weights["dense.kernel"].ravel()
    assert brains.dtype == np.float32  # arrays have no bfloat16: its values stand in float32
    assert brains[3:5].tolist() == [1.0, 1 + 2**-6]


def test_a_tensor_of_several_weights_is_read_once(tmp_path, monkeypatch):
    write(tmp_path, [("both", "BF16", [2, 3])], BRAINS)
    read = []

    class Counted(tensors_module.Tensors):
        def __getitem__(self, name):
            read.append(name)
            return super().__getitem__(name)

    monkeypatch.setattr("spec_compiler.weights.load.Tensors", Counted)
    entries = (
        '{dense.kernel: {from: both, as: "transpose(w)"}, dense.bias: {from: both, as: "w[:, 0]"}}'
    )
    found = compiled(tmp_path, entries=entries).weights
    assert read == ["both"]
    assert found["dense.bias"].tolist() == [1.5, 255 * 2.0**120]
    assert np.shares_memory(found["dense.kernel"], found["dense.bias"])


MANY = 30
CHAIN = "\n".join(
    [
        "specc: 1",
        "inputs: {x: {shape: [3]}}",
        "layers:",
        *(f"  - {{type: Dense, name: d{n}, units: 3, use_bias: false}}" for n in range(MANY)),
        "weights: {file: w.safetensors, map: %s}",
    ]
)


@pytest.mark.parametrize("how", ["w", "transpose(w)", "w * 2"])
@pytest.mark.parametrize("dtype", ["F32", "BF16"])
def test_a_tensor_is_compared_with_what_is_made_of_it(dtype, how, tmp_path, monkeypatch):
    """Not with all that is made, however many there are; and what stays is counted."""
    names = [f"d{n}.kernel" for n in range(MANY)]
    write(
        tmp_path, [(name, dtype, [3, 3]) for name in names], bytes(MANY * 9 * int(dtype[-2:]) // 8)
    )
    text = CHAIN % f'{{"{{i}}.kernel": {{from: "{{i}}.kernel", as: {how}}}}}'
    program = program_of_text(text, str(tmp_path / "model.yaml"), diagnostics=Diagnostics())
    compared, share = [], np.may_share_memory
    monkeypatch.setattr(
        arrays.np, "may_share_memory", lambda *of: compared.append(of) or share(*of)
    )
    allowance = Allowance(10**6)
    weights = load_weights(program, allowance)
    assert MANY <= len(compared) <= 2 * MANY
    mapped = [isinstance(base(array), np.memmap) for array in weights.values()]
    assert mapped == [dtype == "F32" and how != "w * 2"] * MANY
    assert allowance.held == (0 if all(mapped) else MANY * 9 * 4)


def test_a_missing_file_is_a_warning_to_prove_and_an_error_to_run(specc, tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC.format(dtype="float32", map="{}"))
    (tmp_path / "x.json").write_text("[[1, 2, 3]]")
    status, out, err = specc("validate", "model.yaml", folder=tmp_path)
    assert (status, (out + err).count("warning[SPC0610]")) == (0, 1)
    status, _, err = specc("run", "model.yaml", "--input", "x=x.json", folder=tmp_path)
    assert status == 1
    assert err.count("error[SPC0610]") == 1
    assert "warning" not in err
