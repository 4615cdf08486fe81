"""A graph from its text; the grammar stands in `ir/text.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from spec_compiler.ir.composites import COMPOSITES
from spec_compiler.ir.dim_operations import floor_divide, maximum, minimum, remainder
from spec_compiler.ir.dims import Size, SizeError, SymbolKind, symbol
from spec_compiler.ir.facts import RELATIONS, Check, Relation
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan, Value, Weight
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.ir.text import DEEPER, WORDS
from spec_compiler.ir.types import DType, TensorType

_TOKEN = re.compile(
    r"""\s*(?: %(?P<reference>\d+) | (?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?) | `(?P<quoted>[^`]+)`
    | (?P<name>[^\W\d]\w*) | (?P<text>"(?:[^"\\]|\\.)*") | (?P<sign>//|[<>=!]=|[-+*%(),=:\[\]@<>])
    | \#\ (?P<layer>.*) | (?P<rest>.+) )""",
    re.VERBOSE,
)
_SIZE = re.compile(r"size (?:`([^`]+)`|(\w+)) in (\d+)\.\.(\d*)(?: by (\d+))?(?: (\w+))?")
_NAMED = re.compile(r"(input|weight|frozen weight) (\S+) = (.*)")
_SUM: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
}
_PRODUCT: Mapping[str, Callable[[Any, Any], Any]] = {
    "*": lambda left, right: left * right,
    "//": floor_divide,
    "%": remainder,
}
_CHOICE: Mapping[str, Callable[[Size, Size], Size]] = {"min": minimum, "max": maximum}


_Key = TypeVar("_Key")
_Item = TypeVar("_Item")


class UnreadableGraph(ValueError):
    """The text is no graph; the message says which line is wrong."""


def parse_graph(text: str, functions: Mapping[str, PythonFunction] | None = None) -> Graph:
    """The graph of a text that `print_graph` gives, or that a person wrote like it.

    Types are taken as they are written: `ir.verify` says whether they are right.

    Args:
        text: See the grammar in `ir.text`.
        functions: The Python functions that it names.

    Raises:
        UnreadableGraph: the text does not follow the grammar, or uses what is not made before.
    """
    reader = _Reader(text, functions or {})
    try:
        return reader.graph("")
    except (ValueError, TypeError, SizeError) as problem:
        raise UnreadableGraph(f"line {reader.number}: {problem}") from problem


class _Reader:
    """Reads line by line; a body is a graph within a graph."""

    def __init__(self, text: str, functions: Mapping[str, PythonFunction]) -> None:
        self.text = text.split("\n")
        self.number = 0
        self.functions = functions
        self.sizes: dict[str, Size] = {}

    def graph(self, indent: str) -> Graph:
        known: dict[int, Value] = {}
        inputs: dict[str, Value] = {}
        weights: dict[str, Weight] = {}
        nodes: list[Node] = []
        checks: list[Check] = []
        while not (line := self.next(indent)).startswith("return"):
            if size := _SIZE.fullmatch(line):
                quoted, name, low, high, step, kind = size.groups()
                name, kind = quoted or name, cast("SymbolKind", kind or "named")
                ends = int(low), int(high) if high else None
                self.sizes[name] = symbol(name, *ends, kind, int(step or 1))
            elif named := _NAMED.fullmatch(line):
                kind, name, typed = named.groups()
                (value,) = self.line(typed, known).typed()
                if kind == "input":
                    inputs[name] = value
                else:
                    weights[name] = Weight(name, value, kind == "weight")
            elif line.startswith("check "):
                checks.append(self.line(line.removeprefix("check "), known).check())
            else:
                nodes.append(self.node(line, known, indent))
        given = line.removeprefix("return").strip()
        pairs = (part.rpartition("=%") for part in given.split(", ") if part)
        outputs = {name: _known(known, int(number), "value %{}") for name, _, number in pairs}
        return Graph(inputs, tuple(nodes), outputs, weights, tuple(checks))

    def node(self, line: str, known: dict[int, Value], indent: str) -> Node:
        words = self.line(line, known)
        results = words.typed()
        words.expect("=")
        operation = words.name()
        operands, settings = words.operands()
        layer = words.take("layer") or ""
        words.end()
        if operation == Scan.name:
            return Scan(operands, results, layer, self.body("body", indent), **settings)
        result, *others = results
        if others:
            raise UnreadableGraph(f"`{operation}` makes one value, not {len(results)}")
        if operation in PRIMITIVES:
            return Apply(PRIMITIVES[operation](**settings), operands, result, layer)
        composite = _known(COMPOSITES, operation, "operation `{}`")(**settings)
        definition = self.body("definition", indent)
        return Compose(composite, operands, result, layer, definition)

    def body(self, name: str, indent: str) -> Graph:
        if self.ahead() != f"{indent}{DEEPER}{name}:":
            raise UnreadableGraph(f"`{name}:` and a graph are missing")
        self.number += 1
        return self.graph(indent + 2 * DEEPER)

    def next(self, indent: str) -> str:
        line = self.ahead()
        self.number += 1
        if not line.startswith(indent) or line.removeprefix(indent)[:1] in {"", " "}:
            raise UnreadableGraph("the graph ends without `return`")
        return line.removeprefix(indent)

    def ahead(self) -> str:
        return self.text[self.number] if self.number < len(self.text) else ""

    def line(self, text: str, known: dict[int, Value]) -> _Line:
        return _Line(text, known, self.sizes, self.functions)


def _known(known: Mapping[_Key, _Item], key: _Key, what: str) -> _Item:
    if key not in known:
        raise UnreadableGraph(f"there is no {what.format(key)} up to here")
    return known[key]


class _Line:
    """Reads a line from left to right."""

    def __init__(
        self,
        text: str,
        known: dict[int, Value],
        sizes: Mapping[str, Size],
        functions: Mapping[str, PythonFunction],
    ) -> None:
        self.tokens = [
            (cast("str", match.lastgroup), match[cast("str", match.lastgroup)])
            for match in _TOKEN.finditer(text)
        ]
        self.known = known
        self.sizes = sizes
        self.functions = functions

    # --- tokens --------------------------------------------------------------------------------

    def take(self, kind: str, *texts: str) -> str | None:
        """The next token, if it is of this kind and one of these."""
        if self.tokens and self.tokens[0][0] == kind and (not texts or self.tokens[0][1] in texts):
            return self.tokens.pop(0)[1]
        return None

    def expect(self, sign: str) -> None:
        if self.take("sign", sign) is None:
            raise UnreadableGraph(f"`{sign}` is missing before {self.rest()}")

    def name(self) -> str:
        name = self.take("name")
        if name is None:
            raise UnreadableGraph(f"a name is missing before {self.rest()}")
        return name

    def end(self) -> None:
        if self.tokens:
            raise UnreadableGraph(f"nothing belongs behind it, and here is {self.rest()}")

    def rest(self) -> str:
        return " ".join(text for _, text in self.tokens) or "the end"

    def listed(self, close: str) -> Iterator[None]:
        """Once before each item of a list that ends with `close`."""
        while self.take("sign", close) is None:
            yield
            if self.take("sign", ",") is None:
                self.expect(close)
                return

    # --- parts of a line -----------------------------------------------------------------------

    def typed(self) -> tuple[Value, ...]:
        """New values, each with its type."""
        found: list[Value] = []
        while not found or self.take("sign", ","):
            number = self.take("reference")
            if number is None:
                raise UnreadableGraph(f"a value is missing before {self.rest()}")
            self.expect(":")
            found.append(Value(int(number), self.type(cast("DType", self.name()))))
            self.known[int(number)] = found[-1]
        return tuple(found)

    def operands(self) -> tuple[tuple[Value, ...], dict[str, Any]]:
        operands: list[Value] = []
        settings: dict[str, Any] = {}
        self.expect("(")
        for _ in self.listed(")"):
            if number := self.take("reference"):
                operands.append(_known(self.known, int(number), "value %{}"))
            else:
                settings |= self.setting()
        return tuple(operands), settings

    def setting(self) -> dict[str, Any]:
        name = self.name()
        self.expect("=")
        return {name: self.value()}

    def check(self) -> Check:
        left = self.value()
        relation = self.take("sign", *RELATIONS) or ""
        if self.take("name", "or"):
            relation += f" or {self.take('number')}"
        right = self.value()
        said: dict[str, Any] = {}
        while self.take("sign", ","):
            said |= self.setting()
        self.end()
        return Check(left, cast("Relation", relation), right, **said)

    # --- values --------------------------------------------------------------------------------

    def value(self) -> Any:
        return self.joined(_SUM, lambda: self.joined(_PRODUCT, self.signed))

    def joined(
        self, operations: Mapping[str, Callable[[Any, Any], Any]], part: Callable[[], Any]
    ) -> Any:
        left = part()
        while sign := self.take("sign", *operations):
            left = operations[sign](left, part())
        return left

    def signed(self) -> Any:
        return -self.signed() if self.take("sign", "-") else self.single()

    def single(self) -> Any:
        if number := self.take("number"):
            return int(number) if number.isdigit() else float(number)
        if text := self.take("text"):
            return json.loads(text)
        if quoted := self.take("quoted"):
            return _known(self.sizes, quoted, "size `{}`")
        if self.take("sign", "@"):
            return _known(self.functions, self.name(), "function @{}")
        if self.take("sign", "("):
            return self.tuple_or_group()
        name = self.name()
        if self.tokens and self.tokens[0] == ("sign", "["):
            return self.type(cast("DType", name))
        if name in _CHOICE and self.take("sign", "("):
            return _CHOICE[name](*[self.value() for _ in self.listed(")")])
        return WORDS[name] if name in WORDS else _known(self.sizes, name, "size `{}`")

    def tuple_or_group(self) -> Any:
        items: list[Any] = []
        comma = True
        while self.take("sign", ")") is None:
            items.append(self.value())
            comma = self.take("sign", ",") is not None
            if not comma:
                self.expect(")")
                break
        return items[0] if len(items) == 1 and not comma else tuple(items)

    def type(self, dtype: DType) -> TensorType:
        if WORDS.get(dtype) != dtype:
            raise UnreadableGraph(f"`{dtype}` is no dtype")
        self.expect("[")
        return TensorType(dtype, tuple(self.value() for _ in self.listed("]")))
