"""What other libraries call an activation, and those that Keras has not.

Only what is the same function for every number is a safe mend: a letter makes another one.
"""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.fixes import Fix, called, rename, write

_TANH = "{type: gelu, approximate: true}"
_LAMBDA = 'a Lambda behind the layer says it: `{{type: Lambda, function: "{}"}}`'
_BLOCK = (
    "it halves what it reads, so it is a block: `use: std.{}`, with `imports: {{std: specc:std}}`"
)
_NONE = "Keras has no such activation; what it does, a Lambda behind the layer can say"

NAMES: Mapping[str, str | Fix] = {
    **dict.fromkeys(("identity", "id", "noop", "passthrough"), rename("linear", safe=True)),
    "exp": rename("exponential", safe=True),
    **dict.fromkeys(("logistic", "sigm", "expit"), rename("sigmoid", safe=True)),
    **dict.fromkeys(("hswish", "hsilu"), rename("hard_silu", safe=True)),
    "hsigmoid": rename("hard_sigmoid", safe=True),
    **dict.fromkeys(("htanh", "cliptanh"), rename("hard_tanh", safe=True)),
    **dict.fromkeys(
        ("rectifier", "rectify", "rectified", "rectifiedlinear"), rename("relu", safe=True)
    ),
    **dict.fromkeys(("sil", "swish1"), rename("silu", safe=True)),
    **dict.fromkeys(
        ("geluexact", "gelupython", "gelunone", "gelupytorch"), rename("gelu", safe=True)
    ),
    **dict.fromkeys(("gelutanh", "gelupytorchtanh", "gelunew"), write(_TANH)),
    **dict.fromkeys(
        ("gelufast", "fastgelu", "geluaccurate", "geluapprox", "geluapproximate", "approxgelu"),
        write(_TANH, safe=False),
    ),
    **dict.fromkeys(("quickgelu", "geluquick"), _LAMBDA.format("x * sigmoid(1.702 * x)")),
    **dict.fromkeys(
        ("lrelu", "lkrelu", "leaky", "leakyrectifier"),
        called("leaky_relu", "write `leaky_relu`, whose `negative_slope` is 0.2 unless it is said"),
    ),
    **{name: _BLOCK.format(name) for name in ("geglu", "swiglu")},
    **{name: _LAMBDA.format(f"{name}(x)") for name in ("abs", "square", "sqrt", "log")},
    "reglu": _LAMBDA.format("relu(x[..., :n]) * x[..., n:]"),
    "prelu": "it has weights, so it is a layer: `{type: PReLU}` behind this one",
    "rrelu": "what runs of it is `{type: leaky_relu, negative_slope: 0.2292}`",
    "crelu": _LAMBDA.format("concat([relu(x), relu(-x)], axis=-1)"),
    "softmin": _LAMBDA.format("softmax(-x)"),
    **dict.fromkeys(
        ("relu2", "squaredrelu", "relusquared", "sqrelu"), _LAMBDA.format("relu(x) ** 2")
    ),
    **dict.fromkeys(("sin", "sine", "siren"), _LAMBDA.format("sin(x)")),
    **dict.fromkeys(("cos", "cosine"), _LAMBDA.format("cos(x)")),
    **dict.fromkeys(
        (
            *("srelu", "brelu", "frelu", "dyrelu", "aprelu", "telu", "pelu", "isru", "isrlu"),
            *("snake", "lisht", "elish", "hardelish", "hardmish", "tanhexp", "serf", "smelu"),
            *("step", "binarystep", "heaviside", "sign", "gaussian", "gauss", "bentidentity"),
            *("penalizedtanh", "rationaltanh", "rectifiedtanh", "maxout", "laplace", "gelu10"),
            *("clippedrelu", "clippedgelu", "logit", "phish", "aconc", "metaacon", "xielu"),
            *("entmax", "entmax15", "gumbelsoftmax", "hardsoftmax"),
        ),
        _NONE,
    ),
}
"""By names in small letters and without signs."""
