"""Each command teaches by example; tests/cli/test_examples_in_help.py runs them."""

import pytest

from spec_compiler.cli.commands import COMMANDS
from spec_compiler.cli.examples import examples


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_examples(name):
    assert 1 <= len(examples(name)) <= 4, "add some to spec_compiler/cli/examples.py"
