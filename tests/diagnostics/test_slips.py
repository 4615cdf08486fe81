"""What an author is told who makes a slip: exactly one error, in place, that names the mend."""

from pathlib import Path

import pytest
from slips import Slip, check, errors, read

from spec_compiler.edits.applied import applied

TABLES = sorted(Path(__file__).parent.glob("*.txt"))
SLIPS = dict(case for table in TABLES for case in read(table))
MENDED = {
    name: slip for name, slip in SLIPS.items() if name.startswith(("keys_of_other_tools", "sure_"))
}
"""Those that an edit mends exactly as the table says."""


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_the_message_names_the_mend(slip: Slip) -> None:
    check(slip)


@pytest.mark.parametrize("slip", MENDED.values(), ids=MENDED)
def test_the_edit_writes_what_the_message_says(slip: Slip) -> None:
    marked = slip.around.replace("@", slip.wrong)
    text = marked.replace("«", "").replace("»", "")
    (found,) = errors(text)
    assert applied(text, found.edits) == slip.around.replace("@", slip.right)


def test_there_are_many() -> None:
    assert len(SLIPS) >= 405
