"""What the page on CI shows is what the services take, and its commands run."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema.validators import validator_for

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text()
FILES = dict(re.findall(r"^```yaml (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
SCHEMAS = {
    ".github/workflows/models.yml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
}


class Text(yaml.SafeLoader):
    """YAML in which `on` is a word, as the services read it."""


Text.yaml_implicit_resolvers = {
    sign: [item for item in found if sign not in "oO"]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def schema_errors(name, text):
    schema = get_builtin_schema(name)
    document = yaml.load(text, Loader=Text)  # noqa: S506 - a safe loader
    return [error.message for error in validator_for(schema)(schema).iter_errors(document)]


def test_the_action_is_one():
    assert schema_errors("vendor.github-actions", (ROOT / "action.yml").read_text()) == []


def test_what_is_no_action_is_seen():
    text = (ROOT / "action.yml").read_text().replace("using: composite", "using: nothing")
    assert schema_errors("vendor.github-actions", text)


@pytest.mark.parametrize("file", SCHEMAS)
def test_a_pipeline_is_one(file):
    assert schema_errors(SCHEMAS[file], FILES[file]) == []


def test_the_workflow_names_inputs_and_outputs_that_there_are():
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    steps = yaml.load(FILES[".github/workflows/models.yml"], Loader=Text)["jobs"]["specc"]["steps"]  # noqa: S506
    (used,) = [step for step in steps if step.get("id") == "specc"]
    assert set(used["with"]) <= set(action["inputs"])
    outputs = re.findall(r"steps\.specc\.outputs\.([\w-]+)", PAGE)
    assert outputs
    assert set(outputs) <= set(action["outputs"])
    table = re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE)
    assert {name.strip("` ") for row in table for name in row.split(",")} >= set(action["inputs"])


def test_the_jobs_of_gitlab_run(specc, tmp_path):
    models = tmp_path / "models"
    models.mkdir()
    text = "specc: 1\ninputs:\n  x: {shape: [4]}\nlayers:\n  - {type: Dense, name: d, units: 2}\n"
    (models / "m.yaml").write_text(
        text + "tests:\n  - name: finite\n    expect: {d: {finite: true}}\n"
    )
    job = yaml.safe_load(FILES[".gitlab-ci.yml"])["models"]
    for line in job["script"]:
        _, *words = shlex.split(line)
        status, out, err = specc(*words, folder=tmp_path)
        assert status == 0, out + err
    for report in job["artifacts"]["reports"].values():
        assert (tmp_path / report).exists()
