"""Published models: none needs a trick for positions, class tokens or tied weights."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import spec_compiler as sc
from spec_compiler.diagnostics import Severity

PORTS = sorted((Path(__file__).parent / "ports").glob("*.yaml"))


@pytest.mark.parametrize("path", PORTS, ids=[path.stem for path in PORTS])
def test_it_is_valid_and_nothing_is_left_to_the_data(path):
    found = sc.validate(path.read_text(), file=str(path))
    assert {item.code for item in found} <= {"SPC0610"}, found  # the weights are not kept here
    assert all(item.severity is Severity.WARNING for item in found)


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in PORTS if "\ntests:" in path.read_text()],
)
def test_its_own_tests_pass(path, specc):
    status, out, _ = specc("test", str(path))
    assert status == 0, out


def test_a_published_file_of_gpt2_fits_and_is_computed_with(tmp_path):
    width, vocab, places = 16, 100, 32
    rng = np.random.default_rng(0)
    shapes = {"wte.weight": (vocab, width), "wpe.weight": (places, width)}
    shapes |= {"ln_f.weight": (width,), "ln_f.bias": (width,)}
    for i in (0, 1):
        for name, rows, columns in (
            ("attn.c_attn", width, 3 * width),
            ("attn.c_proj", width, width),
            ("mlp.c_fc", width, 4 * width),
            ("mlp.c_proj", 4 * width, width),
        ):
            shapes |= {f"h.{i}.{name}.weight": (rows, columns), f"h.{i}.{name}.bias": (columns,)}
        for name in ("ln_1", "ln_2"):
            shapes |= {f"h.{i}.{name}.{part}": (width,) for part in ("weight", "bias")}
    tensors = {name: rng.normal(0, 0.1, of).astype("float32") for name, of in shapes.items()}
    for i in (0, 1):  # blocks that add nothing: what is left are the ends
        for name in ("attn.c_proj", "mlp.c_proj"):
            for part in ("weight", "bias"):
                tensors[f"h.{i}.{name}.{part}"][...] = 0
    save_file(tensors, tmp_path / "gpt2.safetensors")
    text = next(path for path in PORTS if path.stem == "gpt2").read_text()
    model = sc.compile_text(text, file=str(tmp_path / "gpt2.yaml"))
    assert list(model.diagnostics) == []
    tokens = np.array([[5, 99, 0, 7]])
    x = tensors["wte.weight"][tokens] + tensors["wpe.weight"][:4]
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    x = x * tensors["ln_f.weight"] + tensors["ln_f.bias"]
    np.testing.assert_allclose(model(tokens), x @ tensors["wte.weight"].T, rtol=1e-4, atol=1e-5)
