"""Author form to core form: every layer gets a unique name and settings without open names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from pydantic import Field

from spec_compiler.diagnostics import (
    Diagnostic,
    Diagnostics,
    Label,
    Refusal,
    nearest,
    suggestion,
)
from spec_compiler.layers import LAYERS
from spec_compiler.layers.claim import Claim
from spec_compiler.layers.layer import Layer, Sources
from spec_compiler.notation.fields import Declaration
from spec_compiler.notation.scope import Scope, described
from spec_compiler.notation.validated import Refusals, validated
from spec_compiler.source.node import Node
from spec_compiler.spec.authored import authored
from spec_compiler.spec.core import Call, Core
from spec_compiler.spec.declare import Stated
from spec_compiler.spec.document import not_yet
from spec_compiler.spec.names import check_name
from spec_compiler.spec.outputs import read_outputs
from spec_compiler.spec.place import diagnose
from spec_compiler.spec.read_inputs import read_inputs
from spec_compiler.spec.read_tests import read_tests


class Reuse(Declaration):
    """A second call of a layer above, with the same weights."""

    reuse: str
    """The layer's name."""
    name: str | None = None
    """Unique name of this call."""
    from_: Sources | None = Field(default=None, alias="from")
    """What feeds this call."""
    expect: Claim | None = None
    """A claim about this call's result."""
    mask: str | None = None
    """As on any layer."""


def expand(stated: Stated, file: str, diagnostics: Diagnostics) -> Core:
    """The core form of a document."""
    inputs = read_inputs(stated.node, stated.scope, diagnostics)
    calls = _Layers(stated.scope, diagnostics, dict.fromkeys(inputs)).read(stated.node)
    outputs = read_outputs(stated.node, stated.scope, diagnostics)
    tests = read_tests(stated.node, stated.scope, diagnostics)
    return Core(
        stated.header,
        stated.scope,
        stated.relations,
        inputs,
        calls,
        outputs,
        stated.node,
        file,
        tests,
    )


class _Layers:
    """Reads the list of layers; knows the names that are taken."""

    def __init__(self, scope: Scope, diagnostics: Diagnostics, inputs: Mapping[str, Any]) -> None:
        self.scope = scope
        self.diagnostics = diagnostics
        self.inputs = inputs
        self.calls: dict[str, Call] = {}
        self.counts: dict[str, int] = {}
        self.explicit: dict[str, Node] = {}

    def read(self, document: Node) -> tuple[Call, ...]:
        node = document.get("layers")
        if node is None:
            return ()
        if not isinstance(node.value, list) or not node.value:
            found_instead = "an empty one" if node.value == [] else described(node.plain())
            message = f"`layers` is a list of layers, not {found_instead}"
            self.diagnostics.add(
                Diagnostic("SPC0104", message, node.span, help="write `- {type: Dense, units: 8}`")
            )
            return ()
        for item in node.value:
            name = item.get("name")
            if name is not None and isinstance(name.value, str):
                self._claim(name.value, name, document)
        for item in node.value:
            problems: list[Refusal] = []
            try:
                self._read_item(item)
            except Refusal as refusal:
                problems = [refusal]
            except Refusals as refusals:
                problems = refusals.items
            for refusal in problems:
                self.diagnostics.add(diagnose(refusal, item))
            if problems:
                self._add_broken(item)
        return tuple(self.calls.values())

    def _claim(self, name: str, node: Node, document: Node) -> None:
        """Register an explicit name; two that are the same are an error with both places."""
        first = self.explicit.setdefault(name, node)
        span = first.span if first is not node else None
        if span is None and name in self.inputs:
            span = document.key_span(("inputs", name))
        if span is not None:
            self.diagnostics.add(
                Diagnostic(
                    "SPC0201",
                    f"two things are called `{name}`",
                    node.span,
                    annotation="the second",
                    labels=(Label(span, "the first"),),
                    help="names of inputs and layers are unique",
                )
            )

    def _read_item(self, item: Node) -> None:
        if not isinstance(item.value, dict):
            raise Refusal(
                "SPC0104", f"a layer is a mapping with `type`, not {described(item.plain())}"
            )
        kinds = [key for key in ("type", "use", "reuse") if key in item.value]
        if len(kinds) > 1:
            raise Refusal(
                "SPC0107",
                "a layer has one of `type`, `use` and `reuse`, not "
                f"{' and '.join(f'`{kind}`' for kind in kinds)}",
                argument=(kinds[1],),
            )
        if not kinds:
            raise self._no_kind(item)
        if kinds == ["use"]:
            raise not_yet("use", ("use",), "write the block's layers out")
        plain = cast("dict[str, Any]", authored(item, self.scope))
        if kinds == ["reuse"]:
            self._read_reuse(item, plain)
        else:
            self._read_layer(item, plain)

    def _no_kind(self, item: Node) -> Refusal:
        for key in cast("dict[str, object]", item.value):
            if key in LAYERS:
                return Refusal(
                    "SPC0102",
                    "a layer needs `type`",
                    argument=(key,),
                    help=f"write `type: {key}`, with its arguments beside it",
                )
            guess = nearest(key, ["type", "reuse"])
            if guess and key not in Layer.model_fields:
                return Refusal(
                    "SPC0103",
                    f"a layer has no argument `{key}`",
                    argument=(key,),
                    blame_key=True,
                    **suggestion(guess),
                )
        return Refusal(
            "SPC0102", "a layer needs `type`", help="add `type: …`, for example `type: Dense`"
        )

    def _read_layer(self, item: Node, plain: dict[str, Any]) -> None:
        kind = plain.pop("type")
        cls = LAYERS.get(kind) if isinstance(kind, str) else None
        if cls is None:
            raise self._unknown_type(kind)
        layer = validated(cls, plain, self.scope, cls.__name__)
        name = self._name(layer.name, _snake(cls.__name__))
        self._add(Call(name, layer, layer.from_, item, explicit_name=layer.name is not None))

    def _unknown_type(self, kind: object) -> Refusal:
        if not isinstance(kind, str):
            return Refusal(
                "SPC0104",
                f"`type` must be the name of a layer, not {described(kind)}",
                argument=("type",),
            )
        if kind in {"Input", "InputLayer"}:
            return Refusal(
                "SPC0202",
                "inputs are declared under `inputs`, not as a layer",
                argument=("type",),
                help="write `inputs: {x: {shape: [8]}}`",
            )
        return Refusal(
            "SPC0202",
            f"there is no layer type `{kind}`",
            argument=("type",),
            **suggestion(nearest(kind, LAYERS), f"one of {', '.join(LAYERS)}"),
        )

    def _read_reuse(self, item: Node, plain: dict[str, Any]) -> None:
        reuse = validated(Reuse, plain, self.scope, "a reuse")
        first = self.calls.get(reuse.reuse)
        if first is not None and first.layer is None:
            self._add(Call(self._name(reuse.name, first.name, call=True), None, None, item))
            return
        if first is None or first.layer is None:
            found = suggestion(nearest(reuse.reuse, self.calls))
            if reuse.reuse in self.explicit:
                found["annotation"] = "it stands below, or is broken"
            raise Refusal(
                "SPC0203",
                f"there is no layer `{reuse.reuse}` above",
                argument=("reuse",),
                **found,
            )
        target = first.reuse or first.name
        own = {
            "name": reuse.name,
            "from_": reuse.from_,
            "expect": reuse.expect,
            "mask": reuse.mask,
            "doc": reuse.doc,
        }
        layer: Layer = first.layer.model_copy(update=own)
        name = self._name(reuse.name, target, call=True)
        self._add(Call(name, layer, reuse.from_, item, target, reuse.name is not None))

    def _add(self, call: Call) -> None:
        if call.explicit_name:
            check_name(call.name, "a layer", ("name",))
        self._keep(call)

    def _add_broken(self, item: Node) -> None:
        """Keep the place of a layer that was refused, so that nothing behind it is blamed."""
        name, kind = item.get("name"), item.get("type")
        if name is not None and isinstance(name.value, str):
            self._keep(Call(name.value, None, None, item))
            return
        base = _snake(kind.value) if kind is not None and isinstance(kind.value, str) else "layer"
        generated = self._name(None, base)
        self.calls[generated] = Call(generated, None, None, item, explicit_name=False)

    def _keep(self, call: Call) -> None:
        """Register a call; what reads a name that two have is not checked."""
        if call.name in self.calls or call.name in self.inputs:
            first = self.calls.get(call.name)
            if first is not None:
                self.calls[call.name] = replace(first, layer=None)
            name = self._name(None, "layer")
            call = Call(name, None, None, call.node, explicit_name=False)
        self.calls[call.name] = call

    def _name(self, written: str | None, base: str, *, call: bool = False) -> str:
        """The author's name, or the next free one as Keras counts: `dense`, `dense_1`."""
        if written is not None:
            return written
        number = self.counts.get(base, int(call))
        while True:
            name = f"{base}_{number}" if number else base
            number += 1
            if name not in self.explicit and name not in self.inputs and name not in self.calls:
                self.counts[base] = number
                return name


def _snake(name: str) -> str:
    """`EinsumDense` to `einsum_dense`, `LSTM` to `lstm`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
