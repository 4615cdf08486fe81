"""A spec as authors write it: the top-level keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    BeforeValidator,
    Field,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    model_validator,
)

from spec_compiler.declaring.fields import (
    AnyNumber,
    Declaration,
    KnownSize,
    PolicyName,
    refuse,
)
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import Fix, called, lift, move, put, write
from spec_compiler.language.weights import WeightsDeclaration, weights_or_hint
from spec_compiler.layers.choices import CHOICES
from spec_compiler.spelling import Guess, suggestion

SECTIONS = ("inputs", "layers", "outputs", "defaults", "blocks", "tests", "train")
RUNS = ("inputs", "layers", "outputs", "tests", "train", "weights")
"""Sections of a spec that is more than blocks for other files."""

ParamType = Literal[
    "int",
    "float",
    "bool",
    "text",
    "activation",
    "initializer",
    "regularizer",
    "constraint",
    "dtype",
]
PARAM_TYPES: tuple[ParamType, ...] = get_args(ParamType)
_MEANT = {"integer": "int", "boolean": "bool", "str": "text", "string": "text", "number": "float"}
"""What other languages call a type."""


LISTS_STAND = "a list stands where it is used: `function: x - [0.5, 2]`"
"""What to do with an array that many would name."""


def _formula(written: object) -> object:
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        instead = LISTS_STAND if is_list(written) else ""
        raise refuse(f"must be a number or arithmetic, not {described(written)}", help=instead)
    return written


def _size_formula(written: object) -> object:
    if type(written) is int or isinstance(written, str):
        return written
    raise refuse(f"must be a whole number, not {described(written)}")


SizeFormula = Annotated[
    int | str,
    BeforeValidator(_size_formula),
    WithJsonSchema({"type": ["integer", "string"]}),
]
"""A whole number, or arithmetic over params whose values are not known yet."""


def _type(written: object) -> object:
    """A type by its name in other languages is refused with ours."""
    guess = _MEANT.get(written) if isinstance(written, str) else None
    if guess is not None:
        raise refuse(
            f"there is no type `{written}`",
            about_field="topic",
            **suggestion(Guess(guess, True), allowed=PARAM_TYPES),
        )
    return written


class Param(Declaration):
    """A named value that `--set` can change."""

    type: Annotated[ParamType, BeforeValidator(_type)]
    """What it is."""
    default: Any = None
    """Its value; without one it must be given."""
    value: Annotated[
        int | float | str | None,
        BeforeValidator(_formula),
        WithJsonSchema({"type": ["number", "string"]}),
    ] = None
    """What it is made of: arithmetic over other params. It cannot be set; its type is `int` where
    none is said, and `/` must divide then."""
    min: AnyNumber | None = None
    """Least value of a number."""
    max: AnyNumber | None = None
    """Greatest value of a number."""
    multiple_of: KnownSize | None = None
    """What a whole number must be a multiple of."""

    @model_validator(mode="after")
    def _made_or_given(self) -> Param:
        if self.value is not None and self.default is not None:
            raise refuse(
                "is what `--set` changes, and `value` cannot be set",
                "SPC0107",
                argument=("default",),
                related=((("value",), "here"),),
                help="keep one of them",
            )
        if self.value is not None and self.type not in {"int", "float"}:
            message = f"must be int or float beside `value`, not {self.type}"
            raise refuse(message, argument=("type",))
        return self

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is None and self.value is None


class DimDeclaration(Declaration):
    """A named size that the data decides."""

    min: SizeFormula = 1
    """Least size."""
    max: SizeFormula | None = None
    """Greatest size."""
    multiple_of: SizeFormula | None = None
    """What the size is a multiple of."""


def _type_of(value: object) -> str:
    """The type of a param with a default, as far as that tells it."""
    if isinstance(value, str):
        return "activation" if value in CHOICES["activation"].by_name else "text"
    if isinstance(value, bool):
        return "bool"
    return "int" if isinstance(value, int) else "float" if isinstance(value, float) else "…"


def _param(written: object) -> object:
    if isinstance(written, bool | int | float):
        return {"type": _type_of(written), "default": written}
    if isinstance(written, str):
        if _type(written) in PARAM_TYPES:
            return {"type": written}
        # only where it is neither
        from spec_compiler.declaring.other_tools.values import in_full

        raise refuse(
            f"must be a number, a type name or a mapping, not {described(written)}",
            fix=in_full(written)
            or write(f"{{type: {_type_of(written)}, default: {written}}}", safe=False),
        )
    if is_mapping(written) and "value" in written and "type" not in written:
        return {"type": "float" if isinstance(written["value"], float) else "int", **written}
    if is_list(written):
        raise refuse("must be a number, a type name or a mapping, not a list", help=LISTS_STAND)
    if (
        is_mapping(written)
        and "type" not in written
        and written.keys() <= Param.model_fields.keys()
    ):
        kind = _type_of(written.get("default"))
        raise refuse("needs `type`", "SPC0102", fix=put("type", kind, verb="add", safe=True))
    return written


def _imports(written: object) -> object:
    if is_mapping(written):
        return written
    # only where something is wrong
    from spec_compiler.language.section_forms import imports_or_hint

    return imports_or_hint(written)


def _constraints(written: object) -> object:
    if is_list(written):
        return written
    # only where something is wrong
    from spec_compiler.language.section_forms import relations_or_hint

    return relations_or_hint(written)


def named(section: str, empty: str) -> BeforeValidator:
    """What refuses names without declarations: `dims: [seq]`, where each would be `empty`."""

    def check(written: object) -> object:
        names = [written] if isinstance(written, str) else written
        if not is_list(names) or not all(str(name).isidentifier() for name in names):
            return written
        entries = ", ".join(f"{name}: {empty}" for name in names)
        raise refuse(
            f"must be a mapping, not {described(written)}",
            fix=write(f"{{{entries}}}", words=f"write `{section}: {{{entries}}}`"),
        )

    return BeforeValidator(check)


def _dim(written: object) -> object:
    if written is None:
        return {}
    if type(written) is int:
        return {"min": written, "max": written}
    if is_mapping(written):
        return written
    # only where it is neither
    from spec_compiler.declaring.other_tools.forms import bounds_meant

    raise refuse(
        f"must be a size or a mapping, not {described(written)}",
        fix=bounds_meant(written) or write("{}", " for any size", safe=False),
    )


ParamField = Annotated[
    Param,
    BeforeValidator(_param),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "boolean"},
                {"enum": list(PARAM_TYPES)},
                {"$ref": "#/$defs/Param"},
            ]
        }
    ),
]
DimField = Annotated[
    DimDeclaration,
    BeforeValidator(_dim),
    WithJsonSchema(
        {"anyOf": [{"type": "integer"}, {"type": "null"}, {"$ref": "#/$defs/DimDeclaration"}]}
    ),
]


class Header(Declaration):
    """What is said once for the whole file."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **{
            key: move(
                "train", key, f"training stands in a section of its own: `train: {{{key}: …}}`"
            )
            for key in ("loss", "optimizer", "metrics", "epochs", "batch_size", "labels")
        },
        **dict.fromkeys(
            ("compile_config", "compile", "fit", "training"),
            called("train", "write `train: {loss: …, optimizer: …, epochs: …}`"),
        ),
        **dict.fromkeys(
            ("class_name", "config", "keras_version", "backend", "module", "registered_name"),
            "a file that Keras wrote is read by `specc import`",
        ),
        **dict.fromkeys(
            ("claims", "expect", "output_shape"),
            called(
                "outputs",
                "claims about results stand under `outputs`: `outputs: {y: {shape: [batch, 3]}}`",
            ),
        ),
        "constants": called("params", f"write `params` for numbers; {LISTS_STAND}"),
        **dict.fromkeys(
            ("variables", "hyperparameters"), called("params", "write `params`", safe=True)
        ),
        **dict.fromkeys(
            ("include", "includes"), called("imports", "write `imports: {name: ./file.yaml}`")
        ),
        "version": move(
            "metadata",
            "version",
            "the version of the language is `specc: 1`; others belong in `metadata`",
        ),
        "model": lift("write its keys at the outermost level, without `model`"),
        "activation": "an activation belongs to a layer",
    }

    others: ClassVar[str] = "language.other_tools.sections.of_section"

    specc: StrictInt
    """Version of the language: 1."""
    name: StrictStr | None = None
    """The model's name."""
    metadata: dict[str, Any] = {}
    """Anything; the only free-form mapping."""
    seed: Annotated[StrictInt, Field(ge=0)] = 0
    """What initial weights are drawn from."""
    dtype: PolicyName = "float32"
    """Dtype or policy of layers that do not say otherwise."""
    mask_policy: Literal["error", "warn", "keras"] = "error"
    """What happens where a mask would be lost."""
    imports: Annotated[dict[str, StrictStr], BeforeValidator(_imports)] = {}
    """Other files, by the name that `use` has for them; their paths are relative to this file."""
    params: Annotated[dict[str, ParamField], named("params", "int")] = {}
    """Named values."""
    dims: Annotated[dict[str, DimField], named("dims", "{}")] = {}
    """Named sizes that the data decides; `batch` always exists."""
    constraints: Annotated[list[StrictStr], BeforeValidator(_constraints)] = []
    """Relations between params and dims that hold: `seq % 4 == 0`."""
    weights: Annotated[WeightsDeclaration | None, BeforeValidator(weights_or_hint)] = None
    """Where the weights are; without it they are initialised from the seed."""
