"""The layers of blocks get their settings when a copy's inputs are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.signature import Signature
from spec_compiler.expanding.arguments import Known, arguments, given_by, made_for
from spec_compiler.expanding.cells import with_cells
from spec_compiler.expanding.copies import Instance
from spec_compiler.expanding.core import Item
from spec_compiler.formula.arithmetic import Untold
from spec_compiler.ir.build import Builder
from spec_compiler.language.items import Reuse
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.reading.authored import authored
from spec_compiler.reading.defaults import settings
from spec_compiler.reading.library import BlockPort
from spec_compiler.refusals import Refusal, Refusals, Skipped
from spec_compiler.wiring import Reference, Wiring


class Scopes:
    """What names mean in each copy of a block, once its inputs have shapes.

    What is wrong with a copy as a whole is said once, at the item that uses the block.
    """

    def __init__(
        self,
        wiring: Wiring,
        b: Builder,
        read: Callable[[Reference], Signal],
        found: Diagnostics,
        explain: Callable[[str, Sequence[Signal], Refusal], Refusal],
    ) -> None:
        self.wiring = wiring
        self.builder = b
        self.read = read
        self.found = found
        self.explain = explain
        self.scopes: dict[Instance, Scope | None] = {}

    def of(self, instance: Instance) -> Scope:
        """The scope of a copy.

        Raises:
            Refusals: it is refused, which has been said by now.
            Skipped: it was refused before.
        """
        if instance in self.scopes:
            found = self.scopes[instance]
            if found is None:
                raise Skipped
            return found
        self.scopes[instance] = None
        # what was said of the copies around it, or of its file, is not said of it
        outer = self.of(instance.outer) if instance.outer else self.wiring.core.scope
        file = self.of(instance.file) if instance.file else instance.block.library.scope
        fed: list[Signal] = []
        explain = partial(self.explain, instance.name, fed)
        with self.found.at(instance.place, once=True, explain=explain):
            found = self.scopes[instance] = self._bound(instance, outer, file, fed)
            return found
        raise Refusals

    def _bound(self, instance: Instance, outer: Scope, file: Scope, taken: list[Signal]) -> Scope:
        """The names of a copy, whose arguments and inputs are proved to be as the block asks.

        What it is fed with is put into `taken`, for what is said of it.

        Raises:
            Refusal: they are not.
        """
        block = instance.block
        known = arguments(block, instance.written, instance.index, Known(outer), Known(file)).scope
        ports = self.wiring.bindings[instance]
        fed = {
            name: self.read(ports[name])
            for name, port in block.inputs.items()
            if port != BlockPort()
        }
        taken += fed.values()
        bound = Signature(instance, fed, replace(self.builder, layer=instance.name)).bound(known)
        untold = dict.fromkeys(block.bound - bound.keys(), Untold(block.name))
        scope = Scope(known.params, {**known.dims, **bound}, untold)
        given = given_by(instance.written, instance.index)
        return scope._replace(params={**known.params, **made_for(block, given, scope)})


def settings_of(item: Item, scopes: Scopes) -> Settings:
    """The settings of a layer; those of a block's are read when the sizes of its copy are bound.

    Raises:
        Refusal: the settings are refused, or the copy is.
        Skipped: the copy was refused before.
    """
    if isinstance(item.settings, Settings):
        return item.settings
    pending = item.settings
    scope = Scope() if item.instance is None else scopes.of(item.instance)
    plain = cast("dict[str, Any]", authored(pending.written, scope))
    with_cells(plain, pending.cells)
    del plain["type"]
    found = settings(item.kind, plain, scope, pending.defaults, pending.above)
    if pending.written is item.node:
        return found
    around = validated(Reuse, authored(item.node, scope), scope, "a reuse")
    return found._replace(around=around)


def check_shared(layer: Layer, owner: Layer, name: str, first: str) -> None:
    """Refuse a layer of a copy whose settings are not those of the one that has the weights.

    Raises:
        Refusal: they differ.
    """
    if layer.model_dump() != owner.model_dump():
        raise Refusal(
            "SPC0107",
            f"`{name}` has the weights of `{first}`, and its settings are not the same",
        )
