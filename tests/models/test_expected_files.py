"""Expected files that cannot be written: what was run is reported all the same."""

import errno
import gc
import os
import sys

import pytest

from spec_compiler.cli import main

SPEC = """\
specc: 1
inputs: {x: {shape: [2]}}
layers: [{type: Identity, name: y}]
tests:
  - {name: t, inputs: {x: [[1, 2]]}, expect: {y: {file: y.npy}}}
"""


def test_a_full_disk_does_not_hide_the_report(tmp_path, monkeypatch, capfd):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a.yaml").write_text(SPEC)
    (tmp_path / "b.yaml").write_text(SPEC.replace("file: y.npy", "value: [[1, 2]]"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(sys, "argv", ["specc", "test", ".", "--update"])
    with pytest.raises(SystemExit) as leaving:
        main()
    gc.enable()
    out, err = capfd.readouterr()
    assert leaving.value.code == 3
    assert "2 passed" in out
    assert "No space left" in err
    assert not (tmp_path / "y.npy").exists()
