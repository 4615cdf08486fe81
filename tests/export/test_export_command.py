"""`specc export` where Keras is not installed, and what it leaves behind."""

import pytest

from spec_compiler.export.keras import archive

MODEL = """specc: 1
inputs: {x: {shape: [3]}}
layers: [{type: Dense, name: y, units: 2}]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.yaml").write_text(MODEL)
    return tmp_path


def test_a_program_is_written(specc, folder):
    ran = specc("export", "python", "model.yaml", "-o", "model.py", folder=folder)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "model.py: 1 layer, 0 of them beside Keras's own\n"
    assert '    y = layers.Dense(2, name="y")(x)\n' in (folder / "model.py").read_text()


def test_another_file_is_replaced_by_force_alone(specc, folder):
    (folder / "model.py").write_text("mine")
    words = ("export", "python", "model.yaml", "-o", "model.py")
    ran = specc(*words, folder=folder)
    assert (ran.status, "SPC0553" in ran.err) == (1, True)
    assert (folder / "model.py").read_text() == "mine"
    assert specc(*words, "--force", folder=folder).status == 0


@pytest.mark.parametrize(
    ("kind", "output"), [("python", "model.keras"), ("keras", "model.py"), ("torch", "model.pt")]
)
def test_the_suffix_is_that_of_the_format(specc, folder, kind, output):
    ran = specc("export", kind, "model.yaml", "-o", output, folder=folder)
    assert ran.status == 2
    assert not (folder / output).exists()


def test_without_keras_it_says_what_to_install(specc, folder, monkeypatch):
    monkeypatch.setattr(archive, "find_spec", lambda name: None)
    ran = specc("export", "keras", "model.yaml", "-o", "model.keras", folder=folder)
    assert (ran.status, ran.out) == (1, "")
    assert "SPC0821" in ran.err
    assert 'pip install "spec-compiler[keras]"' in ran.err
    assert [path.name for path in folder.iterdir()] == ["model.yaml"]


def test_a_spec_that_is_refused_leaves_nothing(specc, folder):
    (folder / "model.yaml").write_text(MODEL.replace("units: 2", "units: 0"))
    ran = specc("export", "python", "model.yaml", "-o", "model.py", folder=folder)
    assert ran.status == 1
    assert not (folder / "model.py").exists()
