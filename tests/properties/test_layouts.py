"""The formatter loses nothing: whatever a text looks like, it means the same afterwards."""

import json
import random

from fuzzing import tokens
from hypothesis import given, note
from hypothesis import strategies as st
from random_layouts import Layout
from random_specs import Spec, specs

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import read
from spec_compiler.writing.formatted import formatted


def plain(text, file="spec.yaml"):
    node = read(text, file, Diagnostics())
    assert node is not None
    return node.plain()


def repr_of(value):
    """A text that is the same for NaN, too, whatever the order of keys."""
    if isinstance(value, dict):
        return sorted((key, repr_of(item)) for key, item in value.items())
    return [repr_of(item) for item in value] if isinstance(value, list) else repr(value)


@given(specs(), st.integers(0, 2**32 - 1), st.booleans())
def test_a_spec_of_any_layout_keeps_its_meaning_and_its_comments(
    spec: Spec, seed: int, as_json: bool
):
    lot = random.Random(seed)  # noqa: S311 - not for secrets
    file = "spec.json" if as_json else "spec.yaml"
    layout = Layout(lot)
    if as_json:
        text = json.dumps(spec.document, indent=lot.choice((None, 1, 7)))
    else:
        text = layout.document(spec.document)
    note(text)
    made = formatted(text, file, Diagnostics())
    assert made is not None
    note(made)
    assert plain(made, file) == plain(text, file)
    assert formatted(made, file, Diagnostics()) == made
    for comment in layout.comments:
        assert made.count(f"{comment}\n") == 1
    assert identity(program_of_text(made, file)) == identity(program_of_text(text, file))


@given(st.integers(0, 2**32 - 1))
def test_a_text_that_is_changed_at_random_is_refused_or_means_the_same(seed: int):
    text = tokens(seed)
    note(text)
    made = formatted(text, "spec.yaml", Diagnostics())
    if made is not None:
        assert repr_of(plain(made)) == repr_of(plain(text))
        assert formatted(made, "spec.yaml", Diagnostics()) == made
