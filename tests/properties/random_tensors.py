"""What random specs are made of: tensors as the strategy knows them, and a spec that grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from choices import Choices

FLOATS = ("float32", "float64", "float16", "bfloat16")
POLICIES = (*FLOATS, "mixed_float16", "mixed_bfloat16")
INTS = ("int32", "int64", "uint8", "int8")
SAME_SHAPE = (
    "linear", "relu", "leaky_relu", "relu6", "elu", "selu", "celu", "hard_shrink", "soft_shrink",
    "sigmoid", "log_sigmoid", "hard_sigmoid", "hard_silu", "sparse_sigmoid", "silu", "swish",
    "tanh", "tanh_shrink", "hard_tanh", "softsign",
    "softplus", "squareplus", "sparse_plus", "gelu", "mish", "hard_swish", "exponential",
    "softmax", "log_softmax", "sparsemax",
)  # fmt: skip
KEEPS_INTEGERS = {"linear", "relu", "relu6"}
VECTORS = (
    "zeros", "ones", "he_normal", "glorot_uniform", "lecun_uniform",
    {"type": "Constant", "value": 0.5}, {"type": "RandomNormal", "stddev": 0.1, "seed": 3},
    {"type": "VarianceScaling", "scale": 2.0, "mode": "fan_out", "distribution": "uniform"},
)  # fmt: skip
"""First values for any shape."""
MATRICES = (*VECTORS, "orthogonal")
REGULARIZERS = ("l1", "l2", {"type": "L1L2", "l1": 0.1, "l2": 0.2})
CONSTRAINTS = ("non_neg", "unit_norm", {"type": "MaxNorm", "max_value": 3})


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
    displaced: bool = False

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def known_last(self) -> bool:
        return self.rank > 0 and isinstance(self.shape[-1], int)


@dataclass
class Growing:
    """A spec that grows layer by layer."""

    choices: Choices
    document: dict[str, Any]
    tensors: list[Tensor] = field(default_factory=list)
    first_calls: list[tuple[str, Tensor, Tensor]] = field(default_factory=list)
    weights: set[str] = field(default_factory=set)
    uses: set[str] = field(default_factory=set)
    count: int = 0

    def pick(self, *options: Any) -> Any:
        return self.choices.pick(options)

    def whole(self, low: int, high: int) -> int:
        return self.choices.whole(low, high)

    def shuffled(self, items: Sequence[Any]) -> list[Any]:
        return self.choices.shuffled(items)

    def several(self, items: Sequence[Any], most: int) -> list[Any]:
        return self.choices.several(items, most)

    def chance(self, percent: int) -> bool:
        return self.whole(0, 99) < percent

    def choose(self, fits: Any) -> Tensor | None:
        found = [item for item in self.tensors if not item.displaced and fits(item)]
        return self.pick(*found[-6:]) if found else None

    def number(self, low: int, high: int) -> tuple[int, Any]:
        """A number, and how it is written: as it is, or as an expression over params."""
        value = self.whole(low, high)
        params = self.document["params"]
        if self.chance(25):
            return value, f"width + {value - params['width']}".replace("+ -", "- ")
        return value, f"$p{value}" if self.param(f"p{value}") else value

    def param(self, name: str, percent: int = 50) -> bool:
        """Whether to write the param of this name, where there is one."""
        return name in self.document["params"] and self.chance(percent)

    def weight(self, name: str, shape: tuple[Any, ...], settings: dict[str, Any]) -> None:
        """Sometimes a weight can be read by its name; what `lora_rank` adds to is not read."""
        if "lora_rank" not in settings and self.chance(25):
            policy = settings.get("dtype", self.policy)
            policy = self.document["params"]["dt"]["default"] if policy == "$dt" else policy
            dtype = "float32" if policy.startswith("mixed") else policy
            self.weights.add(name)
            self.tensors.append(Tensor(name, shape, dtype, constant=True))

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


def base(g: Growing) -> tuple[str, dict[str, Any]]:
    """A layer's own policy, sometimes; the dtype that it computes in."""
    settings: dict[str, Any] = {}
    policy = g.policy
    if g.chance(15):
        policy = settings["dtype"] = g.pick(*POLICIES)
    elif g.param("dt", 30):
        policy, settings["dtype"] = g.document["params"]["dt"]["default"], "$dt"
    if g.chance(10):
        settings["trainable"] = g.chance(50)
    if g.chance(5):
        settings["doc"] = "words"
    return computes_in(policy), settings


def training(g: Growing, settings: dict[str, Any], **first_values: tuple[Any, ...]) -> None:
    """Sometimes what each weight begins with, and what only training looks at."""
    if not g.chance(25):
        return
    parts: dict[str, tuple[Any, ...]] = {"activity_regularizer": REGULARIZERS}
    for weight, initializers in first_values.items():
        parts[f"{weight}_initializer"] = initializers
        parts[f"{weight}_regularizer"] = REGULARIZERS
        if "lora_rank" not in settings or weight == "bias":
            parts[f"{weight}_constraint"] = CONSTRAINTS
    if "gamma" in first_values:
        del parts["activity_regularizer"]
    for part in g.several([*parts], 3):
        settings[part] = g.pick(*parts[part])
        kind = {"initializer": "init", "regularizer": "reg", "constraint": "con"}
        if g.param(name := kind[part.rpartition("_")[2]]):
            settings[part] = f"${name}"


def activation(g: Growing, rank: int) -> Any:
    if g.param("act", 30):
        return "$act"
    if g.chance(5):
        return {"type": "threshold", "threshold": 0.5, "default_value": -1}
    name = g.pick(*SAME_SHAPE)
    if name in {"softmax", "log_softmax", "sparsemax"} and (rank == 1 or g.chance(60)):
        return {"type": name, "axis": g.whole(-rank, rank - 1) if rank > 1 else 0}
    if name == "relu" and g.chance(50):
        return {"type": name, "max_value": g.pick(1, 2.5), "negative_slope": 0.1}
    if name == "hard_sigmoid" and g.chance(50):
        return {"type": name, "slope": g.pick(0.2, -1), "offset": 0.25}
    if name == "gelu" and g.chance(50):
        return {"type": name, "approximate": True}
    return {"type": name} if g.chance(15) else name


def lora(g: Growing, settings: dict[str, Any]) -> None:
    if g.chance(12):
        settings["lora_rank"] = g.whole(1, 3)
        if g.chance(50):
            settings["lora_alpha"] = g.pick(1, 2.5)


def named_mask(g: Growing, x: Tensor, settings: dict[str, Any], ranks: tuple[int, ...]) -> Any:
    """The mask of `x`, or of another tensor that is named as its mask."""
    found: list[tuple[str, Any]] = []
    for t in g.tensors:
        if t.constant is not x.constant:
            continue  # one of the two has rows
        if t.dtype == "bool" and t.rank in ranks and t.shape == x.shape[: t.rank]:
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


def passing_mask(g: Growing, x: Tensor, settings: dict[str, Any]) -> Any:
    """The mask of a layer that passes masks of every rank, unless it is told otherwise."""
    if x.mask is not None and g.chance(15):
        settings["mask"] = "drop"
        return None
    return named_mask(g, x, settings, tuple(range(1, x.rank + 1)))


def lose_mask(g: Growing, settings: dict[str, Any]) -> None:
    """Say that a mask ends here, where that must be said."""
    if g.document["mask_policy"] == "error" or g.chance(20):
        settings["mask"] = "drop"


def product(sizes: Any) -> Any:
    """The product of sizes as a number or a text; None where there is no way to write it."""
    texts = [size for size in sizes if not isinstance(size, int)]
    if any("?" in text or "+" in text for text in texts):
        return None
    number = 1
    for size in sizes:
        number *= size if isinstance(size, int) else 1
    factors = [f"({text})" if " " in text else text for text in texts]
    return "*".join([str(number), *factors]) if texts else number
