r"""A graph as text, and back: for people, and for tests that say what a pass takes and makes.

    size seq in 1..512
    check seq >= 2, why="Conv1D: the window", layer="conv", at=("kernel_size",)
    input x = %1: float32[batch, seq, 8]
    weight probs.kernel = %2: float32[8, 3]
    %3: float32[batch, seq, 3] = contract(%1, %2, contracted=((2,), (0,)), batch=((), ()))  # probs
    return probs=%3

The grammar, by lines; what a line holds stands below it, four blanks further in.

    graph   = {size} {check} {input} {weight} {node} return
    size    = "size" name "in" number ".." [number] ["by" number] [kind]
                                                            its bounds, of what it is a multiple
    check   = "check" value relation value {"," setting}
    input   = "input" word "=" typed
    weight  = ["frozen"] "weight" word "=" typed
    node    = typed {"," typed} "=" word "(" [operand {"," operand}] ")" ["# " layer] {body}
    body    = word ":" graph
    return  = "return" [word "=" reference {"," word "=" reference}]

    operand = reference | setting
    setting = word "=" value
    typed   = reference ":" type
    type    = dtype "[" [value {"," value}] "]"
    value   = sums and products of values with + - * // % min(,) max(,) as in Python: sizes;
              a number, text in quotes, True, False, None, inf, nan, a dtype, a type;
              (value, value), with a comma behind a single one; @name, a registered function

A name that is no identifier, or that means something else as a value, stands in backquotes.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, cast

from spec_compiler.ir.dim_operations import rewrite
from spec_compiler.ir.dims import Dim, Size, Symbol, symbol
from spec_compiler.ir.facts import Check
from spec_compiler.ir.graph import Apply, Compose, Composite, Graph, Node, Scan, Value, Weight
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.registered import CallPython
from spec_compiler.ir.types import DTYPES, TensorType

WORDS: dict[str, Any] = {
    "True": True,
    "False": False,
    "None": None,
    "inf": float("inf"),
    "nan": float("nan"),
    **{dtype: dtype for dtype in DTYPES},
}
"""Names that mean one value; a size that is called so is quoted."""
DEEPER = "    "


def print_graph(graph: Graph) -> str:
    """The text of a graph, without a line break at its end."""
    printer = _Printer()
    checks = [printer.check(check) for check in graph.checks]
    lines = printer.lines(graph)
    return "\n".join([*map(_bounds, printer.symbols.values()), *checks, *lines])


class _Printer:
    """Writes values; remembers the named sizes that it met."""

    def __init__(self) -> None:
        self.symbols: dict[str, Symbol] = {}

    def lines(self, graph: Graph) -> list[str]:
        lines = [f"input {name} = {self.typed(value)}" for name, value in graph.inputs.items()]
        lines += [self.weight(weight) for weight in graph.weights.values()]
        for node in graph.nodes:
            lines += self.node(node)
        outputs = ", ".join(f"{name}=%{value.number}" for name, value in graph.outputs.items())
        return [*lines, f"return {outputs}".rstrip()]

    def weight(self, weight: Weight) -> str:
        frozen = "" if weight.trainable else "frozen "
        return f"{frozen}weight {weight.name} = {self.typed(weight.value)}"

    def check(self, check: Check) -> str:
        left, right = self.value(check.left), self.value(check.right)
        said = ", ".join(
            f"{name}={self.value(getattr(check, name))}"
            for name in ("why", "layer", "at", "within")
        )
        return f"check {left} {check.relation} {right}, {said}"

    def node(self, node: Node) -> list[str]:
        results = ", ".join(map(self.typed, node.results))
        words = [f"%{value.number}" for value in node.operands]
        match node:
            case Apply():
                words += self.settings(node.primitive)
                bodies = []
            case Compose():
                words += self.settings(node.composite)
                bodies = self.body("definition", node.definition)
            case Scan():
                words += [f"sequences={node.sequences}", f"states={node.states}"]
                bodies = self.body("body", node.body)
        layer = f"  # {node.layer}" if node.layer else ""
        return [f"{results} = {node.name}({', '.join(words)}){layer}", *bodies]

    def settings(self, operation: Primitive | Composite) -> list[str]:
        if isinstance(operation, CallPython):
            return [f"called={self.value(operation.called)}", f"function=@{operation.called}"]
        names = [field.name for field in fields(operation)]
        return [f"{name}={self.value(getattr(operation, name))}" for name in names]

    def body(self, name: str, graph: Graph) -> list[str]:
        return [f"{DEEPER}{name}:", *(2 * DEEPER + line for line in self.lines(graph))]

    def typed(self, value: Value) -> str:
        return f"%{value.number}: {self.value(value.type)}"

    def value(self, item: object) -> str:
        if isinstance(item, TensorType):
            return f"{item.dtype}[{', '.join(map(self.value, item.shape))}]"
        if isinstance(item, tuple):
            parts = [self.value(part) for part in cast("tuple[object, ...]", item)]
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        if isinstance(item, Dim):
            return str(rewrite(item, self.named))
        if isinstance(item, str) and item not in DTYPES:
            return json.dumps(item, ensure_ascii=False)
        return str(item)

    def named(self, atom: object) -> Size | None:
        """A named size under the name that stands in the text."""
        if not isinstance(atom, Symbol):
            return None
        self.symbols.setdefault(atom.name, atom)
        return symbol(_quoted(atom.name), atom.low, atom.high)


def _bounds(size: Symbol) -> str:
    high = "" if size.high is None else size.high
    step = f" by {size.multiple}" if size.multiple > 1 else ""
    kind = f" {size.kind}" if size.kind != "named" else ""
    return f"size {_quoted(size.name)} in {size.low}..{high}{step}{kind}"


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name not in WORDS else f"`{name}`"
