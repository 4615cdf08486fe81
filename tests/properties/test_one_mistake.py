"""One wrong change to a valid spec gives one error, and its place covers the change."""

import json
import re

import pytest
import yaml
from block_mistakes import mistake_in_a_block, misused_block, wrong_default
from hypothesis import given, note, settings
from hypothesis import strategies as st
from mistakes import (
    false_claim,
    layer_with,
    missing_argument,
    misspelt_key,
    misspelt_output,
    misspelt_reference,
    misspelt_section,
    misspelt_type,
    same_name,
    unknown_choice,
    unknown_size,
    wrong_equation,
    wrong_input,
    wrong_list,
    wrong_scalar,
)
from random_specs import Spec, specs

from spec_compiler import validate
from spec_compiler.diagnostics import Severity
from spec_compiler.writing.yaml_text import to_yaml


def imply(document):
    """Leave `from` out where it names the item above."""
    above = next(iter(document["inputs"])) if len(document["inputs"]) == 1 else None
    for layer in document["layers"]:
        if "from" in layer and layer["from"] == above:
            del layer["from"]
        above = layer["name"]


CHANGES = (
    misspelt_key, misspelt_section, misspelt_type, misspelt_reference, misspelt_output,
    wrong_scalar, unknown_choice, missing_argument, false_claim, same_name, wrong_equation,
    unknown_size, wrong_input, misused_block, mistake_in_a_block, wrong_default, wrong_list,
)  # fmt: skip


def written(document, style):
    if style == "own":
        return to_yaml(document)
    return yaml.safe_dump(
        document, sort_keys=False, default_flow_style=style, width=10_000, allow_unicode=True
    )


def region(text, path, key_only):
    """Start and end of an entry, counted from 1, as another reader sees it."""
    key, node = None, yaml.compose(text)
    for part in path:
        if isinstance(node, yaml.MappingNode):
            key, node = next((k, v) for k, v in node.value if k.value == str(part))
        else:
            key, node = None, node.value[part]
    start = (key or node).start_mark
    end = (key if key_only else node).end_mark
    # what is missing at the end of a text is pointed at just behind it
    return (start.line + 1, start.column + 1), (end.line + 1, end.column + 2)


def meets(span, start, end):
    first, last = (span.line, span.column), (span.end_line, span.end_column)
    return first < end and start < last


def check(text, path, codes, key_only=False):
    errors = [item for item in validate(text, file="spec.yaml") if item.severity is Severity.ERROR]
    assert len(errors) == 1, [(item.code, item.message, item.span) for item in errors]
    (error,) = errors
    start, end = region(text, path, key_only)
    spans = [error.span, *(label.span for label in error.labels)]
    assert any(span is not None and meets(span, start, end) for span in spans), (error, start, end)
    assert not codes or error.code in codes, error


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@settings(settings.get_profile("repeated"))
@given(st.data(), specs(largest=4), st.sampled_from([False, None, True, "own"]), st.booleans())
def test_one_change_one_error(change, data, spec: Spec, style, implied):
    document = json.loads(json.dumps(spec.document))
    if implied:
        imply(document)
    made = change(data.draw, document)
    text = written(made.document, style)
    note(text)
    check(text, made.path, made.codes, made.key_only)


@settings(settings.get_profile("repeated"))
@given(
    st.data(),
    specs(largest=4),
    st.sampled_from(["010", "1_000", "0o9", "!!int 3", "*a"]),
)
def test_one_mistake_of_notation(data, spec: Spec, wrong: str):
    document = json.loads(json.dumps(spec.document))
    i = layer_with(data.draw, document, "units")
    document["layers"][i]["units"] = "MARK"
    rows = written(document, None).splitlines()
    line = next(n for n, row in enumerate(rows) if "MARK" in row)
    rows[line] = rows[line].replace("MARK", wrong)
    text = "\n".join(rows)
    note(text)
    errors = [item for item in validate(text, file="spec.yaml") if item.severity is Severity.ERROR]
    places = [
        span for item in errors[:1] for span in (item.span, *(label.span for label in item.labels))
    ]
    assert any(span.line <= line + 1 <= span.end_line for span in places), errors


@given(st.data(), specs(largest=4), st.sampled_from([": ", ":"]))
def test_a_colon_or_its_space_is_missing(data, spec: Spec, lost: str):
    text = to_yaml(spec.document)
    places = [found.start() for found in re.finditer(r"(?<=[a-z]): (?=[a-z0-9\[{])", text)]
    at = data.draw(st.sampled_from(places))
    text = f"{text[:at]}{':' if lost == ': ' else ''}{' ' if lost == ':' else ''}{text[at + 2 :]}"
    note(text)
    errors = [item for item in validate(text, file="spec.yaml") if item.severity is Severity.ERROR]
    assert len(errors) == 1, errors
    assert errors[0].span.line == text.count("\n", 0, at) + 1
    lonely = errors[0].code == "SPC0104" and (
        "a space is missing" in errors[0].help or "must be a mapping" in errors[0].message
    )
    assert lonely or errors[0].code in {"SPC0011", "SPC0012", "SPC0013"}


@given(st.data(), specs(largest=4))
def test_a_line_stands_twice(data, spec: Spec):
    rows = to_yaml(spec.document).splitlines()
    # an entry of a list without a name (`- type: Softmax`, `- width >= 2`) may stand twice
    items = [row.lstrip().startswith("- ") and "name: " not in row for row in rows]
    whole = [at for at, item in enumerate(items) if not item]
    at = data.draw(st.sampled_from(whole))
    text = "\n".join([*rows[: at + 1], *rows[at:]])
    note(text)
    errors = [item for item in validate(text, file="spec.yaml") if item.severity is Severity.ERROR]
    assert len(errors) == 1, errors
    lines = {errors[0].span.line, *(label.span.line for label in errors[0].labels)}
    assert lines & {at + 1, at + 2}
