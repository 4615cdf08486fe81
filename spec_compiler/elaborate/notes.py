"""What an accepted spec leaves open: relations and sizes that the data decides, unused weights."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.expanding.core import Core
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.spans import Label


def note_what_is_open(program: Program, found: Diagnostics) -> None:
    """Say which relations between sizes are left to the data, and which sizes no input settles."""
    places, node = program.core.places, program.core.node
    for check in program.graph.checks:
        if check.at[:1] != ("constraints",):  # those the author knows of
            place = places.get(check.layer, node)
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
        found.at(node, severity=Severity.WARNING).add(
            Refusal(
                "SPC0516",
                f"no input settles the size `{name}`",
                argument=("dims", name),
                blame_key=True,
                help=f"a run needs `--dim {name}=8`, or an input of that size",
            )
        )


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
