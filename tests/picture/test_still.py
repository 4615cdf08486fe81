"""A still picture shows what the spec says, is whole, and holds names as text."""

import re
import struct
import xml.etree.ElementTree as ElementTree
import zlib
from dataclasses import replace
from importlib.resources import files

import pytest
import resvg_py
from pictures import HOSTILE, SMALL, STACK

from spec_compiler.cli.depth import parts_shown
from spec_compiler.compile import program_of_text
from spec_compiler.picture.draw import draw_program
from spec_compiler.picture.folded import folded
from spec_compiler.picture.picture import Box, Edge, Group, Picture, Tensor
from spec_compiler.picture.still.png import FONT_FILES, THERE, png
from spec_compiler.picture.still.staging import drawn
from spec_compiler.picture.still.svg import svg

SPACE = "{http://www.w3.org/2000/svg}"
SIGNS = ("\x00", "\x0b", "\ufffe", "\uffff", "\ud800", "\x7f")
ODD = (*HOSTILE, *SIGNS, "a\ttab", "日本語の名前", "\\x00")


def still(text, depth="auto"):
    program = program_of_text(text, "model.yaml")
    return folded(draw_program(program), parts_shown(program, depth, no_fold=False))


def parsed(text):
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def words(root, name=""):
    """The texts that are drawn, of one class or of all."""
    found = root.iter(f"{SPACE}text")
    return ["".join(one.itertext()) for one in found if not name or name == words_class(one)]


def words_class(line):
    return line.get("class").split()[0]


def test_layers_edges_and_masks_are_in_it():
    root = parsed(svg(still(SMALL)))
    names = ["small", "x", "keep", "c", "wide", "reader", "again", "end", "again"]
    assert words(root, "name") == names
    assert words(root, "kind")[:5] == [
        "3 layers, 40 parameters",  # 3·4+4 and 4·(4+1+1)·1; the weights of `wide` are used twice
        "constant",
        "Dense",
        "LSTM",
        "Dense",
    ]
    labels = words(root, "label")
    assert labels.count("mask [batch, steps]") == 2
    assert labels.count("as mask") == 1
    assert "state_h: [batch, 1] float32" in labels
    assert len([one for one in root.iter() if one.get("class") == "edge weights"]) == 2


def test_uses_of_the_same_weights_move_nothing():
    text = """\
specc: 1
inputs: {left: {shape: [16]}, right: {shape: [16]}}
layers:
  - {type: Dense, units: 8, name: one, from: left}
  - {reuse: one, name: two, from: right}
  - {type: Dot, axes: 1, name: near, from: [one, two]}
"""
    root = parsed(svg(still(text)))
    places = {words(one, "name")[0]: box_of(one) for one in root.iter() if is_node(one)}
    assert places["one"][1] == places["two"][1]
    assert places["left"][1] == places["right"][1]


def test_the_name_of_a_frame_has_a_place_of_its_own():
    root = parsed(svg(still(STACK, "all")))
    labels = [one for one in root.iter() if one.get("class") == "under"]
    names = [one for one in root.iter() if one.get("class") == "frame-name"]
    assert len(names) == 24  # each of 12 encoders, and what feeds in it
    for name in names:
        x, y = float(name.get("x")), float(name.get("y"))
        room = (x, y - 10, x + 0.602 * 11 * len(name.text), y + 3)
        assert all(apart(room, corners(label)) for label in labels)
        assert all(apart(room, box_of(one)) for one in root.iter() if is_node(one))


def test_the_legend_says_what_is_there_and_nothing_else():
    def legend(text):
        return words(next(one for one in parsed(svg(still(text))) if one.get("class") == "legend"))

    assert legend(SMALL) == [
        "a mask goes beside the value",
        "read as the mask",
        "the same weights",
        "numbers in boxes: parameters",
    ]
    assert legend(STACK)[-2:] == [
        "from one copy to the next",
        "numbers in boxes: parameters, of all copies",
    ]
    plain = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Flatten, name: f}]\n"
    assert legend(plain) == []


def test_a_fold_is_one_box_and_says_how_many():
    root = parsed(svg(still(STACK, "1")))
    assert words(root, "kind")[0] == "51 layers, 30,746 parameters"
    assert "encoder ×12" in words(root, "kind")
    assert len([one for one in root.iter() if one.get("class") == "behind"]) == 1
    names = words(root, "name")
    assert len(names) == 1 + 1 + 4 + 1  # the title, an input, layers, an output


def test_an_open_block_is_a_frame_around_what_is_in_it():
    root = parsed(svg(still(STACK.replace("repeat: 12", "repeat: 1"), "all")))
    frames = [one.find(f"{SPACE}rect") for one in root.iter() if one.get("class") == "frame"]
    boxes = {words(one, "name")[0]: box_of(one) for one in root.iter() if is_node(one)}
    assert len(frames) == 2
    outer, inner = (corners(frame) for frame in frames)
    assert inside(boxes["mix"], outer)
    assert inside(boxes["up"], inner)
    assert inside(boxes["down"], inner)
    assert inside(inner, outer)
    assert not inside(boxes["mix"], inner)
    assert not inside(boxes["probs"], outer)


def is_node(one):
    return one.get("class", "").startswith("node ")


def corners(rect, x=0.0, y=0.0):
    left, top = x + float(rect.get("x", 0)), y + float(rect.get("y", 0))
    return left, top, left + float(rect.get("width")), top + float(rect.get("height"))


def box_of(node):
    x, y = map(float, re.findall(r"-?[\d.]+", node.get("transform")))
    (body,) = [one for one in node if one.get("class") == "body"]
    return corners(body, x, y)


def inside(one, other):
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("text", [SMALL, STACK, STACK.replace("mix", "m" * 80)])
@pytest.mark.parametrize("depth", ["1", "all"])
def test_boxes_are_apart_and_their_text_is_in_them(text, depth):
    root = parsed(svg(still(text, depth)))
    nodes = [one for one in root.iter() if is_node(one)]
    places = [box_of(one) for one in nodes]
    for index, place in enumerate(places):
        assert all(apart(place, other) for other in places[:index])
    for node, (left, _, right, _) in zip(nodes, places, strict=True):
        for line in node.iter(f"{SPACE}text"):
            size = 13 if line.get("class") == "name" else 11
            wide = 0.602 * size * len("".join(line.itertext()))
            if line.get("text-anchor") is None:
                assert float(line.get("x")) + wide <= right - left


def renamed(name):
    """A picture all of whose words are a name."""
    box = Box("n0", name, name, "layer", "f0", (Tensor(name, name, name, name),))
    edge = Edge("n0", "n1", name, name, name)
    group = Group("f0", name, name, copies=2)
    return Picture(
        name, name, name, name, (box, replace(box, id="n1", group="")), (group,), (edge,)
    )


@pytest.mark.parametrize("name", ODD)
def test_names_of_strangers_are_text_that_can_be_seen(name):
    made = svg(renamed(name))
    root = parsed(made)
    plain = parsed(svg(renamed("n")))
    assert [one.tag for one in root.iter()] == [one.tag for one in plain.iter()]
    assert made.isascii()
    assert all(sign.isprintable() or sign == "\n" for sign in "".join(root.itertext()))
    shown = words(root, "name")
    assert len(shown) == 3
    if name.isprintable() and len(name) <= 36:
        assert set(shown) == {name}
    assert pixels(png(renamed(name), 1))[0] == drawn(renamed(name)).width


def test_signs_that_act_are_written_out():
    made = words(parsed(svg(renamed("a\x00\x0b\u202e\ufffe\ud800"))), "name")[0]
    assert made == r"a\x00\x0b\u202e\ufffe\ud800"


def test_it_loads_nothing_and_runs_nothing():
    made = svg(still(SMALL))
    assert re.findall(r"https?://[^\"]*", made) == ["http://www.w3.org/2000/svg"]
    assert {one.tag.removeprefix(SPACE) for one in parsed(made).iter()} <= {
        *("svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text")
    }
    names = {name for one in parsed(made).iter() for name in one.keys()}  # noqa: SIM118
    assert not any(name.startswith("on") or "href" in name for name in names)
    assert "var(" not in made
    assert "@import" not in made
    assert set(re.findall(r"url\(([^)]*)\)", made)) == {"#arrow"}


def test_those_who_do_not_see_it_are_told_what_it_shows():
    root = parsed(svg(still(SMALL)))
    assert root.get("role") == "img"
    assert [one.tag.removeprefix(SPACE) for one in root][:2] == ["title", "desc"]
    assert root[0].text == "small"
    assert "wide: Dense, [batch, steps, 4] float32 with a mask." in root[1].text


def test_light_and_dark_are_the_colours_of_the_page():
    picture = still(SMALL)
    both, light, dark = svg(picture), svg(picture, "light"), svg(picture, "dark")
    media = "@media (prefers-color-scheme: dark)"
    assert media in both
    assert media not in light + dark
    assert "#12161d" not in light  # the ground of the page's dark theme
    assert "#12161d" in dark
    assert "#f6f7f9" not in dark
    before, _, after = both.partition(media)
    assert "#f6f7f9" in before
    assert "#12161d" in after


def test_the_same_picture_is_the_same_bytes():
    assert svg(still(STACK)) == svg(still(STACK))
    assert png(still(STACK)) == png(still(STACK))


def pixels(image):
    """Width, height and the rows of an image of eight bits and four channels, unfiltered."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, head = 8, b"", ()
    while at < len(image):
        size, kind = struct.unpack(">I4s", image[at : at + 8])
        body = image[at + 8 : at + 8 + size]
        assert struct.unpack(">I", image[at + 8 + size : at + 12 + size])[0] == zlib.crc32(
            kind + body
        )
        head = struct.unpack(">IIBBBBB", body) if kind == b"IHDR" else head
        data += body if kind == b"IDAT" else b""
        at += 12 + size
    assert head[2:] == (8, 6, 0, 0, 0)
    return head[0], head[1], zlib.decompress(data)


def test_an_image_has_the_size_of_the_drawing_times_the_scale():
    picture = still(SMALL)
    made = drawn(picture)
    for scale in (1, 2):
        wide, high, data = pixels(png(picture, scale))
        assert (wide, high) == (made.width * scale, made.height * scale)
        assert len(data) == high * (4 * wide + 1)


def test_an_image_has_its_text_where_a_machine_has_no_fonts(monkeypatch, tmp_path):
    # without the machine's fonts, which are left out where every sign is in the font of specc
    one = "specc: 1\nname: {name}\ninputs: {{x: {{shape: [2]}}}}\nlayers: [{{type: Flatten}}]\n"
    there, gone = (pixels(png(still(one.format(name=name)), 1)) for name in ("abc", '""'))
    assert there[:2] == gone[:2]
    assert there[2] != gone[2]


def test_the_font_has_the_signs_that_it_is_said_to_have():
    folder = files("spec_compiler.picture").joinpath("still", "font")
    empty, line = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">' + text + "</svg>"
        for text in ("", '<text y="15" font-family="Specc Mono">{}</text>')
    )

    def painted(text, name):
        fonts = [str(folder.joinpath(name))]
        return resvg_py.svg_to_bytes(svg_string=text, font_files=fonts, skip_system_fonts=True)

    for name in FONT_FILES:
        absent = {painted(empty, name), painted(line.format("\u540d"), name)}
        signs = [chr(code) for code in THERE if chr(code).isprintable()]
        assert [sign for sign in signs if painted(line.format(sign), name) in absent] == []


def test_a_wide_sign_takes_two_columns():
    def width(name):
        box = Box("n0", name, "Dense", "layer")
        (node,) = filter(is_node, parsed(svg(Picture("", "", "", "", (box,), (), ()))).iter())
        left, _, right, _ = box_of(node)
        return right - left

    assert width("\u540d" * 20) - width("n" * 20) == pytest.approx(20 * 0.602 * 13, abs=1)
