"""How the model of a case is declared: what is fed to it, and what its `meta.json` says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras


class Fed:
    """An input: its shape, and how its data are drawn.

    Args:
        shape: Sizes without the batch axis, None for one that the model does not know.
        rows: Size of the batch.
        dtype: Its dtype.
        fixed: Whether the model states the size of the batch.
        steps: What an unknown size is in the data.
        below: Whole numbers are at least 0 and less than this.
        padded: Rows and steps that are all 0.
    """

    def __init__(
        self,
        *shape: int | None,
        rows: int = 2,
        dtype: str = "float32",
        fixed: bool = False,
        steps: int = 6,
        below: int = 10,
        padded: tuple[tuple[int, int], ...] = (),
    ) -> None:
        self.batch_shape = (rows if fixed else None, *shape)
        self.dtype = dtype
        self.data_shape = (rows, *(steps if size is None else size for size in shape))
        self.below = below
        self.padded = padded


@dataclass(frozen=True)
class Declared:
    """A case.

    Attributes:
        build: The model's outputs from its inputs.
        fed: The inputs by name.
        meta: What its `meta.json` says besides what is computed.
        float64: Whether it is computed in float64, too.
        backend: The backend of Keras that it is made with.
        as_mappings: Whether the model's inputs and outputs are mappings.
    """

    build: Callable[..., Any]
    fed: dict[str, Fed]
    meta: dict[str, Any]
    float64: bool
    backend: str
    as_mappings: bool

    def model(self) -> keras.Model:
        """The model, built anew."""
        inputs = {
            name: keras.Input(batch_shape=fed.batch_shape, dtype=fed.dtype, name=name)
            for name, fed in self.fed.items()
        }
        outputs = self.build(**inputs)
        given: Any = inputs if self.as_mappings else list(inputs.values())
        model = keras.Model(given if len(inputs) > 1 else given[0], outputs, name="m")
        for layer, alpha in self.meta.get("patch_lora_alpha", {}).items():
            model.get_layer(layer).lora_alpha = alpha
        return model


CASES: dict[str, Declared] = {}


def case(
    name: str,
    *,
    note: str = "",
    source: str = "own",
    tolerance: float = 2e-5,
    float64: bool = True,
    backend: str = "torch",
    as_mappings: bool = False,
    lora_alpha: dict[str, int] | None = None,
    **fed: Fed,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a case; the function below it builds the outputs from the inputs, by name.

    Args:
        name: The name of its folder.
        note: What it shows.
        source: Where it comes from.
        tolerance: How far float32 results may be away, absolutely and relatively.
        float64: See `Declared`.
        backend: See `Declared`.
        as_mappings: See `Declared`.
        lora_alpha: The `lora_alpha` that is meant, by layer, where Keras forgets it.
        **fed: The inputs.
    """
    meta: dict[str, Any] = {"source": source, "note": note, "atol": tolerance, "rtol": tolerance}
    meta |= {"patch_lora_alpha": lora_alpha} if lora_alpha else {}

    def declare(build: Callable[..., Any]) -> Callable[..., Any]:
        CASES[name] = Declared(build, fed, meta, float64, backend, as_mappings)
        return build

    return declare
