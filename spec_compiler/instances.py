"""The layers of blocks get their settings when a copy's inputs are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from spec_compiler.diagnostics import Label, Refusal
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.layer import Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.notation.scope import Scope
from spec_compiler.notation.validated import Refusals, validated
from spec_compiler.spec.authored import authored
from spec_compiler.spec.core import Call
from spec_compiler.spec.defaults import settings
from spec_compiler.spec.instance import Instance
from spec_compiler.spec.items import Reuse
from spec_compiler.spec.place import span_of
from spec_compiler.spec.use import Known, arguments
from spec_compiler.wiring import Port, Wiring


class Scopes:
    """What names mean in each copy of a block, once its inputs have shapes."""

    def __init__(self, wiring: Wiring, b: Builder, read: Callable[[Port], Signal]) -> None:
        self.wiring = wiring
        self.builder = b
        self.read = read
        self.scopes: dict[Instance, Scope | None] = {}

    def of(self, instance: Instance) -> Scope:
        """The scope of a copy.

        Raises:
            Refusal: what is fed is not what the signature says; only once for a copy.
            Refusals: an argument under `with` is wrong.
            Skipped: that was said before.
        """
        if instance in self.scopes:
            found = self.scopes[instance]
            if found is None:
                raise Skipped
            return found
        self.scopes[instance] = None
        outer = self.of(instance.outer) if instance.outer else self.wiring.core.scope
        index = instance.index
        known = arguments(instance.block, instance.node, index, Known(outer))
        bound = self.bound(instance, known.scope)
        dims = {**known.scope.dims, **bound}
        scope = self.scopes[instance] = Scope(known.scope.params, dims)
        return scope

    def bound(self, instance: Instance, scope: Scope) -> dict[str, Size]:
        """The sizes that the signature binds."""
        block = instance.block
        bound: dict[str, Size] = {}
        leading: Shape | None = None
        shapes: dict[str, Shape] = {}
        ports = self.wiring.bindings[instance]
        for name, port in block.inputs.items():
            if port.dtype is None and port.shape is None:
                continue
            signal = self.read(ports[name])
            if port.dtype is not None and signal.dtype != port.dtype:
                message = f"`{name}` must be `{port.dtype}`, and it is `{signal.dtype}`"
                raise self.refusal("SPC0402", message, instance, name, "dtype")
            if port.shape is None:
                continue
            shape = signal.shape[1:] if signal.batched else signal.shape
            entries = list(port.shape)
            if "..." in entries:
                at = entries.index("...")
                extra = len(shape) - len(entries) + 1
                if extra < 0:
                    raise self.mismatch(instance, name, shape, "the rank is too small")
                own = shape[at : at + extra]
                if leading is not None and not self.same(leading, own, name):
                    reason = f"`...` is {shape_text(leading)} in the input above"
                    raise self.mismatch(instance, name, shape, reason)
                leading = own if leading is None else leading
                shape = (*shape[:at], *shape[at + extra :])
                entries.remove("...")
            if len(shape) != len(entries):
                raise self.mismatch(instance, name, shape, f"the rank is {len(shape)}")
            shapes[name] = shape
            for entry, size in zip(entries, shape, strict=True):
                if isinstance(entry, str) and entry in block.bound:
                    bound.setdefault(entry, size)
        inner = Scope(scope.params, {**scope.dims, **bound})
        for name, shape in shapes.items():
            self.check(instance, name, shape, inner)
        return bound

    def check(self, instance: Instance, name: str, shape: Shape, scope: Scope) -> None:
        """Prove that the sizes are those of the signature."""
        entries = [entry for entry in instance.block.inputs[name].shape or () if entry != "..."]
        for entry, size in zip(entries, shape, strict=True):
            if entry is None:
                continue
            try:
                wanted = scope.size(entry)
            except Refusal as refusal:
                raise self.placed(refusal, instance, ("inputs", name, "shape")) from None
            if not self.builder.require(size, "==", wanted, f"`{entry}` of `{name}`", ("use",)):
                said = "" if str(entry) == str(wanted) else f"`{entry}` is {wanted}"
                reason = f"{said or f'{wanted} is asked for'}, and here {size} is fed"
                raise self.mismatch(instance, name, shape, reason)

    def same(self, left: Shape, right: Shape, name: str) -> bool:
        """Whether two groups of leading axes are the same."""
        return len(left) == len(right) and all(
            self.builder.require(one, "==", other, f"`...` of `{name}`", ("use",))
            for one, other in zip(left, right, strict=True)
        )

    def mismatch(self, instance: Instance, name: str, shape: Shape, reason: str) -> Refusal:
        """The refusal of an input that is not as the signature says."""
        port = instance.block.inputs[name]
        wanted = "[" + ", ".join("null" if e is None else str(e) for e in port.shape or ()) + "]"
        signal = self.read(self.wiring.bindings[instance][name])
        fed = shape_text(signal.shape[1:] if signal.batched else signal.shape)
        message = f"`{name}` of `{instance.block.name}` is {wanted}, and it is fed {fed}: {reason}"
        return self.refusal("SPC0213", message, instance, name, "shape")

    def refusal(self, code: str, message: str, at: Instance, name: str, key: str) -> Refusal:
        """A refusal at the call that shows the signature."""
        span = span_of(at.block.node, ("inputs", name, key))
        path = at.feeds[name].at if at.feeds[name].node is at.node else ("use",)
        return Refusal(
            code, message, argument=path or ("use",), labels=(Label(span, "asked here"),)
        )

    def placed(self, refusal: Refusal, at: Instance, path: tuple[str | int, ...]) -> Refusal:
        """A refusal about the definition, said at the call."""
        label = Label(span_of(at.block.node, path), "in this signature")
        return Refusal(refusal.code, refusal.message, argument=("use",), labels=(label,))


class Skipped(Exception):
    """The copy was refused before."""


class AtUse(Exception):
    """What is wrong with a copy as a whole; the place is the item that uses the block."""

    def __init__(self, instance: Instance, items: list[Refusal]) -> None:
        super().__init__(instance.prefix)
        self.instance = instance
        self.items = items


def layer_in(call: Call, scopes: Scopes) -> Layer:
    """The settings of a block's layer.

    Raises:
        AtUse: the copy is refused.
        Refusals: the settings are.
        Skipped: the copy was refused before.
    """
    if call.layer is not None:
        return call.layer
    if call.pending is None or call.instance is None:
        raise Skipped
    instance: Instance | None = call.instance
    chain: list[Instance] = []
    while instance is not None:
        chain.append(instance)
        instance = instance.outer
    scope = Scope()
    for item in reversed(chain):
        try:
            scope = scopes.of(item)
        except Refusal as refusal:
            raise AtUse(item, [refusal]) from None
        except Refusals as refusals:
            raise AtUse(item, refusals.items) from None
    pending = call.pending
    again = pending.written is not call.node
    try:
        plain = cast("dict[str, Any]", authored(pending.written, scope))
        del plain["type"]
        layer = settings(pending.cls, plain, scope, pending.defaults)
        if again:
            layer = validated(Reuse, authored(call.node, scope), scope, "a reuse").on(layer)
    except Refusal as refusal:
        raise Refusals([refusal]) from None
    return layer


def check_shared(layer: Layer, owner: Layer | None, name: str) -> None:
    """Refuse a copy whose settings are not those of the copy that has the weights.

    Raises:
        Refusal: they differ.
    """
    own = {"name", "from_", "expect", "mask", "doc"}
    if owner is None or layer.model_dump(exclude=own) != owner.model_dump(exclude=own):
        raise Refusal(
            "SPC0107",
            f"copies with `share: true` have one set of weights, and the settings of `{name}` "
            "are not those of the first copy",
        )
