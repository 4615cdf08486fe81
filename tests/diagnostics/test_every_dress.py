"""A slip is mended alike in every dress: in braces, on lines, in JSON, in blocks, imported."""

import json
from pathlib import Path

import pytest
import yaml
from slips import SIZED, STEPS, TOKENS, TWO, VECTOR, errors, read

from spec_compiler.diagnostics import Severity
from spec_compiler.drafts import Drafts
from spec_compiler.mending import findings, mended

TABLES = Path(__file__).parent
ITEMS = {VECTOR, STEPS, TOKENS, TWO, SIZED}
NOTE = "# whatever is done, this stays"


def flow(value):
    """A value as YAML has it in braces."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10**6, allow_unicode=True)
    return text.strip().removesuffix("...").strip()


def head_of(around):
    return around[: around.index("layers:")]


def in_brackets(around, item):
    return f"{head_of(around)}layers: [{flow(item)}]\n{NOTE}\n", ""


def on_lines(around, item):
    lines = "\n    ".join(f"{flow(key)}: {flow(value)}" for key, value in item.items())
    return f"{head_of(around)}layers:\n  {NOTE}\n  - {lines}\n{NOTE}\n", ""


def with_an_anchor(around, item):
    return f"{head_of(around)}layers:\n  {NOTE}\n  - &a {flow(item)}  {NOTE}\n", ""


def in_json(around, item, indent=None):
    document = yaml.safe_load(around.replace("@", "{type: Identity}"))
    return json.dumps({**document, "layers": [item]}, indent=indent, ensure_ascii=False), ""


def in_indented_json(around, item):
    return in_json(around, item, indent=2)


def block_of(around, item):
    ports = yaml.safe_load(around.replace("@", "{type: Identity}"))["inputs"]
    name = item.get("name", "slip")
    own = flow({**item, "name": name})
    lines = (
        f"    inputs: {flow({port: {} for port in ports})}\n    layers:\n      - {own}  {NOTE}\n"
    )
    return f"blocks:\n  b:\n{lines}    outputs: {name}\n", flow({port: port for port in ports})


def in_a_block(around, item):
    block, feeds = block_of(around, item)
    return f"{head_of(around)}{block}layers: [{{use: b, from: {feeds}}}]\n", ""


def in_an_import(around, item):
    block, feeds = block_of(around, item)
    uses = f"imports: {{parts: ./parts.yaml}}\nlayers: [{{use: parts.b, from: {feeds}}}]\n"
    return f"{head_of(around)}{uses}", f"specc: 1\n{block}"


DRESSES = (
    *(in_brackets, on_lines, with_an_anchor, in_json, in_indented_json),
    *(in_a_block, in_an_import),
)
OF_BLOCKS = (in_a_block, in_an_import)
OTHERWISE = {
    **dict.fromkeys(("-Infinity", "-inf", "50%"), "json"),  # in quotes they are text
    "BiGRU": "on_lines",  # the layer as a whole is another one
    **dict.fromkeys(  # the block's output has the name, too
        ("name: my layer", "name: 1st", "name: dense/1"), "in_a"
    ),
    **dict.fromkeys(("{type: Dense, id: a", "layer_name: a"), "in_a"),  # a name stands beside
}
"""What a dress keeps from being mended, and which: a part of its name."""
OTHER_DATA = {
    **dict.fromkeys(  # what YAML makes of it, which is written in the dress, is no such slip
        ("(32,)", "(40,)", "use_bias: no", "units: {width}", "=4", "= relu", "l1=", "0,01",
         "from: a, b", "from: (a, b)", "{a, b}", ": sum(x, axis", "x, 10)", "max(width", "cd->",
         "units:3", "010"), ""
    ),
    **dict.fromkeys(  # a block's ports come first
        ("parents: [a, b]", "input: [a, b]", "inputs: [a, b]"), "in_a"
    ),
}  # fmt: skip
"""What is another mistake in a dress, or none, and in which."""


def cases():
    """Each slip of a layer, in two dresses."""
    number = 0
    for table in sorted(TABLES.glob("*.txt")):
        for name, slip in read(table):
            wrong = slip.wrong.replace("«", "").replace("»", "")
            if slip.around not in ITEMS or "\n" in wrong:
                continue
            try:
                item = yaml.safe_load(wrong)
            except yaml.YAMLError:
                continue
            if isinstance(item, dict):
                number += 1
                for dress in (number, number + 3):
                    chosen = DRESSES[dress % len(DRESSES)]
                    if slip.around != SIZED or chosen not in OF_BLOCKS:
                        called = f"{name}-{chosen.__name__}"
                        yield pytest.param(slip.around, wrong, chosen, id=called)


def wrongs(found):
    return [item for item in found if item.severity is Severity.ERROR]


def among(table, wrong, dress):
    """Whether a table has a part of a slip, in its dress."""
    return any(part in wrong and where in dress.__name__ for part, where in table.items())


@pytest.mark.parametrize(("around", "wrong", "dress"), [*cases()])
def test_a_slip_is_mended_in_its_dress(around, wrong, dress, tmp_path):
    (plain,) = errors(around.replace("@", wrong))
    text, beside = dress(around, yaml.safe_load(wrong))
    path = tmp_path / ("m.json" if "json" in dress.__name__ else "m.yaml")
    path.write_text(text)
    paths = [str(path)]
    if beside:
        (tmp_path / "parts.yaml").write_text(beside)
        paths.append(str(tmp_path / "parts.yaml"))
    before = wrongs(findings(paths[0], Drafts.of(paths)).items)
    same = [item for item in before if item.code == plain.code]
    assert bool(same) != among(OTHER_DATA, wrong, dress)
    if same and (not plain.edits or among(OTHERWISE, wrong, dress)):
        assert not same[0].edits
    elif same:
        assert same[0].edits
        assert same[0].safe == plain.safe
    drafts = Drafts.of(paths)
    after = wrongs(mended(paths[0], drafts, unsafe=True).found.items)
    gone = {(item.code, item.message) for item in before if item.edits}
    assert not gone & {(item.code, item.message) for item in after}
    for old, new in drafts.changed.values():
        assert new.count(NOTE.encode()) == old.count(NOTE.encode())
