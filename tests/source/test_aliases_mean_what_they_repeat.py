"""An alias of YAML says what its anchor says: what is refused is the same as of it written out."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from spec_compiler.compile import analyze_text

SPECS = sorted((Path(__file__).parents[2] / "examples").rglob("*.yaml"))


class WrittenOut(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def codes(text, path):
    found = analyze_text(text, str(path), weights=False).found
    return Counter(item.code for item in found.errors)


def twins(document):
    """The document, each time with one of its parts a second time: the same object."""
    blocks = document.get("blocks", {}).values()
    inputs = document.get("inputs", {})
    lists = [*(block.get("layers", []) for block in (document, *blocks)), document.get("tests", [])]
    for items in lists:
        for at, item in enumerate(items):
            items.insert(at + 1, item)
            yield document
            del items[at + 1]
    for name in [*inputs]:
        inputs["twin"] = inputs[name]
        yield document
        del inputs["twin"]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_alias_is_refused_as_what_it_repeats(path):
    for changed in twins(yaml.safe_load(path.read_text())):
        with_aliases = yaml.safe_dump(changed, sort_keys=False, width=1000)
        written_out = yaml.dump(changed, Dumper=WrittenOut, sort_keys=False, width=1000)
        assert "*id001" in with_aliases
        assert codes(with_aliases, path) == codes(written_out, path)


def test_brackets_belong_to_a_key_that_has_both_of_them():
    text = "specc: 1\nx-of: {}\nx-map:\n  stack.{i}.kernel: 1\n  heads[0].bias: 2\n"
    found = analyze_text(
        text + "inputs: {x: {shape: [2]}}\nlayers: [{type: Dense, units: 1}]\n", "m"
    )
    assert not found.found.items
