"""Graphs with many edges are drawn, too: in seconds, at a width that can be looked at."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.picture.draw import draw_program
from spec_compiler.picture.still.svg import svg

SPACE = "{http://www.w3.org/2000/svg}"
HEAD = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n"


def dense(count):
    """Each layer reads all before it."""
    lines = ["  - {type: Dense, units: 4, name: d0}\n", "  - {type: Dense, units: 4, name: d1}\n"]
    for at in range(2, count):
        read = ", ".join(f"d{one}" for one in range(at))
        lines.append(f"  - {{type: Concatenate, name: c{at}, from: [{read}]}}\n")
        lines.append(f"  - {{type: Dense, units: 4, name: d{at}, from: c{at}}}\n")
    return HEAD + "".join(lines)


def between_all(count):
    """Each of a row reads each of the row above."""
    above = [f"  - {{type: Dense, units: {2 + at}, name: a{at}, from: x}}\n" for at in range(count)]
    read = ", ".join(f"a{at}" for at in range(count))
    below = [f"  - {{type: Concatenate, name: b{at}, from: [{read}]}}\n" for at in range(count)]
    return HEAD + "".join(above + below)


class Place:
    """A box of a drawing, in its coordinates."""

    def __init__(self, node):
        self.left, self.top = map(float, re.findall(r"[\d.-]+", node.get("transform")))
        body = node.find(f"{SPACE}rect[@class='body']")
        self.right = self.left + float(body.get("width"))
        self.bottom = self.top + float(body.get("height"))


def drawn(text):
    picture = draw_program(program_of_text(text, "model.yaml"))
    root = ElementTree.fromstring(svg(picture))  # noqa: S314 - our own
    groups = [*root.iter(f"{SPACE}g")]
    nodes = [one for one in groups if (one.get("class") or "").startswith("node")]
    edges = [one for one in groups if (one.get("class") or "").startswith("edge")]
    return picture, root, [Place(one) for one in nodes], edges


@pytest.mark.parametrize("count", [12, 40])
def test_what_is_read_by_all_that_follow_runs_beside_the_boxes(count):
    picture, root, places, edges = drawn(dense(count))
    assert len(edges) == len(picture.edges) + 1  # and one of the legend, which explains them
    assert "read further down, too" in [one.text for one in root.iter(f"{SPACE}text")]
    aside = [one for one in edges[:-1] if "aside" in one.get("class")]
    assert len(aside) > len(picture.edges) // 2
    # what is left is a chain: all boxes stand one below the other
    assert max(one.left for one in places) < min(one.right for one in places)
    assert float(root.get("width")) < 400 + 12 * count
    for edge in aside:
        path = edge.find(f"{SPACE}path").get("d")
        points = [tuple(map(float, one)) for one in re.findall(r"([\d.-]+) ([\d.-]+)", path)]
        x = max(across for across, _ in points)
        top, bottom = points[0][1], points[-1][1]
        assert all(
            x > one.right for one in places if one.top < max(top, bottom) and one.bottom > top
        )


def test_a_few_that_run_abreast_stay_between_the_boxes():
    """A network like a U, four levels deep: no line goes aside."""
    down = "".join(f"  - {{type: Dense, units: {8 - at}, name: d{at}}}\n" for at in range(5))
    below = ["u1", "u2", "u3", "d4"]
    up = "".join(
        f"  - {{type: Concatenate, name: c{at}, from: [{below[at]}, d{at}]}}\n"
        f"  - {{type: Dense, units: {8 - at}, name: u{at}}}\n"
        for at in reversed(range(4))
    )
    _, _, _, edges = drawn(HEAD + down + up)
    assert not [one for one in edges if "aside" in one.get("class")]


def test_what_one_gives_to_many_is_said_once():
    picture, root, places, edges = drawn(between_all(12))
    assert len(edges) == len(picture.edges)
    labels = [one.text for one in root.iter(f"{SPACE}text") if "label" in one.get("class")]
    # x says it once, and each of twelve; the last is the output
    assert len(labels) == 1 + 12 + 1
    assert float(root.get("width")) < 12 * 300
    rows = sorted({round(one.top) for one in places})
    assert len(rows) == 4  # the input, both rows, the output


def test_in_long_pictures_what_is_far_runs_beside_the_boxes():
    lines = [f"  - {{type: Dense, units: {3 + at % 5}, name: l{at}}}\n" for at in range(300)]
    lines[280] = "  - {type: Concatenate, name: l280, from: [l279, l3]}\n"
    _, _, places, edges = drawn(HEAD + "".join(lines))
    aside = [one for one in edges if "aside" in one.get("class")]
    assert len(aside) == 2  # and the one of the legend
    assert len({round(one.top) for one in places}) == 302
