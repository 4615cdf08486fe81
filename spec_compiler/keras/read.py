"""A Keras model's JSON as an author-form spec: read statically, without Keras, no code run."""

from __future__ import annotations

from dataclasses import field
from typing import Generic, cast

from spec_compiler.data.handle import Handle
from spec_compiler.diagnostics import Attempt, Diagnostics, SpecError
from spec_compiler.keras.calls import histories
from spec_compiler.keras.document import SpecWriter
from spec_compiler.keras.gathered import Gathered
from spec_compiler.keras.graph import INLINED, TooManyCallsError, Trace
from spec_compiler.keras.json_data import JsonPlace, path_text
from spec_compiler.keras.laid_out import as_laid_out_now
from spec_compiler.keras.merged import without_adaptations
from spec_compiler.keras.model import KerasModel, read_model
from spec_compiler.keras.older import modern
from spec_compiler.keras.older.weights import Item, of_theano
from spec_compiler.keras.saved import ByCount, ByLayer, Weights, settle
from spec_compiler.keras.steps import KerasResults, NestedCall, Ref
from spec_compiler.keras.weights import Array, Owner
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import Plain, SourceNode
from spec_compiler.spans import Label, Span


@record
class Imported(Generic[Array]):
    """A model of another program as a spec.

    Attributes:
        document: The spec in author form, as plain data.
        weights: The arrays by the spec's names, such as `dense.kernel`.
        notes: What differs from the original in more than form.
        references: For each layer of the model by its Keras name, for each of its calls, the
            spec's references to its outputs.
        places: Where each layer and input of the spec stands in the JSON, by its name.
        nested: The calls of nested models, whose layers stand in the spec one by one.
    """

    document: dict[str, Plain]
    weights: dict[str, Array]
    notes: tuple[str, ...] = ()
    references: dict[str, list[list[str]]] = field(default_factory=dict[str, list[list[str]]])
    places: dict[str, ItemPath] = field(default_factory=dict[str, ItemPath])
    nested: tuple[NestedCall, ...] = ()


def import_keras(
    config: object,
    weights: Weights[Array] | None = None,
    diagnostics: Diagnostics | None = None,
    *,
    node: SourceNode | None = None,
    file: str = "",
    at: ItemPath = (),
    version: str | None = None,
) -> Imported[Array]:
    """Read what `model.to_json()` writes.

    Args:
        config: The JSON's data. It may come from anybody: nothing in it is trusted or run.
        weights: Arrays by Keras's weight paths (`weight.path`); pairs, in Keras's order, where
            nested models give a path twice; or as a file of Keras has them.
        diagnostics: Takes every finding; warnings stay in it after success.
        node: The same data with places, for spans.
        file: The file to name in findings when there is no `node`.
        at: Where in the data the model stands.
        version: The version of Keras that is stated beside the model.

    Raises:
        SpecError: The model, or an array, cannot be carried over. It has all such findings.
    """
    found = Diagnostics() if diagnostics is None else diagnostics
    attempt = at_file(found, node, file)
    with attempt:
        gathered = Gathered()
        place = JsonPlace(config)
        for key in at:
            place = place.get(str(key))
        adapted: list[str] = []
        place = modern(place, version, _saved(weights))
        if isinstance(weights, ByCount):
            place = without_adaptations(place, adapted)
        model = _read(place, gathered, attempt)
        found.stop_on_errors()
        trace = Trace(gathered)
        results = _run(model, trace)
        attempt.add(gathered.all())
        found.stop_on_errors()
        writer = SpecWriter(model, trace, results, attempt)
        document = writer.document()
        first = (version or "").startswith("1.")
        carried = _carried(writer.owners(), weights, document, found, first=first)
        found.stop_on_errors()
        for name in adapted:
            told = "without `lora_rank`: Keras saves the weight with the adaptation in it"
            writer.notes.say(name, told)
        notes, references = tuple(writer.notes.lines()), writer.references()
        return Imported(document, carried, notes, references, writer.places(), writer.nested())
    raise SpecError(found)


def _saved(weights: Weights[Array] | None) -> dict[str, set[str]]:
    """The layers of which weights were saved by name, with what stands in the paths inside."""
    if not isinstance(weights, ByLayer):
        return {}
    saved: dict[str, set[str]] = {}
    for name, arrays in weights.layers.items():
        found = saved.setdefault(name, set())
        for path, _ in arrays:
            *inner, last = path.split("/")
            found.update(inner or (last.rpartition("_")[0],))  # Keras 1 wrote `dense_1_W`
    return saved


def _carried(
    owners: list[Owner],
    weights: Weights[Array] | None,
    document: dict[str, Plain],
    found: Diagnostics,
    *,
    first: bool,
) -> dict[str, Array]:
    """The arrays by the spec's names; `first`: as Keras 1 laid them out."""
    if weights is None:
        return {}
    relaid, held = dict[str, Array](), weights
    if isinstance(weights, ByLayer):
        weights, relaid = as_laid_out_now(weights, owners, document, first=first)
        owners = [owner for owner in owners if not owner.names & relaid.keys()]
    made = relaid | settle(owners, weights, found)
    if not isinstance(held, ByLayer) or not held.theano:
        return made
    items = {str(item["name"]): item for item in cast("list[Item]", document["layers"])}
    return {
        name: cast("Array", of_theano(name, array, items)) if isinstance(array, Handle) else array
        for name, array in made.items()
    }


def _read(place: JsonPlace, gathered: Gathered, attempt: Attempt) -> KerasModel:
    """The model; what is refused of its layers comes before what is refused of itself."""
    try:
        return read_model(place, gathered)
    finally:
        attempt.add(gathered.all())


def at_file(found: Diagnostics, node: SourceNode | None, file: str) -> Attempt:
    """What is refused in a file that Keras wrote is said with its path there."""
    return found.at(_File(node, file), explain=_with_place)


def _run(model: KerasModel, trace: Trace) -> KerasResults:
    feeds: list[Ref] = []
    for history in histories(model.inputs):
        part = model.parts.get(history.layer)
        if part is None or part.shape is None:
            raise Refusal(
                "SPC0806",
                f"the model's input `{history.layer}` is not one of its input layers",
                argument=history.path,
            )
        feeds.append(trace.add_input(part, (part.name,)))
    if not feeds:
        raise Refusal("SPC0806", "the model has no input", argument=("config", "input_layers"))
    try:
        results = trace.run(model, feeds)
        for history in histories(model.outputs):
            if ref := trace.find(history, results):
                trace.data(ref)
        return results
    except TooManyCallsError:
        message = f"nested models hold more than {INLINED:,} calls of layers"
        raise Refusal("SPC0810", message) from None


@record
class _File:
    """A file that Keras wrote, of which the text may not be known."""

    node: SourceNode | None
    file: str
    trace: tuple[Label, ...] = ()

    def span_of(
        self, path: ItemPath, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> Span | None:
        """All of the value at `path`."""
        return self.node.nearest(path).span if self.node else None

    def target(self, path: ItemPath) -> None:
        """Nothing to edit: the file is Keras's."""

    def advice(self, path: ItemPath) -> None:
        """None: the file is Keras's."""

    def stands_for(self, path: ItemPath) -> str:
        """Nothing but itself."""
        return ""


def _with_place(refusal: Refusal) -> Refusal:
    """The refusal with its path in the file, which people rarely look into."""
    place = path_text(refusal.argument)
    where = (f"it stands at `{place}`",) if place not in refusal.message else ()
    return refusal.but(notes=(*refusal.notes, *where))
