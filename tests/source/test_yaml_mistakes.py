"""What the reader says about each mistake: code, line, column, and the words that matter."""

import pytest

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import Limits, read
from spec_compiler.source.build import UnreadableError
from spec_compiler.source.yaml_text import c_events, pure_events, read_yaml

REFUSED = [
    # the table of the language
    ("a: {equation: ab,bc->ac}", "SPC0011", 1, 15, 24, 'quote the equation: `"ab,bc->ac"`'),
    ("a: {é: ü, eq: ...ab, ...bc->ac, b: 1}", "SPC0011", 1, 15, 31, "quote the equation"),
    ("a: 010", "SPC0020", 1, 4, 7, "write `10`, `0o10` for octal"),
    ("a: -007", "SPC0020", 1, 4, 8, "write `-7`"),
    ("a: 1_000", "SPC0021", 1, 4, 9, "write `1000`"),
    ("a: [é, 1_000.5]", "SPC0021", 1, 8, 15, "write `1000.5`"),
    ("a: 1\nb: 2\na: 3", "SPC0014", 3, 1, 2, "the key `a` stands twice"),
    ("a: &b {x: 1}\nc:\n  <<: *b\n", "SPC0016", 3, 3, 5, "use `defaults` or `blocks`"),
    ("a:\n\tb: 1\n", "SPC0006", 2, 1, 2, "a tab cannot indent"),
    ("a:\n  b: 1\n\tc: 2\n", "SPC0006", 3, 1, 2, "a tab cannot indent"),
    ("a: 1\n---\nb: 2\n", "SPC0005", 2, 1, 4, "a second document"),
    ("a: 1\n...\nb: 2\n", "SPC0005", 3, 1, 2, "a second document"),
    ("# nothing\n", "SPC0004", 1, 1, 1, "empty"),
    ("---\n", "SPC0004", 1, 1, 1, "empty"),
    ("é: \x00", "SPC0003", 1, 4, 5, "a NUL character (U+0000)"),
    ("é: \x1b[31m", "SPC0003", 1, 4, 5, "U+001B"),
    ("a: x\u2028y", "SPC0003", 1, 5, 6, "an invisible line break"),
    ("a: \ud800", "SPC0003", 1, 4, 5, "half of a character"),
    # numbers and what YAML has beyond data
    ("a: 9223372036854775808", "SPC0022", 1, 4, 23, "between -2**63 and 2**63"),
    ("a: 0x8000000000000000", "SPC0022", 1, 4, 22, "out of range"),
    ("a: 1e400", "SPC0022", 1, 4, 9, "write `.inf`"),
    ("a: !!python/object:os.system x", "SPC0017", 1, 4, 30, "tags are not read"),
    ("a: !x {b: 1}", "SPC0017", 1, 4, 7, "tags are not read"),
    ("%YAML 1.1\n---\na: 1\n", "SPC0018", 1, 1, 10, "remove the line"),
    ("%TAG ! tag:x,2000:\n---\na: 1\n", "SPC0018", 1, 1, 19, "remove the line"),
    ("base: &base 1\nb: *bse\n", "SPC0019", 2, 4, 8, "did you mean `*base`?"),
    ("a: &x [1, *x]\n", "SPC0019", 1, 11, 13, "inside what it names"),
    ("[a, b]: 1", "SPC0015", 1, 1, 7, "a key must be text"),
    ("a: {{ x }}", "SPC0015", 1, 5, 10, "a key must be text"),
    (": 1\n", "SPC0015", 1, 1, 2, "a key is missing before the colon"),
    # indentation
    ("- type: Dense\n   name: x\n", "SPC0007", 2, 4, 8, "`name` belongs in line with `type`"),
    ("a: 1\n    b: 2\n", "SPC0007", 2, 5, 6, "remove 4 spaces"),
    (
        "- type: Dense\n name: x\n",
        "SPC0007",
        2,
        2,
        6,
        "add one space to put it in line with `type`",
    ),
    ("a:\n    b: 1\n  c: 2\n", "SPC0007", 3, 3, 4, "add 2 spaces to put it in line with `b`"),
    ("a:\n  - x\n   - y\n", "SPC0007", 3, 4, 5, "put the dash under the dash above"),
    ("a:\n  -x\n  -y\n", "SPC0007", 3, 3, 4, "with a space after it"),
    ("a: 1\n- b\n", "SPC0007", 2, 1, 2, "among the keys of a mapping"),
    ("- a\nb: 1\n", "SPC0007", 2, 1, 2, "write `- b`"),
    ("a: - b\n", "SPC0007", 1, 4, 5, "a line of its own"),
    # brackets, quotes, commas, colons
    ("a: {type: Dense, units:2}", "SPC0012", 1, 23, 24, "write `units: 2`"),
    ("a: {type Dense, units: 2}", "SPC0012", 1, 5, 15, "write `type: Dense`"),
    ("a: {type: Reshape, shape [4]}", "SPC0012", 1, 20, 25, "no colon follows `shape`"),
    ("a: {x {shape: [4]}}", "SPC0012", 1, 5, 6, "write `x: {`"),
    ("a:\n  seq:{min: 2, max: 9}", "SPC0012", 2, 6, 7, "a space is missing after the colon"),
    ("a:\n  x:{shape: [2]}", "SPC0012", 2, 4, 5, "write `x: {`"),
    ("a:\n  b:{rate: 0.25}\n  c: 1", "SPC0012", 2, 4, 5, "write `b: {`"),
    ("a:\n  x {shape: [2]}", "SPC0012", 2, 3, 4, "no colon follows `x`"),
    ("- a: 1\n  b [2, 3]\n  c: 1", "SPC0012", 2, 3, 11, "has no value"),
    ("a: [x [4]]", "SPC0013", 1, 7, 8, "a comma is missing before `[`"),
    ("x: 0\na: [1, 2\nb: 3\n", "SPC0008", 2, 4, 5, "`[` on line 2 is never closed"),
    ("a: {b: 1", "SPC0008", 1, 4, 5, "close it with `}`"),
    ("a: {b: 1\n   c: 2}\n", "SPC0013", 2, 4, 5, "a comma is missing before `c`"),
    ("a: {\n  b: 1\n  c: 2\n}\n", "SPC0013", 3, 3, 4, "a comma is missing before `c`"),
    ("{\n'a': 1\n'b': 2\n}\n", "SPC0013", 3, 1, 4, "write `, 'b'`"),
    ("a: [1, 2}\n", "SPC0008", 1, 9, 10, "`}` cannot close `[`"),
    ("a: [1]]\n", "SPC0008", 1, 7, 8, "`]` closes nothing"),
    ("a: [1 [2]]\n", "SPC0013", 1, 7, 8, "a comma is missing before `[`"),
    ("a: {b: 1 c: 2}\n", "SPC0013", 1, 10, 11, "write `, c`"),
    ("a: [1,,2]\n", "SPC0013", 1, 7, 8, "remove the comma"),
    ("a: [\n- b\n]\n", "SPC0013", 2, 1, 2, "without dashes"),
    ("{b: 1, use_bias}", "SPC0012", 1, 8, 16, "write `use_bias: ...`"),
    ('a: "abc\nb: 1\n', "SPC0009", 1, 4, 5, 'close it with `"`'),
    ("a: {b: 'it's'}\n", "SPC0009", 1, 12, 14, "one pair of quotes"),
    ('a: "x" y\n', "SPC0009", 1, 8, 9, "one pair of quotes"),
    ('é: "\\d"\n', "SPC0009", 1, 5, 7, "write `\\\\d` for a backslash"),
    ("a: @x\n", "SPC0010", 1, 4, 6, 'quote the text: `"@x"`'),
    ("a: >= 1\n", "SPC0010", 1, 4, 8, 'quote the text: `">= 1"`'),
    ("a: [%x, y]\n", "SPC0010", 1, 5, 7, 'quote the text: `"%x"`'),
    ("doc: see: this\n", "SPC0010", 1, 9, 10, 'quote the text: `"see: this"`'),
    ("{a: b: c}\n", "SPC0010", 1, 6, 7, "quote the text"),
    ("a: 1\nb\nc: 2\n", "SPC0012", 2, 1, 2, "`b` has no value"),
    ("a: 1\nb:2\n", "SPC0012", 2, 2, 3, "a space is missing after the colon | write `b: 2`"),
    ("a:1\nb: 2\n", "SPC0012", 1, 2, 3, "write `a: 1`"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: repr(case[0][:40]))
def test_refused(case):
    text, code, line, column, end_column, words = case
    diagnostics = Diagnostics()
    read(text, "m.yaml", diagnostics)
    (found,) = diagnostics
    assert (found.code, *found.span) == (code, "m.yaml", line, column, line, end_column)
    assert words in f"{found.message} | {found.help}"


# With `(` for the bracket to blame, and `<` before the place where that was noticed.
OPEN_BRACKETS = [
    "x: ({shape: [3]\n<layers: 1\n",
    "x: ({shape: [3], doc: 'a [ b'\n<layers: [1]\n",
    "x: {shape: ([3\n<layers: 1\n",
    "x: ({shape: [3],\n<layers:\n  - {type: Dense}\n",
    "i:\n  y: ({shape: [4]\n  <z: {shape: [5]}\n",
    "- ({type: Dense, units: 2\n<- {type: Dense}\n",
    "- ({type: Dense, units: 2\n\n# more\n<- type: Dense\n  units: 3\n",
    "- ({type: Dense, units: 2,\n<- {type: Dense}\n",
    "- {type: Input, shape: ([3\n<- {type: Dense}\n",
    "- shape: ([3\n  <'units': 3\n",
    "- shape: ([3,\n  <units: 3\n- {type: Dense}\n",
    "- ([1, 2\n<- a\n- b\n",
    "a: 1\nx: ([1, 2\n<---\nb: 1\n",
]


@pytest.mark.parametrize("marked", OPEN_BRACKETS)
def test_an_open_bracket_is_blamed_where_it_opens(marked):
    opened, noticed = marked.index("("), marked.index("<") - 1
    text = marked.replace("(", "").replace("<", "")
    ((code, message, at, labels),) = blamed(text)
    line = text.count("\n", 0, opened) + 1
    assert (code, message) == ("SPC0008", f"`{text[opened]}` on line {line} is never closed")
    assert (at, labels) == (opened, [noticed])


# With `(` for the quote to blame, and `<` before the quote that closes it by accident.
OPEN_QUOTES = [
    "- units: ('3\n- name: b\n- equation: <'bt,tu->bu'\n",
    '- units: ("3\n- name: b\n- equation: <"bt,tu->bu"\n',
    'name: ("m\ndoc: it is <"x" here\n',
    "- {name: ('a, units: 3}\n- {name: <'b', units: 3}\n",
    '- {type: D, ("name: a}\n- {type: D, <"name": b}\n',
    "('a: 1\nb: <'c'\n",
    "a: ('b\nc: <'@d'\n",
    "a: ('b\nc: <'*d'\n",
    "é: &q ('ü\nc: <'d': e\n",
    "doc: |\n  it's 'fine\na: ('x\nb: <'y'\n",
    "a: ('b\nc: it<'s\n",
]


@pytest.mark.parametrize("marked", OPEN_QUOTES)
def test_an_open_quote_is_blamed_where_it_opens(marked):
    opened, closed = marked.index("("), marked.index("<") - 1
    text = marked.replace("(", "").replace("<", "")
    ((code, message, at, labels),) = blamed(text)
    assert (code, message) == ("SPC0009", "this quote is not closed on its own line")
    assert (at, labels) == (opened, [closed])


def test_what_was_read_before_an_open_bracket_is_reported_too():
    found = blamed("a: 010\nx: {b: 1_0, shape: [3]\n<<: 1\n")
    assert [code for code, *_ in found] == ["SPC0020", "SPC0008", "SPC0021"]


def blamed(text):
    """Code, message, and the offsets of the place and of the labels, of each finding."""
    starts = [0, *(i + 1 for i, character in enumerate(text) if character == "\n")]

    def offset(span):
        return starts[span.line - 1] + span.column - 1

    diagnostics = Diagnostics()
    read(text, "m.yaml", diagnostics)
    assert outcome(text, c_events) == outcome(text, pure_events)
    return [
        (item.code, item.message, offset(item.span), [offset(label.span) for label in item.labels])
        for item in diagnostics
    ]


READ = [
    ("a: 1e-3", 0.001),
    ("a: +.5", 0.5),
    ("a: -1.e+2", -100.0),
    ("a: no", "no"),
    ("a: off", "off"),
    ("a: on", "on"),
    ("a: Yes", "Yes"),
    ("a: TRUE", True),
    ("a: false", False),
    ("a: 12:30", "12:30"),
    ("a: 2024-01-01", "2024-01-01"),
    ("a: 0x1F", 31),
    ("a: 0o17", 15),
    ("a: 0b11", "0b11"),
    ("a: 0", 0),
    ("a: -9223372036854775807", -(2**63) + 1),
    ("a: -.inf", float("-inf")),
    ("a:", None),
    ("a: ~", None),
    ("a: Null", None),
    ("a: {b: , c: 1}", {"b": None, "c": 1}),
    ("a: '010'", "010"),
    ('a: "null"', "null"),
    ("a: 1_0b", "1_0b"),
    ("a: 4*d", "4*d"),
    ("a: {1: 3, -1: 4, 010: x, no: 1}", {"1": 3, "-1": 4, "010": "x", "no": 1}),
    ("\ufeffa: 1\r\n", 1),
    ("a: [1,\r\n  2]\r\n", [1, 2]),
    ("a:\t1 \t# c\n", 1),
    ("a: |\n  x\n  y\n", "x\ny\n"),
    ("a: &b [1]", [1]),
    ("%YAML 1.2\n---\na: 1\n", 1),
]


@pytest.mark.parametrize(("text", "value"), READ, ids=lambda part: repr(part)[:30])
def test_read(text, value):
    diagnostics = Diagnostics()
    found = read(text, "m.yaml", diagnostics).plain()["a"]
    assert not diagnostics.items
    assert (found, type(found)) == (value, type(value))


def test_not_a_number_is_read():
    value = read("a: .nan", "m.yaml", Diagnostics()).plain()["a"]
    assert value != value


def test_the_rest_is_read_after_a_mistake_and_every_mistake_is_reported():
    diagnostics = Diagnostics()
    text = "a: 010\na: 5\nb: {equation: ab,bc->ac, units: 1_0}\n<<: {x: 1}\nc: !t 3\n[k]: {l: 1}\n"
    tree = read(text, "m.yaml", diagnostics)
    assert tree.plain() == {"a": 10, "b": {"equation": "ab,bc->ac", "units": 10}, "c": 3}
    assert [item.code for item in diagnostics] == [
        "SPC0020", "SPC0014", "SPC0011", "SPC0021", "SPC0016", "SPC0017", "SPC0015",
    ]  # fmt: skip


def test_a_duplicate_key_shows_the_first():
    diagnostics = Diagnostics()
    read("ü: 1\n'ü': 2\n", "m.yaml", diagnostics)
    (found,) = diagnostics
    assert found.span[1:] == (2, 1, 2, 4)
    assert [label.span[1:] for label in found.labels] == [(1, 1, 1, 2)]


def test_an_alias_shares_its_node_and_an_anchored_key_is_text():
    tree = read("a: &x {v: 1}\nb: *x\n&k c: *k\n", "m.yaml", Diagnostics())
    assert tree.get("a") is tree.get("b")
    assert tree.plain()["c"] == "c"


def test_a_long_line_broken_by_another_program_is_read():
    diagnostics = Diagnostics()
    tree = read("a:\n- one two\n  - three\ndoc: four\n  - five\n", "m.yaml", diagnostics)
    assert tree.plain() == {"a": ["one two - three"], "doc": "four - five"}
    assert not diagnostics.items


def outcome(text, events):
    diagnostics = Diagnostics()
    try:
        tree = read_yaml(text, "m.yaml", diagnostics, Limits(), events)
    except UnreadableError as stop:
        diagnostics.add(stop.diagnostic)
        tree = None
    return tree and tree.plain(), list(diagnostics)


@pytest.mark.parametrize(
    "text", [text for text, *_ in (*REFUSED, *READ)], ids=lambda text: repr(text[:40])
)
def test_both_parsers_agree(text):
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if text.isprintable() or not any(character in text for character in "\0\x1b\u2028\ud800"):
        assert outcome(text, c_events) == outcome(text, pure_events)


@pytest.mark.parametrize("text", ["a: [b\n - 1, c]", "- [b\n  - 1, c]", "- {a: b\n- 1}"])
def test_a_dash_within_brackets_continues_a_size(text):
    """Other programs break long lines there; within brackets no dash makes an item."""
    diagnostics = Diagnostics()
    assert "b - 1" in str(read(text, "m.yaml", diagnostics).plain())
    assert not diagnostics.items
