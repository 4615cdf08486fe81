"""Every code of the reader is raised by its own wrong example, alone, and not by its right one."""

import pytest

from spec_compiler.codes.text import TEXT
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import read


def codes_of(text, file):
    diagnostics = Diagnostics()
    read(text.encode("utf-8", "surrogateescape"), file, diagnostics)
    return [item.code for item in diagnostics]


@pytest.mark.parametrize("code", TEXT, ids=lambda code: code.code)
def test_wrong_and_right_example(code):
    assert codes_of(code.wrong, code.varies) == [code.code]
    assert codes_of(code.right, code.varies) == []
