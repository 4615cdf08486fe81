"""Named sizes from the shapes of data, before anything is read or run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir.dim_operations import evaluate, substituted
from spec_compiler.ir.dims import Size, SizeError, Symbol, as_symbol, quoted, symbols
from spec_compiler.ir.facts import Check
from spec_compiler.ir.solve import solve
from spec_compiler.ir.types import INTEGERS, TensorType, shape_text
from spec_compiler.places import Outside
from spec_compiler.program import Port, Program
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.spelling import nearest

Shapes: TypeAlias = Mapping[str, tuple[int, ...]]
"""The sizes of data, by the input's name."""
Fixed: TypeAlias = tuple[int, str]
"""A size that is given beforehand, and what messages call the giver: `--dim seq=8`."""


@record
class _Bound:
    """A named size's number, and what fixed it."""

    size: int
    origin: str


def bind(
    program: Program,
    given: Shapes,
    origins: Mapping[str, str],
    fixed: Mapping[str, Fixed],
    diagnostics: Diagnostics,
) -> dict[str, int]:
    """The number that each named size is.

    Args:
        program: What will run.
        given: The shapes of the data; a mask is `x.mask`.
        origins: What messages call each of them: `x.npy`, `the argument`.
        fixed: Sizes that are given beforehand, each with what messages call the giver.
        diagnostics: Collects names that are missing or unknown, shapes that do not fit, and
            contradictions, each with both places.
    """
    _check_names(program, given, diagnostics)
    binder = _Binder(program, diagnostics)
    binder.fix(fixed)
    for name, value in program.graph.inputs.items():
        if name in given:
            binder.match(name, value.type, given[name], origins[name])
    if diagnostics.errors:
        return {}
    binder.solve()
    binder.check_bounds()
    if not diagnostics.errors:
        binder.check_relations()
    return binder.sizes()


def bind_some(
    program: Program, fixed: Mapping[str, Fixed], diagnostics: Diagnostics
) -> dict[str, int]:
    """The sizes that are given, where they are the model's and may be what they are.

    What the others would have to be is not asked.
    """
    binder = _Binder(program, diagnostics)
    binder.fix(fixed)
    binder.check_bounds()
    binder.check_relations()
    return binder.sizes()


class _Binder:
    def __init__(self, program: Program, diagnostics: Diagnostics) -> None:
        self.program = program
        self.diagnostics = diagnostics
        self.bound: dict[str, _Bound] = {}
        self.open: list[tuple[str, int, Size, int, str]] = []
        self.known = program.named_sizes
        self.file = Outside(program.core.file)

    def fix(self, fixed: Mapping[str, Fixed]) -> None:
        """Take sizes that are given beforehand."""
        for name, (size, origin) in fixed.items():
            declared = self.program.core.scope.dims.get(name)
            if name in self.known:
                self.bound[name] = _Bound(size, origin)
            elif declared != size:
                named = [key for key, item in self.known.items() if not item.anonymous]
                guess = nearest(name, named)
                why = f"there is no dim `{name}`"
                if isinstance(declared, int):
                    why = f"`{name}` is fixed at {declared}"
                hint = f"did you mean `{guess}`?" if guess else ""
                found = Refusal("SPC0516", f"{origin}: {why}", help=hint)
                self.diagnostics.at(Outside()).add(found)

    def match(self, name: str, declared: TensorType, shape: tuple[int, ...], origin: str) -> None:
        """Compare an input's shape with the data's."""
        if len(declared.shape) != len(shape):
            self._refuse(
                name,
                None,
                "SPC0512",
                f"`{name}` is declared {shape_text(declared.shape)}, and {origin} has shape "
                f"{list(shape)}",
                help=_rank_hint(self.program.takes[name].port, declared, len(shape)),
            )
            return
        for axis, (size, real) in enumerate(zip(declared.shape, shape, strict=True)):
            single = as_symbol(size)
            if single is not None:
                self._bind(name, axis, single, real, origin)
            elif isinstance(size, int):
                if size != real:
                    self._wrong_axis(name, axis, size, shape, origin)
            else:
                self.open.append((name, axis, size, real, origin))

    def _bind(self, name: str, axis: int, single: Symbol, real: int, origin: str) -> None:
        before = self.bound.get(single.name)
        if before is None:
            self.bound[single.name] = _Bound(real, f"axis {axis} of {origin}")
        elif before.size != real:
            self._refuse(
                name,
                axis,
                "SPC0514",
                f"`{single}` is {before.size} ({before.origin}) and {real} (axis {axis} of "
                f"{origin})",
            )

    def _wrong_axis(
        self, name: str, axis: int, size: Size, shape: tuple[int, ...], origin: str
    ) -> None:
        self._refuse(
            name,
            axis,
            "SPC0513",
            f"axis {axis} of `{name}` is {size}, and {origin} has shape {list(shape)}",
            annotation=f"{size} here, {shape[axis]} in the data",
        )

    def solve(self) -> None:
        """Settle entries such as `2*seq`: solve for the one size that is not known yet."""
        for name, axis, size, real, origin in self.open:
            unknown = {item for item in symbols(size) if item.name not in self.bound}
            values = {key: item.size for key, item in self.bound.items()}
            if len(unknown) == 1:
                (symbol,) = unknown
                found = solve(substituted(size, values), symbol, real)
                if isinstance(found, int):
                    values[symbol.name] = found
                    self.bound[symbol.name] = _Bound(found, origin)
            if all(item.name in values for item in symbols(size)):
                found = evaluate(size, values)
                if found != real:
                    self._refuse(
                        name,
                        axis,
                        "SPC0513",
                        f"axis {axis} of `{name}` is {size} = {found}, and {origin} has {real}",
                    )
        for name in self.known:
            if name not in self.bound:
                message, help = f"no data fixes the size `{name}`", f"give it: `--dim {name}=8`"
                self.diagnostics.at(self.file).add(Refusal("SPC0516", message, help=help))

    def check_bounds(self) -> None:
        """Compare every size with the declared `min`, `max` and `multiple_of`."""
        for name, item in self.known.items():
            bound = self.bound.get(name)
            core = self.program.core
            dim = core.header.dims.get(name)
            limit = "" if bound is None else self.program.asked(name, bound.size)
            if bound is None or not limit:
                continue
            message = f"`{item}` is {bound.size} ({bound.origin}), and it must be {limit}"
            place = core.node.nearest(("dims", name)) if dim is not None else self.file
            self.diagnostics.at(place).add(Refusal("SPC0515", message))

    def check_relations(self) -> None:
        """Answer every question that compiling left open."""
        sizes = self.sizes()
        places = self.program.core.places
        for check in self.program.graph.checks:
            try:
                message = _broken(check, sizes)
            except KeyError:  # of a size that nobody has given
                continue
            except SizeError as error:
                # that a divisor is 0 has been said where a check asked for it
                message = "" if self.diagnostics.errors else f"{check.why}: {error.message}"
            if not message:
                continue
            place = places.get(check.layer, self.program.core.node)
            self.diagnostics.at(place, check.at).add(
                Refusal("SPC0517", message, within=check.within)
            )

    def sizes(self) -> dict[str, int]:
        """What has been settled."""
        return {name: item.size for name, item in self.bound.items()}

    def _refuse(
        self,
        name: str,
        axis: int | None,
        code: str,
        message: str,
        annotation: str = "",
        help: str = "",
    ) -> None:
        port = self.program.takes[name].port
        node = self.program.core.node.nearest(port.at)
        path: ItemPath = ()
        if node.get("batch_shape") is not None:
            path = ("batch_shape",) if axis is None else ("batch_shape", axis)
        elif node.get("shape") is not None:
            path = ("shape",) if not axis else ("shape", axis - 1)
        self.diagnostics.at(node, path).add(
            Refusal(code, message, annotation=annotation, help=help)
        )


def _broken(check: Check, sizes: dict[str, int]) -> str:
    """What is wrong with a relation; empty when it holds."""
    if check.holds(sizes):
        return ""
    left, right = evaluate(check.left, sizes), evaluate(check.right, sizes)
    subject, number, other, wanted = check.left, left, check.right, right
    if check.relation == "== or 1" and subject == left:  # a plain number is not what is wrong
        subject, number, other, wanted = other, wanted, subject, number
    named = f" ({quoted(other)})" if other != wanted else ""
    must = f"{wanted} or 1" if check.relation == "== or 1" else f"{check.relation} {wanted}"
    return f"{check.why}: {quoted(subject)} is {number}, and must be {must}{named}"


def _check_names(program: Program, given: Shapes, diagnostics: Diagnostics) -> None:
    wanted = program.graph.inputs
    trained = any(port.written for port in program.inputs.values())
    of = " or label" if trained else ""
    extra = [name for name in given if name not in wanted]
    explained: set[str] = set()
    for name in extra:
        guess = nearest(name, [item for item in wanted if item not in given])
        explained |= {guess} if guess else set()
        known = ", ".join(f"`{item}`" for item in wanted)
        help = f"did you mean `{guess}`?"
        if not guess:
            help = f"its inputs{' and labels' * trained} are {known}"
        label = [item for item in wanted if item not in given and program.takes[item].port.written]
        if len(label) == 1 == len(extra) and guess in (None, *label):
            help = f"its labels are `{label[0]}`: if these are they, write `labels: {name}`"
        diagnostics.at(Outside(program.core.file)).add(
            Refusal("SPC0511", f"the model has no input{of} `{name}`", help=help)
        )
    missing = [name for name in wanted if name not in given]
    if len(extra) == len(missing) == 1:  # one name for another is one mistake
        return
    option = "--data" if trained else "--input"
    drawn = "" if given or trained else "; or `--random` draws data for all inputs"
    for name in missing:
        if name not in explained:
            tensor = program.takes[name]
            base, at = tensor.port.name, tensor.port.at
            kind = "the mask of the input" if tensor.is_mask else "the input"
            kind = "the labels" if tensor.port.written else kind
            diagnostics.at(program.core.node).add(
                Refusal(
                    "SPC0510",
                    f"no data for {kind} `{base}`",
                    argument=at,
                    blame_key=True,
                    help=f"give `{name}`: `{option} {name}=FILE`{drawn}",
                )
            )


def _rank_hint(port: Port, declared: TensorType, axes: int) -> str:
    more = axes - len(declared.shape)
    if port.written and more == 1 and declared.dtype in INTEGERS:
        return "these are numbers of classes; a share for each goes with `categorical_crossentropy`"
    if port.written and more == -1:
        other = "numbers of classes go with `sparse_categorical_crossentropy`"
        return f"there is a number for each of the output's; {other}"
    return "data has the batch axis first: for one example, its size is 1" if more == -1 else ""
