"""A summary as plain data: what `--format json` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spec_compiler.folds import Measured, Part
from spec_compiler.ir.dims import Size, short_text
from spec_compiler.ir.types import TensorType
from spec_compiler.measure import Measure, Parameters, Result, with_numbers, with_sizes


def layer(item: Measure) -> dict[str, object]:
    """An input or a layer."""
    return {
        "name": item.name,
        "type": item.kind,
        "outputs": _outputs(item),
        "parameters": counts(item.parameters),
        "flops": plain(item.flops),
        "reuse": item.reuse,
    }


def part_data(
    parts: Sequence[Part], measured: Measured, sizes: Mapping[str, int]
) -> list[dict[str, object]]:
    """The tree of blocks, in which what is alike is one."""
    return [_part(part, measured, sizes) for part in parts]


def _part(part: Part, measured: Measured, sizes: Mapping[str, int]) -> dict[str, object]:
    row = measured.row(part)
    item = with_sizes(row.measure, sizes)
    memory = None if row.memory is None else with_numbers(row.memory, sizes)
    return {
        "name": part.name,
        "type": part.kind,
        "block": not part.is_layer and not part.is_sequence,
        "copies": list(part.names),
        "layers": list(part.layers),
        "outputs": _outputs(item),
        "parameters": counts(item.parameters),
        "flops": plain(item.flops),
        "results": plain(memory),
        "reuse": item.reuse,
        "parts": part_data(part.inside, measured, sizes),
    }


def plain(size: Size | None) -> int | str | None:
    """A size as JSON has it."""
    return size if size is None or isinstance(size, int) else str(size)


def counts(of: Parameters) -> dict[str, int]:
    """Parameters as JSON has them."""
    return {"trainable": of.trainable, "non_trainable": of.non_trainable, "bytes": of.bytes}


def _outputs(item: Measure) -> list[dict[str, object]]:
    return [_output(result) for result in item.results]


def _output(result: Result) -> dict[str, object]:
    return {
        "name": result.name,
        "shape": _shape(result.type),
        "dtype": result.type.dtype,
        "mask": _shape(result.mask) if result.mask else None,
    }


def _shape(of: TensorType) -> list[int | str | None]:
    return [size if isinstance(size, int) else short_text(size) for size in of.shape]
