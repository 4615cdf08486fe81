"""Characters that look like those of a spec: named where they break it, else left alone."""

import pytest

import spec_compiler as sc
from spec_compiler import mending
from spec_compiler.drafts import Drafts

HEAD = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n  - "
WRONG = [
    # what is written, its right form, what is said first
    ("{type: Dense, units:\u00a016}", "{type: Dense, units: 16}", "a no-break space (U+00A0)"),
    ("{type: Dense, units:\u202f16}", "{type: Dense, units: 16}", "narrow no-break space (U+202F)"),
    ("{type: Dense, units\uff1a16}", "{type: Dense, units: 16}", "a fullwidth colon (U+FF1A)"),
    ("type: Dense\n    units\uff1a4", "type: Dense\n    units: 4", "which is not `:`"),
    ("type: Dense\n\u00a0\u00a0\u00a0 units: 4", "type: Dense\n    units: 4", "the indent holds"),
    ("{type: \u201cDense\u201d, units: 4}", '{type: "Dense", units: 4}', "left double quotation"),
    ("{type: \u2018Dense\u2019, units: 4}", "{type: 'Dense', units: 4}", "are not what they look"),
    ("{\u201ctype\u201d: Dense, units: 4}", '{"type": Dense, units: 4}', "are not what they look"),
    ("{type: Dense, un\u200bits: 4}", "{type: Dense, units: 4}", "zero width space (U+200B)"),
    ("{type: Den\u2060se, units: 4}", "{type: Dense, units: 4}", "which is not seen"),
    ("{type: D\u0435nse, units: 4}", "{type: Dense, units: 4}", "letter ie (U+0435)"),
    ("{type: Dense, units: \uff14}", "{type: Dense, units: 4}", "a fullwidth digit four (U+FF14)"),
]  # fmt: skip
LEFT = [
    "{type: Dense, units: 4, doc: \u201ca\uff0cb\u201d}",
    "{type: Dense, units: 4, doc: 模型：分类，好}",
    "{type: Dense, units: 4, doc: a\u00a0b \u2013 c}",
]


def mended(folder, text, *, unsafe):
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    drafts = Drafts.of([str(path)])
    mending.mended(str(path), drafts, unsafe=unsafe)
    (now,) = [now for _, now in drafts.changed.values()] or [path.read_bytes()]
    return now.decode()


@pytest.mark.parametrize(("wrong", "right", "words"), WRONG)
def test_a_character_that_looks_like_another_is_named_and_mended(tmp_path, wrong, right, words):
    first = sc.validate(HEAD + wrong + "\n")[0]
    assert words in first.message
    assert mended(tmp_path, HEAD + wrong + "\n", unsafe=False) == HEAD + right + "\n"


@pytest.mark.parametrize("layer", LEFT)
def test_prose_may_hold_them_all(tmp_path, layer):
    assert sc.validate(f"{HEAD}{layer}\n") == []
    assert mended(tmp_path, f"{HEAD}{layer}\n", unsafe=True) == f"{HEAD}{layer}\n"


def test_wide_signs_around_all_of_a_layer_are_mended_on_demand(tmp_path):
    wrong = f"{HEAD}\uff5btype: Dense\uff0c units: 4\uff5d\n"
    assert mended(tmp_path, wrong, unsafe=True) == HEAD + "{type: Dense, units: 4}\n"


@pytest.mark.parametrize("layer", ["{type: größe, units: 4}", "{type: Dense, größe：x: 4}"])
def test_a_word_that_is_of_another_language_all_the_same_is_said_as_ever(layer):
    assert "which is not" not in sc.validate(f"{HEAD}{layer}\n")[0].message
