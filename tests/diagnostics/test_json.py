"""What other notations have, in JSON: what to write instead."""

import pytest

from spec_compiler.compile import prove_text
from spec_compiler.diagnostics import SpecError

SPEC = (
    '{"specc": 1, "inputs": {"x": {"shape": [8]}}, "layers": [{"type": "Masking", "mask_value": 1, '
    '"trainable": @}]}'
)
NEITHER = "is neither a JSON number nor text in double quotes"


@pytest.mark.parametrize(
    ("word", "message", "instead"),
    [
        ("-Infinity", "JSON has no `-Infinity`", "use a `.yaml` file, where it is `-.inf`"),
        ("NaN", "JSON has no `NaN`", "use a `.yaml` file, where it is `.nan`"),
        ("None", f"`None` {NEITHER}", "write `null`"),
        ("True", f"`True` {NEITHER}", "write `true`"),
        ("False", f"`False` {NEITHER}", "write `false`"),
    ],
)
def test_a_word_of_another_notation(word: str, message: str, instead: str) -> None:
    with pytest.raises(SpecError) as caught:
        prove_text(SPEC.replace("@", word), "model.json")
    (found,) = caught.value.diagnostics.errors
    assert (found.code, found.message, found.help) == ("SPC0043", message, instead)
    assert found.span is not None
    assert (found.span.line, found.span.column) == (1, SPEC.index("@") + 1)
