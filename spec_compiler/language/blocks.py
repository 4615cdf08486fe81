"""The declaration of a block: params, ports with shapes, layers, and what comes out."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, StrictStr, WithJsonSchema

from spec_compiler.declaring.fields import Declaration, DTypeName, refuse, sizes_listed
from spec_compiler.declaring.plain import is_mapping, is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import remove
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.language.document import ParamField, named

_ENTRIES: dict[str, Any] = {"type": "array", "items": {"type": ["integer", "string", "null"]}}


def _entries(written: object) -> object:
    if not is_sequence(written):
        message = f"must be a list of sizes such as `[..., d]`, not {described(written)}"
        raise refuse(message, fix=sizes_listed(written))
    for item in written:
        if not (item is None or isinstance(item, str) or type(item) is int):
            raise refuse(f"must hold sizes, names and at most one `...`, not {described(item)}")
    if list(written).count("...") > 1:
        raise refuse("must have at most one `...`")
    return tuple(written)


def _without_batch(written: object) -> object:
    entries = written if written is None else _entries(written)
    if is_sequence(entries) and entries and entries[0] == BATCH_NAME:
        raise refuse(
            "leaves out the batch axis",
            "SPC0107",
            argument=(0,),
            fix=remove("leave `batch` out: only what is said of outputs has it"),
        )
    return entries


class BlockInput(Declaration):
    """A port of a block: what it must be fed with."""

    others: ClassVar[str] = "language.other_tools.inputs.of_input"

    shape: Annotated[
        tuple[int | str | None, ...] | None,
        BeforeValidator(_without_batch),
        WithJsonSchema(_ENTRIES),
    ] = None
    """The shape without the batch axis. A name that is no param is bound at each call, `...` is
    any number of axes, null any size."""
    dtype: DTypeName | None = None
    """The dtype."""


def _claimed(written: object) -> object:
    return written if written is None or written == "none" else _entries(written)


class BlockOutput(Declaration):
    """An output of a block: where it comes from, and what is claimed of it."""

    others: ClassVar[str] = "language.other_tools.inputs.of_output"

    from_: StrictStr | None = Field(default=None, alias="from")
    """A layer of the block, one of its inputs, or `layer.output`; default: the output's name."""
    shape: Annotated[
        tuple[int | str | None, ...] | None,
        BeforeValidator(lambda value: value if value is None else _entries(value)),
        WithJsonSchema(_ENTRIES),
    ] = None
    """The shape with the batch axis, in the names of the block; `...` are the axes that it stands
    for in the inputs, null claims nothing about an axis."""
    dtype: DTypeName | None = None
    """The dtype."""
    mask: Annotated[
        tuple[int | str | None, ...] | str | None,
        BeforeValidator(_claimed),
        WithJsonSchema({"anyOf": [{"const": "none"}, _ENTRIES]}),
    ] = None
    """`none`, or the shape of the mask."""


def _own_name(reference: str) -> str:
    """What an output without a name is called: `ys` for `cell.ys`, `f` for the copy `f.0`."""
    parts = [part for part in reference.split(".") if not part.isdigit()]
    return parts[-1] if parts else reference


def _outputs(written: object) -> object:
    if isinstance(written, str):
        written = {_own_name(written): written}
    elif is_sequence(written) and all(isinstance(item, str) for item in written):
        listed = [str(item) for item in written]
        named = {_own_name(item): item for item in listed}
        twice = next((item for item in listed if named[_own_name(item)] != item), None)
        if twice is not None:
            name = _own_name(twice)
            message = f"calls two outputs `{name}`: `{twice}` and `{named[name]}`"
            help = f"give them names: `{{{name}: {twice}, other: {named[name]}}}`"
            raise refuse(message, "SPC0201", help=help)
        written = named
    if not is_mapping(written) or not written:
        raise refuse(f"must name what comes out, as `{{y: layer}}`, not {described(written)}")
    return {
        str(key): {"from": item} if isinstance(item, str) else {} if item is None else item
        for key, item in written.items()
        if not str(key).startswith("x-")
    }


class BlockDeclaration(Declaration):
    """A named list of layers with params, ports and outputs."""

    params: Annotated[dict[str, ParamField], named("params", "int")] = {}
    """Its params; those without a default are given under `with`."""
    inputs: Annotated[dict[str, BlockInput | None], named("inputs", "{}")]
    """Its ports, by name."""
    layers: list[Any]
    """Its layers; the first reads the only input."""
    outputs: Annotated[
        dict[str, BlockOutput],
        BeforeValidator(_outputs),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}, "minItems": 1},
                    {
                        "type": "object",
                        "additionalProperties": {
                            "anyOf": [
                                {"type": "string"},
                                {"type": "null"},
                                {"$ref": "#/$defs/BlockOutput"},
                            ]
                        },
                        "minProperties": 1,
                    },
                ]
            }
        ),
    ]
    """What stands outside: names to references inside, or to `{from, shape, dtype, mask}`."""
