"""On the page what is alike is closed to one box, and it is what a summary folds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from spec_compiler.compile import analyze_file, analyze_text
from spec_compiler.folds import parts_of
from spec_compiler.picture.draw import draw

TESTS = Path(__file__).parents[1]
SPECS = sorted(
    path
    for folder in (TESTS.parent / "examples", TESTS / "ports")
    for path in folder.rglob("*.yaml")
)
FEED = """\
blocks:
  feed:
    inputs: {x: {shape: [d]}}
    layers: [{type: Dense, name: up, units: 2 * d}, {type: Dense, name: down, units: d}]
    outputs: down
  twice:
    inputs: {x: {shape: [d]}}
    layers: [{use: feed, name: f1}, {use: feed, name: f2}, {type: ReLU, name: act}]
    outputs: act
"""


def drawn(layers, blocks=FEED):
    text = f"specc: 1\ninputs: {{x: {{shape: [4]}}}}\n{blocks}layers:\n{layers}"
    found = draw(analyze_text(text, "model.yaml"))
    inside = {group.id: [] for group in found.groups}
    for part in (*found.groups, *found.boxes):
        inside.get(part.group, []).append(part.name)
    return {
        (group.name, group.block, group.copies): inside[group.id]
        for group in found.groups
        if group.copies
    }


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        # uses of a block
        (
            "  - {use: feed, name: f1}\n  - {use: feed, name: f2}\n",
            {("f*", "feed", 2): ["f1", "f2"]},
        ),
        # what a use repeats has its group already
        ("  - {use: feed, name: f, repeat: 2}\n", {("f", "feed", 2): ["f.0", "f.1"]}),
        # layers
        (
            "".join(f"  - {{type: Dense, units: 4, name: d{at}}}\n" for at in range(3)),
            {("d*", "Dense", 3): ["d0", "d1", "d2"]},
        ),
        # a sequence: each of its copies is a group
        (
            "".join(
                f"  - {{type: Dense, units: 4, name: b_{at}_mix}}\n"
                f"  - {{type: ReLU, name: b_{at}_act}}\n"
                for at in range(3)
            ),
            {("b_*", "sequence", 3): ["b_0", "b_1", "b_2"]},
        ),
        # in each copy of what is around it
        (
            "  - {use: twice, name: t, repeat: 2}\n",
            {
                ("t", "twice", 2): ["t.0", "t.1"],
                ("t.0.f*", "feed", 2): ["t.0.f1", "t.0.f2"],
                ("t.1.f*", "feed", 2): ["t.1.f1", "t.1.f2"],
            },
        ),
        # of what repeats only a part is alike: the first reads another width
        (
            "  - {type: Dense, units: 4, name: a0}\n  - {use: feed, name: f1}\n",
            {},
        ),
    ],
)
def test_what_is_alike_has_a_group(layers, expected):
    assert drawn(layers) == expected


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(TESTS.parent)))
def test_the_page_folds_what_a_summary_folds(path):
    known = analyze_file(path, weights=False)
    if known.program is None:
        return
    found, plain = draw(known), draw(known, alike=False)
    assert [box.id for box in found.boxes] == [box.id for box in plain.boxes]
    assert found.edges == plain.edges
    seen = {""}
    for group in found.groups:
        assert group.group in seen
        seen.add(group.id)
    assert {box.group for box in found.boxes} <= seen
    assert len(seen) == len(found.groups) + 1

    wanted = Counter()

    def walk(parts):
        for part in parts:
            if part.times > 1:
                wanted[part.times] += part.many // part.times
            walk(part.inside)

    walk(parts_of(known.program))
    groups = Counter(group.copies for group in found.groups if group.copies)
    assert not wanted - groups
    # what a use repeats is a group, also where its copies are not alike
    assert not groups - wanted - Counter(group.copies for group in plain.groups if group.copies)


def test_what_is_refused_keeps_its_blocks_alone():
    layers = "  - {use: feed, name: f1}\n  - {use: feed, name: f2}\n  - {type: Dense, name: bad}\n"
    assert drawn(layers) == {}
