"""The hook for other people's projects: what it runs, without any configuration."""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
HOOK = HOOKS["specc-validate"]
SPEC = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Identity}]\n"
SLIPS = [SPEC.replace("Identity", "Identiti"), SPEC.replace("specc: 1\n", "")]


def as_json(text):
    return json.dumps(yaml.safe_load(text))


@pytest.fixture
def hook(specc, tmp_path):
    """Runs the hook in a project; it is given no names of files."""
    assert HOOK["pass_filenames"] is False
    name, *words = shlex.split(HOOK["entry"])
    assert name == "specc"
    return lambda: specc(*words, *HOOK["args"], folder=tmp_path)


@pytest.mark.parametrize("name", ["model.yaml", "a/net.yml", "a/b/any.json", "a/b/any.yml"])
@pytest.mark.parametrize("slip", SLIPS)
def test_it_checks_every_spec_whatever_its_name(name, slip, hook, tmp_path):
    assert re.search(HOOK["files"], name)  # a commit of which starts the hook
    spec, slip = (as_json(text) if name.endswith("json") else text for text in (SPEC, slip))
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "docker-compose.yaml").write_text("services: {a: {image: b}}\n")
    (tmp_path / name).write_text(spec)
    assert hook().status == 0
    (tmp_path / name).write_text(slip)
    ran = hook()
    assert ran.status == 1
    assert name in ran.out


def test_a_spec_that_has_not_changed_is_checked_with_what_it_imports(hook, tmp_path):
    layers = "layers: [{type: Dense, units: 2}]"
    part = f"specc: 1\nblocks: {{b: {{inputs: {{x: {{}}}}, outputs: dense, {layers}}}}}\n"
    (tmp_path / "part.yaml").write_text(part)
    (tmp_path / "model.yaml").write_text(
        "specc: 1\nimports: {part: ./part.yaml}\ninputs: {x: {shape: [2]}}\n"
        "layers: [{use: part.b}]\n"
    )
    assert hook().status == 0
    (tmp_path / "part.yaml").write_text(part.replace("{b:", "{c:"))
    assert hook().status == 1


def test_the_readme_shows_it():
    (shown,) = re.findall(
        r"```yaml \.pre-commit-config\.yaml\n(repos:.*?)```",
        (ROOT / "README.md").read_text(),
        re.DOTALL,
    )
    hooks = yaml.safe_load(shown)["repos"][0]["hooks"]
    assert sorted(hook["id"] for hook in hooks) == sorted(HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_passes_where_all_is_well(name, specc, tmp_path):
    tests = "tests: [{name: t, dims: {batch: 1}, expect: {identity: {finite: true}}}]\n"
    (tmp_path / "model.yaml").write_text(SPEC + tests)
    command, *words = shlex.split(HOOKS[name]["entry"])
    assert command == "specc"
    assert HOOKS[name]["pass_filenames"] is False
    assert specc(*words, *HOOKS[name]["args"], folder=tmp_path).status == 0
