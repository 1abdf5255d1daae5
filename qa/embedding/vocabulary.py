"""Cut a many-language vocabulary down to what Chinese, English and digits can ever use.

A Unigram model cuts a text into pieces that are substrings of it. So for a text of Han characters, ASCII, and signs
that are no letters, pieces with any other letter in them can never be chosen: without them every such text is cut the
same. Single characters of all scripts stay, so a foreign name is spelled out, not lost; and so does the lowest score,
from which the tokenizer derives the cost of an unknown character.
"""

from __future__ import annotations

import json
from typing import Any

_META = "▁"  # SentencePiece's mark of a word's start
_WORTHWHILE = 0.9  # a vocabulary that would keep more than this share is left whole


def cut(tokenizer: str) -> tuple[str, list[int]]:
    """A tokenizers JSON without what cannot occur, and the old ids that stay, in their order.

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
    """Rewrite a Unigram tokenizer's JSON in place: only the ids of `new` stay, under their new numbers."""
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
