"""Lints: what is valid, and most often a slip."""

from __future__ import annotations

from spec_compiler.codes.code import Code

_HEAD = "specc: 1\ninputs: {x: {shape: [4]}}\n"
_TOKENS = "specc: 1\ninputs: {t: {shape: [7], dtype: int32, values: {min: MIN, max: 9}}}\n"
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
_TESTED = (
    f"{_HEAD}layers:\n  - {{type: Dense, name: y, units: 3}}\n"
    "tests:\n  - {name: three numbers, expect: {y: {shape: [null, 3]REST}}}\n"
)
_WIDE = "specc: 1\ninputs: {x: {shape: [4], dtype: DTYPE}}\nlayers:\n  - {type: Dense, units: 3}\n"
_IGNORED = (
    "specc: 1\nparams: {width: 3, old: 4}COMMENT\ninputs: {x: {shape: [4]}}\n"
    "layers:\n  - {type: Dense, units: width}\n"
)
_IMAGES = (
    "specc: 1\ninputs: {x: {shape: SHAPE}}\n"
    "layers:\n  - {type: Conv2D, filters: 8, kernel_size: 3, padding: same}\n"
)
_SHARES = (
    f"{_HEAD}layers:\n  - {{type: Dense, name: y, units: 3, activation: softmax}}\n"
    "train: {loss: LOSS, optimizer: adam}\n"
)
_BASE = '{"baseline": 1, "findings": {FINDINGS}}\n'
_WEIGHTS = (
    "specc: 1\nweights: {file: w.safetensors, get: make weightsREST}\ninputs: {x: {shape: [4]}}\n"
    "layers:\n  - {type: Dense, units: 3}\n"
)


def _layers(*layers: str) -> str:
    return f"{_HEAD}layers:\n" + "".join(f"  - {{{layer}}}\n" for layer in layers)


def _tokens(low: int, *layers: str) -> str:
    text = _TOKENS.replace("MIN", str(low))
    return f"{text}layers:\n" + "".join(f"  - {{{layer}}}\n" for layer in layers)


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
        mend="safe",
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

LINTS: tuple[Code, ...] = (
    *UNUSED,
    Code(
        "SPC1011",
        "two activations in a row",
        "One activation bends what another one has bent, with nothing between them and nothing "
        "else that reads it: a ReLU before a softmax takes half of what it could say, and twice "
        "the same does nothing. Most often a layer with `activation` was given a second one.",
        _layers("type: Dense, units: 3, activation: relu", "type: Softmax"),
        _layers("type: Dense, units: 3", "type: Softmax"),
        mend="unsafe",
    ),
    Code(
        "SPC1012",
        "bias before a normalization",
        "A BatchNormalization subtracts the mean of each channel, and with it whatever a bias "
        "added: the weight is trained and read for nothing. It is no mistake, and a note.",
        _layers("type: Dense, units: 3", "type: BatchNormalization"),
        _layers("type: Dense, units: 3, use_bias: false", "type: BatchNormalization"),
        mend="unsafe",
    ),
    Code(
        "SPC1013",
        "softmax over padding",
        "An activation knows nothing of masks: along an axis that is masked the padding gets a "
        "share, and all others less. The layer Softmax gives it none.",
        _tokens(
            0,
            "type: Embedding, input_dim: 10, output_dim: 3, mask_zero: true",
            "type: Activation, activation: {type: softmax, axis: 1}",
        ),
        _tokens(
            0,
            "type: Embedding, input_dim: 10, output_dim: 3, mask_zero: true",
            "type: Softmax, axis: 1",
        ),
        mend="unsafe",
    ),
    Code(
        "SPC1014",
        "mask of what never comes",
        "`mask_zero` says that index 0 is padding, and the input's `values` say that it never "
        "comes: nothing is masked. Numbers of things then begin at 1, 0 is for padding, and "
        "`input_dim` is one more than the greatest number.",
        _tokens(1, "type: Embedding, input_dim: 10, output_dim: 3, mask_zero: true"),
        _tokens(0, "type: Embedding, input_dim: 10, output_dim: 3, mask_zero: true"),
        mend="unsafe",
    ),
    Code(
        "SPC1015",
        "first values that do not suit an activation",
        "`selu` keeps mean and variance only where kernels begin as `lecun_normal`; units that "
        "begin with zeros stay alike; and kernels for a ReLU are too large for `tanh` and "
        "`sigmoid`. Training may get there all the same: this is a note.",
        _layers("type: Dense, units: 3, activation: selu"),
        _layers("type: Dense, units: 3, activation: selu, kernel_initializer: lecun_normal"),
        mend="unsafe",
    ),
    Code(
        "SPC1016",
        "channels where the height is looked for",
        "PyTorch has the channels of an image first, `[3, 32, 32]`; Keras, and so specc, has them "
        "last. Read so, an image is 3 rows high with 32 channels, which most often is no error of "
        "shapes: the model trains, and learns little.",
        _IMAGES.replace("SHAPE", "[3, 32, 32]"),
        _IMAGES.replace("SHAPE", "[32, 32, 3]"),
        mend="unsafe",
    ),
    Code(
        "SPC1021",
        "test that looks at no number",
        "Shapes and dtypes are proved before anything runs, for all sizes: a test that expects "
        "nothing else cannot fail. `finite: true` is the least that numbers can be held to.",
        _TESTED.replace("REST", ""),
        _TESTED.replace("REST", ", finite: true"),
        mend="unsafe",
    ),
    Code(
        "SPC1022",
        "weights without a checksum",
        "Without `sha256` another file of the same names and shapes is taken as well. In a "
        "repository the file has a history; where it is fetched, nothing else says which it is. "
        "This lint is said in CI, where `CI` is `true`, and elsewhere where it is asked for.",
        _WEIGHTS.replace("REST", ""),
        _WEIGHTS.replace("REST", f", sha256: {'0123456789abcdef' * 4}"),
        "validate --select SPC1022 model.yaml",
    ),
    Code(
        "SPC1023",
        "float64 for nothing",
        "Data comes in as float64, and every layer that reads it casts it to a smaller dtype "
        "before it computes: twice the memory for the same numbers. Where the digits matter, the "
        "layers have to compute with them.",
        _WIDE.replace("DTYPE", "float64"),
        _WIDE.replace("DTYPE", "float32"),
        mend="unsafe",
    ),
    Code(
        "SPC1024",
        "loss of single classes for shares",
        "`binary_crossentropy` compares each number with a label of its own, as of things that can "
        "be true together; the numbers of a softmax are shares of one whole. Keras computes it all "
        "the same, and the accuracy that it shows beside it is another one.",
        _SHARES.replace("LOSS", "binary_crossentropy"),
        _SHARES.replace("LOSS", "categorical_crossentropy"),
        mend="unsafe",
    ),
    Code(
        "SPC1091",
        "comment that ignores nothing",
        "`# specc: ignore[CODE] reason` takes away findings of its line, or, on a line of its own, "
        "of the entry that comes next. Here there is no such finding any more.",
        _IGNORED.replace("COMMENT", "  # specc: ignore[SPC1001, SPC1002] set by scripts"),
        _IGNORED.replace("COMMENT", "  # specc: ignore[SPC1001] set by scripts"),
        mend="safe",
    ),
    Code(
        "SPC1092",
        "finding that is ignored for no reason",
        "Whoever reads the comment later has to know whether it still holds: it says why.",
        _IGNORED.replace("COMMENT", "  # specc: ignore[SPC1001]"),
        _IGNORED.replace("COMMENT", "  # specc: ignore[SPC1001] set by scripts"),
    ),
    Code(
        "SPC1093",
        "comment that cannot ignore what it names",
        "It names no code, one that there is not, or one that is an error here: what validates "
        "runs, and no comment changes that.",
        _IGNORED.replace("COMMENT", "  # specc: ignore[SPC1001, SPC9001] set by scripts"),
        _IGNORED.replace("COMMENT", "  # specc: ignore[SPC1001] set by scripts"),
        mend="unsafe",
    ),
    Code(
        "SPC1094",
        "baseline of what is mended",
        "A baseline holds what was found when it was written. Some of it is found no more: "
        "`--write-baseline` writes it again, and holds the specs to what they are now.",
        _BASE.replace(
            "FINDINGS",
            '"0123456789abcdef0123456789abcdef": {"file": "model.yaml", "code": "SPC1001", '
            '"message": "nothing reads the param `old`"}',
        ),
        _BASE.replace("FINDINGS", ""),
        "validate --baseline known.json model.yaml",
        varies="known.json",
        files={"model.yaml": _layers("type: Dense, units: 3")},
        mend="elsewhere",
    ),
    Code(
        "SPC1095",
        "setting that is none",
        "`specc.toml`, or `[tool.specc]` in `pyproject.toml`, says which findings are wanted, in a "
        "few settings: `select`, `ignore`, `severity`, `deny-warnings`, `per-file-ignores`, "
        "`exclude` and `baseline`. Nothing in it names code, or a file outside of its folder.",
        "deny-warning = true\n",
        "deny-warnings = true\n",
        varies="specc.toml",
        files={"model.yaml": _layers("type: Dense, units: 3")},
        mend="elsewhere",
    ),
    Code(
        "SPC1096",
        "baseline that cannot be read",
        "A baseline is a file that `specc validate --baseline FILE --write-baseline` writes. Only "
        "findings that leave a spec valid may be in it.",
        "[]\n",
        _BASE.replace("FINDINGS", ""),
        "validate --baseline known.json model.yaml",
        varies="known.json",
        files={"model.yaml": _layers("type: Dense, units: 3")},
        mend="elsewhere",
    ),
)
"""All of this family."""
