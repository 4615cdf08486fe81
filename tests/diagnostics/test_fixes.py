"""Every mistake of the tables and of the codes whose message is an edit: the edit mends it."""

from collections import Counter
from pathlib import Path

import pytest
from slips import Slip, errors, read

import spec_compiler as sc
from spec_compiler.codes import CODES
from spec_compiler.diagnostics import Severity
from spec_compiler.drafts import Drafts
from spec_compiler.mending import mended

TABLES = sorted(Path(__file__).parent.glob("*.txt"))
SLIPS = dict(case for table in TABLES for case in read(table))
WRONG = {
    code.code: code
    for code in CODES.values()
    if code.wrong
    and code.command.startswith("validate")
    and code.varies in {"model.yaml", "model.json"}
}
NOTE = "# whatever is done, this stays"


def text_of(slip: Slip) -> str:
    return slip.around.replace("@", slip.wrong).replace("«", "").replace("»", "")


def said(found):
    return Counter((item.code, item.message) for item in found)


def check_mended(path: Path, text: str) -> None:
    """The finding with edits is gone, nothing else was touched, and a second time does nothing."""
    path.write_text(text)
    before = said(sc.validate(text, file=str(path)))
    drafts = Drafts.of([str(path)])
    done = mended(str(path), drafts, unsafe=True)
    assert not [item for item in done.taken_back if item.severity is Severity.ERROR]
    assert done.fixed
    now = b"".join(new for _, new in drafts.changed.values()).decode()
    assert now.count(NOTE) == text.count(NOTE)
    assert said(done.found.items) != before
    path.write_text(now)
    if any(item.last and item.edits for item in done.found.items):
        return  # what nothing reads now is offered the next time
    again = Drafts.of([str(path)])
    assert (mended(str(path), again, unsafe=True).fixed, again.changed) == (0, {})


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_with_an_edit_is_mended_by_it(slip: Slip, tmp_path: Path) -> None:
    text = f"{NOTE}\n{text_of(slip)}{NOTE}\n"
    (found,) = errors(text)
    if not found.edits:  # only its author knows what to write; how many there are is held below
        return
    check_mended(tmp_path / "m.yaml", text)


@pytest.mark.parametrize("code", WRONG)
def test_a_code_with_an_edit_is_mended_by_it(code: str, tmp_path: Path) -> None:
    shown = WRONG[code]
    for name, content in shown.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    path = tmp_path / shown.varies
    try:
        found = sc.validate(shown.wrong, file=str(path))
    except OSError:
        return  # it is about a file
    if not any(item.edits for item in found):
        return
    check_mended(path, shown.wrong)
