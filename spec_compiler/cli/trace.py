"""`specc trace`: where two runs differ first."""

from __future__ import annotations

from typing import Annotated

import typer

from spec_compiler.cli.options import (
    ColorOption,
    DimOption,
    MemoryOption,
    RootOption,
    SetOption,
    SpecArgument,
    WeightsOption,
    completed,
    one_of,
)
from spec_compiler.cli.reading import reporting
from spec_compiler.cli.running import (
    InitialOption,
    InputOption,
    RandomOption,
    engine_of,
    program_to_run,
    require_one_source,
)
from spec_compiler.cli.traced import say_trace
from spec_compiler.cli.tracing import (
    How,
    Second,
    Side,
    against_saved,
    side_by_side,
    without,
)
from spec_compiler.cli.typed import bytes_of, fixed_sizes
from spec_compiler.plan.engine import ENGINES
from spec_compiler.runtime.memory import allowed


def _engine(name: str | None) -> str | None:
    return None if name is None else one_of(*ENGINES)(name)


OtherArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="OTHER",
        help="The spec to compare with; default: the same one, otherwise run.",
        autocompletion=completed("specs"),
    ),
]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Compare with results that are there: the folder of --save-all, or an npz with an "
        "array by the name of each layer. Inputs are taken from it, too, where it has them.",
    ),
]
WithSetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--with-set", metavar="NAME=VALUE", help="A param of the second run, after those of --set."
    ),
]
WithWeightsOption = Annotated[
    str | None,
    typer.Option(
        "--with-weights",
        metavar="FILE",
        help="Weights of the second run.",
        autocompletion=completed("weights"),
    ),
]
WithInputOption = Annotated[
    list[str] | None,
    typer.Option("--with-input", metavar="NAME=FILE", help="Data of the second run."),
]
EngineOption = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="What computes: plan or evaluator.", callback=one_of(*ENGINES)
    ),
]
WithEngineOption = Annotated[
    str | None,
    typer.Option(
        "--with-engine",
        metavar="NAME",
        help="What computes the second run.",
        callback=_engine,
        autocompletion=completed("engines"),
    ),
]
ToleranceOption = Annotated[
    float | None, typer.Option(min=0, help="What is allowed; by default ten times a test's.")
]


def command(
    spec: SpecArgument,
    other: OtherArgument = None,
    against: AgainstOption = None,
    input_: InputOption = None,
    random: RandomOption = None,
    set_: SetOption = None,
    with_set: WithSetOption = None,
    weights: WeightsOption = None,
    with_weights: WithWeightsOption = None,
    initial: InitialOption = False,
    with_input: WithInputOption = None,
    engine: EngineOption = "plan",
    with_engine: WithEngineOption = None,
    rtol: ToleranceOption = None,
    atol: ToleranceOption = None,
    dim: DimOption = None,
    root: RootOption = None,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Run two models, or one in two ways, and name the first layer whose result differs.

    Results belong together by their names; a layer that has another name and says and reads the
    same is found. Without --input the data is random, and the same for both. Of masked results the
    real steps are compared. A model without weights of its own has those of the other, by name.

    Exit code 0: all results that both have are the same; 1: one differs, or a spec is refused.
    """
    second = Second(other, with_set or [], with_weights, with_input or [], with_engine)
    second.require(spec, against)
    require_one_source(input_ or [], random, weights, initial)
    limit = allowed(bytes_of(max_memory)).most // 2  # both are there at once
    with reporting(color) as found:
        how = How(root, fixed_sizes(dim), limit, found)
        program = program_to_run(spec, set_, root, weights, found)
        first = Side.first(program, engine_of(engine, None), input_, random, initial)
        if against is not None:
            traced = against_saved(first, against, how, (rtol, atol))
        else:
            params = [*without(set_, with_set), *(with_set or ())]
            twin = program_to_run(other or spec, params, root, with_weights or weights, found)
            theirs = first.twin(twin, engine_of(with_engine or engine, None), second)
            traced = side_by_side(first, theirs, how, (rtol, atol))
    return say_trace(traced)
