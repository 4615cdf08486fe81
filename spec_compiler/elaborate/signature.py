"""What the signature of a block demands of what it is fed with, and the sizes that it binds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from spec_compiler.declaring.scope import Scope
from spec_compiler.expanding.copies import Instance
from spec_compiler.fixes import write
from spec_compiler.formula import arithmetic
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import remainder
from spec_compiler.ir.dims import BATCH_NAME, Shape, Size, quoted, symbol, symbols
from spec_compiler.ir.facts import Relation
from spec_compiler.ir.solve import solve
from spec_compiler.ir.types import FLOATS, closed, interval_text, shape_text
from spec_compiler.layers.signal import Signal
from spec_compiler.reading.dims import dim_limits
from spec_compiler.reading.library import Block, BlockPort, SizeEntry
from spec_compiler.refusals import ItemPath, Origin, Refusal
from spec_compiler.spans import Label


def batch_of(block: Block, fed: Mapping[str, Signal]) -> dict[str, Size]:
    """What `batch` is inside: that of an input which has none of its own."""
    for name, signal in fed.items():
        if signal.batch == 0 and block.inputs[name].batch is None:
            return {BATCH_NAME: signal.shape[0]}
    return {}


class Signature:
    """The signature of a copy, held against what the copy reads.

    Every method raises a `Refusal` where they do not fit: its place is the use, a label shows the
    definition.
    """

    def __init__(self, instance: Instance, fed: Mapping[str, Signal], b: Builder) -> None:
        self.instance = instance
        self.block = instance.block
        self.fed = fed
        self.builder = b

    def bound(self, scope: Scope) -> dict[str, Size]:
        """The sizes of the names in the signature, once all of it is proved.

        Args:
            scope: What the other names in it mean.
        """
        pairs = self.pairs()
        found: dict[str, Size] = dict(batch_of(self.block, self.fed))
        for entries in pairs.values():
            for entry, size in entries:
                if isinstance(entry, str) and entry in self.block.bound:
                    found.setdefault(entry, size)
        for entries in pairs.values():
            for entry, size in entries:
                if isinstance(entry, str):
                    self.solve(entry, size, scope, found)
        inside = Scope(scope.params, {**scope.dims, **found})
        for name, entries in pairs.items():
            self.check_sizes(name, entries, inside)
            self.check_values(name, inside)
        self.check_bounds(found, inside)
        self.check_constraints(inside)
        return found

    def solve(self, entry: str, size: Size, scope: Scope, found: dict[str, Size]) -> None:
        """Bind the one name in `2*d` that stands nowhere alone."""
        unknown = {name: symbol(name, kind="sought") for name in self.block.bound - found.keys()}
        try:
            written = Scope(scope.params, {**scope.dims, **found, **unknown}).size(entry)
        except Refusal:
            return  # said when it is checked
        within = {item for item in symbols(written) if item.kind == "sought"}
        if len(within) == 1:
            (item,) = within
            value = solve(written, item, size)
            if value is not None:
                found[item.name] = value

    # --- shapes --------------------------------------------------------------------------------

    def pairs(self) -> dict[str, list[tuple[SizeEntry, Size]]]:
        """What stands in the signature beside the size that is fed, by port, without `...`."""
        found: dict[str, list[tuple[SizeEntry, Size]]] = {}
        leading: Shape | None = None
        for name, signal in self.fed.items():
            port = self.block.inputs[name]
            if port.dtype is not None and signal.dtype != port.dtype:
                message = f"`{name}` must be `{port.dtype}`, and it is `{signal.dtype}`"
                refusal = self.refusal("SPC0402", message, name, "dtype")
                raise refusal.but(origins=((signal.value, "dtype"),))
            batch = [(port.batch, signal.shape[0])] if signal.batch == 0 else []
            own = self.leading(name, port)
            if own is not None and leading is not None and not self.same(leading, own, name):
                reason = f"`...` is {shape_text(leading)} in the input above"
                raise self.mismatch(name, reason, *self.axes_of(name))
            leading = own if leading is None else leading
            found[name] = [*batch, *self.named(name, port)]
        return found

    def named(self, name: str, port: BlockPort) -> list[tuple[SizeEntry, Size]]:
        """The sizes of the axes that are not under `...`."""
        entries, shape = list(port.shape or ()), self.shape(name)
        if port.shape is None:
            return []
        if "..." in entries:
            at = entries.index("...")
            behind = len(entries) - 1 - at
            shape = (*shape[:at], *shape[len(shape) - behind :])
            entries.remove("...")
        if len(shape) != len(entries):
            rank = f"the rank is {len(self.shape(name))}"
            raise self.mismatch(name, rank, (self.fed[name].value, "type"))
        return list(zip(entries, shape, strict=True))

    def leading(self, name: str, port: BlockPort) -> Shape | None:
        """The axes that `...` stands for; None where there is none."""
        if port.shape is None or "..." not in port.shape:
            return None
        at, shape = port.shape.index("..."), self.shape(name)
        extra = len(shape) - len(port.shape) + 1
        if extra < 0:
            raise self.mismatch(name, "the rank is too small", (self.fed[name].value, "type"))
        return shape[at : at + extra]

    def shape(self, name: str) -> Shape:
        """What is fed, without the batch axis."""
        signal = self.fed[name]
        return signal.shape[1:] if signal.batch == 0 else signal.shape

    def same(self, left: Shape, right: Shape, name: str) -> bool:
        """Whether two groups of leading axes are the same."""
        return len(left) == len(right) and all(
            self.builder.require(one, "==", other, f"`...` of `{name}`", ("use",))
            for one, other in zip(left, right, strict=True)
        )

    # --- proofs --------------------------------------------------------------------------------

    def check_sizes(self, name: str, entries: list[tuple[SizeEntry, Size]], scope: Scope) -> None:
        """Prove that the sizes are those of the signature."""
        for entry, size in entries:
            if entry is None:
                continue
            try:
                wanted = scope.size(entry)
            except Refusal as refusal:
                raise self.placed(refusal, ("inputs", name, "shape")) from None
            if not self.builder.require(size, "==", wanted, f"`{entry}` of `{name}`", ("use",)):
                said = "" if str(entry) == str(wanted) else f"`{entry}` is {quoted(wanted)}"
                said = said or f"{quoted(wanted)} is asked for"
                reason = f"{said}, and here {quoted(size)} is fed"
                mismatch = self.mismatch(name, reason, (size, "size"), (wanted, "size"))
                given = entry if isinstance(entry, str) and entry in self.block.params else ""
                fix = write(size, words=f"write `{given}: {size}`", safe=False).on("with", given)
                raise mismatch.mended(fix) if given and isinstance(size, int) else mismatch

    def check_values(self, name: str, scope: Scope) -> None:
        """Refuse numbers that are known to lie beyond those of the signature."""
        values, signal = self.block.inputs[name].values, self.fed[name]
        if values is None or signal.dtype == "bool":
            return
        number = scope.number if signal.dtype in FLOATS else scope.size
        said = [None if end is None else number(end) for end in values]
        low, high = closed(said[0], said[1], signal.dtype)
        least = math.ceil(low) if isinstance(low, float) else low
        most = math.floor(high) if isinstance(high, float) else high
        why = f"the values of `{name}`"
        outside = self.builder.require_index(signal.value, least, most + 1, why, ("use",))
        if outside is not None:
            fed = self.builder.range_of(signal.value)
            message = (
                f"`{name}` of `{self.block.name}` holds {interval_text(*said)}, and it is fed "
                f"{fed.low} to {fed.high}"
            )
            raise self.refusal("SPC0213", message, name, "values")

    def check_bounds(self, found: Mapping[str, Size], scope: Scope) -> None:
        """Prove that the named sizes of a whole file keep to their bounds."""
        for name, size in found.items():
            dim = self.block.dims.get(name)
            if dim is None:
                continue
            try:
                low, high, multiple = dim_limits(dim, scope)
            except Refusal as refusal:
                raise self.placed(refusal, ("dims", name, *refusal.argument)) from None
            bounds: tuple[tuple[Size, Relation, Size | None, str], ...] = (
                (size, ">=", low, f"at least {low}"),
                (size, "<=", high, f"at most {high}"),
                (remainder(size, multiple), "==", 0, f"a multiple of {multiple}"),
            )
            for left, relation, end, words in bounds:
                if end is None:
                    continue
                why = f"`{name}` of `{self.block.name}` is {words}"
                if not self.builder.require(left, relation, end, why, ("use",)):
                    label = Label(self.block.node.span_of(("dims", name)), "bounded here")
                    message = f"{why}, and it is fed {quoted(size)}"
                    raise Refusal(
                        "SPC0213",
                        message,
                        argument=("use",),
                        origins=((size, "size"),),
                        labels=(label,),
                    )

    def check_constraints(self, scope: Scope) -> None:
        """Prove the constraints of a whole file."""
        for index, text in enumerate(self.block.constraints):
            path = ("constraints", index)
            try:
                left, relation, right = arithmetic.relation(text, scope.names)
            except Refusal as refusal:
                raise self.placed(refusal, path) from None
            if not self.builder.state(left, relation, right, f"`{text}`", ("use",)):
                message = f"the constraint `{text}` of `{self.block.name}` does not hold: "
                message += f"`{left} {relation} {right}` is false"
                raise self.placed(Refusal("SPC0313", message), path)

    # --- refusals ------------------------------------------------------------------------------

    def axes_of(self, name: str) -> Iterator[Origin]:
        """The axes of what is fed, without the batch."""
        signal = self.fed[name]
        axes = range(signal.batch == 0, signal.rank)
        return ((signal.value, axis) for axis in axes)

    def mismatch(self, name: str, reason: str, *origins: Origin) -> Refusal:
        """The refusal of an input that is not as the signature says."""
        port = self.block.inputs[name]
        wanted = "[" + ", ".join("null" if e is None else str(e) for e in port.shape or ()) + "]"
        fed = shape_text(self.shape(name))
        message = f"`{name}` of `{self.block.name}` is {wanted}, and it is fed {fed}: {reason}"
        return self.refusal("SPC0213", message, name, "shape").but(origins=origins)

    def refusal(self, code: str, message: str, name: str, key: str) -> Refusal:
        """A refusal at the use that shows the signature."""
        span = self.block.node.span_of(("inputs", name, key))
        feed = self.instance.feeds[name]
        path = feed.at if feed.node is self.instance.node else ("use",)
        label = Label(span, "asked here")
        return Refusal(code, message, argument=path or ("use",), labels=(label,))

    def placed(self, refusal: Refusal, path: ItemPath) -> Refusal:
        """A refusal about the definition, said at the use."""
        label = Label(self.block.node.span_of(path), "in this signature")
        return Refusal(refusal.code, refusal.message, argument=("use",), labels=(label,))
