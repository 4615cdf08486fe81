"""The inputs of a model, read from their section of a document."""

from __future__ import annotations

from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.fixes import Fix, advise, nest, write
from spec_compiler.language.inputs import Input
from spec_compiler.language.names import check_input_name
from spec_compiler.reading.authored import mapping
from spec_compiler.reading.undeclared import with_undeclared
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Incomplete, SourceNode
from spec_compiler.source.python_forms import tuple_of


def read_inputs(
    document: SourceNode, scope: Scope, diagnostics: Diagnostics
) -> dict[str, Input | None]:
    """The inputs by name, in the order of the file; None for one that was refused.

    Args:
        document: The whole spec.
        scope: What names mean.
        diagnostics: Collects what is wrong.
    """
    node = document.get("inputs")
    if node is None:
        return {}
    if not isinstance(node.value, dict) or all(name.startswith("x-") for name in node.value):
        found_instead = "an empty one" if node.value == {} else described(node.plain())
        message = f"`inputs` is a mapping from names to declarations, not {found_instead}"
        words = f"write `inputs: {_by_name(node)}`"
        sizes = isinstance(node.value, list) and f"{node.plain()}" in words
        fix = _named_meant(node, words) or advise(words)
        if sizes:
            fix = Fix("entry", "{x: {shape: @}}", "inputs", safe=False, help=words).on()
        diagnostics.at(document, ("inputs",)).add(Refusal("SPC0104", message, fix=fix))
        return {}
    if (alone := next(iter(node.value))) in Input.model_fields and (
        not isinstance(node.value[alone].node.value, dict)
    ):
        refusal = _bare(alone, node.value[alone].node)
        if node.value.keys() <= Input.model_fields.keys():
            refusal = refusal.but(fix=nest("x", "")._replace(at=node, path=()))
        diagnostics.at(node, (alone,)).add(refusal)
        return {}
    scope = with_undeclared(document, scope, diagnostics)
    found: dict[str, Input | None] = {}
    for name, entry in node.value.items():
        if name.startswith("x-"):
            continue
        found[name] = None
        with diagnostics.at(node):
            check_input_name(name)
            found[name] = read_input(name, entry.node, scope, diagnostics)
        _note_none(entry.node, diagnostics)
    return found


def read_input(name: str, node: SourceNode, scope: Scope, diagnostics: Diagnostics) -> Input | None:
    """One input; None when it was refused."""
    with diagnostics.at(node) as attempt:
        if not isinstance(node.value, dict):
            raise _bare(name, node)
        plain = mapping(node, scope, "an input is a mapping with `shape`")
        declared = validated(Input, plain, scope, "an input")
        if declared.name not in {None, name}:
            message = f"the input's name is its key, `{name}`"
            attempt.add(Refusal("SPC0107", message, argument=("name",)))
        # what could not be read may have been its dtype: nothing is known of it
        return None if isinstance(plain, Incomplete) else declared
    return None


def _by_name(node: SourceNode) -> str:
    """What to write for a list of inputs, where it can be told."""
    found: list[str] = []
    for item in node.value if isinstance(node.value, list) else ():
        name, shape = item.get("name"), item.get("shape")
        inner = next(iter(item.value)) if isinstance(item.value, dict) and item.value else "x"
        called = name.value if name is not None else inner if shape is None else "x"
        found.append(f"{called}: {{…}}")
    sizes = isinstance(node.value, list) and all(type(item.value) is int for item in node.value)
    if sizes and node.value:
        return f"{{x: {{shape: {node.plain()}}}}}"
    return f"{{{', '.join(found)}}}" if found else "{x: {shape: [8]}}"


def _named_meant(node: SourceNode, words: str) -> Fix | None:
    # only where it is a list
    from spec_compiler.declaring.other_tools.forms import mapping_meant

    return mapping_meant(node.plain(), words)


def _called(written: str) -> str:
    # only where a text stands for an input
    from spec_compiler.language.other_tools.inputs import input_called

    return input_called(written)


def _bare(name: str, node: SourceNode) -> Refusal:
    """The refusal of `x: [8]`, which is a shape, and of `shape: [8]` without an input's name."""
    written, sizes = node.plain(), ""
    message = f"an input is a mapping with `shape`, not {described(written)}"
    if isinstance(written, list) and all(isinstance(size, int | str) for size in written):
        sizes = ", ".join(map(str, written))
    elif type(written) is int:
        sizes = f"{written}"
    elif isinstance(written, str) and (parts := tuple_of(written)):
        sizes = ", ".join(parts)
    elif isinstance(written, str) and (called := _called(written)):
        words = f"write `inputs: {{{name}: {called}}}`"
        return Refusal("SPC0104", message, fix=write(called, words=words))
    if name in Input.model_fields or not sizes:
        of = "x" if name in Input.model_fields else name
        return Refusal("SPC0104", message, help=f"write `inputs: {{{of}: {{shape: [8]}}}}`")
    meant = f"{{shape: [{sizes}]}}"
    fix = write(meant, words=f"write `inputs: {{{name}: {meant}}}`")
    return Refusal("SPC0104", message, fix=fix)


def _note_none(node: SourceNode, diagnostics: Diagnostics) -> None:
    """`None` is what Python users write for null; YAML reads it as text."""
    for key in ("shape", "batch_shape"):
        shape = node.get(key)
        for item in shape.value if shape is not None and isinstance(shape.value, list) else ():
            if item.value == "None":
                diagnostics.at(item, severity=Severity.NOTE).add(
                    Refusal("SPC0110", "`None` is taken as `null`", fix=write("null"))
                )
