"""Random valid specs as plain documents, and data that fits them.

The strategy keeps its own account of every tensor (shape, dtype, mask), apart from the compiler's,
so that what it writes is valid by the language's rules and not because the compiler said so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

FLOATS = ("float32", "float64", "float16", "bfloat16")
POLICIES = (*FLOATS, "mixed_float16", "mixed_bfloat16")
INTS = ("int32", "int64", "uint8", "int8")
SAME_SHAPE = (
    "linear", "relu", "leaky_relu", "relu6", "elu", "selu", "celu", "hard_shrink", "soft_shrink",
    "sigmoid", "log_sigmoid", "hard_sigmoid", "hard_silu", "sparse_sigmoid", "silu", "swish",
    "tanh", "tanh_shrink", "hard_tanh", "softsign",
    "softplus", "squareplus", "sparse_plus", "gelu", "mish",
    "softmax", "log_softmax", "sparsemax",
)  # fmt: skip
KEEPS_INTEGERS = {"linear", "relu", "relu6"}
INITIALIZERS = (
    "zeros", "ones", "he_normal", "glorot_uniform", "lecun_uniform", "orthogonal",
    {"type": "Constant", "value": 0.5}, {"type": "RandomNormal", "stddev": 0.1, "seed": 3},
    {"type": "VarianceScaling", "scale": 2.0, "mode": "fan_out", "distribution": "uniform"},
)  # fmt: skip


def computes_in(policy: str) -> str:
    return {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}.get(policy, policy)


@dataclass(frozen=True)
class Tensor:
    """A result by the name that a `from` has for it; sizes are numbers or texts."""

    name: str
    shape: tuple[Any, ...]
    dtype: str
    mask: tuple[Any, ...] | None = None
    high: int | None = None
    constant: bool = False

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def known_last(self) -> bool:
        return self.rank > 0 and isinstance(self.shape[-1], int)


@dataclass
class Growing:
    """A spec that grows layer by layer."""

    draw: Any
    document: dict[str, Any]
    tensors: list[Tensor] = field(default_factory=list)
    first_calls: list[tuple[str, Tensor, Tensor]] = field(default_factory=list)
    count: int = 0

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) < percent

    def choose(self, fits: Any) -> Tensor | None:
        found = [tensor for tensor in self.tensors if fits(tensor)]
        return self.pick(*found[-6:]) if found else None

    def number(self, low: int, high: int) -> tuple[int, Any]:
        """A number, and how it is written: as it is, or as an expression over params."""
        value = self.draw(st.integers(low, high))
        params = self.document["params"]
        if self.chance(25):
            return value, f"width + {value - params['width']}".replace("+ -", "- ")
        return value, f"$p{value}" if f"p{value}" in params and self.chance(50) else value

    def layer(self, kind: str, takes: list[Tensor], settings: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        references: Any = [tensor.name for tensor in takes]
        if len(takes) == 1 and not self.chance(20):
            references = references[0]
        written = {"type": kind, "name": f"n{self.count}", "from": references, **settings}
        self.document["layers"].append(written)
        return written

    @property
    def policy(self) -> str:
        return self.document.get("dtype", "float32")


def _base(g: Growing) -> tuple[str, dict[str, Any]]:
    """A layer's own policy, sometimes; the dtype that it computes in."""
    settings: dict[str, Any] = {}
    policy = g.policy
    if g.chance(15):
        policy = settings["dtype"] = g.pick(*POLICIES)
    if g.chance(10):
        settings["trainable"] = g.chance(50)
    if g.chance(5):
        settings["doc"] = "words"
    return computes_in(policy), settings


def _activation(g: Growing, rank: int) -> Any:
    name = g.pick(*SAME_SHAPE)
    if name in {"softmax", "log_softmax", "sparsemax"} and g.chance(60):
        return {"type": name, "axis": g.draw(st.integers(-rank, rank - 1))}
    if name == "relu" and g.chance(50):
        return {"type": name, "max_value": g.pick(1, 2.5), "negative_slope": 0.1}
    if name == "gelu" and g.chance(50):
        return {"type": name, "approximate": True}
    return {"type": name} if g.chance(15) else name


def _lora(g: Growing, settings: dict[str, Any]) -> None:
    if g.chance(12):
        settings["lora_rank"] = g.draw(st.integers(1, 3))
        if g.chance(50):
            settings["lora_alpha"] = g.pick(1, 2.5)


def _named_mask(g: Growing, x: Tensor, settings: dict[str, Any], ranks: tuple[int, ...]) -> Any:
    """The mask of `x`, or of another tensor that is named as its mask."""
    found: list[tuple[str, Any]] = []
    for t in g.tensors:
        if (
            t.dtype == "bool"
            and not t.constant
            and t.rank in ranks
            and t.shape == x.shape[: t.rank]
        ):
            found.append((t.name, t.shape))
        if (
            t.mask
            and "." not in t.name
            and len(t.mask) in ranks
            and t.mask == x.shape[: len(t.mask)]
        ):
            found.append((f"{t.name}.mask", t.mask))
    if not found or not g.chance(30):
        return x.mask
    settings["mask"], mask = g.pick(*found)
    return mask


def _dense(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and t.known_last and not t.constant)
    if x is None:
        return
    dtype, settings = _base(g)
    units, written = g.number(1, 6)
    settings["units"] = written
    last, mask = units, _named_mask(g, x, settings, tuple(range(1, x.rank)))
    if units % 2 == 0 and g.chance(20):
        settings["activation"] = "glu"
        last = units // 2
    elif g.chance(60):
        settings["activation"] = _activation(g, x.rank)
    if mask is not None and len(mask) == x.rank:  # a mask over the features ends with them
        mask = None
        if g.document["mask_policy"] == "error":
            settings["mask"] = "drop"
    if g.chance(20):
        settings["use_bias"] = False
    if g.chance(30):
        settings["kernel_initializer"] = g.pick(*INITIALIZERS)
    if g.chance(10):
        settings["kernel_regularizer"] = g.pick("l2", {"type": "L1L2", "l1": 0.1, "l2": 0.2})
    _lora(g, settings)
    made = g.layer("Dense", [x], settings)
    y = Tensor(made["name"], (*x.shape[:-1], last), dtype, mask)
    g.tensors.append(y)
    g.first_calls.append((made["name"], x, y))


def _einsum(g: Growing) -> None:
    x = g.choose(lambda t: 1 <= t.rank <= 4 and not t.constant)
    if x is None:
        return
    dtype, settings = _base(g)
    letters = "bcdefghkuvwxyz"
    elided = 0
    side = ""
    if g.chance(30) and x.rank >= 2:
        side = g.pick("left", "right") if x.rank >= 3 else "left"
        elided = g.draw(st.integers(1, x.rank - (2 if side == "right" else 1)))
    named = letters[: x.rank - elided]
    shape = x.shape[elided:] if side == "left" else x.shape[: x.rank - elided]
    rest = x.shape[:elided] if side == "left" else x.shape[x.rank - elided :]
    sizes = dict(zip(named, shape, strict=True))
    fresh = {letter: g.draw(st.integers(1, 4)) for letter in letters[-g.pick(0, 1, 1, 2) :]}
    fresh = {letter: size for letter, size in fresh.items() if len(fresh) <= 2}
    shared = [label for label in named if isinstance(sizes[label], int) and g.chance(60)]
    kernel = g.draw(st.permutations([*shared, *fresh]))
    keep = [label for label in named if label not in shared or g.chance(25)]
    keep = [label for label in keep if label == named[0] or g.chance(85)]
    output = [*keep, *fresh]
    if not kernel or not output:
        return
    if g.chance(30):
        output = g.draw(st.permutations(output))
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
        settings["bias_axes"] = "".join(g.draw(st.permutations(chosen)))
    if g.chance(40):
        settings["activation"] = _activation(g, len(made_shape))
    _lora(g, settings)
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
    g.tensors.append(Tensor(made["name"], made_shape, dtype, mask))


def _activate(g: Growing) -> None:
    x = g.choose(lambda t: t.dtype != "bool")
    if x is None:
        return
    dtype, settings = _base(g)
    shape, mask = x.shape, x.mask
    halves = [axis for axis, size in enumerate(shape) if isinstance(size, int) and size % 2 == 0]
    if halves and g.chance(15):
        axis = g.pick(*halves)
        settings["activation"] = {"type": "glu", "axis": axis - g.pick(0, x.rank)}
        shape = tuple(size // 2 if i == axis else size for i, size in enumerate(shape))
        if mask is not None and axis < len(mask):
            if g.document["mask_policy"] == "error":
                settings["mask"] = "drop"
            mask = None
    else:
        choice = _activation(g, x.rank) if x.rank else g.pick("tanh", "gelu")
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
    dtype, settings = _base(g)
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
    _lora(g, settings)
    if g.chance(10) and "lora_rank" not in settings:
        settings["weights"] = [[i + j / 4 for j in range(size)] for i in range(rows)]
    made = g.layer("Embedding", [x], settings)
    g.tensors.append(Tensor(made["name"], (*x.shape, size), dtype, mask))


def _mask(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and not t.constant and t.dtype != "bool")
    if x is None:
        return
    dtype, settings = _base(g)
    if g.chance(50):
        settings["mask_value"] = g.pick(0, 1, 2)
    elif x.known_last and g.chance(50):
        settings["mask_value"] = [g.pick(0, 1) for _ in range(x.shape[-1])]
    made = g.layer("Masking", [x], settings)
    dtype = dtype if x.dtype in FLOATS else x.dtype
    g.tensors.append(Tensor(made["name"], x.shape, dtype, x.shape[:-1], x.high))


def _identity(g: Growing) -> None:
    x = g.choose(lambda t: True)
    if x is not None:
        settings = _base(g)[1]
        mask = _named_mask(g, x, settings, tuple(range(1, x.rank + 1)))
        made = g.layer("Identity", [x], settings)
        g.tensors.append(replace(x, name=made["name"], mask=mask, high=None))


def _lstm(g: Growing) -> None:
    x = g.choose(
        lambda t: t.rank == 3 and t.known_last and not t.constant and len(t.mask or (1, 1)) == 2
    )
    if x is None:
        return
    dtype, settings = _base(g)
    units, written = g.number(1, 4)
    settings["units"] = written
    for flag in ("return_sequences", "return_state", "go_backwards", "unroll"):
        if g.chance(40):
            settings[flag] = True
    for flag in ("use_bias", "unit_forget_bias"):
        if g.chance(20):
            settings[flag] = False
    if settings.get("return_sequences") and g.chance(40):
        settings["zero_output_for_mask"] = True
    if g.chance(20):
        settings["activation"] = g.pick("relu", "softsign", {"type": "softmax", "axis": -1})
    if g.chance(10):
        settings["dropout"] = 0.5
    takes, mask = [x], _named_mask(g, x, settings, (2,))
    if mask is not None and g.chance(10):
        settings["mask"], mask = "drop", None
    state = g.choose(lambda t: t.shape == (x.shape[0], units) and not t.constant)
    if state is not None and g.chance(50):
        takes = [x, state, state]
    made = g.layer("LSTM", takes, settings)
    name = made["name"]
    if len(takes) == 3 and g.chance(50):
        roles = ("sequence", "initial_state_h", "initial_state_c")
        made["from"] = dict(zip(roles, made["from"], strict=True))
    sequences = settings.get("return_sequences")
    shape = (*x.shape[:2], units) if sequences else (x.shape[0], units)
    kept = mask if sequences else None
    if not settings.get("return_state"):
        g.tensors.append(Tensor(name, shape, dtype, kept))
        return
    g.tensors.append(Tensor(f"{name}.output", shape, dtype, kept))
    for part in ("state_h", "state_c"):
        g.tensors.append(Tensor(f"{name}.{part}", (x.shape[0], units), dtype))


def _merged(g: Growing, takes: list[Tensor], dtype: str) -> str | None:
    dtypes = {t.dtype for t in takes}
    if len(dtypes) == 1 and not dtypes & set(FLOATS):
        return dtypes.pop()
    return dtype if dtypes & set(FLOATS) else None


def _add(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 1 and not t.constant)
    if x is None:
        return
    dtype, settings = _base(g)

    def fits(t: Tensor) -> bool:
        return (
            t.rank == x.rank
            and not t.constant
            and all(a == b or 1 in (a, b) for a, b in zip(t.shape[1:], x.shape[1:], strict=True))
            and t.shape[0] == x.shape[0]
        )

    takes = [x]
    while len(takes) < 2 or g.chance(20):
        takes.append(g.choose(fits) or x)
        shape = tuple(
            next((size for size in column if size != 1), 1)
            for column in zip(*(t.shape for t in takes), strict=True)
        )
        if any(
            size not in (1, wanted)
            for t in takes
            for size, wanted in zip(t.shape, shape, strict=True)
        ):
            takes.pop()
            takes.append(x)
    shape = tuple(
        next((size for size in column if size != 1), 1)
        for column in zip(*(t.shape for t in takes), strict=True)
    )
    made_dtype = _merged(g, takes, dtype)
    if made_dtype is None:
        return
    masks = [t.mask for t in takes if t.mask is not None]
    mask = shape[: max(len(m) for m in masks)] if len(masks) == len(takes) else None
    if masks and mask is None:
        if g.chance(50):
            settings["mask"] = "pass"
            mask = shape[: len(masks[0])]
        elif g.document["mask_policy"] == "error" or g.chance(20):
            settings["mask"] = "drop"
    made = g.layer("Add", takes, settings)
    g.tensors.append(Tensor(made["name"], shape, made_dtype, mask))


def _concatenate(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and not t.constant)
    if x is None:
        return
    dtype, settings = _base(g)
    axis = g.draw(st.integers(1, x.rank - 1))

    def fits(t: Tensor) -> bool:
        return (
            t.rank == x.rank
            and not t.constant
            and all(
                i == axis or a == b for i, (a, b) in enumerate(zip(t.shape, x.shape, strict=True))
            )
        )

    takes = [x, g.choose(fits) or x]
    if g.chance(20):
        takes.append(g.choose(fits) or x)
    made_dtype = _merged(g, takes, dtype)
    if made_dtype is None:
        return
    if axis != x.rank - 1 or g.chance(40):
        settings["axis"] = axis - g.pick(0, x.rank)
    sizes = [t.shape[axis] for t in takes]
    total = sum(sizes) if all(isinstance(s, int) for s in sizes) else " + ".join(map(str, sizes))
    shape = (*x.shape[:axis], total, *x.shape[axis + 1 :])
    masks = [t.mask for t in takes if t.mask is not None]
    mask = shape[: max(len(m) for m in masks)] if masks else None
    made = g.layer("Concatenate", takes, settings)
    g.tensors.append(Tensor(made["name"], shape, made_dtype, mask))


def _reuse(g: Growing) -> None:
    if not g.first_calls:
        return
    name, x, y = g.pick(*g.first_calls)
    again = g.choose(
        lambda t: (
            t.rank >= 2
            and t.rank == x.rank
            and t.shape[-1] == x.shape[-1]
            and not t.constant
            and (t.mask is None or len(t.mask) < t.rank)
        )
    )
    if again is None:
        return
    g.count += 1
    written = {"reuse": name, "name": f"n{g.count}", "from": again.name}
    g.document["layers"].append(written)
    g.tensors.append(Tensor(written["name"], (*again.shape[:-1], y.shape[-1]), y.dtype, again.mask))


LAYERS = {
    "Dense": _dense, "EinsumDense": _einsum, "Activation": _activate, "Embedding": _embed,
    "Masking": _mask, "Identity": _identity, "LSTM": _lstm, "Add": _add,
    "Concatenate": _concatenate, "reuse": _reuse,
}  # fmt: skip


def _input(g: Growing, name: str) -> None:
    kind = g.pick("features", "tokens", "sequence", "any", "any", "bool", "constant", "sparse")
    entry: dict[str, Any] = {}
    sizes = (1, 2, 3, 4, "seq", "steps", "2*batch", "seq - 1", None)
    high = None
    if kind == "features":
        shape = [g.pick(2, 3, 4)]
    elif kind == "tokens":
        shape = [g.pick("seq", "steps", 3, None)]
        high = g.draw(st.integers(1, 5))
        entry |= {"dtype": g.pick("int32", "int64", "uint8"), "values": {"min": 0, "max": high}}
        if g.chance(30):
            entry["values"]["max"] = f"width - {g.document['params']['width'] - high}"
    elif kind == "sequence":
        shape = [g.pick("seq", "steps", 3, "2*seq", None), g.pick(1, 2, 3)]
    elif kind == "sparse":
        shape = [g.pick(2, 3)]
        entry["sparse"] = True
    elif kind == "constant":
        rows = g.draw(st.integers(1, 3))
        entry |= {"tensor": [[i + j for j in range(2)] for i in range(rows)]}
        g.document["inputs"][name] = entry
        g.tensors.append(Tensor(name, (rows, 2), _variable(g), None, None, True))
        return
    else:
        shape = [g.pick(*sizes) for _ in range(g.draw(st.integers(0, 3)))]
        entry["dtype"] = "bool" if kind == "bool" else g.pick(*FLOATS, *INTS)
    if kind in {"features", "sequence"} and g.chance(30):
        entry["dtype"] = g.pick(*FLOATS)
    full: list[Any] = ["batch", *shape]
    way = g.pick("shape", "shape", "shape", "batch_shape", "batch_size")
    if way == "batch_shape":
        entry["batch_shape"] = [None, *shape]
    else:
        entry["shape"] = shape
        if way == "batch_size":
            full[0] = entry["batch_size"] = 2
    masked = kind != "sparse" and kind != "bool" and g.chance(25)
    if masked:
        entry["mask"] = True
    resolved = tuple(
        f"?{name}.{axis}"
        if size is None
        else g.document["params"]["width"]
        if size == "width"
        else size
        for axis, size in enumerate(full)
    )
    mask = (resolved[:-1] if len(resolved) > 2 else resolved) if masked else None
    g.document["inputs"][name] = entry
    g.tensors.append(Tensor(name, resolved, entry.get("dtype", _variable(g)), mask, high))


def _variable(g: Growing) -> str:
    return "float32" if g.policy.startswith("mixed") else g.policy


@dataclass(frozen=True)
class Spec:
    """A document, and what the strategy knows of its outputs."""

    document: dict[str, Any]
    outputs: dict[str, Tensor]


@st.composite
def specs(draw: Any, largest: int = 6, kinds: tuple[str, ...] = tuple(LAYERS)) -> Spec:
    """A valid spec."""
    document: dict[str, Any] = {"specc": 1, "mask_policy": "error", "params": {"width": 4}}
    document |= {"dims": {"seq": {"min": 2, "max": 9}, "steps": None}, "inputs": {}, "layers": []}
    g = Growing(draw, document)
    document["mask_policy"] = g.pick("error", "keras", "warn")
    if g.chance(30):
        document["dtype"] = g.pick(*POLICIES)
    if g.chance(30):
        document["seed"] = draw(st.integers(0, 5))
    if g.chance(30):
        document["params"]["p3"] = {"type": "int", "default": 3, "min": 1}
    for index in range(draw(st.integers(1, 3))):
        _input(g, f"x{index}")
    for _ in range(draw(st.integers(1, largest))):
        LAYERS[g.pick(*kinds)](g)
    if not document["layers"]:
        _identity(g)
    made = [t for t in g.tensors if t.name not in document["inputs"]]
    chosen = draw(st.lists(st.sampled_from(made), min_size=1, max_size=3, unique=True))
    if made[-1] not in chosen:
        chosen.append(made[-1])
    outputs = {
        t.name if "." not in t.name or g.chance(50) else f"y{i}": t for i, t in enumerate(chosen)
    }
    document["outputs"] = {
        key: {} if key == t.name else g.pick(t.name, {"from": t.name}) for key, t in outputs.items()
    }
    if g.chance(30) and not any("reuse" in layer for layer in document["layers"]):
        document["layers"] = draw(st.permutations(document["layers"]))
    return Spec(document, outputs)


def arrays_for(model: Any, rng: np.random.Generator, sizes: dict[str, int]) -> dict[str, Any]:
    """Data for every input of a model, sparse where that is allowed."""
    from spec_compiler.ir.dims import evaluate

    found: dict[str, Any] = {}
    for name, value in model.program.graph.inputs.items():
        shape = tuple(evaluate(size, sizes) for size in value.shape)
        port = model.inputs[name.removesuffix(".mask")]
        if value.dtype == "bool":
            found[name] = rng.random(shape) < 0.7
        elif value.dtype in FLOATS:
            array = rng.standard_normal(shape).round(1)
            array[rng.random(shape) < 0.3] = 0
            found[name] = array.astype("float32" if value.dtype == "bfloat16" else value.dtype)
        else:
            low, high = port.interval or (0, 3)
            found[name] = rng.integers(low, high, shape, endpoint=True).astype(value.dtype)
    return found


def sizes_for(program: Any, rng: np.random.Generator) -> dict[str, int]:
    """A number for every named size, within its bounds."""
    from spec_compiler.ir.dims import symbols

    return {
        item.name: int(rng.integers(item.low, min(item.high or 5, item.low + 4), endpoint=True))
        for value in program.graph.inputs.values()
        for size in value.shape
        for item in symbols(size)
    }
