"""What is declared and never read: params, dims, blocks, their ports, imports, defaults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from spec_compiler.fixes import unread
from spec_compiler.linting.looking import Document, words_in
from spec_compiler.places import Placed
from spec_compiler.refusals import ItemPath, Refusal


def params(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """Params of the file, and of its blocks."""
    for name in document.section("params"):
        if name not in document.sizes:
            yield document.node, _unread("SPC1001", "param", ("params", name))
    for block, node in document.section("blocks").items():
        own = document.section("blocks", block, "params")
        words = words_in(node, names=False) if own else Counter[str]()
        for name in own:
            if name not in words:
                yield document.node, _unread("SPC1001", "param", ("blocks", block, "params", name))


def dims(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """Dims that stand in no shape, expression or constraint."""
    for name in document.section("dims"):
        if name not in document.sizes:
            yield document.node, _unread("SPC1002", "dim", ("dims", name))


def blocks(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """Blocks of a model; those of a file of blocks are for others."""
    if document.known.stated is None or not document.known.stated.is_model:
        return
    for name in document.section("blocks"):
        if name not in document.words:
            path = ("blocks", name)
            help = "remove it, or use it; blocks for other files stand best in a file of blocks"
            yield document.node, _unread("SPC1003", "block", path, help, does="uses")


def imports(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """Files of which nothing is used."""
    section = document.section("imports")
    own = words_in(document.node.nearest(("imports",))) if section else Counter[str]()
    for name in section:
        if document.words[name] == own[name]:
            yield (
                document.node,
                _unread("SPC1004", "import", ("imports", name), does="uses", safe=True),
            )


def ports(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """One of several ports of a block that no layer in it reads, and whose sizes nothing needs."""
    for block, node in document.section("blocks").items():
        declared = document.section("blocks", block, "inputs")
        if len(declared) < 2:  # a single one is read by the first layer
            continue
        words = words_in(node)
        for name, port in declared.items():
            binds = words_in(port)
            if name not in words and all(words[word] == count for word, count in binds.items()):
                yield (
                    document.node,
                    Refusal(
                        "SPC1005",
                        f"nothing in the block `{block}` reads its input `{name}`",
                        argument=("blocks", block, "inputs", name),
                        blame_key=True,
                        help="name it under `from` of a layer, or remove it here and in the uses",
                    ),
                )


def defaults(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """Defaults of a type that no layer in the file has."""
    for name in document.section("defaults"):
        if name not in document.words:
            path = ("defaults", name)
            yield (
                document.node,
                Refusal(
                    "SPC1006",
                    f"no layer is a {name}, which has defaults",
                    argument=path,
                    blame_key=True,
                    fix=unread("remove them", safe=True),
                ),
            )


def loose_dims(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """Dims without bounds that stand in a single place, so that they say nothing of any other."""
    for name, node in document.section("dims").items():
        if not node.value and document.sizes[name] == 1:
            yield (
                document.node,
                Refusal(
                    "SPC1007",
                    f"the dim `{name}` stands in one place: it ties nothing to it",
                    argument=("dims", name),
                    blame_key=True,
                    help="write `null` there, or give it bounds",
                ),
            )


def _unread(
    code: str, what: str, path: ItemPath, help: str = "", *, does: str = "reads", safe: bool = False
) -> Refusal:
    return Refusal(
        code,
        f"nothing {does} the {what} `{path[-1]}`",
        argument=path,
        blame_key=True,
        fix=unread(help or f"remove it, or {'use' if does == 'uses' else 'read'} it", safe=safe),
    )
