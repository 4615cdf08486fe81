"""What is remembered from one analysis of a text to the next changes nothing that is found."""

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from random_specs import specs
from test_changed_specs import KEYS, VALUES, places

from spec_compiler.compile import analyze_text
from spec_compiler.elaborate.remembered import Remembered
from spec_compiler.ir.text import print_graph
from spec_compiler.runtime.inside import looking_at, results

ROOT = Path(__file__).parents[2]
MODELS = sorted([*ROOT.glob("examples/*/*.yaml"), *ROOT.glob("tests/ports/*/*.yaml")])


def found(text, file, remembered=None):
    """What an analysis finds: its findings, and the graph with its values numbered as they come."""
    more = {} if remembered is None else {"remembered": remembered}
    known = analyze_text(text, file, weights=False, **more)
    numbers = {}
    graph = made = None
    if known.program is not None:
        looked = looking_at(known.program, results(known.program))
        lines = print_graph(known.program.graph).splitlines()  # bodies have numbers of their own
        lines += print_graph(looked.graph).splitlines()
        graph = [
            re.sub(r"%\d+", lambda of: numbers.setdefault(of[0], f"%{len(numbers)}"), line)
            if not line.startswith(" ")
            else line
            for line in lines
        ]
        made = {
            step.name: (step.nodes, sorted(step.weights)) for step in known.program.steps.values()
        }
    return list(known.found), known.found.unchecked, graph, made


@given(st.data())
def test_a_spec_that_is_changed_again_and_again(data):
    whole = json.loads(json.dumps(data.draw(specs(largest=5)).document))
    remembered, document = Remembered(), whole
    for _ in range(5):
        text = json.dumps(document)
        note(text)
        assert found(text, "m.json", remembered) == found(text, "m.json")
        document = json.loads(json.dumps(whole))  # most changes are taken back
        container = data.draw(st.sampled_from(places(document)))
        if isinstance(container, list):
            container[data.draw(st.integers(0, len(container) - 1))] = data.draw(VALUES)
        elif data.draw(st.booleans()):
            container[data.draw(st.sampled_from(sorted(container)))] = data.draw(VALUES)
        else:
            container[data.draw(KEYS)] = data.draw(VALUES)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.parent.name + "/" + path.name)
def test_a_model_that_is_edited(path):
    lines = path.read_text().splitlines(keepends=True)
    draw, remembered = random.Random(path.name), Remembered()  # noqa: S311 - chosen slips
    for _ in range(8):
        edited, at = list(lines), draw.randrange(len(lines))
        slip = draw.choice(
            (
                lambda line: "",
                lambda line: line + line,
                lambda line: re.sub(r"\d+", lambda of: str(int(of[0]) + 1), line),
                lambda line: re.sub(
                    r"(\w+)", lambda of: of[0][::-1], line, count=draw.randint(1, 3)
                ),
                lambda line: re.sub(r": (\d+)", r": 2 * \1", line),
            )
        )
        edited[at] = slip(edited[at])
        for text in ("".join(edited), "".join(lines)):
            assert found(text, str(path), remembered) == found(text, str(path))
