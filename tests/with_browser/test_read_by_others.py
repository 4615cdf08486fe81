"""What `specc graph` writes is read by those that it is written for: Graphviz and Mermaid."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pictures import HOSTILE, SMALL

from spec_compiler.compile import program_of_text
from spec_compiler.export.dot import dot
from spec_compiler.export.mermaid import mermaid
from spec_compiler.picture.draw import draw_program

ROOT = Path(__file__).parents[2]
SPECS = sorted(
    path
    for folder in (ROOT / "examples", ROOT / "tests" / "ports")
    for path in folder.rglob("model.yaml")
)
MERMAID = Path(os.environ.get("MERMAID", ROOT / "build/browser/node_modules/mermaid"))
SCRIPT = MERMAID / "dist" / "mermaid.min.js"


@pytest.fixture(scope="module")
def drawings(request):
    """A function from a format to the texts of all specs, open, closed and whole."""

    def made(specc, form):
        options = [(), ("--depth", "1"), ("--depth", "all")]
        texts = {
            f"{path.parent.name} {' '.join(more)}": specc(
                "graph", path, "--format", form, *more
            ).out
            for path in SPECS
            for more in options
        }
        whole = draw_program(program_of_text(SMALL, "model.yaml"))
        for at, name in enumerate(HOSTILE):
            boxes = tuple(replace(one, name=name, kind=name) for one in whole.boxes)
            edges = tuple(replace(one, label=name) for one in whole.edges)
            odd = replace(whole, title=name, boxes=boxes, edges=edges)
            texts[f"hostile {at}"] = {"dot": dot, "mermaid": mermaid}[form](odd)
        return texts

    return made


@pytest.mark.skipif(shutil.which("dot") is None, reason="there is no Graphviz")
def test_graphviz_reads_what_is_meant_for_it(drawings, specc):
    for name, text in drawings(specc, "dot").items():
        done = subprocess.run(
            ["dot", "-Tjson0"],
            input=text.encode(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, b""), name
        read = json.loads(done.stdout)
        nodes = [one for one in read["objects"] if "nodes" not in one]
        # as many boxes and arrows as were written
        assert len(nodes) == text.count("[label=") - text.count(" -> "), name
        assert len(read.get("edges", [])) == text.count(" -> "), name


@pytest.mark.skipif(not SCRIPT.exists(), reason="there is no Mermaid: npm install mermaid")
def test_mermaid_reads_what_is_meant_for_it(drawings, specc, browser, tmp_path):
    shutil.copy(SCRIPT, tmp_path / "mermaid.min.js")
    (tmp_path / "page.html").write_text(
        '<meta charset="utf-8"><script src="mermaid.min.js"></script>'
    )
    page = browser.open((tmp_path / "page.html").as_uri(), drawn=False)
    for name, text in drawings(specc, "mermaid").items():
        answer = page.run(
            f"mermaid.parse({json.dumps(text)}).then(r => r.diagramType, e => String(e))"
        )
        assert answer == "flowchart-v2", (name, answer)
    page.close()
