"""The words of the language one by one: what the pages say of a layer, a choice, a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from spec_compiler.declaring.choice import Choice, Registry
from spec_compiler.expression.functions import FUNCTIONS, GROUPS
from spec_compiler.expression.other_tools.words import IN_OPERATORS, MEANT, SYNONYMS
from spec_compiler.language.keras_layers import ABSENT, OTHERWISE, WHY
from spec_compiler.language.other_tools.layers import other_name
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices import CHOICES
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.reference.choices_page import choice_section
from spec_compiler.reference.field_words import field_table
from spec_compiler.reference.functions_page import EXAMPLES
from spec_compiler.reference.layer_page import example_section, field_names, mask_rule
from spec_compiler.reference.markdown import docstring, page, yaml_block
from spec_compiler.reference.std_page import block_section, blocks
from spec_compiler.spelling import nearest
from spec_compiler.training import TRAINING

_EXAMPLES_SHOWN = 2
STD = "std."
"""How a block is used where `imports: {std: specc:std}` stands."""
_KINDS: Mapping[str, Registry[Any]] = {**CHOICES, **TRAINING}
"""What is chosen by name, by its kind."""
_ARGUMENT = {
    "activation": "activation",
    "initializer": "kernel_initializer",
    "regularizer": "kernel_regularizer",
    "constraint": "kernel_constraint",
}
"""An argument of Dense for each kind of choice."""


def words() -> list[str]:
    """Everything that can be explained, each name once."""
    named = [name for _, names in listed() for name in names]
    return list(dict.fromkeys([*named, *SYNONYMS]))


def listed() -> Iterator[tuple[str, list[str]]]:
    """Everything that can be explained but codes, by its kind."""
    yield "layers", list(LAYERS)
    plural = {"loss": "losses"}
    for kind, registry in _KINDS.items():
        yield plural.get(kind, f"{kind}s"), list(registry.by_name)
    yield "functions", list(LAMBDA_FUNCTIONS)
    yield "blocks of specc:std", [f"{STD}{name}" for name in blocks()]


def explained(word: str) -> str:
    """All that a name stands for, as Markdown; empty where it stands for nothing."""
    parts: list[str] = []
    word = SYNONYMS.get(word, word)
    if word in LAYERS:
        parts += _layer(LAYERS[word])
    for kind, registry in _KINDS.items():
        if word in registry.by_name:
            parts += _choice(kind, word, registry.by_name[word])
    if word in LAMBDA_FUNCTIONS:
        parts += _function(word)
    if word.startswith(STD):
        parts += [f"# {word}: a block", *block_section(word.removeprefix(STD))]
    return page(*parts) if parts else ""


def meant(word: str) -> str:
    """What to say of a name that stands for nothing."""
    if word in IN_OPERATORS:
        return f"in an expression write `{IN_OPERATORS[word]}`"
    if word in ABSENT:
        instead = WHY.get(word, OTHERWISE)
        return f"Keras has this layer, and specc has not; {instead}"
    guess = other_name(word) or MEANT.get(word) or nearest(word, words())
    if guess is not None:
        return f"did you mean `{guess}`?"
    return (
        "names are of codes, layers, choices such as activations, functions of expressions, and "
        "blocks such as `std.swiglu`"
    )


def _layer(cls: type[Layer]) -> Iterator[str]:
    name = cls.__name__
    yield f"# {name}: a layer"
    yield docstring(cls)
    yield "## Arguments"
    yield field_table(cls, without=field_names(Layer)) or "None of its own."
    shared = ", ".join(f"`{field}`" for field in sorted(field_names(Layer) - {"doc"}))
    yield f"Every layer also takes {shared}."
    yield "## Masks"
    yield mask_rule(cls)
    yield "## Examples"
    accepted = [example for example in cls.examples if not example.refuses]
    yield from (example_section(cls, example) for example in accepted[:_EXAMPLES_SHOWN])


def _choice(kind: str, word: str, choice: type[Choice]) -> Iterator[str]:
    heading, *others = choice_section(choice)
    yield f"# {heading.lstrip('# ')}: {'an' if kind[0] in 'aeiou' else 'a'} {kind}"
    yield from others
    required = [name for name, field in choice.model_fields.items() if field.is_required()]
    if kind in TRAINING:
        yield f"It stands in `train`, by its name or as `{{type: {word}, …}}`."
    elif not required:
        layer = f"  - {{type: Dense, units: 8, {_ARGUMENT[kind]}: {word}}}\n"
        yield yaml_block(f"layers:\n{layer}")


def _function(word: str) -> Iterator[str]:
    function = LAMBDA_FUNCTIONS[word]
    yield f"# {word}: a function of expressions"
    yield f"`{function}`: {function.does}. Result: {function.gives}."
    yield "A `Lambda` calls it, and so does a transform (`as`) of `weights.map`."
    group = next((title for title, of in GROUPS.items() if FUNCTIONS.get(word) in of), "")
    if f"{word}(" in EXAMPLES.get(group, ""):
        yield yaml_block(EXAMPLES[group])
