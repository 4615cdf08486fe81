"""Calls of NumPy, PyTorch, TensorFlow, JAX and Keras, and what says the same in an expression.

A row tells from the arguments of a call, each as it is to be written, what is written for it. Where
the same name means two things, `transpose` of two numbers or `expand`, the row tells which is meant
by what is given, or says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from spec_compiler.expression.other_tools.given import Given, Said, bound, call
from spec_compiler.expression.other_tools.picks import (
    gathered,
    joined,
    parted,
    selected,
    stacked,
    taken,
)

Row: TypeAlias = Callable[[Given], "Said | None"]


def _listed(texts: Sequence[str]) -> str:
    """Numbers that stand alone, or a list of them, as a list; a name may be of either."""
    one = len(texts) == 1 and (
        texts[0][:1] in "[(" or texts[0].isidentifier() or _IS_SHAPE.fullmatch(texts[0])
    )
    return texts[0] if one else f"[{', '.join(texts)}]"


_IS_SHAPE = re.compile(r"shape\(\w+\)")


def _same(function: str, *names: str, needs: int = 1) -> Row:
    """The same function with the same arguments in the same order, of which so many must be."""

    def row(given: Given) -> Said | None:
        held = bound(given, "x", *names, needs=needs)
        return None if held is None else call(function, held[0], *_by_name(names, held[1:]))

    return row


def _by_name(names: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Arguments, those without their keywords that stand before the first axis or missing one."""
    open_ = (
        at
        for at, pair in enumerate(zip(names, texts, strict=True))
        if "axis" in pair or not pair[1]
    )
    first = next(open_, len(texts))
    named = zip(names[first:], texts[first:], strict=True)
    return [*texts[:first], *(f"{name}={text}" for name, text in named if text)]


def _reduction(function: str) -> Row:
    def row(given: Given) -> Said | None:
        if len(given.places) > 2 and given.module not in ("torch", ""):
            return None  # NumPy has a dtype there
        if len(given.places) == 2 and given.module == "torch" and function in ("max", "min"):
            number = given.places[1].lstrip("-").isdigit()
            return None if number else call(f"{function}imum", *given.places)
        # with an axis torch gives the places, too, and `[0]` behind it is no index of rows
        of_torch = "dim" in given.named or (given.method and len(given.places) > 1)
        paired = function in ("max", "min") and (of_torch or given.module == "torch")
        held = bound(given, "x", "axis", "keepdims")
        if held is None or (function in ("argmax", "argmin") and not held[1]):
            return None
        deviates = function in ("var", "std")  # torch divides by one less
        if deviates and given.module == "torch":
            return None
        return call(function, held[0], axis=held[1], keepdims=held[2])._replace(
            safe=not (paired and held[1]) and not (deviates and given.method)
        )

    return row


def _transposed(given: Given) -> Said | None:
    rest = given.places[1:]
    numbers = len(rest) == 2 and all(item.lstrip("-").isdigit() for item in rest)
    if numbers and not given.named:  # two axes that change places, as in torch
        return call("swapaxes", *given.places, safe=given.module == "torch")
    if given.module == "torch" or not given.places:
        held = bound(given, "x", "axis1", "axis2", needs=3)
        return None if held is None else call("swapaxes", *held)
    return _permuted(given)


def _permuted(given: Given) -> Said | None:
    if given.named or not given.places:
        held = bound(given, "x", "axes")
        return None if held is None else call("transpose", *held)
    rest = given.places[1:]
    return call("transpose", given.places[0], _listed(rest) if rest else "")


def _shaped(function: str) -> Row:
    def row(given: Given) -> Said | None:
        if given.named or len(given.places) < 2:
            held = bound(given, "x", "shape", needs=2)
            return None if held is None else call(function, *held)
        return call(function, given.places[0], _listed(given.places[1:]))

    return row


def _flattened(given: Given) -> Said | None:
    held = bound(given, "x", "start_dim")
    return call("flatten", held[0], safe=bool(held[1])) if held and held[1] in ("", "1") else None


def _norm(given: Given) -> Said | None:
    held = bound(given, "x", "p", "axis", "keepdims")
    held = held if held or given.module == "torch" else bound(given, "x", "ord", "axis", "keepdims")
    if not held or held[1] not in ("", "2", "None", "'fro'"):
        return None
    whole = held[1] != "2" or held[2].lstrip("-").isdigit()  # of a matrix 2 is another norm
    return call("norm", held[0], axis=held[2], keepdims=held[3], safe=whole)


def _size(given: Given) -> Said | None:
    held = bound(given, "x", "axis") if given.method else None
    if held is None:
        return None
    return Said(f"shape({held[0]})[{held[1]}]" if held[1] else f"shape({held[0]})")


_DEVICES = ("cuda", "cpu", "mps", "xla", "device")


def _cast(given: Given) -> Said | None:
    held = bound(given, "x", "dtype", needs=2)
    if held is None or any(device in held[1] for device in _DEVICES):
        return None
    return call("cast", *held)


def _flipped(given: Given) -> Said | None:
    if given.named or len(given.places) < 2:
        held = bound(given, "x", "axis")
        return None if held is None else call("flip", *held)
    return call("flip", given.places[0], axis=_listed(given.places[1:]))


def _clamped(given: Given) -> Said | None:
    held = bound(given, "x", "min", "max")
    if held is None or not (held[1] or held[2]):
        return None
    low, high = held[1], held[2]
    if low and high:
        return call("clip", *held)
    return call("maximum", held[0], low) if low else call("minimum", held[0], high)


def _repeated(given: Given) -> Said | None:
    if given.method and len(given.places) > 2:
        # of two numbers the second is an axis in NumPy
        return call("tile", given.places[0], _listed(given.places[1:]), safe=len(given.places) > 3)
    held = bound(given, "x", "repeats", "axis", needs=3)
    return None if held is None else call("repeat", *held)


def _filled(given: Given) -> Said | None:
    held = bound(given, "x", "mask", "value", needs=3)
    if held is None:
        return None
    turned = held[1].startswith("(not ") and _is_one(held[1])
    if turned:
        return call("where", held[1][5:-1], held[0], held[2])
    return call("where", held[1], held[2], held[0])


def _is_one(text: str) -> bool:
    """Whether the first bracket is closed by the last sign."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if not depth:
            return at == len(text) - 1
    return False


def _chosen(given: Given) -> Said | None:
    held = bound(given, "x", "condition", "y", needs=3) if given.method else None
    if held:
        return call("where", held[1], held[0], held[2])
    return call("where", *given.places) if len(given.places) == 3 and not given.method else None


def _multiplied(given: Given) -> Said | None:
    held = bound(given, "x", "y", "transpose_a", "transpose_b", needs=2)
    if held is None or {*held[2:]} - {"", "True", "False"}:
        return None
    turned = [
        f"swapaxes({text}, -2, -1)" if flag == "True" else text
        for text, flag in zip(held[:2], held[2:], strict=True)
    ]
    return call("matmul", *turned)


def _cast_to(dtype: str) -> Row:
    def row(given: Given) -> Said | None:
        alone = given.method and len(given.places) == 1 and not given.named
        return call("cast", given.places[0], f"'{dtype}'") if alone else None

    return row


def _itself(given: Given) -> Said | None:
    one = len(given.places) == 1
    return Said(given.places[0], whole=given.places[0].isidentifier()) if one else None


def _as_in_a_run(given: Given) -> Said | None:
    """What is the same in a run, and not in training."""
    found = _itself(given)
    return found and found._replace(safe=False)


def _shared(function: str) -> Row:
    """A softmax: of which axis it is, where none is said, libraries differ."""

    def row(given: Given) -> Said | None:
        held = bound(given, "x", "axis")
        last = given.module.partition(".")[0] in _OF_THE_LAST
        if held is None:
            return None
        return call(function, held[0], axis=held[1], safe=bool(held[1]) or last)

    return row


_OF_THE_LAST = frozenset({"tf", "tensorflow", "keras", "jax", "K"})
NEED_AXIS = frozenset({"cumsum", "cumprod", "argmax", "argmin", "repeat", "repeat_interleave"})
"""Functions that go through all entries elsewhere, where no axis is said, and ours do not."""
ROWS: Mapping[str, Row] = MappingProxyType(
    {
        **{
            name: _reduction(name)
            for name in (
                "sum",
                "mean",
                "max",
                "min",
                "prod",
                "any",
                "all",
                "logsumexp",
                "var",
                "std",
                "argmax",
                "argmin",
            )
        },
        **{name: _shared(name) for name in ("softmax", "log_softmax")},
        "squeeze": _same("squeeze", "axis"),
        **{name: _same(name, "axis", needs=2) for name in ("cumsum", "cumprod")},
        "glu": _same("glu"),
        **dict.fromkeys(("transpose", "t"), _transposed),
        **dict.fromkeys(("permute", "permute_dimensions"), _permuted),
        **dict.fromkeys(("swapaxes", "swapdims"), _same("swapaxes", "axis1", "axis2")),
        **dict.fromkeys(("unsqueeze", "expand_dims"), _same("expand", "axis")),
        "reshape": _shaped("reshape"),
        "broadcast_to": _shaped("broadcast_to"),
        "tile": _shaped("tile"),
        "flatten": _flattened,
        "size": _size,
        **dict.fromkeys(("shape", "int_shape"), _same("shape")),
        **dict.fromkeys(("cat", "concat", "concatenate"), joined),
        "stack": stacked,
        "gather": gathered,
        "take": taken,
        "index_select": selected,
        "take_along_axis": _same("take_along_axis", "indices", "axis"),
        **dict.fromkeys(("clamp", "clip", "clip_by_value"), _clamped),
        "repeat": _repeated,
        "repeat_interleave": _same("repeat", "repeats", "axis", needs=3),
        "masked_fill": _filled,
        "where": _chosen,
        "chunk": parted,
        **dict.fromkeys(("matmul", "bmm", "mm"), _multiplied),
        "dot": _same("dot", "y"),
        "norm": _norm,
        **dict.fromkeys(("astype", "cast", "to", "type"), _cast),
        **{name: _cast_to(name + "32") for name in ("float", "int")},
        "double": _cast_to("float64"),
        "half": _cast_to("float16"),
        "long": _cast_to("int64"),
        "bool": _cast_to("bool"),
        "flip": _flipped,
        "roll": _same("roll", "shift", "axis"),
        "one_hot": _same("one_hot", "classes"),
        **dict.fromkeys(("detach", "stop_gradient"), _as_in_a_run),
        **dict.fromkeys(
            (
                "contiguous",
                "clone",
                "cpu",
                "numpy",
                "identity",
                "convert_to_tensor",
                "asarray",
                "array",
                "as_tensor",
            ),
            _itself,
        ),
    }
)
"""By the name of a function or a method, or by ours where `MEANT` has it."""
