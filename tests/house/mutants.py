"""Mutants: a rule, a guard or a kernel that is changed a little must turn a test red.

    python tests/house/mutants.py --sample 200 --seed 1

Every change that the operators below can make of the rooms below is listed; a sample is tried,
each in a copy of the repository, with the tests that execute what is changed (`judging.py`). What
no test sees is printed: write a test for it, or put it under `EQUIVALENT` with the reason. Run by
hand.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import multiprocessing
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from copy import deepcopy
from multiprocessing.queues import Queue
from pathlib import Path
from typing import NamedTuple

import judging

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "spec_compiler"
PROCESSES = 2
ROOMS = (
    "layers",
    "ir/primitives",
    "ir/composites",
    "ir/facts",
    "ir/peak",
    "ir/ranges",
    "elaborate/mask_policy",
    "elaborate/rows",
    "runtime",
)
"""Where what decides results stands."""
EQUIVALENT = {
    "ir/facts.py state_multiple: `name.multiple > 1` is `name.multiple >= 1`": "all sizes are "
    "multiples of 1",
    "layers/choices/activations/function.py takes_last: `False` is `True`": "asked only of what "
    "joins entries, and each of those says it itself",
    "layers/choices/initializers/scaling.py fans: `self.input_axes is None or self.output_axes is "
    "None` is `self.input_axes is None and self.output_axes is None`": "neither stands alone",
    "layers/base/input_spec.py _consistent: `rank < low` is `rank <= low`": "`low` is not above "
    "`high`, so a rank that is `low` is no contradiction",
    "ir/peak.py _number: `63` is `64`": "either is more than any limit",
    "ir/primitives/contraction.py _matmul: never `x.dtype == np.float16`": "slower alone: "
    "NumPy sums float16 in float32, too",
}
"""Mutants that mean the same, by their name, with the reason."""

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Div: ast.Mult,
}  # fmt: skip
_PLAIN = {"isinstance", "zip", "max", "min", "maximum", "minimum", "add", "multiply", "cast",
    "Refusal", "Example", "_kept_ends", "multiplied"}  # fmt: skip
"""Where the order of the arguments means nothing, or cannot be another."""
_DTYPES = {"float32": "float64", "float64": "float32", "int32": "int64", "int64": "int32"}


class Mutant(NamedTuple):
    """A change: its place in the walk, the lines of its statement, and what is done there."""

    path: str
    line: int
    lines: range
    index: int
    change: str
    function: str
    words: str

    @property
    def name(self) -> str:
        """The same as long as the function has these words, wherever it stands."""
        return f"{self.path} {self.function}: {self.words}"


def changes(node: ast.AST) -> Iterator[str]:
    """What can be done with a node."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        yield "comparison"
    elif isinstance(node, ast.BoolOp):
        yield "and-or"
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        yield "arithmetic"
    elif isinstance(node, ast.If):
        yield "never"
    elif isinstance(node, ast.IfExp):
        yield "other-branch"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield "no-sign"
    elif isinstance(node, ast.Constant):
        if type(node.value) is int:
            yield "one-more"
        elif type(node.value) is bool:
            yield "flip"
        elif node.value in _DTYPES:
            yield "dtype"
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        if "require" in ast.unparse(node.value.func):
            yield "no-require"
    elif isinstance(node, ast.Call) and len(node.args) >= 2 and not _lists(node):
        yield "swapped"


def _lists(node: ast.Call) -> bool:
    """Whether the order of the arguments means nothing."""
    words = ast.unparse(node.func)
    if ast.unparse(node.args[0]) == ast.unparse(node.args[1]):
        return True
    return words.rpartition(".")[2] in _PLAIN or any(isinstance(a, ast.Starred) for a in node.args)


def changed(node: ast.AST, change: str) -> ast.AST:
    """The node after the change."""
    node = deepcopy(node)
    if isinstance(node, ast.Compare):
        node.ops[0] = _COMPARISONS[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.BinOp):
        node.op = _ARITHMETIC[type(node.op)]()
    elif isinstance(node, ast.If):
        node.test = ast.Constant(False)
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    elif isinstance(node, ast.UnaryOp):
        return node.operand
    elif isinstance(node, ast.Constant):
        old = node.value
        node.value = (
            not old if change == "flip" else old + 1 if change == "one-more" else _DTYPES[old]
        )
    elif isinstance(node, ast.Expr):
        return ast.Pass()
    elif isinstance(node, ast.Call):
        node.args[:2] = node.args[1::-1]
    return node


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


class _Place(NamedTuple):
    """A node that runs when a function is called, the function, and the lines of its statement."""

    node: ast.AST
    function: str
    lines: range


def _lines(statement: ast.stmt) -> range:
    """Its lines; of one with a body, those before it."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno or 0
    return range(statement.lineno, max(last, statement.lineno) + 1)


def _inside(function: ast.FunctionDef) -> Iterator[_Place]:
    def walk(node: ast.AST, lines: range) -> Iterator[_Place]:
        if isinstance(node, ast.keyword) and node.arg in {"copy", "strict"}:
            return  # saves a copy, or says what is so anyway
        if isinstance(node, ast.stmt):
            lines = _lines(node)
        spoken = isinstance(node, ast.Raise | ast.JoinedStr | ast.FunctionDef) or (
            isinstance(node, ast.Call) and ast.unparse(node.func) in {"Refusal", "Example"}
        )
        if not spoken:
            yield _Place(node, function.name, lines)
            for child in ast.iter_child_nodes(node):
                yield from walk(child, lines)

    for statement in function.body:
        yield from walk(statement, range(0))


def _inside_functions(tree: ast.Module) -> list[_Place]:
    """What runs when a function is called: declarations, examples and words are not rules."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [place for function in functions for place in _inside(function)]


def _words(node: ast.AST, change: str) -> str:
    """What is done, in one line."""
    if isinstance(node, ast.If):
        return f"never `{ast.unparse(node.test)}`"
    if isinstance(node, ast.Expr):
        return f"without `{ast.unparse(node)}`"
    return f"`{ast.unparse(node)}` is `{ast.unparse(changed(node, change))}`"


def mutants() -> list[Mutant]:
    """All of them, in the order of the files."""
    found: list[Mutant] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).as_posix()
        if not inside.startswith(ROOMS):
            continue
        for index, (node, function, lines) in enumerate(
            _inside_functions(ast.parse(path.read_text()))
        ):
            found += [
                Mutant(inside, node.lineno, lines, index, change, function, _words(node, change))
                for change in changes(node)
            ]
    return found


def sampled(every: list[Mutant], number: int, seed: int) -> list[Mutant]:
    """A sample by lot which stays as it is when others are added or removed."""
    again: Counter[str] = Counter()

    def lot(item: Mutant) -> bytes:
        again[item.name] += 1
        return hashlib.sha256(f"{seed} {again[item.name]} {item.name}".encode()).digest()

    return sorted(every, key=lot)[:number]


def text_of(mutant: Mutant, package: Path = PACKAGE) -> str:
    """The file after the change."""
    tree = ast.parse((package / mutant.path).read_text())
    node = _inside_functions(tree)[mutant.index].node
    return ast.unparse(
        ast.fix_missing_locations(_Replace(node, changed(node, mutant.change)).visit(tree))
    )


class _Judge:
    """What a process keeps between two mutants."""

    folder: Path
    record: judging.Record

    @classmethod
    def sits(cls, folders: Queue[Path]) -> None:
        cls.folder, cls.record = folders.get(), judging.Record()

    @classmethod
    def judges(cls, mutant: Mutant, until: float) -> tuple[Mutant, str | None]:
        """What turns red; None where it was not tried."""
        if time.time() > until:
            return mutant, None
        text = text_of(mutant, cls.folder / PACKAGE.name)
        return mutant, judging.seen(cls.record, cls.folder, mutant.path, mutant.lines, text)


def judged(chosen: list[Mutant], until: float) -> Iterator[tuple[Mutant, str | None]]:
    """Each with what turns red, as they come."""
    fork = multiprocessing.get_context("fork")
    folders = [judging.copied() for _ in range(PROCESSES)]
    queue: Queue[Path] = fork.Queue()
    for folder in folders:
        queue.put(folder)
    try:
        judging.require_green(folders[0])
        with ProcessPoolExecutor(PROCESSES, fork, _Judge.sits, (queue,)) as pool:
            for done in as_completed(pool.submit(_Judge.judges, item, until) for item in chosen):
                yield done.result()
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Try a sample; 1 where more than one in twenty lives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9, help="begin none after this time")
    parser.add_argument("--only", default="", help="names that hold this text")
    options = parser.parse_args()
    every = mutants()
    if unknown := EQUIVALENT.keys() - {item.name for item in every}:
        parser.error(f"EQUIVALENT names what is no mutant: {', '.join(sorted(unknown))}")
    if judging.Record().stale:
        judging.record(ROOMS)
    every = [item for item in every if options.only in item.name]
    chosen = sampled(every, options.sample, options.seed)
    asked = [item for item in chosen if item.name not in EQUIVALENT]
    states: Counter[str] = Counter(equivalent=len(chosen) - len(asked))
    for mutant, red in judged(asked, time.time() + options.seconds):
        state = "not tried" if red is None else "seen" if red else "lives"
        states[state] += 1
        sys.stdout.write(f"{state:6} {mutant.line:4} {mutant.name}" + f"  <- {red}\n" * bool(red))
        sys.stdout.write("\n" * (not red))
        sys.stdout.flush()
    sys.stdout.write(f"{len(every)} mutants; of {len(chosen)}: {dict(states)}\n")
    return 1 if states["lives"] * 20 > len(chosen) - states["not tried"] else 0


if __name__ == "__main__":
    sys.exit(main())
