"""Low-rank adaptation: a frozen weight plus a product of two small trainable ones."""

from __future__ import annotations

from pydantic import model_validator

from spec_compiler.declaring.fields import Declaration, KnownSize, Number, refuse
from spec_compiler.fixes import remove
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Named
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.initializers.he import HeUniform


def adaptation(name: str) -> tuple[Named, Named]:
    """The weights of the adaptation of the weight `name`."""
    when = ("lora_rank",)
    return Named(f"lora_{name}_a", when), Named(f"lora_{name}_b", when)


class Adaptable(Declaration):
    """The arguments of layers whose main weight can be adapted.

    The effective weight is `weight + lora_alpha / lora_rank * (a @ b)`. The weight itself is
    frozen; `a` and `b` are float32, of shapes `[…, lora_rank]` and `[lora_rank, last]`.
    """

    lora_rank: KnownSize | None = None
    """Rank of the adaptation; absent: none."""
    lora_alpha: Number | None = None
    """Scale of the adaptation; default: `lora_rank`, which is a factor of 1."""

    @model_validator(mode="after")
    def _with_rank(self) -> Adaptable:
        if self.lora_alpha is not None and self.lora_rank is None:
            raise refuse(
                "needs `lora_rank` beside it: alone it has no effect",
                "SPC0108",
                argument=("lora_alpha",),
                fix=remove(safe=True),
            )
        return self

    @model_validator(mode="after")
    def _without_constraint(self) -> Adaptable:
        for constrained in ("kernel_constraint", "embeddings_constraint"):
            if self.lora_rank is not None and getattr(self, constrained, None) is not None:
                raise refuse(
                    "cannot be combined with `lora_rank`: the weight is frozen",
                    "SPC0108",
                    argument=(constrained,),
                    related=((("lora_rank",), "the adaptation"),),
                )
        return self

    def adapted(
        self,
        b: LayerBuilder,
        name: str,
        shape: Shape,
        training: Training,
        fans: tuple[int, int] | None = None,
    ) -> Value:
        """The weight `name`, with its adaptation if there is one."""
        weight = b.weight(
            name,
            shape,
            training,
            trainable=self.lora_rank is None,
            fans=fans,
        )
        if self.lora_rank is None:
            return weight
        down, up = (
            b.weight(
                f"lora_{name}_{part}",
                sizes,
                training._replace(initializer=initializer, constraint=None),
                dtype="float32",
            )
            for part, sizes, initializer in (
                ("a", (*shape[:-1], self.lora_rank), HeUniform()),
                ("b", (self.lora_rank, shape[-1]), Zeros()),
            )
        )
        alpha = self.lora_rank if self.lora_alpha is None else self.lora_alpha
        return b.add(weight, b.multiply(b.matmul(down, up), alpha / self.lora_rank))
