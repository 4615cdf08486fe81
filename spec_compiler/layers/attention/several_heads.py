"""What layers of several heads share: projections into the heads, and out of their averages."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.fields import KnownSize
from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.sigmoids import Sigmoid
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.layers.attention.attention import (
    Pattern,
    attend,
    author_mask,
    check_inputs,
    combined_masks,
    near_steps,
)
from spec_compiler.layers.attention.inside import note_inside
from spec_compiler.layers.base.interface import Masks, Named, Passing, Ports, Roles
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.signal import Signal


def _projection(name: str, *when: str) -> tuple[Named, Named]:
    """The weights of one of the projections."""
    return Named(f"{name}.kernel", when), Named(f"{name}.bias", (*when, "use_bias"))


class SeveralHeads(Layer):
    """Averages of the steps of `value`, in several heads of learned projections."""

    ports: ClassVar[Ports] = Roles(("query", "value"), ("key", "attention_mask"))
    outputs: ClassVar[tuple[Named, ...]] = (
        Named("output"),
        Named("scores", ("return_attention_scores",)),
    )
    learned: ClassVar[tuple[Named, ...]] = (
        *_projection("query"),
        *_projection("key"),
        *_projection("gate", "use_gate"),
        *_projection("value"),
        *_projection("attention_output"),
    )
    masks: ClassVar[Masks] = Masks(uses=True, passes=Passing.FIRST)

    dropout: Fraction = 0.0
    """Fraction of the weights that training drops; no effect on inference."""
    use_bias: StrictBool = True
    """Whether the projections add biases."""
    sliding_window: KnownSize | None = None
    """A step attends only to steps that are fewer steps away than this, on either side."""
    flash_attention: StrictBool | None = None
    """Accepted for Keras's sake; the result is the same."""
    kernel_initializer: InitializerField = GlorotUniform()
    """Gives the kernels their first values."""
    bias_initializer: InitializerField = Zeros()
    """Gives the biases their first values."""
    kernel_regularizer: RegularizerField | None = None
    """Penalty on each kernel."""
    bias_regularizer: RegularizerField | None = None
    """Penalty on each bias."""
    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""
    kernel_constraint: ConstraintField | None = None
    """Projection of new kernels."""
    bias_constraint: ConstraintField | None = None
    """Projection of new biases."""
    use_gate: StrictBool = False
    """Whether `query` says how much of each average passes."""
    seed: WholeNumber | None = None
    """Seed of the dropout; no effect on inference."""
    use_causal_mask: StrictBool = False
    """Whether a step attends only to steps up to itself; an argument of the call in Keras."""
    return_attention_scores: StrictBool = False
    """Whether the weights of the average are an output; an argument of the call in Keras."""

    @property
    def of_queries(self) -> tuple[int, int]:
        """How many heads of queries there are, and the size of each."""
        raise NotImplementedError

    @property
    def of_keys(self) -> tuple[int, int]:
        """The same of keys."""
        return self.of_queries

    @property
    def of_values(self) -> tuple[int, int]:
        """The same of values."""
        return self.of_keys

    def pattern(self, query: Signal) -> Pattern:
        """Which axes attend to which.

        Raises:
            Refusal: `query` has no such axes, or steps have no order.
        """
        raise NotImplementedError

    def of_output(self, query: Signal) -> Shape:
        """The axes that the output has after the steps."""
        return query.shape[-1:]

    def for_each_query(self, b: Builder, x: Value) -> Value:
        """Heads of keys or of values as often as there are heads of queries."""
        return x

    def lower(
        self,
        b: LayerBuilder,
        query: Signal,
        value: Signal,
        key: Signal | None = None,
        attention_mask: Signal | None = None,
    ) -> Signal | dict[str, Signal]:
        """See the class."""
        keys = value if key is None else key
        pattern = self.pattern(query)
        check_inputs(b, pattern, {"query": query, "value": value, "key": keys})
        heads, size = self.of_queries
        others = near_steps(b, pattern, query, value, self.use_causal_mask, self.sliding_window)
        if attention_mask is not None:
            others.append(author_mask(b, pattern, attention_mask, query, value, heads))
        masked = (value,) if key is None else (value, key)
        keep = combined_masks(b, pattern, query, masked, others)
        q = self._project(b, "query", b.compute(query.value), self.of_queries)
        k = self._project(b, "key", b.compute(keys.value), self.of_keys)
        keys_of_all = self.for_each_query(b, k)
        gate = None
        if self.use_gate:
            gated = heads, self.of_values[1]
            gate = self._project(b, "gate", b.compute(query.value), gated)
        v = self._project(b, "value", b.compute(value.value), self.of_values)
        of_all = q, keys_of_all, self.for_each_query(b, v)
        averages, scores = attend(b, pattern, size, of_all, keep)
        inside = {"query": query.carry(q), "key": keys.carry(k), "value": value.carry(v)}
        if gate is not None:
            inside["gate"] = query.carry(gate)
            averages = b.multiply(averages, b.compose(Sigmoid(), gate))
        result = self._project(b, "attention_output", averages, self.of_output(query), inner=2)
        note_inside(b, pattern, inside, keep, scores)
        output = query.carry(result)
        if not self.return_attention_scores:
            return output
        return {"output": output, "scores": Signal(scores)}

    def _project(
        self, b: LayerBuilder, name: str, x: Value, shape: Shape, *, inner: int = 1
    ) -> Value:
        """The last `inner` axes of `x` times a learned kernel, plus a bias of `shape`.

        Args:
            b: The builder.
            name: What the projection is called.
            x: What is projected.
            shape: The axes that take the place of those.
            inner: How many they are.
        """
        rank = len(x.shape)
        entering = x.shape[rank - inner :]
        sizes = [size for size in (*entering, *shape) if isinstance(size, int)]
        fans = None
        if len(sizes) == inner + len(shape):
            fans = (prod(sizes[:inner]), prod(sizes[inner:]))
        training = self.training("kernel")
        kernel = b.weight(f"{name}.kernel", (*entering, *shape), training, fans=fans)
        y = b.contract(x, kernel, (tuple(range(rank - inner, rank)), tuple(range(inner))))
        if not self.use_bias:
            return y
        return b.add(y, b.weight(f"{name}.bias", shape, self.training("bias")))
