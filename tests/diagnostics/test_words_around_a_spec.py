"""What is in a spec because other tools, other languages or letters have it: what to write."""

import pytest

import spec_compiler as sc
from spec_compiler import mending
from spec_compiler.drafts import Drafts

HEAD = "specc: 1\ninputs: {x: {shape: [8]}}\n"
DENSE = "layers:\n  - {type: Dense, name: y, units: 4}\n"
TWO = (
    "specc: 1\ninputs: {a: {shape: [8]}, b: {shape: [8]}}\n"
    "layers:\n  - {type: Add, name: s, from: @}\n"
)
MENDED = [
    # wrong, right, whether that is sure
    (HEAD + "// so\n" + DENSE, HEAD + "# so\n" + DENSE, True),
    ("This is your new spec:\n" + HEAD + DENSE, HEAD + DENSE, False),
    (
        HEAD + "layers:\n  - {type: Dense, units: 4, doc: run #3, use_bias: true}\n",
        HEAD + 'layers:\n  - {type: Dense, units: 4, doc: "run #3", use_bias: true}\n',
        False,
    ),
    (HEAD + "params: {w: 4}\n" + DENSE.replace("4", '"{{ .w }}"'), "units: w}", True),
    (HEAD + "imports: [{from: specc:std, name: std}]\n" + DENSE, "{std: specc:std}", False),
    (HEAD + "imports: [{std: specc:std}]\n" + DENSE, "imports: {std: specc:std}", False),
    (TWO.replace("@", "a + b"), TWO.replace("@", "[a, b]"), False),
    (TWO.replace("@", "a -> b"), TWO.replace("@", "[a, b]"), False),
    (TWO.replace("@", "a and b"), TWO.replace("@", "[a, b]"), True),
]  # fmt: skip
SAID = [
    (HEAD + DENSE + "outputs: y // end\n", "write `y`: a comment begins with `#`: `# end`"),
    (HEAD + DENSE.replace("4", '"?"'), "what is not known has a name"),
    (HEAD + "constraints: {k: even}\n" + DENSE, "write relations between sizes"),
    (HEAD + DENSE.replace("4", "4#four"), "a comment begins with a blank"),
    (HEAD + "imports: {u: 'https://example.org/u.yaml'}\n" + DENSE, "nothing is fetched"),
]


def mended(folder, text, *, unsafe):
    path = folder / "m.yaml"
    path.write_text(text, encoding="utf-8")
    drafts = Drafts.of([str(path)])
    mending.mended(str(path), drafts, unsafe=unsafe)
    (now,) = [now for _, now in drafts.changed.values()] or [path.read_bytes()]
    return now.decode()


@pytest.mark.parametrize(("wrong", "right", "sure"), MENDED)
def test_what_others_write_is_mended(tmp_path, wrong, right, sure):
    assert right in mended(tmp_path, wrong, unsafe=True)
    now = mended(tmp_path, wrong, unsafe=False)
    assert (right in now and now != wrong) is sure


@pytest.mark.parametrize(("wrong", "words"), SAID)
def test_what_to_write_is_said(wrong, words):
    assert any(words in item.help for item in sc.validate(wrong))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("// one\n// two\nspecc: 1\n// three\n", "# one\n# two\nspecc: 1\n# three\n"),
        ("specc: 1\n// one\n\n// two\n", "specc: 1\n# one\n\n# two\n"),
        ("-- one\nspecc: 1\n-- two\n-- three\n", "# one\nspecc: 1\n# two\n# three\n"),
    ],
)
def test_comments_of_others_are_all_mended(tmp_path, wrong, right):
    rest = "inputs: {x: {shape: [2]}}\nlayers: [{type: Dense, units: 1}]\n"
    path = tmp_path / "model.yaml"
    path.write_text(wrong + rest)
    drafts = Drafts.of([str(path)])
    assert not mending.mended(str(path), drafts, unsafe=False).found.errors
    assert [now.decode() for _, now in drafts.changed.values()] == [right + rest]
