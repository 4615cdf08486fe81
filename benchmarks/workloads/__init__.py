"""What is measured: networks by name, in groups."""

from workloads.asked import ASKED, Make
from workloads.minilm import minilm
from workloads.network import Network
from workloads.others import OTHERS


def one_layer() -> Network:
    """A single small layer on one row: what a call costs."""
    network = Network()
    x = network.feed("x", network.normal(1, 4))
    network.dense(x, network.normal(4, 3), 1 + abs(network.normal(3)), "relu")
    return network


GROUPS: dict[str, dict[str, Make]] = {
    "asked": ASKED,
    "others": OTHERS,
    "call": {"one_layer": one_layer},
    "published": {"minilm_b16_s128": minilm},
}
WORKLOADS = {name: make for group in GROUPS.values() for name, make in group.items()}

# Compiling takes torch many seconds a row, so it is asked where it has something to fuse.
COMPILED = (
    "mlp_b1",
    "mlp_b1024",
    "encoder_b1_s16",
    "encoder_b8_s128",
    "elementwise",
    "resnet_b1",
    "mobilenet_b1",
)
