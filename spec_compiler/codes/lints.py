"""Lints: what is valid, and most often a slip."""

from __future__ import annotations

from spec_compiler.codes.code import Code
from spec_compiler.codes.lints_of_unused import UNUSED

_HEAD = "specc: 1\ninputs: {x: {shape: [4]}}\n"
_TOKENS = "specc: 1\ninputs: {t: {shape: [7], dtype: int32, values: {min: MIN, max: 9}}}\n"
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
_STOPPED = (
    f"{_HEAD}layers:\n  - {{type: Dense, name: y, units: 3}}\n"
    "train:\n  loss: mse\n  optimizer: adam\n  early_stopping: {monitor: loss, MODEpatience: 3}\n"
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
        "SPC1017",
        "rows of a batch that read each other",
        "Without `axis` a reduction takes all of a tensor, the batch with it: what a row gives "
        "then depends on which others come with it, and on how large a batch is. A total that no "
        "row is combined with is nothing to wonder at; and axes that are named are meant.",
        _layers("type: Dense, units: 3", 'type: Lambda, function: "x / norm(x)"'),
        _layers(
            "type: Dense, units: 3",
            'type: Lambda, function: "x / norm(x, axis=-1, keepdims=True)"',
        ),
        mend="unsafe",
    ),
    Code(
        "SPC1018",
        "images in two orders",
        "With `channels_first` a layer reads `[3, 32, 32]`, with `channels_last`, which is usual, "
        "`[32, 32, 3]`. Where one gives the one and the next takes the other, sizes often fit all "
        "the same, and height is taken for channels.",
        _IMAGES.replace("SHAPE", "[32, 32, 3]")
        + "  - {type: MaxPooling2D, MORE}\n".replace("MORE", "data_format: channels_first"),
        _IMAGES.replace("SHAPE", "[32, 32, 3]") + "  - {type: MaxPooling2D}\n",
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
        "SPC1025",
        "loss of shares for single classes",
        "`categorical_crossentropy` compares the shares of one whole, as a softmax gives them; a "
        "number of a sigmoid is from 0 to 1 by itself. Keras divides them by their sum, and "
        "trains; what the model gives afterwards does not add up to 1.",
        _SHARES.replace("LOSS", "categorical_crossentropy").replace("softmax", "sigmoid"),
        _SHARES.replace("LOSS", "categorical_crossentropy"),
        mend="unsafe",
    ),
    Code(
        "SPC1026",
        "end of training where it becomes worse",
        "`mode: max` waits until a number grows no more, and `min` until it falls no more. Of a "
        "loss less is better: with `max` training ends after its first epochs, at its worst. "
        "`auto`, which stands where none is written, knows it of each loss and metric.",
        _STOPPED.replace("MODE", "mode: max, "),
        _STOPPED.replace("MODE", ""),
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
