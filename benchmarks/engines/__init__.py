"""Who is measured: each engine is a file that builds a call of a network, from NumPy to NumPy."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

from workloads import COMPILED

SPECC = "specc"
PEERS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "onnxruntime": ("with_onnxruntime", "build", {}),
    "torch": ("with_torch", "build", {}),
    "torch.compile": ("with_torch", "build", {"compiled": True}),
    "jax.jit": ("with_jax", "build", {}),
    "keras": ("with_keras", "build", {}),
}
LEFT_OUT = {
    ("keras", "chain1000"): "it takes half a minute and a deeper stack than Python's to build",
    ("keras", "minilm_b16_s128"): "its Add drops a mask that only one input has",
}
PRODUCT, COPY = "sgemm", "copy"
MACHINE = {PRODUCT: ("machine", "product", {}), COPY: ("machine", "copy", {})}
ENGINES = {SPECC: ("with_specc", "build", {}), **PEERS, **MACHINE}


def builder(engine: str) -> Callable[..., Callable[[], Any]]:
    """What builds a call; loaded now, since each engine lives in a process of its own."""
    module, name, settings = ENGINES[engine]
    return partial(getattr(import_module(f"engines.{module}"), name), **settings)


def asked(engine: str, workload: str) -> bool:
    """Whether an engine is asked for a row: compiling takes torch long, so that is a few."""
    return engine != "torch.compile" or workload in COMPILED
