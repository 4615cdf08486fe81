"""Two specs."""

import pytest
from compared_model import MODEL

from spec_compiler.compare import compare
from spec_compiler.compile import program_of_text


@pytest.fixture
def changed():
    """The comparison of MODEL with itself after replacements of text."""

    def compared(*replacements, old=MODEL):
        new = old
        for before, after in replacements:
            assert before in new
            new = new.replace(before, after)
        return compare(program_of_text(old, "old.yaml"), program_of_text(new, "new.yaml"))

    return compared
