"""The builder that a layer is lowered with: it makes weights, and remembers what trains them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, Self, cast

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size, quoted
from spec_compiler.ir.graph import Value, Weight
from spec_compiler.ir.types import DType, Policy, TensorType
from spec_compiler.layers.base.trained import Trained, Training
from spec_compiler.layers.choices.regularizers import Regularizer
from spec_compiler.layers.signal import Noted, Outward, Signal
from spec_compiler.refusals import Origin, Refusal

_PLAINLY = Outward()


@dataclass(slots=True, eq=False, repr=False)
class LayerBuilder(Builder):
    """A builder of one program, as one layer sees it."""

    trainable: bool = True
    """Whether training may change what the layer makes."""
    shared: str = ""
    """The layer whose weights are used again, in a second call."""
    prefix: str = ""
    """What is put before the names of the weights of a layer inside of another."""
    activities: dict[str, tuple[Regularizer, Value]] = field(
        default_factory=dict[str, tuple[Regularizer, Value]]
    )
    """What activity regularisers look at, by the prefix of the layer that has one."""
    made: dict[str, Trained] = field(default_factory=dict[str, Trained])
    """The weights that this layer has made so far, by their full names."""
    noted: dict[str, Noted] = field(default_factory=dict[str, Noted])
    """What is inside of this layer, by its path in it, in the order in which it is made."""
    blocks: Any = None
    """Who lowers the blocks that layers have as arguments, for those who know how."""

    def for_layer(
        self, name: str, policy: Policy, *, trainable: bool = True, shared: str = ""
    ) -> LayerBuilder:
        """The same program, as a layer sees it."""
        return LayerBuilder(  # every layer comes by, and `replace` takes 1.7 times as long
            layer=name,
            policy=policy,
            trainable=trainable,
            shared=shared,
            blocks=self.blocks,
            facts=self.facts,
            nodes=self.nodes,
            weights=self.weights,
            functions=self.functions,
            ranges=self.ranges,
            _checks=self._checks,
            _definitions=self._definitions,
            _numbers=self._numbers,
            _written=self._written,
        )

    def aside(self) -> Self:
        """See `Builder`."""
        other = cast("Self", Builder.aside(self))  # `super` does not know classes with slots
        return replace(
            other, made={**self.made}, activities={**self.activities}, noted={**self.noted}
        )

    def nested(self) -> LayerBuilder:
        """See `Builder`; the weights there are those that are handed in."""
        return LayerBuilder(
            layer=self.layer,
            policy=self.policy,
            trainable=self.trainable,
            shared=self.shared,
            prefix=self.prefix,
            blocks=self.blocks,
            facts=self.facts,
            functions=self.functions,
            asking=self.asking,
            within=self.within,
            asks_for=self.asks_for,
            _checks=self._checks,
            _definitions=self._definitions,
        )

    def full_name(self, name: str) -> str:
        """What a weight of the layer is called in the program."""
        return f"{self.shared or self.layer}.{self.prefix}{name}"

    def inside(self, name: str, dtype: str | None = None, *, trainable: bool = True) -> Self:
        """The builder as a layer inside of this one sees it.

        Args:
            name: What the weights are called behind.
            dtype: The inner layer's own dtype or policy; else that of the layer around.
            trainable: Whether training may change them, if those of the layer around.
        """
        policy = Policy.named(dtype) if dtype else self.policy
        prefix, may = f"{self.prefix}{name}.", self.trainable and trainable
        return replace(self, prefix=prefix, policy=policy, trainable=may)

    def note(self, path: str, signal: Signal, kind: str, output: str = "") -> None:
        """Give a value inside of the layer a name; it is computed only where it is asked for.

        Args:
            path: What it is a result of, by its path in the layer that this builder is of.
            signal: What it is.
            kind: The type of the layer that gives it.
            output: Which of several results.
        """
        owner = f"{self.prefix}{path}" if path else self.prefix.removesuffix(".")
        self.noted[f"{owner}.{output}" if output else owner] = Noted(signal, owner, kind)

    def turned(self, path: str, step: Outward) -> None:
        """Let what was noted behind a path come a step farther out."""
        before = f"{self.prefix}{path}"
        for name, noted in self.noted.items():
            if name == before or name.startswith(f"{before}."):
                self.noted[name] = noted.then(step)

    def scan(
        self,
        step: Callable[..., tuple[Sequence[Value], Sequence[Value]]],
        sequences: Sequence[Value],
        states: Sequence[Value],
        constants: Sequence[Value] = (),
        out: Outward = _PLAINLY,
    ) -> tuple[list[Value], list[Value]]:
        """See `Builder`; what a step notes is inside of this layer.

        Args:
            step: See `Builder`; its first argument is a builder of this kind.
            sequences: See there.
            states: See there.
            constants: See there.
            out: What becomes of what is noted behind the loop.
        """
        inside: dict[str, Noted] = {}

        def noting(b: LayerBuilder, *entries: Value) -> tuple[Sequence[Value], Sequence[Value]]:
            made = step(b, *entries)
            inside.update(b.noted)
            return made

        last, stacked = Builder.scan(self, noting, sequences, states, constants)
        way = out._replace(loop=(*last, *stacked)[0])
        self.noted.update({name: noted.then(way) for name, noted in inside.items()})
        return last, stacked

    def weight(
        self,
        name: str,
        shape: Shape,
        training: Training,
        *,
        trainable: bool = True,
        dtype: DType | None = None,
        compute: DType | None = None,
        fans: tuple[int, int] | None = None,
    ) -> Value:
        """A learned tensor of the layer, cast to the dtype that is computed in.

        `dtype` and `compute` take the place of the policy's dtypes for this weight.
        A second call of a layer gets the weight of the first, whose shape it must fit.

        Raises:
            Refusal: a size is known only from the data, or what trains it does not fit its shape.
        """
        full, name = self.full_name(name), self.prefix + name
        known = _known(name, shape)
        computed = compute or self.policy.compute
        weight = self.weights.get(full)
        if weight is None:
            value = self.value(TensorType(dtype or self.policy.variable, known))
            weight = Weight(full, value, trainable and self.trainable)
            try:
                training.check(known, fans, value.dtype, computed)
            except Refusal as refusal:
                self.weights[full] = weight  # for what is said of its sizes
                origins = [(value, axis) for axis in range(len(known))]
                came_in: list[Origin] = [(size, "size") for size in known]
                raise refusal.but(origins=(*origins, *came_in)) from None
            self.weights[full], self.made[full] = weight, Trained(weight, training, fans)
        elif weight.shape != known:
            pairs = enumerate(zip_longest(known, weight.shape))
            unequal = next(axis for axis, (one, other) in pairs if one != other)
            origins: list[Origin] = [(weight.value, unequal)]
            if unequal < len(known):
                origins.insert(0, (known[unequal], "size"))
            raise Refusal(
                "SPC0305",
                f"this call needs `{name}` of shape {list(known)}, the first call made it "
                f"{list(weight.shape)}",
                argument=("from",),
                origins=tuple(origins),
                help="feed the same sizes as the first call does, or use a layer of its own",
            )
        return self.cast(weight.value, computed)


class UnknownSize(Refusal):
    """A weight has a size that only the data knows.

    Attributes:
        weight: The weight's own name.
        size: The first one.
    """

    def __init__(self, name: str, size: Size) -> None:
        super().__init__(
            "SPC0306",
            f"the weight `{name}` needs sizes that are known; {quoted(size)} is known only from "
            "the data",
            argument=("from",),
            origins=((size, "size"),),
            help="give that axis a number or a param where it is declared",
        )
        self.weight = name
        self.size = size


def _known(name: str, shape: Shape) -> tuple[int, ...]:
    """The shape of a weight, whose sizes must be numbers."""
    unknown = next((size for size in shape if not isinstance(size, int)), None)
    if unknown is not None:
        raise UnknownSize(name, unknown)
    return cast("tuple[int, ...]", tuple(shape))
