"""Lints of what nothing in a spec reads or uses."""

from __future__ import annotations

from spec_compiler.codes.code import Code

_HEAD = "specc: 1\ninputs: {x: {shape: [4]}}\n"
_PARAM = (
    "specc: 1\nparams: {width: 3REST}\ninputs: {x: {shape: [4]}}\n"
    "layers:\n  - {type: Dense, units: width}\n"
)
_DIMS = (
    "specc: 1\ndims: {steps: {}REST}\ninputs: {x: {shape: [steps, 3]}, y: {shape: [SECOND, 3]}}\n"
    "layers:\n  - {type: Dot, from: [x, y], axes: 2}\n"
)
_BLOCK = (
    f"{_HEAD}blocks:\n"
    "  pair:\n"
    "    inputs: {x: {shape: [4]}, y: {shape: [4]}}\n"
    "    layers: [{type: Add, name: both, from: [x, OTHER]}]\n"
    "    outputs: both\n"
    "layers:\n  - {use: pair, from: {x: x, y: x}}\n"
)
_DEFAULTS = (
    "specc: 1\ndefaults: {KIND: {activation: relu}}\ninputs: {x: {shape: [4]}}\n"
    "layers:\n  - {type: Dense, units: 3}\n"
)


def _layers(*layers: str) -> str:
    return f"{_HEAD}layers:\n" + "".join(f"  - {{{layer}}}\n" for layer in layers)


UNUSED: tuple[Code, ...] = (
    Code(
        "SPC1001",
        "param that nothing reads",
        "No size, no argument and no other param needs it, so that a value for it changes nothing. "
        "Most often a number stands where its name was meant.",
        _PARAM.replace("REST", ", depth: 2"),
        _PARAM.replace("REST", ""),
        mend="unsafe",
    ),
    Code(
        "SPC1002",
        "dim that nothing reads",
        "It stands in no shape, so that its bounds hold nothing to them.",
        _DIMS.replace("REST", ", frames: {max: 9}").replace("SECOND", "steps"),
        _DIMS.replace("REST", "").replace("SECOND", "steps"),
        mend="unsafe",
    ),
    Code(
        "SPC1003",
        "block that nothing uses",
        "A model has a block that is in none of its layers. A file of blocks alone is for others, "
        "and nothing is said of it.",
        f"{_HEAD}blocks:\n  half: {{inputs: {{x: {{}}}}, layers: [{{type: Dense, units: 2}}], "
        "outputs: dense}\nlayers:\n  - {type: Dense, units: 2}\n",
        f"{_HEAD}blocks:\n  half: {{inputs: {{x: {{}}}}, layers: [{{type: Dense, units: 2}}], "
        "outputs: dense}\nlayers:\n  - {use: half}\n",
        mend="unsafe",
    ),
    Code(
        "SPC1004",
        "import that nothing uses",
        "Nothing of the file is used, and yet it has to be there.",
        f"imports: {{std: 'specc:std'}}\n{_layers('type: Dense, units: 3')}",
        _layers("type: Dense, units: 3"),
        mend="safe",
    ),
    Code(
        "SPC1005",
        "input of a block that nothing in it reads",
        "Each use has to feed it, for nothing. Often a layer reads the item above it, where the "
        "input was meant.",
        _BLOCK.replace("OTHER", "x"),
        _BLOCK.replace("OTHER", "y"),
    ),
    Code(
        "SPC1006",
        "defaults of a layer that is not there",
        "`defaults` says what all layers of a type have, and the file has none of that type.",
        _DEFAULTS.replace("KIND", "Conv1D"),
        _DEFAULTS.replace("KIND", "Dense"),
        mend="safe",
    ),
    Code(
        "SPC1007",
        "dim that ties nothing",
        "A dim says that sizes are the same wherever it stands; one without bounds that stands in "
        "a single place says nothing. Where the name is there to be read, that is a good reason: "
        "this lint is off until it is asked for.",
        _DIMS.replace("REST", "").replace("SECOND", "null"),
        _DIMS.replace("REST", "").replace("SECOND", "steps"),
        "validate --select SPC1007 model.yaml",
    ),
)
