"""What an accepted spec leaves open: relations and sizes that the data decides, unused weights."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.expanding.core import Core
from spec_compiler.fixes import advise, write
from spec_compiler.ir.dim_operations import bounds
from spec_compiler.ir.dims import Dim, Opaque, Size, Symbol, quoted
from spec_compiler.ir.facts import Check, Relation
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.spans import Label


def note_what_is_open(program: Program, found: Diagnostics) -> None:
    """Say which relations between sizes are left to the data, and which sizes no input settles."""
    node = program.core.node
    for check in program.graph.checks:
        if check.at[:1] != ("constraints",):  # those the author knows of
            place = program.core.places.get(check.layer, node)
            labels = _origins(program, check)
            if (only := only_size(check)) is not None:
                only = only.but(within=check.within, labels=labels)
                only = only.but(fix=only.fix and only.fix._replace(at=node))
                found.at(place, check.at, severity=Severity.WARNING, once=True).add(only)
                continue
            found.at(place, check.at, severity=Severity.NOTE, once=True).add(
                Refusal(
                    "SPC0316",
                    f"{said_of(check)}, which the data decides",
                    within=check.within,
                    annotation=check.why,
                    labels=labels,
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


def _origins(program: Program, check: Check) -> tuple[Label, ...]:
    """Where the sizes of a check came from that its layer was fed with."""
    step = program.steps.get(check.layer)
    nodes = program.graph.nodes[slice(*step.nodes)] if step else ()
    made = {value for node in nodes for value in node.results}
    taken = [value for node in nodes for value in node.operands if value not in made]
    # where sizes come from is looked for only where something is said of one
    from spec_compiler.elaborate.origins import origins_in

    known = origins_in(program, check.layer, taken)
    return known.labels(((check.left, "size"), (check.right, "size")))


_WORDS = {
    "==": "equal {}",
    "!=": "not be {}",
    "<": "be less than {}",
    "<=": "be at most {}",
    ">": "be more than {}",
    ">=": "be at least {}",
    "== or 1": "equal {}, or one of them be 1",
}
_TURNED: dict[str, Relation] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def said_of(check: Check) -> str:
    """A relation as a sentence: "`k` must be a multiple of 3"."""
    left, relation, right = check.left, check.relation, check.right
    if isinstance(left, int) and relation in _TURNED:
        left, relation, right = right, _TURNED[relation], left
    rest = _remainder(left)
    if relation == "==" and right == 0 and rest is not None:
        return f"{quoted(rest.left)} must be a multiple of {quoted(rest.right)}"
    if relation == "== or 1" and isinstance(left, int):
        return f"{quoted(right)} must be {left} or 1"
    return f"{quoted(left)} must {_WORDS[relation].format(quoted(right))}"


def _remainder(size: Size) -> Opaque | None:
    """The one remainder that a size is, or a multiple of it."""
    match size:
        case Dim(terms=(((Opaque(operator="%") as rest,), _),)):
            return rest
        case _:
            return None


def only_size(check: Check) -> Refusal | None:
    """The refusal of a named size, or of the batch, that an equation leaves a single number."""
    for size, number in ((check.left, check.right), (check.right, check.left)):
        match size:
            case Dim(terms=(((Symbol(kind="named" | "batch") as symbol,), factor),)):
                if check.relation == "==" and isinstance(number, int):
                    return _only(symbol, number // factor, check.why)  # else it cannot be true
            case _:
                pass
    return None


def _only(symbol: Symbol, number: int, why: str) -> Refusal:
    name = symbol.name
    return Refusal(
        "SPC0317",
        f"`{name}` can only be {number}: every other size is refused when it is fed",
        annotation=why,
        fix=write(
            number, words=f"write {number} for it: `{name}: {number}` under `dims`", safe=False
        ).on("dims", name)
        if symbol.kind == "named"
        else advise(
            f"let `{name}` be a size of the result, or say that it is meant: `batch_size: "
            f"{number}` on the input"
        ),
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
