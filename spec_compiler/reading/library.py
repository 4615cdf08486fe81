"""What `use` can name: the blocks of a file, those of its imports, and whole files as blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from spec_compiler.declaring.scope import Scope
from spec_compiler.files import Origin
from spec_compiler.fixes import Fix, entry, put, write
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.language.document import DimDeclaration, Param
from spec_compiler.reading.defaults import Defaults
from spec_compiler.reading.header import is_model
from spec_compiler.reading.packaged import meant
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode
from spec_compiler.spelling import listed, nearest, suggestion

SizeEntry = int | str | None
"""A size in a signature: a number, an expression, a name that is bound, `...`, or any size."""


class BlockPort(NamedTuple):
    """What an input of a block must be fed with.

    Attributes:
        shape: Without the batch axis; None for any.
        dtype: None for any.
        batch: The size of the batch axis; None for any.
        values: The least and the greatest number; None for any.
    """

    shape: tuple[SizeEntry, ...] | None = None
    dtype: str | None = None
    batch: SizeEntry = None
    values: tuple[SizeEntry | float, SizeEntry | float] | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Block:
    """A list of layers that `use` puts in its place.

    Attributes:
        name: Its key under `blocks`; of a whole file, the file's name.
        node: The declaration.
        params: What `with` gives values to.
        inputs: Its ports, by name.
        outputs: What stands outside: names to references inside; None for the last layer.
        library: The file that it stands in.
        is_whole_file: Whether it is a whole file: its params are its own, its dims are bound.
        dims: Of a whole file: the bounds of its named sizes.
        constraints: Of a whole file: relations between its params and dims.
        constants: Of a whole file: its inputs that are constants.
    """

    name: str
    node: SourceNode
    params: Mapping[str, Param]
    inputs: Mapping[str, BlockPort]
    outputs: Mapping[str, str | None]
    library: Library
    is_whole_file: bool = False
    dims: Mapping[str, DimDeclaration] = field(default_factory=dict[str, DimDeclaration])
    constraints: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()

    @cached_property
    def items(self) -> list[SourceNode]:
        """Its layers."""
        layers = self.node.get("layers")
        return layers.value if layers is not None and isinstance(layers.value, list) else []

    @cached_property
    def claimed(self) -> tuple[str, ...]:
        """The outputs of which its author says what they are."""
        declared = self.node.get("outputs")
        found = {name: declared.get(name) for name in self.outputs} if declared else {}
        return tuple(name for name, node in found.items() if node and isinstance(node.value, dict))

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that its signature binds at each call."""
        if self.is_whole_file:
            return frozenset(self.dims)
        known = {*self.params, *self.library.scope.params, BATCH_NAME}
        entries = [e for port in self.inputs.values() for e in port.shape or ()]
        return frozenset(e for e in entries if isinstance(e, str) and e.isidentifier()) - known


@dataclass(eq=False, repr=False)
class Library:
    """The blocks of a file, and the files that it imports.

    Attributes:
        origin: Where the file was read from.
        node: The document.
        scope: Its params, which its blocks see.
        defaults: Its defaults, which hold for the layers in it.
        blocks: By name; None for one that was refused.
        imports: By alias; None for a file that was refused.
        model: The file as a whole, as a block; None for the file that is compiled, for one that
            holds blocks only, and for one that was refused.
        unsure: Whether a block in it could not be read whose name is not known.
    """

    origin: Origin
    node: SourceNode
    scope: Scope
    defaults: Defaults
    blocks: dict[str, Block | None] = field(default_factory=dict[str, "Block | None"])
    imports: dict[str, Library | None] = field(default_factory=dict[str, "Library | None"])
    model: Block | None = None
    unsure: bool = False

    def find(self, written: str) -> Block | None:
        """The block that a `use` names; None when it was refused where it is declared.

        Args:
            written: `ffn`, `tf.encoder`, or `tf` for a whole file.

        Raises:
            Refusal: there is none.
        """
        if written in self.blocks:
            return self.blocks[written]
        alias, dot, name = written.partition(".")
        if alias not in self.imports:
            if self.unsure and not dot:
                return None
            raise self._unknown(written, alias, dot)
        imported = self.imports[alias]
        if imported is None:
            return None
        if dot and name in imported.blocks:
            return imported.blocks[name]
        if dot and imported.unsure:
            return None
        blocks = [f"{alias}.{block}" for block in imported.blocks]
        named = ", ".join(f"`{block}`" for block in blocks)
        if not dot:
            if is_model(imported.node):
                return imported.model
            raise Refusal(
                "SPC0210",
                f"`{alias}` is a file of blocks, and no model",
                argument=("use",),
                help=f"name one of its blocks: {named}",
                allowed=listed(blocks),
            )
        meant = next((own for own in _CALLED.get(name, ()) if own in imported.blocks), None)
        guess = meant or nearest(name, imported.blocks)
        raise Refusal(
            "SPC0210",
            f"there is no block `{name}` in {imported.origin.file}",
            argument=("use",),
            within=(len(alias) + 1, len(written)),
            **suggestion(guess, named and f"it has {named}", imported.blocks),
        )

    def holds(self, written: str) -> bool:
        """Whether a `use` could name this: a block, or a block of an import."""
        alias, _, name = written.partition(".")
        imported = self.imports.get(alias)
        return written in self.blocks or (imported is not None and name in imported.blocks)

    def _imported(self, alias: str) -> Fix | None:
        """A library of specc as an import of this file."""
        packaged, imports = meant(alias), self.node.get("imports")
        if packaged is None:
            return None
        if imports is None:
            made = put("imports", f"{{{alias}: {packaged}}}")
            return made._replace(at=self.node, ahead="inputs", path=())
        return put(alias, packaged)._replace(at=imports, path=())

    def _unknown(self, written: str, alias: str, dot: str) -> Refusal:
        # only where a block is not known
        from spec_compiler.language.other_tools.items import block_meant

        if found := block_meant(written, self.blocks, self.imports):
            message = f"there is no block `{written}`"
            # what begins with `$` is no text to an edit
            fix = write(found)
            if written.startswith("$"):
                fix = entry("use", found, f"write `use: {found}`", safe=True)
            if self.imports.get(found.partition(".")[0]) is None and found not in self.blocks:
                fix = self._imported(found.partition(".")[0]) or fix
                fix = write(found).and_(fix) if fix.kind == "put" else fix
            return Refusal("SPC0210", message, argument=("use",), fix=fix)
        if dot:
            refusal = Refusal(
                "SPC0215",
                f"there is no import `{alias}`",
                argument=("use",),
                within=(0, len(alias)),
                **suggestion(nearest(alias, self.imports), _to_import(alias), self.imports),
            )
            return refusal if refusal.fix else refusal.but(fix=self._imported(alias))
        known = [*self.blocks, *self.imports]
        imported = (
            f"{alias}.{block}" for alias, of in self.imports.items() if of for block in of.blocks
        )
        inside = [
            f"{alias}.{written}"
            for alias, library in self.imports.items()
            if library is not None and written in library.blocks
        ]
        guess = nearest(written, known) or next(iter(inside), None)
        return Refusal(
            "SPC0210",
            f"there is no block `{written}`",
            argument=("use",),
            **suggestion(guess, "declare it under `blocks`", chain(self.blocks, imported)),
        )


_CALLED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("transformer", "transformer_encoder", "transformer_block", "encoder", "encoder_layer"),
        ("encoder_block",),
    ),
    **dict.fromkeys(("transformer_decoder", "decoder", "decoder_layer"), ("decoder_block",)),
    **dict.fromkeys(("mlp", "ffn", "ff", "feedforward_block"), ("feed_forward",)),
    **dict.fromkeys(
        ("positional_encoding", "sinusoidal_encoding", "position_encoding"),
        ("sinusoidal_positions",),
    ),
    **dict.fromkeys(
        ("positional_embedding", "position_embedding", "learned_embedding"), ("learned_positions",)
    ),
}
"""What people call blocks of libraries, and the names that these have."""


def _to_import(alias: str) -> str:
    """What to write for an import that is not there."""
    packaged = meant(alias)
    if packaged is None:
        return "name the file under `imports`"
    return (
        f"name the file under `imports`; a library of specc is `imports: {{{alias}: {packaged}}}`"
    )
