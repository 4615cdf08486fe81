"""Refusals of tests in which what a rule does not know is said: the model's inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.fixes import Fix, advise, entry, move, put, write
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import folded

_FINITE = frozenset({"finite", "nonan", "nonans", "notnan", "isfinite", "noinf", "allfinite"})
_SHAPES = frozenset({"shape", "expectedshape", "outputshape", "expectshape", "expectedoutputshape"})
_VALUES = frozenset({"expectedvalue", "expectedvalues", "value", "values", "expectvalue", "array"})
_CODE = "write the code that is expected, such as `SPC0520`; a run says which it is"
_TWIN = "write the inputs that give the same there: `same_as: {{inputs: {{{}: …}}}}`"


class Only(NamedTuple):
    """What there is one of in a model; empty where there are others.

    Attributes:
        input: The input's name.
        output: The output's.
    """

    input: str
    output: str


def in_this_model(part: Refusal, test: object, only: Only, output: str) -> Refusal:
    """The refusal of a test with the names of a model.

    Args:
        part: What a rule says that knows no model: its examples say `y`.
        test: The test.
        only: What there is one of.
        output: The name of an output, for examples.
    """
    given = test if is_mapping(test) else {}
    found = _named(part, output)
    if len(part.argument) != 1:
        return found
    key = f"{part.argument[0]}"
    fix = None
    if part.code == "SPC0103" and part.blame_key:
        fix = _of_key(key, given, only)
    elif part.code == "SPC0104":
        fix = _of_value(key, given.get(key), only, advised=_is_advice(part.fix))
    return found.mended(fix) if fix is not None else found


def _is_advice(fix: Fix | None) -> bool:
    return fix is None or fix.kind == "advise"


def _named(part: Refusal, output: str) -> Refusal:
    """The refusal of a test in which the output of the examples is one that there is."""
    named = f"{{{output}: "
    if part.missing == "name":
        return part.mended(put("name", "works", verb="add"))
    if part.fix is not None and part.fix.kind == "put":
        part = part.but(fix=part.fix._replace(text=part.fix.text.replace("{y: ", named)))
    return part.but(help=part.help.replace("{y: ", named))


def _of_key(key: str, given: Mapping[str, object], only: Only) -> Fix | None:
    """What to write for a key that a test has not: an input, an output, or what one is."""
    value, plain = given.get(key), folded(key)
    if key == only.input and "inputs" not in given and not is_mapping(value):
        return move("inputs", key, f"arrays stand under `inputs`: `inputs: {{{key}: …}}`")
    if key == only.output and "expect" not in given:
        return move("expect", key, f"claims stand under `expect`: `expect: {{{key}: …}}`")
    if not only.output or "expect" in given or not is_list(value):
        return None
    if plain in _SHAPES:
        text = f"{{{only.output}: {{shape: @}}}}"
        return entry("expect", text, f"write `expect: {{{only.output}: {{shape: …}}}}`")
    if plain in _VALUES:
        text = f"{{{only.output}: @}}"
        return entry("expect", text, f"write `expect: {{{only.output}: …}}`")
    return None


def _of_value(key: str, value: object, only: Only, *, advised: bool) -> Fix | None:
    """What to write for a value of another form than is asked for."""
    if key == "raises":
        return advise(_CODE) if not is_list(value) else None
    if key == "same_as" and isinstance(value, str):
        return advise(_TWIN.format(only.input or "x"))
    if key == "inputs" and only.input and advised:
        words = f"write `inputs: {{{only.input}: …}}`"
        return Fix("entry", f"{{{only.input}: @}}", "inputs", safe=False, help=words)
    if key == "expect" and only.output and isinstance(value, str) and folded(value) in _FINITE:
        return write(f"{{{only.output}: {{finite: true}}}}", safe=False)
    if key == "expect" and only.output and is_list(value) and advised:
        words = f"write `expect: {{{only.output}: …}}`"
        return Fix("entry", f"{{{only.output}: @}}", "expect", safe=False, help=words)
    return None
