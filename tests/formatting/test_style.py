"""The style, rule by rule: a text, and what becomes of it."""

from pathlib import Path

import pytest

from spec_compiler.declaring.validated import key_names
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.language.document import SECTIONS, Header
from spec_compiler.writing import arranged
from spec_compiler.writing.formatted import formatted

ROOT = Path(__file__).parents[2]


def styled(text, file="model.yaml"):
    found = Diagnostics()
    made = formatted(text, file, found)
    assert made is not None, [item.message for item in found.items]
    assert formatted(made, file, Diagnostics()) == made
    return made


@pytest.mark.parametrize(
    "path",
    [
        *ROOT.glob("examples/**/*.yaml"),
        *ROOT.glob("spec_compiler/libraries/*.yaml"),
        *ROOT.glob("spec_compiler/templates/*.yaml"),
    ],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_house_keeps_its_style(path):
    text = path.read_text()
    assert styled(text) == text


def test_every_section_has_its_place():
    assert sorted(arranged.SECTIONS) == sorted({*key_names(Header), *SECTIONS})


STYLE = {
    "keys stand in the order of the language, a layer's arguments in that of their author": (
        "layers:\n- units: 4\n  mask: drop\n  name: d\n  use_bias: false\n  type: Dense\n"
        "specc: 1\n",
        "specc: 1\nlayers:\n  - {type: Dense, name: d, units: 4, use_bias: false, mask: drop}\n",
    ),
    "names that authors choose keep their order": (
        "specc: 1\nparams: {z: 1, a: 2}\n",
        "specc: 1\nparams: {z: 1, a: 2}\n",
    ),
    "what does not fit a line opens": (
        f"specc: 1\nlayers: [{{type: Lambda, name: y, function: {'x + ' * 20}x}}]\n",
        f"specc: 1\nlayers:\n  - type: Lambda\n    name: y\n    function: {'x + ' * 20}x\n",
    ),
    "several mappings and nothing else open": (
        "specc: 1\ndims: {a: {max: 4}, b: {max: 5}}\n",
        "specc: 1\ndims:\n  a: {max: 4}\n  b: {max: 5}\n",
    ),
    "a list of numbers fills its lines": (
        f"specc: 1\nmetadata: {{x: [{', '.join(['123'] * 30)}]}}\n",
        f"specc: 1\nmetadata:\n  x: [{', '.join(['123'] * 19)},\n"
        f"      {', '.join(['123'] * 11)}]\n",
    ),
    "quotes stand where a reader needs them": (
        """specc: 1\nx-a: ['on', "relu", '1.5', "a, b", '"x" y', a b]\nx-b: "ab,bc->ac"\n""",
        """specc: 1\nx-a: ["on", relu, "1.5", "a, b", '"x" y', a b]\nx-b: "ab,bc->ac"\n""",
    ),
    "numbers and escapes are as they were written": (
        'specc: 1\nx-a: [1e-3, 0x1F, +4, .5, 1.50, ~, True, "caf\\u00e9, a"]\n',
        'specc: 1\nx-a: [1e-3, 0x1F, +4, .5, 1.50, ~, True, "caf\\u00e9, a"]\n',
    ),
    "comments keep what they are about": (
        "# the file\nname: m # its name\nspecc: 1\nlayers:\n"
        "  # first\n- {type: Dense,    # wide\n   units: 4}\n# of what is below\nx-a: 1\n# end\n",
        "# the file\nspecc: 1\nname: m  # its name\nlayers:\n"
        "  # first\n  - type: Dense  # wide\n    units: 4\n# of what is below\nx-a: 1\n# end\n",
    ),
    "comments beside lines that follow each other stand in a column": (
        "specc: 1\nparams:\n  a: 1 # one\n  long: 2 # two\n  b: 3\n  c: 4    # four\n",
        "specc: 1\nparams:\n  a: 1     # one\n  long: 2  # two\n  b: 3\n  c: 4  # four\n",
    ),
    "a blank line stays, two become one, and none begins a section": (
        "specc: 1\n\n\n\nlayers:\n\n  - {type: Flatten}\n\n  - {type: Flatten}\n\n\n",
        "specc: 1\n\nlayers:\n  - {type: Flatten}\n\n  - {type: Flatten}\n",
    ),
    "anchors and aliases stay, and so does the order of keys, which they depend on": (
        "layers:\n- &d {units: 4, type: Dense}\n- *d\nx-a: &e\n  - 1\nspecc: 1\n",
        "layers:\n  - &d {units: 4, type: Dense}\n  - *d\nx-a: &e [1]\nspecc: 1\n",
    ),
    "block scalars keep their lines": (
        "specc: 1\ndoc: >-\n     a long\n     text\n\nx-a: |+  # kept\n  one\n    two\n\nx-b: 1\n",
        "specc: 1\ndoc: >-\n  a long\n  text\n\nx-a: |+  # kept\n  one\n    two\n\nx-b: 1\n",
    ),
    "a plain text of several lines is filled where one is too short": (
        f"specc: 1\ndoc: {'word ' * 12}\n  {'word ' * 12}\nx-a: two\n  words\n",
        f"specc: 1\ndoc: >-\n  {' '.join(['word'] * 19)}\n  {' '.join(['word'] * 5)}\n"
        "x-a: two words\n",
    ),
    "a byte order mark, markers and other line ends go": (
        "\ufeff%YAML 1.2\n---\r\nspecc: 1\r\nlayers: []\r\n...\r\n",
        "specc: 1\nlayers: []\n",
    ),
}


@pytest.mark.parametrize("rule", STYLE)
def test_the_style(rule):
    text, wanted = STYLE[rule]
    assert styled(text) == wanted


def test_json_has_the_same_layout_and_keeps_what_was_written():
    layers = ", ".join(f'{{"units": 1e{n}, "type": "D\\u00e9nse"}}' for n in range(2))
    made = styled(f'{{"layers": [{layers}], "specc":1, "x-a": [], "x-b": {{}}}}', "model.json")
    assert made == (
        '{\n  "specc": 1,\n  "layers": [\n'
        '    {"type": "D\\u00e9nse", "units": 1e0},\n'
        '    {"type": "D\\u00e9nse", "units": 1e1}\n  ],\n  "x-a": [],\n  "x-b": {}\n}\n'
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("specc: 1\nname: a\nname: b\n", "SPC0014"),
        ("specc: 1\n<<: {a: 1}\n", "SPC0016"),
        ("specc: !x 1\n", "SPC0017"),
        ("specc: 010\n", "SPC0020"),
        ("specc: [1\n", "SPC0008"),
        ("", "SPC0004"),
        ("- specc\n", "SPC0100"),
        ("services: {}\n", "SPC0100"),
        (b"specc: \xff\n", "SPC0002"),
    ],
)
def test_what_cannot_be_read_is_refused(text, code):
    found = Diagnostics()
    assert formatted(text, "model.yaml", found) is None
    assert [item.code for item in found.items] == [code]
