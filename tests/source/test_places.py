"""YAML and JSON of one document give one tree, and every value's span covers its text."""

import json
import math

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import read

TEXT = st.text(
    st.one_of(
        st.sampled_from("ab é😀\"'\\:,-#{}[]&*!%@`?|>\n\t0_."),
        # PyYAML writes these without an escape
        st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029\ufeff"),
    ),
    max_size=12,
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
    st.sampled_from(["no", "010", "1_000", "12:30", "null", "1e5", "<<", "ab,bc->ac", "x " * 60]),
)
DATA = st.recursive(
    SCALARS,
    lambda part: st.one_of(st.lists(part, max_size=4), st.dictionaries(TEXT, part, max_size=4)),
    max_leaves=12,
)
COLLECTIONS = st.one_of(st.lists(DATA, max_size=4), st.dictionaries(TEXT, DATA, max_size=4))


class Writer(yaml.SafeDumper):
    """Quotes what may be a number or word of YAML 1.2: PyYAML only knows those of YAML 1.1."""


def write_text(writer, text):
    style = "'" if text[:1] in set("+-.0123456789~nNtTfF") else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Writer.add_representer(str, write_text)


def dump(data, **options):
    return yaml.dump(data, Dumper=Writer, sort_keys=False, **options)


FORMS = {
    "block.yaml": lambda data: dump(data, default_flow_style=False),
    "flow.yaml": lambda data: dump(data, default_flow_style=True, allow_unicode=True),
    "plain.json": lambda data: json.dumps(data),
    "indented.json": lambda data: json.dumps(data, indent=2, ensure_ascii=False),
}


def scalars(node):
    if isinstance(node.value, dict):
        for key, entry in node.value.items():
            yield key, entry.key_span, None
            yield from scalars(entry.node)
    elif isinstance(node.value, list):
        for item in node.value:
            yield from scalars(item)
    else:
        yield node.value, node.span, node


def quoted_text(lines, span):
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first, last = lines[span.line - 1][span.column - 1 :], lines[span.end_line - 1]
    return "\n".join([first, *lines[span.line : span.end_line - 1], last[: span.end_column - 1]])


@settings(max_examples=200, deadline=None)
@given(COLLECTIONS, st.sampled_from(sorted(FORMS)))
@example({"heads[0]": 1, "map{a, b}": [None]}, "block.yaml")
def test_every_form_gives_the_data_and_every_span_its_text(data, form):
    text = FORMS[form](data)
    diagnostics = Diagnostics()
    tree = read(text, form, diagnostics)
    assert list(diagnostics) == []
    assert tree.plain() == data
    assert repr(tree.plain()) == repr(data)  # types, order and the sign of zero
    lines = diagnostics.sources[form].split("\n")
    for value, span, node in scalars(tree):
        shown = quoted_text(lines, span)
        if form.endswith(".json"):
            assert json.loads(shown) == value
        elif isinstance(value, str):
            assert yaml.safe_load(f"? {shown}\n").popitem()[0] == value
        if isinstance(value, str) and node is not None:
            for index, character in enumerate(value):
                inside = node.inside(index, index + 1)
                part = quoted_text(lines, inside)
                # a blank has the place after what precedes it
                assert character.isspace() or part == character or part[0] in "\\'", value


CARETS = [
    'f: "a\\tb \\u0063 \\\n  zz"\n',
    "f: 'it''s zz'\n",
    "f: >-\n  a\n  b  zz\n\n  c\n",
    "f: |2+  # words\n  a\n    zz\n",
    "f: a\n  b zz\n",
    "f: &x >\n  a\n  zz\n",
    'f: "\\U0001F600 zz"\n',
    'f: "\\u00a0\\x85\\U00002028zz"\n',
]


@pytest.mark.parametrize("text", CARETS)
def test_a_caret_finds_its_part_of_any_text(text):
    node = read(text, "m.yaml", Diagnostics()).get("f")
    at = node.value.index("zz")
    line, column = text[: text.index("zz")].count("\n") + 1, text.split("zz")[0].rfind("\n")
    assert tuple(node.inside(at, at + 2)) == (
        "m.yaml",
        line,
        text.index("zz") - column,
        line,
        text.index("zz") - column + 2,
    )


def place(text, path):
    node = read(text, "m.yaml", Diagnostics())
    for key in path:
        node = node.get(key)
    return tuple(node.span[1:])


def test_places_of_collections_end_with_their_last_part():
    text = "ü:\n  - a: 1\n    b: [é, {c: 2}]\n\n# end\nx: 1\n"
    assert place(text, ["ü"]) == (2, 3, 3, 19)
    assert place(text, ["ü", 0]) == (2, 5, 3, 19)
    assert place(text, ["ü", 0, "b"]) == (3, 8, 3, 19)
    assert place(text, ["ü", 0, "b", 1, "c"]) == (3, 16, 3, 17)


def test_places_of_text_on_several_lines():
    text = "a: |\n  x\n  y\n\nb: x\n  y\nc: 'x\n  y'\n"
    assert place(text, ["a"]) == (1, 4, 3, 4)
    assert place(text, ["b"]) == (5, 4, 6, 4)
    assert place(text, ["c"]) == (7, 4, 8, 5)


def test_places_leave_out_anchors():
    text = "a: &x {b: &y 1}\nc: &z\n  d: *y\n"
    assert place(text, ["a"]) == (1, 7, 1, 16)
    assert place(text, ["a", "b"]) == (1, 14, 1, 15)
    assert place(text, ["c"]) == (3, 3, 3, 8)


JSON_REFUSED = [
    ('{"a": [1,]}', "SPC0041", 1, 9, "remove the comma"),
    ('{"a": 1,\n}', "SPC0041", 1, 8, "remove the comma"),
    ('{"a": 1 "b": 2}', "SPC0041", 1, 9, "a comma is missing"),
    ('// c\n{"a": 1}', "SPC0042", 1, 1, "no comments"),
    ('{"a": 1 # c\n}', "SPC0042", 1, 9, "no comments"),
    ("{'a': 1}", "SPC0043", 1, 2, 'write `"a"`'),
    ('{"é": abc}', "SPC0043", 1, 7, 'write `"abc"`'),
    ('{"a": NaN}', "SPC0043", 1, 7, "JSON has no `NaN`"),
    ('{"a": -Infinity}', "SPC0043", 1, 7, "JSON has no"),
    ('{"a": .5}', "SPC0043", 1, 7, "write `0.5`"),
    ('{"a": 0x1F}', "SPC0043", 1, 7, "write `31`"),
    ('{"a": -5.}', "SPC0043", 1, 7, "write `-5`"),
    ('{"a": +1e3}', "SPC0043", 1, 7, "write `1e3`"),
    ('{"a": .}', "SPC0043", 1, 7, "neither a JSON number"),
    ('{"a": 010}', "SPC0020", 1, 7, "write `10`"),
    ('{"a": 1_000}', "SPC0021", 1, 7, "write `1000`"),
    ('{"a": 1e999}', "SPC0022", 1, 7, "out of range"),
    ('{"a": 1,\n "a": 2}', "SPC0014", 2, 2, "stands twice"),
    ('{"a": [1}', "SPC0008", 1, 9, "`}` cannot close `[`"),
    ('{"a": [1', "SPC0008", 1, 7, "`[` on line 1 is never closed"),
    ('{"a": "b', "SPC0009", 1, 7, "never closed"),
    ('{"a": "b\tc"}', "SPC0040", 1, 9, "a tab"),
    ('{"a": "\\x"}', "SPC0040", 1, 8, "escape"),
    ('{"a" 1}', "SPC0040", 1, 6, "a colon is missing"),
    ('{"a": 1} 2', "SPC0040", 1, 10, "cannot stand here"),
    ('{"a": "\\ud83d"}', "SPC0003", 1, 7, "half of a character"),
    (" ", "SPC0004", 1, 1, "empty"),
]


@pytest.mark.parametrize("case", JSON_REFUSED, ids=lambda case: repr(case[0]))
def test_json_is_strict(case):
    text, code, line, column, words = case
    diagnostics = Diagnostics()
    read(text, "m.json", diagnostics)
    (found,) = diagnostics
    assert (found.code, *found.span[1:3]) == (code, line, column)
    assert words in f"{found.message} | {found.help}"


def test_json_escapes_and_tabs():
    tree = read('{"a\\/":\t"\\ud83d\\ude00\\u00e9\\n"}', "m.json", Diagnostics())
    assert tree.plain() == {"a/": "😀é\n"}


JSON_PIECES = st.lists(
    st.sampled_from([*'{}[],:" \n\t', '"a"', '"b":', "1", "-0", "1.5e3", "01", "1.", "true", "\\"]),
    max_size=14,
).map("".join)


def strict_pairs(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("duplicate")
    return dict(pairs)


def bounded(digits):
    if abs(int(digits)) >= 2**63:
        raise ValueError("out of range")
    return int(digits)


def bounded_float(digits):
    if math.isinf(float(digits)):
        raise ValueError("out of range")
    return float(digits)


@settings(max_examples=200, deadline=None)
@given(JSON_PIECES)
def test_json_is_what_the_standard_library_reads(text):
    try:
        expected = [
            json.loads(
                text, object_pairs_hook=strict_pairs, parse_int=bounded, parse_float=bounded_float
            )
        ]
    except ValueError:
        expected = []
    diagnostics = Diagnostics()
    tree = read(text, "m.json", diagnostics)
    assert [tree.plain()] == expected if not diagnostics.items else expected == []
