"""How much of what a file shows was kept: what is lost is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from qa.types import Page

_LEAST = 0.5  # of what is shown
_SAFE = 0.75  # the same where what is missing is long
_LONG = 300  # characters
_LETTER = re.compile(r"[^\W_]")
_STOP = re.compile("[。！？；]")
_SENTENCE = re.compile(r"[^。！？；\n]+")
_PROSE = 40  # characters of a text from which it is more than a label


def letters(text: str) -> int:
    """How many letters, ideographs and digits a text has."""
    return len(_LETTER.findall(text))


def unread(texts: Iterable[str], text: str) -> int:
    """How many letters of other `texts` stand in sentences that `text` does not have as well; of those that hold prose
    alone.
    """
    prose = [each for each in texts if len(each) >= _PROSE and _STOP.search(each)]
    held = set(map(_bare, _SENTENCE.findall(text))) if prose else set()
    return sum(len(said) for each in prose for said in map(_bare, _SENTENCE.findall(each)) if said not in held)


def _bare(sentence: str) -> str:
    return "".join(_LETTER.findall(sentence))


def compared(page: Page, kept: int, shown: int) -> Page:
    """`page`, its metadata telling the share that was kept of what its file shows, in characters (.01 where it is
    less), where that is less than half, or a long part is missing.
    """
    share = kept / shown if shown else 1.0
    if share >= (_SAFE if shown - kept >= _LONG else _LEAST):
        return page
    return replace(page, metadata=replace(page.metadata, kept=max(0.01, round(share, 2))))


def compared_in_all(pages: Iterable[Page], shown: int) -> Iterator[Page]:
    """The pages of one file that shows so many characters; the first tells where much of it is in none of them."""
    held = list(pages)
    kept = sum(letters(page.text) for page in held)
    for first in held[:1]:
        yield compared(first, kept, shown)
    yield from held[1:]
