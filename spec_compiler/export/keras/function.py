"""A part of a graph as the text of a Python function over `keras.ops`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import indent

from spec_compiler.export.keras.composites import OWN_FUNCTIONS
from spec_compiler.export.keras.expression import Text, number
from spec_compiler.export.keras.layout import laid_out
from spec_compiler.export.keras.operations import WRITTEN
from spec_compiler.export.keras.sizes import Sizes, identifier
from spec_compiler.export.keras.windows import FUNCTIONS
from spec_compiler.ir.dims import Dim, Shape, Size, Symbol
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan, Value
from spec_compiler.ir.primitives.elementwise import OfTwo, Select
from spec_compiler.ir.primitives.structure import Constant, Full
from spec_compiler.records import record

_INLINE = 60
"""Characters up to which what is used once is written where it is used."""


@dataclass(slots=True)
class Helpers:
    """The functions that stand beside the layers, by name; each text stands once."""

    texts: dict[str, str] = field(default_factory=dict[str, str])
    _known: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, name: str, text: str) -> str:
        """The name of a function whose text has `{name}` for it."""
        if text not in self._known:
            found = self._known[text] = identifier(name, self.texts)
            self.texts[found] = text.replace("{name}", found)
        return self._known[text]


@record
class Function:
    """The text of a function.

    Attributes:
        lines: Its body, which ends with `return`.
        missing: Sizes that it cannot read off its operands; it takes them by these names.
    """

    lines: tuple[str, ...]
    missing: Mapping[Symbol, str]


class FunctionWriter:
    """Writes what makes some values out of others."""

    def __init__(
        self, made: Mapping[Value, Node], operands: Mapping[Value, str], helpers: Helpers
    ) -> None:
        self._made = made
        self._operands, self._helpers = dict(operands), helpers
        self._taken = {"ops", "keras", "functools", "itertools", "self", *operands.values()}
        self._sizes = Sizes(self._taken)
        self._texts = {value: Text(name) for value, name in operands.items()}
        self._uses: dict[Value, int] = {}
        self._last: set[Value] = set()
        self._lines: list[str] = []

    def function(self, results: Sequence[Value]) -> Function:
        """The body that returns the results: the only one, or a tuple.

        Raises:
            Refusal: something in it has no form in Keras.
        """
        needed = self.needed(results)
        for node in needed:
            for operand in node.operands:
                self._uses[operand] = self._uses.get(operand, 0) + 1
        for result in results:
            self._uses[result] = self._uses.get(result, 0) + 1
        self._last = set(results)
        for node in needed:
            self._write(node)
        texts = [self.arg(result) for result in results]
        self._lines.append(f"return {', '.join(texts)}")
        found, missing = self._sizes.readings(self._operands)
        names = self._sizes.names
        read = [f"{names[symbol]} = {text}" for symbol, text in found.items()]
        return Function((*read, *self._lines), {symbol: names[symbol] for symbol in missing})

    def needed(self, results: Iterable[Value]) -> list[Node]:
        """The nodes that the results are made by, in order, up to the operands."""
        pending, wanted = list(results), set[Node]()
        while pending:
            value = pending.pop()
            node = None if value in self._operands else self._made.get(value)
            if node is not None and node not in wanted:
                wanted.add(node)
                pending += node.operands
        return sorted(wanted, key=lambda node: node.results[0].number)

    def leaves(self, results: Iterable[Value]) -> list[Value]:
        """What is read: operands, and beside them weights and inputs of the program."""
        results = list(results)
        read = [*(x for node in self.needed(results) for x in node.operands), *results]
        return list(dict.fromkeys(x for x in read if x in self._operands or x not in self._made))

    # --- what expressions ask for --------------------------------------------------------------

    def arg(self, x: Value) -> str:
        """An operand as an argument of a call."""
        return self._texts[x].text

    def operand(self, x: Value, level: int = 0) -> str:
        """An operand that stands by itself where an expression of a level may."""
        text, own = self._texts[x]
        return f"({text})" if own > level else text

    def size(self, size: Size) -> str:
        """A size."""
        return self._sizes.text(size)

    def shape(self, shape: Shape) -> str:
        """A shape."""
        return self._sizes.shape(shape)

    def helper(self, name: str) -> str:
        """A function that stands beside the layers, by its name."""
        return self._helpers.add(name, FUNCTIONS[name].strip("\n"))

    # --- nodes ---------------------------------------------------------------------------------

    def _write(self, node: Node) -> None:
        if isinstance(node, Scan):
            self._scan(node)
            return
        result = node.result
        if isinstance(node, Apply):
            plain = self._with_numbers(node)
            write = WRITTEN[node.primitive.name]
            text = write(plain, node.primitive, node.operands, result)
        else:
            text = self._composed(node)
        self._keep(result, text)

    def _keep(self, result: Value, text: Text) -> None:
        """Write an expression where it is used, or give it a name."""
        short = len(text.text) <= _INLINE or result in self._last
        alone = self._uses.get(result, 0) == 1 and short
        if alone or self._number(result) is not None:
            self._texts[result] = text
            return
        name = self._fresh()
        self._lines.append(f"{name} = {text.text}")
        self._texts[result] = Text(name)

    def _fresh(self, wanted: str = "") -> str:
        name = identifier(wanted or f"t{len(self._lines) + 1}", self._taken)
        self._taken.add(name)
        return name

    def _with_numbers(self, node: Apply) -> FunctionWriter | _Numbers:
        """The writer, with plain numbers in the place of constants that a tensor stands beside."""
        if not isinstance(node.primitive, OfTwo | Select):
            return self
        sides = node.operands[-2:]
        known = {x: text for x in sides if (text := self._number(x)) is not None}
        if not known or len(set(sides)) == len(known):
            return self
        return _Numbers(self, known)

    def _number(self, x: Value) -> str | None:
        node = self._made.get(x)
        if x.shape or not isinstance(node, Apply) or x.dtype == "bool":
            return None
        if not isinstance(node.primitive, Full | Constant):
            return None
        return number(node.primitive.numbers[0], x.dtype)

    def _composed(self, node: Compose) -> Text:
        own = OWN_FUNCTIONS.get(node.name)
        if own is not None:
            return Text(own(self.arg(node.operands[0]), node.composite))
        called = self._function(f"_{node.name}", node.definition, node.composite.__doc__ or "")
        return Text(called(list(map(self.arg, node.operands))))

    def _function(self, name: str, graph: Graph, doc: str) -> _Called:
        """A body as a function beside the layers."""
        names = {value: f"x{i}" for i, value in enumerate(graph.inputs.values())}
        written = FunctionWriter(made_by(graph.nodes), names, self._helpers).function(
            list(graph.outputs.values())
        )
        parameters = ", ".join((*names.values(), *written.missing.values()))
        said = f'    """{doc.splitlines()[0]}"""\n' if doc else ""
        body = indent("\n".join(laid_out(line, 4) for line in written.lines), "    ")
        called = self._helpers.add(name, f"def {{name}}({parameters}):\n{said}{body}\n")
        return _Called(called, tuple(self.size(_only(symbol)) for symbol in written.missing))

    def _scan(self, node: Scan) -> None:
        sequences = node.operands[: node.sequences]
        states = node.operands[node.sequences : node.sequences + node.states]
        rest = node.operands[node.sequences + node.states :]
        called = self._function("_turn", node.body, "A turn of a loop.")
        step, state, entry, made, last, stacked = map(
            self._fresh, ("step", "state", "entry", "made", "last", "stacked")
        )
        entries = [f"{entry}[{i}]" for i in range(len(sequences))]
        before = [f"{state}[{i}]" for i in range(len(states))]
        turn = called([*entries, *before, *map(self.arg, rest)])
        count = len(node.body.outputs)
        after = [made] if count == 1 else [f"{made}[{i}]" for i in range(count)]
        # a loop of Keras has a state, and stacks something
        again, shown = after[: len(states)] or [f"{state}[0]"], after[len(states) :] or after[:1]
        first = [self.arg(x) for x in states] or ["ops.zeros(())"]
        self._lines += [
            f"def {step}({state}, {entry}):",
            f"    {made} = {turn}",
            f"    return {_tuple(again)}, {_tuple(shown)}",
            f"{last}, {stacked} = ops.scan({step}, {_tuple(first)}, "
            f"{_tuple(map(self.arg, sequences))})",
        ]
        for i, result in enumerate(node.results):
            kind, at = (last, i) if i < len(states) else (stacked, i - len(states))
            self._texts[result] = Text(f"{kind}[{at}]")


@record
class _Called:
    """A function beside the layers, and the sizes that it takes."""

    name: str
    sizes: tuple[str, ...]

    def __call__(self, operands: list[str]) -> str:
        return f"{self.name}({', '.join((*operands, *self.sizes))})"


@record
class _Numbers:
    """A writer of one expression in which some operands are plain numbers."""

    writer: FunctionWriter
    known: Mapping[Value, str]

    def arg(self, x: Value) -> str:
        return self.known.get(x) or self.writer.arg(x)

    def operand(self, x: Value, level: int = 0) -> str:
        text = self.known.get(x)
        if text is None:
            return self.writer.operand(x, level)
        return f"({text})" if text.startswith("-") else text

    def size(self, size: Size) -> str:
        return self.writer.size(size)

    def shape(self, shape: Shape) -> str:
        return self.writer.shape(shape)

    def helper(self, name: str) -> str:
        return self.writer.helper(name)


def made_by(nodes: Iterable[Node]) -> dict[Value, Node]:
    """What makes each value."""
    return {result: node for node in nodes for result in node.results}


def _tuple(items: Iterable[str]) -> str:
    texts = list(items)
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def _only(symbol: Symbol) -> Size:
    return Dim((((symbol,), 1),))
