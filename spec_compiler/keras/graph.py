"""The calls of a Keras model in order, nested models inlined, the mask machinery removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from spec_compiler.ir.types import FLOATS, Policy
from spec_compiler.keras.calls import bind, check_conversion, histories, order, ports_of
from spec_compiler.keras.each_step import at_each_step, every_step, mask_read, passed_on
from spec_compiler.keras.gathered import Gathered
from spec_compiler.keras.json_data import flatten
from spec_compiler.keras.masks import Frozen, MaskValues, freeze
from spec_compiler.keras.model import KerasModel, Part
from spec_compiler.keras.nodes import History, KerasCall, Nest
from spec_compiler.keras.operations import results_of, together, written
from spec_compiler.keras.steps import KerasResults, KerasStep, NestedRun, Ports, Ref, sources
from spec_compiler.keras.table import MODEL, Row, outputs_of
from spec_compiler.layers import LAYERS
from spec_compiler.refusals import Refusal

INLINED = 50_000
"""Layers of nested models, counted once for each call: two calls inside two calls, twenty times
over, would be a million."""


@dataclass(slots=True)
class Trace:
    """A model's calls, as they come when it is called once on its inputs."""

    gathered: Gathered
    steps: list[KerasStep] = field(default_factory=list[KerasStep])
    dtypes: dict[Ref, str] = field(default_factory=dict[Ref, str])
    """The dtypes that Keras declares, where it does."""
    nested: list[NestedRun] = field(default_factory=list[NestedRun])
    """The calls of nested models, inner ones before those around them."""
    _values: MaskValues = field(default_factory=MaskValues)
    _numbers: dict[Ref, int] = field(default_factory=dict[Ref, int])
    _calls: dict[tuple[str, ...], list[Part]] = field(
        default_factory=dict[tuple[str, ...], "list[Part]"]
    )
    _operations: dict[int, tuple[KerasCall, dict[int, Ref]]] = field(
        default_factory=dict[int, "tuple[KerasCall, dict[int, Ref]]"]
    )
    """The steps that are operations so far, with what they are called with."""
    _inlined: int = 0

    def add_input(self, part: Part, path: tuple[str, ...]) -> Ref:
        """An input of the whole model."""
        return self.add(KerasStep(part, path), ("output",))[0]

    def run(self, model: KerasModel, feeds: list[Ref], path: tuple[str, ...] = ()) -> KerasResults:
        """Trace a model's calls. The result of a call that was refused is None.

        Raises:
            Refusal: The model's graph is not one: an unknown input, a cycle.
            TooManyCallsError: Inlining has no end in sight.
        """
        results: KerasResults = {}
        self._inlined += len(model.parts) if path else 0
        if self._inlined > INLINED:
            raise TooManyCallsError
        names = [history.layer for history in histories(model.inputs)]
        if len(names) != len(feeds):
            raise Refusal(
                "SPC0806", f"model `{model.name}` has {len(names)} inputs, not {len(feeds)}"
            )
        for name, feed in zip(names, feeds, strict=True):
            results[name, 0] = [feed]
        for part, number in order(model):
            results[part.name, number] = None
            with self.gathered.of(part.kind, part.name):
                results[part.name, number] = self._call(part, part.calls[number], results, path)
        return results

    def find(self, history: History, results: KerasResults) -> Ref | None:
        """The tensor that is meant, or None after a refused call."""
        try:
            outputs = results[history.layer, history.node]
        except KeyError:
            raise _no_tensor(history) from None
        if outputs is None:
            return None
        if not 0 <= history.output < len(outputs):
            raise _no_tensor(history)
        ref = outputs[history.output]
        if history.dtype:
            self.dtypes.setdefault(ref, history.dtype)
        return ref

    def mask_of(self, ref: Ref) -> int | None:
        """The number of the mask that a tensor has."""
        return self._values.masks.get(self._numbers[ref])

    def data(self, ref: Ref) -> Ref:
        """A tensor that something other than the mask machinery needs.

        Operations that compute it become layers; those that cannot are gathered.
        """
        waiting = [ref.step]
        while waiting:
            index = waiting.pop()
            if index in self._operations:
                call, tensors = self._operations.pop(index)
                part = self.steps[index].part
                with self.gathered.of(part.kind, part.name):
                    self.steps[index] = self._as_layer(self.steps[index], call, tensors)
                    waiting += [source.step for source in sources(self.steps[index])]
        return ref

    def _as_layer(self, step: KerasStep, call: KerasCall, tensors: dict[int, Ref]) -> KerasStep:
        """An operation as the layer that means the same. Keras's operations know no masks."""
        new = written(step.part, call)
        ports: Ports
        if isinstance(new.feeds, Mapping):
            ports = {name: tensors[id(item)] for name, item in new.feeds.items()}
            refs = [*ports.values()]
        else:
            refs = [tensors[id(item)] for item in new.feeds]
            ports = tuple(refs)
        part = replace(
            step.part,
            layer=new.layer,
            row=Row(),
            arguments=new.arguments,
            dtype=together([self.dtypes.get(ref, "") for ref in refs]),
        )
        masked = any(self.mask_of(ref) is not None for ref in refs)
        only = refs[0] if len(refs) == 1 else ports
        return replace(step, part=at_each_step(part, only, call), ports=only, drops=masked)

    def _call(
        self, part: Part, call: KerasCall, results: KerasResults, path: tuple[str, ...]
    ) -> list[Ref] | None:
        found = {id(item): self.find(item, results) for item in histories([call.args, call.kwargs])}
        if None in found.values():
            return None
        tensors = cast("dict[int, Ref]", found)
        if part.row is None and part.model is None:
            return self._operation(part, call, tensors, path)
        arguments, settings = bind(part, call)
        part = replace(part, arguments=part.arguments | settings)
        given = self._given_mask(part, call, arguments, tensors)
        first = arguments.get((part.row or MODEL).call[0])
        inputs = [self.data(tensors[id(item)]) for item in histories(first)]
        if not inputs:
            raise Refusal(
                "SPC0806", f"`{part.name}` is called without a tensor", argument=call.path
            )
        if part.model:
            if given:
                raise _no_mask(part, call, "mask", "a nested model cannot be told its mask")
            distributed = part.kind == "TimeDistributed"
            model = every_step(part.model) if distributed else part.model
            check_conversion(model, list(histories(first)), part.steps)
            found = self._nested(model, inputs, (*path, part.name))
            if distributed and found:
                found = [self._as_masked(part, path, inputs[0], ref) for ref in found]
            return found
        feeds = {
            name: [self.data(tensors[id(item)]) for item in histories(nest)]
            for name, nest in arguments.items()
        }
        ports = ports_of(part, feeds, listed=isinstance(first, list))
        return self._layer(at_each_step(part, ports, call), path, ports, given, inputs)

    def _nested(
        self, model: KerasModel, feeds: list[Ref], path: tuple[str, ...]
    ) -> list[Ref] | None:
        start = len(self.steps)
        inside = self.run(model, feeds, path)
        ends = list(histories(model.outputs))
        found = [self.find(item, inside) for item in ends]
        if None in found:
            return None
        outputs = cast("list[Ref]", found)
        names = [item.layer for item in histories(model.inputs)]
        given = tuple(zip(names, feeds, strict=True))
        made = tuple(zip((item.layer for item in ends), outputs, strict=True))
        self.nested.append(NestedRun(path, start, len(self.steps), given, made))
        return outputs

    def _as_masked(self, part: Part, path: tuple[str, ...], feed: Ref, ref: Ref) -> Ref:
        """What TimeDistributed gives has the mask of its steps, whatever the model inside made."""
        mask, told = self.mask_of(feed), None
        if self.mask_of(ref) == mask:
            return ref
        if mask is not None:
            told = self.add(mask_read(part, path, feed), ("output",))[0]
        new = self.add(passed_on(part, path, self.data(ref), told), ("output",))[0]
        if mask is not None:
            self._values.masks[self._numbers[new]] = mask
        return new

    def _layer(
        self,
        part: Part,
        path: tuple[str, ...],
        ports: Ports,
        mask: Ref | None,
        inputs: list[Ref],
    ) -> list[Ref]:
        row, path = part.row or Row(), (*path, part.name)
        calls = self._calls.setdefault(path, [])
        if calls and calls[0].arguments != part.arguments:
            raise Refusal(
                "SPC0805",
                f"the calls of `{part.name}` differ in `{'` or `'.join(row.settings)}`",
                argument=part.path,
                help="give each call the same",
            )
        outputs = outputs_of(part.layer, part.arguments)
        masked = mask is not None or any(self.mask_of(ref) is not None for ref in inputs)
        refs = self.add(KerasStep(part, path, len(calls), ports, mask, masked), outputs)
        calls.append(part)
        implied = self._values.implied(
            LAYERS[part.layer],
            row,
            [self._numbers[ref] for ref in inputs],
            [self._seen(ref, part) for ref in inputs],
            part.arguments,
            None if mask is None else self._numbers[mask],
        )
        for ref, name in zip(refs, outputs, strict=True):
            # both outputs of a Bidirectional that merges none have the steps of the first
            if implied is not None and (ref == refs[0] or name == "backward"):
                self._values.masks[self._numbers[ref]] = implied
        return refs

    def _seen(self, ref: Ref, part: Part) -> int:
        """The number of an input as a layer computes with it: Keras writes a cast before."""
        number, own = self._numbers[ref], self.dtypes.get(ref)
        compute = Policy.named(part.dtype).compute if part.dtype else own
        if own not in FLOATS or own == compute:
            return number
        return self._values.number("Cast", (number,), {"dtype": compute})

    def _operation(
        self, part: Part, call: KerasCall, tensors: dict[int, Ref], path: tuple[str, ...]
    ) -> list[Ref]:
        options = {key: freeze(value) for key, value in part.arguments.items()}
        operands = [number for item in call.args for number in self._operand(item, tensors)]
        for key, item in call.kwargs.items():
            options[key] = self._operand(item, tensors)
        refs = self.add(KerasStep(part, (*path, part.name)), results_of(part))
        self._operations[refs[0].step] = (call, tensors)
        self._numbers[refs[0]] = self._values.number(part.kind, operands, options)
        return refs

    def _operand(self, nest: Nest, tensors: dict[int, Ref]) -> tuple[Frozen, ...]:
        numbers = tuple(self._numbers[tensors[id(item)]] for item in histories(nest))
        return numbers or (self._values.constant(freeze(nest)),)

    def _given_mask(
        self, part: Part, call: KerasCall, arguments: dict[str, Nest], tensors: dict[int, Ref]
    ) -> Ref | None:
        """Take the masks out of the arguments: what the first input has instead of the implied."""
        row, given = part.row or MODEL, None
        for name, owner in row.masks.items():
            mask = arguments.pop(name, None)
            ref = self._other_mask(part, call, name, mask, arguments.get(owner), tensors)
            if ref and owner != row.call[0]:
                raise _no_mask(part, call, name, f"it is not the mask that `{owner}` has")
            given = given or ref
        return given

    def _other_mask(
        self,
        part: Part,
        call: KerasCall,
        name: str,
        mask: Nest,
        owner: Nest,
        tensors: dict[int, Ref],
    ) -> Ref | None:
        """A mask argument, unless it is the mask that its owner has anyway."""
        leaves = list(flatten(mask))
        if not leaves:
            return None
        refs = [tensors[id(leaf)] for leaf in leaves if isinstance(leaf, History)]
        owners = [tensors[id(item)] for item in histories(owner)]
        implied = [self.mask_of(ref) for ref in owners]
        if [self._numbers[ref] for ref in refs] == [item for item in implied if item is not None]:
            return None
        if len(refs) != 1 or len(leaves) != 1:
            raise _no_mask(part, call, name, "it is neither implied nor a single tensor")
        step = self.steps[self.data(refs[0]).step]
        if self.dtypes.get(refs[0]) != "bool":
            raise _no_mask(part, call, name, f"`{step.part.name}` is not of dtype bool")
        return refs[0]

    def add(self, step: KerasStep, outputs: tuple[str, ...]) -> list[Ref]:
        """Go one step further; the references to what it gives."""
        self.steps.append(step)
        refs = [Ref(len(self.steps) - 1, index) for index in range(len(outputs))]
        for ref in refs:
            self._numbers[ref] = self._values.number("tensor", tuple(ref))
        return refs


class TooManyCallsError(Exception):
    """Inlining the nested models gives more layers than any real model has."""


def _no_tensor(history: History) -> Refusal:
    return Refusal(
        "SPC0806",
        f"there is no output {history.output} of call {history.node} of a layer `{history.layer}`",
        argument=history.path,
    )


def _no_mask(part: Part, call: KerasCall, name: str, why: str) -> Refusal:
    return Refusal(
        "SPC0807",
        f"the `{name}` of `{part.name}` cannot be written in a spec: {why}",
        argument=(*call.path, "kwargs", name),
        help="pass the mask as a boolean input, or let Masking or Embedding make it",
    )
