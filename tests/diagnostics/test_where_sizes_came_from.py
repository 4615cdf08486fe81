"""A message shows where each size and dtype came from that is not written at its place."""

import json
import re
from math import prod
from pathlib import Path

import pytest

import spec_compiler as sc
from spec_compiler.codes import CODES
from spec_compiler.layers import LAYERS
from spec_compiler.reference.example_spec import example_spec
from tests.diagnostics.slips import read

HERE = Path(__file__).parent
OF_SIZES = ("SPC03", "SPC04")
HELD = {
    "SPC0307": "the formula names what is divided",
    "SPC0308": "a number that is asked for: a size is at least 0, or 1",
    "SPC0313": "the two sides, in numbers; the names in them are shown",
    "SPC0321": "counts operands of an equation",
    "SPC0331": "counts labels of an equation",
    "SPC0334": "counts labels of an equation",
    "SPC0340": "counts inputs",
    "SPC0343": "counts states",
    "SPC0350": "counts inputs",
    "SPC0362": "lists the axes of any order",
}
"""Codes with numbers that are no sizes of tensors, and what they are."""
BESIDE = re.compile(
    r"(?:\b(?:axis|axes|inputs?|rank|entry|has axes|axes are|to|at least|at most|rank, not"
    r"|rank, not \d and) |[\w.`\[-])$"
)
"""What stands before a number that is no size."""
TYPE = re.compile(r"(?:\b(?:bool|bfloat16|u?int\d+|float\d+))?\[[^\]]*\]")


def specs():
    """Broken specs: of codes, of layers' pages, of authors' slips, and more."""
    for code in CODES.values():
        if code.code.startswith(OF_SIZES) and code.wrong and not code.files:
            yield code.code, code.wrong
    for table in sorted(HERE.glob("*.txt")):
        for name, slip in read(table):
            if slip.said.startswith(OF_SIZES):
                yield name, slip.around.replace("@", re.sub("[«»]", "", slip.wrong))
    for name, layer in LAYERS.items():
        for index, example in enumerate(layer.examples):
            if (example.refuses or "").startswith(OF_SIZES):
                yield f"{name}-{index}", json.dumps(example_spec(layer, example))
    more = (HERE / "sizes_from_elsewhere.specs").read_text()
    for index, text in enumerate(more.strip().split("\n\n")):
        inputs, *layers = text.splitlines()
        dims = "".join(f"{name}: {{}}, " for name in "nk" if re.search(rf"\b{name}\b[,\]]", inputs))
        head = f"specc: 1\ndims: {{{dims.rstrip(', ')}}}\n" if dims else "specc: 1\n"
        yield f"more-{index}", f"{head}{inputs}\nlayers:\n" + "".join(f"  {x}\n" for x in layers)


SPECS = dict(specs())


def shown(text, span):
    """The characters of a span that stand on its first line."""
    line = text.splitlines()[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]


def unexplained(text, found):
    """The sizes in a message that stand neither at its place nor in a label."""
    places = [shown(text, span) for span in (found.span, *(label.span for label in found.labels))]
    said = " ".join((*places, found.annotation, *(label.text for label in found.labels)))
    # a type is explained as a whole, by who gives it; what is written is there
    message = TYPE.sub("", found.message) if found.labels else found.message
    sizes = [int(size) for size in re.findall(r"\bis (\d+)", said)]
    products = {
        str(prod(sizes)),
        *(_elements(shape) for shape in TYPE.findall(found.message + said)),
    }
    message = re.sub(r"`[^`]*`", lambda quote: "" if quote[0][1:-1] in said else quote[0], message)
    for number in re.finditer(r"\d+", message):
        written = re.search(rf"(?<![\w.]){number[0]}(?!\w)", said)
        if (
            not written
            and number[0] not in products
            and not BESIDE.search(message[: number.start()])
        ):
            yield number[0]


def _elements(shape):
    """The number of elements of a shape, as it is written."""
    return str(prod(int(size) for size in re.findall(r"(?<![\w])\d+", shape)))


def findings(text):
    return [item for item in sc.validate(text) if item.code.startswith(OF_SIZES)]


def test_there_are_many():
    assert sum(1 for text in SPECS.values() for _ in findings(text)) >= 120


@pytest.mark.parametrize("name", SPECS)
def test_each_size_is_shown_where_it_comes_from(name):
    text = SPECS[name]
    found = findings(text)
    assert found, [item.message for item in sc.validate(text)]
    for item in found:
        if item.code not in HELD:
            assert list(unexplained(text, item)) == [], (item.message, item.labels)


@pytest.mark.parametrize("name", SPECS)
def test_a_label_stands_in_its_line(name):
    text = SPECS[name]
    lines = text.splitlines()
    for item in findings(text):
        assert "?" not in TYPE.sub("", item.message), item.message
        spans = [label.span for label in item.labels]
        assert len(set(spans)) == len(spans), item.labels
        for span in (item.span, *spans):
            assert 1 <= span.line <= len(lines)
            assert 1 <= span.column <= len(lines[span.line - 1])
            if span.end_line == span.line:
                assert span.column < span.end_column <= len(lines[span.line - 1]) + 1
