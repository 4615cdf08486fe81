"""Author form to core form: every layer gets a unique name and settings without open names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.expanding.arguments import Known, arguments
from spec_compiler.expanding.cells import CELL, CellBody, as_item, block_cell, cell_use, roles_of
from spec_compiler.expanding.copies import Copies, Instance, Names, Used, WrittenFeed, expanded_from
from spec_compiler.expanding.core import Core, plain_item
from spec_compiler.expanding.growth import DEEPEST, MOST, too_large
from spec_compiler.expanding.items import ItemReader, TooMuch
from spec_compiler.expanding.layer_list import Whole, snake
from spec_compiler.expanding.use import before_shapes, check_pairs, copies, feeds, pairs
from spec_compiler.language.inputs import TensorFile
from spec_compiler.language.items import ReuseOfBlock
from spec_compiler.language.names import FULL_NAME, check_name
from spec_compiler.language.settings import Sources
from spec_compiler.layers.base.layer import Layer
from spec_compiler.reading.authored import section
from spec_compiler.reading.header import Headed
from spec_compiler.reading.inputs import read_input, read_inputs
from spec_compiler.reading.layers import layer_items
from spec_compiler.reading.library import Block, Library
from spec_compiler.reading.outputs import read_outputs, reference_at
from spec_compiler.reading.tests import read_tests
from spec_compiler.reading.train import read_train
from spec_compiler.reading.undeclared import without_meaning
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.source.node import SourceNode

if TYPE_CHECKING:
    from spec_compiler.expanding.read_before import ReadBefore
    from spec_compiler.language.use import Use


def expand(
    stated: Headed,
    library: Library,
    diagnostics: Diagnostics,
    read_before: ReadBefore | None = None,
) -> Core:
    """The core form of a document, whose uses name the blocks of `library`."""
    inputs = read_inputs(stated.node, stated.scope, diagnostics)
    names = Names(
        list(inputs),
        dict(zip(inputs, inputs, strict=True)),
        unsure=not inputs or not all(FULL_NAME.fullmatch(name) for name in inputs),
    )
    entries = {name: entry for name, entry in section(stated.node, "inputs") if name in inputs}
    whole = Whole(diagnostics, library.origin, stated, inputs, entries, read_before=read_before)
    scope = without_meaning(stated.node, stated.scope)
    if read_before is not None:
        read_before.begin(scope, library.defaults)
    known = Known(scope)
    layers = _Layers(whole, library, known, names, file=known)
    layers.read_items(layer_items(stated.node, diagnostics), stated.node)
    outputs = read_outputs(stated.node, scope, diagnostics)
    refused = diagnostics.refused
    return replace(
        whole.core(names, stated.node, layers.above),
        relations=stated.relations,
        outputs=outputs,
        tests=read_tests(stated.node, scope, diagnostics),
        train=read_train(stated.node, scope, diagnostics),
        beside=diagnostics.refused - refused,
    )


class _Layers(ItemReader):
    """Reads a list of layers, and puts the layers of blocks where they are used."""

    def read_use(self, item: SourceNode) -> None:
        # loaded only where a block is used
        from spec_compiler.expanding.bare_arguments import refuse_bare_arguments
        from spec_compiler.language.use import Use

        refuse_bare_arguments(item, self.library)
        use = validated(Use, before_shapes(item, self.known), self.scope, "a use")
        block = self._block(use)
        name = self.name_for(use.name, snake(use.use.rpartition(".")[2]))
        check_name(name, "a use of a block", ("name",))
        if block is None:
            self.refuse(name, item)
            return
        found = Used(use, block, item, name)
        self._expand(found, item, name, use.from_)
        self.uses[name] = found

    def read_reuse_of_block(self, item: SourceNode, plain: dict[str, Any]) -> None:
        reuse = validated(ReuseOfBlock, plain, self.scope, "a reuse of a block")
        found = self.uses[reuse.reuse]
        name = self.name_for(reuse.name, found.owner, call=True)
        check_name(name, "a use of a block", ("name",))
        self._expand(found, item, name, reuse.from_)
        self.uses[name] = found

    def _expand(self, of: Used, item: SourceNode, name: str, sources: Sources | None) -> None:
        """Put the copies of a block in the place of an item."""
        if name in self.items or name in self.inputs:  # two of one name: said before
            self.refuse(name, item)
            return
        use, block = of.use, of.block
        numbers = copies(use)
        check_pairs(use, block, None if numbers is None else len(numbers))
        fed = feeds(sources, block, self.names, item, self.above, self.instance)
        if numbers is None:
            (only,) = self._copies(of, item, name, (None,), fed)
            self._stand(name, Copies(only))
        elif numbers:
            made = self._copies(of, item, name, numbers, fed)
            self._stand(name, Copies(made[-1], tuple(made)))
        else:
            if not use.each:
                arguments(block, of.written, 0, self.known, self._file(block))
            found = pairs(block).items()
            outputs = {output: self._identity(item, name, fed[port]) for port, output in found}
            self._stand(name, Copies(outputs))

    def _copies(
        self,
        of: Used,
        item: SourceNode,
        name: str,
        numbers: Sequence[int | None],
        fed: Mapping[str, WrittenFeed],
    ) -> list[Mapping[str, WrittenFeed]]:
        """The outputs of each copy, which feed the next."""
        made: list[Mapping[str, WrittenFeed]] = []
        block = of.block
        ahead = len(numbers) * self.whole.extents.of(block)
        for index in numbers:
            first = not index  # of which is told what all together will be; others are counted
            self._limit(item, block, ahead * self.factor if first else 1)
            factor = self.factor * len(numbers) if first else 1
            outputs = self._copy(of, item, name, index, fed, factor)
            fed = {**fed, **{port: outputs[output] for port, output in pairs(block).items()}}
            made.append(outputs)
        return made

    def _identity(self, item: SourceNode, name: str, fed: WrittenFeed) -> WrittenFeed:
        """What stands for no copy at all: a layer that gives what it reads."""
        full = self.prefix + name
        if full in self.whole.items:
            full = f"{full}.{len(self.whole.items)}"
        names = Names(meaning={"x": fed, full: full})
        self.whole.items[full] = plain_item("Identity", full, "x", item, names, self.instance)
        return WrittenFeed(full, names, item)

    def _stand(self, name: str, copies: Copies) -> None:
        self.items[name] = None
        self.names.meaning[name] = copies
        self.above = name

    def _copy(
        self,
        of: Used,
        item: SourceNode,
        name: str,
        index: int | None,
        fed: Mapping[str, WrittenFeed],
        factor: int,
    ) -> dict[str, WrittenFeed]:
        """Expand one copy of a block; its outputs as seen from outside."""
        use, block = of.use, of.block
        file = self._file(block)
        known = arguments(block, of.written, index, self.known, file)
        names = Names([*block.inputs, *block.constants], dict(fed))
        number = "" if index is None else f".{index}"
        own = name + number
        prefix = f"{self.prefix}{name if use.share and not index else own}."
        owner = f"{self.owner}{of.owner if use.share else of.owner + number}."
        instance = Instance(
            block,
            item,
            self.prefix + own,
            index,
            fed,
            names,
            self.instance,
            self._file_copy(block),
            written=of.written,
        )
        self.whole.instances.append(instance)
        inner = _Layers(
            self.whole,
            block.library,
            known,
            names,
            file=known if block.is_whole_file else file,
            prefix=prefix,
            owner=owner,
            instance=instance,
            factor=factor,
        )
        inner.add_constants(block)
        inner.read_items(block.items, block.node)
        outputs = {
            output: WrittenFeed(
                reference or inner.above,
                names,
                block.node,
                reference_at(block.node, output),
                instance,
            )
            for output, reference in block.outputs.items()
        }
        instance.claimed.update({name: outputs[name] for name in block.claimed})
        if use.residual:
            for port, output in pairs(block).items():
                outputs[output] = inner.add_residual(item, port, outputs[output])
        instance.outputs.update(outputs)
        return outputs

    def add_residual(self, item: SourceNode, port: str, output: WrittenFeed) -> WrittenFeed:
        """Add what a port reads to an output; the sum takes the output's place."""
        base = "residual" if len(self.names.inputs) == 1 else f"residual_{port}"
        name = self.name_for(None, base)
        self.names.meaning[f"{name}.output"] = output
        sources = [port, f"{name}.output"]
        added = plain_item("Add", name, sources, item, self.names, self.instance)
        self.keep(added._replace(equal=True, explicit_name=False))
        return WrittenFeed(name, self.names, item, ("residual",), self.instance)

    def add_constants(self, block: Block) -> None:
        """The constants of a whole file, of which each copy has its own."""
        for name in block.constants:
            full = self.prefix + name
            entry = dict(section(block.node, "inputs"))[name]
            self.names.meaning[name] = full
            found = read_input(name, entry.node, self.known.scope, self.diagnostics)
            if found is not None and isinstance(found.tensor, TensorFile):
                file = self.whole.origin.relative(block.library.origin, found.tensor.file)
                tensor = found.tensor.model_copy(update={"file": file})
                found = found.model_copy(update={"tensor": tensor})
            self.whole.inputs[full] = found
            self.whole.input_entries[full] = entry

    def _file(self, block: Block) -> Known:
        """What the params of a block's file mean: those of this copy, in the same file."""
        same = block.library is self.library
        return self.file if same else Known(block.library.scope)

    def _file_copy(self, block: Block) -> Instance | None:
        """The copy of a whole file that a block used here belongs to."""
        if self.instance is None or block.library is not self.library:
            return None
        return self.instance if self.instance.block.is_whole_file else self.instance.file

    def read_cell(self, node: SourceNode) -> Layer:
        """A block as a cell, whose layers are expanded by themselves, called `cell.` and so on.

        Raises:
            Refusal: it is none, or its params are not as they should be.
        """
        use = cell_use(node, self.known)
        block = self._block(use)
        if block is None:
            raise Refusals
        states, output = roles_of(block)
        ports = {port: f"{port}_" if port == CELL else port for port in block.inputs}
        names = Names([*ports.values()], {name: name for name in ports.values()})
        declared = dict(section(block.node, "inputs"))
        whole = Whole(
            self.diagnostics,
            self.whole.origin,
            self.whole.stated,
            dict.fromkeys(names.inputs),
            {name: declared[port] for port, name in ports.items() if port in declared},
            beside=self.whole.extent,
        )
        inner = _Layers(
            whole, self.library, self.known, names, file=self.file, instance=self.instance
        )
        item = as_item(node)
        inner._expand(Used(use, block, item, CELL), item, CELL, {**ports})
        core = whole.core(names, block.node, inner.above)
        self.whole.cells.append(core)
        self.whole.beside += whole.extent - whole.beside
        return block_cell(use, states, output, CellBody(core, whole.instances[0], ports))

    def _block(self, use: Use) -> Block | None:
        block = self.library.find(use.use)
        path: list[str] = [use.use]
        outer = self.instance
        while outer is not None and block is not None:
            path.append(outer.block.name)
            if outer.block is block:
                raise Refusal(
                    "SPC0211",
                    f"the block `{use.use}` uses itself: {' -> '.join(reversed(path))}",
                    argument=("use",),
                )
            outer = outer.outer
        if len(path) > DEEPEST:
            raise Refusal("SPC0113", f"blocks nest deeper than {DEEPEST}", argument=("use",))
        return block

    def _limit(self, item: SourceNode, block: Block, ahead: int) -> None:
        """Stop an expansion that is, or is going to be, too large."""
        if self.whole.extent + ahead > MOST:
            blamed = self.whole.extents.culprit(block)
            if blamed is None:
                self.at(item).add(too_large(item))
            else:
                labels = (expanded_from(item),)
                self.at(blamed).add(too_large(blamed).but(labels=labels))
            raise TooMuch
