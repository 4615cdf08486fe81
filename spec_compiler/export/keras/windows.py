"""Functions over windows that stand beside layers of our own: no backend has all of these."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FUNCTIONS: Mapping[str, str] = MappingProxyType({
    "_windows": '''
def _windows(x, sizes, strides, dilations, padding, fill):
    """The entries at each place of the windows over the axes between batch and channels."""
    axes, pads = [], [(0, 0)]
    for length, size, stride, dilation in zip(ops.shape(x)[1:-1], sizes, strides, dilations):
        span = (size - 1) * dilation + 1
        count = (length - span) // stride + 1 if padding == "valid" else -(-length // stride)
        lacking = max((count - 1) * stride + span - length, 0)
        before = {"valid": 0, "same": lacking // 2, "causal": span - 1}[padding]
        pads.append((before, max(lacking - before, 0)))
        axes.append([slice(i * dilation, i * dilation + (count - 1) * stride + 1, stride)
                     for i in range(size)])
    x = ops.pad(x, (*pads, (0, 0)), constant_values=fill)
    for place in itertools.product(*axes):
        yield x[(slice(None), *place)]
''',
    "_cropped": '''
def _cropped(x, crops, lengths):
    """As many entries of the axes between batch and channels, without those before."""
    ends = [crop + length for crop, length in zip(crops, lengths)]
    lacking = [max(end - size, 0) for end, size in zip(ends, ops.shape(x)[1:-1])]
    x = ops.pad(x, ((0, 0), *((0, more) for more in lacking), (0, 0)))
    return x[(slice(None), *(slice(crop, end) for crop, end in zip(crops, ends)))]
''',
})  # fmt: skip
"""Their texts, by name."""
