"""A layer that is an argument of another: how it is written, lowered, and blamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, ValidationInfo
from pydantic import WithJsonSchema as JsonSchema

from spec_compiler.declaring.fields import refuse, scope_of
from spec_compiler.declaring.plain import is_list, is_mapping, written_plainly
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import key_names, validated
from spec_compiler.fixes import Fix, advise, alone, remove, write
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.calling import lower_with
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import Incomplete
from spec_compiler.source.python_forms import call_of
from spec_compiler.spelling import nearest

OF_CALLS = ("name", "from", "mask", "expect")
"""Keys that are about a call in the model, and so stand beside the layer around."""


class UnknownLayer(Refusal):
    """A `type` inside of a layer that is none; who knows what else it could be says so.

    Attributes:
        kind: What is written.
        given: The arguments beside it.
    """

    def __init__(self, kind: object, given: Mapping[str, object]) -> None:
        super().__init__("SPC0202", f"there is no layer type `{kind}`", argument=("type",))
        self.kind = kind
        self.given = given


def _read(written: object, info: ValidationInfo) -> Layer:
    """A layer from a mapping with `type`."""
    if isinstance(written, Layer):
        return written
    if not is_mapping(written):
        call = call_of(written) if isinstance(written, str) else None
        if call is not None and call.name in LAYERS:
            keys = list(key_names(LAYERS[call.name]))
            raise refuse(
                f"must be a layer with `type`, not {described(written)}",
                fix=write(call.mapping(keys, type=call.name)),
            )
        name = (nearest(written, LAYERS) if isinstance(written, str) else None) or "LSTM"
        needy = any(field.is_required() for field in LAYERS[name].model_fields.values())
        fix = write(f"{{type: {name}, …}}" if needy else f"{{type: {name}}}")
        if is_list(written) and len(written) == 1 and is_mapping(written[0]):
            fix = alone(f"write `{{type: {written[0].get('type', name)}, …}}`: it is one layer")
        raise refuse(f"must be a layer with `type`, not {described(written)}", fix=fix)
    settings = dict(written)
    if "use" in settings:
        raise Refusal(
            "SPC0103",
            "a block cannot stand inside of a layer",
            argument=("use",),
            blame_key=True,
            help="write its layers one by one in its place, each that works on a step inside of "
            "a layer of its own",
        )
    if "type" not in settings:
        if isinstance(written, Incomplete):
            raise Refusal("SPC0102", "it could not be read")
        # only where it is not said what it is
        from spec_compiler.layers.base.other_tools.keys import kind_of_layer

        if found := kind_of_layer(settings):
            key, fix = found
            message = f"a layer has no argument `{key}`"
            raise Refusal("SPC0103", message, argument=(key,), blame_key=True, fix=fix)
        raise refuse("needs `type`", "SPC0102", help="add `type: …`")
    kind = settings.pop("type")
    if not isinstance(kind, str) or kind not in LAYERS:
        raise UnknownLayer(kind, settings)
    for key in OF_CALLS:
        if key in settings:
            raise Refusal(
                "SPC0103",
                f"a layer inside of another has no `{key}`",
                argument=(key,),
                blame_key=True,
                fix=remove(safe=True)
                if key == "name"
                else advise("write it beside the layer around it"),
            )
    own = Incomplete(settings) if isinstance(written, Incomplete) else settings
    return validated(LAYERS[kind], own, scope_of(info), kind)


InnerLayer: TypeAlias = Annotated[
    Layer,
    BeforeValidator(_read),
    PlainSerializer(lambda layer: layer.written()),
    JsonSchema({"$ref": "#/$defs/inner"}),
]
"""A layer as an argument of another: a mapping with `type` and its arguments."""


def only(fits: Callable[[Layer], bool], wanted: str, help: str = "") -> AfterValidator:
    """A validator that lets only some layers stand in another; `wanted` says which."""

    def check(layer: Layer) -> Layer:
        if not fits(layer):
            raise refuse(f"must be {wanted}, not `{type(layer).__name__}`", help=help)
        return layer

    return AfterValidator(check)


class Wrapper(Layer):
    """A layer with others as arguments, on which its outputs, weights and masks depend."""

    @classmethod
    def of(cls, arguments: Mapping[str, object]) -> Self:
        """The layer with these arguments, plain data that is valid."""
        own = {key: item for key, item in arguments.items() if key in cls.model_fields}
        return validated(cls, own, Scope(), cls.__name__)

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`; arguments of a layer that is named beside them are its own."""
        held = next((name for name in ("layer", "cell") if name in cls.model_fields), "")
        kind = given.get(held)
        inner = LAYERS.get(kind) if isinstance(kind, str) else None
        if inner is None:
            return super().belongs(key, given)
        own = {
            name: written_plainly(item)
            for name, item in given.items()
            if name in inner.model_fields and name not in cls.model_fields
        }
        if key != next(iter(own), "") or "…" in own.values():
            return super().belongs(key, given)
        entries = "".join(f", {name}: {text}" for name, text in own.items())
        meant = f"{{type: {kind}{entries}}}"
        words = f"arguments of {kind} stand in it: write `{held}: {meant}`"
        others = (remove("").on(name) for name in own if name != key)
        return remove(words).and_(write(meant).on(held), *others)

    def stated(self) -> Mapping[str, object]:
        """The layers themselves: a block is no plain data."""
        return vars(self)


class inside:  # noqa: N801 - used as a word: `with inside("layer"):`
    """What is refused in this block is about what stands at `path`, but for what comes in.

    Args:
        path: Where the inner layer is written.
        ports: The ports of the outer layer, by those of the inner one that they feed.
    """

    __slots__ = ("path", "ports")

    def __init__(
        self, *path: str | int, ports: Mapping[str, str] = MappingProxyType[str, str]({})
    ) -> None:
        self.path = path
        self.ports = ports

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, raised: BaseException | None, traceback: object) -> None:
        if not isinstance(raised, Refusal) or not (self.path or self.ports):
            return
        match raised.argument:
            case ("from", str() as port, *rest):
                raise raised.but(argument=("from", self.ports.get(port, port), *rest)) from None
            case ("from", *_):
                related = tuple(((*self.path, *at), text) for at, text in raised.related)
                raise raised.but(related=related) from None
            case _:
                raise raised.under(self.path) from None


def lower_inside(
    b: LayerBuilder,
    layer: Layer,
    name: str,
    at: ItemPath,
    given: Mapping[str, Signal],
    ports: Mapping[str, str] = MappingProxyType[str, str]({}),
) -> dict[str, Signal]:
    """What an inner layer makes, by the names of its outputs; the only one is called ``.

    Args:
        b: The builder of the layer around.
        layer: The inner layer.
        name: What its weights are called behind: `forward_layer`.
        at: Where it is written in the layer around.
        given: Its inputs by the names of its ports.
        ports: See `inside`.

    Raises:
        Refusal: it refuses them.
    """
    inner = b.inside(name, layer.dtype, trainable=layer.trainable)
    with inside(*at, ports=ports):
        taken = [*given.values()]
        layer.check_inputs(inner, taken)
        made = lower_with(layer, inner, taken, tuple(given))
        results = made if isinstance(made, dict) else {"": made}
        regularizer = vars(layer).get("activity_regularizer")
        if regularizer is not None:
            activity = next(iter(results.values())).value
            with inside("activity_regularizer"):
                regularizer.check(activity.shape)
            b.activities[inner.prefix] = regularizer, activity
    for output, signal in results.items():
        inner.note("", signal, type(layer).__name__, output)
    return results
