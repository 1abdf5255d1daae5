"""Reduce a vocabulary, keep its pieces as a trie, tokenise with them, look up the embedding row of each token."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import marisa_trie
import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Encoding, Tokenizer
from tokenizers.models import Unigram

from qa.errors import ModelError
from qa.models import e5, prepared
from qa.models.prepared import PACKED_WORDS, WORDS, Prepared
from qa.types import Span

_META = "▁"  # SentencePiece's mark of a word's start
_WORTHWHILE = 0.9  # a vocabulary that would keep more than this share is left whole


def cut(tokenizer: str) -> tuple[str, list[int]]:
    """A tokenizers JSON without tokens that cannot occur, and the old ids of those that stay, in their order.

    Anything but a Unigram model with a template, and a vocabulary that is small already, comes back as it was.
    """
    parts = json.loads(tokenizer)
    model, template = parts["model"], parts["post_processor"]
    if model["type"] != "Unigram" or not template or template["type"] != "TemplateProcessing":
        return tokenizer, list(range(_size(parts)))
    named = {token["id"] for token in parts["added_tokens"]} | {model["unk_id"]}
    lowest = min(range(len(model["vocab"])), key=lambda old: model["vocab"][old][1])
    kept = [old for old, (piece, _) in enumerate(model["vocab"]) if _stays(piece) or old in named or old == lowest]
    if len(kept) > _WORTHWHILE * len(model["vocab"]):
        return tokenizer, list(range(_size(parts)))
    renumber(parts, {old: new for new, old in enumerate(kept)})
    return json.dumps(parts, ensure_ascii=False), kept


def renumber(parts: dict[str, Any], new: dict[int, int]) -> None:
    """Rewrite a Unigram tokenizer's JSON in place: keep only the tokens of `new`, under their new numbers."""
    model = parts["model"]
    model["vocab"] = [model["vocab"][old] for old in new]
    model["unk_id"] = new[model["unk_id"]]
    for token in parts["added_tokens"]:
        token["id"] = new[token["id"]]
    for token in parts["post_processor"]["special_tokens"].values():
        token["ids"] = [new[old] for old in token["ids"]]


def _stays(piece: str) -> bool:
    return len(piece.strip(_META)) <= 1 or all(map(_common, piece))


def _common(character: str) -> bool:
    return character.isascii() or not character.isalpha() or _han(character)


def _han(character: str) -> bool:
    """With Hangul, Yi and private use between the ideographs: another range would be another model, whose vectors do
    not compare with those that libraries hold, nor its pieces with those that the reader was made for.
    """
    return "\u3400" <= character <= "\ufaff" or "\U00020000" <= character <= "\U0003ffff"


def _size(parts: dict[str, Any]) -> int:
    """One more than the highest id."""
    vocabulary = parts["model"]["vocab"]
    ids = vocabulary.values() if isinstance(vocabulary, dict) else range(len(vocabulary))
    highest: int = max([*ids, *(token["id"] for token in parts["added_tokens"])])
    return highest + 1


FRAME = "frame.json"  # the tokenizer without its pieces, but for those that it names and the one of lowest score
TRIE = "pieces.marisa"  # the pieces
NUMBERS = "pieces.npy"  # (pieces,), by the trie's key of a piece: its id and its score
PIECE_FILES = (FRAME, TRIE, NUMBERS)

_LONGEST = 64  # characters of a piece
_NUMBERS = np.dtype([("id", np.uint32), ("score", np.float64)])
_PLAIN = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}


class Cutter(NamedTuple):
    """A tokenizer for one text, and the model's id of each of its tokens."""

    tokenizer: Tokenizer
    ids: list[int]


def write_pieces(tokenizer: Path, folder: Path) -> bool:
    """Write PIECE_FILES for a tokenizers JSON; false where it is of a kind that `Pieces` does not support."""
    parts = json.loads(tokenizer.read_text(encoding="utf-8"))
    if not _is_served(parts):
        return False
    pieces = [(piece, score) for piece, score in parts["model"]["vocab"]]
    trie = marisa_trie.Trie([piece for piece, _ in pieces])
    numbers = np.zeros(len(pieces), _NUMBERS)
    for number, (piece, score) in enumerate(pieces):
        numbers[trie.key_id(piece)] = number, score
    trie.save(str(folder / TRIE))
    np.save(folder / NUMBERS, numbers)
    lowest = min(range(len(pieces)), key=lambda number: pieces[number][1])
    kept = sorted({*(token["id"] for token in parts["added_tokens"]), parts["model"]["unk_id"], lowest})
    renumber(parts, {old: new for new, old in enumerate(kept)})
    (folder / FRAME).write_text(json.dumps(parts, ensure_ascii=False), encoding="utf-8")
    return True


class Pieces:
    """Reads what `write_pieces` wrote. Safe for many threads."""

    def __init__(self, folder: Path) -> None:
        self._trie = marisa_trie.Trie().mmap(str(folder / TRIE))
        self._numbers = np.load(folder / NUMBERS, mmap_mode="r")
        frame = (folder / FRAME).read_text(encoding="utf-8")
        self._frame, model = Tokenizer.from_str(frame), json.loads(frame)["model"]
        self._unknown: int = model["unk_id"]
        self._kept = [(piece, score) for piece, score in model["vocab"]]
        self._kept_ids = [int(self._numbers["id"][self._trie.key_id(piece)]) for piece, _ in self._kept]
        added: Mapping[int, AddedToken] = self._frame.get_added_tokens_decoder()
        self._added = [added[number] for number in sorted(added)]
        self._between = re.compile("|".join(re.escape(token.content) for token in self._added) or "(?!)")

    def cutter(self, text: str) -> Cutter:
        """What cuts this text as the whole tokenizer does; it knows only pieces that the text may have."""
        found = {piece: key for part in self._between.split(text) for piece, key in self._found(part)}
        for piece, _ in self._kept:
            found.pop(piece, None)
        numbers = self._numbers[list(found.values())]
        scored = zip(found, numbers["score"].tolist(), strict=True)
        tokenizer = Tokenizer(Unigram([*self._kept, *scored], self._unknown, False))
        tokenizer.normalizer, tokenizer.pre_tokenizer = self._frame.normalizer, self._frame.pre_tokenizer
        tokenizer.post_processor = self._frame.post_processor
        tokenizer.add_special_tokens(self._added)
        return Cutter(tokenizer, [*self._kept_ids, *numbers["id"].tolist()])

    def _found(self, part: str) -> Iterator[tuple[str, int]]:
        """The pieces, with their keys, that are substrings of the words of a text; a piece may come often."""
        plain = self._frame.normalizer.normalize_str(part) if self._frame.normalizer else part
        words = {word for word, _ in self._frame.pre_tokenizer.pre_tokenize_str(plain)}
        for word in words:
            for start in range(len(word)):
                yield from self._trie.iter_prefixes_with_ids(word[start : start + _LONGEST])


def _is_served(parts: Mapping[str, Any]) -> bool:
    """Whether this is a Unigram tokenizer in which nothing but the pieces decides how a word is cut."""
    model, template = parts["model"], parts["post_processor"]
    return (
        model["type"] == "Unigram"
        and not model.get("byte_fallback")
        and model["unk_id"] is not None
        and parts["pre_tokenizer"] is not None
        and bool(template)
        and template["type"] == "TemplateProcessing"
        and all(_PLAIN.items() <= token.items() for token in parts["added_tokens"])
        and all(model["vocab"][token["id"]][0] == token["content"] for token in parts["added_tokens"])
        and len({piece for piece, _ in model["vocab"]}) == len(model["vocab"])
        and all(0 < len(piece) <= _LONGEST for piece, _ in model["vocab"])
    )


_FEW = 200  # texts up to which the whole tokenizer is not worth its loading: 21 % of a cold `qa ask`, 80 MB


class Tokeniser:
    """Tokenises as the model's own tokenizer does, from files that open at once. Safe for many threads."""

    def __init__(self, folder: Path, known: Prepared) -> None:
        """`folder` holds what `known` says."""
        self._folder = folder
        self._known = known
        self._loading = threading.Lock()
        self._pieces = Pieces(folder) if TRIE in known.aids else None
        self._left = _FEW  # texts; threads may count one twice
        self._whole: Tokenizer | None = None

    def cut(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Ids, none of them special, and the range of the text that each stands for."""
        cutter = self._cutter(text)
        encoded = cutter.tokenizer.encode(text, add_special_tokens=False)
        return _ids(cutter, encoded), encoded.offsets

    def encode(self, text: str) -> list[int]:
        """Ids with the special ones around them, at most as many as the model takes."""
        cutter = self._cutter(text)
        encoded = cutter.tokenizer.encode(text, add_special_tokens=False)
        special = cutter.tokenizer.num_special_tokens_to_add(is_pair=False)
        encoded.truncate(self._known.recipe.max_tokens - special)
        return _ids(cutter, cutter.tokenizer.post_process(encoded))

    def _cutter(self, text: str) -> Cutter:
        if self._whole is None:
            if self._pieces and self._left > 0:
                self._left -= 1
                return self._pieces.cutter(text)
            with self._loading:
                self._whole = self._whole or self._load()
        return Cutter(self._whole, [])

    def _load(self) -> Tokenizer:
        """Raises ModelError where the file is damaged."""
        if prepared.altered(self._folder, self._known, (prepared.TOKENIZER,)):
            raise ModelError(prepared.DAMAGED, name=self._known.name, files=prepared.TOKENIZER)
        whole = Tokenizer.from_file(str(self._folder / prepared.TOKENIZER))
        whole.no_padding()
        whole.no_truncation()
        return whole


def _ids(cutter: Cutter, encoded: Encoding) -> list[int]:
    ids: list[int] = encoded.ids
    return [cutter.ids[one] for one in ids] if cutter.ids else ids


class ModelWords:
    """The tokeniser and embedding rows that a model and a span reader share. Safe for many threads."""

    def __init__(self, folder: Path, prepared: Prepared) -> None:
        """`folder` holds what `prepared` says."""
        self.prepared = prepared
        self._rows = np.load(folder / (PACKED_WORDS if PACKED_WORDS in prepared.aids else WORDS), mmap_mode="r")
        self.tokens = Tokeniser(folder, prepared)

    def rows(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        """(pieces, width) of numbers that float16 holds: what WORDS says, in whatever form it is kept."""
        return e5.floats(np.asarray(self._rows[list(pieces)]), np.float16)


class PreparedLexicon:
    """The `qa.types.protocols.Lexicon` of a prepared model."""

    def __init__(self, words: ModelWords) -> None:
        self._words = words
        self.fingerprint = words.prepared.files[WORDS].sha256
        self.begin, self.end = words.tokens.encode("")

    def cut(self, text: str) -> tuple[list[int], list[Span]]:
        ids, offsets = self._words.tokens.cut(text)
        return ids, [Span(*offset) for offset in offsets]

    def rows(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        return self._words.rows(pieces)


class SharedWords:
    """Loads the words of each model once for all who use the same instance. Safe for many threads.

    Model and reader share a tokenizer: without that a server of 200 questions holds 447 MiB instead of 342.
    """

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._in_use: WeakValueDictionary[Path, ModelWords] = WeakValueDictionary()

    def words(self, folder: Path, known: Prepared) -> ModelWords:
        """Those that `folder` holds as `known` says; what it held before it was prepared anew is not given again."""
        with self._opening:
            words = self._in_use.get(folder)
            if words is None or words.prepared != known:
                words = self._in_use[folder] = ModelWords(folder, known)
            return words
