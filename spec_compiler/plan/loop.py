"""A scan as a call: the body's calls once for each entry, with states that stay where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.graph import Graph, Scan, Value
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.layout import order_of
from spec_compiler.plan.recorder import Call, Late, Operand, Recorder


class _Record(Protocol):
    def __call__(
        self,
        recorder: Recorder,
        graph: Graph,
        given: Mapping[Value, Operand],
        sizes: Mapping[str, int],
        targets: Mapping[str, Late],
        owned: frozenset[Value],
    ) -> dict[str, Operand]: ...


def loop(
    recorder: Recorder,
    record: _Record,
    node: Scan,
    operands: Sequence[Operand],
    sizes: Mapping[str, int],
    gives: Sequence[TensorType],
) -> list[Operand]:
    """Record a loop.

    Args:
        recorder: Takes the calls.
        record: Records those of a graph.
        node: The loop.
        operands: What it reads.
        sizes: The number that each named size is.
        gives: The types of its results.

    Returns:
        The last states, then what is stacked.
    """
    first, rest = node.sequences, node.sequences + node.states
    states = [_turned(recorder, of) for of in gives[: node.states]]
    stacks = [_turned(recorder, of) for of in gives[node.states :]]
    for state, begin in zip(states, operands[first:rest], strict=True):
        recorder.do(np.copyto, state, begin)
    inputs = [*node.body.inputs.values()]
    series = [_series(recorder, whole) for whole in operands[:first]]
    entries = [_entry(recorder, whole) for whole in series]
    rows = [_entry(recorder, stack) for stack in stacks]
    given = dict(zip(inputs, [*entries, *states, *operands[rest:]], strict=True))
    targets = dict(zip([*node.body.outputs][node.states :], rows, strict=True))
    turned = [made for made, whole in zip(series, operands, strict=False) if made is not whole]
    kept = {owner for made in (*states, *stacks, *turned) for owner in recorder.owners(made)}
    with recorder.apart(kept, operands[0].shape[0]) as body:
        owned = frozenset(inputs[first:rest])
        found = record(recorder, node.body, given, sizes, targets, owned)
        _hand_on(recorder, states, [*found.values()][: node.states])
    for operand in found.values():
        for owner in {*recorder.owners(operand)} - kept:
            recorder.workspace.release(owner)
    wholes = [*series, *stacks]
    _turns(recorder, body, wholes, [entry.place for entry in (*entries, *rows)])
    return [*states, *stacks]


def _turned(recorder: Recorder, of: TensorType) -> Array:
    """Memory in which rows are the innermost: a part of the features is then one piece."""
    shape, rank = concrete(of), len(of.shape)
    order = {2: (1, 0), 3: (0, 2, 1)}.get(rank)
    return recorder.new(shape, stored(of.dtype), order)


def _series(recorder: Recorder, whole: Operand) -> Operand:
    """A sequence whose entries lie as states do."""
    if len(whole.shape) != 3 or 1 in whole.shape[1:]:
        return whole
    if not isinstance(whole, Late) and order_of(whole.strides) == (0, 2, 1):
        return whole
    return recorder.copied(whole, (0, 2, 1))


def _entry(recorder: Recorder, whole: Operand) -> Late:
    """What an entry of axis 0 is."""
    rows = isinstance(whole, Late) or whole.flags.c_contiguous
    return Late(recorder.place(), whole.shape[1:], whole.dtype, recorder.owners(whole), rows)


def _hand_on(recorder: Recorder, states: Sequence[Array], after: Sequence[Operand]) -> None:
    """Record that the next states come where the last ones were."""
    own = {owner for state in states for owner in recorder.owners(state)}
    moves: list[tuple[Array, Operand]] = []
    for state, following in zip(states, after, strict=True):
        if following is state:
            continue
        if own & {*recorder.owners(following)} - {*recorder.owners(state)}:
            following = recorder.copied(following)  # another state would be lost
        moves.append((state, following))
    for state, following in moves:
        recorder.do(np.copyto, state, following)


def _turns(
    recorder: Recorder, body: Sequence[Call], wholes: Sequence[Operand], places: Sequence[int]
) -> None:
    """Record the loop itself."""
    held, count = recorder.held, wholes[0].shape[0]

    def turns(*arrays: Array) -> None:
        for at in range(count):
            for place, whole in zip(places, arrays, strict=True):
                held[place] = whole[at, ...]
            for call in body:
                call()

    recorder.do(turns, *wholes)
