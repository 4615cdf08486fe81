"""Plans of small data that go all ways that those of large data go."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from unittest import mock

from spec_compiler.plan import recorder
from spec_compiler.plan.kernels import (
    attention,
    convolution,
    elementwise,
    exponentials,
    pooled,
    pooling,
    reduction,
    tiles,
)

SMALL = (
    (attention, "_LEAST", 1),
    (convolution, "_ROWS", 2),
    (convolution, "_RUN", 4),
    (elementwise, "SMALL", 1),
    (elementwise, "_LONG", 2),
    (elementwise, "_REPEATED", 1),
    (exponentials, "_FEW", 0),
    (pooled, "_LARGE", 1),
    (pooling, "_FEW", 1),
    (recorder, "_DROPPED", 0),
    (reduction, "_MANY", 1),
    (reduction, "_SMALL", 0),
    (tiles, "TILE", 3),
)
"""Numbers from which on a kernel goes another way, and smaller ones."""


@contextmanager
def small_limits() -> Generator[None]:
    """Make plans as if data were large, and caches were not."""
    with ExitStack() as stack:
        for module, name, number in SMALL:
            stack.enter_context(mock.patch.object(module, name, number))
        for module, name in (
            (attention, "core_cache"),
            (convolution, "room"),
            (pooling, "core_cache"),
        ):
            stack.enter_context(mock.patch.object(module, name, return_value=2**9))
        yield
