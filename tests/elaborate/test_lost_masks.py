"""Who would lose a mask is told the way that it took."""

import pytest

import spec_compiler as sc


def way_of(count):
    """The note about the path of a mask through so many layers, counted from what makes it."""
    names = [f"l{i}" for i in range(count)]
    listed = "".join(f"  - {{type: Dropout, rate: 0.5, name: {name}}}\n" for name in names)
    text = (
        f"specc: 1\ninputs: {{x: {{shape: [5, 3], mask: true}}}}\nlayers:\n{listed}"
        "  - {type: Reshape, name: end, target_shape: [15]}\n"
    )
    (found,) = [item for item in sc.validate(text) if item.code == "SPC0410"]
    return found.notes[0].removeprefix("path of the mask: ").split(" -> ")


@pytest.mark.parametrize("count", [1, 5, 6])
def test_up_to_eight_are_named_each(count):
    assert way_of(count) == ["x", *(f"l{i}" for i in range(count)), "end"]


def test_of_more_the_first_three_and_the_last_four_are_named():
    assert way_of(7) == ["x", "l0", "l1", "…", "l4", "l5", "l6", "end"]
    assert way_of(20) == ["x", "l0", "l1", "…", "l17", "l18", "l19", "end"]
