"""The page of Keras's layers: where each is, or what to write instead."""

from __future__ import annotations

from spec_compiler.language.keras_layers import (
    ABSENT,
    BESIDE,
    OTHERWISE,
    SECOND_NAMES,
    WHY,
    class_named,
)
from spec_compiler.layers import LAYERS
from spec_compiler.reference.markdown import docstring, page, table

OWN = frozenset({"Weight"})
"""Layers that Keras has not."""


def keras_classes() -> list[str]:
    """The classes of `keras.layers` in Keras 3.15.1."""
    return sorted({*LAYERS, *ABSENT, *BESIDE, *SECOND_NAMES} - OWN, key=str.lower)


def keras_layers_page() -> str:
    """Every class of `keras.layers`: the page of its layer, or why there is none."""
    classes = keras_classes()
    here = [name for name in classes if name in LAYERS]
    absent = [name for name in classes if name in ABSENT and name not in WHY]
    return page(
        "# Keras's layers",
        f"Keras 3.15.1 has {len(classes)} classes in `keras.layers`. {len(here)} of them are "
        "layers of a spec, by the same name and with the same arguments. For each other one a "
        "finding says what to write.",
        "## Layers of a spec",
        table(
            ("layer", "does"),
            ((f"[{name}](layers/{name}.md)", _summary(name)) for name in here),
        ),
        "## Said otherwise",
        table(
            ("class", "in a spec"),
            (
                *((f"`{name}`", _sentence(BESIDE[name])) for name in BESIDE),
                *((f"`{name}`", _link(class_named(name))) for name in SECOND_NAMES),
            ),
        ),
        "## Not to come",
        table(
            ("class", "why, and what to do"),
            ((f"`{name}`", _sentence(WHY[name])) for name in WHY),
        ),
        "## Not there yet",
        f"{len(absent)} of Keras's classes: {OTHERWISE}." if absent else "",
        ", ".join(f"`{name}`" for name in absent),
    )


def _summary(name: str) -> str:
    return docstring(LAYERS[name]).split("\n\n")[0]


def _link(name: str) -> str:
    return f"Another name of {f'[{name}](layers/{name}.md)' if name in LAYERS else f'`{name}`'}."


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
