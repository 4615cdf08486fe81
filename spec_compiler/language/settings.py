"""What an item of `layers` says: the settings of its layer, and beside them what is of the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema

from spec_compiler.declaring.fields import Declaration, refuse
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import key_names, validated
from spec_compiler.fixes import Fix, advise, remove, write
from spec_compiler.layers.base.claim import Claim
from spec_compiler.layers.base.interface import ByAuthor
from spec_compiler.layers.base.layer import Layer
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.source.node import Incomplete


def _sources(written: object) -> object:
    """A reference, a list of them, or a mapping from roles to them."""
    items: list[tuple[tuple[str | int, ...], object]] = [((), written)]
    if is_mapping(written):
        items = [((role,), item) for role, item in written.items()]
    elif is_list(written):
        items = [((index,), item) for index, item in enumerate(written)]
    if not items:
        raise refuse(
            "must name at least one layer or input",
            fix=remove("leave it out for the layer above, or write names: `[a, b]`"),
        )
    for at, item in items:
        if not isinstance(item, str):
            raise refuse(
                f"must be names of layers or inputs, not {described(item)}",
                argument=at,
                fix=_instead(item, is_mapping(written)),
            )
    return written


def _instead(item: object, by_role: bool) -> Fix | None:
    """What to write for what is no name."""
    if is_list(item) and all(isinstance(part, str) for part in item):
        if by_role:
            return advise(
                "a role reads one: name each by its own, `{a: x, b: y}`, or write `from: [x, y]`"
            )
        return write(", ".join(map(str, item)), words="write the names side by side: `[a, b]`")
    if is_list(item) or is_mapping(item):
        return advise(
            "a constant is declared beside them: `inputs: {w: {tensor: [1, 2]}}`, and named here"
        )
    return None


Sources: TypeAlias = Annotated[
    str | list[str] | dict[str, str],
    BeforeValidator(_sources),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "patternProperties": {"^x-": True},
                },
            ]
        }
    ),
]


def _mask(written: object) -> object:
    """Refuse what other tools switch a mask on or off with."""
    if not isinstance(written, bool):
        return written
    word = "pass" if written else "drop"
    words = "must be `drop`, `pass` or the name of the tensor that is the mask"
    raise refuse(
        f"{words}, not {described(written)}",
        fix=write(word, safe=False),
    )


class Edges(Declaration):
    """What must be known of a call before shapes are."""

    name: str | None = None
    """Unique name; without one it is generated as Keras does: `dense`, `dense_1`."""
    from_: Sources | None = Field(default=None, alias="from")
    """What feeds the layer: a name, a list of names, or roles. Default: the item directly above."""
    mask: Annotated[str | None, BeforeValidator(_mask)] = None
    """`drop`, `pass` (where it can be proved), or the name of the tensor that is the mask."""

    @property
    def named_mask(self) -> str | None:
        """The tensor that `mask: NAME` means."""
        return None if self.mask in {"drop", "pass"} else self.mask


class Around(Edges):
    """What is said of a call, whatever layer is called."""

    expect: Claim | None = None
    """A claim about the result's shape, dtype and mask, proved when compiling."""


def input_names(sources: Sources | None) -> tuple[str, ...]:
    """What a layer whose text names its inputs calls them: `x`, the sources in a list, or roles."""
    several = isinstance(sources, dict) or (isinstance(sources, list) and len(sources) > 1)
    return tuple(sources) if several and sources is not None else ("x",)


def _only_source(sources: Sources | None, above: str) -> str:
    """The name of an only input that is written without a role; `above` where none is written."""
    if isinstance(sources, list):
        return sources[0] if len(sources) == 1 else ""
    return above if sources is None else sources if isinstance(sources, str) else ""


class Settings(NamedTuple):
    """A layer, and what is said of a call of it."""

    layer: Layer
    around: Around


_AROUND: Mapping[str, object] = {"type": True, **dict.fromkeys(key_names(Around), False)}
"""The keys of a layer that are no arguments, and what is there, if it is known."""
_NOTHING = Around()
"""What is said of most calls."""


def read_settings(
    cls: type[Layer], written: Mapping[str, Any], scope: Scope, above: str = ""
) -> Settings:
    """The settings of a layer from one mapping.

    Args:
        cls: The type of the layer.
        written: Plain data as authors wrote it.
        scope: What names mean.
        above: What an absent `from` means.

    Raises:
        Refusals: a part for each mistake.
    """
    kind = cls.__name__
    beside: dict[str, Any] = {}
    own: dict[str, Any] = {}
    problems: list[Refusal] = []
    for key, item in written.items():
        (beside if key in _AROUND else own)[key] = item
    if isinstance(written, Incomplete):
        beside, own = Incomplete(beside), Incomplete(own)
    try:
        around = validated(Around, beside, scope, kind) if beside else _NOTHING
    except Refusal as refusal:
        problems.append(refusal.with_traceback(None))  # whose frames know of this list
        around = None
    named = scope
    if around is not None and isinstance(cls.ports, ByAuthor):
        source = _only_source(around.from_, above)
        named = scope._replace(fed=input_names(around.from_), source=source)
    try:
        there = {**_AROUND, **{key: item or True for key, item in beside.items()}}
        layer = validated(cls, own, named, kind, beside=there)
    except Refusal as refusal:
        problems.append(refusal.with_traceback(None))
        layer = None
    if around is None or layer is None:
        raise Refusals(problems)
    return Settings(layer, around)
