"""The weights that a program runs with: from its files, or from the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from spec_compiler import expression
from spec_compiler.collecting import uncollected
from spec_compiler.data import Allowance
from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.evaluate import RunError, evaluate
from spec_compiler.ir.peak import Walk
from spec_compiler.ir.types import DType, TensorType
from spec_compiler.program import Program
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.weights.check import check_weights, held
from spec_compiler.weights.checkpoint import weights_place
from spec_compiler.weights.drawn import Drawn
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.mapping import MAP, WeightSource, transformed
from spec_compiler.weights.narrow import each_made, narrowed, narrowing, require_finite
from spec_compiler.weights.safetensors import TensorEntry
from spec_compiler.weights.tensors import Tensors, copied_bytes


@uncollected()
def load_weights(
    program: Program, allowance: Allowance, drawn: Drawn | None = None
) -> dict[str, Array]:
    """Every weight of a program, in the dtype that it is stored in.

    Data that already has that dtype is memory-mapped, not copied; weights that come from one tensor
    in one way are one array.

    Args:
        program: The model.
        allowance: What reading a file may take; what is mapped does not count.
        drawn: What was drawn from the seed before.

    Raises:
        SpecError: a file is missing, does not fit the model, or has another checksum.
    """
    core = program.core
    where = weights_place(core)
    if where is None:
        draw = initialise if drawn is None else drawn.initialise
        return draw(program.weights, core.header.seed)
    found = Diagnostics(sources=program.sources)
    sources = check_weights(program, found, severity=Severity.ERROR)
    if sources is None or found.errors:
        found.stop()
    uses = Counter(name for origin in sources.origins.values() for name in origin.names)
    reader = _Reader(Tensors(sources.checkpoint.tensors), core.scope, uses, allowance, where.at)
    declared = program.graph.weights
    weights, refused = each_made(
        declared,
        lambda name: reader.weight(name, sources.origins[name], declared[name].value.dtype),
    )
    for refusal in refused:
        of_map = refusal.argument[: len(MAP)] == MAP
        found.at(core.node if of_map else where.place).add(refusal)
    found.stop_on_errors()
    return weights


_Made: TypeAlias = tuple[tuple[tuple[str, str], ...], str | None, DType]
"""Tensors, their transform, and the dtype of what is made of them."""
_LESS = (
    "save the tensors in the model's dtype and layout: those are mapped; or allow more with "
    "`--max-memory`"
)


@dataclass(slots=True)
class _Reader:
    """Reads tensors as weights, each tensor and each layout of it once.

    Attributes:
        tensors: The files.
        scope: What names in transforms mean.
        uses: How many weights a tensor is still needed for.
        allowance: What reading may take.
        at: Where the spec names the file.
        read: The tensors that are still needed.
        made: The weights so far.
        viewed: The tensors that one of those is a view of: they stay as long as it does.
    """

    tensors: Tensors
    scope: Scope
    uses: Counter[str]
    allowance: Allowance
    at: ItemPath
    read: dict[str, Array] = field(default_factory=dict[str, Array])
    made: dict[_Made, Array] = field(default_factory=dict["_Made", Array])
    viewed: set[str] = field(default_factory=set[str])

    def weight(self, name: str, origin: WeightSource, dtype: DType) -> Array:
        """A tensor in the layout and the dtype of the weight.

        Raises:
            Refusal: a step of the transform cannot use the tensor's values, the dtype does not hold
                what it makes of them, or they are too large.
        """
        key = (origin.tensors, origin.transform, dtype)
        try:
            if key not in self.made:
                self.made[key] = self._make(name, origin, dtype)
        except Refusal as refusal:
            entry = (*MAP, origin.key) if origin.transform is None else (*MAP, origin.key, "as")
            at = entry if origin.key else self.at
            raise refusal.but(argument=refusal.argument or at) from None
        finally:
            for tensor in origin.names:
                self.uses[tensor] -= 1
                if not self.uses[tensor]:
                    self._forget(tensor)
        return self.made[key]

    def _make(self, name: str, origin: WeightSource, dtype: DType) -> Array:
        for tensor in origin.names:
            if tensor not in self.read:
                entry = self.tensors.entries[tensor]
                self._take(entry, *copied_bytes(entry))
                self.read[tensor] = self.tensors[tensor]
        given = {of: self.read[tensor] for of, tensor in origin.tensors}
        how = "" if origin.transform is None else f" after `{origin.transform}`"
        laid = self._laid_out(name, how, origin, given)
        entry = self.tensors.entries[origin.names[0]]
        beside = 0 if self._viewed_by(laid, origin) else laid.nbytes
        self._take(entry, 0, beside + narrowing(_dtype(laid), dtype, laid.size))
        made = narrowed(laid, dtype, name, how=how)
        viewed = self._viewed_by(made, origin)
        if not viewed:
            self._take(entry, made.nbytes)
        self.viewed |= viewed
        return made

    def _viewed_by(self, array: Array, origin: WeightSource) -> set[str]:
        """The tensors that an array has its numbers from, without a copy."""
        return {name for name in origin.names if np.may_share_memory(array, self.read[name])}

    def _laid_out(
        self, name: str, how: str, origin: WeightSource, given: Mapping[str, Array]
    ) -> Array:
        """Tensors in the layout of the weight."""
        if origin.transform is None:
            return self.read[origin.names[0]]
        entries = {tensor: self.tensors.entries[tensor] for tensor in origin.names}
        types = {tensor: TensorType(held(of), of.shape) for tensor, of in entries.items()}
        graph = transformed(origin, types, self.scope)
        first = next(iter(entries.values()))
        self._take(first, 0, Walk({}).body(graph))
        try:
            with np.errstate(all="ignore"):
                made = evaluate(graph, given, {}, {})["y"]
            self._take(first, 0, made.nbytes + made.size)
            if "inf" not in expression.names_in(origin.transform):  # else it is meant
                require_finite(made, given, name, how)
        except RunError as error:
            raise Refusal(
                error.refusal.code,
                f"{error.refusal.message}, in the transform of {origin}",
                argument=(*MAP, origin.key, "as"),
            ) from None
        return made

    def _take(self, entry: TensorEntry, kept: int, making: int = 0) -> None:
        self.allowance.take(str(entry.file), kept, making, instead=_LESS)

    def _forget(self, tensor: str) -> None:
        """Let a tensor go, and what it takes where no weight is a view of it."""
        if self.read.pop(tensor, None) is not None and tensor not in self.viewed:
            self.allowance.held -= copied_bytes(self.tensors.entries[tensor])[0]


def _dtype(array: Array) -> DType:
    return cast("DType", array.dtype.name)
