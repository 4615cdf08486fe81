"""Where places are after an edit."""

import random

import pytest

from spec_compiler.authoring.document import Position
from spec_compiler.authoring.text_change import text_change

OLD = ["a: 1", "b: [x, y]", "c: 3", "d: 4"]


@pytest.mark.parametrize(
    ("new", "places"),
    [
        (OLD, {(1, 1): (1, 1), (4, 5): (4, 5)}),
        (["new", *OLD], {(1, 1): (2, 1), (4, 5): (5, 5)}),
        ([*OLD, "e"], {(1, 1): (1, 1), (4, 5): (4, 5)}),
        (["a: 1", "c: 3", "d: 4"], {(1, 3): (1, 3), (2, 3): None, (3, 5): (2, 5)}),
        # typed in a line: what is before it stays, what is behind it goes on
        (["a: 1", "b: [x, zz, y]", "c: 3", "d: 4"], {(2, 4): (2, 4), (2, 10): (2, 14)}),
        (["a: 1", "b: [y]", "c: 3", "d: 4"], {(2, 6): None, (2, 8): (2, 5), (2, 10): (2, 7)}),
        (["a: 1", "b: []", "c", "d: 4"], {(2, 3): None, (3, 3): None, (4, 1): (4, 1)}),
        ([""], {(1, 1): None, (4, 5): None}),
    ],
)
def test_places_move_with_what_is_around_them(new, places):
    edit = text_change(OLD, new)
    assert {place: edit.position(Position(*place)) for place in places} == places


@pytest.mark.parametrize("seed", range(50))
def test_what_is_at_a_place_is_there_afterwards(seed):
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    old = "".join(chance.choice("ab \n") for _ in range(40))
    start, end = sorted(chance.randrange(41) for _ in range(2))
    new = old[:start] + chance.choice(["", "x", "yy\n", "\n\n"]) + old[end:]
    before, after = old.split("\n"), new.split("\n")
    edit = text_change(before, after)
    for line, text in enumerate(before, 1):
        for column in range(1, len(text) + 2):
            place = edit.position(Position(line, column))
            if place is not None:
                rest = after[place.line - 1][place.column - 1 :]
                lead = after[place.line - 1][: place.column - 1]
                assert text[column - 1 :] == rest or text[: column - 1] == lead
