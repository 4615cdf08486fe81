"""Where weights are, as authors write it: the file, its checksum, and its other names."""

from __future__ import annotations

from string import hexdigits
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, StrictBool, StrictStr, WithJsonSchema, model_validator

from spec_compiler.declaring.fields import Declaration, refuse
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import write
from spec_compiler.language.names import SIZE_NAME

_SOURCE: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
    ]
}


def _checksums(written: object) -> object:
    for name, text in written.items() if is_mapping(written) else [("", written)]:
        at = (name,) if name else ()
        if not (isinstance(text, str) and len(text) == 64 and set(text.lower()) <= set(hexdigits)):
            raise refuse("must be 64 hexadecimal digits, as `sha256sum` prints them", argument=at)
    return written


def _source(written: object) -> object:
    if isinstance(written, str):
        return written
    if not is_mapping(written) or not written:
        raise refuse(
            f"must be the name of a tensor, or a mapping of them, not {described(written)}"
        )
    for name, tensor in written.items():
        if not isinstance(tensor, str):
            raise refuse(f"must be the name of a tensor, not {described(tensor)}", argument=(name,))
        if not SIZE_NAME.fullmatch(str(name)):
            message = f"`{name}` cannot stand in an expression: letters, digits and `_`"
            raise refuse(message, "SPC0112", about_field="", argument=(name,), blame_key=True)
    return {name: tensor for name, tensor in written.items() if not str(name).startswith("x-")}


class SourceTensor(Declaration):
    """A tensor of a weights file, or several of which a weight is made."""

    others: ClassVar[str] = "language.other_tools.weights.of_tensor"

    from_: Annotated[
        str | dict[str, str],
        BeforeValidator(_source),
        WithJsonSchema(_SOURCE),
    ] = Field(alias="from")
    """Its name in the file; or several by the names that `as` has for them."""
    as_: StrictStr | None = Field(default=None, alias="as")
    """An expression over `w`, the tensor, or over several by name, that gives it the weight's
    layout; params by name."""

    @model_validator(mode="after")
    def _with_transform(self) -> SourceTensor:
        if isinstance(self.from_, dict) and self.as_ is None:
            names = ", ".join(f"`{name}`" for name in self.from_)
            raise refuse(
                "needs `as` beside it, which makes one weight of several tensors",
                "SPC0102",
                argument=("from",),
                help=f"add `as: …`, an expression over {names}",
            )
        return self

    @property
    def sources(self) -> dict[str, str]:
        """The tensors' names in the file, by those that `as` has for them."""
        return {"w": self.from_} if isinstance(self.from_, str) else self.from_


ChecksumField = Annotated[
    str | dict[str, str],
    BeforeValidator(_checksums),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        }
    ),
]
"""The checksum of one file, or that of each by its name."""


def _tensor(written: object) -> object:
    return {"from": written} if isinstance(written, str) else written


TensorField = Annotated[
    SourceTensor,
    BeforeValidator(_tensor),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"from": _SOURCE, "as": {"type": "string"}},
                    "required": ["from"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""A tensor's name, or the name and a transform."""


class WeightsDeclaration(Declaration):
    """Where the weights are."""

    others: ClassVar[str] = "language.other_tools.weights.of_weights"

    file: StrictStr
    """Path of a safetensors file, or of the index of a sharded one, relative to the spec."""
    get: StrictStr | None = None
    """How people get the file, when it is not kept beside the spec: `make minilm`. Where it is not
    there, messages say this, and the spec's tests are skipped."""
    sha256: ChecksumField | None = None
    """The file's checksum, in hexadecimal, or for an index that of each shard by its name; checked
    where the file is there."""
    strict: StrictBool = True
    """Whether tensors that the model does not have are errors."""
    map: dict[str, TensorField] = {}
    """For a file with other names: a weight's name, or a pattern such as `encoder.{i}.kernel`, to
    the tensor's name, or to `{from, as}`."""


def weights_or_hint(written: object) -> object:
    """What `weights` says, as it is; a file's name alone is refused with the mapping to write."""
    several = written if is_list(written) else [written]
    name = several[0] if several else None
    if isinstance(name, str) and (is_list(written) or ":" not in name):
        message = f"must be a mapping with `file`, not {described(written)}"
        if several[1:]:
            raise refuse(message, help="name one file: of shards, the index, which is a `.json`")
        if name.endswith((".safetensors", ".json")) and ":" not in name:
            words = f"write `weights: {{file: {name}}}`"
            raise refuse(message, fix=write(f"{{file: {name}}}", words=words))
        raise refuse(message, help=_other_file(name))
    return written


def _other_file(written: str) -> str:
    """What to do about a text that is no name of a file that is read; only its author knows one."""
    if written.endswith((".h5", ".keras", ".hdf5")):
        return (
            f"`{written}` is Keras's: `specc import` makes a safetensors file of it, whose name "
            "stands here: `weights: {file: …}`"
        )
    if "." in written:
        return f"save `{written}` as safetensors, and name that file: `weights: {{file: …}}`"
    return "there are no weights by name: name a safetensors file: `weights: {file: …}`"
