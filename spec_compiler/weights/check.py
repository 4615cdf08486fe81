"""Weights against the model: names, shapes and dtypes, of files from their headers alone.

Everything that differs is found in one run. What is wrong in the same way in several weights, as in
the copies of a block, is one finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.elaborate.origins import origins_in
from spec_compiler.elaborate.tracing import weight_label
from spec_compiler.files import sha256
from spec_compiler.fixes import write
from spec_compiler.ir.graph import Weight
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import DTYPES, DType, TensorType
from spec_compiler.language.weights import WeightsDeclaration
from spec_compiler.places import Placed
from spec_compiler.program import Program
from spec_compiler.refusals import ItemPath, Refusal, Refusals
from spec_compiler.shortening import shown, shown_some
from spec_compiler.spans import Label
from spec_compiler.spelling import nearest
from spec_compiler.weights import mapping
from spec_compiler.weights.checkpoint import FILE, Checkpoint, read_checkpoint, weights_place
from spec_compiler.weights.mapping import CANDIDATES, GUESSES, WeightSource, origins, transformed
from spec_compiler.weights.safetensors import TensorEntry


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

    A file that is missing is of the given `severity`: `validate` warns, `run` refuses. One whose
    checksum the spec says is read as a whole.

    Returns:
        None when the spec names no weights, or they cannot be used.
    """
    core = program.core
    where = weights_place(core)
    if where is None:
        return None
    declared = where.declared
    sources, problems = origins(program.graph.weights, declared.map, core.scope)
    found.at(core.node).add(Refusals(problems.values()))
    checkpoint = read_checkpoint(where, found, severity)
    if checkpoint is None:
        return None
    with found.at(core.node) as attempt:
        _check_checksums(declared, checkpoint)
    if attempt.refused is None:
        found.at(core.node).add(Refusals(_other_checksums(declared, checkpoint)))
    tensors = {name: TensorType(held(of), of.shape) for name, of in checkpoint.tensors.items()}
    anew = "" if core.train is None else "`specc train` with `--force` writes it anew"
    holder = Holder(at=where.at, other=anew)
    comparison = Comparison(program, tensors, sources, problems, holder)
    comparison.run(declared.strict, found, where.place)
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


def _other_checksums(declared: WeightsDeclaration, checkpoint: Checkpoint) -> list[Refusal]:
    """A refusal for each file whose bytes are not those that the spec means."""
    given, refusals = declared.sha256, list[Refusal]()
    for name, path in checkpoint.files.items() if given is not None else ():
        wanted, at = (given, ()) if not isinstance(given, dict) else (given[name], (name,))
        actual = sha256(path)
        if actual != str(wanted).lower():
            refusals.append(
                Refusal(
                    "SPC0615",
                    f"the checksum of `{name}` is not what the spec says",
                    argument=("weights", "sha256", *at),
                    annotation="not the file's",
                    fix=write(
                        actual,
                        words=f"if the file is the right one, write `{actual}`",
                        safe=False,
                    ),
                )
            )
    return refusals


class Holder(NamedTuple):
    """What holds tensors, in the words of messages.

    Attributes:
        name: What it is called.
        again: What it is called where it has been named.
        at: Where the spec names it.
        unused: What to do with a tensor that is not used.
        other: What to do about one of another shape.
    """

    name: str = "the weights file"
    again: str = "the file"
    at: ItemPath = FILE
    unused: str = "remove what is not used from the file, or write `strict: false`"
    other: str = ""


_OF_FILE = Holder()


@dataclass(slots=True, eq=False, repr=False)
class Comparison:
    """The weights of a model beside tensors that are offered for them.

    Attributes:
        program: The model.
        tensors: What there is, by name.
        origins: Where each weight comes from.
        problems: The entries of `map` that are refused already.
        holder: What holds the tensors.
        differences: What is wrong, each with the other weights that it is wrong in.
    """

    program: Program
    tensors: Mapping[str, TensorType]
    origins: Mapping[str, WeightSource]
    problems: Mapping[str, Refusal]
    holder: Holder = _OF_FILE
    differences: dict[Any, _Difference] = field(default_factory=dict[Any, "_Difference"])

    def run(self, strict: bool, found: Diagnostics, place: Placed) -> None:
        """Compare all weights, then all tensors; what differs is collected at `place`."""
        read = {name for origin in self.origins.values() for name in origin.names}
        extra = [name for name in self.tensors if name not in read]
        # what an entry that fits nothing was meant for is not known
        unsure = any(item.code in {"SPC0620", "SPC0621"} for item in self.problems.values())
        for name, origin in self.origins.items():
            weight = self.program.graph.weights[name]
            absent = [tensor for tensor in origin.names if tensor not in self.tensors]
            if origin.key in self.problems or (absent and unsure and not origin.key):
                continue
            try:
                _fits(weight, origin, self.tensors, self.program.core.scope, self.holder)
            except Refusal as refusal:
                self.add(refusal, name, absent)
        guessed = set(self.guess(extra))
        for item in self.differences.values():
            labels = (item.label,) if item.label else ()
            labels += origins_in(self.program).labels(item.refusal.origins)
            of_map = item.refusal.argument[: len(mapping.MAP)] == mapping.MAP
            where = self.program.core.node if of_map else place
            found.at(where, labels=labels, notes=item.notes).add(item.refusal)
        left = [name for name in extra if name not in guessed]
        if strict and left and not unsure:
            found.at(place).add(_unused(left, self.holder))

    def add(self, refusal: Refusal, name: str, missing: list[str]) -> None:
        """Collect a difference, or another weight that has it."""
        label = weight_label(name, self.program.core.layer_places)
        # an entry of `map` is one mistake, in however many layers; without one, a layer is
        layer = label.span if label and refusal.argument == self.holder.at else None
        key = (refusal.code, refusal.argument, refusal.within, layer)
        if key in self.differences:
            self.differences[key].others.append(name)
            self.differences[key].missing += missing
        else:
            self.differences[key] = _Difference(refusal, label, missing)

    def guess(self, extra: list[str]) -> Iterator[str]:
        """Say which tensors that nobody uses may have been meant; these."""
        left = GUESSES
        for item in self.differences.values():
            guesses = [nearest(name, extra[:CANDIDATES]) for name in item.missing[:left]]
            left -= len(guesses)
            if guesses and guesses[0] is not None:
                words = f"{self.holder.again} has {shown(guesses[0])}, "
                words += "which the model does not use"
                item.refusal = item.refusal.but(help=words)
            yield from (guess for guess in guesses if guess is not None)


@dataclass(slots=True, eq=False, repr=False)
class _Difference:
    refusal: Refusal
    label: Label | None
    missing: list[str]
    others: list[str] = field(default_factory=list[str])

    @property
    def notes(self) -> tuple[str, ...]:
        return (f"the same holds for {shown_some(self.others)}",) if self.others else ()


def _unused(extra: list[str], holder: Holder) -> Refusal:
    return Refusal(
        "SPC0614",
        f"{holder.name} has {shown_some(extra)}, which the model does not use",
        argument=holder.at,
        help=holder.unused,
    )


def _fits(
    weight: Weight,
    origin: WeightSource,
    tensors: Mapping[str, TensorType],
    scope: Scope,
    holder: Holder,
) -> None:
    """Refuse a weight that there is nothing for, or something of another shape or kind."""
    at = (*mapping.MAP, origin.key) if origin.key else holder.at
    absent = next((tensor for tensor in origin.names if tensor not in tensors), None)
    if absent is not None:
        needs = "" if absent == weight.name else f", which `{weight.name}` needs,"
        shape = f" of shape {list(weight.shape)}" if len(origin.tensors) == 1 else ""
        raise Refusal(
            "SPC0611",
            f"{holder.name} has no `{absent}`{needs if shape else needs.rstrip(',')}{shape}",
            argument=(*at, *origin.path(absent)) if origin.key else at,
        )
    if origin.transform is None:
        made = tensors[origin.names[0]]
    else:
        made = transformed(origin, tensors, scope).outputs["y"].type
    makes = "is" if len(origin.tensors) == 1 else "make"
    how = f" after `{origin.transform}`" if origin.transform is not None else ""
    at = (*at, "as") if how else at
    if "float" not in made.dtype:
        message = f"{origin} {makes} `{made.dtype}` in {holder.name}{how}, not a float"
        raise Refusal("SPC0613", message, argument=at)
    if made.shape != weight.shape:
        raise Refusal(
            "SPC0612",
            f"{origin} {makes} {list(made.shape)} in {holder.name}{how}, and "
            f"{'the model' if origin.names == (weight.name,) else f'`{weight.name}`'} needs "
            f"{list(weight.shape)}",
            argument=at,
            help=holder.other,
            origins=tuple(
                (weight.value, axis)
                for axis, size in enumerate(weight.shape)
                if len(made.shape) != len(weight.shape) or made.shape[axis] != size
            ),
        )


def held(entry: TensorEntry) -> DType:
    """The dtype of the array that a tensor of a file is read as."""
    return next(name for name in DTYPES if name == str(stored(cast("DType", entry.dtype))))
