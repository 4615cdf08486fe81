"""What an accepted spec leaves open: relations and sizes that the data decides, unused weights."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.expanding.core import Core
from spec_compiler.ir.dim_operations import bounds
from spec_compiler.ir.dims import Dim, as_symbol
from spec_compiler.ir.facts import Check
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.spans import Label


def note_what_is_open(program: Program, found: Diagnostics) -> None:
    """Say which relations between sizes are left to the data, and which sizes no input settles."""
    places, node = program.core.places, program.core.node
    for check in program.graph.checks:
        if check.at[:1] != ("constraints",):  # those the author knows of
            place = places.get(check.layer, node)
            if (only := only_size(check)) is not None:
                found.at(place, check.at, severity=Severity.WARNING, once=True).add(only)
                continue
            found.at(place, check.at, severity=Severity.NOTE, once=True).add(
                Refusal(
                    "SPC0316",
                    f"whether {check.left} {check.relation} {check.right} is known only from the "
                    "data",
                    annotation=check.why,
                    help="a run checks it first; where it always holds, say so under `constraints`",
                )
            )
    for name in program.open_sizes:
        size = _within(program, name)
        found.at(node, severity=Severity.WARNING).add(
            Refusal(
                "SPC0516",
                f"no input settles the size `{name}`",
                argument=("dims", name),
                blame_key=True,
                help=f"a run needs `--dim {name}={size}`, or an input of that size",
            )
        )


def _within(program: Program, name: str) -> int:
    """A size that a dim may have, for an example."""
    low, high = bounds(Dim((((program.named_sizes[name],), 1),)))
    most = 8 if high is None else min(8, high)
    return max(most, low or 0)


def only_size(check: Check) -> Refusal | None:
    """The refusal of a named size that an equation leaves a single number."""
    for size, number in ((check.left, check.right), (check.right, check.left)):
        symbol = as_symbol(size)
        named = symbol is not None and symbol.kind == "named"
        if check.relation == "==" and named and isinstance(number, int):
            return Refusal(
                "SPC0317",
                f"`{size}` can only be {number}: every other size is refused when it is fed",
                annotation=check.why,
                help=f"write {number} for it: `{size}: {number}` under `dims`",
            )
    return None


def warn_of_unused_weights(core: Core, found: Diagnostics) -> None:
    """Say where a whole file is used that names weights, which are not loaded there."""
    for instance in core.instances:
        if instance.block.is_whole_file and core.header.weights is None:
            weights = instance.block.node.get("weights")
            if weights is not None:
                found.at(instance.node, ("use",), severity=Severity.WARNING, once=True).add(
                    Refusal(
                        "SPC0219",
                        f"the weights of `{instance.block.name}` are not loaded here",
                        labels=(Label(weights.headline, "named here"),),
                        help="name their file under this spec's `weights`, and `map` its names",
                    )
                )
