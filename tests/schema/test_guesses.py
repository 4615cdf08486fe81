"""Guesses at what was meant: how good they are, and that they are bounded by the input."""

import pytest

from spec_compiler import spelling
from spec_compiler.compile import prove_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.spelling import guessing, nearest


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Relu", "relu"), ("masked_zero", "maskedzero"), ("sofmax", "softmax"), ("zzz", None)],
)
def test_a_guess(written: str, meant: str | None) -> None:
    assert nearest(written, ["relu", "maskedzero", "softmax"]) == meant


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many names each guess is compared with."""
    seen: list[int] = []
    compare = spelling.most_similar

    def count(name: str, candidates: list[str]) -> str | None:
        seen.append(len(candidates))
        return compare(name, candidates)

    monkeypatch.setattr(spelling, "most_similar", count)
    return seen


def test_the_guesses_of_a_run_are_bounded_together(
    compared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spelling, "LOOKED_AT", 1000)
    known = [f"layer_{index}" for index in range(300)]
    with guessing():
        answers = [nearest(f"layer_7{end}", known) for end in "xyzwvuts"]
    assert 990 <= sum(compared) <= 1000
    assert answers[0] == answers[1] == "layer_7"
    assert answers[-1] is None
    with guessing():
        assert nearest("layer_7x", known) == "layer_7"


def test_a_guess_that_was_made_is_free(
    compared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spelling, "LOOKED_AT", 1000)
    known = [f"layer_{index}" for index in range(300)]
    with guessing():
        assert {nearest("layer_7x", known) for _ in range(5000)} == {"layer_7"}
        assert sum(compared) == 300
        known.append("layer_7xy")  # another name may be nearer now
        assert nearest("layer_7x", known) == "layer_7xy"
        assert nearest("layer_7x", ["other"]) is None


def test_unknown_layers_are_guessed_within_the_bound(
    compared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spelling, "LOOKED_AT", 2000)
    layers = "".join(
        f"  - {{name: layer{index}, type: Softmax, from: player{index}}}\n" for index in range(200)
    )
    with pytest.raises(SpecError) as caught:
        prove_text(f"specc: 1\ninputs: {{x: {{shape: [3]}}}}\nlayers:\n{layers}", "m.yaml")
    assert len(caught.value.diagnostics.errors) == 200
    assert sum(compared) <= 2000
    first, last = caught.value.diagnostics.errors[0], caught.value.diagnostics.errors[-1]
    assert first.annotation == "did you mean `layer0`?"
    assert last.annotation == ""


def test_nobody_typed_a_very_long_name(compared: list[int]) -> None:
    assert nearest("a" * 5000, ["a" * 4999]) is None
    assert nearest("ab", ["b" * 5000, "abc"]) == "abc"
    assert compared == [1]
