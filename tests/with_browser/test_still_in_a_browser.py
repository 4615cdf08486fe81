"""A still picture in a browser: text of the machine's fonts fits, and the theme is the reader's."""

import json
from itertools import pairwise

import pytest
from browser import until
from pictures import STACK, picture

from spec_compiler.picture.picture import Box, Edge, Picture, Tensor
from spec_compiler.picture.still.svg import svg

NAMES = ("embedding_of_the_question", "日本語の長い名前です", "W" * 30, "iiii")


@pytest.fixture
def opened(browser, tmp_path):
    pages = []

    def show(text, **settings):
        path = tmp_path / f"picture{len(pages)}.svg"
        path.write_text(text, "ascii")
        pages.append(browser.open(path.as_uri(), drawn=False, **settings))
        until(lambda: pages[-1].run("document.querySelectorAll('.node').length") > 0)
        return pages[-1]

    yield show
    for page in pages:
        assert page.complaints() == []
        assert page.requests() == []
        page.close()


def named():
    """Boxes with long, wide and narrow names, each with an edge to the next."""
    boxes = [
        Box(f"n{index}", name, name, "layer", "", (Tensor("", "[batch, 64]", "float32"),))
        for index, name in enumerate(NAMES)
    ]
    ends = [(one.id, other.id) for one, other in pairwise(boxes)]
    edges = [Edge(source, target, "", "[batch, 64] float32") for source, target in ends]
    return Picture("m.yaml", "names", "", "", tuple(boxes), (), tuple(edges))


def test_text_stays_in_its_box(opened):
    page = opened(svg(named()))
    overhang = """[...document.querySelectorAll('.node')].flatMap(node => {
      const body = node.querySelector('.body').getBoundingClientRect();
      return [...node.querySelectorAll('text')].map(text => {
        const { left, right } = text.getBoundingClientRect();
        return Math.max(body.left - left, right - body.right);
      });
    })"""
    found = page.run(overhang)
    assert len(found) == 2 * len(NAMES)
    assert max(found) < 0


@pytest.mark.parametrize(
    ("dark", "ground"), [(False, "rgb(246, 247, 249)"), (True, "rgb(18, 22, 29)")]
)
def test_the_theme_is_that_of_the_reader(opened, dark, ground):
    page = opened(svg(named()), dark=dark)
    assert page.run("getComputedStyle(document.querySelector('.ground')).fill") == ground


def test_the_page_and_the_picture_are_laid_out_alike(opened, shown):
    text = STACK.replace("repeat: 12", "repeat: 1")
    still = opened(svg(picture(text)))
    page = shown(text)
    page.click("#open")
    tops = """Object.fromEntries([...document.querySelectorAll('.node')].map(node => [
      node.querySelector('.name').textContent,
      Math.round(Number(/ (-?[0-9.]+)/.exec(node.getAttribute('transform'))[1])),
    ]))"""
    assert json.dumps(still.run(tops)) == json.dumps(page.run(tops))
