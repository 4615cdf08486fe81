"""Blocks as the cells of RNN, drawn so that they are valid."""

from __future__ import annotations

from typing import Any

from random_tensors import FLOATS, INTS, Growing, Tensor, base, named_mask

CELLS: dict[str, dict[str, Any]] = {
    "leaky": {
        "params": {"n": "int"},
        "inputs": {"x": {"shape": ["d"]}, "memory": {"shape": ["n"]}},
        "layers": [
            {"type": "Dense", "name": "new", "units": "n", "activation": "tanh", "from": "x"},
            {"type": "Dense", "name": "rate", "units": "n", "from": "memory"},
            {"type": "Dropout", "name": "some", "rate": 0.5},
            {
                "type": "Lambda",
                "name": "mixed",
                "from": ["new", "some", "memory"],
                "function": "tanh(some) * memory + (1 - tanh(some)) * new",
            },
            {"type": "Dense", "name": "shown", "units": 3},
        ],
        "outputs": {"y": "shown", "memory": "mixed"},
    },
    "total": {
        "inputs": {"x": {"shape": ["...", "d"]}, "state": {"shape": ["...", "d"]}},
        "layers": [{"type": "Add", "name": "sum", "from": ["x", "state"]}],
        "outputs": {"state": "sum"},
    },
    "count": {
        "inputs": {"x": {}, "n": {"shape": [], "dtype": "int32"}},
        "layers": [{"type": "Lambda", "name": "more", "from": {"n": "n"}, "function": "n + 1"}],
        "outputs": {"y": "x", "n": {"from": "more", "shape": ["batch"]}},
    },
    "twice": {
        "params": {"n": "int"},
        "inputs": {"x": {"shape": ["d"]}, "h": {"shape": ["n"]}, "c": {"shape": ["n"]}},
        "layers": [
            {"use": "total", "name": "t", "from": ["h", "c"]},
            {"type": "Dense", "name": "a", "units": "n"},
            {"reuse": "a", "name": "b", "from": "h"},
            {"type": "Dense", "name": "of_x", "units": "n", "from": "x"},
            {"type": "Add", "name": "both", "from": ["b", "of_x"]},
        ],
        "outputs": {"h": "a", "c": "both"},
    },
    "nested": {
        "inputs": {"x": {"shape": ["q", "d"]}, "h": {"shape": [3]}},
        "layers": [
            {
                "type": "RNN",
                "name": "r",
                "from": "x",
                "cell": {"use": "leaky", "with": {"n": 2}},
            },
            {"type": "Add", "name": "sum", "from": ["r", "h"]},
        ],
        "outputs": {"y": "r", "h": "sum"},
    },
}
FITS: dict[str, Any] = {
    "leaky": lambda t: t.rank == 3 and t.known_last,
    "total": lambda t: t.rank > 2,
    "count": lambda t: t.dtype in {*FLOATS, *INTS},
    "twice": lambda t: t.rank == 3 and t.known_last,
    "nested": lambda t: t.rank == 4 and t.known_last,
}


def block_cell(g: Growing) -> None:
    """RNN with a block as its cell."""
    kind = g.pick(*CELLS)
    x = g.choose(
        lambda t: (
            t.rank >= 2
            and t.dtype in {*FLOATS, *INTS}
            and not t.constant
            and len(t.mask or (1, 1)) == 2
            and FITS[kind](t)
        )
    )
    if x is None:
        return
    g.document["blocks"] = {**g.document.get("blocks", {}), **CELLS}
    dtype, settings = base(g)
    cell: dict[str, Any] = {"use": kind}
    n = 3
    if "params" in CELLS[kind]:
        n, written = g.number(1, 4)
        cell["with"] = {"n": written}
    rest = x.shape[2:]
    states: dict[str, tuple[tuple[Any, ...], str]] = {
        "leaky": {"state_memory": ((n,), dtype)},
        "total": {"state": (rest, dtype)},
        "count": {"state_n": ((), "int32")},
        "twice": {"state_h": ((n,), dtype), "state_c": ((n,), dtype)},
        "nested": {"state_h": ((3,), dtype)},
    }[kind]
    output = {"leaky": ((3,), dtype), "count": (rest, x.dtype), "nested": ((3,), dtype)}
    shown, of = output.get(kind) or next(iter(states.values()))
    settings["cell"] = kind if "with" not in cell and g.chance(50) else cell
    for flag in ("return_sequences", "return_state", "go_backwards", "zero_output_for_mask"):
        if g.chance(40):
            settings[flag] = True
    mask = named_mask(g, x, settings, (2,))
    takes = [x]
    if g.chance(40):
        for index, (tail, state) in enumerate(states.values()):
            name = f"first{len(g.document['inputs'])}_{index}"
            if any("?" in str(size) for size in tail):
                return
            stored = state if state == "int32" else g.pick("float32", state)
            g.document["inputs"][name] = {"shape": [*tail], "dtype": stored}
            g.tensors.append(Tensor(name, (x.shape[0], *tail), stored))
            takes.append(g.tensors[-1])
    if len(takes) > 1 and x.shape[0] != "batch":
        takes = [x]
    name = g.layer("RNN", takes, settings)["name"]
    whole = settings.get("return_sequences")
    shape = (*x.shape[:2], *shown) if whole else (x.shape[0], *shown)
    made = Tensor(name, shape, of, mask if whole else None)
    if not settings.get("return_state"):
        g.tensors.append(made)
        return
    g.tensors.append(Tensor(f"{name}.output", shape, of, made.mask))
    for key, (tail, state) in states.items():
        g.tensors.append(Tensor(f"{name}.{key}", (x.shape[0], *tail), state))
