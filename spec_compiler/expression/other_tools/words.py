"""What other languages call a function, and what to write for what is none here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spec_compiler.fixes import Fix, advise, rewrite, write
from spec_compiler.formula.syntax import Index, Invocation, Literal, Name
from spec_compiler.ir.types import DTYPES

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
    "view": "reshape",
    "variance": "var",
    "take": "gather",
    "permute": "transpose",
    "permute_dimensions": "transpose",
    **{f"reduce_{name}": name for name in ("sum", "mean", "max", "min", "prod", "any", "all")},
}
OTHER_ARGUMENTS = {
    (
        "gather",
        "batch_dims",
    ): "write `take_along_axis(x, indices[..., None], axis)`: other entries in each row",
}
"""What to write for an argument that a function has elsewhere."""
MEANT_ARGUMENTS = {"dim": "axis", "axes": "axis", "keepdim": "keepdims", "keep_dims": "keepdims"}
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
    "greater_equal": "write `x >= y`",
    "less": "write `x < y`",
    "less_equal": "write `x <= y`",
    "not_equal": "write `x != y`",
    "floor_divide": "write `x // y`",
    "reciprocal": "write `1 / x`",
    "size": "write `prod(shape(x))`",
    "outer": "write `x[..., None] * y[..., None, :]`",
    **dict.fromkeys(
        ("normalize", "l2_normalize"),
        "write `x / maximum(norm(x, axis=-1, keepdims=True), 1e-12)`",
    ),
    "cosine_similarity": "write `sum(x * y, axis=-1) / (norm(x, axis=-1) * norm(y, axis=-1))`",
    **dict.fromkeys(("radians", "deg2rad"), "write `x * pi / 180`"),
    **dict.fromkeys(("degrees", "rad2deg"), "write `x * 180 / pi`"),
    "hypot": "write `sqrt(x ** 2 + y ** 2)`",
    "logaddexp": "write `logsumexp(stack([x, y]), axis=0)`",
    "diff": "write `x[:, 1:] - x[:, :-1]`",
    "ptp": "write `max(x, axis=-1) - min(x, axis=-1)`",
    "isin": "write `any(x[..., None] == [1, 2], axis=-1)`",
    "nanmean": "write `sum(where(isnan(x), 0, x), axis=-1) / sum(not isnan(x), axis=-1)`",
    "average": "write `sum(x * weights, axis=-1) / sum(weights, axis=-1)`",
    "trace": "write `sum(x * eye(shape(x)[-1]), axis=(-2, -1))`",
    "diagonal": "write `sum(x * eye(shape(x)[-1]), axis=-1)`",
    "count_nonzero": "write `sum(cast(x != 0, 'int32'))`",
    **dict.fromkeys(
        ("tensordot", "batch_dot", "vdot", "inner"), "write `einsum('bi,bi->b', x, y)`"
    ),
}


NO_COUNTERPART = frozenset({
    "median", "nanmedian", "quantile", "percentile", "cross", "searchsorted", "digitize",
    "bincount", "histogram", "unique", "nonzero", "argwhere", "interp", "meshgrid",
    "convolve", "correlate", "corrcoef", "cov", "fft", "ifft", "rfft", "linalg", "det", "inv",
    "pinv", "svd", "qr", "cholesky", "solve", "eig", "eigh", "lstsq", "kron", "random",
    "normal", "uniform", "shuffle", "map", "scan", "vmap", "cond", "while_loop", "fori_loop",
    "vectorized_map", "nextafter", "gcd", "lcm", "nansum", "nanmax", "nanmin", "nanstd",
    "nanvar", "select", "piecewise", "unravel_index", "packbits",
})  # fmt: skip
"""Functions of NumPy and Keras that nothing here is near enough to: no guess is right."""
_CONSTANTS = {"newaxis": "None", "e": "exp(1)"}
_ATTRIBUTES = {
    "shape": "shape({0})",
    "size": "prod(shape({0}))",
    "mask": "mask({0})",
    "mT": "swapaxes({0}, -2, -1)",
    "T": "transpose({0})",
}
_OF_LISTS = frozenset({"reshape", "tile", "squeeze"})
"""Functions whose second argument is a list, which other languages spread out."""
_OF_ONE = frozenset({"max", "min"})
"""Functions whose axis is named: a number beside a tensor may be meant as the other of two."""
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_WORDS = re.compile(r"write `(.+)`")
_OPERAND = re.compile(r"\b(?:x|y|a|b|weights)\b")
_OPERATION = re.compile(r"(?:-|not )?\w|\w \S+ \w")
"""One operator, which means what the function does."""
_METHOD = re.compile(r"\. *([A-Za-z_]\w*) *\(([^()]*)\)")
_NAME_BEFORE = re.compile(r"[A-Za-z_]\w*$")
_OVER_AXES = frozenset({"sum", "mean", "prod", "max", "min", "std", "var", "any", "all"})
_CALLED = re.compile(r" *\(([^()]*)\)")


def attribute(text: str, at: int) -> Fix | None:
    """What to write for a path such as `np.tanh`, `x.max(axis=1)` or `x.shape`.

    Args:
        text: An expression.
        at: Where the first dot of the path stands, which is blamed.
    """
    path = next((found for found in _PATH.finditer(text) if found.start() < at < found.end()), None)
    if path is None or text[at] != ".":
        return _method_behind(text, at)
    of_path = path.start() - at, path.end() - at
    head, *middle, name = path[0].split(".")
    known = SYNONYMS.get(name) or MEANT.get(name, name)
    call = _CALLED.match(text, path.end())
    if head in MODULES:
        module = path[0].removesuffix(name)
        if name in IN_WORDS:
            return write(name, words=IN_WORDS[name])._replace(part=of_path)
        if text[path.end() :].lstrip().startswith("("):
            words = f"`{module}` is not written: write `{known}(…)`"
        elif name in DTYPES or name.removesuffix("_") in DTYPES:
            dtype = name.removesuffix("_")
            return write(f"'{dtype}'", words=in_quotes(dtype))._replace(part=of_path)
        else:
            known = _CONSTANTS.get(name, known)
            words = f"`{module}` is not written: write `{known}`"
        return write(known, words=words)._replace(part=of_path)
    if call and not middle:
        given = call[1].strip()
        if known in _OF_LISTS and given and not given.startswith("[") and "=" not in given:
            given = f"[{given}]"
        if known in _OF_ONE and given.lstrip("-").isdigit():
            given = f"axis={given}"
        inner = f"{head}, {given}" if given else head
        return write(f"{known}({inner})")._replace(part=(of_path[0], call.end() - at))
    if name in _ATTRIBUTES and not middle:
        return write(_ATTRIBUTES[name].format(head))._replace(part=of_path)
    return advise("" if call else named_where_fed([path[0]]))


def _method_behind(text: str, at: int) -> Fix | None:
    """`sum(a * b, axis=1)` for `(a * b).sum(axis=1)`, where a dot stands behind a bracket."""
    start, called = _opened(text, at - 1), _METHOD.match(text, at)
    if text[at] != "." or start is None or called is None:
        return None
    name = SYNONYMS.get(called[1]) or MEANT.get(called[1], called[1])
    before = _NAME_BEFORE.search(text[:start])
    alone = text[start] == "(" and before is None
    whole = start if before is None else before.start()
    held = (start + 1, at - 1) if alone else (whole, at)
    given = called[2].strip()
    if name in _OF_LISTS and given and not given.startswith("[") and "=" not in given:
        given = f"[{given}]"
    if name in _OVER_AXES and given.lstrip("-").isdigit():
        given = f"axis={given}"
    call = f"{name}(@0, {given})" if given else f"{name}(@0)"
    words = f"write `{name}({text[slice(*held)]}{', ' if given else ''}{given})`"
    part, sure = (whole, called.end()), name in _OVER_AXES
    return rewrite(call, part, held, of=(at, at + 1), words=words, safe=sure)


def _opened(text: str, end: int) -> int | None:
    """Where the bracket opens that closes at a column; None where none does."""
    depth = 0
    for at in range(end, -1, -1):
        depth += (text[at] in ")]") - (text[at] in "([")
        if not depth:
            return at if at < end else None
    return None


def in_operators(call: Invocation, words: str | None) -> Fix | None:
    """What `words` say about a call, with what it is given in the place of `x` and `y`."""
    found = _WORDS.fullmatch(words or "")
    if found is None:
        return None
    names = list(dict.fromkeys(_OPERAND.findall(found[1])))
    given = call.arguments
    if len(names) != len(given) or any(item.keyword for item in given):
        return advise(words or "")
    simple = [isinstance(item.value, Name | Literal | Invocation | Index) for item in given]
    pieces = {
        name: f"@{at}" if whole else f"(@{at})"
        for at, (name, whole) in enumerate(zip(names, simple, strict=True))
    }
    text = _OPERAND.sub(lambda name: pieces[name[0]], found[1])
    holes = [item.at for item in given]
    safe = _OPERATION.fullmatch(found[1]) is not None
    return rewrite(text, call.at, *holes, of=call.function.at, words=words or "", safe=safe)


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
