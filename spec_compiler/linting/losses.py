"""Losses that suit other outputs, and an end of training where it becomes worse."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.output_forms import made
from spec_compiler.elaborate.training import check_training
from spec_compiler.fixes import advise, write
from spec_compiler.language.train import ONLY
from spec_compiler.linting.looking import Document
from spec_compiler.places import Placed
from spec_compiler.refusals import Refusal
from spec_compiler.training.facts import Made

_OF_SHARES = frozenset({"categorical_crossentropy", "sparse_categorical_crossentropy"})
_BINARY, _MEANT = "binary_crossentropy", "categorical_crossentropy"


def binary_of_shares(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """A loss that takes each number for a class of its own, of numbers that add up to 1."""
    for at, loss, of in _losses(document):
        if loss != _BINARY or of.form != "softmax" or of.type.shape[-1] == 2:
            continue
        words = f"write `{_MEANT}`, whose labels are shares of one row; or `activation: sigmoid`"
        plain = isinstance(document.node.nearest(at).value, str)
        message = f"`{_BINARY}` takes each number of `{of.name}` for a class of its own, and "
        fix = write(_MEANT, words=words, safe=False) if plain else advise(words)
        yield (
            document.node,
            Refusal("SPC1024", f"{message}`{of.name}` {of.said}", argument=at, fix=fix),
        )


def shares_of_units(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """A loss that takes numbers for shares of one whole, of numbers that are so each alone."""
    program = document.known.program
    for at, loss, of in _losses(document):
        if program is None or loss not in _OF_SHARES or of.form != "unit":
            continue
        fix = of.activated("softmax")
        if fix is not None and fix.at is not None:
            fix = fix._replace(at=program.core.layer_places[of.layer].node)
        message = f"`{loss}` takes the numbers of `{of.name}` for shares of one whole, and each "
        yield (
            document.node,
            Refusal("SPC1025", f"{message}{of.said} by itself", argument=at, fix=fix),
        )


def _losses(document: Document) -> Iterator[tuple[tuple[str, ...], str, Made]]:
    """Where each loss is written, its name, and the output that it is of."""
    program = document.known.program
    train = program.core.train if program is not None else None
    if program is None or train is None:
        return
    for name, loss in train.loss.items():
        output = name if name != ONLY else next(iter(program.outputs), "")
        if output in program.outputs:
            at = ("train", "loss", *([name] if name != ONLY else []))
            yield at, loss.names[0], made(program, program.outputs[output])


def ends_at_the_worst(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """An end of training that waits for a number to become worse."""
    program = document.known.program
    train = program.core.train if program is not None else None
    stopping = train.early_stopping if train is not None else None
    if program is None or stopping is None or stopping.mode == "auto":
        return
    training = check_training(program, Diagnostics())
    falls = training.measured.get(stopping.monitor) if training is not None else None
    if falls is None or falls == (stopping.mode == "min"):
        return
    meant = "min" if falls else "max"
    better = "less" if falls else "more"
    yield (
        document.node,
        Refusal(
            "SPC1026",
            f"of `{stopping.monitor}` {better} is better, and training ends where that is so",
            argument=("train", "early_stopping", "mode"),
            fix=write(meant, words=f"write `mode: {meant}`, or leave it out", safe=False),
        ),
    )
