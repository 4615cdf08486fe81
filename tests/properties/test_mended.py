"""A random spec with a mistake that can be fixed: the fix takes it away, and nothing else."""

import json
import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from random_specs import specs
from test_one_mistake import CHANGES, imply, written

from spec_compiler import validate
from spec_compiler.diagnostics import Severity
from spec_compiler.drafts import Drafts
from spec_compiler.edits.applied import applied
from spec_compiler.mending import mended

COMMENT = "# by hand"


def said(found):
    return Counter((item.code, item.message) for item in found)


def with_comments(text):
    """A comment behind each line that ends with a key or a bracket."""
    lines = text.splitlines()
    return "".join(
        f"{line}  {COMMENT}\n" if line.endswith((":", "}", "]")) else f"{line}\n" for line in lines
    )


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@settings(settings.get_profile("repeated"))
@given(data=st.data(), style=st.sampled_from(["own", False, "json"]))
def test_a_mistake_with_a_fix_is_mended(change, data, style):
    document = json.loads(json.dumps(data.draw(specs(largest=3)).document))
    imply(document)
    change = change(data.draw, document)
    is_json = style == "json"
    text = json.dumps(change.document, indent=2)
    text = text if is_json else with_comments(written(change.document, style))
    note(text)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.json" if is_json else "m.yaml")
        Path(path).write_text(text)
        before = validate(text, file=path)
        if not any(item.edits for item in before):
            return
        for item in before:
            if item.edits and all(edit.text for edit in item.edits):
                assert applied(text, item.edits).count(COMMENT) == text.count(COMMENT)
        drafts = Drafts.of([path])
        done = mended(path, drafts, unsafe=True)
        (now,) = [new.decode() for _, new in drafts.changed.values()] or [text]
        note(now)
        assert (now != text) == (done.fixed > 0)
        assert done.fixed or done.taken_back
        assert not done.fixed or said(done.found.items) != said(before)
        Path(path).write_text(now)
        again = Drafts.of([path])
        if mended(path, again, unsafe=True).fixed:
            # what takes something away waits for a run that begins without errors
            assert any(item.edits for item in before if item.severity is Severity.ERROR)
            assert not done.found.errors
            ((_, now),) = again.changed.values()
            Path(path).write_bytes(now)
            again = Drafts.of([path])
            assert mended(path, again, unsafe=True).fixed == 0
        assert not again.changed
