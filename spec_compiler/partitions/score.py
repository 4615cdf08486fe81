"""One partition: read, checked, run and written, as a run on one machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spec_compiler.data import write, writer
from spec_compiler.data.writer import Field
from spec_compiler.diagnostics import Diagnostic, Diagnostics, SpecError
from spec_compiler.files import sha256
from spec_compiler.partitions.parts import Partition, loaded
from spec_compiler.partitions.recipe import Recipe, engine_of, made
from spec_compiler.places import Outside
from spec_compiler.runtime.binding import Fixed
from spec_compiler.runtime.memory import left_for_data, require_room
from spec_compiler.runtime.run import Run


def nobody(part: str, rows: int) -> None:
    """Who is told how far a partition is, where nobody asks."""


@dataclass(frozen=True)
class Order:
    """What is done with every partition of a run.

    Attributes:
        recipe: What runs.
        folder: Where results are written.
        suffix: The format of them.
        fields: Dtype and shape of each result that is written, of all rows together.
        rows: How many run at a time.
        dims: Named sizes that are fixed.
        limit: The bytes that a process may use.
        told: Who is told how many rows of a partition are done, by its name.
    """

    recipe: Recipe
    folder: str
    suffix: str
    fields: Mapping[str, Field]
    rows: int
    dims: Mapping[str, Fixed]
    limit: int | None
    told: Callable[[str, int], None] = nobody

    @property
    def key(self) -> str:
        """What decides the results beside the data, in a word."""
        said = (
            self.recipe.key,
            self.suffix,
            self.rows,
            sorted(self.fields),
            sorted(self.dims.items()),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def target(self, part: Partition) -> Path:
        """Where the results of a partition are."""
        return Path(self.folder) / f"{part.name}{self.suffix}"


@dataclass(frozen=True)
class Scored:
    """What came of a partition.

    Attributes:
        part: Which.
        sha256: Of the file that was written; None where none was.
        findings: What was said.
        sources: The texts that findings quote.
    """

    part: Partition
    sha256: str | None
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]


def score(order: Order, part: Partition) -> Scored:
    """Run a partition, and write its results as a whole, or say why not."""
    found = Diagnostics()
    digest: str | None = None
    try:
        with found.at(Outside()):
            digest = _score(order, part, found)
    except SpecError as error:
        found = error.diagnostics
    except OSError as error:
        # as `specc` says it of a file on one machine
        raise type(error)(error.errno, error.strerror, error.filename) from None
    return Scored(part, digest, tuple(found.items), found.sources)


def _score(order: Order, part: Partition, found: Diagnostics) -> str:
    target = order.target(part)
    shapes = {name: (of, (part.count, *sizes)) for name, (of, (_, *sizes)) in order.fields.items()}
    if not part.count:  # nothing runs, and the file is there as its data is
        write(target, {name: np.empty(shape, of) for name, (of, shape) in shapes.items()})
        return digest_of(target)
    program, weights = made(order.recipe)
    allowance = left_for_data(order.limit, weights)
    inputs = {
        name: loaded(rows, name, program.takes[name].value.type.rank, allowance)
        for name, rows in part.inputs.items()
    }
    run = Run(program, weights, inputs, {}, order.dims, found, engine_of(order.recipe))
    run.prepare()
    rows, done = require_room(run, order.limit, min(order.rows, part.count)), 0
    with writer(target, shapes) as out:
        for results in run.slices(rows):
            out.append({name: results[name] for name in shapes})
            done += len(results[next(iter(shapes))])
            order.told(part.name, done)
    return digest_of(target)


def digest_of(target: Path) -> str:
    """The SHA-256 of a file, or of the names and sums of all in a folder."""
    if not target.is_dir():
        return sha256(target)
    inside = sorted(path for path in target.rglob("*") if path.is_file())
    said = [(path.relative_to(target).as_posix(), sha256(path)) for path in inside]
    return hashlib.sha256(repr(said).encode()).hexdigest()
