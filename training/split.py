"""Split documents into training, fitting and measuring parts, similar documents together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal

Part = Literal["train", "fit", "measure"]
FOLDS = 5
_PARTS: tuple[Part, ...] = ("train", "train", "train", "fit", "measure")
_PUBLIC_PARTS: tuple[Part, ...] = ("measure", "fit", "train", "train", "train")
_NEIGHBOURS = 34  # squad2-zh has no titles, and 905 paragraphs of 27 articles in a row: neighbours stay together


def part(group: str) -> Part:
    """Three fifths train, one fits, one is measured. `group` is the name that documents which are alike share."""
    return _PARTS[fold(group)]


def public_part(document_id: str, title: str) -> Part:
    """Of a document of a public set: a fifth is measured, a fifth fits; documents of one title go together."""
    if title:
        return _PUBLIC_PARTS[fold(title)]
    return _PUBLIC_PARTS[int("".join(filter(str.isdigit, document_id))) // _NEIGHBOURS % FOLDS]


def groups(names: Iterable[str], alike: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The group of each name: the least name of those that are joined by pairs of `alike`."""
    root = {name: name for name in names}

    def find(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    for one, other in alike:
        if one in root and other in root:
            first, second = sorted((find(one), find(other)))
            root[second] = first
    return {name: find(name) for name in root}


def fold(group: str) -> int:
    """In [0, 5), by the name alone."""
    return int(hashlib.sha1(group.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS
