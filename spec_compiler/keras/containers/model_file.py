"""What a file that holds a model was opened as."""

from __future__ import annotations

from typing import TypeAlias

from spec_compiler.data.handle import Handle
from spec_compiler.keras.containers.carried import Carried
from spec_compiler.keras.saved import ByCount, ByLayer
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath
from spec_compiler.source import SourceNode

Arrays: TypeAlias = "ByLayer[Handle] | ByCount[Handle] | list[tuple[str, Handle]]"
"""Arrays of a file, not loaded."""


@record
class ModelFile:
    """A model of a file.

    Attributes:
        node: Its description, with places.
        file: What findings call the text.
        at: Where in `node` the model is.
        version: The version of Keras that the file states.
        arrays: Its weights, where they are in the same file.
        carried: The spec that it was exported from, where it carries that.
    """

    node: SourceNode
    file: str
    at: ItemPath = ()
    version: str | None = None
    arrays: Arrays | None = None
    carried: Carried | None = None
