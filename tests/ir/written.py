"""A composite of a test's own."""

from collections.abc import Callable
from typing import ClassVar

from spec_compiler.ir.graph import Composite
from spec_compiler.records import record


@record
class Written(Composite):
    """What a function of a builder and the operands writes."""

    name: ClassVar[str] = "written"

    write: Callable

    def define(self, b, *xs):
        return self.write(b, *xs)
