"""A page for each layer, and their list."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.codes import CODES
from spec_compiler.language.settings import Around
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.interface import Passing
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.reference.codes_page import anchor
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.reference.field_words import field_table
from spec_compiler.reference.markdown import block, docstring, page, table, yaml_block
from spec_compiler.writing.yaml_text import to_yaml

_FORMULAS = """\
What a result is stands on the pages in [the language of `Lambda`](../functions.md): the inputs are
`x`, `y`, `z` and `w` in their order, weights have their own names, with `_` for a dot, and sizes
have theirs. `mask` is the mask of the result.
"""


_PASSES = {
    Passing.FIRST: "passes the mask on",
    Passing.EVERY: "passes the union of the masks on where every input has one",
    Passing.JOINED: "passes the masks on side by side, or their union where every input has one",
    Passing.PROVED: "passes the mask on where the expression proves that it still fits",
}


def layer_page(cls: type[Layer]) -> str:
    """What a layer does, its arguments, what it does with masks, and its examples."""
    fields = field_table(cls, without=field_names(Layer))
    return page(
        f"# {cls.__name__}",
        docstring(cls),
        "## Arguments",
        fields or "None of its own.",
        "Every layer also takes [the common arguments](README.md#common-arguments).",
        "## Masks",
        mask_rule(cls),
        "## Examples",
        "Results are given by [formulas](README.md#formulas).",
        *(example_section(cls, example) for example in cls.examples),
    )


def layers_index() -> str:
    """The list of layers, and the arguments that all of them take."""
    rows = (
        (f"[{name}]({name}.md)", docstring(cls).split("\n\n")[0], mask_rule(cls))
        for name, cls in LAYERS.items()
    )
    return page(
        "# Layers",
        table(("layer", "does", "masks"), rows),
        "## Common arguments",
        field_table(Layer, without={"doc"}),
        "What is said of a call of the layer stands beside them:",
        field_table(Around),
        "## Formulas",
        _FORMULAS,
    )


def field_names(cls: type[Layer]) -> set[str]:
    """The names of a layer's arguments as authors write them."""
    return {field.alias or name for name, field in cls.model_fields.items()}


def mask_rule(cls: type[Layer]) -> str:
    """What becomes of a mask."""
    masks = cls.masks
    does = [_PASSES[masks.passes]] if masks.passes in _PASSES else []
    if masks.makes:
        does = ["makes a mask"]
    condition = " and ".join(f"`{name}`" for name in masks.when)
    does = [f"{item} with {condition}" if condition else item for item in does]
    if masks.uses:
        does.insert(0, "uses the mask of its input")
    if masks.provable:
        else_ = "otherwise " if does else ""
        does.append(
            f"{else_}passes the mask on only where `mask: pass` says so and it can be proved"
        )
    if not does:
        return "Does not know masks: `mask_policy` decides."
    sentence = "; ".join(does)
    return f"{sentence[0].upper()}{sentence[1:]}."


def example_section(cls: type[Layer], example: Example) -> str:
    """An example as a spec, and what it gives."""
    spec = yaml_block(to_yaml(example_spec(cls, example)))
    why = f" ({example.why})" if example.why else ""
    if example.refuses:
        code = example.refuses
        link = f"[{code}](../codes.md#{anchor(code)})" if code in CODES else code
        return f"{spec}\n\nis refused with {link}{why}."
    gives = (example.gives,) if isinstance(example.gives, str) else example.gives
    types = ", ".join(f"`{item}`" for item in gives)
    return f"{spec}\n\ngives {types}{why}:\n\n{block(_formulas(example))}"


def _formulas(example: Example) -> Iterator[str]:
    """What the results are, part by part."""
    several = not isinstance(example.equals, str)
    for name, formula in example.where.items():
        yield f"{name} = {formula}"
    yield f"results = {', '.join(example.equals)}" if several else f"result = {example.equals}"
    if example.keeps:
        yield f"mask = {example.keeps}"
