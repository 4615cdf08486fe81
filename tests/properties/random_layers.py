"""Layers of one input with weights, and layers that make masks, drawn so that they are valid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from random_tensors import (
    CONSTRAINTS,
    FLOATS,
    INTS,
    KEEPS_INTEGERS,
    MATRICES,
    REGULARIZERS,
    VECTORS,
    Growing,
    Tensor,
    activation,
    base,
    lora,
    named_mask,
    passing_mask,
    training,
)


def _dense(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and t.known_last)
    if x is None:
        return
    dtype, settings = base(g)
    units, written = g.number(1, 6)
    settings["units"] = written
    last, mask = units, named_mask(g, x, settings, tuple(range(1, x.rank)))
    if units % 2 == 0 and g.chance(20):
        settings["activation"] = "glu"
        last = units // 2
    elif g.chance(60):
        settings["activation"] = activation(g, x.rank)
    if mask is not None and len(mask) == x.rank:  # a mask over the features ends with them
        mask = None
        if g.document["mask_policy"] == "error":
            settings["mask"] = "drop"
    if g.param("flag"):
        settings["use_bias"] = "$flag"
    elif g.chance(20):
        settings["use_bias"] = False
    lora(g, settings)
    training(g, settings, kernel=MATRICES, bias=VECTORS)
    made = g.layer("Dense", [x], settings)
    y = Tensor(made["name"], (*x.shape[:-1], last), dtype, mask)
    g.weight(f"{made['name']}.kernel", (x.shape[-1], units), settings)
    g.tensors.append(y)
    g.first_calls.append((made["name"], x, y))


def _einsum(g: Growing) -> None:
    x = g.choose(lambda t: 1 <= t.rank <= 4)
    if x is None:
        return
    dtype, settings = base(g)
    letters = "bcdefghkuvwxyz"
    elided = 0
    side = ""
    if g.chance(30) and x.rank >= 2:
        side = g.pick("left", "right") if x.rank >= 3 else "left"
        elided = g.whole(1, x.rank - (2 if side == "right" else 1))
    named = letters[: x.rank - elided]
    shape = x.shape[elided:] if side == "left" else x.shape[: x.rank - elided]
    rest = x.shape[:elided] if side == "left" else x.shape[x.rank - elided :]
    sizes = dict(zip(named, shape, strict=True))
    fresh = {letter: g.whole(1, 4) for letter in letters[-g.pick(0, 1, 1, 2) :]}
    fresh = {letter: size for letter, size in fresh.items() if len(fresh) <= 2}
    shared = [label for label in named if isinstance(sizes[label], int) and g.chance(60)]
    kernel = g.shuffled([*shared, *fresh])
    keep = [label for label in named if label not in shared or g.chance(25)]
    keep = [label for label in keep if label == named[0] or g.chance(85)]
    output = [*keep, *fresh]
    if not kernel or not output:
        return
    if g.chance(30):
        output = g.shuffled(output)
    dots = {"left": ("...", ""), "right": ("", "..."), "": ("", "")}[side]
    left = f"{dots[0]}{''.join(named)}{dots[1]}"
    right = f"{dots[0]}{''.join(output)}{dots[1]}"
    space = g.pick("", "", " ")
    settings["equation"] = f"{left},{space}{''.join(kernel)}{space}->{space}{right}"
    known = {**sizes, **fresh}
    stated = dict(fresh)
    if g.chance(20) and shared:
        stated[shared[0]] = sizes[shared[0]]
    if stated and (output[0] != named[0] or side == "left" or g.chance(60)):
        settings["sizes"] = stated
    elif stated:
        settings["output_shape"] = [
            known[label] if label in stated else None for label in output[1:]
        ]
    plain = [label for label in output if isinstance(known[label], int)]
    made_shape = tuple(known[label] for label in output)
    made_shape = (*rest, *made_shape) if side == "left" else (*made_shape, *rest)
    if plain and g.chance(40):
        chosen = [plain[-1], *(label for label in plain[:-1] if g.chance(30))]
        settings["bias_axes"] = "".join(g.shuffled(chosen))
    if g.chance(40):
        settings["activation"] = activation(g, len(made_shape))
    lora(g, settings)
    training(g, settings, kernel=MATRICES if len(kernel) > 1 else VECTORS, bias=VECTORS)
    mask = None
    if x.mask is not None:
        width = len(x.mask)
        labels = ["..."] * 0
        axes = [f".{i}" for i in range(elided)]
        before = [*axes, *named] if side == "left" else [*named, *axes]
        after = [*axes, *output] if side == "left" else [*output, *axes]
        labels = before[:width]
        if sorted(after[:width]) == sorted(labels) and g.chance(60):
            settings["mask"] = "pass"
            mask = made_shape[:width]
        elif g.document["mask_policy"] == "error" or g.chance(30):
            settings["mask"] = "drop"
    made = g.layer("EinsumDense", [x], settings)
    y = Tensor(made["name"], made_shape, dtype, mask, constant=x.constant)
    displaced = side != "left" and output[0] != named[0] and not x.constant
    g.tensors.append(replace(y, displaced=displaced))  # no layer takes its batch there


def _activate(g: Growing) -> None:
    x = g.choose(lambda t: t.dtype != "bool")
    if x is None:
        return
    dtype, settings = base(g)
    shape, mask = x.shape, x.mask
    halves = [a for a, n in enumerate(shape) if a and isinstance(n, int) and n % 2 == 0]
    if halves and g.chance(15):
        axis = g.pick(*halves)
        settings["activation"] = {"type": "glu", "axis": axis - g.pick(0, x.rank)}
        shape = tuple(size // 2 if i == axis else size for i, size in enumerate(shape))
        if mask is not None and axis < len(mask):
            if g.document["mask_policy"] == "error":
                settings["mask"] = "drop"
            mask = None
    else:
        mask = passing_mask(g, x, settings)
        choice: Any = activation(g, x.rank) if x.rank else g.pick("tanh", "softplus")
        settings["activation"] = choice
        plain = choice if isinstance(choice, str) else choice["type"]
        whole = isinstance(choice, str) or len(choice) == 1
        if x.dtype in INTS and plain in KEEPS_INTEGERS and whole:
            dtype = x.dtype
    made = g.layer("Activation", [x], settings)
    g.tensors.append(Tensor(made["name"], shape, dtype, mask))


def _embed(g: Growing) -> None:
    x = g.choose(lambda t: t.high is not None and t.rank < 4)
    if x is None:
        return
    dtype, settings = base(g)
    size, written = g.number(1, 5)
    rows = x.high + 1 + g.pick(0, 0, 2)
    settings |= {"input_dim": rows, "output_dim": written}
    mask = None
    if g.chance(60):
        settings["mask_zero"] = True
        mask = x.shape
        if g.chance(15):
            settings["mask"] = "drop"
            mask = None
    elif x.mask is not None:
        if g.chance(50):
            settings["mask"], mask = "pass", x.mask
        elif g.document["mask_policy"] == "error":
            settings["mask"] = "drop"
    lora(g, settings)
    training(g, settings, embeddings=MATRICES)
    if g.chance(10) and "lora_rank" not in settings:
        settings["weights"] = [[i + j / 4 for j in range(size)] for i in range(rows)]
    made = g.layer("Embedding", [x], settings)
    g.weight(f"{made['name']}.embeddings", (rows, size), settings)
    g.tensors.append(Tensor(made["name"], (*x.shape, size), dtype, mask))


def _mask(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and t.dtype != "bool")
    if x is None:
        return
    dtype, settings = base(g)
    if g.chance(50):
        settings["mask_value"] = g.pick(0, 1, 2)
    elif x.known_last and g.chance(50):
        settings["mask_value"] = [g.pick(0, 1) for _ in range(x.shape[-1])]
    mask = x.shape[:-1]
    if g.chance(15):
        settings["mask"], mask = "drop", None
    made = g.layer("Masking", [x], settings)
    dtype = dtype if x.dtype in FLOATS else x.dtype
    g.tensors.append(Tensor(made["name"], x.shape, dtype, mask, x.high))


def _identity(g: Growing) -> None:
    x = g.choose(lambda t: True)
    if x is not None:
        dtype, settings = base(g)
        dtype = dtype if x.dtype in FLOATS else x.dtype
        mask = named_mask(g, x, settings, tuple(range(1, x.rank + 1)))
        made = g.layer("Identity", [x], settings)
        g.tensors.append(replace(x, name=made["name"], dtype=dtype, mask=mask, high=None))


def _reuse(g: Growing) -> None:
    if not g.first_calls:
        return
    name, x, y = g.pick(*g.first_calls)
    again = g.choose(
        lambda t: (
            t.rank >= 2
            and t.rank == x.rank
            and t.shape[-1] == x.shape[-1]
            and (t.mask is None or len(t.mask) < t.rank)
        )
    )
    if again is None:
        return
    g.count += 1
    written = {"reuse": name, "name": f"n{g.count}", "from": again.name}
    g.document["layers"].append(written)
    g.tensors.append(Tensor(written["name"], (*again.shape[:-1], y.shape[-1]), y.dtype, again.mask))


def _weight(g: Growing) -> None:
    dtype, settings = base(g)
    sizes = [g.number(1, 4) for _ in range(g.whole(0, 4))]
    settings["shape"] = [written for _, written in sizes]
    for key, options in (
        ("initializer", VECTORS),
        ("regularizer", REGULARIZERS),
        ("constraint", CONSTRAINTS if sizes else ("non_neg",)),
    ):
        if g.chance(30):
            settings[key] = g.pick(*options)
    made = g.layer("Weight", [], settings)
    del made["from"]
    shape = tuple(size for size, _ in sizes)
    g.tensors.append(Tensor(made["name"], shape, dtype, None, None, True))


WEIGHTED = {
    "Dense": _dense, "EinsumDense": _einsum, "Activation": _activate, "Embedding": _embed,
    "Masking": _mask, "Identity": _identity, "reuse": _reuse, "Weight": _weight,
}  # fmt: skip
