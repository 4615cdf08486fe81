"""What a reference means among the results of what it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from spec_compiler.fixes import called, put, write
from spec_compiler.layers.signal import MASK, Signal
from spec_compiler.program import Step
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import Guess, listed, nearest, suggestion
from spec_compiler.wiring import Reference

Signals: TypeAlias = dict[str, Signal]
"""What a layer gives, by name."""
_COUNTED = re.compile(r"\[?(-?\d{1,4})\]?")
ONLY = ""
"""The key of a layer's only result."""


def first(results: Signals, what: str) -> Signal:
    """The first result; claims about a layer are about it.

    Raises:
        Refusal: there is none; `what` needs it.
    """
    if not results:
        raise Refusal("SPC0204", f"{what} needs a result")
    return next(iter(results.values()))


def read(
    reference: Reference,
    results: Signals,
    weights: Sequence[str] = (),
    step: Step | None = None,
) -> Signal:
    """The signal that a reference means.

    Args:
        reference: What is written.
        results: Of the layer or the input that it names.
        weights: What the layer's weights are called, which could have been meant.
        step: The layer, where it is one.

    Raises:
        Refusal: it does not say which of several, or there is none of that name.
    """
    source, output = reference.source, reference.output
    if output is None:
        if len(results) > 1:
            raise _several(reference, results)
        return first(results, "a reference")
    if output in results:
        return results[output]
    masked = first(results, "a reference")
    if output == MASK and masked.mask is not None:
        return Signal(masked.mask.value, batch=masked.batch)
    known = [name for name in results if name]
    if step is not None and (refusal := _no_output_yet(reference, output, step, known)) is not None:
        raise refusal
    guess = _meant(output, known, weights)
    names = ", ".join(f"`{source}.{name}`" for name in known)
    instead = f"there are {names}" if known else f"write `{source}` alone: it has one output"
    refusal = Refusal(
        "SPC0203",
        f"`{source}` has no output `{output}`",
        argument=reference.at,
        **suggestion(
            guess and guess.after(f"{source}."), instead, [f"{source}.{name}" for name in known]
        ),
    )
    if known or guess or (_number(output) or 0) > 0:
        raise refusal
    raise refusal.mended(called(source, instead, safe=output == "[0]"))


def _meant(output: str, known: Sequence[str], weights: Sequence[str]) -> Guess | None:
    """The output, or the weight, that most probably was meant."""
    # only where an output is not known
    from spec_compiler.layers.base.other_tools.weights import weight_called

    if ours := weight_called(output, weights):
        return Guess(ours)  # only others call it so
    if (number := _number(output)) is not None:
        return Guess(known[number]) if -len(known) <= number < len(known) else None
    ending = [name for name in known if name.endswith(f"_{output}")]
    guess = nearest(output, [*known, *weights])
    return guess or (Guess(ending[0]) if len(ending) == 1 else None)


def _number(output: str) -> int | None:
    """The number of an output as Python counts them: `1`, or `[1]`."""
    found = _COUNTED.fullmatch(output)
    return int(found[1]) if found else None


def _no_output_yet(
    reference: Reference, output: str, step: Step, known: Sequence[str]
) -> Refusal | None:
    """The refusal of what an argument makes an output, or what is inside of a layer."""
    name, layer = f"{step.name}.{output}", step.settings.layer
    number = _number(output)
    may = [of for of in layer.outputs if len(of.when) == 1]
    asked = {output} if number is None else {of.name for of in layer.outputs[number:]} - {*known}
    switches = [of.when[0] for of in may if of.name in asked]
    message = f"`{step.name}` has no output `{output}`"
    if switches and "=" not in switches[0]:
        help = f"write `{switches[0]}: true` in `{step.name}`, whose outputs have names then"
        return Refusal("SPC0203", message, argument=reference.at, help=help)
    if any(f"{one}.".startswith(f"{output}.") for one in step.inside):
        message = f"`{name}` is inside of `{step.name}`, and no output of it"
        help = f"write it as a layer of its own to read it; `specc run --show {name}` shows it"
        return Refusal("SPC0203", message, argument=reference.at, help=help)
    return None


def _several(reference: Reference, results: Signals) -> Refusal:
    """The refusal of a reference that does not say which of several outputs."""
    source = reference.source
    names = [f"`{source}.{name}`" for name in results]
    return Refusal(
        "SPC0204",
        f"`{source}` has {len(results)} outputs; say which",
        argument=reference.at or ("from",),
        allowed=listed(f"{source}.{name}" for name in results),
        fix=put(
            "from",
            f"{source}.{next(iter(results))}",
            words=f"write `from:` with one of {', '.join(names)}",
        ).on()
        if not reference.at
        else write(
            f"{source}.{next(iter(results))}",
            words=f"write `from:` with one of {', '.join(names)}",
            safe=False,
        ),
    )
