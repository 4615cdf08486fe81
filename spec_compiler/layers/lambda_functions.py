"""The functions that a Lambda can call: the table of the language, and every activation."""

from __future__ import annotations

from typing import Any

from spec_compiler.diagnostics import Refusal
from spec_compiler.expression import FUNCTIONS
from spec_compiler.expression.function import ANY, TENSOR, Function
from spec_compiler.expression.operand import Context, Operand, Tensor
from spec_compiler.layers.activations import ACTIVATIONS
from spec_compiler.layers.activations.function import ActivationFunction
from spec_compiler.notation.scope import Scope
from spec_compiler.notation.validated import Refusals, validated


def _activation(name: str, kind: type[ActivationFunction]) -> Function:
    settings = [field.alias or key for key, field in kind.model_fields.items()]
    absent = ANY.or_(None)

    def rule(c: Context, x: Tensor, *given: Operand) -> Tensor:
        stated: dict[str, Any] = {
            key: item for key, item in zip(settings, given, strict=True) if item is not None
        }
        try:
            function = validated(kind, stated, Scope(), name)
        except Refusals as refusals:
            first = refusals.items[0]
            raise Refusal("SPC0126", first.message, help=first.help) from None
        whole = function.keeps_integers and x.value.type.is_integer
        x = x if whole else c.floating(x)
        value = function.lower(c.b, x.value)
        axis = getattr(function, "axis", None)
        if isinstance(axis, int):
            return c.meeting(value, x, axis % x.rank)
        return c.elementwise(value, x)

    return Function(name, {"x": TENSOR, **dict.fromkeys(settings, absent)}, rule)


LAMBDA_FUNCTIONS: dict[str, Function] = {
    **{name: _activation(name, kind) for name, kind in ACTIVATIONS.by_name.items()},
    **FUNCTIONS,
}
"""Where both have a name, as with `tanh` and `exp`, it is one function."""
