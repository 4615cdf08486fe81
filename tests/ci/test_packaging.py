"""What installers are told of specc is one thing, wherever it is said."""

import re
import tomllib
from pathlib import Path

import yaml

from spec_compiler import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RECIPE = yaml.safe_load((ROOT / "packaging" / "conda-recipe.yaml").read_text())


def named(requirements):
    return {re.sub(r"\s", "", item) for item in requirements}


def test_the_recipe_needs_what_the_project_needs():
    run = named(RECIPE["requirements"]["run"])
    assert run == named(PROJECT["dependencies"]) | {f"python{PROJECT['requires-python']}"}


def test_the_recipe_is_of_this_version():
    assert RECIPE["context"]["version"] == __version__


def test_the_recipe_makes_the_command():
    (entry,) = RECIPE["build"]["python"]["entry_points"]
    name, _, target = entry.partition(" = ")
    assert PROJECT["scripts"] == {name: target}


def test_the_image_is_made_of_files_that_are_there():
    lines = (ROOT / "packaging" / "Dockerfile").read_text().splitlines()
    extras = re.findall(r"/source\[(\w+)\]", "\n".join(lines))
    assert extras
    assert set(extras) <= set(PROJECT["optional-dependencies"])
    assert PROJECT["requires-python"] == ">=3.11"
    images = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert len(set(images)) == 1
