"""A document that is being written, and places in it."""

import pytest

from spec_compiler.authoring.document import Position, read_document

TEXT = "specc: 1\r\ninputs: {x: {shape: [4]}}\r\nlayers:\r\n- type: Dense\r\n  units: 2 # 🙂\r\n"


@pytest.fixture
def document():
    return read_document(TEXT, "model.yaml")


def test_a_document_knows_what_is_written(document):
    assert document.text == TEXT.replace("\r", "")
    assert document.lines[3] == "- type: Dense"
    assert [*document.analysis.program.steps] == ["dense"]
    assert not document.recovered
    assert not document.is_json


@pytest.mark.parametrize("offset", range(len(TEXT) - 4))
def test_places_and_offsets_are_two_words_for_one_thing(document, offset):
    position = document.position(offset)
    assert document.offset(position) == offset
    assert document.clamped(position) == position


@pytest.mark.parametrize(
    ("wrong", "right"),
    [((0, 0), (1, 1)), ((99, 1), (6, 1)), ((2, 99), (2, 26)), ((-5, 2), (1, 2)), ((5, 0), (5, 1))],
)
def test_a_place_beyond_the_text_is_the_nearest_in_it(document, wrong, right):
    assert document.clamped(Position(*wrong)) == Position(*right)


def test_a_span_covers_its_both_ends(document):
    span = document.analysis.node.get("layers").value[0].get("type").span
    covered = [column for column in range(1, 15) if document.covers(span, Position(4, column))]
    assert covered == [*range(span.column, span.end_column + 1)] == [*range(9, 15)]
