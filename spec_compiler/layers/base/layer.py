"""A layer: its settings, and one rule, `lower`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, StrictBool

from spec_compiler.declaring.fields import Declaration, PolicyName
from spec_compiler.fixes import Fix, remove, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.base.input_spec import InputSpec, one_or_many
from spec_compiler.layers.base.interface import (
    ByAuthor,
    ByInner,
    Masks,
    Named,
    Ports,
    Roles,
    Rows,
    Several,
)
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.regularizers import Regularizer
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.records import record
from spec_compiler.refusals import Origin, Refusal


@record
class Example:
    """A use of a layer: its test, its documentation, and its data.

    Attributes:
        takes: The inputs' types as text, `float32[batch, 8]`; ` mask` after one that has a mask,
            ` mask[batch, seq]` after the one whose mask is another input, of these axes.
        gives: The results' types in the same notation, when it is accepted.
        refuses: The code, when it is refused.
        settings: The arguments.
        equals: The results in numbers: expressions of `Lambda` over the inputs (`x`, `y`, …), their
            masks, the sizes and the weights by their names, `_` for a dot (`query_kernel`).
        keeps: The mask of the result, if it has one, in the same language.
        where: Parts of these expressions by name, each over those before it.
        why: What it shows.
    """

    takes: str | tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    gives: str | tuple[str, ...] = ""
    refuses: str = ""
    equals: str | tuple[str, ...] = ""
    keeps: str = ""
    where: dict[str, str] = field(default_factory=dict[str, str])
    why: str = ""


class Layer(Declaration):
    """What every layer has; each kind of layer adds its arguments and `lower`.

    The parameters of `lower` after the builder are the layer's `ports`. It gives a signal, or a
    mapping from names of `outputs` to signals. Its `examples` hold it to what the class says.
    """

    entry: ClassVar[str] = "argument"
    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        "autocast": remove(
            "leave it out: floats are cast to the layer's `dtype`, whole numbers are not"
        ),
        "activity_regularizer": remove("leave it out: it has an effect on training only"),
        **dict.fromkeys(
            ("quantization_config", "gptq_unpacked_column_size"),
            "leave it out, and give the weights as they are to be computed with",
        ),
        "config": "write its arguments beside `type`; `specc import` reads a file that Keras wrote",
        "training": remove("leave it out: a run is inference"),
        **dict.fromkeys(
            ("input_shape", "batch_input_shape", "input_dim"),
            remove("leave it out: the shape is declared under `inputs`, by name"),
        ),
    }
    examples: ClassVar[tuple[Example, ...]] = ()
    ports: ClassVar[Ports] = Roles(("x",))
    """What it takes."""
    outputs: ClassVar[tuple[Named, ...]] = (Named("output"),)
    """What it gives; the name of a single one is not written. Empty: the author names them."""
    learned: ClassVar[tuple[Named, ...]] = ()
    """Its weights, in Keras's order."""
    masks: ClassVar[Masks] = Masks()
    """What becomes of the masks of its inputs."""
    rows: ClassVar[Rows] = Rows.ANY
    """What it makes of tensors without a batch."""

    input_spec: Annotated[tuple[InputSpec, ...], BeforeValidator(one_or_many)] = ()
    """Keras's InputSpec for the input, or a list with one for each input."""
    dtype: PolicyName | None = None
    """Dtype or policy of the layer; default: the file's `dtype`."""
    trainable: StrictBool = True
    """Whether training may change the layer's weights."""

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`."""
        # only where a key is not known
        from spec_compiler.declaring.validated import key_names
        from spec_compiler.layers.base.other_tools.keys import of_layer

        about = cls.__name__, key, given, key_names(cls)
        nested = key == "config" and isinstance(given.get(key), dict)
        found = None if nested else cls.elsewhere.get(key)
        return found or of_layer(*about)

    @classmethod
    def instead_of(cls, key: str, given: Mapping[str, object]) -> Fix | None:
        """See `Declaration`."""
        if key != "padding":
            return None
        # only where it is wrong
        from spec_compiler.layers.base.other_tools.padding import padding_meant

        return padding_meant(cls.__name__, given)

    def lower(self, b: Builder, /, *args: Any, **roles: Any) -> Signal | dict[str, Signal]:
        """Write the layer in primitives; the result's type is inferred as it is built.

        Raises:
            Refusal: the inputs and the settings do not fit.
        """
        raise NotImplementedError

    def check_inputs(self, b: Builder, taken: Sequence[Signal]) -> None:
        """Prove what `input_spec` claims of every input.

        Raises:
            Refusal: it is not so.
        """
        specs = self.input_spec
        if not specs:
            return
        if len(specs) != len(taken):
            raise Refusal(
                "SPC0304",
                f"`input_spec` describes {len(specs)} inputs, and the layer has {len(taken)}",
                argument=("input_spec",),
            )
        for index, (spec, signal) in enumerate(zip(specs, taken, strict=True)):
            spec.check(b, signal, ("input_spec", index))

    def training(self, argument: str) -> Training:
        """What the arguments that begin with `argument` say of a weight."""
        return Training(
            argument,
            getattr(self, f"{argument}_initializer"),
            getattr(self, f"{argument}_regularizer", None),
            getattr(self, f"{argument}_constraint", None),
        )

    def penalty(self) -> Regularizer | None:
        """The penalty on its first result, if it has one."""
        return vars(self).get("activity_regularizer")

    def carry_mask(self, b: Builder, result: Signal, /, *args: Any, **_: Any) -> Mask:
        """The mask of the result for `mask: pass`, where `masks` says that it is provable.

        The parameters after the result are the inputs by position, one of which has a mask.

        Raises:
            Refusal: it cannot be proved that the masked axes survive.
        """
        masks = [x.mask.value for x in args if isinstance(x, Signal) and x.mask is not None]
        why, origins = "", tuple[Origin, ...]((mask, "type") for mask in masks[:1])
        if masks and self.masks.provable:
            why = f": its axes {shape_text(masks[0].shape)} are not the first ones of the result "
            why += shape_text(result.shape)
        raise Refusal(
            "SPC0411",
            f"{type(self).__name__} cannot pass a mask on{why}",
            argument=("mask",),
            origins=origins,
            fix=write(
                "drop",
                safe=False,
                words="write `mask: drop` if padding may take part, or `mask: NAME` for a tensor "
                "that is the mask",
            ),
        )

    @classmethod
    def ports_with(cls, arguments: Mapping[str, object]) -> Roles | Several | ByAuthor:
        """What the layer takes with these arguments, of which some may decide it."""
        if isinstance(cls.ports, ByInner):
            raise NotImplementedError
        return cls.ports

    @classmethod
    def output_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """What the layer's outputs are called with these arguments."""
        return cls.present(cls.outputs, arguments)

    @classmethod
    def weight_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """What the layer's weights are called with these arguments, in Keras's order."""
        return cls.present(cls.learned, arguments)

    @classmethod
    def present(
        cls, declared: tuple[Named, ...], arguments: Mapping[str, object]
    ) -> tuple[str, ...]:
        """The names of the outputs or weights that there are with these arguments.

        Args:
            declared: Some of the class's `outputs` or `learned` weights.
            arguments: Plain data; what is absent has its default.
        """
        return tuple(
            item.name
            for item in declared
            if cls.is_on(item.when, arguments)
            and not (item.unless and cls.is_on((item.unless,), arguments))
        )

    @classmethod
    def is_on(cls, switches: tuple[str, ...], arguments: Mapping[str, object]) -> bool:
        """Whether each of some arguments is given and not false; of `name=value` is that value."""

        def on(switch: str) -> bool:
            name, _, value = switch.partition("=")
            given = arguments.get(name, cls.model_fields[name].default)
            return given == value if value else bool(given)

        return all(map(on, switches))

    def arguments(self) -> dict[str, Any]:
        """The layer's own arguments as plain data, defaults included."""
        return self.model_dump(mode="json", by_alias=True, exclude=set(Layer.model_fields))

    def stated(self) -> Mapping[str, object]:
        """What the class's methods about ports, outputs and weights are asked with."""
        return self.arguments()

    def written(self) -> dict[str, Any]:
        """The layer as authors write it as an argument of another, with all of its arguments."""
        common = self.model_dump(
            mode="json",
            by_alias=True,
            include={*Layer.model_fields} - {"doc"},
            exclude_defaults=True,
        )
        own = {key: value for key, value in self.arguments().items() if value not in (None, {}, [])}
        return {"type": type(self).__name__, **own, **common}
