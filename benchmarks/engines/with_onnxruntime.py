"""onnxruntime: a session on the network's ONNX graph."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnxruntime
from workloads.network import Array, Network


def session_of(graph: bytes | str) -> onnxruntime.InferenceSession:
    """A session of one thread on a graph or a file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def build(network: Network) -> Callable[[], Array]:
    """A call of the session, from NumPy to NumPy."""
    # only here: who runs a file of ONNX needs nothing that writes one
    from engines.onnx_graph import model_bytes

    session = session_of(model_bytes(network))
    feeds = {name: feed.array for name, feed in network.feeds.items()}
    return lambda: np.asarray(session.run(None, feeds)[0])
