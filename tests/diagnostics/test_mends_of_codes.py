"""What the table of codes says of mending is what its examples and the slips show."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from slips import errors, read

from spec_compiler.codes import CODES
from spec_compiler.drafts import Drafts
from spec_compiler.mending import findings

TABLES = sorted(Path(__file__).parent.glob("*.txt"))
SLIPS = dict(case for table in TABLES for case in read(table))


def best(findings_) -> dict[str, str]:
    """The best that some findings do about each of their codes."""
    found: dict[str, str] = {}
    for item in findings_:
        if item.edits and found.get(item.code) != "safe":
            found[item.code] = "safe" if item.safe else "unsafe"
    return found


@cache
def said_of_slips():
    texts = (
        slip.around.replace("@", slip.wrong).replace("«", "").replace("»", "")
        for slip in SLIPS.values()
    )
    return tuple(errors(text) for text in texts)


def said_of_an_example(code, folder):
    """What is said of a wrong example that is a spec."""
    for name, content in {**code.files, code.varies: code.wrong}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    path = str(folder / code.varies)
    return findings(path, Drafts.of([path])).items


def test_what_is_declared_is_what_is_done(tmp_path):
    shown = [item for found in said_of_slips() for item in found]
    for code in CODES.values():
        if code.wrong and code.varies in {"model.yaml", "model.json"}:
            shown += said_of_an_example(code, tmp_path / code.code)
    done = best(shown)
    declared = {code.code: code.mend for code in CODES.values() if code.mend in {"safe", "unsafe"}}
    assert declared == done


def test_most_slips_have_an_edit():
    """Nobody notices where one is lost: the others are held to what they do."""
    edited = [found for found in said_of_slips() if found[0].edits]
    assert len(edited) >= MOST_SLIPS


def test_most_codes_of_specs_are_mended():
    of = Counter(code.mend for code in CODES.values())
    assert of["safe"] + of["unsafe"] >= MOST_CODES


MOST_SLIPS = 466
MOST_CODES = 145
"""They may grow, and do not fall."""


@pytest.mark.parametrize("code", ["SPC0513", "SPC0601", "SPC0801"])
def test_what_is_wrong_in_other_files_is_nobody_s_edit(code):
    assert CODES[code].mend == "elsewhere"
