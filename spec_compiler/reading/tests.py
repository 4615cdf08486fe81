"""The tests of a model, read from their section of a document."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import advise, nest
from spec_compiler.reading.authored import mapping
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.source.node import Incomplete, Plain, SourceNode
from spec_compiler.spans import Label

if TYPE_CHECKING:
    from spec_compiler.language.tests import SpecTest


def read_tests(
    document: SourceNode, scope: Scope, diagnostics: Diagnostics
) -> tuple[tuple[int, SpecTest], ...]:
    """The tests of a document, each with its index.

    Args:
        document: The whole spec.
        scope: What names mean.
        diagnostics: Collects what is wrong.
    """
    node = document.get("tests")
    if node is None:
        return ()
    if not isinstance(node.value, list):
        message = f"`tests` is a list of tests, not {described(node.plain())}"
        # only where it is something else
        from spec_compiler.declaring.other_tools.forms import items_meant

        help = f"write `- {{name: finite, expect: {{{_output(document)}: {{finite: true}}}}}}`"
        fix = items_meant(node.plain(), ("name", "expect", "inputs", "raises"), "test")
        diagnostics.at(node).add(Refusal("SPC0104", message, fix=fix or advise(help)))
        return ()
    output, only, outputs = _output(document), _only_input(document), _outputs(document)
    found: list[tuple[int, SpecTest]] = []
    places: dict[str, SourceNode] = {}
    for index, item in enumerate(node.value):
        test = _read(item, scope, diagnostics, output, only, outputs)
        if test is None:
            continue
        found.append((index, test))
        if not test.name:
            continue
        place = item.nearest(("name",))
        first = places.get(test.name)
        places.setdefault(test.name, place)
        if first is not None:
            alias = first is place  # of YAML, which says again what stands elsewhere
            labels = () if alias else (Label(first.span, "the first"),)
            second = "said again by an alias" if alias else "the second"
            diagnostics.at(place, labels=labels).add(
                Refusal("SPC0201", f"two tests are called `{test.name}`", annotation=second)
            )
    return tuple(found)


def _read(
    item: SourceNode,
    scope: Scope,
    diagnostics: Diagnostics,
    output: str,
    only: str,
    outputs: tuple[str, ...],
) -> SpecTest | None:
    # loaded only where a spec has tests
    from spec_compiler.language.tests import SpecTest

    plain: dict[str, Plain] | None = None
    with diagnostics.at(item) as attempt:
        plain = mapping(item, scope, "a test is a mapping with `name`")
        if not isinstance(plain, Incomplete):
            require_named(plain, output, outputs)
        try:
            return validated(SpecTest, plain, scope, "a test")
        except Refusal as refusal:  # a rule about tests knows no model: its examples say `y`
            # only where one is refused
            from spec_compiler.reading.tests_of_one import Only, in_this_model

            alone = Only(only, output if len(outputs) < 2 else "")
            raise Refusals(
                in_this_model(part, plain, alone, output) for part in refusal.parts
            ) from None
    if plain is None or isinstance(plain, Incomplete) or attempt.refused is None:
        return None
    try:
        return validated(SpecTest, _without(plain, attempt.refused), scope, "a test")
    except Refusal:
        return None


def require_named(plain: Mapping[str, Plain], output: str, outputs: Collection[str]) -> None:
    """Refuse what is expected of an output where its name is missing.

    Args:
        plain: A test.
        output: The name of an output, for examples.
        outputs: The names of those that the text names.

    Raises:
        Refusal: all keys say what an output is, and none is one.
    """
    # see above
    from spec_compiler.language.expectations import Expectation

    expected = plain.get("expect")
    if not isinstance(expected, dict) or not expected or not {*outputs}.isdisjoint(expected):
        return
    if not expected.keys() <= Expectation.model_fields.keys():
        return
    words = f"write `expect: {{{output}: {{…}}}}` around them"
    keys = ", ".join(f"`{key}`" for key in expected)
    raise Refusal(
        "SPC0107",
        f"`expect` holds outputs by name, and {keys} say what one is",
        argument=("expect",),
        fix=nest(output, words) if len(outputs) < 2 else advise(words),
    )


def _outputs(document: SourceNode) -> tuple[str, ...]:
    """The names under `outputs`, as far as the text says them."""
    outputs = document.get("outputs")
    written = outputs.value if outputs is not None else None
    if isinstance(written, dict):
        return tuple(written)
    if isinstance(written, list):
        return tuple(str(item.value) for item in written)
    return (_output(document),)


def _without(plain: Mapping[str, Plain], refused: Refusal) -> dict[str, Plain]:
    """A test without what was refused of it, so that the rest is proved: one mistake hides none."""
    rest = {**plain}
    for part in refused.parts:
        section = str(part.argument[0]) if part.argument else ""
        held = rest.pop(section, None)
        if section == "expect" and len(part.argument) > 1 and isinstance(held, dict):
            rest[section] = {key: it for key, it in held.items() if key != part.argument[1]}
    return {"name": "", **rest}


def _only_input(document: SourceNode) -> str:
    """The name of the only input; empty where there are others."""
    inputs = document.get("inputs")
    names = [*inputs.value] if inputs is not None and isinstance(inputs.value, dict) else []
    return names[0] if len(names) == 1 else ""


def _output(document: SourceNode) -> str:
    """The name of an output for examples, as far as the text says one."""
    outputs, layers = document.get("outputs"), document.get("layers")
    written = outputs.value if outputs is not None else None
    if isinstance(written, dict) and written:
        return next(iter(written))
    if isinstance(written, list) and written:
        written = written[0].value
    if written is None and layers is not None and isinstance(layers.value, list) and layers.value:
        name = layers.value[-1].get("name")
        written = name.value if name is not None else None
    return written if isinstance(written, str) else "y"
