"""ConvLSTM of every rank, over videos drawn for it, with masks of steps and with states."""

from __future__ import annotations

from functools import partial
from typing import Any

from random_recurrent import STATES, finish, reading
from random_tensors import MATRICES, VECTORS, Growing, Tensor, base, training
from random_windows import windows


def _video(g: Growing, rank: int) -> Tensor:
    """Steps of images, and sometimes an input that says which of them count."""
    sizes = [g.pick(2, 3, "seq", "steps") for _ in range(rank - 1)]
    shape = [g.pick(1, 2, 3, "steps"), g.pick(1, 2), *sizes, g.pick(1, 2)]
    name = f"video{len(g.document['inputs'])}"
    g.document["inputs"][name] = {"shape": shape, "mask": g.chance(20)}
    made = ("batch", *shape)
    mask = made[:-1] if g.document["inputs"][name]["mask"] else None
    g.tensors.append(Tensor(name, made, _variable(g), mask))
    video = g.tensors[-1]
    if g.chance(60):
        g.document["inputs"][f"{name}_kept"] = {"shape": shape[:1], "dtype": "bool"}
        g.tensors.append(Tensor(f"{name}_kept", made[:2], "bool"))
    return video


def _variable(g: Growing) -> str:
    return "float32" if g.policy.startswith("mixed") else g.policy


def _state(g: Growing, x: Tensor, shape: tuple[Any, ...]) -> None:
    """Sometimes an input that a state can start from."""
    if g.chance(40):
        name = f"state{len(g.document['inputs'])}"
        g.document["inputs"][name] = {"shape": [*shape]}
        g.tensors.append(Tensor(name, (x.shape[0], *shape), _variable(g)))


def _conv_lstm(g: Growing, kind: str, rank: int) -> None:
    x = _video(g, rank)
    last = not g.chance(30)
    written = {} if last and g.chance(70) else {"data_format": "channels_last"}
    dtype, settings = base(g)
    settings |= written if last else {"data_format": "channels_first"}
    between, channels = (x.shape[2:-1], x.shape[-1]) if last else (x.shape[3:], x.shape[2])
    if not isinstance(channels, int):
        return
    wide, counts = windows(g, between, "kernel_size", apart=True)
    filters, settings["filters"] = g.number(1, 3)
    reads = reading(g)
    settings |= wide | reads
    for flag in ("use_bias", "unit_forget_bias"):
        if g.chance(20):
            settings[flag] = False
    if g.chance(20):
        settings["activation"] = g.pick("relu", "softsign")
    if g.chance(20):
        settings["recurrent_activation"] = g.pick("hard_sigmoid", "tanh")
    if g.chance(20):
        settings |= g.pick({"dropout": 0.5}, {"recurrent_dropout": 0.2}, {"seed": 7})
    training(g, settings, kernel=MATRICES, recurrent=MATRICES, bias=VECTORS)
    axes = (*counts, filters) if last else (filters, *counts)
    _state(g, x, axes)
    states = dict.fromkeys(STATES["LSTM"], axes)
    finish(g, kind, x, settings, reads, dtype, states, {"output": axes})


CONV_LSTM = {
    f"ConvLSTM{rank}D": partial(_conv_lstm, kind=f"ConvLSTM{rank}D", rank=rank)
    for rank in (1, 2, 3)
}
