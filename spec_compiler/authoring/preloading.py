"""What is read before it is asked for, a little at a time: what the declarations of layers say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from spec_compiler.authoring.forms import Form
from spec_compiler.authoring.grammar import document_form, is_complete, names_of, type_form
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices import CHOICES


def read_beforehand(wanted: Callable[[], Iterable[str]]) -> Iterator[None]:
    """Read all that completion and hover ask of the declarations; a step, some milliseconds each.

    Args:
        wanted: The types of layers that are likeliest to be asked for; asked before each step.
    """
    for field in document_form().fields.values():
        field.form()
        yield
    left = dict.fromkeys(LAYERS)
    while left:
        kind = next((kind for kind in wanted() if kind in left), next(iter(left)))
        del left[kind]
        _read(type_form(kind))
        yield
    for kind in CHOICES:
        for name in names_of(kind):
            is_complete(kind, name)
        yield


def _read(form: Form) -> None:
    for field in form.fields.values():
        field.form()
