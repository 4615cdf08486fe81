"""Mutants: a rule, a guard or a kernel that is changed a little must turn a test red.

    python tests/house/mutants.py --sample 200 --seed 1

Every change that the operators below can make of the rooms below is listed; a sample is tried, each
in a copy of the repository, with the tests that are likeliest to see it. What no test sees is
printed: write a test for it, or put it under `EQUIVALENT` with the reason. Run by hand.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from queue import Queue
from tempfile import mkdtemp
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PROCESSES, LONGEST = 2, 300
ROOMS: dict[str, tuple[str, ...]] = {
    "layers/choices": ("tests/layers", "tests/diagnostics"),
    "layers/core/lambda": ("tests/expression", "tests/elaborate"),
    "layers/core/equation": ("tests/layers/test_equation.py", "tests/layers/test_einsum_dense.py"),
    "layers": ("tests/layers", "tests/elaborate", "tests/diagnostics", "tests/schema"),
    "ir/primitives": ("tests/ir", "tests/expression", "tests/layers"),
    "ir/composites": ("tests/ir/test_composites.py", "tests/layers", "tests/expression"),
    "elaborate/mask_policy": ("tests/elaborate", "tests/diagnostics", "tests/layers"),
    "elaborate/rows": ("tests/elaborate", "tests/expression", "tests/layers"),
    "ir/facts": ("tests/ir", "tests/elaborate", "tests/schema", "tests/diagnostics"),
    "ir/ranges": ("tests/ir", "tests/elaborate", "tests/expression", "tests/regressions"),
    "runtime": ("tests/data", "tests/elaborate", "tests/cli", "tests/models", "tests/regressions"),
}
"""Where to mutate, and where a test would see it first."""
LAST = (
    "tests/properties/test_valid_specs.py",
    "tests/properties/test_rows.py",
    "tests/regressions",
)
"""What is asked where those see nothing."""
EQUIVALENT: dict[str, str] = {}
"""Mutants that mean the same, by their name, with the reason."""

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Div: ast.Mult,
}  # fmt: skip
_DTYPES = {"float32": "float64", "float64": "float32", "int32": "int64", "int64": "int32"}


class Mutant(NamedTuple):
    """A change: the file, the line, what is done there, and the place of the node in the walk."""

    path: str
    line: int
    change: str
    index: int

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line} {self.change}"


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
    plain = ("isinstance", "zip", "max", "min", "add", "multiply", "Refusal", "Example", "cast")
    return words.rpartition(".")[2] in plain or any(isinstance(a, ast.Starred) for a in node.args)


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


def _inside_functions(tree: ast.Module) -> list[ast.AST]:
    """What runs when a function is called: declarations, examples and words are not rules."""
    found: list[ast.AST] = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                found += [
                    node
                    for node in ast.walk(statement)
                    if not isinstance(node, ast.Raise) and getattr(node, "lineno", 0)
                ]
    spoken = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise | ast.JoinedStr)
        or (isinstance(node, ast.Call) and ast.unparse(node.func) in {"Refusal", "Example"})
        for inner in ast.walk(node)
    }
    return list({id(node): node for node in found if id(node) not in spoken}.values())


def mutants() -> list[Mutant]:
    """All of them, in the order of the files."""
    found: list[Mutant] = []
    for path in sorted((ROOT / "spec_compiler").rglob("*.py")):
        inside = path.relative_to(ROOT / "spec_compiler").as_posix()
        if not any(inside.startswith(room) for room in ROOMS):
            continue
        for index, node in enumerate(_inside_functions(ast.parse(path.read_text()))):
            found += [Mutant(inside, node.lineno, change, index) for change in changes(node)]
    return found


def text_of(mutant: Mutant) -> str:
    """The file after the change."""
    tree = ast.parse((ROOT / "spec_compiler" / mutant.path).read_text())
    node = _inside_functions(tree)[mutant.index]
    return ast.unparse(
        ast.fix_missing_locations(_Replace(node, changed(node, mutant.change)).visit(tree))
    )


def _copy() -> Path:
    folder = Path(mkdtemp(prefix="mutant-"))
    for name in ("spec_compiler", "tests", "docs", "examples", "schemas"):
        ignored = shutil.ignore_patterns("__pycache__", "*.safetensors")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def seen(mutant: Mutant, folder: Path) -> bool:
    """Whether a test turns red, or does not end, with the change."""
    target = folder / "spec_compiler" / mutant.path
    target.write_text(text_of(mutant))
    try:
        room = next(room for room in ROOMS if mutant.path.startswith(room))
        return any(_red(folder, tests) for tests in (ROOMS[room], LAST))
    finally:
        shutil.copy(ROOT / "spec_compiler" / mutant.path, target)


def _red(folder: Path, tests: tuple[str, ...]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main() -> int:
    """Try a sample; 1 where more than one in twenty lives."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9, help="begin none after this time")
    parser.add_argument("--only", default="", help="names that hold this text")
    options = parser.parse_args()
    every = [item for item in mutants() if options.only in item.name]
    lot = random.Random(options.seed)  # noqa: S311 - not for secrets
    chosen = lot.sample(every, min(options.sample, len(every)))
    chosen = [item for item in chosen if item.name not in EQUIVALENT]
    until = time.time() + options.seconds
    folders: Queue[Path] = Queue()
    for _ in range(PROCESSES):
        folders.put(_copy())

    def judge(mutant: Mutant) -> str:
        if time.time() > until:
            return "not tried"
        folder = folders.get()
        try:
            state = "seen" if seen(mutant, folder) else "lives"
        finally:
            folders.put(folder)
        sys.stdout.write(f"{state:6} {mutant.name}\n")
        sys.stdout.flush()
        return state

    with ThreadPoolExecutor(PROCESSES) as pool:
        states = Counter(pool.map(judge, chosen))
    while not folders.empty():
        shutil.rmtree(folders.get(), ignore_errors=True)
    tried = states["seen"] + states["lives"]
    sys.stdout.write(f"{len(every)} mutants; {tried} tried, {states['lives']} live\n")
    return 1 if states["lives"] * 20 > tried else 0


if __name__ == "__main__":
    sys.exit(main())
