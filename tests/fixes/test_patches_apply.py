"""What `--diff` prints is what `git apply` takes, however lines end, and no log takes a command."""

import subprocess

import pytest

SPEC = (
    "specc: 1\n"
    "doc: |\n"
    "  ::error::forged\n"
    "inputs: {x: {shape: [8]}}\n"
    "layers:\n"
    "  - {type: Dense,  unitz: 4}\n"
)
ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
FIX = ("validate", "--diff", "--unsafe", "m.yaml")
STYLE = ("fmt", "--diff", "m.yaml")


def patched(specc, folder, words, text):
    """What git makes of a file with the patch that is printed of it."""
    raw = text.encode()
    (folder / "m.yaml").write_bytes(raw)
    ran = specc(*words, folder=folder)
    assert ran.status == 1
    assert (folder / "m.yaml").read_bytes() == raw
    git = ["git", "apply", "--whitespace=nowarn", *(["-p0"] if words[0] == "fmt" else []), "-"]
    done = subprocess.run(git, input=ran.out.encode(), cwd=folder, capture_output=True)
    assert done.returncode == 0, (done.stderr, ran.out)
    return ran.out, (folder / "m.yaml").read_bytes()


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("last", [True, False])
def test_a_fix_applies(specc, tmp_path, end, last):
    text = SPEC.replace("\n", end).replace("  ::error::forged", "  text")
    text = text if last else text.removesuffix(end)
    _, made = patched(specc, tmp_path, FIX, text)
    assert made == text.replace("unitz", "units").encode()


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_style_applies(specc, tmp_path, end):
    text = SPEC.replace("unitz", "units").replace("\n", end).replace("::error", "error")
    _, made = patched(specc, tmp_path, STYLE, text)
    assert specc("fmt", "--check", "m.yaml", folder=tmp_path).status == 0
    assert b"\r" not in made


def test_a_separator_in_a_string_of_json_ends_no_line(specc, tmp_path):
    text = '{"specc": 1, "doc": "a\u2028b\x85c",\n"inputs": {"x": {"shape": [8]}},\n'
    text += '"layers": [{"type": "Dense", "unitz": 4}]}'
    (tmp_path / "m.json").write_text(text, "utf-8")
    ran = specc("validate", "--diff", "--unsafe", "m.json", folder=tmp_path)
    git = ["git", "apply", "-"]
    subprocess.run(git, input=ran.out.encode(), cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "m.json").read_text("utf-8") == text.replace("unitz", "units")


def test_what_a_log_takes_for_a_command_is_no_context(specc, tmp_path):
    said, made = patched(specc, tmp_path, FIX, SPEC)
    assert made == SPEC.replace("unitz", "units").encode()
    assert not [line for line in said.splitlines() if line.lstrip().startswith("::")]
    assert "+  ::error::forged" in said
