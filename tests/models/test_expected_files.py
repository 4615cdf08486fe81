"""Expected files that cannot be written: what was run is reported all the same."""

import errno
import os

SPEC = """\
specc: 1
inputs: {x: {shape: [2]}}
layers: [{type: Identity, name: y}]
tests:
  - {name: t, inputs: {x: [[1, 2]]}, expect: {y: {file: y.npy}}}
"""


def test_a_full_disk_does_not_hide_the_report(specc, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a.yaml").write_text(SPEC)
    (tmp_path / "b.yaml").write_text(SPEC.replace("file: y.npy", "value: [[1, 2]]"))
    monkeypatch.setattr(os, "replace", full)
    status, out, err = specc("test", ".", "--update", folder=tmp_path)
    assert status == 3
    assert "2 passed" in out
    assert "No space left" in err
    assert not (tmp_path / "y.npy").exists()
