"""specc: declarative model specs, proved when compiling and run with NumPy.

import spec_compiler as sc
model = sc.compile_file("model.yaml")
y = model(x)
"""

from importlib import import_module

# Nothing else is imported: `python -m spec_compiler` runs this before it can leave the working
# folder, where a `typing.py` may lie.
TYPE_CHECKING = False

__version__ = "0.1.0"

if TYPE_CHECKING:
    from spec_compiler.api import compile_file, compile_text, validate
    from spec_compiler.diagnostics import Diagnostic, Severity, SpecError, SpecWarning
    from spec_compiler.ir.primitives.registered import PythonFunction
    from spec_compiler.partitions.collections import map_partitions
    from spec_compiler.program import Port
    from spec_compiler.runtime.model import Model
    from spec_compiler.spans import Span

_WHERE = {
    "compile_file": "api",
    "compile_text": "api",
    "validate": "api",
    "map_partitions": "partitions.collections",
    "Model": "runtime.model",
    "Port": "program",
    "PythonFunction": "ir.primitives.registered",
    "Diagnostic": "diagnostics",
    "Severity": "diagnostics",
    "Span": "diagnostics",
    "SpecError": "diagnostics",
    "SpecWarning": "diagnostics",
}

__all__ = [
    "Diagnostic",
    "Model",
    "Port",
    "PythonFunction",
    "Severity",
    "Span",
    "SpecError",
    "SpecWarning",
    "compile_file",
    "compile_text",
    "map_partitions",
    "validate",
]


def __getattr__(name: str) -> object:
    """Load a public name at its first use: the command line starts without NumPy."""
    if name not in _WHERE:
        raise AttributeError(f"module 'spec_compiler' has no attribute {name!r}")
    value = getattr(import_module(f"spec_compiler.{_WHERE[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
