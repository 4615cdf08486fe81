"""Examples of every primitive: what it takes, what it gives, and its numbers by another formula."""

from primitive_examples.contraction import CONTRACTION
from primitive_examples.elementwise import ELEMENTWISE
from primitive_examples.indexing import INDEXING
from primitive_examples.reduction import REDUCTION
from primitive_examples.registered import REGISTERED
from primitive_examples.structure import STRUCTURE
from primitive_examples.windows import WINDOWS

EXAMPLES = {
    **ELEMENTWISE,
    **STRUCTURE,
    **REDUCTION,
    **CONTRACTION,
    **WINDOWS,
    **INDEXING,
    **REGISTERED,
}
"""By the name of the primitive."""
