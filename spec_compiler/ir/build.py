"""The builder: every operation that it adds is type-checked at once, so lowering is inference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from operator import attrgetter
from typing import NamedTuple, Self, TypeAlias, TypeVar

from spec_compiler.ir.dims import Size
from spec_compiler.ir.facts import Check, Facts, Relation
from spec_compiler.ir.graph import Apply, Compose, Composite, Graph, Node, Scan, Value, Weight
from spec_compiler.ir.operations import Operations
from spec_compiler.ir.primitives.elementwise import Cast
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.ir.primitives.structure import BroadcastTo, Constant, Full, Reshape, require_held
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.ranges import Range, Ranges
from spec_compiler.ir.types import MOST_AXES, Policy, TensorType
from spec_compiler.refusals import ItemPath, Refusal

_Asked: TypeAlias = tuple[Size, Relation, Size, str]
"""A relation between sizes, and the layer that needs it."""
_HOLDING = (Cast, Constant, Full, Reshape, BroadcastTo)
"""The primitives that write numbers down, and those that keep them all."""
_type = attrgetter("type")
_Composed: TypeAlias = tuple[Composite, tuple[TensorType, ...]]
"""A composite, and the types of its operands."""
_Key = TypeVar("_Key")
_Item = TypeVar("_Item")


class Mark(NamedTuple):
    """How much a builder had collected at some time."""

    nodes: int
    weights: int
    checks: int
    definitions: int
    written: int


class Added(NamedTuple):
    """What a builder has collected since a mark."""

    nodes: tuple[Node, ...]
    weights: tuple[tuple[str, Weight], ...]
    checks: tuple[tuple[_Asked, Check], ...]
    definitions: tuple[tuple[_Composed, Graph], ...]
    written: tuple[tuple[Value, tuple[float, ...]], ...]


@dataclass(slots=True, eq=False, repr=False)
class Builder(Operations, Prover):
    """Collects nodes, weights and checks; knows which layer it is lowering and in which dtypes."""

    facts: Facts = field(default_factory=Facts)
    layer: str = ""
    policy: Policy = Policy("float32", "float32")
    nodes: list[Node] = field(default_factory=list[Node])
    weights: dict[str, Weight] = field(default_factory=dict[str, Weight])
    functions: Mapping[str, PythonFunction] = field(default_factory=dict[str, PythonFunction])
    """What the caller from Python has registered for Lambda layers."""
    asking: ItemPath = ()
    """The path of what is written with it, for those who ask and do not say where."""
    within: tuple[int, int] | None = None
    """The characters of it."""
    asks_for: str = ""
    """The layer that asks what is asked, where that is another."""
    ranges: Ranges = field(default_factory=Ranges)
    """Which whole numbers inputs hold, as their authors say, and what follows."""
    _checks: dict[_Asked, Check] = field(default_factory=dict[_Asked, Check])
    _definitions: dict[_Composed, Graph] = field(default_factory=dict[_Composed, Graph])
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _written: dict[Value, tuple[float, ...]] = field(default_factory=dict[Value, tuple[float, ...]])
    """The numbers of values that are constants."""

    # --- proving -------------------------------------------------------------------------------

    @property
    def checks(self) -> tuple[Check, ...]:
        """What only the data can settle, in the order of discovery."""
        return tuple(self._checks.values())

    def require(
        self,
        left: Size,
        relation: Relation,
        right: Size,
        why: str,
        at: ItemPath = (),
    ) -> bool:
        """Prove a relation between sizes, or record it for the data; False when it cannot hold."""
        answer = self.decided(left, relation, right)
        if answer is None:
            # a layer and the primitives under it may ask the same: the first reason is the better
            layer = self.asks_for or self.layer
            key = (left, relation, right, layer)
            place = (at, None) if at else (self.asking, self.within)
            if relation == "==" and (right, relation, left, layer) in self._checks:
                return True  # the same, asked from the other side
            self._checks.setdefault(key, Check(left, relation, right, why, layer, *place))
        return answer is not False

    def state(
        self,
        left: Size,
        relation: Relation,
        right: Size,
        why: str,
        at: ItemPath = (),
    ) -> bool:
        """Require a relation that the author states: from here on it is a fact."""
        holds = self.require(left, relation, right, why, at)
        self.facts.state(left, relation, right)
        return holds

    def aside(self) -> Self:
        """A builder to try something with: what it adds and asks is forgotten."""
        return replace(
            self,
            nodes=[*self.nodes],
            weights={**self.weights},
            ranges=self.ranges.copy(),
            _checks={**self._checks},
        )

    def range_of(self, x: Value) -> Range:
        """Which numbers `x`, of whole numbers, can hold."""
        return self.ranges.of(x, self.nodes)

    def read_for(self, x: Value) -> set[Value]:
        """What the layer that is being lowered reads, at any remove, to make `x`; `x` among it."""
        found = {x}
        for node in reversed(self.nodes):
            if node.layer != self.layer:
                break
            if not found.isdisjoint(node.results):
                found.update(node.operands)
        return found

    def require_index(
        self, indices: Value, least: Size, size: Size, why: str, at: ItemPath = ()
    ) -> Size | None:
        """Prove that indices lie from `least` up to `size`, which is not among them.

        Where sizes decide it, that is recorded; where only the numbers do, a run looks at them.

        Returns:
            A number beyond that is certainly among them, or may be, as the author of an input says.
        """
        known = self.range_of(indices)
        ends: tuple[tuple[Size, Relation, Size], ...] = (
            (known.low, ">=", least),
            (known.high, "<", size),
        )
        for end, relation, limit in ends:
            if known.met and not self.require(end, relation, limit, why, at):
                return end
        return None

    # --- adding nodes --------------------------------------------------------------------------

    def value(self, of: TensorType) -> Value:
        """A new value that no node makes: an input or a weight.

        Raises:
            Refusal: it has more axes than an array can have.
        """
        if len(of.shape) > MOST_AXES:
            message = f"a tensor has at most {MOST_AXES} axes, and this would have {len(of.shape)}"
            raise Refusal("SPC0304", message)
        return Value(next(self._numbers), of)

    def apply(self, primitive: Primitive, *operands: Value) -> Value:
        """Add a primitive; its type rule gives the result's type."""
        try:
            of = primitive.result_type(self, *map(_type, operands))
        except Refusal as refusal:
            origins = refusal.origins or tuple((operand, "type") for operand in operands)
            raise refusal.but(origins=origins) from None
        result = self.value(of)
        if isinstance(primitive, _HOLDING):
            self._require_held(primitive, operands, result)
        self.nodes.append(Apply(primitive, operands, result, self.layer))
        return result

    def _require_held(
        self, primitive: Primitive, operands: tuple[Value, ...], result: Value
    ) -> None:
        """Remember numbers that are written, and refuse a cast that would make one infinite."""
        if isinstance(primitive, (Constant, Full)):
            self._written[result] = primitive.numbers
        elif operands[0] in self._written:
            numbers = self._written[operands[0]]
            if isinstance(primitive, Cast):
                require_held(numbers, result.dtype)
            else:
                self._written[result] = numbers

    def compose(self, composite: Composite, *operands: Value) -> Value:
        """Add a composite; what it means for operands of the same types is written once."""
        key = composite, tuple(operand.type for operand in operands)
        graph = self._definitions.get(key)
        if graph is None:
            inner = self.nested()
            inputs = [inner.value(operand.type) for operand in operands]
            graph = inner.body(inputs, [composite.define(inner, *inputs)])
            self._definitions[key] = graph
        result = self.value(graph.outputs["y0"].type)
        self.nodes.append(Compose(composite, operands, result, self.layer, graph))
        return result

    def scan(
        self,
        step: Callable[..., tuple[Sequence[Value], Sequence[Value]]],
        sequences: Sequence[Value],
        states: Sequence[Value],
        constants: Sequence[Value] = (),
    ) -> tuple[list[Value], list[Value]]:
        """A loop over axis 0 of `sequences`.

        Args:
            step: A function of a builder, an entry of each sequence, the states and the constants;
                gives the next states (of the same types) and what to stack.
            sequences: At least one, all of the same length.
            states: The first states.
            constants: Values that every step reads.

        Returns:
            The last states, and the stacked results with the steps on axis 0.
        """
        inner = self.nested()
        length = sequences[0].shape[0]
        entries = [inner.value(TensorType(x.dtype, x.shape[1:])) for x in sequences]
        before = [inner.value(x.type) for x in states]
        known = [inner.value(x.type) for x in constants]
        after, stacked = step(inner, *entries, *before, *known)
        types = [x.type for x in states]
        types += [TensorType(y.dtype, (length, *y.shape)) for y in stacked]
        results = [self.value(of) for of in types]
        operands = (*sequences, *states, *constants)
        body = inner.body([*entries, *before, *known], [*after, *stacked])
        counts = len(sequences), len(states)
        self.nodes.append(Scan(operands, tuple(results), self.layer, body, *counts))
        return results[: len(states)], results[len(states) :]

    def nested(self) -> Builder:
        """A builder for a body; what it cannot prove is recorded here."""
        return Builder(
            self.facts,
            self.layer,
            self.policy,
            functions=self.functions,
            asking=self.asking,
            within=self.within,
            asks_for=self.asks_for,
            _checks=self._checks,
            _definitions=self._definitions,
        )

    def number_from(self, numbers: Iterator[int]) -> None:
        """Number the values that come from here on; before the first of them."""
        self._numbers = numbers

    # --- what was added ------------------------------------------------------------------------

    def mark(self) -> Mark:
        """How much there is now."""
        collected = self.weights, self._checks, self._definitions, self._written
        return Mark(len(self.nodes), *map(len, collected))

    def since(self, mark: Mark) -> Added:
        """What came after a mark."""
        return Added(
            tuple(self.nodes[mark.nodes :]),
            _newest(self.weights, mark.weights),
            _newest(self._checks, mark.checks),
            _newest(self._definitions, mark.definitions),
            _newest(self._written, mark.written),
        )

    def collect(self, added: Added) -> None:
        """Collect again what another builder has collected, of values that are the same."""
        self.nodes += added.nodes
        self.weights.update(added.weights)
        for key, check in added.checks:
            self._checks.setdefault(key, check)
        for key, graph in added.definitions:
            self._definitions.setdefault(key, graph)
        self._written.update(added.written)

    def graph(self, inputs: dict[str, Value], outputs: dict[str, Value]) -> Graph:
        """Everything added so far, as a program."""
        return Graph(inputs, tuple(self.nodes), outputs, self.weights, self.checks)

    def body(self, inputs: Sequence[Value], outputs: Sequence[Value]) -> Graph:
        """Everything added so far, for another node to hold; what it leaves open is the program's.

        Its inputs are called `x0`, `x1` and so on, its outputs `y0`.
        """
        named = {f"x{i}": x for i, x in enumerate(inputs)}
        return Graph(named, tuple(self.nodes), {f"y{i}": y for i, y in enumerate(outputs)})


def _newest(of: dict[_Key, _Item], before: int) -> tuple[tuple[_Key, _Item], ...]:
    """What came after the first entries, in order."""
    newest = islice(reversed(of.items()), len(of) - before)
    return tuple(newest)[::-1]
