"""The dictionary of qa/segmenter.py: `python -m training.dictionary`. That of jieba, which rjieba builds in."""

from __future__ import annotations

from pathlib import Path

import jieba
import marisa_trie
import numpy as np

from qa import segmenter


def main() -> None:
    """Write the words, and their numbers."""
    found = entries()
    trie = marisa_trie.Trie(found)
    names = sorted({tag for _, tag in found.values()})
    frequencies, tags = np.zeros(len(trie), np.uint32), np.zeros(len(trie), np.uint8)
    for word, (frequency, tag) in found.items():
        key = trie.key_id(word)
        frequencies[key], tags[key] = frequency, names.index(tag)
    trie.save(str(segmenter.WORDS))
    np.savez(segmenter.NUMBERS, frequencies=frequencies, tags=tags, names=np.array(names))


def entries() -> dict[str, tuple[int, str]]:
    """word -> (frequency, part of speech); of a word that stands there twice, the last."""
    lines = Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").splitlines()
    return {word: (int(frequency), tag) for word, frequency, tag in map(str.split, lines)}


if __name__ == "__main__":
    main()
