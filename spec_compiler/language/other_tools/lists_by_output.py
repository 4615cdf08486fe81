"""Losses, and weights of losses, in the order of outputs, as Keras takes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from spec_compiler.declaring.plain import in_braces, is_list
from spec_compiler.fixes import advise, write
from spec_compiler.refusals import Refusal

_BY_OUTPUT = {
    "loss": "a loss, or losses by output",
    "loss_weights": "weights by output",
}


def lists_by_output(
    train: Mapping[str, object], outputs: Collection[str]
) -> Iterator[tuple[str, Refusal]]:
    """What is written as a list and stands by the names of outputs here, by its key.

    Args:
        train: The section.
        outputs: The names of the outputs, in their order.
    """
    for key, wanted in _BY_OUTPUT.items():
        written = train.get(key)
        if not is_list(written):
            continue
        message = f"must be {wanted}, not a list"
        names = [*outputs]
        if key == "loss" and len(written) == 1:
            fix = write(in_braces(written[0]))
        elif names and len(names) == len(written):
            pairs = zip(names, written, strict=True)
            text = f"{{{', '.join(f'{name}: {in_braces(item)}' for name, item in pairs)}}}"
            fix = write(text, ": the outputs in their order", safe="…" not in text)
        else:
            shown = ", ".join(f"{name}: …" for name in names) or "NAME: …"
            fix = advise(f"write `{{{shown}}}`, by the names of outputs")
        refusal = Refusal("SPC0104", message, about_field="subject", fix=fix)
        yield key, refusal.under((key,))
