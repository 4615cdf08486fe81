"""`specc doctor` reads versions, and says what to do about what is missing or wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from spec_compiler.cli import doctor

ROOT = Path(__file__).parents[2]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]


@pytest.fixture
def versions(monkeypatch):
    """What is installed, by name; the rest is not."""
    have = {"numpy": "2.1.0", "pydantic": "2.11", "pyyaml": "6.0.2", "networkx": "3.4"}
    have["typer"] = "0.30.0"
    monkeypatch.setattr(doctor, "installed", have.get)
    monkeypatch.setattr(doctor, "unimportable", lambda names: {})
    for name in (*doctor._THREADS, "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    return have


def test_each_extra_of_the_package_is_told():
    assert {*doctor.EXTRAS} == {*EXTRAS} - {"dev"}


def test_what_is_missing_for_some_is_a_note(versions, specc, tmp_path):
    ran = specc("doctor", folder=tmp_path)
    assert ran.status == 0
    for extra in doctor.EXTRAS:
        line = next(line for line in ran.out.splitlines() if re.match(rf"note +{extra}:", line))
        assert "missing: " in line
        assert f'`pip install "spec-compiler[{extra}]"`' in ran.out
    assert "no spec in this folder" in ran.out
    assert "wrong" not in ran.out


@pytest.mark.parametrize(
    ("have", "said"),
    [
        ({"numpy": "1.2"}, "wrong  numpy 1.2"),
        ({"numpy": None}, "wrong  numpy is not installed"),
        ({"h5py": "3.9"}, "wrong  h5: h5py is too old"),
        ({"keras": "3.10.0"}, "wrong  keras has no backend"),
    ],
)
def test_what_is_wrong_ends_with_one(have, said, versions, specc, tmp_path):
    versions.update(have)
    ran = specc("doctor", folder=tmp_path)
    assert ran.status == 1
    assert said in ran.out
    assert "install" in ran.out.partition(said)[2].splitlines()[1]


def test_a_backend_that_is_not_there(versions, specc, tmp_path, monkeypatch):
    versions.update(keras="3.10.0", torch="2.4")
    assert specc("doctor", folder=tmp_path).status == 0
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    ran = specc("doctor", folder=tmp_path)
    assert ran.status == 1
    assert "KERAS_BACKEND is jax, which is not installed" in ran.out


def test_threads_that_are_no_number(versions, specc, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    ran = specc("doctor", folder=tmp_path)
    assert ran.status == 1
    assert "wrong  OMP_NUM_THREADS is many" in ran.out


def test_this_folder_is_looked_at(versions, specc, tmp_path):
    spec = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Flatten}]\n"
    (tmp_path / "one.yaml").write_text(spec)
    (tmp_path / "other.yaml").write_text("a: 1")
    line = "# yaml-language-server: $schema=specc.schema.json\n"
    (tmp_path / "two.yaml").write_text(line + spec)
    ran = specc("doctor", folder=tmp_path)
    assert ran.status == 1
    assert "2 specs in this folder, 1 other YAML or JSON file" in ran.out
    assert "two.yaml: the schema specc.schema.json is not there" in ran.out
    (tmp_path / "specc.schema.json").write_text(specc("schema").out)
    ran = specc("doctor", folder=tmp_path)
    assert ran.status == 0
    assert "1 spec with a schema for editors" in ran.out


@pytest.mark.parametrize(
    ("found", "least", "holds"),
    [
        ("3.10", "3.9", True),
        ("3.9.1", "3.10", False),
        ("3", "3.0", True),
        ("2.0rc1", "2.0", True),
        ("1", "", True),
    ],
)
def test_versions_are_compared_by_numbers(found, least, holds):
    assert doctor.at_least(found, least) is holds


def test_the_settings_that_hold_here_are_told(versions, specc, tmp_path):
    assert "ok     no settings (specc.toml)" in specc("doctor", folder=tmp_path).out
    (tmp_path / "pyproject.toml").write_text('[tool.specc]\nignore = ["SPC1001"]\n')
    assert "ok     settings of pyproject.toml" in specc("doctor", folder=tmp_path).out


def test_settings_that_are_wrong_end_with_one(versions, specc, tmp_path):
    (tmp_path / "specc.toml").write_text('ignore = ["SPC1001"]\nselekt = ["SPC1002"]\n')
    ran = specc("doctor", folder=tmp_path)
    assert ran.status == 1
    assert "wrong  specc.toml:2:1: " in ran.out
    assert "did you mean `select`?" in ran.out
    assert "settings of" not in ran.out
