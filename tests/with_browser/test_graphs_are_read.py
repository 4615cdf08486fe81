"""What `specc graph` writes for Mermaid and Graphviz is read by Mermaid and Graphviz themselves."""

import json
import os
import re
from pathlib import Path

import pytest
from browser import until
from pictures import SMALL

ROOT = Path(__file__).parents[2]
SPECS = sorted([*ROOT.glob("examples/*/model.yaml"), *ROOT.glob("tests/ports/*/model.yaml")])
HOSTILE = (
    'a"b', "a]b", "end", "a-->b", "subgraph", "%% note", "`code`", "#quot;", "a;b", "<b>x<b>",
    "click x", "style n0 fill:#f00", "a|b", "日本語", "graph", "a\\nb", "b\\",
    "{a}", "&amp;", "::error", "--- x", "[[x]]",
)  # fmt: skip
"""Names that mean something to one of them: of a model, and of a file that it imports."""
WORDS = ("end", "graph", "subgraph", "click", "style", "class", "node", "edge", "strict", "digraph")
"""Names of layers that are words of theirs."""
COUNT = """\
(text => {
  const made = new DOMParser().parseFromString(text, "image/svg+xml");
  const titles = kind => [...made.querySelectorAll(`g.${kind}`)].length;
  return [titles("node"), titles("edge"), titles("cluster")];
})"""


@pytest.fixture(scope="module")
def reader(browser, tmp_path_factory):
    modules = Path(os.environ["READERS"])
    scripts = (modules / "mermaid/dist/mermaid.min.js", modules / "@viz-js/viz/dist/viz-global.js")
    page = tmp_path_factory.mktemp("readers") / "page.html"
    text = "".join(f'<script src="{script.as_uri()}"></script>' for script in scripts)
    page.write_text(f"<!doctype html><meta charset=utf-8>{text}<body>")
    opened = browser.open(page.as_uri(), drawn=False)
    until(lambda: opened.run("typeof mermaid !== 'undefined' && typeof Viz !== 'undefined'"))
    opened.run("mermaid.initialize({startOnLoad: false, maxTextSize: 1e7, maxEdges: 1e5}), 1")
    yield opened
    opened.close()


def counted(text, form):
    """Nodes, edges and frames that a text has by its own lines."""
    if form == "mermaid":
        return [
            len(re.findall(r"^ *[a-z]\d+[(\[{]", text, re.M)),
            len(re.findall(r"^ *[a-z]\d+ (?:-->|-\.->|-\.-|---)", text, re.M)),
            len(re.findall(r"^ *subgraph ", text, re.M)),
        ]
    return [
        len(re.findall(r"^ *[a-z]\d+ \[label", text, re.M)),
        len(re.findall(r"^ *[a-z]\d+ -> ", text, re.M)),
        len(re.findall(r"^ *subgraph ", text, re.M)),
    ]


def read(reader, text, form):
    """Nodes, edges and frames that Mermaid or Graphviz finds."""
    given = json.dumps(text)
    if form == "dot":
        made = reader.run(
            f"Viz.instance().then(viz => viz.renderString({given}, {{format: 'svg'}}))"
        )
        return reader.run(f"{COUNT}({json.dumps(made)})")
    return reader.run(
        f"mermaid.mermaidAPI.getDiagramFromText({given}).then(({{db}}) => {{"
        "const {nodes, edges} = db.getData();"
        "const frames = nodes.filter(node => node.isGroup).length;"
        "return [nodes.length - frames, edges.length, frames]})"
    )


@pytest.mark.parametrize("form", ["mermaid", "dot"])
@pytest.mark.parametrize("fold", [(), ("--no-fold",), ("--depth", "1")], ids=" ".join)
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_a_model_is_read_whole(reader, specc, path, fold, form):
    done = specc("graph", path, "--format", form, *fold)
    assert done.status == 0
    assert read(reader, done.out, form) == counted(done.out, form)


@pytest.mark.parametrize("form", ["mermaid", "dot"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_name(reader, specc, tmp_path, name, form):
    (tmp_path / f"{name}.yaml").write_text(SMALL)
    layers = "".join(f"  - {{type: Dense, units: 3, name: {word}}}\n" for word in WORDS)
    imports = json.dumps({"lib": f"{name}.yaml"})
    (tmp_path / "model.yaml").write_text(
        f"specc: 1\nname: {json.dumps(name)}\nimports: {imports}\n"
        f"dims: {{steps: {{}}}}\ninputs: {{x: {{shape: [steps, 3], mask: true}}, "
        f"keep: {{shape: [steps], dtype: bool}}}}\nlayers:\n"
        f"  - {{use: lib, name: small, from: {{x: x, keep: keep}}}}\n"
        f"  - {{type: Identity, name: first, from: small.again}}\n{layers}"
    )
    done = specc("graph", tmp_path / "model.yaml", "--format", form)
    assert done.status == 0, done.err
    assert f"{name}.yaml" in done.out or not name.isalnum()
    assert read(reader, done.out, form) == counted(done.out, form)
