"""Sizes that the shapes of inputs name and nothing declares, and what stands for them then."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import Fix, put
from spec_compiler.formula.arithmetic import Undeclared, names_in
from spec_compiler.ir.dims import Dim, Size, symbol
from spec_compiler.ir.types import MOST_AXES
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import SourceNode
from spec_compiler.spelling import nearest


def undeclared(document: SourceNode, scope: Scope) -> Iterator[tuple[SourceNode, str, Refusal]]:
    """Each of them, as often as it stands somewhere: the input, the name, and what is wrong."""
    for entry, path, text in _sizes(document):
        seen = scope
        while refusal := _undeclared(text, seen):
            name = text[slice(*refusal.within)] if refusal.within else text
            refusal = refusal if refusal.fix else refusal.but(fix=_declared(document, name))
            yield entry, name, refusal.under(path)
            seen = seen._replace(dims={**seen.dims, name: 1})


def with_undeclared(document: SourceNode, scope: Scope, diagnostics: Diagnostics) -> Scope:
    """The scope of inputs with what stands for such names, so that the layers are checked, too.

    A name that is nearly one that is known stands for that one, another for a size of which nothing
    is known.
    """
    found: dict[str, Size] = {}
    for entry, name, refusal in undeclared(document, scope):
        diagnostics.at(entry).add(refusal)
        meant = scope.names.get(nearest(name, scope.names) or "")
        found[name] = meant if isinstance(meant, int | Dim) else symbol(name, multiple=0)
    return scope._replace(dims={**scope.dims, **found}) if found else scope


def without_meaning(document: SourceNode, scope: Scope) -> Scope:
    """The scope of layers, where what was said of such a name is said in the same words."""
    names = {name for _, name, _ in undeclared(document, scope)}
    return scope._replace(untold=dict.fromkeys(names, Undeclared(scope.names))) if names else scope


def _declared(document: SourceNode, name: str) -> Fix:
    """A size that the data decides, under `dims`."""
    dims = document.get("dims")
    if dims is None:
        return put("dims", f"{{{name}: {{}}}}")._replace(at=document, ahead="inputs")
    return put(name, "{}")._replace(at=dims)


def _sizes(document: SourceNode) -> Iterator[tuple[SourceNode, ItemPath, str]]:
    """The texts in the shapes of inputs: the input, the path in it, and the text."""
    inputs = document.get("inputs")
    for entry in inputs.value.values() if inputs and isinstance(inputs.value, dict) else ():
        is_constant = entry.node.get("tensor") is not None  # whose shape is a claim
        for key in () if is_constant else ("shape", "batch_shape"):
            shape = entry.node.get(key)
            sizes = shape.value if shape and isinstance(shape.value, list) else ()
            for index, item in enumerate(sizes if len(sizes) <= MOST_AXES else ()):
                if isinstance(item.value, str) and item.value not in {"...", "None"}:
                    yield entry.node, (key, index), item.value


def _undeclared(text: str, scope: Scope) -> Refusal | None:
    """What is wrong with a size, where that is a name that nothing declares."""
    if set(names_in(text)) <= scope.names.keys():
        return None
    try:
        scope.size(text)
    except Refusal as refusal:
        return refusal if refusal.code == "SPC0205" else None
    return None
