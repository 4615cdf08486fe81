"""The declaration of a use of a block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, StrictBool, StrictStr, model_validator

from spec_compiler.declaring.fields import AnySize, Declaration, refuse
from spec_compiler.declaring.plain import in_braces, is_list, is_mapping
from spec_compiler.fixes import Fix, called, write
from spec_compiler.language.settings import Sources

_ONCE = "a cell is one copy of a block, whose weights all steps share"


class CellUse(Declaration):
    """A block as the cell of RNN."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **dict.fromkeys(
            ("params", "arguments", "args"),
            called("with", "the values of the block's params stand under `with`", safe=True),
        ),
        **dict.fromkeys(("repeat", "each", "share", "residual"), _ONCE),
        **dict.fromkeys(
            ("from", "name"), "leave it out: the layer around it has a name, and what feeds it"
        ),
    }

    use: StrictStr
    """The block."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """Values of the block's params."""


class Use(Declaration):
    """The layers of a block, in this place."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **dict.fromkeys(
            ("params", "arguments", "args"),
            called("with", "the values of the block's params stand under `with`", safe=True),
        ),
        **dict.fromkeys(
            ("expect", "claims", "output", "outputs"),
            "claims stand on a layer as `expect`, or under `outputs` of the block or the spec",
        ),
        "mask": "say it of a layer: of one in the block, or of `{type: Identity, mask: …}` before",
        **dict.fromkeys(("trainable", "dtype", "input_spec"), "say it of the layers in the block"),
        **dict.fromkeys(
            ("times", "copies"), called("repeat", "the number of copies is `repeat`", safe=True)
        ),
    }

    others: ClassVar[str] = "language.other_tools.items.of_use"

    use: StrictStr
    """The block."""
    name: StrictStr | None = None
    """Unique name; without one it is that of the block, counted as Keras counts."""
    from_: Sources | None = Field(default=None, alias="from")
    """What feeds the block: a name, a list in the order of its inputs, or a mapping."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """Values of the block's params; `i` is the number of the copy."""
    repeat: AnySize | None = None
    """How many copies, each fed by the one before."""
    each: Annotated[dict[str, list[Any]], BeforeValidator(lambda given: _listed(given))] = {}
    """Values of params by copy: one copy for each entry."""
    share: StrictBool = False
    """Whether all copies have the same weights."""
    residual: StrictBool = False
    """Whether each copy's input is added to its output."""

    @model_validator(mode="after")
    def _with_copies(self) -> Use:
        if self.share and self.repeat is None and not self.each:
            raise refuse(
                "needs `repeat` or `each` beside it: a single copy shares nothing",
                "SPC0108",
                argument=("share",),
                help="say how many copies share their weights: `repeat: 2`",
            )
        return self


def _listed(given: object) -> object:
    """What `each` says, as it is; one value for all copies is refused with the list of it.

    Raises:
        Refusal: it stands beside lists.
    """
    if not is_mapping(given):
        return given
    lists = [values for values in given.values() if is_list(values)]
    for name, value in given.items():
        if lists and isinstance(value, bool | int | float | str):
            copies = max(map(len, lists))
            text = f"[{', '.join([in_braces(value)] * copies)}]"
            raise refuse(
                f"must be a list, not `{in_braces(value)}`",
                argument=(name,),
                fix=write(text, ", one for each copy", safe=len({*map(len, lists)}) == 1),
            )
    return given
