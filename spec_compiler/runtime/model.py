"""A compiled spec with its weights, to be called."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from operator import index
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from spec_compiler.diagnostics import Diagnostics, SpecError, SpecWarning
from spec_compiler.ir.arrays import Array, is_sparse
from spec_compiler.ir.types import shape_text
from spec_compiler.places import Outside
from spec_compiler.plan.engine import Planning
from spec_compiler.program import Port, Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.binding import Fixed, bind_some
from spec_compiler.runtime.bound import Bindings
from spec_compiler.runtime.losses import losses
from spec_compiler.runtime.memory import allowed, require_memory, require_room
from spec_compiler.runtime.run import Run
from spec_compiler.weights.given import read_only, take_weights
from spec_compiler.weights.load import load_weights

if TYPE_CHECKING:
    from spec_compiler.report.model import Summary
    from spec_compiler.report.profile import Profile


class Said(NamedTuple):
    """What is refused in here leaves as a `SpecError`, about the spec's file."""

    program: Program

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, raised: BaseException | None, traceback: object) -> None:
        if isinstance(raised, Refusal):
            found = Diagnostics(sources=self.program.sources)
            found.at(Outside(self.program.core.file)).add(raised)
            raise SpecError(found) from None


class Model:
    """A model that was proved, ready to run.

    Call it with one array, with arrays by the names of inputs, `model(x=array)`, or with a mapping
    of those (a mask is `x.mask`); it gives one array when it has one output, else a mapping.
    Weights are loaded at the first use, or given: `model.weights = arrays`.
    """

    def __init__(
        self,
        program: Program,
        diagnostics: Diagnostics,
        weights: Mapping[str, Array] | None = None,
        threads: int | None = None,
    ) -> None:
        self.program = program
        self.diagnostics = diagnostics
        """Warnings and notes from compiling."""
        self._weights = weights
        self._engine = Planning(threads=threads)
        self._bindings = Bindings()
        self._inside: tuple[tuple[str, ...], Model] | None = None

    @property
    def name(self) -> str:
        """The model's name, or the file's."""
        return self.program.core.header.name or self.program.core.file

    @property
    def inputs(self) -> Mapping[str, Port]:
        """What is fed, by name: shape with named sizes, dtype, interval, mask."""
        return self.program.inputs

    @property
    def outputs(self) -> Mapping[str, Port]:
        """What comes out, by name."""
        return self.program.outputs

    @property
    def weights(self) -> Mapping[str, Array]:
        """The weights by name, `layer.kernel`: given, from the spec's file, or from its seed.

        To give others, set it to a mapping with an array for every weight; those that stay are in
        `{**model.weights, "layer.kernel": array}`. They are held to what a weights file is held to:
        names, shapes, and floats, which become the weights' dtypes. None is written into: plans are
        made of them.

        Raises:
            SpecError: the file is missing; it, or what is given, does not fit the model.
        """
        if self._weights is None:
            with Said(self.program):
                require_memory(self.program, None)
                found = load_weights(self.program, allowed(None))
            self._weights = MappingProxyType(read_only(found))
        return self._weights

    @weights.setter
    def weights(self, given: Mapping[str, Any]) -> None:
        found = take_weights(self.program, given, Diagnostics(sources=self.program.sources))
        self._weights = MappingProxyType(found)

    def __call__(
        self,
        inputs: Any = None,
        *,
        masks: bool = False,
        dims: Mapping[str, int] | None = None,
        **named: Any,
    ) -> Any:
        """Run the model.

        Args:
            inputs: An array for the only input, a mapping from names to arrays, or a list with one
                for each input in the order of the spec; axis 0 is the batch.
            masks: Whether to give the outputs' masks too, as `y.mask`.
            dims: Named sizes that no data fixes.
            **named: Arrays by the names of inputs, in place of a mapping.

        Returns:
            An array, or a mapping when there are several outputs.

        Raises:
            SpecError: the data does not fit the declarations; every reason is in it.
            TypeError: arrays are given in both ways.

        Warns:
            SpecWarning: numbers are NaN, those of the data or those of a result alone.
        """
        if named and inputs is not None:
            raise TypeError("give arrays as one argument or by the names of inputs, not both")
        with Said(self.program):
            run = self._run(named if inputs is None else inputs, dims)
            results = run.whole()
            if not masks:
                results = {name: results[name] for name in self.outputs}
        for item in run.diagnostics.items:
            warnings.warn(f"{item.code}: {item.message}", SpecWarning, stacklevel=2)
        return next(iter(results.values())) if len(results) == 1 else results

    def run(
        self,
        inputs: Any = None,
        *,
        outputs: Iterable[str] | str | None = None,
        masks: bool = False,
        dims: Mapping[str, int] | None = None,
    ) -> dict[str, Array]:
        """Run the model for results by name, also of layers inside.

        Args:
            inputs: As of a call.
            outputs: What is given in place of the model's outputs: a layer's result by its name
                (`embed`, `encoder.0.attn`), one of several (`memory.state_h`), a layer for all of
                them, a mask (`embed.mask`), an output of the model, or a pattern (`encoder.*`).
                The values are those that the layer gives. What is made ready for the last choice
                is kept.
            masks: Whether to give the masks of what is given, too.
            dims: Named sizes that no data fixes.

        Raises:
            SpecError: the data does not fit the declarations; every reason is in it.
            ValueError: a name under `outputs` means nothing.

        Warns:
            SpecWarning: numbers are NaN, those of the data or those of a result alone.
        """
        model = self if outputs is None else self._looking_at(outputs)
        with Said(self.program):
            run = model._run(inputs, dims)
            found = run.whole()
        for item in run.diagnostics.items:
            warnings.warn(f"{item.code}: {item.message}", SpecWarning, stacklevel=2)
        return found if masks else {name: found[name] for name in model.outputs}

    def _looking_at(self, outputs: Iterable[str] | str) -> Model:
        """A model with these outputs: that of the last call, where it had the same."""
        # only who looks inside needs it
        from spec_compiler.runtime.inside import chosen, looking_at

        names = (outputs,) if isinstance(outputs, str) else tuple(outputs)
        weights, kept = self.weights, self._inside
        if kept is None or kept[0] != names or kept[1].weights is not weights:
            program = looking_at(self.program, chosen(self.program, names))
            found = Diagnostics(sources=self.program.sources)
            kept = self._inside = names, Model(program, found, weights, self._engine.threads)
        return kept[1]

    def losses(
        self, inputs: Any = None, *, dims: Mapping[str, int] | None = None
    ) -> dict[str, float]:
        """Penalties of regularisers by weight, and by layer for activities where data is given.

        Raises:
            SpecError: the data does not fit the declarations.
        """
        with Said(self.program):
            run = None if inputs is None else self._run(inputs, dims)
            return losses(self.program, self.weights, run)

    def profile(
        self, inputs: Any, *, repeat: int | None = None, dims: Mapping[str, int] | None = None
    ) -> Profile:
        """Where the time of a run goes: seconds, FLOPs and bytes of each layer and operation.

        Args:
            inputs: As of a call.
            repeat: How many runs there are, of which the one of median length is told; by default
                as many as fit in some two seconds, and at most 10.
            dims: Named sizes that no data fixes.

        Raises:
            SpecError: the data does not fit the declarations.
            ValueError: `repeat` is below 1.
        """
        if repeat is not None and repeat < 1:
            raise ValueError(f"repeat={repeat}: a profile has a run, or more")
        # a clock is needed only here
        from spec_compiler.runtime.profile import profile

        with Said(self.program):
            return profile(self._run(inputs, dims), repeat)

    def summary(
        self,
        *,
        dims: Mapping[str, int] | None = None,
        memory: bool = False,
        depth: int | None = None,
        fold: bool = True,
    ) -> Summary:
        """A row a layer: shape, dtype, mask, parameters, FLOPs; totals as formulas.

        Args:
            dims: Numbers for named sizes, in place of their names.
            memory: Whether to tell what layers give and a run holds, too.
            depth: How many levels of blocks are shown; default: as many as make a short table.
            fold: Whether neighbours that are alike are one row; otherwise each layer is one.

        Raises:
            SpecError: there is no such size, or it cannot be that.
        """
        # the printer and the planner of what has no weights are needed only here
        from spec_compiler.report.model import Summary
        from spec_compiler.runtime import formula

        found = Diagnostics(sources=self.program.sources)
        sizes = bind_some(self.program, _given(dims), found)
        found.stop_on_errors()
        held = formula.memory(self.program, sizes) if memory else {}
        return Summary(self.program, sizes, held, depth, fold)

    def _run(self, inputs: Any, dims: Mapping[str, int] | None) -> Run:
        # scipy's dok format is a mapping, too: from places to numbers
        if isinstance(inputs, Mapping) and not is_sparse(inputs):
            named = {str(k): item for k, item in cast("Mapping[object, Any]", inputs).items()}
        else:
            names = list(self.program.graph.inputs)
            listed: list[Any] = [inputs]
            if len(names) > 1:
                listed = cast("list[Any]", inputs) if isinstance(inputs, list | tuple) else []
                names += [f"[{place}]" for place in range(len(names), len(listed))]  # is refused
            named = dict(zip(names, listed, strict=False))
        run = Run(
            self.program,
            self.weights,
            named,
            dims=_given(dims),
            engine=self._engine,
            bindings=self._bindings,
        )
        run.prepare()
        require_room(run)
        return run

    def __reduce__(self) -> NoReturn:
        raise TypeError("a model is not pickled or copied: compile its file where it is to run")

    def __repr__(self) -> str:
        takes = ", ".join(f"{name}: {port.type}" for name, port in self.inputs.items())
        gives = ", ".join(f"{name}: {port.type}" for name, port in self.outputs.items())
        return f"<Model {self.name}: ({takes}) -> ({gives})>"

    def _repr_html_(self) -> str:
        # only notebooks ask
        from spec_compiler.report import notebook

        ends = [("input", port) for port in self.inputs.values()]
        ends += [("output", port) for port in self.outputs.values()]
        rows = [
            (kind, port.name, shape_text(port.type.shape), port.type.dtype, _mask(port))
            for kind, port in ends
        ]
        head = ("", "name", "shape", "dtype", "mask")
        return f"{notebook.paragraph(f'Model {self.name}')}\n{notebook.table(head, rows)}"


def _given(dims: Mapping[str, int] | None) -> dict[str, Fixed]:
    if not dims:
        return {}
    return {name: (index(size), f"dims {name}={size}") for name, size in dims.items()}


def _mask(port: Port) -> str:
    return shape_text(port.mask.shape) if port.mask is not None else "-"
