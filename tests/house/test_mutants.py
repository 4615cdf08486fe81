"""The list of what is equivalent, and of the rooms, follows the house."""

import sys

import mutants
import pytest


def test_what_is_equivalent_names_mutants(monkeypatch, capsys):
    names = {item.name for item in mutants.mutants()}
    assert names >= mutants.EQUIVALENT.keys()
    for room in mutants.ROOMS:
        assert any(name.startswith(room) for name in names), room
    monkeypatch.setitem(mutants.EQUIVALENT, "ir/moved.py away: `1` is `2`", "once it stood here")
    monkeypatch.setattr(sys, "argv", ["mutants.py", "--sample", "0"])
    with pytest.raises(SystemExit):
        mutants.main()
    assert "no mutant: ir/moved.py away: `1` is `2`" in capsys.readouterr().err
