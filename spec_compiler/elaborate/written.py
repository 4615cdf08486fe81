"""Where sizes are written: in arguments, in the shapes of inputs, behind the names in formulas."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.declaring.plain import is_mapping, is_sequence
from spec_compiler.expanding.core import Core
from spec_compiler.formula.arithmetic import names_in
from spec_compiler.ir.dims import Size, as_symbol, quoted
from spec_compiler.layers.base.layer import Layer
from spec_compiler.refusals import ItemPath
from spec_compiler.source.node import SourceNode as Source
from spec_compiler.spans import Label


def named_in(text: str, core: Core) -> tuple[Label, ...]:
    """Where the params and dims are declared that stand in a formula."""
    found: list[Label] = []
    for name in names_in(text):
        for section in ("params", "dims"):
            if core.node.nearest((section, name)) is not core.node.nearest((section,)):
                value = core.scope.params.get(name)
                words = f"`{name}` is declared here" if value is None else f"`{name}` is {value}"
                found.append(Label(core.node.span_of((section, name)), words))
    return tuple(found)


def entries(held: object) -> Iterator[tuple[ItemPath, object]]:
    """What an argument holds, one level deep."""
    yield (), held
    if is_mapping(held):
        yield from (((str(key),), item) for key, item in held.items())
    elif is_sequence(held):
        for index, item in enumerate(held):
            yield from (((index, *at), part) for at, part in entries_inside(item))
    elif isinstance(held, Layer):
        yield from entries_inside(held)


def entries_inside(held: object) -> Iterator[tuple[ItemPath, object]]:
    """What the stated arguments of a layer hold that is one itself; else what is held."""
    if not isinstance(held, Layer):
        yield (), held
        return
    for name in held.model_fields_set:
        yield from (((name, *at), item) for at, item in entries(getattr(held, name)))


def entry_of(node: Source, axis: int) -> ItemPath:
    """Where an input writes the size of an axis."""
    if node.get("tensor") is not None:
        return ("tensor",)
    key = "batch_shape" if node.get("batch_shape") is not None else "shape"
    index = axis if key == "batch_shape" else axis - 1
    return (key, index) if index >= 0 else (key,)


def written(words: str, node: Source, path: ItemPath, size: Size) -> str:
    """That something is a size, with the formula where one is written."""
    text = node.nearest(path).value
    single = as_symbol(size)
    if single is not None and single.anonymous:
        return f"{words} known only from the data"
    formula = isinstance(text, str) and text != str(size)
    return f"{words} {quoted(size)}" + (f" (`{text}`)" if formula else "")
