"""`specc view` writes the page, whatever the spec is, and replaces nothing that it read."""

import json

import pytest
from pictures import REFUSED, STACK


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(STACK)
    return path


def shown(path):
    text = path.read_text("utf-8").partition('id="picture">')[2].partition("</script>")[0]
    return json.loads(text)


def test_the_page_is_written(specc, spec, tmp_path):
    out = tmp_path / "model.html"
    code, printed, _ = specc("view", spec, "-o", out)
    assert (code, printed) == (0, f"{out}: 51 layers, 30,746 parameters\n")
    assert shown(out)["title"] == "stack"
    assert shown(out)["text"] == STACK


def test_a_refused_spec_is_written_and_said(specc, spec, tmp_path):
    spec.write_text(REFUSED)
    code, _, said = specc("view", spec, "-o", tmp_path / "model.html")
    assert code == 1
    assert "SPC0103" in said
    assert [box["role"] for box in shown(tmp_path / "model.html")["boxes"]].count("refused") == 2


def test_lints_are_in_it(specc, spec, tmp_path):
    spec.write_text(STACK.replace("name: stack\n", "name: stack\nparams: {unread: 3}\n"))
    assert specc("view", spec, "-o", tmp_path / "model.html")[0] == 0
    assert [one["code"] for one in shown(tmp_path / "model.html")["remarks"]] == ["SPC1001"]


def test_the_spec_itself_is_not_replaced(specc, spec):
    code, _, said = specc("view", spec, "-o", spec)
    assert code == 1
    assert "SPC0553" in said
    assert spec.read_text() == STACK


def test_it_asks_where_the_page_goes(specc, spec):
    code, _, said = specc("view", spec)
    assert code == 2
    assert "-o model.html" in said


def test_a_folder_that_is_not_there_is_said(specc, spec, tmp_path):
    code, _, said = specc("view", spec, "-o", tmp_path / "none" / "model.html")
    assert code == 3
    assert "No such file or directory" in said


def test_sizes_are_given_for_costs(specc, spec, tmp_path):
    out = tmp_path / "model.html"
    assert specc("view", spec, "-o", out, "--dim", "batch=2,seq=7")[0] == 0
    assert dict(shown(out)["assumed"]) == {"batch": 2, "seq": 7}
    code, _, said = specc("view", spec, "-o", out, "--dim", "sek=7")
    assert code == 1
    assert "sek" in said
