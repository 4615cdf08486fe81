"""Calls of Keras as a Python program that builds the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import indent

from spec_compiler.export.keras.arguments import quoted, written
from spec_compiler.export.keras.blocks import grouped
from spec_compiler.export.keras.body import BodyWriter
from spec_compiler.export.keras.layout import laid_out
from spec_compiler.export.keras.model import KerasInput, KerasProgram

_BASE = "keras.layers.Layer"


def layers_text(model: KerasProgram, package: str) -> str:
    """The module of the classes of our own, which Keras finds when it loads an archive.

    Args:
        model: The model.
        package: What the classes are registered under.
    """
    doc = f'"""What the model `{model.name}` has beside the layers of Keras; written by specc."""'
    return "\n".join([doc, "", *_imports(model, of_model=False), *_classes(model, package)]) + "\n"


def program_text(model: KerasProgram, *, module: str = "", package: str = "", doc: str = "") -> str:
    """The program: `build_model()` gives the model.

    Args:
        model: The model.
        module: Where the classes of our own are; without it they stand in the program.
        package: What they are registered under.
        doc: What the program says of itself.
    """
    lines = [f'"""{doc or model.name}"""', "", *_imports(model, of_model=True, inside=not module)]
    if model.classes and module:
        lines.append(f"from {module} import {', '.join(model.classes)}")
    elif model.classes:
        lines += _classes(model, package)
    writer = BodyWriter(model)
    body = writer.body(grouped(model), {item.tensor: item.tensor for item in model.inputs}, "")
    for text in writer.functions.values():
        lines += ["", "", text]
    lines += ["", "", "def build_model():", f'    """The model `{model.name}`."""']
    ends = f"return keras.Model({_ends(model, writer.names)}, name={quoted(model.name)})"
    inputs = [f"{item.tensor} = {_input(item)}" for item in model.inputs]
    lines += [indent(laid_out(line, 4), "    ") for line in (*inputs, *body, ends)]
    return "\n".join(lines) + "\n"


def _imports(model: KerasProgram, *, of_model: bool, inside: bool = True) -> Iterator[str]:
    texts = "\n".join((*model.classes.values(), *model.functions.values())) if inside else ""
    for name in ("functools", "itertools"):
        if f"{name}." in texts:
            yield f"import {name}"
    if "functools." in texts:
        yield ""
    yield "import keras"
    modules = {"layers"} if of_model else set[str]()
    said = texts + "\n".join(written(layer.made) for layer in model.layers.values()) * of_model
    modules |= {
        name for name in ("constraints", "initializers", "regularizers") if f"{name}." in said
    }
    modules |= {"ops"} if "ops." in texts else set()
    if modules:
        yield f"from keras import {', '.join(sorted(modules))}"


def _classes(model: KerasProgram, package: str) -> Iterator[str]:
    for text in model.functions.values():
        yield from ("", "", text.rstrip("\n"))
    for text in model.classes.values():
        yield from ("", "")
        yield f"@keras.saving.register_keras_serializable({quoted(package)})"
        yield text.replace("{base}", _BASE)


def _input(item: KerasInput) -> str:
    batch, *shape = item.batch_shape
    sizes = f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"
    parts = [sizes]
    if batch is not None:
        parts.append(f"batch_size={batch}")
    if item.dtype != "float32":
        parts.append(f"dtype={quoted(item.dtype)}")
    return f"keras.Input({', '.join((*parts, f'name={quoted(item.name)}'))})"


def _ends(model: KerasProgram, names: Mapping[str, str]) -> str:
    tensors = [item.tensor for item in model.inputs]
    inputs = tensors[0] if len(tensors) == 1 else f"[{', '.join(tensors)}]"
    outputs = {name: names.get(tensor, tensor) for name, tensor in model.outputs.items()}
    if model.by_name:
        entries = (f"{quoted(name)}: {tensor}" for name, tensor in outputs.items())
        return f"{inputs}, {{{', '.join(entries)}}}"
    given = ", ".join(outputs.values())
    return f"{inputs}, {given if len(outputs) == 1 else f'[{given}]'}"
