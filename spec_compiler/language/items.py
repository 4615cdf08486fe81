"""The items of a list of layers: what each kind of item says, and what is no item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, cast

from pydantic import Field

from spec_compiler.declaring.fields import Declaration
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import described
from spec_compiler.declaring.validated import key_names
from spec_compiler.fixes import Fix, brace, lift, put, remove, write
from spec_compiler.language.keras_layers import (
    ABSENT,
    OTHERWISE,
    WHY,
    activation_layer,
    class_named,
)
from spec_compiler.language.settings import Around, Sources
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.source.python_forms import call_of
from spec_compiler.spelling import Guess, listed, nearest, suggestion

_KINDS = ("type", "use", "reuse")
"""The keys of which an item has one."""
_EXAMPLE = "write `{type: Dense, units: 8}`"


class Reuse(Around):
    """A second call of a layer, or of a use of a block, above, with the same weights."""

    others: ClassVar[str] = "language.other_tools.items.of_reuse"

    reuse: str
    """Its name."""


class ReuseOfBlock(Declaration):
    """A whole block again, with the same weights: as many copies, of the same params."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **dict.fromkeys(
            ("with", "repeat", "each", "share", "residual"),
            remove("leave it out: a reuse runs the block as the `use` above says"),
        ),
        **dict.fromkeys(
            ("expect", "mask"),
            "say it of a layer behind it: `{type: Identity, expect: …}`",
        ),
    }

    reuse: str
    """The name of the use."""
    name: str | None = None
    """Unique name; without one it is that of the use, counted as Keras counts."""
    from_: Sources | None = Field(default=None, alias="from")
    """What feeds the block: a name, a list in the order of its inputs, or a mapping."""


def no_kind(item: SourceNode, is_block: Callable[[str], bool] = lambda _: False) -> Refusal:
    """The refusal of an item that says neither `type` nor `use` nor `reuse`.

    Args:
        item: What stands there.
        is_block: Whether there is a block of a name.
    """
    # only where an item is none
    from spec_compiler.language.other_tools.items import kind_meant, named_item

    plain = cast("dict[str, object]", item.plain())
    if found := kind_meant(plain, is_block):
        key, fix = found
        return Refusal(
            "SPC0103",
            f"a layer has no argument `{key}`",
            argument=(key,),
            blame_key=True,
            fix=fix,
            allowed=_KINDS,
        )
    for key, entry in cast("dict[str, Entry]", item.value).items():
        if key in ABSENT:
            return unknown_type(key).but(argument=(key,), blame_key=True)
        if key in LAYERS:
            return Refusal(
                "SPC0102",
                "a layer needs `type`",
                argument=(key,),
                blame_key=True,
                fix=_under_its_type(key, entry.node),
            )
        if name := named_item(plain):
            message, fix = "a layer needs `type`", name[1]
            return Refusal("SPC0102", message, argument=(key,), blame_key=True, fix=fix)
        guess = nearest(key, _KINDS)
        if guess and key not in {*Layer.model_fields, *Around.model_fields}:
            return Refusal(
                "SPC0103",
                f"a layer has no argument `{key}`",
                argument=(key,),
                blame_key=True,
                **suggestion(guess, allowed=_KINDS),
            )
    return Refusal(
        "SPC0102",
        "a layer needs `type`",
        help="add `type: …`, for example `type: Dense`",
    )


def _under_its_type(kind: str, held: SourceNode) -> Fix:
    """What mends `Dense: {units: 4}` and `Dense: 4`."""
    if held.value is None:
        return Fix("entry", kind, "type", safe=False, help=f"write `type: {kind}`").on(kind)
    meant = _typed(kind, held.plain())
    words = f"write `{meant}`"
    if isinstance(held.value, dict) and held.value:
        return lift(words, lead=f"type: {kind}").on(kind)
    return write(meant, words=words).on()


def no_mapping(written: object) -> Refusal:
    """The refusal of an item that is no mapping; `Flatten` and `Dense(8)` have the name of one."""
    meant = _meant(written) if isinstance(written, str) else ""
    rest = isinstance(written, str) and ":" in written
    if is_list(written):
        # only where an item is none
        from spec_compiler.language.other_tools.items import listed_item

        message = "a layer is a mapping with `type`, not a list"
        if fix := listed_item(written):
            return Refusal("SPC0104", message, fix=fix)
    if entries := _listed_entries(written):
        message = "a layer is a mapping with `type`, not a list"
        return Refusal("SPC0104", message, fix=brace(f"write `{_shown(entries)}`"))
    return Refusal(
        "SPC0104",
        f"a layer is a mapping with `type`, not {described(written)}",
        fix=write(meant) if meant else None,
        help="" if meant or rest else _EXAMPLE,
    )


def _listed_entries(written: object) -> dict[str, object]:
    """The entries of `[type: Dense, units: 3]`, a list of mappings of one entry each."""
    found: dict[str, object] = {}
    for item in cast("list[object]", written) if isinstance(written, list) else ():
        if not is_mapping(item) or len(item) != 1 or found.keys() & item.keys():
            return {}
        found |= item
    return found if "type" in found else {}


def _shown(entries: Mapping[str, object]) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in entries.items())}}}"


def _meant(written: str) -> str:
    """A layer, or an activation, that Python writes so; empty where it is none."""
    call = call_of(written)
    name = class_named(call.name if call else written)
    if name in ACTIVATIONS.by_name and not call:
        return activation_layer(name, {})
    if name in LAYERS and call:
        return call.mapping(list(key_names(LAYERS[name])), type=name)
    return _typed(name, {}) if name in LAYERS else ""


def _called_beside(kind: str, given: Mapping[str, object]) -> Fix | None:
    """The type, and the arguments of Python's call of it beside what stands there."""
    call = call_of(kind)
    name = class_named(call.name) if call else ""
    if call is None or name not in LAYERS:
        return None
    arguments = call.arguments(list(key_names(LAYERS[name])))
    if not arguments.keys().isdisjoint(given):
        return None
    entries = (put(key, value).on() for key, value in arguments.items())
    return Fix("name", name).on("type").and_(*entries)


def _typed(kind: str, arguments: object) -> str:
    """A layer with its arguments, or with those that it needs."""
    fields = LAYERS[kind].model_fields
    needed = dict.fromkeys((key for key, field in fields.items() if field.is_required()), "…")
    if not is_mapping(arguments):
        first = next(iter(needed), "") if arguments is not None else ""
        arguments = {first: arguments} if first else {}
    given = {**needed, **arguments}
    return _shown({"type": kind, **given})


def as_input(given: Mapping[str, object]) -> tuple[str, str]:
    """The name and the declaration of an input that is written as a layer."""
    shape = next((given[key] for key in ("shape", "input_shape") if is_list(given.get(key))), None)
    whole = next(
        (given[key] for key in ("batch_shape", "batch_input_shape") if is_list(given.get(key))),
        None,
    )
    if shape is None and is_list(whole):
        shape = whole[1:]
    sizes = [8] if not is_list(shape) else [None if size == "None" else size for size in shape]
    entries = {"shape": f"[{', '.join('null' if size is None else f'{size}' for size in sizes)}]"}
    entries |= {key: f"{given[key]}" for key in ("dtype",) if isinstance(given.get(key), str)}
    name = given.get("name")
    inner = ", ".join(f"{key}: {value}" for key, value in entries.items())
    return name if isinstance(name, str) else "x", f"{{{inner}}}"


def is_input(kind: object) -> bool:
    """Whether a type is Keras's Input."""
    return isinstance(kind, str) and class_named(kind) in {"Input", "InputLayer"}


def unknown_type(
    kind: object, given: Mapping[str, object] = MappingProxyType({}), axes: int | None = None
) -> Refusal:
    """The refusal of a `type` that is none.

    Args:
        kind: What is written.
        given: The item that it stands in.
        axes: How many axes its input probably has between batch and channels.
    """
    if not isinstance(kind, str):
        return Refusal(
            "SPC0104",
            f"`type` must be the name of a layer, not {described(kind)}",
            argument=("type",),
            allowed=listed(LAYERS),
        )
    named = class_named(kind)
    if is_input(kind):
        name, declared = as_input(given)
        return Refusal(
            "SPC0202",
            "inputs are declared under `inputs`, not as a layer",
            argument=("type",),
            help=f"write `inputs: {{{name}: {declared}}}`",
        )
    if call_of(kind) and (instead := _meant(kind)):
        message = f"there is no layer type `{kind}`"
        fix, alone = write(instead).on(), {*given} == {"type"}
        return _no_type(message, fix.help, fix if alone else _called_beside(kind, given))
    # only where a layer is not known
    from spec_compiler.language.other_tools.layers import layer_elsewhere
    from spec_compiler.likeness import word_meant

    if elsewhere := layer_elsewhere(kind, given, axes):
        message = elsewhere.message or f"there is no layer type `{kind}`"
        return _no_type(message, "", elsewhere.fix)
    guess = Guess(named, True) if named in LAYERS else word_meant(named, [*ABSENT, *LAYERS])
    if guess not in ABSENT:
        message = f"there is no layer type `{kind}`"
        return Refusal(
            "SPC0202", message, argument=("type",), **suggestion(guess, OTHERWISE, LAYERS)
        )
    instead = WHY.get(guess)
    message = f"specc has no `{guess}`" if instead else f"specc has no `{guess}` yet"
    if guess != named:  # what was meant is only probable
        message = f"there is no layer type `{kind}`, and {message}, if that was meant"
    return _no_type(message, instead or OTHERWISE)


def _no_type(message: str, help: str, fix: Fix | None = None) -> Refusal:
    return Refusal(
        "SPC0202",
        message,
        argument=("type",),
        fix=fix,
        help=help,
        allowed=listed(LAYERS),
    )
