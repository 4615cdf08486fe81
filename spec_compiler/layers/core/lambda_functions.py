"""The functions that a Lambda can call: the table of the language, and every activation."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.expression import FUNCTIONS
from spec_compiler.expression.function import NUMBER, TENSOR, Function, require_said
from spec_compiler.expression.operand import Context, Operand, Tensor
from spec_compiler.expression.registered import with_python
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.layers.choices.activations.function import ActivationFunction
from spec_compiler.refusals import Refusal


def _activation(name: str, kind: type[ActivationFunction]) -> Function:
    fields = {field.alias or key: field for key, field in kind.model_fields.items() if key != "doc"}

    def rule(c: Context, x: Tensor, *given: Operand) -> Tensor:
        stated: dict[str, Any] = {
            key: item for key, item in zip(fields, given, strict=True) if item is not None
        }
        try:
            function = validated(kind, stated, Scope(), name)
        except Refusal as refusal:
            first = refusal.parts[0]
            raise Refusal("SPC0126", first.message, help=first.help) from None
        whole = function.keeps_integers and x.value.type.is_integer
        x = x if whole else c.floating(x)
        require_said(name, getattr(function, "axis", None), x)
        value = function.lower(c.b, x.value)
        axis = function.joined_axis(x.value)
        return c.elementwise(value, x) if axis is None else c.meeting(value, x, axis)

    does = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0].rstrip(".")
    settings = {
        key: NUMBER if field.is_required() else NUMBER.or_(field.get_default())
        for key, field in fields.items()
    }
    parameters = {"x": TENSOR, **settings}
    return Function(name, parameters, rule, does=does, gives="floating")


def functions_with(registered: Mapping[str, PythonFunction]) -> Mapping[str, Function]:
    """The table with the caller's Python functions in it.

    Raises:
        ValueError: a name is taken, or could not be called in an expression.
    """
    return with_python(LAMBDA_FUNCTIONS, registered)


LAMBDA_FUNCTIONS: dict[str, Function] = {
    **{name: _activation(name, kind) for name, kind in ACTIVATIONS.by_name.items()},
    **FUNCTIONS,
}
"""Where both have a name, as with `tanh` and `exp`, it is one function."""
