"""What people type: a few examples of each command, which end its help and stand on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Example(NamedTuple):
    """A command as it is typed, and what it is for."""

    typed: str
    does: str


_ROWS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "new": (
        ("specc new text-classifier -o mood.yaml", "a spec to start from, with tests"),
        ("specc new mlp --set width=128 --set depth=3 -o mlp.yaml", "with numbers of your own"),
    ),
    "validate": (
        ("specc validate model.yaml", "prove a spec"),
        ("specc validate models/ --deny-warnings", "all specs in a folder; fail on warnings, too"),
        ("specc validate model.yaml --diff", "what could be mended for you; --fix does it"),
        ("specc validate models/ --watch", "stay, and prove what changes"),
    ),
    "fmt": (
        ("specc fmt models/", "put all specs in a folder into one style"),
        ("specc fmt models/ --check", "only say which are not in it, as CI does"),
        ("specc fmt model.yaml --diff", "show what would change"),
    ),
    "run": (
        ("specc run model.yaml --input x.npy -o probs.npy", "data in, results out"),
        ("specc run model.yaml --random batch=2", "random data, to see that it runs"),
        ("specc run model.yaml --input x.npy --show hidden", "look at a layer inside"),
    ),
    "test": (
        ("specc test model.yaml", "run the tests that stand in a spec"),
        ("specc test models/ -k finite --format junit:tests.xml", "some tests, a report for CI"),
        ("specc test models/ --watch", "stay, and run the tests of what changes"),
    ),
    "trace": (
        ("specc trace model.yaml other.yaml", "the first layer in which two models differ"),
        ("specc trace model.yaml --with-engine evaluator", "held to its meaning, layer by layer"),
    ),
    "summary": (
        ("specc summary model.yaml", "a row a layer: shape, mask, parameters, FLOPs"),
        ("specc summary model.yaml --dim batch=32 --memory", "in numbers, with what a run holds"),
        ("specc summary model.yaml --depth 1", "a block is one row"),
    ),
    "profile": (
        ("specc profile model.yaml --random batch=64", "where the time of a run goes"),
        ("specc profile model.yaml --input x.npy --steps", "by operation, on your data"),
    ),
    "init": (
        ("specc init model.yaml -o weights.safetensors", "initial weights, drawn from the seed"),
    ),
    "train": (
        (
            "specc train model.yaml --data data.npz -o trained.safetensors",
            "train as the section `train` says",
        ),
        (
            "specc train model.yaml --data data.npz -o trained.safetensors --check",
            "only say what would be done",
        ),
    ),
    "expand": (
        ("specc expand model.yaml", "every default, name and edge written out"),
        ("specc expand model.yaml --set width=32", "with another value of a param"),
    ),
    "graph": (
        ("specc graph model.yaml", "Mermaid, which GitHub draws in markdown"),
        ("specc graph model.yaml -o model.svg", "a picture, light and dark"),
        ("specc graph model.yaml --format dot -o model.dot", "for Graphviz"),
        ("specc graph model.yaml --depth 1", "blocks as boxes, with their parameters"),
    ),
    "view": (
        ("specc view model.yaml -o model.html", "a page that needs no network"),
        ("specc view old.yaml model.yaml -o change.html", "what was added, removed, changed"),
        (
            "specc view model.yaml -o model.html --dim batch=32",
            "FLOPs and memory for this size",
        ),
    ),
    "diff": (
        ("specc diff old.yaml model.yaml", "what a change breaks"),
        ("specc diff --rev main models/", "all specs in a folder, since a branch"),
    ),
    "hash": (("specc hash model.yaml", "the same for every way to write the same model"),),
    "import": (
        ("specc import model.keras -o imported.yaml", "a model of Keras, with its weights"),
        ("specc import model.keras -o imported.yaml --check --force", "compared with Keras"),
    ),
    "export": (
        ("specc export python model.yaml -o model.py", "a Keras program; needs no Keras"),
        ("specc export keras model.yaml -o model.keras --force", "an archive with its weights"),
    ),
    "schema": (
        ("specc schema > specc.schema.json", "for completion in editors"),
        ("specc schema --flavor min --layers Dense,LSTM", "a small one, for a prompt"),
    ),
    "explain": (
        ("specc explain SPC0301", "a code: why, with a wrong and a right example"),
        ("specc explain Dense", "a layer: its arguments, ports and examples"),
        ("specc explain gelu", "an activation, a function of Lambda, a block"),
    ),
    "docs": (
        ("specc docs Dense --format markdown", "a layer, as a page"),
        ("specc docs SPC0301 --format json", "a code, as data"),
        ("specc docs", "every name that there is"),
    ),
    "lsp": (("specc lsp", "what an editor starts; it speaks on standard input and output"),),
    "mcp": (("specc mcp --root models", "what an assistant starts; it reads below models/"),),
    "doctor": (("specc doctor", "what is installed, and what is missing for what"),),
}


def examples(command: str) -> list[Example]:
    """The examples of a command."""
    return [Example(*row) for row in _ROWS.get(command, ())]


def epilog(command: str) -> str:
    """The end of its help, line by line: above each what it does."""
    return "\n".join(["\b", "Examples:", *_lines(command)]) if command in _ROWS else ""


def _lines(command: str) -> Iterator[str]:
    for example in examples(command):
        yield f"  # {example.does}"
        yield f"  {example.typed}"
