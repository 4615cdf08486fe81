"""What an analysis made is freed with it: an editor does not wait for the collector of cycles."""

import gc
import weakref
from pathlib import Path

import pytest

from spec_compiler.compile import analyze_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.remembered import Remembered

ROOT = Path(__file__).parents[2]
SPECS = sorted(ROOT.glob("examples/*/model.yaml"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("broken", [False, True])
def test_nothing_waits_for_the_collector(path, broken):
    text = path.read_text()
    text = text.replace("Dense", "Danse", 1) if broken else text
    remembered = Remembered()

    def analysed():
        known = analyze_text(
            text, str(path), remembered=remembered, weights=False, diagnostics=Diagnostics()
        )
        made = [known.core, known.program]
        return [weakref.ref(it) for it in made if it is not None]

    analysed()  # what is made once stays
    gc.collect()
    gc.disable()
    try:
        assert [ref() for ref in analysed()] == [None] * len(analysed())
    finally:
        gc.enable()
