"""What other languages call a function, and what to write for what is none here."""

from __future__ import annotations

MEANT = {
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh")},
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
    "concatenate": "concat",
    "cat": "concat",
    "expand_dims": "expand",
    "unsqueeze": "expand",
    "take": "gather",
    "permute": "transpose",
    "permute_dimensions": "transpose",
    "moveaxis": "transpose",
    **{f"reduce_{name}": name for name in ("sum", "mean", "max", "min", "prod", "any", "all")},
}
IN_WORDS = {
    "logical_and": "write `a and b`",
    "logical_or": "write `a or b`",
    "logical_not": "write `not a`",
    "len": "write `shape(x)[0]`",
    "power": "write `x ** y`",
    "pow": "write `x ** y`",
    "add": "write `x + y`",
    "subtract": "write `x - y`",
    "multiply": "write `x * y`",
    "divide": "write `x / y`",
    "mod": "write `x % y`",
    "negative": "write `-x`",
    "equal": "write `x == y`",
    "greater": "write `x > y`",
    "less": "write `x < y`",
}


def not_registered(name: str) -> str:
    """What to do about a name that may be a Python function."""
    return (
        "a Python function can be registered only where Python compiles the spec: "
        f'`compile_file(…, functions={{"{name}": …}})`'
    )
