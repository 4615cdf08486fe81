"""Dims that are one number, where data has others: what was meant is the most that there may be."""

from __future__ import annotations

from spec_compiler.declaring.plain import is_list
from spec_compiler.elaborate.inputs import extent
from spec_compiler.expanding.core import Core
from spec_compiler.fixes import put
from spec_compiler.refusals import Refusal


def of_fixed_dim(refusal: Refusal, name: str, data: object, core: Core) -> Refusal:
    """The refusal of data of an input, with the mend of the only dim that it does not have.

    Args:
        refusal: It says which shapes differ.
        name: The input.
        data: What it is given, whose first axis is the batch.
        core: The spec.
    """
    entry, dims = core.input_entries.get(name), core.node.get("dims")
    written = None if entry is None else entry.node.get("shape")
    sizes = written.value if written is not None and isinstance(written.value, list) else []
    if refusal.code != "SPC0705" or refusal.fix is not None or not is_list(data):
        return refusal
    shape = extent(data, (), name)
    if dims is None or len(sizes) + 1 != len(shape):
        return refusal
    wrong: dict[str, int] = {}
    for size, real in zip(sizes, shape[1:], strict=True):
        dim = dims.get(size.value) if isinstance(size.value, str) else None
        most = size.value if dim is None else dim.value
        if not isinstance(most, int):
            continue
        if dim is None and most != real:
            return refusal
        if real < most:
            wrong[f"{size.value}"] = most
    if len(wrong) != 1:
        return refusal
    ((dim_name, most),) = wrong.items()
    text = f"{{max: {most}}}"
    words = f"`{dim_name}: {most}` is {most} in every row; write `{dim_name}: {text}` if it varies"
    return refusal.mended(put(dim_name, text, words=words)._replace(at=dims, path=()))
