"""What other languages call a function and its arguments, and what says the same in operators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from spec_compiler.expression.other_tools.given import Said, piece

MODULES = frozenset({
    "np", "numpy", "tf", "tensorflow", "K", "keras", "ops", "backend", "torch", "F", "nn", "jnp",
    "jax", "math", "linalg", "activations", "layers", "lax", "scipy", "special", "functional",
})  # fmt: skip
"""What stands before the dots of functions that belong to no tensor."""
SYNONYMS = {
    "concatenate": "concat",
    "expand_dims": "expand",
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh")},
}
"""Names of NumPy and Keras that are as good as ours."""
MEANT = {
    **{f"bitwise_{name}": f"bit_{name}" for name in ("and", "or", "xor")},
    "left_shift": "shift_left",
    "right_shift": "shift_right",
    "bitwise_left_shift": "shift_left",
    "bitwise_right_shift": "shift_right",
    "sliding_window_view": "windows",
    "put_along_axis": "scatter",
    "scatter_nd": "scatter",
    "amax": "max",
    "amin": "min",
    "astype": "cast",
    "cat": "concat",
    "unsqueeze": "expand",
    "absolute": "abs",
    "logsigmoid": "log_sigmoid",
    "hardtanh": "hard_tanh",
    "swish": "silu",
    "view": "reshape",
    "variance": "var",
    "take": "gather",
    "permute": "transpose",
    "permute_dimensions": "transpose",
    **{f"reduce_{name}": name for name in ("sum", "mean", "max", "min", "prod", "any", "all")},
    "reduce_logsumexp": "logsumexp",
}
"""Names that are not ours, and what is most probably meant."""
IN_OPERATORS = {
    **dict.fromkeys(("add", "__add__"), "x + y"),
    **dict.fromkeys(("sub", "subtract"), "x - y"),
    **dict.fromkeys(("mul", "multiply"), "x * y"),
    **dict.fromkeys(("div", "divide", "true_divide", "truediv"), "x / y"),
    "floor_divide": "x // y",
    **dict.fromkeys(("mod", "remainder"), "x % y"),
    **dict.fromkeys(("pow", "power"), "x ** y"),
    **dict.fromkeys(("neg", "negative"), "-x"),
    **dict.fromkeys(("eq", "equal"), "x == y"),
    **dict.fromkeys(("ne", "not_equal"), "x != y"),
    **dict.fromkeys(("lt", "less"), "x < y"),
    **dict.fromkeys(("le", "less_equal"), "x <= y"),
    **dict.fromkeys(("gt", "greater"), "x > y"),
    **dict.fromkeys(("ge", "greater_equal"), "x >= y"),
    "logical_and": "a and b",
    "logical_or": "a or b",
    "logical_not": "not a",
    "len": "shape(x)[0]",
    "reciprocal": "1 / x",
    "size": "prod(shape(x))",
    "outer": "x[..., None] * y[..., None, :]",
    **dict.fromkeys(
        ("normalize", "l2_normalize"),
        "x / maximum(norm(x, axis=-1, keepdims=True), 1e-12)",
    ),
    "cosine_similarity": "sum(x * y, axis=-1) / (norm(x, axis=-1) * norm(y, axis=-1))",
    **dict.fromkeys(("radians", "deg2rad"), "x * pi / 180"),
    **dict.fromkeys(("degrees", "rad2deg"), "x * 180 / pi"),
    "hypot": "sqrt(x ** 2 + y ** 2)",
    "logaddexp": "logsumexp(stack([x, y]), axis=0)",
    "diff": "x[:, 1:] - x[:, :-1]",
    "ptp": "max(x, axis=-1) - min(x, axis=-1)",
    "isin": "any(x[..., None] == [1, 2], axis=-1)",
    "nanmean": "sum(where(isnan(x), 0, x), axis=-1) / sum(not isnan(x), axis=-1)",
    "average": "sum(x * weights, axis=-1) / sum(weights, axis=-1)",
    "trace": "sum(x * eye(shape(x)[-1]), axis=(-2, -1))",
    "diagonal": "sum(x * eye(shape(x)[-1]), axis=-1)",
    "count_nonzero": "sum(cast(x != 0, 'int32'))",
    **dict.fromkeys(("tensordot", "batch_dot", "vdot", "inner"), "einsum('bi,bi->b', x, y)"),
}
"""What a function does in operators, or in functions of ours, of operands in their order."""


NO_COUNTERPART = frozenset({
    "argwhere", "cond", "cov", "cross", "det", "interp", "inv", "kron", "linalg", "map", "median",
    "nanmax", "nanmedian", "nanmin", "nanstd", "nansum", "nanvar", "nonzero", "normal", "qr",
    "quantile", "random", "scan", "searchsorted", "select", "svd", "uniform",
})  # fmt: skip
"""Functions of NumPy and Keras that are called like one of ours, and are not near enough to it."""
_OPERAND = re.compile(r"\b(?:x|y|a|b|weights)\b(?!')")
_OPERATION = re.compile(r"(?:-|not )?\w|\w \S+ \w")
"""One operator, which means what the function does."""


def in_operators(name: str, operands: Sequence[str]) -> Said | None:
    """What a function does to operands; None where it is not known, or of another number of them.

    Args:
        name: What the function is called elsewhere.
        operands: Each as one piece.
    """
    template = IN_OPERATORS.get(name, "")
    names = list(dict.fromkeys(_OPERAND.findall(template)))
    if not names or len(names) != len(operands):
        return None
    by_name = dict(zip(names, operands, strict=True))
    text = _OPERAND.sub(lambda found: by_name[found[0]], template)
    return Said(text, _OPERATION.fullmatch(template) is not None, whole=piece(text) == text)


def in_quotes(dtype: str) -> str:
    """What to write for a dtype that stands in an expression like a name."""
    return f"write the dtype in quotes: `'{dtype}'`"


def named_where_fed(paths: Iterable[str]) -> str:
    """What to do about outputs and weights of layers, `encoder.state_h`, which are no names."""
    entries = ", ".join(f"{path.rpartition('.')[2]}: {path}" for path in paths)
    return f"name it where it is fed, and write that name: `from: {{{entries}}}`"


def not_registered(name: str) -> str:
    """What to do about a name that may be a Python function."""
    return (
        "a Python function can be registered only where Python compiles the spec: "
        f'`compile_file(…, functions={{"{name}": …}})`'
    )
