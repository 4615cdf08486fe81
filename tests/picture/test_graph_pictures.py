"""`specc graph -o model.svg` and `.png`: what is typed, and what is said where it cannot be."""

import importlib.util
import re
from pathlib import Path

import pytest
from pictures import REFUSED, STACK

from spec_compiler.cli import graph
from spec_compiler.picture.still import staging


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(STACK)
    return path


def size(image):
    return int.from_bytes(image[16:20]), int.from_bytes(image[20:24])


def test_the_suffix_says_what_is_drawn(specc, spec, tmp_path):
    assert specc("graph", spec, "-o", tmp_path / "model.svg") == (0, "", "")
    text = (tmp_path / "model.svg").read_text("ascii")
    wide, high = map(int, re.findall(r'width="(\d+)" height="(\d+)" role', text)[0])
    assert specc("graph", spec, "-o", tmp_path / "model.png", "--scale", "3") == (0, "", "")
    assert size((tmp_path / "model.png").read_bytes()) == (3 * wide, 3 * high)
    assert specc("graph", spec, "-o", tmp_path / "MODEL.SVG") == (0, "", "")
    assert (tmp_path / "MODEL.SVG").read_text("ascii") == text
    assert specc("graph", spec, "--format", "svg") == (0, text, "")


def test_themes(specc, spec, tmp_path):
    made = {}
    for theme in ("auto", "light", "dark"):
        assert specc("graph", spec, "-o", tmp_path / "a.png", "--theme", theme)[0] == 0
        made[theme] = (tmp_path / "a.png").read_bytes()
    assert made["auto"] == made["light"] != made["dark"]


def test_depth_is_that_of_the_other_formats(specc, spec):
    closed, opened = (
        specc("graph", spec, "--format", "svg", "--depth", depth)[1] for depth in ("1", "all")
    )
    assert closed.count('class="node ') == 6
    assert opened.count('class="node ') == 53


@pytest.mark.parametrize(
    ("suffix", "missing", "said"),
    [
        ("svg", ["quickjs", "resvg_py"], "svg needs quickjs-ng"),
        ("png", ["quickjs", "resvg_py"], "png needs quickjs-ng and resvg-py"),
        ("png", ["resvg_py"], "png needs resvg-py"),
    ],
)
def test_what_is_not_installed_is_said(monkeypatch, specc, spec, tmp_path, suffix, missing, said):
    there = importlib.util.find_spec
    monkeypatch.setattr(graph, "find_spec", lambda name: None if name in missing else there(name))
    code, printed, told = specc("graph", spec, "-o", tmp_path / f"model.{suffix}")
    assert (code, printed) == (2, "")
    assert f'{said}: pip install "spec-compiler[pictures]"' in told
    assert not (tmp_path / f"model.{suffix}").exists()


def test_a_refused_spec_is_not_drawn(specc, spec, tmp_path):
    spec.write_text(REFUSED)
    code, _, said = specc("graph", spec, "-o", tmp_path / "model.svg")
    assert code == 1
    assert "SPC0103" in said
    assert not (tmp_path / "model.svg").exists()


def test_what_is_too_much_is_said(monkeypatch, specc, spec, tmp_path):
    monkeypatch.setattr(staging, "BYTES", 2**21)
    code, _, said = specc("graph", spec, "-o", tmp_path / "model.svg", "--depth", "all")
    assert code == 2
    assert "53 boxes and 64 edges are too much for a picture" in said
    assert "--depth" in said
    assert not (tmp_path / "model.svg").exists()


def test_an_image_that_no_machine_can_hold_is_not_begun(specc, spec, tmp_path):
    long = "\n".join(f"  - {{type: Flatten, name: n{index}}}" for index in range(200))
    spec.write_text(f"specc: 1\ninputs: {{x: {{shape: [2]}}}}\nlayers:\n{long}\n")
    code, _, said = specc(
        "graph", spec, "-o", tmp_path / "a.png", "--depth", "all", "--scale", "10"
    )
    assert code == 2
    assert re.search(r"it would have [\d,]+ × [\d,]+ pixels; .* or write .svg", said)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["-o", "model.jpg"], "a drawing is a .mmd, .dot, .svg or .png file"),
        (["-o", "model.png", "--scale", "0"], "greater than or equal to 0.1"),
        (["-o", "model.svg", "--theme", "sepia"], "sepia"),
        (["-o", "model.svg", "--scale", "3"], "--scale: svg has no pixels"),
        (["-o", "model.dot", "--theme", "dark"], "--theme: dot has no colours"),
        (["-o", "model.svg", "--depth", "1", "--no-fold"], "--depth 1 and --no-fold"),
    ],
)
def test_slips_of_typing(specc, spec, typed, said):
    code, _, told = specc("graph", spec, *typed)
    assert code == 2
    assert said in told


@pytest.mark.parametrize(
    "typed", [["graph", "-o", "m.svg"], ["graph", "-o", "m.png"], ["view", "-o", "m.html"]]
)
def test_a_folder_that_nobody_may_write_is_said(monkeypatch, specc, spec, tmp_path, typed):
    folder = tmp_path / "shut"
    folder.mkdir()
    folder.chmod(0o555)

    def heeding(path, mode="r", **settings):  # as the system is heeded by all but root
        if "x" in mode and not Path(path).parent.stat().st_mode & 0o200:
            raise PermissionError(13, "Permission denied", str(path))
        return open(path, mode, **settings)

    monkeypatch.setattr("spec_compiler.files.open", heeding, raising=False)
    command, option, name = typed
    code, printed, said = specc(command, spec, option, folder / name)
    assert (code, printed) == (3, "")
    assert said == f"error: {folder / name}: Permission denied\n"
    assert list(folder.iterdir()) == []
