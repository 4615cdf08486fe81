"""Weights against the model: names, shapes and dtypes from the files' headers, without their data.

Everything that differs is found in one run. What is wrong in the same way in several weights, as in
the copies of a block, is one finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.elaborate.tracing import weight_label
from spec_compiler.expanding.copies import Place
from spec_compiler.ir.graph import Weight
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import DTYPES, DType, TensorType
from spec_compiler.language.document import WeightsDeclaration
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.spans import Label
from spec_compiler.spelling import nearest
from spec_compiler.weights import mapping
from spec_compiler.weights.checkpoint import FILE, Checkpoint, read_checkpoint
from spec_compiler.weights.mapping import CANDIDATES, GUESSES, WeightSource, origins, transformed
from spec_compiler.weights.safetensors import TensorEntry, shown, shown_some


class WeightSources(NamedTuple):
    """What a model's weights are made of.

    Attributes:
        checkpoint: The files.
        origins: By weight.
    """

    checkpoint: Checkpoint
    origins: Mapping[str, WeightSource]


def check_weights(
    program: Program, found: Diagnostics, *, severity: Severity = Severity.WARNING
) -> WeightSources | None:
    """Compare the headers of the weights files with the model; collect everything that differs.

    A file that is missing is of the given `severity`: `validate` warns, `run` refuses.

    Returns:
        None when the spec names no weights, or they cannot be used.
    """
    core = program.core
    declared = core.header.weights
    if declared is None:
        return None
    sources, problems = origins(program.graph.weights, declared.map, core.scope)
    found.at(core.node).add(Refusals(problems.values()))
    checkpoint = read_checkpoint(core, declared, found, severity)
    if checkpoint is None:
        return None
    with found.at(core.node):
        _check_checksums(declared, checkpoint)
    comparison = _Comparison(program, checkpoint.tensors, sources, problems, core.layer_places)
    comparison.run(declared.strict, found)
    return WeightSources(checkpoint, sources)


def _check_checksums(declared: WeightsDeclaration, checkpoint: Checkpoint) -> None:
    """One checksum belongs to one file; for shards each has its own, the index needs none.

    The checksum of an index would say nothing of the numbers, and the index says nothing that the
    headers of its shards do not say.
    """
    given = declared.sha256
    at = ("weights", "sha256")
    if isinstance(given, str) and list(checkpoint.files) != [declared.file]:
        message = f"`{declared.file}` is an index, and its checksum would not be the weights'"
        help = "write one for each shard: `sha256: {a.safetensors: …}`"
        raise Refusal("SPC0622", message, argument=at, help=help)
    if not isinstance(given, dict):
        return
    lacking = [name for name in checkpoint.files if name not in given]
    unknown = [name for name in given if name not in checkpoint.files]
    if unknown:
        message = f"{shown_some(unknown)} is not a file of these weights"
        help = f"the files are {shown_some(list(checkpoint.files))}"
        path = (*at, unknown[0])
        raise Refusal("SPC0622", message, argument=path, blame_key=True, help=help)
    if lacking:
        message = f"`sha256` says nothing of {shown_some(lacking)}"
        raise Refusal("SPC0622", message, argument=at, help="add what `sha256sum` prints")


@dataclass(slots=True)
class _Comparison:
    """The weights of a model beside the tensors of its files.

    Attributes:
        program: The model.
        tensors: What the files hold.
        origins: Where each weight comes from.
        problems: The entries of `map` that are refused already.
        places: Where the model's layers stand, by name.
        differences: What is wrong, each with the other weights that it is wrong in.
    """

    program: Program
    tensors: Mapping[str, TensorEntry]
    origins: Mapping[str, WeightSource]
    problems: Mapping[str, Refusal]
    places: Mapping[str, Place]
    differences: dict[Any, _Difference] = field(default_factory=dict[Any, "_Difference"])

    def run(self, strict: bool, found: Diagnostics) -> None:
        """Compare all weights, then all tensors."""
        read = {origin.tensor for origin in self.origins.values()}
        extra = [name for name in self.tensors if name not in read]
        # what an entry that fits nothing was meant for is not known
        unsure = any(item.code in {"SPC0620", "SPC0621"} for item in self.problems.values())
        for name, weight in self.program.graph.weights.items():
            origin = self.origins[name]
            absent = origin.tensor not in self.tensors
            if origin.key in self.problems or (absent and unsure and not origin.key):
                continue
            try:
                _fits(weight, origin, self.tensors, self.program.core.scope)
            except Refusal as refusal:
                self.add(refusal, name, [origin.tensor] if absent else [])
        guessed = set(self.guess(extra))
        node = self.program.core.node
        for item in self.differences.values():
            labels = (item.label,) if item.label else ()
            found.at(node, labels=labels, notes=item.notes).add(item.refusal)
        left = [name for name in extra if name not in guessed]
        if strict and left and not unsure:
            found.at(node).add(_unused(left))

    def add(self, refusal: Refusal, name: str, missing: list[str]) -> None:
        """Collect a difference, or another weight that has it."""
        label = weight_label(name, self.places)
        # an entry of `map` is one mistake, in however many layers; without one, a layer is
        layer = label.span if label and refusal.argument == FILE else None
        place = (refusal.code, refusal.argument, refusal.within, layer)
        if place in self.differences:
            self.differences[place].others.append(name)
            self.differences[place].missing += missing
        else:
            self.differences[place] = _Difference(refusal, label, missing)

    def guess(self, extra: list[str]) -> Iterator[str]:
        """Say which tensors that nobody uses may have been meant; these."""
        left = GUESSES
        for item in self.differences.values():
            guesses = [nearest(name, extra[:CANDIDATES]) for name in item.missing[:left]]
            left -= len(guesses)
            if guesses and guesses[0] is not None:
                words = f"the file has {shown(guesses[0])}, which the model does not use"
                item.refusal = item.refusal.but(help=words)
            yield from (guess for guess in guesses if guess is not None)


@dataclass(slots=True)
class _Difference:
    refusal: Refusal
    label: Label | None
    missing: list[str]
    others: list[str] = field(default_factory=list[str])

    @property
    def notes(self) -> tuple[str, ...]:
        return (f"the same holds for {shown_some(self.others)}",) if self.others else ()


def _unused(extra: list[str]) -> Refusal:
    return Refusal(
        "SPC0614",
        f"the weights file has {shown_some(extra)}, which the model does not use",
        argument=FILE,
        help="remove what is not used from the file, or write `strict: false`",
    )


def _fits(
    weight: Weight, origin: WeightSource, tensors: Mapping[str, TensorEntry], scope: Scope
) -> None:
    """Refuse a weight that the file does not have, or has in another shape or of another kind."""
    entry = tensors.get(origin.tensor)
    at = (*mapping.MAP, origin.key) if origin.key else FILE
    if entry is None:
        needs = "" if origin.tensor == weight.name else f", which `{weight.name}` needs,"
        raise Refusal(
            "SPC0611",
            f"the weights file has no `{origin.tensor}`{needs} of shape {list(weight.shape)}",
            argument=(*at, "from") if origin.key else at,
        )
    made = transformed(origin, TensorType(held(entry), entry.shape), scope).outputs["y"]
    how = f" after `{origin.transform}`" if origin.transform is not None else ""
    at = (*at, "as") if how else at
    if "float" not in made.dtype:
        message = f"`{origin.tensor}` is `{made.dtype}` in the weights file{how}, not a float"
        raise Refusal("SPC0613", message, argument=at)
    if made.shape != weight.shape:
        raise Refusal(
            "SPC0612",
            f"`{origin.tensor}` is {list(made.shape)} in the weights file{how}, and "
            f"{'the model' if origin.tensor == weight.name else f'`{weight.name}`'} needs "
            f"{list(weight.shape)}",
            argument=at,
        )


def held(entry: TensorEntry) -> DType:
    """The dtype of the array that a tensor of a file is read as."""
    return next(name for name in DTYPES if name == str(stored(cast("DType", entry.dtype))))
