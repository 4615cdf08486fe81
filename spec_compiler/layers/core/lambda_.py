"""Lambda: a typed expression over the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import (
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from spec_compiler import expression
from spec_compiler.declaring.fields import ShapeField, refuse, scope_of
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import Fix
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import LARGEST, Dim, as_symbol, quoted
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.base.interface import ByAuthor, Masks, Named, Passing, Ports, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.core.lambda_masks import kept_mask, lost_mask
from spec_compiler.layers.core.lambda_names import behind_lambda, from_scope, names_source
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal, under


def _function(written: object, info: ValidationInfo) -> object:
    """One expression or several; each must be one before any input is known."""
    texts = dict(written) if is_mapping(written) else {"": written}
    if not texts:
        raise refuse("must be an expression, not an empty mapping")
    for name, text in texts.items():
        at = (name,) if name else ()
        if not isinstance(text, str):
            words = f"must be an expression such as `x ** 2`, not {described(text)}"
            raise refuse(words, argument=at)
        try:
            expression.parse(text)
        except Refusal as refusal:
            fix = behind_lambda(text, scope_of(info).fed)
            raise (refusal.mended(fix) if fix else refusal).but(argument=at) from None
    return written


def _arguments(written: object) -> object:
    if not is_mapping(written):
        raise refuse(f"must be a mapping such as `{{k: 3}}`, not {described(written)}")
    for name, item in written.items():
        if not name.isidentifier() or not name.isascii():
            raise refuse(f"must have names of letters, digits and `_`, not `{name}`", "SPC0135")
        _check_plain(item, name)
    return written


def _check_plain(item: object, name: str) -> None:
    for part in item if is_list(item) else [item]:
        if is_list(part):
            _check_plain(part, name)
        elif not isinstance(part, bool | int | float | str):
            message = f"must be a number, a boolean, text or a list, not {described(part)}"
            raise refuse(message, "SPC0135", argument=(name,))
        elif type(part) is int and abs(part) > LARGEST:
            raise refuse("is a number beyond 2^63", "SPC0105", argument=(name,))


FunctionsField: TypeAlias = Annotated[
    str | dict[str, str],
    BeforeValidator(_function),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
            ]
        }
    ),
]
LambdaArguments: TypeAlias = Annotated[
    dict[str, Any], BeforeValidator(_arguments), WithJsonSchema({"type": "object"})
]


class Lambda(Layer):
    """A function of the inputs, written as an expression: `x ** 2`, `mean(x, axis=1)`.

    The expression is parsed and checked, never evaluated as code: shape, dtype and mask are
    inferred from it. What can be called stands in `docs/functions.md`; the name of a function alone
    is that function of the inputs. A single input is `x`, and has its source's own name, too, where
    that is one word; several have the names in `from`. Params, dims, `arguments` and the
    expressions above in a mapping stand by name. Floating inputs are cast to the layer's dtype;
    axes count the batch.
    A mask passes when the axes that it masks are still the first ones, each once, and no step has
    met another; with `mask: pass`, or where the expression reads it, also where steps met.
    `mask(x)` is the mask of an input; what reads it has used it, and loses nothing. Source: in
    place of Keras's Lambda.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 8]", {"function": "x ** 2"}, gives="float32[batch, 8]", equals="x * x"
        ),
        Example(
            "float32[batch, 8]",
            {"function": "x * k + 1", "arguments": {"k": 3}},
            gives="float32[batch, 8]",
            equals="x + x + x + 1",
        ),
        Example(
            ("float32[batch, seq, 8]", "float32[batch, seq, 8]"),
            {"function": "sum(x * y, axis=-1)"},
            gives="float32[batch, seq]",
            equals='einsum("bsi,bsi->bs", x, y)',
            why="each input has its name",
        ),
        Example(
            "float32[batch, seq, 8] mask",
            {"function": "tanh(x) * sigmoid(x)"},
            gives="float32[batch, seq, 8] mask",
            equals="tanh(x) / (1 + exp(-x))",
            keeps="mask(x)",
            why="each step stays where it was",
        ),
        Example(
            "float32[batch, seq, 8] mask",
            {"function": "sum(where(mask(x)[..., None], x, 0), axis=1)"},
            gives="float32[batch, 8]",
            equals='einsum("bs,bsi->bi", cast(mask(x), "float64"), x)',
            why="the mask is read, so it is not lost",
        ),
        Example(
            "float32[batch, seq, 8]",
            {"function": "reshape(x, [batch, seq, 2, 4])", "output_shape": [None, 2, 4]},
            gives="float32[batch, seq, 2, 4]",
            equals="stack([x[..., :4], x[..., 4:]], axis=2)",
        ),
        Example(
            "int32[batch, 8]", {"function": "x / 2"}, gives="float32[batch, 8]", equals="x * 0.5"
        ),
        Example(
            "float32[batch, 8]",
            {"function": "x[:, ::2] > 0"},
            gives="bool[batch, 4]",
            equals="stack([x[:, 0], x[:, 2], x[:, 4], x[:, 6]], axis=1) > 0",
        ),
        Example("float32[batch, 8]", {"function": "x +"}, refuses="SPC0120"),
        Example("float32[batch, 8]", {"function": "y * 2"}, refuses="SPC0123"),
        Example(
            "float32[batch, 8]", {"function": "open('secrets')"}, refuses="SPC0124", why="no code"
        ),
        Example(
            "float32[batch, seq, 8] mask",
            {"function": "sum(x, axis=1)"},
            refuses="SPC0410",
            why="padding would be added",
        ),
    )
    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Layer.elsewhere,
        **dict.fromkeys(
            ("weights", "weight", "kernel", "bias", "variables", "trainable_weights"),
            "a learned tensor is a layer, fed by its name: `{type: Weight, name: w, shape: [8]}`",
        ),
    }
    ports: ClassVar[Ports] = ByAuthor()
    rows: ClassVar[Rows] = Rows.NAMED
    outputs: ClassVar[tuple[Named, ...]] = ()
    masks: ClassVar[Masks] = Masks(passes=Passing.PROVED, provable=True)

    function: FunctionsField
    """An expression, or a mapping from names of outputs to expressions."""
    arguments_: LambdaArguments = Field(default_factory=dict, alias="arguments")
    """Numbers, booleans, texts and lists by name."""
    output_shape: ShapeField | None = None
    """A claim about the result's shape without the batch, proved; null claims nothing."""

    _closed: Mapping[str, Dim | bool | int | float | str] = PrivateAttr(default_factory=dict)
    """What the expression names beside inputs and arguments: params have values, dims sizes."""
    _source: str = PrivateAttr(default="")
    """What else the only input is called: what feeds the layer, by its own name."""
    _in_scope: tuple[str, ...] = PrivateAttr(default=())
    """All the params and dims that it could name."""

    @model_validator(mode="after")
    def _close(self, info: ValidationInfo) -> Lambda:
        """Take from the scope what the expression names."""
        scope = scope_of(info)
        self._source = "" if scope.source in {*scope.fed, *self.arguments_} else scope.source
        closed: dict[str, Dim | bool | int | float | str] = {}
        made: set[str] = set()
        for output, text in self._texts().items():
            with under(*_at(output)):
                for name, within in expression.names_in(text).items():
                    named = names_source(name, self._source, text)
                    value = from_scope(name, within, scope, self.arguments_, made, fed=named)
                    if isinstance(value, Dim | bool | int | float | str):
                        closed[name] = value
            made.add(output)
        self._closed, self._in_scope = closed, tuple(scope.names)
        for name in self.arguments_:
            if name in scope.fed:
                raise refuse(
                    f"`{name}` is an argument and an input",
                    "SPC0135",
                    about_field="",
                    argument=("arguments", name),
                    help="give one of them another name",
                )
        if self.output_shape is not None and is_mapping(self.function):
            raise refuse(
                "`output_shape` is about one output, and `function` has several",
                "SPC0135",
                argument=("output_shape",),
                help="claim shapes under the spec's `outputs`",
            )
        return self

    def arguments(self) -> dict[str, Any]:
        """The arguments as they mean the same anywhere.

        The params that the expression names are among them; what is called otherwise outside of a
        block is called so.
        """
        own = super().arguments()
        params = {name: item for name, item in self._closed.items() if not isinstance(item, Dim)}
        sizes = {
            name: str(size) if as_symbol(size) else f"({size})"
            for name, size in self._closed.items()
            if isinstance(size, Dim)
        }
        texts: dict[str, str] = {}
        for output, text in self._texts().items():
            source = {self._source: "x"} if names_source(self._source, self._source, text) else {}
            words = {**sizes, **source}
            texts[output] = expression.with_words(
                text, {name: word for name, word in words.items() if name not in texts}
            )
        function = texts[""] if isinstance(self.function, str) else texts
        return {**own, "function": function, "arguments": {**own["arguments"], **params}}

    def lower(self, b: Builder, /, **inputs: Signal) -> Signal | dict[str, Signal]:
        """See the class."""
        # the table, too, is loaded only where a spec has a Lambda
        from spec_compiler.layers.core.lambda_functions import functions_with

        functions = functions_with(b.functions)
        names: dict[str, expression.Operand] = {**self._closed, **self.arguments_}
        for name, x in inputs.items():
            value = b.kept(x.value)
            names[name] = expression.Tensor.input(value, x.mask and x.mask.value, x.batch)
        masks = {x.mask.value: x.mask for x in inputs.values() if x.mask is not None}
        found: dict[str, Signal] = {}
        for output, text in self._texts().items():
            known = names
            if self._source and not (text.strip() == self._source in functions):
                known = {self._source: names["x"], **names}
            later = self._texts().keys() - found.keys()
            b.asking = _at(output)
            with under(*b.asking):
                result = expression.lower_expression(
                    text, b, known, functions, tuple(inputs), later, self._in_scope
                )
                mask = kept_mask(b, result, masks)
                if mask is None and any(item.said == "pass" for item in masks.values()):
                    raise lost_mask(result, text, masks)
            found[output] = Signal(result.value, mask, batch=result.batch)
            names = {**names, output: result}
        b.asking = ()
        if self.output_shape is not None:
            self._check_shape(b, found[""])
        return found[""] if isinstance(self.function, str) else found

    def _texts(self) -> dict[str, str]:
        return {"": self.function} if isinstance(self.function, str) else self.function

    def _check_shape(self, b: Builder, result: Signal) -> None:
        claimed, found = self.output_shape or (), result.shape[1:]
        at = ("output_shape",)
        if len(claimed) != len(found):
            raise Refusal(
                "SPC0309",
                f"without the batch the result is {shape_text(found)}; `output_shape` has "
                f"{len(claimed)} entries",
                argument=at,
                origins=((result.value, "type"),),
            )
        for axis, (size, wanted) in enumerate(zip(found, claimed, strict=True)):
            why = f"entry {axis} of `output_shape`"
            if wanted is not None and not b.require(size, "==", wanted, why, (*at, axis)):
                raise Refusal(
                    "SPC0309",
                    f"{why} is {quoted(wanted)}, and the result has {quoted(size)}",
                    argument=(*at, axis),
                    origins=((result.value, axis + 1),),
                )


def _at(output: str) -> tuple[str, ...]:
    """Where the expression of an output is written; the only one has no name."""
    return ("function", output) if output else ("function",)
