"""A model as another process makes it: its texts and params, and where its weights are."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock, local
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.places import Outside
from spec_compiler.plan.engine import ENGINES, Engine
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.memory import allowed
from spec_compiler.source import SourceNode, load, read
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.load import load_weights

_KEPT: Final = 4
"""The models that a process keeps."""


class Made(NamedTuple):
    """A model in the process that runs it."""

    program: Program
    weights: Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Recipe:
    """What makes a model.

    Attributes:
        key: Its identity, that of its weights among it.
        file: The spec's, which paths in it are relative to.
        sources: The texts that it is made of, by file.
        params: The values of its params.
        root: What those may not leave.
        given: The file of weights in place of the spec's.
        initial: Whether weights are initialised, although the spec names a file.
        arrays: The weights themselves, where no file and no seed gives them.
        engine: What computes.
    """

    key: str
    file: str
    sources: Mapping[str, str]
    params: Mapping[str, object]
    root: str | None
    given: str | None
    initial: bool
    arrays: Mapping[str, NDArray[Any]] | None
    engine: str

    @classmethod
    def of(
        cls,
        program: Program,
        weights: Mapping[str, NDArray[Any]],
        *,
        initial: bool = False,
        in_memory: bool = False,
        engine: str = "plan",
    ) -> Recipe:
        """What makes a program that is there.

        Args:
            program: The program.
            weights: Its weights.
            initial: Whether they are those of its seed, whatever file the spec names.
            in_memory: Whether nothing but the arrays themselves says what they are.
            engine: What computes.
        """
        core = program.core
        given = core.given_weights
        return cls(
            key=_key(program, weights),
            file=os.path.abspath(core.file),
            sources={os.path.abspath(file): text for file, text in program.sources.items()},
            params={
                name: core.scope.params[name]
                for name, param in core.header.params.items()
                if param.value is None  # the others follow from these
            },
            root=None if core.origin.root is None else os.path.abspath(core.origin.root),
            given=None if given is None else os.path.abspath(given),
            initial=initial,
            arrays=dict(weights) if in_memory else None,
            engine=engine,
        )

    def make(self) -> Made:
        """Compile, and load the weights: mapped, where they lie in their dtype.

        Raises:
            SpecError: the weights are not where they were, or are others.
        """
        found = Diagnostics()
        program = program_of_text(
            self.sources[self.file],
            self.file,
            params=self.params,
            root=self.root,
            load_file=self._load,
            weights=False,
            diagnostics=found,
        )
        if self.given is not None:
            program = program.with_weights(self.given)
        if self.arrays is not None:
            weights = self.arrays
        elif self.initial:
            weights = initialise(program.weights, program.core.header.seed)
        else:
            weights = load_weights(program, allowed(None))
        with found.at(Outside(self.file)):
            if _key(program, weights) != self.key:
                raise Refusal(
                    "SPC0525",
                    "the weights that a worker reads are not those that the run began with",
                    help="let all workers see the same files, and do not change them meanwhile",
                )
        found.stop_on_errors()
        return Made(program, weights)

    def _load(self, path: str | os.PathLike[str], found: Diagnostics) -> SourceNode | None:
        """A file that the spec imports, as it was when the run began."""
        file = os.fspath(path)
        return read(self.sources[file], file, found) if file in self.sources else load(path, found)


_made: OrderedDict[str, Made] = OrderedDict()
_making = Lock()
_of_thread = local()


def made(recipe: Recipe) -> Made:
    """The model of a recipe: a process makes it once, and keeps the last few.

    Raises:
        SpecError: see `Recipe.make`.
    """
    with _making:
        if recipe.key not in _made:
            _made[recipe.key] = recipe.make()
        _made.move_to_end(recipe.key)
        while len(_made) > _KEPT:
            _made.popitem(last=False)
        return _made[recipe.key]


def engine_of(recipe: Recipe) -> Engine:
    """What computes: of this thread, since an engine has memory that it computes in."""
    if getattr(_of_thread, "key", None) != (recipe.key, recipe.engine):
        _of_thread.key, _of_thread.engine = (recipe.key, recipe.engine), ENGINES[recipe.engine]()
    return _of_thread.engine


def same_weights(some: Mapping[str, NDArray[Any]], others: Mapping[str, NDArray[Any]]) -> bool:
    """Whether two have the same bytes."""
    return _digest(some) == _digest(others)


def _key(program: Program, weights: Mapping[str, NDArray[Any]]) -> str:
    return hashlib.sha256(f"{identity(program)} {_digest(weights)}".encode()).hexdigest()


def _digest(weights: Mapping[str, NDArray[Any]]) -> str:
    found = hashlib.sha256()
    for name in sorted(weights):
        array = np.ascontiguousarray(weights[name])
        found.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        found.update(array.reshape(-1).view(np.uint8).data)
    return found.hexdigest()
