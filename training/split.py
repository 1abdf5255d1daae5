"""Which documents are held out: a fifth of every set, by article, so that no paragraph of a story is on both sides."""

from __future__ import annotations

import hashlib

_FOLDS = 5
_NEIGHBOURS = 34  # squad2-zh has no titles, and 905 paragraphs of 27 articles in a row: neighbours stay together


def held_out(document_id: str, title: str) -> bool:
    """Whether the document stays out of training. `document_id` is the corpus' own ("d17"), `title` may be empty."""
    return fold(document_id, title) == 0


def fold(document_id: str, title: str) -> int:
    """0 to 4; documents of one title share it, and so do neighbours where there are no titles."""
    if title:
        return int(hashlib.sha1(title.encode(), usedforsecurity=False).hexdigest(), 16) % _FOLDS
    return int("".join(filter(str.isdigit, document_id))) // _NEIGHBOURS % _FOLDS
