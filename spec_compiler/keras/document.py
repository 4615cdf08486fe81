"""A traced Keras model written down as an author would: names, `from` where needed, dtypes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from spec_compiler.diagnostics import Attempt
from spec_compiler.keras.calls import histories
from spec_compiler.keras.differences import differences
from spec_compiler.keras.graph import Trace
from spec_compiler.keras.inner_layers import snake_case
from spec_compiler.keras.json_data import DEPTH
from spec_compiler.keras.model import KerasModel
from spec_compiler.keras.nodes import History, Nest
from spec_compiler.keras.notes import Notes
from spec_compiler.keras.saved import Place, places
from spec_compiler.keras.steps import KerasResults, KerasStep, NestedCall, Ref, sources
from spec_compiler.keras.table import outputs_of, weights_of
from spec_compiler.keras.weights import Owner
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.inert import Inert
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import Plain

_KEEP_WHOLE_NUMBERS = frozenset({
    "Add", "CategoryEncoding", "Concatenate", "Discretization", "Flatten", "Identity",
    "IntegerLookup", "Masking", "Maximum", "Minimum", "Multiply", "Permute", "RepeatVector",
    "Reshape", "Subtract",
})  # fmt: skip


class SpecWriter:
    """The spec of a traced model.

    Attributes:
        notes: What differs from the original in more than form.
    """

    def __init__(
        self, model: KerasModel, trace: Trace, results: KerasResults, attempt: Attempt
    ) -> None:
        self.notes = Notes()
        self._model, self._trace, self._results, self._attempt = model, trace, results, attempt
        self._steps = [
            (index, step)
            for index, step in enumerate(trace.steps)
            if step.part.row or step.part.kind == "InputLayer"
        ]
        # `mask: drop` means something else than the tensor `drop`.
        told = any(step.mask for step in trace.steps)
        self._names = _Names({"drop", "pass", "none"} if told else set())
        self._name: dict[int, str] = {}
        self._first: dict[tuple[str, ...], str] = {}
        self._name_steps()

    def document(self) -> dict[str, Plain]:
        """The spec as plain data.

        Raises:
            Refusal: An output is not the output of a layer or input.
        """
        dtype, outputs = self._dtype(), self._outputs()
        inputs = self._inputs(dtype)
        document: dict[str, Plain] = {"specc": 1, "name": legal(self._model.name)}
        if dtype != "float32":
            document["dtype"] = dtype
        # What the model means: Keras drops masks without a word.
        document["mask_policy"] = "keras"
        return {**document, "inputs": inputs, "layers": self._layers(dtype), "outputs": outputs}

    def owners(self) -> list[Owner]:
        """The layers in Keras's order, for their weights."""
        found = [
            (step.part.path, self._name[index], step)
            for index, step in self._steps
            if step.part.row and not step.earlier
        ]
        kept = {place.names: place for place in places(self._model)}
        return [
            self._owner(name, step, kept.get(step.path, Place(step.path, step.path, ())))
            for _, name, step in sorted(found, key=lambda item: item[0])
        ]

    def _owner(self, name: str, step: KerasStep, place: Place) -> Owner:
        part, row = step.part, step.part.row
        return Owner(
            name,
            (self._model.name, *place.path),
            weights_of(part.layer, part.arguments),
            part.inner,
            row.unread if row else (),
            place.saved,
            part.cells,
        )

    def places(self) -> dict[str, ItemPath]:
        """Where each layer and input of the spec stands in the file, by its name."""
        return {self._name[index]: step.part.path for index, step in self._steps}

    def references(self) -> dict[str, list[list[str]]]:
        """For each layer of the outermost model, for each call, the references to its outputs."""
        references: dict[str, list[list[str]]] = {}
        for (name, _), refs in sorted(self._results.items()):
            known = [self._reference(ref) for ref in refs or () if ref.step in self._name]
            if known:
                references.setdefault(name, []).append(known)
        return references

    def nested(self) -> tuple[NestedCall, ...]:
        """The calls of nested models, inner ones first."""
        return tuple(
            NestedCall(
                run.path,
                {
                    self._name[index]: legal(step.path[-1])
                    for index, step in self._steps
                    if run.start <= index < run.end
                },
                {legal(name): self._reference(ref) for name, ref in self._named_refs(run.inputs)},
                {self._reference(ref): legal(name) for name, ref in self._named_refs(run.outputs)},
            )
            for run in self._trace.nested
        )

    def _named_refs(self, refs: tuple[tuple[str, Ref], ...]) -> Iterator[tuple[str, Ref]]:
        """Those of which the tensor is there: some only made masks."""
        return ((name, ref) for name, ref in refs if ref.step in self._name)

    def _name_steps(self) -> None:
        # The outermost layers keep their names, whatever nested ones are called.
        for index, step in sorted(self._steps, key=lambda item: len(item[1].path) > 1):
            if not step.earlier:
                original = "_".join(step.path)
                name = self._first[step.path] = self._name[index] = self._names.claim(original)
                if name != original:
                    self.notes.rename("/".join(step.path), name)
            for told in self._differences(step):
                self.notes.say(self._first[step.path], told)
        for index, step in self._steps:
            if step.earlier:
                again = f"{self._first[step.path]}_call_{step.earlier}"
                self._name[index] = self._names.claim(again)

    def _differences(self, step: KerasStep) -> Iterator[str]:
        if step.part.by_name:
            name = snake_case(step.part.kind)
            yield f"Keras keeps `{name}` by its name alone; it is read as `keras.ops.{name}`"
        if step.part.row is not None:
            dtypes = [self._trace.dtypes.get(ref, "") for ref in sources(step)]
            yield from differences(step, [dtype for dtype in dtypes if dtype])

    def _dtype(self) -> str:
        """The floating dtype that most layers have; float32 among equals."""
        counts = Counter(
            step.part.dtype
            for _, step in self._steps
            if step.part.row and not step.earlier and step.part.dtype and "float" in step.part.dtype
        )
        best = max(counts.values(), default=0)
        common = sorted(name for name, count in counts.items() if count == best)
        return "float32" if "float32" in common or not common else common[0]

    def _inputs(self, dtype: str) -> dict[str, Plain]:
        indices = self._indices()
        inputs: dict[str, Plain] = {}
        for index, step in self._steps:
            part, name = step.part, self._name[index]
            if part.shape is None:
                continue
            batch, *shape = part.shape
            entry: dict[str, Plain] = {"shape": list(shape)}
            if batch is not None:
                entry["batch_size"] = batch
            own = part.dtype or "float32"
            if index in indices:
                self.notes.say(name, f"an input of int32 instead of {own}: it holds indices")
                own = "int32"
            if (own, dtype) != ("float32", "float32"):
                entry["dtype"] = own
            inputs[name] = {**entry, **part.arguments}
        return inputs

    def _indices(self) -> set[int]:
        """The floating inputs that only Embeddings read, so that they may be integers."""
        uses: dict[Ref, list[tuple[int, KerasStep]]] = {}
        for index, step in self._steps:
            for ref in (*sources(step), *((step.mask,) if step.mask else ())):
                uses.setdefault(ref, []).append((index, step))
        outputs = {self._find(item) for item in histories(self._model.outputs)}
        found: set[int] = set()
        for ref, readers in uses.items():
            source = self._trace.steps[ref.step].part
            declared = source.dtype if source.shape else self._trace.dtypes.get(ref)
            embeddings = [step for _, step in readers if step.part.kind == "Embedding"]
            if not embeddings or not declared or "float" not in declared:
                continue
            if source.shape and len(embeddings) == len(readers) and ref not in outputs:
                found.add(ref.step)
                continue
            self._attempt.add(
                Refusal(
                    "SPC0811",
                    f"embedding `{embeddings[0].part.name}` reads `{source.name}` of dtype "
                    f"{declared}, and a spec's indices are integers",
                    argument=embeddings[0].part.path,
                    help="give the model an int32 input for it: `Input(shape, dtype='int32')`",
                )
            )
        return found

    def _layers(self, dtype: str) -> list[Plain]:
        layers: list[Plain] = []
        inputs = [index for index, step in self._steps if step.part.shape is not None]
        above = Ref(inputs[0], 0) if len(inputs) == 1 else None
        for index, step in self._steps:
            if step.part.row is None:
                continue
            layers.append(self._layer(index, step, above, dtype))
            above = Ref(index, 0) if len(self._output_names(step)) == 1 else None
        return layers

    def _layer(
        self, index: int, step: KerasStep, above: Ref | None, dtype: str
    ) -> dict[str, Plain]:
        part, name = step.part, self._name[index]
        item: dict[str, Plain] = {"type": part.layer, "name": name}
        if step.earlier:
            item = {"reuse": self._first[step.path], "name": name}
        if step.ports != above:
            item["from"] = self._from(step)
        if not step.earlier:
            item |= part.arguments
            # a policy of whole numbers only says that nothing is cast: here such layers never cast
            kept = part.dtype and "float" not in part.dtype and _keeps_whole_numbers(part.layer)
            if part.dtype not in (None, dtype) and not kept:
                item["dtype"] = part.dtype
            if not part.trainable:
                item["trainable"] = False
        if step.mask or step.drops:
            item["mask"] = self._reference(step.mask) if step.mask else "drop"
        return item

    def _from(self, step: KerasStep) -> Plain:
        ports = step.ports
        if isinstance(ports, Ref):
            return self._reference(ports)
        if isinstance(ports, Mapping):
            return {role: self._reference(ref) for role, ref in ports.items()}
        return [self._reference(ref) for ref in ports]

    def _reference(self, ref: Ref) -> str:
        name, outputs = self._name[ref.step], self._output_names(self._trace.steps[ref.step])
        return name if len(outputs) == 1 else f"{name}.{outputs[ref.output]}"

    def _output_names(self, step: KerasStep) -> tuple[str, ...]:
        part = step.part
        return outputs_of(part.layer, part.arguments) if part.row else ("output",)

    def _outputs(self) -> Plain:
        outputs = self._model.outputs
        if isinstance(outputs, dict):
            names = _Names(set())
            return {names.claim(key): ref for key, ref in self._named(outputs, "", DEPTH)}
        refs = [self._reference(self._find(item)) for item in histories(outputs)]
        if not refs:
            raise Refusal(
                "SPC0806", "the model has no output", argument=("config", "output_layers")
            )
        if len(set(refs)) == len(refs) and not any("." in ref for ref in refs):
            return refs[0] if isinstance(outputs, History) else list(refs)
        names = _Names(set())
        return {names.claim(ref.removesuffix(".output")): ref for ref in refs}

    def _named(self, nest: Nest, name: str, depth: int) -> list[tuple[str, str]]:
        if isinstance(nest, History):
            return [(name, self._reference(self._find(nest)))]
        children = nest.items() if isinstance(nest, dict) else ()
        if isinstance(nest, list):
            children = ((str(index), item) for index, item in enumerate(nest))
        return [
            pair
            for key, item in children
            for pair in self._named(item, f"{name}_{key}" if name else key, depth - 1)
        ]

    def _find(self, history: History) -> Ref:
        ref = self._trace.find(history, self._results)
        if ref is None:
            raise Refusal("SPC0806", f"`{history.layer}` was not read", argument=history.path)
        return self._trace.data(ref)


class _Names:
    """Legal names, each given once."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._next: Counter[str] = Counter()

    def claim(self, wanted: str) -> str:
        base = name = legal(wanted)
        while name in self._taken:
            self._next[base] += 1
            name = f"{base}_{self._next[base]}"
        self._taken.add(name)
        return name


def legal(name: str) -> str:
    """A name as a spec may have it, the nearest to another."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    return name if re.match(r"[A-Za-z_]", name) else f"_{name}"


def _keeps_whole_numbers(layer: str) -> bool:
    """Whether a layer of the spec gives whole numbers for whole numbers."""
    kind = LAYERS[layer]
    return layer in _KEEP_WHOLE_NUMBERS or (issubclass(kind, Inert) and not kind.casts)
