"""What holds in every test, and how hard to try: a few examples, or `SPECC_EXAMPLES` new ones."""

import os

import numpy as np
from hypothesis import HealthCheck, settings

from spec_compiler.ir import evaluate as evaluator
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import evaluate as size_of
from spec_compiler.ir.storage import stored
from spec_compiler.ir.verify import verify

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
_COUNT = int(os.environ.get("SPECC_EXAMPLES", "0"))

settings.register_profile(
    "few",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=_SLOW,
)
settings.register_profile(
    "many", max_examples=_COUNT or 50, deadline=None, suppress_health_check=_SLOW
)
settings.load_profile("many" if _COUNT else "few")


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
            assert array.dtype == np.dtype(stored(value.dtype)), (node.operation, value)
            assert array.shape == tuple(size_of(size, sizes) for size in value.shape), value
            if value.dtype == "bfloat16":
                bits = np.ascontiguousarray(array).view(np.uint32)
                assert not (bits[~np.isnan(array)] & 0xFFFF).any(), (node.operation, value)
        return found

    return results


def pytest_configure():
    # before the tests are collected: some build their graphs then
    Builder.graph = _verified(Builder.graph)
    evaluator.step = _compared(evaluator.step)
