"""From a document to declarations that make sense: the first stage that knows the language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import key_names, one_each, validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import Fix, indent, put, remove, wrap, write
from spec_compiler.formula.arithmetic import SizeRelation
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.language.document import RUNS, SECTIONS, Header
from spec_compiler.reading.authored import authored
from spec_compiler.reading.dims import dim_sizes, relations, with_multiples
from spec_compiler.reading.made_params import add_made
from spec_compiler.reading.params import param_values
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.source.node import Entry, Incomplete, SourceNode
from spec_compiler.spans import Label
from spec_compiler.spelling import listed

_ALONE = frozenset({"", "doc", "metadata", "name", "seed", "specc", "weights"})
"""Sections that no layer's meaning depends on."""
_MAPPINGS = frozenset({"inputs", "params", "dims", "blocks", "imports", "defaults", "outputs"})
"""Sections whose entries have names."""
_READ_FIRST = frozenset({"inputs", "layers", "blocks", "defaults"})
"""Sections without which the rest of a file means nothing."""
_FILE_HINT = "this is the text of a spec that is read; a file is read by `compile_file`"


class Headed(NamedTuple):
    """A header, what its names mean, and the document that it heads."""

    header: Header
    scope: Scope
    relations: tuple[tuple[int, SizeRelation], ...]
    """What the constraints say, each with its index."""
    node: SourceNode

    @property
    def is_model(self) -> bool:
        """Whether there is something to run, rather than blocks for other files only."""
        return is_model(self.node)


def is_model(node: SourceNode) -> bool:
    """Whether a document has inputs and layers; one that does not may hold blocks only."""
    return node.get("blocks") is None or any(node.get(key) is not None for key in RUNS)


def read_header(
    node: SourceNode,
    overrides: Mapping[str, object],
    diagnostics: Diagnostics,
    *,
    imported: bool = False,
) -> Headed | None:
    """Read everything but the graph: header, params, dims, constraints.

    Args:
        node: The document.
        overrides: Values of params from the command line, as text.
        diagnostics: Collects what is wrong.
        imported: Whether another file imports it; then its params may get their values there.

    Returns:
        None when there is too little to go on with.
    """
    if not isinstance(node.value, dict):
        diagnostics.at(node).add(
            Refusal(
                "SPC0100",
                "a spec is a mapping with `specc`, `inputs` and `layers`, not "
                f"{described(node.plain())}",
                fix=_layers_alone(node),
                help=_FILE_HINT if str(node.value).endswith((".yaml", ".yml", ".json")) else "",
            )
        )
        return None
    header = _header(node, diagnostics)
    if header is None:
        return None
    scope = _scope(header, node, overrides, diagnostics, later=imported and is_model(node))
    found = relations(header.constraints, scope, node, diagnostics)
    scope = scope._replace(dims=with_multiples(scope.dims, found))
    return Headed(header, scope, found, node)


def _header(node: SourceNode, diagnostics: Diagnostics) -> Header | None:
    entries = cast("dict[str, Entry]", node.value)
    if outside := _of_keras(entries) or _not_indented(node, entries):
        diagnostics.at(node).add(outside)
        return None
    plain: dict[str, Any] = {}
    for key, entry in entries.items():
        if key not in SECTIONS and not key.startswith("x-"):
            plain[key] = authored(entry.node, free=key == "metadata")
    header, problems = _recovered(plain, {key: key in entries for key in SECTIONS})
    if header is not None and header.specc != 1:
        message = f"this is version {header.specc} of the language; specc reads version 1"
        instead = "write `specc: 1`, or install the release that reads it"
        fix = write("1", safe=False, words=instead)
        problems.append(Refusal("SPC0101", message, argument=("specc",), fix=fix, allowed=("1",)))
        header = None
    problems += [
        Refusal("SPC0102", f"a spec needs `{key}`", help=f"add `{key}:`", missing=key)
        for key in ("inputs", "layers")
        if key not in entries and is_model(node) and not isinstance(entries, Incomplete)
    ]
    problems = [
        refusal.mended(put("specc", 1, verb="add", safe=True))
        if refusal.missing == "specc"
        else refusal.mended(write("1", words="write `specc: 1`"))
        if refusal.argument == ("specc",) and not refusal.help
        else refusal
        for refusal in problems
    ]
    if isinstance(entries, Incomplete):
        problems = [refusal for refusal in problems if not refusal.missing]
    diagnostics.at(node).add(Refusals(_guess_sections(problems, entries)))
    return header


def _of_keras(entries: Mapping[str, Entry]) -> Refusal | None:
    """The refusal of a file that Keras wrote: of a model, or of its `config` alone."""
    model = {"class_name", "config"} <= entries.keys()
    if "specc" in entries or not (model or {"layers", "input_layers"} <= entries.keys()):
        return None
    return Refusal(
        "SPC0100",
        "this is a model as Keras writes it, not a spec",
        argument=(next(iter(entries)),),
        blame_key=True,
        help="make a spec of it: `specc import FILE -o model.yaml`",
    )


def _layers_alone(node: SourceNode) -> Fix | None:
    """What to write around a list of layers that is all there is."""
    items = node.value if isinstance(node.value, list) else []
    if not items or not all(item.get("type") or item.get("use") for item in items):
        return None
    words = "write `specc: 1` and `inputs: {x: {shape: [8]}}`, and the list under `layers`"
    return wrap("layers", words, beside="specc: 1\ninputs: {x: {shape: [8]}}")


def _not_indented(node: SourceNode, entries: Mapping[str, Entry]) -> Refusal | None:
    """The refusal of what stands below the key of a section, in line with it."""
    known = {*Header.model_fields, *SECTIONS}
    section, below = "", list[str]()
    for key, entry in entries.items():
        if key in known or key in Header.elsewhere or key.startswith("x-"):
            if below:
                break
            section = key if key in _MAPPINGS and entry.node.value is None else ""
        elif section:
            below.append(key)
    if not below:
        return None
    if below[1:]:
        words = (
            f"indent {', '.join(f'`{key}`' for key in below)} by two spaces, each with its lines"
        )
    else:
        words = f"indent `{below[0]}` and what belongs to it by two spaces"
    return Refusal(
        "SPC0103",
        f"`{below[0]}` stands beside `{section}`, not in it",
        argument=(below[0],),
        blame_key=True,
        labels=(Label(node.key_span((section,)), "nothing stands in it"),),
        fix=indent(words).on(below[0]).and_(*(indent().on(key) for key in below[1:])),
    )


def _recovered(
    plain: dict[str, Any], beside: Mapping[str, object]
) -> tuple[Header | None, list[Refusal]]:
    """The header without what is wrong in it, so that the rest is read; and what is wrong."""
    lost = {key for key, item in plain.items() if isinstance(item, Incomplete)}
    if lost - _ALONE:
        return None, []
    plain = {key: item for key, item in plain.items() if key not in lost}
    try:
        return validated(Header, plain, Scope(), "a spec", beside), []
    except Refusal as refusal:
        problems = [*refusal.parts]
    rest = {"specc": 1, **plain}
    given = {**plain, **{key: True for key, is_there in beside.items() if is_there}}

    def known(refusal: Refusal, section: str) -> bool:
        return refusal.blame_key and Header.belongs(section, given) is not None

    for refusal in problems:
        section = str(refusal.argument[0]) if refusal.argument else ""
        held = rest.pop(section, None)
        meant = _meant(refusal)
        if meant in Header.model_fields and meant not in rest:
            rest[meant] = held
        elif meant in _READ_FIRST or not (section in _ALONE or known(refusal, section)):
            return None, problems  # what the layers mean depends on it: more would be guesses
    try:
        return validated(Header, {"specc": 1, **rest}, Scope(), "a spec"), problems
    except Refusal:
        return None, problems


def _meant(refusal: Refusal) -> str:
    """The key that was meant by one that a spec has not; empty where none is known."""
    fix = refusal.fix if refusal.blame_key and len(refusal.argument) == 1 else None
    return {"name": fix.text, "entry": fix.key}.get(fix.kind, "") if fix else ""


def _guess_sections(problems: list[Refusal], entries: Mapping[str, Any]) -> list[Refusal]:
    """An unknown key that stands for a missing section is one mistake, not two."""
    allowed = listed(key for key in (*key_names(Header), *SECTIONS) if key not in entries)
    explained: set[str] = set()
    said: list[Refusal] = []
    for refusal in problems:
        if refusal.blame_key and len(refusal.argument) == 1:
            meant = _meant(refusal)
            explained |= {"inputs", "layers"} if meant == "blocks" else {meant} - {""}
            refusal = refusal.but(allowed=allowed)
            key = str(refusal.argument[0])
            if len(key.split()) > 2 and entries[key].node.value is None:
                words = "leave this line out, or make it a comment: `# …`"
                refusal = refusal.mended(remove(words)).but(allowed=())
        said.append(refusal)
    kept = [refusal for refusal in said if refusal.missing not in explained]
    lacking = [refusal for refusal in kept if refusal.missing]
    return one_each([refusal for refusal in kept if not refusal.missing], lacking)


def _scope(
    header: Header,
    node: SourceNode,
    overrides: Mapping[str, object],
    diagnostics: Diagnostics,
    *,
    later: bool,
) -> Scope:
    for section, names in (("params", header.params), ("dims", header.dims)):
        if BATCH_NAME in names:
            diagnostics.at(node).add(
                Refusal(
                    "SPC0201",
                    "`batch` always exists, and cannot be declared",
                    argument=(section, BATCH_NAME),
                    fix=remove("bound it under `constraints`: `batch <= 64`"),
                )
            )
    params, lost = param_values(header.params, overrides, node, diagnostics, later=later)
    add_made(header.params, params, lost, header.dims, node, diagnostics)
    return Scope(params, dim_sizes(header.dims, params, lost, node, diagnostics))
