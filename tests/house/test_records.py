"""What is declared as a record is what a dataclass would be."""

import copy
from dataclasses import field, fields, replace

import pytest

from spec_compiler.records import entity, record


@record
class Point:
    """Of two numbers, and what is said of them."""

    x: int
    y: int = 0
    said: str = field(default="", compare=False)


@record
class Named(Point):
    """With a name."""

    name: str = ""


@record
class Shown:
    """One that says itself what it is."""

    x: int

    def __repr__(self):
        return f"<{self.x}>"


@record
class Nothing:
    """Without fields."""


@entity
class Place:
    """Of which there is one."""

    name: str
    holds: list = field(default_factory=list)


def test_a_record_is_equal_to_what_has_the_same_fields():
    assert Point(1, 2) == Point(1, y=2)
    assert Point(1, 2) != Point(2, 2)
    assert Point(1, 2) == Point(1, 2, "what is not compared")
    assert hash(Point(1, 2)) == hash(Point(1, 2, "what is not compared"))
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing(), Point(1), Point(1)}) == 2


def test_a_record_is_not_equal_to_another_kind():
    assert Point(1, 2) != Named(1, 2)
    assert Named(1, 2) != Named(1, 2, name="other")
    assert Shown(1) != Point(1)
    assert Point(1, 2) != (1, 2)


def test_an_entity_is_equal_to_itself_alone():
    here = Place("here")
    assert here == here
    assert here != Place("here")
    assert len({here, Place("here")}) == 2
    assert here.holds is not Place("here").holds


def test_a_record_is_shown_as_it_is_written():
    assert repr(Named(1, name="a")) == "Named(x=1, y=0, said='', name='a')"
    assert repr(Shown(3)) == "<3>"
    assert repr(Nothing()) == "Nothing()"


def test_a_record_has_places_for_its_fields_alone():
    with pytest.raises(AttributeError):
        Named(1).other = 2


def test_the_functions_of_dataclasses_take_a_record():
    assert replace(Named(1, name="a"), x=2) == Named(2, name="a")
    assert [part.name for part in fields(Named)] == ["x", "y", "said", "name"]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_a_copy_is_equal(again):
    assert again(Named(1, 2, name="a")) == Named(1, 2, name="a")


def test_a_pattern_takes_a_record_apart():
    match Named(1, 2, name="a"):
        case Named(x, y, name=name):
            assert (x, y, name) == (1, 2, "a")
        case _:
            pytest.fail("a record has its fields in order")
