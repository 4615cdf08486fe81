"""Make `weights.safetensors` and `sequences.npz` from the names in the Unicode CLDR.

Run it with Keras's torch backend: `KERAS_BACKEND=torch python examples/sequence/train.py`.
It needs keras, torch, babel and safetensors; running the model needs none of them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import torch
from babel import Locale
from safetensors.numpy import save

SEED = 7
LANGUAGES = ("de", "fi", "hu", "it", "pl", "tr")
PUNCTUATION = " -'’"
LONGEST = 40
TEST_SHARE = 0.3
FEATURES = 32
UNITS = 64
DROPOUT = 0.3
EPOCHS = 80
BATCH = 64

HERE = Path(__file__).parent


class Name(NamedTuple):
    """What one language calls one thing: the thing's CLDR key, the text, the language."""

    key: str
    text: str
    label: int


def zone_name(forms: dict[str, str]) -> str | None:
    """The name for the whole year; a zone without summer time has only a standard one."""
    return forms.get("generic") or forms.get("standard")


def all_names() -> list[Name]:
    """Every name of a language, territory, script, variant, currency, unit and time zone."""
    names: list[Name] = []
    for label, language in enumerate(LANGUAGES):
        locale = Locale.parse(language)
        units = {code: forms.get("long") for code, forms in locale.unit_display_names.items()}
        zones = {
            code: zone_name(forms["long"])
            for code, forms in locale.meta_zones.items()
            if "long" in forms
        }
        for kind, texts in {
            "language": locale.languages,
            "territory": locale.territories,
            "script": locale.scripts,
            "variant": locale.variants,
            "currency": locale.currencies,
            "unit": units,
            "zone": zones,
        }.items():
            names += [Name(f"{kind}/{code}", text, label) for code, text in texts.items() if text]
    return sorted(names)


def is_plain(text: str) -> bool:
    """Whether the text has only letters and what joins words, and is not overlong."""
    return len(text) <= LONGEST and all(c.isalpha() or c in PUNCTUATION for c in text)


def of_one_language(names: list[Name]) -> list[Name]:
    """Leave out the names that two languages share, whatever their capitals."""
    labels: dict[str, set[int]] = defaultdict(set)
    for name in names:
        labels[name.text.casefold()].add(name.label)
    return [name for name in names if len(labels[name.text.casefold()]) == 1]


def split(names: list[Name]) -> tuple[dict[str, int], dict[str, int]]:
    """Split by CLDR key, then keep out of the test what training saw under another key.

    Returns:
        The labels of the texts to train on, and those of the texts to test with.
    """
    keys = sorted({name.key for name in names})
    drawn = np.random.default_rng(SEED).permutation(len(keys))[: int(len(keys) * TEST_SHARE)]
    test_keys = {keys[index] for index in drawn}
    train = {name.text: name.label for name in names if name.key not in test_keys}
    seen = {text.casefold() for text in train}
    test = {
        name.text: name.label
        for name in names
        if name.key in test_keys and name.text.casefold() not in seen
    }
    return train, test


def encode(texts: list[str], alphabet: str) -> np.ndarray:
    """Number the characters from 1, a row for each text, with zeros at the end."""
    tokens = np.zeros((len(texts), max(map(len, texts))), np.int32)
    for row, text in zip(tokens, texts, strict=True):
        row[: len(text)] = [alphabet.index(character) + 1 for character in text]
    return tokens


def build(letters: int) -> keras.Model:
    """The layers of `model.yaml`, with dropout, which acts only while training."""
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    x = keras.layers.Embedding(letters + 1, FEATURES, mask_zero=True, name="embed")(tokens)
    x = keras.layers.Dropout(DROPOUT)(x)
    x = keras.layers.LSTM(UNITS, name="lstm")(x)
    x = keras.layers.Dropout(DROPOUT)(x)
    probs = keras.layers.Dense(len(LANGUAGES), activation="softmax", name="probs")(x)
    return keras.Model(tokens, probs)


def fit(model: keras.Model, tokens: np.ndarray, labels: np.ndarray) -> None:
    """Train for a fixed number of epochs, on batches cut to their longest name."""
    count = len(labels) // BATCH
    rate = keras.optimizers.schedules.CosineDecay(4e-3, EPOCHS * count)
    model.compile(keras.optimizers.AdamW(rate), "sparse_categorical_crossentropy")
    lengths = (tokens != 0).sum(axis=1)
    random = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = random.permutation(len(labels))
        order = order[np.argsort(lengths[order], kind="stable")]  # alike in length: less padding
        batches = np.array_split(order, count)
        for index in random.permutation(count):
            batch = batches[index]
            model.train_on_batch(tokens[batch, : lengths[batch].max()], labels[batch])


def save_weights(model: keras.Model) -> str:
    """Write each weight under the name that the spec gives it; return the file's SHA-256."""
    weights = {
        f"{layer.name}.{weight.name}": keras.ops.convert_to_numpy(weight)
        for layer in model.layers
        for weight in layer.weights
        if weight.name != "seed_generator_state"
    }
    content = save(weights)
    (HERE / "weights.safetensors").write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    """Collect, split, train, save, and print what the README and the spec state."""
    keras.utils.set_random_seed(SEED)
    torch.set_num_threads(1)  # so that sums are added in the same order on every run
    names = of_one_language([name for name in all_names() if is_plain(name.text)])
    alphabet = "".join(sorted({character for name in names for character in name.text}))
    train, test = split(names)
    model = build(len(alphabet))
    fit(model, encode(list(train), alphabet), np.array(list(train.values()), np.int32))

    tokens, labels = encode(list(test), alphabet), np.array(list(test.values()), np.int32)
    correct = model.predict(tokens, verbose=0).argmax(axis=-1) == labels
    digest = save_weights(model)
    np.savez_compressed(
        HERE / "sequences.npz",
        tokens=tokens,
        labels=labels,
        lengths=(tokens != 0).sum(axis=1, dtype=np.int32),
        alphabet=np.array([ord(character) for character in alphabet], np.int32),
    )
    print(f"trained on {len(train)} names, {len(alphabet)} letters")
    print(f"test accuracy: {correct.mean():.4f} ({correct.sum()} of {len(correct)})")
    for label, language in enumerate(LANGUAGES):
        print(f"  {language}: {correct[labels == label].mean():.4f} of {(labels == label).sum()}")
    print(f"sha256 for model.yaml: {digest}")


if __name__ == "__main__":
    main()
