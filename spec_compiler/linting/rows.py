"""Expressions in which the rows of a batch decide each other's results."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler import expression
from spec_compiler.fixes import Fix, advise, rewrite
from spec_compiler.formula.syntax import Invocation, parts
from spec_compiler.ir.graph import Value
from spec_compiler.ir.rows import batch_axis
from spec_compiler.layers.core.lambda_ import Lambda
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.layers.signal import Signal
from spec_compiler.linting.looking import Model
from spec_compiler.program import Step
from spec_compiler.refusals import Refusal


def mixed(model: Model, step: Step) -> tuple[Step, Refusal] | None:
    """A reduction over all axes, the batch among them, that rows of a batch are combined with."""
    layer, taken = step.settings.layer, _taken_together(model, step)
    rows = any(signal.batch is not None for signal in step.results.values())
    if not isinstance(layer, Lambda) or not taken or not rows:
        return None
    texts = {"": layer.function} if isinstance(layer.function, str) else layer.function
    for output, text in texts.items():
        for call in _over_everything(text):
            name = call.function.text
            return step, Refusal(
                "SPC1017",
                f"`{name}` without `axis` takes all rows of the batch together, and each row of "
                f"`{step.name}` reads what comes out",
                argument=("function", *([output] if output else [])),
                within=call.function.at,
                fix=_along(taken, call, step.results[output]),
            )
    return None


def _along(taken: list[Value], call: Invocation, result: Signal) -> Fix | None:
    """What to write for each row alone: of vectors that is one axis."""
    end = call.at[1] - 1
    kept = "" if result.rank == 1 or _keeps(call) else ", keepdims=True"
    if all(value.type.rank == 2 for value in taken):
        words = "write `axis=-1` for each row alone; `axis=[0, 1]` says that all are meant"
        return rewrite(f", axis=-1{kept}", (end, end), of=call.function.at, words=words)
    if all(value.type.rank == 1 for value in taken):
        return advise("`axis=0` says that the batch is meant")
    return advise("write the axes for each row alone; axis 0, named among them, is the batch")


def _keeps(call: Invocation) -> bool:
    return any(item.keyword == "keepdims" for item in call.arguments)


def _over_everything(text: str) -> Iterator[Invocation]:
    """The reductions that name no axis."""
    calls = (part for part in parts(expression.parse(text)) if isinstance(part, Invocation))
    for call in calls:
        function = LAMBDA_FUNCTIONS.get(call.function.text)
        reduces = function is not None and {"axis", "keepdims"} <= function.parameters.keys()
        given = [item.keyword for item in call.arguments]
        if reduces and given.count("") == 1 and "axis" not in given:
            yield call


def _taken_together(model: Model, step: Step) -> list[Value]:
    """The values of a layer whose rows an operation takes together."""
    nodes = model.program.graph.nodes[slice(*step.nodes)]
    return [
        operand
        for node in nodes
        for operand in node.operands
        if batch_axis(operand) is not None
        and all(batch_axis(result) is None for result in node.results)
    ]
