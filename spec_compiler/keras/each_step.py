"""A model inside of TimeDistributed: what it does at every step, layer by layer.

A spec's TimeDistributed runs one layer. A model at every step is each of its layers at every step,
as long as each of them reads one tensor, or merges what has the same place.
"""

from __future__ import annotations

from dataclasses import replace

from spec_compiler.keras.model import KerasModel, Part
from spec_compiler.keras.nodes import KerasCall
from spec_compiler.keras.steps import KerasStep, Ports, Ref
from spec_compiler.keras.table import Row, row_of
from spec_compiler.layers import LAYERS
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Plain

_MERGES = frozenset({"Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"})
"""Layers that do at every step what they do without steps."""


def every_step(model: KerasModel) -> KerasModel:
    """A model of which the layers know that they are inside of one TimeDistributed more."""
    return replace(model, parts={name: _inside(part) for name, part in model.parts.items()})


def _inside(part: Part) -> Part:
    model = every_step(part.model) if part.model else None
    shape = [part.shape[0], None, *part.shape[1:]] if part.shape else None
    return replace(part, model=model, shape=shape, steps=part.steps + 1)


def at_each_step(part: Part, ports: Ports, call: KerasCall) -> Part:
    """What does at every step what a layer does, as often as TimeDistributed stands around it.

    Raises:
        Refusal: It reads several tensors, which belong together in a way that steps would change.
    """
    for _ in range(part.steps):
        if LAYERS[part.layer].masks.makes:
            break  # of each entry alone, however many axes there are
        if part.layer in _MERGES:
            part = replace(part, arguments=_behind_steps(part.arguments))
        elif not isinstance(ports, Ref) and len(ports) > 1:
            raise Refusal(
                "SPC0805",
                f"`{part.name}` reads several tensors at every step of a TimeDistributed, and a "
                "spec's TimeDistributed runs layers of one",
                argument=call.path,
                help="build the model without TimeDistributed around it: most layers take the "
                "steps as one more axis",
            )
        else:
            part = _distributed(part)
    return part


def _distributed(part: Part) -> Part:
    inner: dict[str, Plain] = {"type": part.layer, **part.arguments}
    if not part.trainable:
        inner["trainable"] = False
    within = {f"layer.{key}": names for key, names in (part.inner or {"": ()}).items()}
    return replace(
        part,
        layer="TimeDistributed",
        row=replace(row_of("TimeDistributed"), unread=part.row.unread if part.row else ()),
        arguments={"layer": inner},
        inner=within,
        trainable=True,
    )


def _behind_steps(arguments: dict[str, Plain]) -> dict[str, Plain]:
    """Axes that are counted from the front are one further."""
    axis = arguments.get("axis")
    return {**arguments, "axis": axis + 1} if isinstance(axis, int) and axis > 0 else arguments


def mask_read(part: Part, path: tuple[str, ...], x: Ref) -> KerasStep:
    """The mask of a tensor as another tensor; `part` is the TimeDistributed, `path` around it."""
    part, path = _beside(part, path, "mask", "Lambda", {"function": "mask(x)"})
    return KerasStep(part, path, ports=x)


def passed_on(part: Part, path: tuple[str, ...], x: Ref, mask: Ref | None) -> KerasStep:
    """A tensor as it is, with another mask, or with none."""
    part, path = _beside(part, path, "output", "Identity", {})
    return KerasStep(part, path, ports=x, mask=mask, drops=mask is None)


def _beside(
    part: Part, path: tuple[str, ...], name: str, layer: str, arguments: dict[str, Plain]
) -> tuple[Part, tuple[str, ...]]:
    """A layer that Keras does not have, and its path."""
    name = f"{part.name}_{name}"
    made = Part(name, layer, part.path, layer=layer, row=Row(), arguments=arguments)
    return made, (*path, name)
