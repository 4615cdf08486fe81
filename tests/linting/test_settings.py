"""What projects ask of findings, through the command: options, files, and what is wrong in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SPEC = (
    "specc: 1\nparams: {old: 4}\ndims: {n: {}}\ninputs: {x: {shape: [4]}}\n"
    "layers:\n  - {type: Dense, units: 3, activation: selu}\n"
)
USUAL = ["warning SPC1001", "warning SPC1002", "note SPC1015"]
BROKEN = SPEC.replace("units: 3", "units: three")
FINDING = re.compile(r"(error|warning|note)\[(SPC\d{4})\]")


@pytest.fixture
def checked(specc, tmp_path, monkeypatch):
    """Writes files, runs `specc validate`, and gives the status and what is said of specs."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / ".git").mkdir()

    def run(*words, files=None, folder=""):
        for name, text in {"m.yaml": SPEC, **(files or {})}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        words = words or ("m.yaml",)
        ran = specc("validate", "--format", "concise", *words, folder=tmp_path / folder)
        found = [f"{level} {code}" for level, code in FINDING.findall(ran.out + ran.err)]
        return ran.status, found, ran

    return run


OPTIONS = {
    "nothing": ((), 0, USUAL),
    "denied": (("--deny-warnings",), 1, USUAL),
    "denied, and notes alone": (("--deny-warnings", "--select", "SPC1015"), 0, USUAL[2:]),
    "selected": (("--select", "SPC1001"), 0, USUAL[:1]),
    "selected by its beginning": (("--select", "SPC100"), 0, USUAL[:2]),
    "selected together": (("--select", "SPC1001,SPC1015"), 0, [USUAL[0], USUAL[2]]),
    "selected twice": (("--select", "SPC1001", "--select", "SPC1002"), 0, USUAL[:2]),
    "ignored": (("--ignore", "SPC1001"), 0, USUAL[1:]),
    "both": (("--select", "SPC100", "--ignore", "SPC1002"), 0, USUAL[:1]),
    "all ignored": (("--ignore", "SPC", "--deny-warnings"), 0, []),
}


@pytest.mark.parametrize(("words", "status", "said"), OPTIONS.values(), ids=OPTIONS)
def test_options(checked, words, status, said):
    assert checked("m.yaml", *words)[:2] == (status, said)


def test_an_error_is_always_said(checked):
    settings = 'ignore = ["SPC"]\n[severity]\nSPC0205 = "off"\n'
    files = {"m.yaml": BROKEN, "specc.toml": settings}
    status, said, _ = checked("m.yaml", "--ignore", "SPC0205", "--select", "SPC1001", files=files)
    assert (status, said) == (1, ["error SPC0205"])


@pytest.mark.parametrize(
    ("settings", "words", "told"),
    [
        ('ignore = ["SPC0205"]', (), True),
        ('[severity]\nSPC0205 = "off"', (), True),
        ('[severity]\nSPC0205 = "warning"', (), True),
        ("", ("--ignore", "SPC0205"), True),
        ('[severity]\nSPC0205 = "error"', (), False),
        ('ignore = ["SPC"]', (), False),
    ],
)
def test_it_is_said_that_an_error_stays_one(specc, tmp_path, settings, words, told):
    (tmp_path / "m.yaml").write_text(BROKEN)
    (tmp_path / "specc.toml").write_text(settings)
    ran = specc("validate", "m.yaml", *words, folder=tmp_path)
    assert ran.status == 1
    assert ran.out.count("an error stays one, whatever options and settings ask") == told


def test_a_code_that_is_none_is_wrong_usage(checked):
    status, _, ran = checked("m.yaml", "--select", "SPC1001,SPX")
    assert status == 2
    assert "--select: there is no code `SPX`" in ran.err


SETTINGS = {
    "ignored": ('ignore = ["SPC1001"]', 0, USUAL[1:]),
    "selected": ('select = ["SPC1001"]', 0, USUAL[:1]),
    "denied": ("deny-warnings = true", 1, USUAL),
    "graver": ('severity = {SPC1002 = "error"}', 1, [USUAL[0], "error SPC1002", USUAL[2]]),
    "less grave": ('severity = {SPC1002 = "info"}', 0, [USUAL[0], "note SPC1002", USUAL[2]]),
    "off": ('[severity]\nSPC1002 = "off"', 0, [USUAL[0], USUAL[2]]),
    "of this file": ('[per-file-ignores]\n"m*" = ["SPC10"]', 0, []),
    "of another": ('[per-file-ignores]\n"sub/*" = ["SPC10"]', 0, USUAL),
    "named itself": ('exclude = ["m.yaml"]', 0, USUAL),
}


@pytest.mark.parametrize(("text", "status", "said"), SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("shared", [False, True], ids=["specc.toml", "pyproject.toml"])
def test_settings(checked, text, status, said, shared):
    if shared:
        head = '[project]\nname = "models"\n[tool.specc]\n'
        text = head + text.replace("[severity]", "[tool.specc.severity]").replace(
            "[per-file-ignores]", "[tool.specc.per-file-ignores]"
        )
    name = "pyproject.toml" if shared else "specc.toml"
    assert checked("m.yaml", files={name: text})[:2] == (status, said)


def test_the_command_line_wins(checked):
    files = {"specc.toml": 'select = ["SPC1002"]\nignore = ["SPC1001"]\n'}
    assert checked("m.yaml", "--select", "SPC1001", files=files)[1] == USUAL[:1]
    assert checked("m.yaml", "--ignore", "SPC1002", files=files)[1] == []


def test_the_nearest_file_holds(checked):
    files = {
        "specc.toml": 'ignore = ["SPC1001"]',
        "sub/m.yaml": SPEC,
        "sub/deep/m.yaml": SPEC,
        "sub/deep/specc.toml": 'ignore = ["SPC1002"]',
        "sub/pyproject.toml": "[tool.other]\nx = 1\n",
    }
    assert checked("sub/m.yaml", files=files)[1] == USUAL[1:]
    assert checked("sub/deep/m.yaml")[1] == [USUAL[0], USUAL[2]]
    assert checked("m.yaml", folder="sub/deep")[1] == [USUAL[0], USUAL[2]]


def test_nobody_looks_above_a_repository(checked, tmp_path):
    files = {"specc.toml": 'ignore = ["SPC"]', "inner/m.yaml": SPEC}
    (tmp_path / "inner" / ".git").mkdir(parents=True)
    assert checked("inner/m.yaml", files=files)[1] == USUAL


def test_nobody_looks_above_the_home_folder(checked, tmp_path, monkeypatch):
    files = {"specc.toml": 'ignore = ["SPC"]', "home/models/m.yaml": SPEC}
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert checked("home/models/m.yaml", files=files)[1] == USUAL


def test_what_is_excluded_is_passed_over_in_folders(checked):
    files = {"specc.toml": 'exclude = ["sub/*"]', "sub/deep/n.yaml": BROKEN}
    assert checked(".", files=files)[:2] == (0, USUAL)
    assert checked("sub/deep/n.yaml")[:2] == (1, ["error SPC0205"])


def test_settings_that_exclude_all_leave_nothing_to_check(checked):
    status, found, ran = checked(".", files={"specc.toml": 'exclude = ["*"]'})
    assert (status, found) == (2, [])
    assert "nothing to check: settings exclude 1 spec that would be" in ran.err


WRONG = {
    "a slip": ("deny-warning = true", 1, "there is no setting `deny-warning`"),
    "no code": ('x = 1\nignore = ["SPC1001", "SPC1"]\nselect = ["SPC77"]', 3, "there is no code"),
    "no list": ("ignore = 3", 1, "must be a list of texts, not `3`"),
    "no text in a list": (
        'ignore = ["SPC1001", 1]',
        1,
        "must be a list of texts, and `1` is in it",
    ),
    "no severity": ('[severity]\nSPC1001 = "fatal"', 2, "the severity of `SPC1001` is one of"),
    "no code of a severity": ('[severity]\nSPC1 = "off"', 2, "there is no code `SPC1`"),
    "no bool": ("deny-warnings = 1", 1, "must be `true` or `false`"),
    "no table": ("per-file-ignores = []", 1, "must be a table"),
    "a file elsewhere": ('baseline = "../known.json"', 1, "must be a file in the folder"),
    "an absolute file": ('baseline = "/etc/passwd"', 1, "must be a file in the folder"),
    "no TOML": ("deny-warnings = true\nignore = [", 1, "this is no TOML"),
    "code": ('plugins = ["evil"]', 1, "there is no setting `plugins`"),
}


@pytest.mark.parametrize(("text", "line", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_settings_is_said_with_its_place(checked, text, line, message):
    status, said, ran = checked("m.yaml", files={"specc.toml": text})
    assert status == 1
    assert "error SPC1095" in said
    assert re.search(
        rf"^specc\.toml:{line}:\d+: error\[SPC1095\]: .*{re.escape(message)}", ran.out, re.M
    )


def test_a_guess_is_made_and_said_once_for_all_specs(checked, tmp_path):
    files = {"specc.toml": "excludes = []", "n.yaml": SPEC}
    _, said, _ = checked(".", "--format", "text:found.txt", files=files)
    assert said.count("error SPC1095") == 1
    assert "did you mean `exclude`?" in (tmp_path / "found.txt").read_text()


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a = " + b"[" * 10_000, b'ignore = ["\x1b[31m"]'])
def test_a_file_of_strangers_is_no_crash(checked, tmp_path: Path, raw):
    (tmp_path / "specc.toml").write_bytes(raw)
    status, said, ran = checked("m.yaml")
    assert (status, said[0]) == (1, "error SPC1095") or "error SPC1095" in said
    assert "\x1b" not in ran.out + ran.err


def test_standard_input_has_the_settings_of_this_folder(specc, tmp_path):
    (tmp_path / "specc.toml").write_text('ignore = ["SPC100"]')
    ran = specc("validate", "-", "--format", "concise", stdin=SPEC, folder=tmp_path)
    assert [code for _, code in FINDING.findall(ran.out)] == ["SPC1015"]


def test_what_is_not_said_is_not_fixed(checked, tmp_path):
    checked("m.yaml", "--fix", "--unsafe", "--ignore", "SPC1001,SPC1015")
    assert (tmp_path / "m.yaml").read_text() == SPEC.replace("dims: {n: {}}\n", "")


@pytest.mark.parametrize(
    ("settings", "words", "said"),
    [
        ("", (), True),
        ("", ("--ignore", "SPC1022"), False),
        ("", ("--select", "SPC1001"), False),
        ('severity = {SPC1022 = "off"}', (), False),
        ('severity = {SPC1022 = "error"}', (), True),
    ],
)
def test_weights_need_a_checksum_in_ci(specc, tmp_path, monkeypatch, settings, words, said):
    spec = "specc: 1\nweights: {file: w.safetensors}\ninputs: {x: {shape: [4]}}\nlayers:\n"
    (tmp_path / "m.yaml").write_text(spec + "  - {type: Dense, units: 3}\n")
    (tmp_path / "specc.toml").write_text(settings)
    assert "SPC1022" not in specc("validate", "m.yaml", folder=tmp_path).out or "error" in settings
    monkeypatch.setenv("CI", "true")
    assert ("SPC1022" in specc("validate", "m.yaml", *words, folder=tmp_path).out) == said
