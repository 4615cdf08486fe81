"""Specs that are accepted, from everywhere where the project shows one."""

import re
from pathlib import Path

from spec_compiler.codes import CODES
from spec_compiler.layers import LAYERS
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.writing.yaml_text import to_yaml

ROOT = Path(__file__).parents[2]


def accepted():
    """Pairs of a file's name and its text."""
    for path in sorted(ROOT.glob("examples/*/model.yaml")):
        yield str(path), path.read_text()
    for name, cls in LAYERS.items():
        for index, example in enumerate(cls.examples):
            if example.gives:
                yield f"{name}-{index}.yaml", to_yaml(example_spec(cls, example))
    for code in CODES.values():
        validated = code.varies.startswith("model.") and code.command.startswith("validate")
        if validated and code.right and not code.files:
            yield f"{code.code}-{code.varies}", code.right
    language = (ROOT / "docs/language.md").read_text()
    for index, text in enumerate(re.findall(r"```yaml\n(specc.*?)```", language, re.DOTALL)):
        yield f"language-{index}.yaml", text


ACCEPTED = dict(accepted())


def pytest_generate_tests(metafunc):
    if "accepted" in metafunc.fixturenames:
        ids = [name.removeprefix(f"{ROOT}/") for name in ACCEPTED]
        metafunc.parametrize("accepted", ACCEPTED.items(), ids=ids)
