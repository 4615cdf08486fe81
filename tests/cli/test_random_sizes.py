"""A size that an option gives is refused by the name of that option."""

import pytest

SPEC = """\
specc: 1
dims: {seq: {max: 64}}
inputs: {x: {shape: [seq]}}
layers: [{type: Identity}]
"""


@pytest.mark.parametrize(
    ("words", "origin"),
    [
        (["--dim", "seq=500", "--random", "batch=2"], "--dim seq=500"),
        (["--dim", "seq=5", "--random", "batch=2,seq=500"], "--random batch=2,seq=500"),
        (["--random", "seq=500"], "--random seq=500"),
    ],
)
def test_the_origin_of_a_size_is_the_option_that_gave_it(words, origin, specc, tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC)
    ran = specc("run", "model.yaml", *words, folder=tmp_path)
    first = ran.err.splitlines()[1]
    assert ran.status == 1
    assert "500" in first
    assert f"({origin})" in first


def test_a_size_that_fits_is_taken(specc, tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC)
    ran = specc("run", "model.yaml", "--dim", "seq=5", "--random", "batch=2", folder=tmp_path)
    assert (ran.status, ran.err.splitlines()[0]) == (0, "note: random data for batch=2, seq=5")
