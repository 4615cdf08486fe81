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


def test_dim_takes_several_sizes_as_random_does(specc, tmp_path):
    (tmp_path / "model.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [n]}}\ndims: {n: {}}\nlayers: [{type: ReLU}]\n"
    )
    one = specc("summary", "model.yaml", "--dim", "batch=2,n=3", folder=tmp_path)
    two = specc("summary", "model.yaml", "--dim", "batch=2", "--dim", "n=3", folder=tmp_path)
    assert one.out == two.out
    assert one.status == 0
    twice = specc("summary", "model.yaml", "--dim", "n=2,n=3", folder=tmp_path)
    assert (twice.status, "--dim n: given twice" in twice.err) == (2, True)


@pytest.mark.parametrize("option", ["--threads", "--rows", "--workers"])
@pytest.mark.parametrize("value", ["0", "x"])
def test_a_number_that_is_none_is_said_of_its_option(option, value, specc, tmp_path):
    ran = specc("run", "model.yaml", "--random", "batch=2", option, value, folder=tmp_path)
    assert ran.status == 2
    assert ran.err.startswith(f"error: {option} should be ")
