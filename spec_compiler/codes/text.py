"""The text of a spec."""

from __future__ import annotations

from spec_compiler.codes.code import Code, Mend

_HEAD = "specc: 1\ninputs: {x: {shape: [4]}}\n"
_RIGHT = _HEAD + "layers:\n  - {type: Dense, name: d, units: 2}\n"
_JSON_HEAD = '{"specc": 1, "inputs": {"x": {"shape": [4]}}, '
_JSON_RIGHT = _JSON_HEAD + '"layers": [{"type": "Dense", "units": 2}]}\n'
_BOMB = f"{_HEAD}metadata:\n  a0: &a0 [{', '.join('1' * 10)}]\n" + "".join(
    f"  a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 8)
)


def _yaml(
    code: str, title: str, explanation: str, wrong: str, right: str = _RIGHT, mend: Mend = "author"
) -> Code:
    return Code(code, title, explanation, wrong, right, mend=mend)


def _json(code: str, title: str, explanation: str, wrong: str, mend: Mend = "author") -> Code:
    command, file = "validate model.json", "model.json"
    return Code(code, title, explanation, wrong, _JSON_RIGHT, command, file, mend=mend)


TEXT: tuple[Code, ...] = (
    _yaml(
        "SPC0001",
        "not YAML",
        "The text breaks YAML's grammar in a way that has no code of its own. The message "
        "says what the parser met. The mistake is often on the line above.",
        "--- specc: 1\ninputs: {x: {shape: [4]}}\n",
        mend="safe",
    ),
    _yaml(
        "SPC0002",
        "not UTF-8",
        "A spec is UTF-8, with or without a byte order mark. Other encodings are not "
        "guessed, since a wrong guess changes names silently. Save the file as UTF-8.",
        _HEAD + "doc: caf\udce9\n",
    ),
    _yaml(
        "SPC0003",
        "forbidden character",
        "Control characters, invisible line breaks and halves of characters are not text "
        "that people can see or review. Remove them, or write them as escapes inside double"
        " quotes.",
        _HEAD + "doc: a\x07b\n",
        mend="unsafe",
    ),
    _yaml(
        "SPC0004",
        "empty file",
        "The file holds nothing but blanks and comments. A spec needs at least `specc`, "
        "`inputs` and `layers`.",
        "# nothing here yet\n",
        mend="unsafe",
    ),
    _yaml(
        "SPC0005",
        "several documents",
        "YAML can hold several documents in a file, parted by `---`. A spec is one "
        "document, so that every name has one meaning. Split the file.",
        _RIGHT + "---\nname: second\n",
        mend="unsafe",
    ),
    _yaml(
        "SPC0006",
        "tab as indentation",
        "YAML does not allow tabs to indent, since their width differs between editors. Use"
        " spaces.",
        _HEAD + "layers:\n\t- {type: Dense, name: d, units: 2}\n",
        mend="safe",
    ),
    _yaml(
        "SPC0007",
        "indentation",
        "A line does not stand under the lines that it belongs to. Keys of one mapping "
        "begin in the same column, and so do the dashes of one list.",
        _HEAD + "layers:\n  - type: Dense\n     name: d\n     units: 2\n",
        _HEAD + "layers:\n  - type: Dense\n    name: d\n    units: 2\n",
        mend="safe",
    ),
    _yaml(
        "SPC0008",
        "brackets",
        "Every `[` needs its `]` and every `{` its `}`, in the right order.",
        _HEAD + "layers:\n  - {type: Dense, name: d, units: 2\n",
        mend="safe",
    ),
    _yaml(
        "SPC0009",
        "quotes and escapes",
        "A quoted text ends with the quote that began it, and nothing follows it. Inside "
        "double quotes a backslash begins an escape such as `\\\\n`; inside single quotes "
        "nothing does, and `''` is a quote.",
        _HEAD + 'doc: "not closed\n',
        _HEAD + 'doc: "closed"\nlayers: [{type: Dense, units: 2}]\n',
        mend="unsafe",
    ),
    _yaml(
        "SPC0010",
        "text that must be quoted",
        "Text without quotes cannot hold a colon followed by a space, nor begin with one of"
        " YAML's signs such as `@`, `%`, `>` or `*`. Put it in quotes.",
        _HEAD + "doc: see: this\n",
        _HEAD + 'doc: "see: this"\nlayers: [{type: Dense, units: 2}]\n',
        mend="safe",
    ),
    _yaml(
        "SPC0011",
        "equation that must be quoted",
        "Inside braces a comma ends a value, so an equation without quotes falls into two "
        "keys. Quote the equation.",
        _HEAD + "layers:\n  - {type: EinsumDense, equation: ab,bc->ac, sizes: {c: 3}}\n",
        _HEAD + 'layers:\n  - {type: EinsumDense, equation: "ab,bc->ac", sizes: {c: 3}}\n',
        mend="safe",
    ),
    _yaml(
        "SPC0012",
        "key without a value",
        "Inside braces, or on a line of its own, a key is followed by a colon, a blank and "
        "a value. Write `null` where there is none.",
        _HEAD + "layers:\n  - {type: Dense, units: 2, use_bias}\n",
        _HEAD + "layers:\n  - {type: Dense, units: 2, use_bias: true}\n",
        mend="safe",
    ),
    _yaml(
        "SPC0013",
        "commas",
        "Values inside brackets are separated by one comma each.",
        _HEAD + "layers:\n  - {type: Dense, units: 2 name: d}\n",
        mend="safe",
    ),
    _yaml(
        "SPC0014",
        "duplicate key",
        "A key stands twice in one mapping. Most readers keep the last one silently; here "
        "it is refused, since one of them is not what its author meant.",
        _HEAD + "layers:\n  - {type: Dense, units: 2, units: 3}\n",
        mend="unsafe",
    ),
    _yaml(
        "SPC0015",
        "key that is not text",
        "A key is text on one line. Lists, mappings and aliases cannot be keys; a number is"
        " read as the text that it is written with.",
        _RIGHT + "metadata: {[1, 2]: a}\n",
        _RIGHT + 'metadata: {"1, 2": a}\n',
        mend="safe",
    ),
    _yaml(
        "SPC0016",
        "merge key",
        "`<<` is an old extension of YAML that other readers and JSON do not know. Use "
        "`defaults` for arguments that many layers share, or `blocks` for layers that "
        "repeat.",
        _RIGHT + "metadata: {<<: {a: 1}}\n",
        _RIGHT + "metadata: {a: 1}\n",
        mend="safe",
    ),
    _yaml(
        "SPC0017",
        "tag",
        "Tags such as `!!int` or `!name` tell a YAML reader to build something else than "
        "the plain data. They are never obeyed here. Write the value plainly.",
        _HEAD + "layers:\n  - {type: Dense, name: d, units: !!int 2}\n",
        mend="safe",
    ),
    _yaml(
        "SPC0018",
        "directive",
        "`%TAG` and `%YAML 1.1` change what a YAML text means. A spec is always YAML 1.2 "
        "without tags. Remove the line.",
        "%YAML 1.1\n---\n" + _RIGHT,
        mend="safe",
    ),
    _yaml(
        "SPC0019",
        "alias",
        "An alias `*name` repeats the value that an anchor `&name` above it has named. The "
        "name is unknown, or the alias stands inside its own value.",
        _HEAD + "layers:\n  - {type: Dense, units: *width}\n",
        _HEAD + "layers:\n  - {type: Dense, name: a, units: &w 2}\n  - {type: Dense, units: *w}\n",
        mend="unsafe",
    ),
    _yaml(
        "SPC0020",
        "leading zero",
        "`010` is eight to some YAML readers and ten to others. Write `10`, or `0o10` for "
        "octal. Quote it if it is text.",
        _HEAD + "layers:\n  - {type: Dense, units: 010}\n",
        _HEAD + "layers:\n  - {type: Dense, units: 10}\n",
        mend="unsafe",
    ),
    _yaml(
        "SPC0021",
        "underscore in a number",
        "`1_000` is a number to some YAML readers and text to others. Write `1000`, or "
        "quote it if it is text.",
        _HEAD + "layers:\n  - {type: Dense, units: 1_000}\n",
        _HEAD + "layers:\n  - {type: Dense, units: 1000}\n",
        mend="safe",
    ),
    _yaml(
        "SPC0022",
        "number out of range",
        "Integers lie between -2**63 and 2**63, floats are those of 64 bits. A number "
        "beyond is most often a slip.",
        _HEAD + "seed: 99999999999999999999\nlayers: [{type: Dense, units: 2}]\n",
        _HEAD + "seed: 9999999999\nlayers: [{type: Dense, units: 2}]\n",
    ),
    _yaml(
        "SPC0030",
        "too large",
        "The file, its number of values with aliases expanded, a value or a key is beyond "
        "its limit. The limits keep a small file from asking for all memory. Keep data in "
        "files of their own.",
        _BOMB,
    ),
    _yaml(
        "SPC0031",
        "too deep",
        "Lists and mappings stand inside each other deeper than any model needs. Most often"
        " brackets are not closed.",
        _HEAD + "metadata: {a: " + "[" * 70 + "]" * 70 + "}\n",
    ),
    _json(
        "SPC0040",
        "not JSON",
        "The text breaks JSON's grammar in a way that has no code of its own. The message "
        "says what stands where.",
        _JSON_HEAD + '"layers" []}\n',
        mend="safe",
    ),
    _json(
        "SPC0041",
        "commas in JSON",
        "JSON has one comma between two values, and none before a closing bracket.",
        _JSON_HEAD + '"layers": [{"type": "Dense", "units": 2},]}\n',
        mend="safe",
    ),
    _json(
        "SPC0042",
        "comment in JSON",
        "JSON has no comments. Use `doc` keys, which any node may carry, or a `.yaml` file.",
        "// a model\n" + _JSON_RIGHT,
        mend="unsafe",
    ),
    _json(
        "SPC0043",
        "unquoted text in JSON",
        "Text and keys stand in double quotes in JSON. Without quotes there are only "
        "numbers, `true`, `false` and `null`; there is no `NaN` and no `Infinity`.",
        _JSON_HEAD + "layers: []}\n",
        mend="safe",
    ),
)
