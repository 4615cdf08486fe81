"""Compare the encoder with BERT written by hand in PyTorch, in float64, on the published weights.

`python compare.py` prints the largest difference between the two; it needs PyTorch. With `--write`
it also writes PyTorch's embeddings of three sentences, which the spec's tests expect.
"""

from __future__ import annotations

import math
import sys

import numpy as np
import torch
from embed import HERE, batch, prepare, published
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, softmax

import spec_compiler as sc

SENTENCES = (
    "Yes.",
    "It rains.",
    "Where is the station?",
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "A monkey is playing drums.",
    "Someone in a gorilla costume is playing a set of drums.",
    "The compiler proves shapes, dtypes and masks before anything runs.",
    "Prices rose by 3.5% in March, the largest increase since 1991.",
    "Naïve façades, coöperation and other spellings with accents.",
    "Two men pushed carts through the woods while a cheetah chased its prey across a field.",
    "supercalifragilisticexpialidocious",
    "What is the capital of France, and how many people live there?",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
    "He said that she had said that they would say nothing, and so nothing was said by any of "
    "them until the next morning, when everything was said at once and nobody could listen.",
    "long " * 300,
)
HEADS, LAYERS = 12, 6


class Reference:
    """BERT as its authors describe it; `w` are the published tensors."""

    def __init__(self, w: dict[str, Tensor]) -> None:
        self.w = {name: tensor.double() for name, tensor in w.items() if tensor.is_floating_point()}

    def linear(self, name: str, x: Tensor) -> Tensor:
        return x @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]

    def norm(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self.w[f"{name}.weight"], self.w[f"{name}.bias"]
        return layer_norm(x, x.shape[-1:], weight, bias, eps=1e-12)

    def heads(self, name: str, x: Tensor) -> Tensor:
        rows, steps, _ = x.shape
        return self.linear(name, x).view(rows, steps, HEADS, -1).transpose(1, 2)

    def layer(self, at: str, x: Tensor, kept: Tensor) -> Tensor:
        q, k, v = (self.heads(f"{at}.attention.self.{n}", x) for n in ("query", "key", "value"))
        scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
        scores = scores.masked_fill(~kept[:, None, None, :], -math.inf)
        read = (softmax(scores, dim=-1) @ v).transpose(1, 2).flatten(2)
        x = self.norm(
            f"{at}.attention.output.LayerNorm",
            x + self.linear(f"{at}.attention.output.dense", read),
        )
        fed = self.linear(f"{at}.output.dense", gelu(self.linear(f"{at}.intermediate.dense", x)))
        return self.norm(f"{at}.output.LayerNorm", x + fed)

    def __call__(self, tokens: Tensor) -> Tensor:
        kept = tokens != 0
        words, places, kinds = (
            self.w[f"embeddings.{n}_embeddings.weight"] for n in ("word", "position", "token_type")
        )
        x = self.norm("embeddings.LayerNorm", words[tokens] + places[: tokens.shape[1]] + kinds[0])
        for i in range(LAYERS):
            x = self.layer(f"encoder.layer.{i}", x, kept)
        mean = (x * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)
        return mean / mean.norm(dim=1, keepdim=True)


def main() -> None:
    prepare()
    tokens = batch(SENTENCES)
    reference = Reference(load_file(published() / "model.safetensors"))
    expected = reference(torch.from_numpy(tokens).long()).numpy()
    model = sc.compile_file(HERE / "model.yaml")
    together = model(tokens)
    alone = np.concatenate([model(batch([sentence])) for sentence in SENTENCES])
    padded = model(np.pad(tokens, ((0, 0), (0, 512 - tokens.shape[1]))))
    lengths = (tokens != 0).sum(axis=1)
    print(f"{len(SENTENCES)} sentences of {lengths.min()} to {lengths.max()} tokens")
    print(f"from PyTorch, float64: {np.abs(together - expected).max():.1e}")
    print(f"each one alone:        {np.abs(together - alone).max():.1e}")
    print(f"padded to 512:         {np.abs(together - padded).max():.1e}")
    if "--write" in sys.argv:
        three = torch.from_numpy(batch(SENTENCES[3:6])).long()
        np.save(HERE / "expected.npy", reference(three).numpy().astype(np.float32))


main()
