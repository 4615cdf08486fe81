"""How operations are written as calls, a file for each of their kinds: found by the name.

Where an operation has no kernel, a composite is written out and a primitive makes its array itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from spec_compiler.ir.types import TensorType
from spec_compiler.plan.kernels.attention import ATTENTION
from spec_compiler.plan.kernels.contraction import CONTRACTION
from spec_compiler.plan.kernels.convolution import CONVOLUTION
from spec_compiler.plan.kernels.elementwise import ELEMENTWISE
from spec_compiler.plan.kernels.indexing import INDEXING
from spec_compiler.plan.kernels.kernel import Kernel, Kernels
from spec_compiler.plan.kernels.normalizations import NORMALIZATIONS
from spec_compiler.plan.kernels.pooled import POOLED
from spec_compiler.plan.kernels.pooling import POOLING
from spec_compiler.plan.kernels.reduction import REDUCTION
from spec_compiler.plan.kernels.sigmoids import SIGMOIDS
from spec_compiler.plan.kernels.smooth import SMOOTH
from spec_compiler.plan.kernels.softmaxes import SOFTMAXES
from spec_compiler.plan.kernels.structure import STRUCTURE

KERNELS: Kernels = {
    **ATTENTION,
    **ELEMENTWISE,
    **CONTRACTION,
    **CONVOLUTION,
    **POOLING,
    **INDEXING,
    **REDUCTION,
    **STRUCTURE,
    **SIGMOIDS,
    **SMOOTH,
    **SOFTMAXES,
    **NORMALIZATIONS,
    **POOLED,
}


def kernel_of(operation: object, takes: Sequence[TensorType], gives: TensorType) -> Kernel | None:
    """The kernel of an operation, where there is one for its settings and types."""
    found = KERNELS.get(type(operation))
    return found[0] if found is not None and found[1](operation, takes, gives) else None
