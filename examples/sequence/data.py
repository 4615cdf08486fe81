"""Make `train.npz` and `sequences.npz` from the names in the Unicode CLDR: python data.py.

It needs babel; training and running the model do not.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from babel import Locale

SEED = 7
LANGUAGES = ("de", "fi", "hu", "it", "pl", "tr")
PUNCTUATION = " -'’"
LONGEST = 40
TEST_SHARE = 0.3

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


def save(file: str, texts: dict[str, int], alphabet: str) -> None:
    """Write the tokens of texts and their labels, with the alphabet."""
    tokens = encode(list(texts), alphabet)
    np.savez_compressed(
        HERE / file,
        tokens=tokens,
        labels=np.array(list(texts.values()), np.int32),
        lengths=(tokens != 0).sum(axis=1, dtype=np.int32),
        alphabet=np.array([ord(character) for character in alphabet], np.int32),
    )


def main() -> None:
    """Collect, split and save."""
    names = of_one_language([name for name in all_names() if is_plain(name.text)])
    alphabet = "".join(sorted({character for name in names for character in name.text}))
    train, test = split(names)
    save("train.npz", train, alphabet)
    save("sequences.npz", test, alphabet)
    print(f"{len(train)} names to train on, {len(test)} to test with, {len(alphabet)} letters")


if __name__ == "__main__":
    main()
