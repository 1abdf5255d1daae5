"""The word segmenter (rjieba) and its dictionary, stored in a form that opens at once."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import marisa_trie
import numpy as np

from qa.text import cache

WORDS, NUMBERS = "words.marisa", "numbers.npz"
"""The words; and by the key of a word, `frequencies` (words,) and `tags` (words,), indexes of `names` (n,) str."""


def make(folder: Path) -> None:
    """Write the dictionary's files (WORDS and NUMBERS) into `folder`."""
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


_T = TypeVar("_T")

_KEPT = "jieba-0.42.1"  # in the cache: another dictionary, another name
_LONGEST = 16  # characters of a word of the dictionary
_FEW = 20_000  # characters up to which the whole dictionary is not worth its loading: 17 % of a cold `qa search`
_REST = "\U0010fffe"  # no word: it has the frequencies of all words that are left out


def prepare() -> Path:
    """The folder of the mapped dictionary, made now unless it is there. Raises ModelError."""
    return cache.kept(_KEPT, make)


class Segmenter:
    """Cuts as rjieba does, with a library's own words kept whole. Safe for many threads."""

    def __init__(self, own: Collection[str] = ()) -> None:
        self._own = sorted(own)
        self._lock = threading.Lock()
        self._whole: Any = None
        self._left = _FEW
        kept = prepare()
        self._words = marisa_trie.Trie().mmap(str(kept / WORDS))
        with np.load(kept / NUMBERS) as numbers:
            self._frequencies, self._tags = numbers["frequencies"], numbers["tags"]
            self._names: list[str] = numbers["names"].tolist()
        self._known: set[str] = set()
        self._rest = int(self._frequencies.sum())
        self._few = _rjieba().Jieba.empty()
        self._keep_own(self._few)

    def cut(self, text: str, guess: bool = True) -> list[str]:
        """The words of a text; with `guess`, characters that look like one together are one."""
        return self._on(text, lambda jieba: jieba.cut(text, guess))

    def cut_for_search(self, text: str) -> list[str]:
        """The same, with the shorter words inside longer ones."""
        return self._on(text, lambda jieba: jieba.cut_for_search(text))

    def tag(self, text: str) -> list[tuple[str, str]]:
        """The words of a text, each with its part of speech."""
        return self._on(text, lambda jieba: jieba.tag(text))

    def frequency(self, word: str) -> int:
        """Of a word of the dictionary; 0 where it holds none."""
        return self._on(word, lambda jieba: jieba.suggest_freq(word) if jieba.has_word(word) else 0)

    def _on(self, text: str, work: Callable[[Any], _T]) -> _T:
        """Do it with a segmenter that knows the words of the text."""
        if self._whole is None:
            with self._lock:
                self._left -= len(text)
                if self._left >= 0:
                    self._learn(text)
                    return work(self._few)
                if self._whole is None:
                    whole = _rjieba().Jieba()
                    self._add_own(whole)
                    self._whole = whole
        return work(self._whole)

    def _keep_own(self, jieba: Any) -> None:
        for word in self._own:
            self._learn(word)
        self._add_own(jieba)

    def _add_own(self, jieba: Any) -> None:
        for word in self._own:
            jieba.add_word(word, None, None)

    def _learn(self, text: str) -> None:
        """Add what the dictionary has of the text, and take its frequencies from those of the rest."""
        found: dict[str, int] = {}
        for start in range(len(text)):
            found.update(self._words.iter_prefixes_with_ids(text[start : start + _LONGEST]))
        for word in found.keys() - self._known:
            key = found[word]
            frequency = int(self._frequencies[key])
            self._few.add_word(word, frequency, self._names[self._tags[key]])
            self._rest -= frequency
        self._known |= found.keys()
        self._few.add_word(_REST, self._rest, "x")


def _rjieba() -> Any:
    """The module inside the package rjieba, without the package, which builds its dictionary when it is imported."""
    name = "rjieba.rjieba"
    if name not in sys.modules:
        package = importlib.util.find_spec("rjieba")
        spec = package and importlib.machinery.PathFinder.find_spec(name, package.submodule_search_locations)
        if spec is None or spec.loader is None:
            raise ModuleNotFoundError("No module named 'rjieba'", name="rjieba")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    return sys.modules[name]
