"""Losses that suit other outputs."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.elaborate.output_forms import made
from spec_compiler.fixes import advise, write
from spec_compiler.language.train import ONLY
from spec_compiler.linting.looking import Document
from spec_compiler.places import Placed
from spec_compiler.refusals import Refusal

_BINARY, _MEANT = "binary_crossentropy", "categorical_crossentropy"


def binary_of_shares(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """A loss that takes each number for a class of its own, of numbers that add up to 1."""
    program = document.known.program
    train = program.core.train if program is not None else None
    if program is None or train is None:
        return
    for name, loss in train.loss.items():
        output = name if name != ONLY else next(iter(program.outputs), "")
        if loss.names[0] != _BINARY or output not in program.outputs:
            continue
        of = made(program, program.outputs[output])
        if of.form != "softmax" or of.type.shape[-1] == 2:
            continue
        at = ("train", "loss", *([name] if name != ONLY else []))
        words = f"write `{_MEANT}`, whose labels are shares of one row; or `activation: sigmoid`"
        plain = isinstance(document.node.nearest(at).value, str)
        yield (
            document.node,
            Refusal(
                "SPC1024",
                f"`{_BINARY}` takes each number of `{output}` for a class of its own, and "
                f"`{output}` {of.said}",
                argument=at,
                fix=write(_MEANT, words=words, safe=False) if plain else advise(words),
            ),
        )
