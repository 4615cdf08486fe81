"""The tensors of a published file of which its map makes given weights: the map, turned round."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.evaluate import applied, evaluate, step
from spec_compiler.ir.graph import Apply, Graph, Node, Value
from spec_compiler.ir.primitives.structure import Concatenate
from spec_compiler.ir.types import DTYPES, DType, TensorType
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.shortening import shown_some
from spec_compiler.weights.mapping import MAP, WeightSource, origins, transformed
from spec_compiler.weights.source_shapes import OpenShape, source_shapes, together, unturned


def tensors_of(
    program: Program, weights: Mapping[str, Array], found: Diagnostics
) -> dict[str, Array]:
    """Tensors by the names, and in the layouts, that the spec's map reads the weights from.

    Layouts are turned round bit for bit; a number that is added or multiplied may round.

    Args:
        program: The spec.
        weights: The values of its weights.
        found: Collects the entries of the map that have no way back.

    Returns:
        The weights themselves where the spec has no map.
    """
    core = program.core
    declared = core.header.weights
    if declared is None or not declared.map:
        return dict(weights)
    sources, problems = origins(weights, declared.map, core.scope)
    found.at(core.node).add(Refusals(problems.values()))
    found.stop_on_errors()
    turned = _Turned(program, weights, sources)
    found.at(core.node).add(Refusals(turned.run()))
    found.stop_on_errors()
    return turned.tensors


_KNOWN = "an entry that says the whole tensor, such as `transpose(w)`, tells its shape"
_Numbers: TypeAlias = "tuple[tuple[str, bool, float], ...]"
"""What numbers were reckoned with: the operation, whether the number stands first, the number."""


class _Traced(NamedTuple):
    """A value that holds numbers of the tensors.

    Attributes:
        places: Which number each element is, counted through all tensors.
        numbers: What has been added or multiplied since.
    """

    places: Array
    numbers: _Numbers = ()


@dataclass(slots=True)
class _Turned:
    """Finds the tensors' shapes, then puts the weights' numbers into them."""

    program: Program
    weights: Mapping[str, Array]
    origins: Mapping[str, WeightSource]
    types: dict[str, TensorType] = field(default_factory=dict[str, TensorType])
    tensors: dict[str, Array] = field(default_factory=dict[str, Array])
    refused: dict[str, Refusal] = field(default_factory=dict[str, Refusal])

    def run(self) -> Iterator[Refusal]:
        """Make the tensors; what cannot be turned round, an entry of the map once."""
        for work in (self._shapes, self._fill, self._compare):
            work()
            if self.refused:
                break
        yield from self.refused.values()

    def _refuse(self, origin: WeightSource, refusal: Refusal) -> None:
        entry = self.program.core.header.weights
        of = entry.map[origin.key] if entry and origin.key else None
        path = (*MAP, origin.key) if origin.key else ("weights",)
        if of is not None and of.as_ is not None:
            path = (*path, "as")
        self.refused.setdefault(origin.key, refusal.but(argument=path))

    def _shapes(self) -> None:
        """What every weight says of its tensors; what none says is what their numbers fill."""
        shapes: dict[str, OpenShape] = {}
        counts: dict[str, dict[WeightSource, int]] = {}
        for name, origin in self.origins.items():
            array, fans = self.weights[name], self.program.weights[name].fans
            said: dict[str, OpenShape] = {"w": array.shape}
            if origin.transform is not None:
                values, words = self.program.core.scope.values, [word for word, _ in origin.tensors]
                try:
                    said = source_shapes(origin.transform, words, values, array.shape, fans)
                except Refusal as refusal:
                    self._refuse(origin, refusal)
                    continue
            for word, tensor in origin.tensors:
                if word not in said:
                    self._refuse(origin, _unread(tensor))
                    continue
                shapes[tensor] = together(shapes.get(tensor), said[word])
                share = array.size // len(origin.tensors)
                counts.setdefault(tensor, {})[origin._replace(key="")] = share
                self.types[tensor] = TensorType(self._dtype(tensor, array), ())
        for tensor, shape in shapes.items():
            whole = _filled_in(shape, sum(counts[tensor].values()))
            self.types[tensor] = TensorType(self.types[tensor].dtype, whole)

    def _dtype(self, tensor: str, array: Array) -> DType:
        """That of the weights that a tensor is read for, the wider one."""
        known = self.types.get(tensor)
        wide = np.result_type(array.dtype, known.dtype) if known else array.dtype
        return next(name for name in DTYPES if name == wide.name)

    def _fill(self) -> None:
        """Put each number of a weight where the weight reads it."""
        told: dict[str, Array] = {}
        for tensor, of in self.types.items():
            shape = tuple(size for size in of.shape if isinstance(size, int))
            self.tensors[tensor] = np.zeros(shape, of.dtype)
            told[tensor] = np.zeros(math.prod(shape), np.bool_)
        for name, origin in self.origins.items():
            try:
                self._put(name, origin, told)
            except Refusal as refusal:
                self._refuse(origin, refusal)
        for origin in self.origins.values():
            empty = [tensor for tensor in origin.names if not told[tensor].all()]
            if empty:
                self._refuse(origin, _unread(empty[0]))

    def _put(self, name: str, origin: WeightSource, told: Mapping[str, Array]) -> None:
        array = self.weights[name]
        graph = self._forward(name, origin)
        traced = _trace(graph, {word: self.tensors[it] for word, it in origin.tensors})
        for operation, first, number in reversed(traced.numbers):
            array = _undone(array, operation, first, number)
        begin = 0
        for tensor in origin.names:
            whole = self.tensors[tensor]
            here = (traced.places >= begin) & (traced.places < begin + whole.size)
            places = traced.places[here] - begin
            whole.reshape(-1)[places] = array[here]
            told[tensor][places] = True
            begin += whole.size

    def _forward(self, name: str, origin: WeightSource) -> Graph:
        """The transform of the tensors whose shapes were found; refused where it does not fit."""
        sizes = " and ".join(f"`{it}` {list(self.types[it].shape)}" for it in origin.names)
        message = f"with {sizes}, as it seems, this does not make `{name}`"
        unlike = Refusal("SPC0624", message, help=_KNOWN)
        try:
            graph = transformed(origin, self.types, self.program.core.scope)
        except Refusal as refusal:
            raise unlike.but(notes=(refusal.message,)) from None
        made, wanted = list(graph.outputs["y"].shape), list(self.weights[name].shape)
        if made != wanted:
            raise unlike.but(notes=(f"it makes {made}, and `{name}` is {wanted}",))
        return graph

    def _compare(self) -> None:
        """Whether the weights come back: one number of a tensor cannot be two different ones."""
        for name, origin in self.origins.items():
            given = {word: self.tensors[tensor] for word, tensor in origin.tensors}
            graph = transformed(origin, self.types, self.program.core.scope)
            wanted, made = self.weights[name], evaluate(graph, given, {}, {})["y"]
            moved = all(not isinstance(it, Apply) or not it.primitive.rounds for it in graph.nodes)
            near = 0.0 if moved else 16 * float(np.finfo(wanted.dtype).eps)
            if not np.allclose(made, wanted, rtol=near, atol=near, equal_nan=True):
                read = {*origin.names}
                others = [of for of in self.origins if of != name]
                shared = [of for of in others if read & {*self.origins[of].names}]
                message = f"`{name}` and {shown_some(shared)} are read from the same numbers"
                help = "initial values that are the same (`zeros`, `ones`) can be"
                keys = dict.fromkeys(self.origins[of].key for of in shared)
                related = tuple(
                    ((*MAP, key), "read here, too") for key in keys if key not in {"", origin.key}
                )
                self._refuse(origin, Refusal("SPC0624", message, help=help, related=related))


def _unread(tensor: str) -> Refusal:
    message = f"the map does not say all of `{tensor}`, so that it"
    return unturned(message)


def _filled_in(shape: OpenShape, count: int) -> tuple[int, ...]:
    """The shape with so many numbers; one size follows from the others, of several the last."""
    known = math.prod(size for size in shape if size is not None)
    open_ = [axis for axis, size in enumerate(shape) if size is None]
    rest = count // known if known else 0
    return tuple(
        size if size is not None else rest if axis == open_[-1] else 1
        for axis, size in enumerate(shape)
    )


def _trace(graph: Graph, tensors: Mapping[str, Array]) -> _Traced:
    """Which number of the tensors each element of the result is."""
    values: dict[Value, Array | _Traced] = {}
    begin = 0
    for word, array in tensors.items():
        places: Array = np.arange(begin, begin + array.size, dtype=np.int64)
        values[graph.inputs[word]] = _Traced(places.reshape(array.shape))
        begin += array.size
    for node in graph.nodes:
        operands = [values[operand] for operand in node.operands]
        traced = [item for item in operands if isinstance(item, _Traced)]
        plain = [item for item in operands if not isinstance(item, _Traced)]
        if not traced:
            values.update(zip(node.results, step(node, plain, {}), strict=True))
            continue
        values[node.results[0]] = _moved(node, operands, traced, plain)
    result = values[graph.outputs["y"]]
    if not isinstance(result, _Traced):
        raise unturned("a number alone")
    return result


def _moved(
    node: Node, operands: list[Array | _Traced], traced: list[_Traced], plain: list[Array]
) -> _Traced:
    """The trace of what a step makes."""
    numbers = traced[0].numbers
    name = node.name
    if isinstance(node, Apply) and name == "negate":
        return _Traced(traced[0].places, (*numbers, ("multiply", False, -1.0)))
    if name in {"add", "subtract", "multiply", "divide"} and len(traced) == 1:
        other = plain[0].reshape(-1)
        if other.size and (other == other[0]).all() and _has_way_back(name, float(other[0])):
            first = not isinstance(operands[0], _Traced)
            return _Traced(traced[0].places, (*numbers, (name, first, float(other[0]))))
    alike = all(item.numbers == numbers for item in traced)
    joined = not isinstance(node, Apply) or isinstance(node.primitive, Concatenate)
    if not isinstance(node, Apply) or node.primitive.rounds or not alike or (joined and plain):
        raise unturned("a number that is made of several, or that no file holds,")
    given = [item.places if isinstance(item, _Traced) else item for item in operands]
    of = TensorType("int64", node.result.shape)
    return _Traced(applied(node.primitive, given, of), numbers)


def _has_way_back(operation: str, number: float) -> bool:
    return math.isfinite(number) and (operation in {"add", "subtract"} or number != 0)


def _undone(array: Array, operation: str, first: bool, number: float) -> Array:
    """What `operation` with the number made an array of."""
    of = array.dtype.type(number)
    with np.errstate(all="ignore"):
        if operation == "subtract":
            return of - array if first else array + of
        if operation == "divide":
            return of / array if first else array * of
        return array - of if operation == "add" else array / of
