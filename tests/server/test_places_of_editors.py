"""Places in bytes, code units and code points; a reference computes them by encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from spec_compiler.server.text import Text, characters_in, units_before
from spec_compiler.source.characters import tidy
from spec_compiler.spans import Span

UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
LINES = st.text("ab é\u0301🙂𝔸漢\ud800", max_size=12)
TEXTS = st.text("a é🙂\n\r\x0b\u2028\ufeff", max_size=20)


def encoded(text, units):
    encoding, width = UNITS[units]
    return len(text.encode(encoding, "surrogatepass")) // width


@given(LINES, st.sampled_from([*UNITS]))
def test_characters_and_units_are_two_words_for_one_place(line, units):
    for count in range(len(line) + 1):
        before = units_before(line, count, units)
        assert before == encoded(line[:count], units)
        assert characters_in(line, before, units) == count


@given(LINES, st.integers(0, 60), st.sampled_from([*UNITS]))
def test_a_part_of_a_character_is_none_of_it(line, count, units):
    found = characters_in(line, count, units)
    fitting = [n for n in range(len(line) + 1) if encoded(line[:n], units) <= count]
    assert found == fitting[-1]


@given(TEXTS, TEXTS, st.integers(0, 20), st.integers(0, 20), st.sampled_from([*UNITS]))
def test_an_edit_replaces_what_the_editor_means(raw, new, one, two, units):
    start, end = sorted((min(one, len(raw)), min(two, len(raw))))
    if any(raw[at - 1 : at + 1] == "\r\n" for at in (start, end)):
        return  # no place is within the end of a line

    def place(offset):
        before = raw[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return types.Position(len(before) - 1, encoded(before[-1], units))

    text = Text.of(raw).edited(types.Range(place(start), place(end)), new, units)
    assert text.raw == raw[:start] + new + raw[end:]
    assert text.tidy == tidy(text.raw)
    assert "\n".join(text.lines) == text.tidy


@pytest.mark.parametrize("units", UNITS)
def test_a_byte_order_mark_is_a_character_of_the_editor(units):
    places = Text.of("\ufeffab\ncd").places(units)
    mark = encoded("\ufeff", units)
    assert places.place(1, 2) == types.Position(0, mark + 1)
    assert places.position(types.Position(0, mark + 1)) == (1, 2)
    assert places.range(Span("m", 2, 1, 2, 3)).end == types.Position(1, 2)
    assert places.position(types.Position(0, 0)) == (1, 1)
