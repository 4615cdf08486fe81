"""What strangers sent that took too long, too much, or ended in an error of the program."""

import time

import numpy as np
import pytest
from scipy import sparse

import spec_compiler as sc
from spec_compiler.diagnostics import SpecError

HEAD = "specc: 1\ninputs: {x: {shape: [3]}}\n"


def codes(text, **options):
    return [item.code for item in sc.validate(text, **options)]


def test_very_many_references_to_nothing():
    """Each looked at every name for one that is like it: 15,000 took minutes."""
    layers = "".join(f"  - {{type: Identity, from: q{i}}}\n" for i in range(6000))
    start = time.process_time()
    found = codes(f"{HEAD}layers:\n{layers}")
    assert set(found) == {"SPC0203"}
    assert time.process_time() - start < 20


@pytest.mark.parametrize("most", [50, 90, 300])
def test_constraints_that_are_too_much_together(most):
    """`h` is a multiple of all of them: of a number beyond 2^63."""
    listed = ", ".join(f"h % {number} == 0" for number in range(1, most))
    text = (
        "specc: 1\ninputs: {x: {shape: [h, 2]}}\ndims: {h: {min: 1}}\n"
        f"constraints: [{listed}]\nlayers: [{{type: Flatten}}]\n"
    )
    model = sc.compile_text(text)
    with pytest.raises(SpecError, match="SPC05"):
        model(np.ones((1, 6, 2)))


def test_a_shape_with_very_many_names_is_one_mistake():
    names = ", ".join(f"h{number}" for number in range(2000))
    text = f"specc: 1\ninputs: {{x: {{shape: [{names}]}}}}\nlayers: [{{type: Identity}}]\n"
    (found,) = sc.validate(text)
    assert (found.code, found.message) == (
        "SPC0304",
        "`shape` has 2000 axes, and 32 are the most",
    )


CONSTANT = """\
specc: 1
inputs:
  x: {shape: [3]}
  c: {tensor: {file: c.npz}, dtype: int8}
layers:
  - {type: Add, from: [x, c]}
"""


def test_a_constant_in_a_file_may_be_sparse(tmp_path):
    sparse.save_npz(tmp_path / "c.npz", sparse.csr_matrix(np.eye(3)))
    (found,) = sc.validate(CONSTANT, file=str(tmp_path / "m.yaml"))
    assert (found.code, "dense" in found.message, found.span.line) == ("SPC0518", True, 4)


def test_a_constant_in_a_file_may_be_very_large(tmp_path):
    """A hundred million zeros of a byte are 100 KB in the file."""
    np.savez_compressed(tmp_path / "c.npz", c=np.zeros((10**8 // 3, 3), np.int8))
    start = time.process_time()
    (found,) = sc.validate(CONSTANT, file=str(tmp_path / "m.yaml"))
    assert (found.code, found.span.line) == ("SPC0559", 4)
    assert found.help == "make so large a constant a weight"
    assert time.process_time() - start < 5


def test_a_constant_in_a_file_may_be_larger_than_what_can_be_read(tmp_path):
    """Each colon may be an item of a mapping; there is no option that allows a constant more."""
    (tmp_path / "c.json").write_text('"' + ":" * 1_100_000 + '"')
    (found,) = sc.validate(CONSTANT.replace("c.npz", "c.json"), file=str(tmp_path / "m.yaml"))
    assert (found.code, found.help) == ("SPC0559", "make so large a constant a weight")
