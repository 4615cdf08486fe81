"""Two specs in one picture: what came, what went, what is not as it was."""

import subprocess

import pytest
from pictures import REFUSED, STACK
from test_view_command import shown

OLD = STACK.replace("repeat: 12", "repeat: 2")
NEW = (
    OLD.replace("units: 4,", "units: 5,")
    .replace("name: mix", "name: blend")
    .replace("  - {type: LSTM", "  - {type: Dense, units: 16, name: extra}\n  - {type: LSTM")
)


def view(specc, folder, old, new, *more):
    (folder / "old.yaml").write_text(old)
    (folder / "new.yaml").write_text(new)
    out = folder / "page.html"
    code, said, _ = specc("view", folder / "old.yaml", folder / "new.yaml", "-o", out, *more)
    return code, said, shown(out)


def by_change(page, change):
    return [box["name"] for box in page["boxes"] if box["change"] == change]


def test_what_came_went_and_changed(specc, tmp_path):
    code, said, page = view(specc, tmp_path, OLD, NEW)
    assert code == 0
    assert page["text"] == NEW
    assert page["verdict"] in said
    assert by_change(page, "added") == ["extra"]
    assert by_change(page, "removed") == []
    words = {box["name"]: box["words"] for box in page["boxes"] if box["change"] == "changed"}
    assert "units: 4 → 5" in words["pool"]
    assert "was called stack.0.mix" in words["stack.0.blend"]
    ends = {box["id"]: box["name"] for box in page["boxes"]}
    flows = {(ends[e["source"]], ends[e["target"]]): e["change"] for e in page["edges"]}
    assert flows["extra", "pool"] == "added"
    assert flows["stack.1.feed.residual", "pool"] == "removed"
    assert flows["tokens", "embedding"] == ""


def test_a_block_that_went_keeps_its_frame(specc, tmp_path):
    new = OLD.replace("  - {use: encoder, name: stack, repeat: 2, with: {width: 16}}\n", "")
    _, _, page = view(specc, tmp_path, OLD, new)
    gone = by_change(page, "removed")
    assert len(gone) == 2 * 4
    groups = {group["id"]: group for group in page["groups"]}
    (box,) = [box for box in page["boxes"] if box["name"] == "stack.1.feed.up"]
    assert groups[box["group"]]["name"] == "stack.1.feed"
    assert groups[groups[box["group"]]["group"]]["name"] == "stack.1"
    assert box["lines"] is None
    assert page["old_text"] == OLD
    went = {id_: tuple(lines) for id_, lines in page["went"]}
    lines = {box["name"]: went[box["id"]] for box in page["boxes"] if box["change"] == "removed"}
    at = {line.strip(): number for number, line in enumerate(OLD.splitlines(), 1)}
    mix = at["- {type: Dense, units: width, name: mix}"]
    assert lines["stack.0.mix"] == lines["stack.1.mix"] == (mix, mix)
    use = at["- {use: encoder, name: stack, repeat: 2, with: {width: 16}}"]
    (outer,) = [group for group in page["groups"] if group["name"] == "stack"]
    assert went[outer["id"]] == (use, use)
    parts = [part["id"] for part in (*page["boxes"], *page["groups"])]
    assert len(parts) == len(set(parts))


def test_a_refused_side_is_compared_by_what_is_known(specc, tmp_path):
    valid = REFUSED.replace("unis", "units").replace("Dens,", "Dense, units: 2,")
    code, _, page = view(specc, tmp_path, valid, REFUSED)
    assert code == 1
    assert page["verdict"] == "one of both is refused"
    assert by_change(page, "") == ["x", "a"]
    assert by_change(page, "changed") == ["d", "b", "c", "d"]


def test_where_nothing_went_there_is_no_older_text(specc, tmp_path):
    _, _, page = view(specc, tmp_path, OLD, OLD.replace("units: 4,", "units: 5,"))
    assert (page["old_text"], page["went"]) == ("", [])


def test_the_same_is_the_same(specc, tmp_path):
    _, _, page = view(specc, tmp_path, OLD, OLD)
    assert {box["change"] for box in page["boxes"]} == {""}
    assert {edge["change"] for edge in page["edges"]} == {""}


def test_a_revision_of_git_is_a_side(specc, tmp_path):
    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@x", *words], cwd=tmp_path, check=True
        )

    git("init", "-q")
    path = tmp_path / "model.yaml"
    path.write_text(OLD)
    git("add", "model.yaml")
    git("commit", "-qm", "one")
    path.write_text(NEW)
    out = tmp_path / "page.html"
    assert specc("view", path, "--rev", "HEAD", "-o", out)[0] == 0
    assert by_change(shown(out), "added") == ["extra"]
    assert specc("view", f"git:HEAD:{path}", path, "-o", out)[0] == 0
    assert by_change(shown(out), "added") == ["extra"]


def test_neither_side_is_replaced(specc, tmp_path):
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    code, _, said = specc(
        "view", tmp_path / "old.yaml", tmp_path / "new.yaml", "-o", tmp_path / "old.yaml"
    )
    assert code == 1
    assert "SPC0553" in said
    assert specc("view", "a", "b", "c", "-o", "x.html")[0] == 2
    assert specc("view", "-", "-", "-o", "x.html")[0] == 2


TWICE = """specc: 1
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, name: a, units: 4}
  - {type: Dense, name: a, units: 3}
  - {type: Dense, name: b, units: 2}
"""
ONCE = TWICE.replace("  - {type: Dense, name: a, units: 3}\n", "")
BLOCKS = (
    "specc: 1\nblocks:\n"
    "  b: {inputs: {x: {}}, layers: [{type: Dense, name: d, units: 4}], outputs: d}\n"
)


@pytest.mark.parametrize("refused", [TWICE, ONCE.replace("name: a, units", "name: b, unitz")])
def test_a_name_that_stands_twice_is_drawn_twice(specc, tmp_path, refused):
    code, said, page = view(specc, tmp_path, refused, ONCE)
    assert (code, page["verdict"]) == (1, "one of both is refused")
    assert "one of both is refused" in said
    ids = [box["id"] for box in page["boxes"]]
    assert len(ids) == len(set(ids))
    assert {edge[end] for edge in page["edges"] for end in ("source", "target")} <= set(ids)
    code, _, page = view(specc, tmp_path, ONCE, refused)
    assert code == 1
    names = [box["name"] for box in page["boxes"] if box["role"] in {"layer", "refused", "unknown"}]
    assert len(names) >= refused.count("Dense")


@pytest.mark.parametrize("pair", [(BLOCKS, BLOCKS.replace("4", "5")), (ONCE, BLOCKS)])
def test_files_of_blocks_are_drawn_beside_each_other(specc, tmp_path, pair):
    code, said, page = view(specc, tmp_path, *pair)
    assert code == 0
    assert page["verdict"] == "files of blocks are drawn, not compared"
    assert page["verdict"] in said
