"""Which declaration a place stands in: walked once, for completion, hover and help of all kinds."""

from __future__ import annotations

from typing import NamedTuple

from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.forms import NOTHING, Field, Form
from spec_compiler.authoring.grammar import document_form
from spec_compiler.authoring.parser import Part
from spec_compiler.authoring.spot import Spot, spot_at


class Standing(NamedTuple):
    """A place of a spec, and what may be written there.

    Attributes:
        spot: The place.
        form: Of a value: what may stand there. Of a key: what its mapping is.
        around: What the nearest mapping is that the place is in.
        mapping: That mapping.
        field: The key that the place is at or under, where a declaration has it.
        key: That key, as it is written; the index, directly in a list of lists.
    """

    spot: Spot
    form: Form
    around: Form
    mapping: Part | None
    field: Field | None
    key: str

    @property
    def is_key(self) -> bool:
        """Whether a key stands at the place, or would."""
        return self.spot.is_key

    def item(self) -> Part | None:
        """The item of a list of layers that the place is in: a layer, a use, or a reuse."""
        path = self.spot.path
        depth = 2 if path[:1] == ("layers",) else 4 if path[2:3] == ("layers",) else 0
        if not depth or (depth == 4 and path[0] != "blocks"):
            return None
        return self.spot.steps[depth].part if len(self.spot.steps) > depth else self.spot.value


def standing_at(document: Document, position: Position) -> Standing:
    """What stands, or may stand, at a place; of broken text, too."""
    spot = spot_at(document, position)
    form, around, mapping, field, key = document_form(), NOTHING, None, None, ""
    for step in spot.steps:
        part = step.part
        if part.kind == "list":
            form = form.item() if form.item is not None else NOTHING
            continue
        form = form.of(part)
        around, mapping = form, part
        key = spot.text if step.key is None else str(step.key)
        field = form.fields.get(key)
        if step.key is None:
            break
        if field is not None:
            form = field.form()
        else:
            form = form.free() if form.free is not None else NOTHING
    return Standing(spot, form, around, mapping, field, key)
