"""The page of what is chosen by name."""

from __future__ import annotations

from spec_compiler.declaring.choice import Choice
from spec_compiler.layers.choices import CHOICES
from spec_compiler.reference.field_words import field_table
from spec_compiler.reference.markdown import docstring, page, yaml_block
from spec_compiler.training import TRAINING

_INTRODUCTION = """\
Wherever one of these is expected, write its name, or a mapping with `type` and its arguments.
The mapping may carry `doc`, words for the reader, as every mapping of a spec may:
"""
_EXAMPLE = """\
# fragment
layers:
  - {type: Dense, units: 8, activation: relu}
  - {type: Dense, units: 8, activation: {type: leaky_relu, negative_slope: 0.1}}
"""
_TRAINING = """\
In the section `train` of a spec ([how](train.md)), write the name of one of these, or a mapping
with `type` and its arguments. Names, arguments and defaults are Keras's.
"""
_TRAINED = """\
# fragment
train:
  loss: {type: huber, delta: 2}
  optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
  metrics: [mean_absolute_error, r2_score]
"""
_PLURALS = {"loss": "losses"}


def choices_page() -> str:
    """Activations, initializers, regularizers and constraints with their arguments."""
    blocks = ["# Choices by name", _INTRODUCTION, yaml_block(_EXAMPLE)]
    for kind, registry in CHOICES.items():
        blocks.append(f"## {kind.capitalize()}s")
        for choice in registry.choices:
            blocks += choice_section(choice)
    return page(*blocks)


def training_page() -> str:
    """Losses, metrics, optimisers and schedules with their arguments."""
    blocks = ["# What training is made of", _TRAINING, yaml_block(_TRAINED)]
    for kind, registry in TRAINING.items():
        blocks.append(f"## {_PLURALS.get(kind, f'{kind}s').capitalize()}")
        for choice in registry.choices:
            blocks += choice_section(choice)
    return page(*blocks)


def choice_section(choice: type[Choice]) -> list[str]:
    """A choice: its names as a heading, what it is, and its arguments."""
    first, *others = choice.names
    also = f"Also {', '.join(f'`{name}`' for name in others)}." if others else ""
    return [
        f"### {first}",
        docstring(choice),
        also,
        field_table(choice, without=("doc",), path="."),
    ]
