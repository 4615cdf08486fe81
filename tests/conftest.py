"""What holds in every test, how hard properties try, and the command line in this process."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

# before NumPy is loaded: its threads would wait for each other where tests run beside each other
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.pop("CI", None)  # what is said there alone has tests of its own

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from spec_compiler.cli import main
from spec_compiler.ir import evaluate as evaluator
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.storage import stored
from spec_compiler.ir.verify import verify

# --- the same few examples everywhere, or `SPECC_EXAMPLES` new: `make properties` ---------------

_COUNT = int(os.environ.get("SPECC_EXAMPLES", "0"))
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

settings.register_profile(
    "few",
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=_SLOW,
)
settings.register_profile(
    "many", max_examples=_COUNT or 50, deadline=None, suppress_health_check=_SLOW
)
settings.load_profile("many" if _COUNT else "few")
settings.register_profile("repeated", settings(max_examples=_COUNT or 10))
"""For a property that is tried again for each of many cases: all together are enough."""


# --- what holds in every test ---------------------------------------------------------------------


def _verified(build):
    """Every graph that is built is what it says."""

    def graph(builder, inputs, outputs):
        made = build(builder, inputs, outputs)
        verify(made)
        return made

    return graph


def _compared(step):
    """Every array that is computed has the type that was inferred."""

    def results(node, operands, sizes):
        found = step(node, operands, sizes)
        for array, value in zip(found, node.results, strict=True):
            assert array.dtype == np.dtype(stored(value.dtype)), (node.name, value)
            assert array.shape == tuple(size_of(size, sizes) for size in value.shape), value
            if value.dtype == "bfloat16":
                bits = np.ascontiguousarray(array).view(np.uint32)
                assert not (bits[~np.isnan(array)] & 0xFFFF).any(), (node.name, value)
        return found

    return results


def pytest_configure():
    # before the tests are collected: some build their graphs then
    Builder.graph = _verified(Builder.graph)
    evaluator.step = _compared(evaluator.step)


# --- the command line --------------------------------------------------------------------------


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str


def command(
    *words: object, stdin: str = "", encoding: str = "utf-8", folder: Path | None = None
) -> Ran:
    """Run `specc` in this process, as its entry point does.

    Args:
        *words: Its arguments.
        stdin: What it may read.
        encoding: Of its streams; what comes out is decoded as UTF-8.
        folder: Where it runs.
    """
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2)
    )
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = sys.argv, sys.stdin, [signal.getsignal(number) for number in numbers]
    sys.argv, sys.stdin = ["specc", *map(str, words)], io.TextIOWrapper(io.BytesIO(stdin.encode()))
    try:
        with chdir(folder or Path.cwd()), redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as leaving:
        written = (
            stream.buffer.getvalue().decode(errors="surrogateescape") for stream in (out, err)
        )
        return Ran(leaving.code, *written)
    finally:
        gc.enable()
        gc.unfreeze()
        sys.argv, sys.stdin, handlers = before
        for number, handler in zip(numbers, handlers, strict=True):
            signal.signal(number, handler)


@pytest.fixture
def specc() -> Callable[..., Ran]:
    """Runs the command line in this process; see `command`."""
    return command
