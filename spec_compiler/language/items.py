"""The items of a list of layers: what each kind of item says, and what is no item."""

from __future__ import annotations

from typing import cast

from spec_compiler.declaring.scope import described
from spec_compiler.language.settings import Around
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.layer import Layer
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode
from spec_compiler.spelling import nearest, suggestion


class Reuse(Around):
    """A second call of a layer above, with the same weights."""

    reuse: str
    """The layer's name."""


def no_kind(item: SourceNode) -> Refusal:
    """The refusal of an item that says neither `type` nor `use` nor `reuse`."""
    for key in cast("dict[str, object]", item.value):
        if key in LAYERS:
            return Refusal(
                "SPC0102",
                "a layer needs `type`",
                argument=(key,),
                help=f"write `type: {key}`, with its arguments beside it",
            )
        guess = nearest(key, ["type", "use", "reuse"])
        if guess and key not in {*Layer.model_fields, *Around.model_fields}:
            return Refusal(
                "SPC0103",
                f"a layer has no argument `{key}`",
                argument=(key,),
                blame_key=True,
                **suggestion(guess),
            )
    return Refusal(
        "SPC0102",
        "a layer needs `type`",
        help="add `type: …`, for example `type: Dense`",
    )


def unknown_type(kind: object) -> Refusal:
    """The refusal of a `type` that is none."""
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
