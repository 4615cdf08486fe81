"""The table of composites is closed: it has every one that there is, under its name."""

import pkgutil
from importlib import import_module

from spec_compiler.ir import composites
from spec_compiler.ir.composites import COMPOSITES
from spec_compiler.ir.graph import Composite
from spec_compiler.ir.primitives import PRIMITIVES


def test_every_composite_is_in_the_table():
    found = set()
    for module in pkgutil.iter_modules(composites.__path__):
        held = vars(import_module(f"{composites.__name__}.{module.name}")).values()
        found |= {item for item in held if isinstance(item, type) and issubclass(item, Composite)}
    assert found - {Composite} == {*COMPOSITES.values()}


def test_each_has_the_name_that_it_is_found_by():
    assert {name: kind.name for name, kind in COMPOSITES.items()} == {
        name: name for name in COMPOSITES
    }
    assert not COMPOSITES.keys() & PRIMITIVES.keys()
