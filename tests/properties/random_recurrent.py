"""Recurrent layers, their cells, and layers inside of others, drawn so that they are valid."""

from __future__ import annotations

from typing import Any

from random_block_cells import block_cell
from random_tensors import (
    FLOATS,
    MATRICES,
    POLICIES,
    VECTORS,
    Growing,
    Tensor,
    base,
    computes_in,
    named_mask,
    training,
)

KINDS = ("LSTM", "GRU", "SimpleRNN")
STATES = {"LSTM": ("state_h", "state_c"), "GRU": ("state",), "SimpleRNN": ("state",)}


def _sequence(g: Growing) -> Tensor | None:
    return g.choose(lambda t: t.rank == 3 and t.known_last and len(t.mask or (1, 1)) == 2)


def _cell(g: Growing, kind: str) -> dict[str, Any]:
    """The arguments of a cell; its `units` are a number or written as one."""
    settings: dict[str, Any] = {"units": g.number(1, 4)[1]}
    flags = {"LSTM": ("use_bias", "unit_forget_bias"), "GRU": ("use_bias", "reset_after")}
    for flag in flags.get(kind, ("use_bias",)):
        if g.chance(20):
            settings[flag] = False
    if g.chance(20):
        settings["activation"] = g.pick("relu", "softsign", {"type": "softmax", "axis": -1})
    if kind != "SimpleRNN" and g.chance(20):
        settings["recurrent_activation"] = g.pick("hard_sigmoid", "tanh")
    if g.chance(20):
        settings |= g.pick({"dropout": 0.5}, {"recurrent_dropout": 0.2}, {"seed": 7})
    training(g, settings, kernel=MATRICES, recurrent=MATRICES, bias=VECTORS)
    return settings


def reading(g: Growing) -> dict[str, Any]:
    """How a sequence is read."""
    settings: dict[str, Any] = {}
    if g.chance(10):
        settings["stateful"] = False
    for flag in ("return_sequences", "return_state", "go_backwards", "unroll"):
        if g.chance(40):
            settings[flag] = True
    if settings.get("return_sequences") and g.chance(40):
        settings["zero_output_for_mask"] = True
    return settings


def _units(g: Growing, settings: dict[str, Any]) -> int:
    """The number that `units` stands for."""
    written = settings["units"]
    if isinstance(written, int):
        return written
    params = g.document["params"]
    if written.startswith("$"):
        return params[written[1:]] if isinstance(params[written[1:]], int) else int(written[2:])
    return eval(written, {"width": params["width"]})  # noqa: S307 - written above


def finish(
    g: Growing,
    kind: str,
    x: Tensor,
    settings: dict[str, Any],
    reads: dict[str, Any],
    dtype: str,
    sizes: dict[str, Any],
    outputs: dict[str, Any],
) -> None:
    """Add a layer that reads a sequence.

    `sizes` are its states', `outputs` those of what it gives of each step or of the last: a number
    of features, or the sizes of all axes behind the rows or the steps.
    """

    def of_rows(size: Any) -> tuple[Any, ...]:
        return (x.shape[0], *_axes(size))

    takes, mask = [x], named_mask(g, x, settings, (2,))
    if mask is not None and (len(mask) != 2 or g.chance(10)):
        settings["mask"], mask = "drop", None
    given = [g.choose(lambda t, size=size: t.shape == of_rows(size)) for size in sizes.values()]
    if all(given) and g.chance(50):
        takes = [x, *given]
    made = g.layer(kind, takes, settings)
    name = made["name"]
    if len(takes) > 1 and g.chance(50):
        roles = ("sequence", *(f"initial_{state}" for state in sizes))
        made["from"] = dict(zip(roles, made["from"], strict=True))
    sequences = reads.get("return_sequences")
    shapes = {
        key: (*x.shape[:2], *_axes(size)) if sequences else of_rows(size)
        for key, size in outputs.items()
    }
    kept = mask if sequences else None
    if len(outputs) == 1 and not reads.get("return_state"):
        (shape,) = shapes.values()
        g.tensors.append(Tensor(name, shape, dtype, kept))
        return
    for key, shape in shapes.items():
        g.tensors.append(Tensor(f"{name}.{key}", shape, dtype, kept))
    for key, size in sizes.items() if reads.get("return_state") else ():
        g.tensors.append(Tensor(f"{name}.{key}", of_rows(size), dtype))


def _axes(size: Any) -> tuple[Any, ...]:
    return size if isinstance(size, tuple) else (size,)


def _recurrent(kind: str) -> Any:
    def draw(g: Growing) -> None:
        x = _sequence(g)
        if x is None:
            return
        dtype, settings = base(g)
        reads = reading(g)
        settings |= _cell(g, kind) | reads
        units = _units(g, settings)
        sizes = dict.fromkeys(STATES[kind], units)
        finish(g, kind, x, settings, reads, dtype, sizes, {"output": units})

    return draw


def _step(kind: str) -> Any:
    """A cell as a layer; its states have the size of a tensor that is there."""

    def draw(g: Growing) -> None:
        def fits(t: Tensor) -> bool:
            return t.rank == 2 and t.known_last and t.mask is None

        x = g.choose(fits)
        state = g.choose(lambda t: fits(t) and x is not None and t.shape[0] == x.shape[0])
        if x is None or state is None:
            return
        dtype, settings = base(g)
        kinds = [kind] if kind in KINDS else [g.pick(*KINDS) for _ in range(g.whole(1, 2))]
        cells = [{**_own(g, each), "units": state.shape[1]} for each in kinds]
        names = STATES[kinds[0]]
        if kind in KINDS:
            settings |= cells[0]
        else:
            typed = zip(kinds, cells, strict=True)
            settings["cells"] = [{"type": f"{each}Cell", **cell} for each, cell in typed]
            names = tuple(
                state.replace("state", f"state_{index}")
                for index, each in enumerate(kinds)
                for state in STATES[each]
            )
        cell = f"{kind}Cell" if kind in KINDS else kind
        name = g.layer(cell, [x, *[state] * len(names)], settings)["name"]
        for key in ("output", *names):
            g.tensors.append(Tensor(f"{name}.{key}", state.shape, dtype))

    return draw


def _own(g: Growing, kind: str) -> dict[str, Any]:
    """The arguments of a cell that stands by itself."""
    settings = _cell(g, kind)
    settings.pop("activity_regularizer", None)
    return settings


def _stacked(g: Growing) -> tuple[list[dict[str, Any]], dict[str, int], int]:
    """Cells, their states, and the size of what the last gives."""
    cells: list[dict[str, Any]] = []
    sizes: dict[str, int] = {}
    for index in range(g.whole(1, 3)):
        kind = g.pick(*KINDS)
        own = _own(g, kind)
        cells.append({"type": f"{kind}Cell", **own})
        for state in STATES[kind]:
            sizes[state.replace("state", f"state_{index}")] = _units(g, own)
    return cells, sizes, [*sizes.values()][-1]


def _with_cell(g: Growing) -> tuple[dict[str, Any], dict[str, int], int]:
    """A cell of RNN, its states, and the size of its output."""
    if g.chance(30):
        cells, sizes, size = _stacked(g)
        return {"type": "StackedRNNCells", "cells": cells}, sizes, size
    kind = g.pick(*KINDS)
    own = _own(g, kind)
    size = _units(g, own)
    return {"type": f"{kind}Cell", **own}, dict.fromkeys(STATES[kind], size), size


def _rnn(g: Growing) -> None:
    if g.chance(40):
        block_cell(g)
        return
    x = _sequence(g)
    if x is None:
        return
    dtype, settings = base(g)
    cell, sizes, size = _with_cell(g)
    if g.chance(10):
        cell["trainable"] = False
    reads = reading(g)
    settings |= {"cell": cell, **reads}
    finish(g, "RNN", x, settings, reads, dtype, sizes, {"output": size})


def _inner(g: Growing, reads: dict[str, Any]) -> tuple[dict[str, Any], dict[str, int], int]:
    """A layer of Bidirectional that reads so, its states, and the size of its output."""
    if g.chance(25):
        cell, sizes, size = _with_cell(g)
        return {"type": "RNN", "cell": cell, **reads}, sizes, size
    kind = g.pick(*KINDS)
    own = _cell(g, kind)
    size = _units(g, own)
    return {"type": kind, **own, **reads}, dict.fromkeys(STATES[kind], size), size


def _both_ways(g: Growing) -> None:
    x = _sequence(g)
    if x is None:
        return
    dtype, settings = base(g)
    reads = {key: item for key, item in reading(g).items() if key != "zero_output_for_mask"}
    layer, sizes, size = _inner(g, reads)
    settings["layer"] = layer
    others, other = sizes, size
    if g.chance(30):
        turned = {**reads, "go_backwards": not reads.get("go_backwards", False)}
        settings["backward_layer"], others, other = _inner(g, turned)
    modes = ("concat", None) if size != other else ("concat", "sum", "mul", "ave", None)
    mode = g.pick(*modes)
    if mode != "concat" or g.chance(30):
        settings["merge_mode"] = mode
    outputs = {"output": size + other if mode == "concat" else size}
    if mode is None:
        outputs = {"forward": size, "backward": other}
    states = {
        name.replace("state", f"state_{way}", 1): units
        for way, of_it in (("forward", sizes), ("backward", others))
        for name, units in of_it.items()
    }
    own = {layer.get("dtype"), (settings.get("backward_layer") or {}).get("dtype")}
    if own == {None}:
        finish(g, "Bidirectional", x, settings, reads, dtype, states, outputs)


def _at_each_step(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 3 and t.known_last and t.dtype in FLOATS and not t.constant)
    if x is None:
        return
    dtype, settings = base(g)
    shape, mask = x.shape, x.mask
    deep = mask is not None and len(mask) > 2
    kind = g.pick("Dense", "Activation", "Dropout", "Flatten", "LSTM", "TimeDistributed")
    if kind == "LSTM" and x.rank == 4:
        inner, _, size = {"type": "LSTM", "units": 2}, None, 2
        shape, mask = (*x.shape[:2], size), mask and mask[:2]
    elif kind == "Flatten" and not deep and all(isinstance(n, int) for n in x.shape[2:]):
        size = 1
        for n in x.shape[2:]:
            size *= n
        inner, shape = {"type": "Flatten"}, (*x.shape[:2], size)
    elif kind == "Dense" and (mask is None or len(mask) < x.rank):
        units, written = g.number(1, 4)
        inner, shape = {"type": "Dense", "units": written}, (*x.shape[:-1], units)
    elif kind == "TimeDistributed" and x.rank == 4:
        inner = {"type": "TimeDistributed", "layer": {"type": "Activation", "activation": "tanh"}}
    else:
        inner = g.pick(
            {"type": "Activation", "activation": "tanh"}, {"type": "Dropout", "rate": 0.5}
        )
    if g.chance(10):
        inner["dtype"] = policy = g.pick(*POLICIES)
        dtype = computes_in(policy)
    settings["layer"] = inner
    if x.mask is not None and g.chance(15):
        settings["mask"], mask = "drop", None
    made = g.layer("TimeDistributed", [x], settings)
    g.tensors.append(Tensor(made["name"], shape, dtype, mask))


RECURRENT = {
    **{kind: _recurrent(kind) for kind in KINDS},
    **{f"{kind}Cell": _step(kind) for kind in KINDS},
    "StackedRNNCells": _step("StackedRNNCells"),
    "RNN": _rnn,
    "Bidirectional": _both_ways,
    "TimeDistributed": _at_each_step,
}
