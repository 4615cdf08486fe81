"""Things of a spec in Markdown: layers and what they cost, signals, sizes, blocks, codes."""

from __future__ import annotations

from spec_compiler.authoring.document import Document
from spec_compiler.authoring.names_here import block_here, list_here
from spec_compiler.authoring.results import Made, Results, named_in
from spec_compiler.authoring.standing import Standing
from spec_compiler.codes import CODES
from spec_compiler.ir.dim_operations import bounds
from spec_compiler.ir.dims import BATCH_NAME, Dim, Size
from spec_compiler.ir.types import shape_text
from spec_compiler.language.document import Param
from spec_compiler.layers.signal import Signal
from spec_compiler.measure import Measure, measure
from spec_compiler.reading.library import Block
from spec_compiler.report.escape import markdown, markdown_code

_FORMULA_AT_MOST = 200


def code(text: str) -> str:
    """A name or a value, in which nothing acts."""
    return f"`{markdown_code(text)}`" if text else "` `"


def told_made(document: Document, made: Made) -> str:
    """A layer or a use: what it gives, what it weighs and what it computes."""
    name = made.names[0]
    lines = [f"**{code(name)}**"]
    if made.tried:
        lines[0] += ", as a use gives it that was tried"
    elif len(made.names) > 1:
        lines[0] += f" and {len(made.names) - 1} more copies"
    results: Results = made.results[0] if made.results else {}
    for output, signal in results.items():
        lines.append(f"{code(output)}: {_type(signal)}" if output else f"gives {_type(signal)}")
    program = document.analysis.program
    if program is not None and name in program.steps:
        [cost] = measure(program, {name})
        lines += _costs(cost)
        step = program.steps[name]
        weights = [
            f"{code(weight.removeprefix(f'{name}.'))} {code(shape_text(made_weight.weight.shape))}"
            for weight, made_weight in step.weights.items()
        ]
        lines += [f"weights: {', '.join(weights)}"] if weights else []
    return "  \n".join(lines)


def _type(signal: Signal) -> str:
    """Shape, dtype, and the mask with who made it."""
    told = f"{code(f'{shape_text(signal.shape)} {signal.dtype}')}"
    if signal.mask is not None:
        shape = shape_text(signal.mask.value.shape)
        told += f", masked {code(shape)} by {code(signal.mask.origin)}"
    return told


def _costs(cost: Measure) -> list[str]:
    told: list[str] = []
    if cost.reuse:
        told.append(f"weights of {code(cost.reuse)}")
    elif cost.parameters.total:
        fixed = cost.parameters.non_trainable
        more = f", {fixed:,} of them not trained" if fixed else ""
        told.append(f"parameters: {cost.parameters.total:,}{more}")
    if cost.flops:
        text = f"{cost.flops:,}" if isinstance(cost.flops, int) else str(cost.flops)
        if len(text) <= _FORMULA_AT_MOST:
            told.append(f"FLOPs: {code(text)}")
    return told


def told_signal(name: str, kind: str, signal: Signal) -> str:
    """A name, what it is, and its type."""
    article = "an" if kind[0] in "aeiou" else "a"
    return f"{code(name)}, {article} {kind}: {_type(signal)}"


def told_name(document: Document, standing: Standing, written: str) -> str:
    """What a reference names at a place, or a size in an expression; empty where it is nothing."""
    listed = list_here(document, standing)
    if listed is not None:
        signal = named_in(listed.known, written, listed.names)
        if signal is not None:
            kind = "input" if written in listed.names.inputs else "result"
            return told_signal(written, kind, signal)
    return told_size(document, standing, written)


def told_size(document: Document, standing: Standing, name: str) -> str:
    """A param or a dim: its value and where that comes from; empty where it is neither."""
    stated, block = document.analysis.stated, block_here(document, standing)
    if block is not None and name in block.params:
        return told_param(name, block.params[name], None)
    if block is not None and name in block.bound:
        return f"{code(name)}, a size that the inputs of {code(block.name)} bind at each use"
    if stated is None:
        return ""
    if name in stated.header.params:
        return told_param(name, stated.header.params[name], stated.scope.params.get(name))
    if name == BATCH_NAME:
        return f"{code(name)}, a dim: how many rows the data has"
    if name in stated.scope.dims:
        return told_dim(name, stated.scope.dims[name], stated.header.dims[name].doc or "")
    return ""


def told_param(name: str, param: Param, value: object) -> str:
    """A param: its type, its value, and whether that is a default or made of others."""
    lines = [f"{code(name)}, a param: {code(param.type)}"]
    if param.value is not None:
        lines.append(
            f"made of {code(str(param.value))}" + (f": {code(str(value))}" if value else "")
        )
    elif param.default is not None:
        said = param.default
        lines.append(f"default: {code(str(said))}")
        if value is not None and value != said:
            lines.append(f"its value here: {code(str(value))}")
    elif value is not None:
        lines.append(f"given: {code(str(value))}")
    else:
        lines.append("it must be given")
    limits = {"at least": param.min, "at most": param.max, "a multiple of": param.multiple_of}
    told = [f"{words} {number:g}" for words, number in limits.items() if number is not None]
    lines += [", ".join(told)] if told else []
    lines += [markdown(" ".join(param.doc.split()))] if param.doc else []
    return "  \n".join(lines)


def told_dim(name: str, size: Size, doc: str) -> str:
    """A dim: what the data may decide."""
    if isinstance(size, Dim):
        low, high = bounds(size)
        told = f"{code(name)}, a dim: at least {low}" + (f", at most {high}" if high else "")
    else:
        told = f"{code(name)}, a dim: {size}"
    return f"{told}  \n{markdown(' '.join(doc.split()))}" if doc else told


def told_block(block: Block | None) -> str:
    """A block: its ports, its params and its outputs; empty for none."""
    if block is None:
        return ""
    ports = code(f"({', '.join(port_words(block).values())})")
    lines = [f"block {code(block.name)}", f"{ports} → {code(', '.join(block.outputs))}"]
    for name, param in block.params.items():
        default = "" if param.default is None else f" = {code(str(param.default))}"
        lines.append(f"{code(name)}: {param.type}{default}")
    doc = block.node.get("doc")
    if doc is not None and isinstance(doc.value, str):
        lines.append(markdown(" ".join(doc.value.split())))
    return "  \n".join(lines)


def port_words(block: Block) -> dict[str, str]:
    """The ports of a block by name, each with its shape: `x: [..., d]`."""
    found: dict[str, str] = {}
    for name, port in block.inputs.items():
        sizes = ["null" if size is None else str(size) for size in port.shape or ()]
        found[name] = name if port.shape is None else f"{name}: [{', '.join(sizes)}]"
    return found


def told_code(text: str) -> str:
    """A code with its explanation; empty for what is none."""
    if text not in CODES:
        return ""
    entry = CODES[text]
    first = entry.explanation.strip().split("\n\n")[0]
    return f"{code(entry.code)}: {entry.title}\n\n{' '.join(first.split())}"
