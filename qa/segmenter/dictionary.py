"""The dictionary in a form that opens at once: that of jieba, which rjieba builds in."""

from __future__ import annotations

import importlib.util
from pathlib import Path

WORDS, NUMBERS = "words.marisa", "numbers.npz"
"""The words; and by the key of a word, `frequencies` (words,) and `tags` (words,), indexes of `names` (n,) str."""


def make(folder: Path) -> None:
    """Write WORDS and NUMBERS."""
    import marisa_trie
    import numpy as np

    found = entries()
    trie = marisa_trie.Trie(found)
    names = sorted({tag for _, tag in found.values()})
    frequencies, tags = np.zeros(len(trie), np.uint32), np.zeros(len(trie), np.uint8)
    for word, (frequency, tag) in found.items():
        key = trie.key_id(word)
        frequencies[key], tags[key] = frequency, names.index(tag)
    trie.save(str(folder / WORDS))
    np.savez(folder / NUMBERS, frequencies=frequencies, tags=tags, names=np.array(names))


def entries() -> dict[str, tuple[int, str]]:
    """word -> (frequency, part of speech); of a word that stands there twice, the last."""
    package = importlib.util.find_spec("jieba")  # its file alone is wanted: importing it takes long
    if package is None or package.origin is None:
        raise ModuleNotFoundError("No module named 'jieba'", name="jieba")
    lines = Path(package.origin).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    return {word: (int(frequency), tag) for word, frequency, tag in map(str.split, lines)}
