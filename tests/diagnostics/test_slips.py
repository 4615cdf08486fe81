"""What an author is told who makes a slip: exactly one error, in place, that names the mend."""

from pathlib import Path

import pytest
from slips import Slip, check, read

TABLES = sorted(Path(__file__).parent.glob("*.txt"))
SLIPS = dict(case for table in TABLES for case in read(table))


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_the_message_names_the_mend(slip: Slip) -> None:
    check(slip)


def test_there_are_many() -> None:
    assert len(SLIPS) >= 320
