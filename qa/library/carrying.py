"""Edits of a file whose text changed: each is put on the article that took the place of the one it was about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from qa.library.page_articles import edited_articles
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.edits import pages_with
from qa.store.successors import successors
from qa.types import Article, Edit, Page

_WORDS = (40, 20, 10)  # characters beside a split that are looked for, the most first

Cut = Sequence[Sequence[Article]]
"""The articles of a file's pages, no edit applied."""


def carried(edits: Sequence[Edit], before: Cut, held: Mapping[str, str], now: Cut) -> dict[Edit, Edit]:
    """The edits that have to change, each with what it becomes. `before` is the file as it was, `now` as it is, `held`
    the texts of the articles that the library has of it, by id.

    An edit stays as it is where its article does, where no article has the text of its own, where the words beside a
    split are gone, and where two stories to be joined do not follow each other any more.
    """
    fresh = {one.id: one.text for page in now for one in page}
    old = {**_made_by(edits, before), **held}
    meant = {name for edit in edits for name in (edit.article, edit.joins) if name in old}
    heirs = successors({one: old[one] for one in sorted(meant - fresh.keys())}, fresh)
    pages = {one.id: page for page in now for one in page}
    moved: dict[Edit, Edit] = {}
    for edit in edits:
        page = pages.get(heirs.get(edit.article, edit.article), ())
        moved[edit] = _moved(edit, old, _after(page, tuple(moved.values())))
    return {edit: new for edit, new in moved.items() if new != edit}


def carried_in(
    database: Database, path: str, source: str, edits: Sequence[Edit], pages: Iterable[Page]
) -> dict[Edit, Edit]:
    """The same of a file of the library, whose pages read `pages` now."""
    held = {one.id: one.text for one in Contents(database).articles_of(source)}
    before = [_cut(stored.page) for stored in pages_with(database, held) if stored.path == path]
    return carried(edits, before, held, [_cut(page) for page in pages])


def _cut(page: Page) -> list[Article]:
    return [story.article for story in edited_articles(page, ())]


def _made_by(edits: Sequence[Edit], pages: Cut) -> dict[str, str]:
    """The texts of all articles that there were while the edits were made one after the other, by id."""
    stages = range(len(edits) + 1)
    return {one.id: one.text for page in pages for stage in stages for one in _after(page, edits[:stage])}


def _after(page: Sequence[Article], edits: Sequence[Edit]) -> list[Article]:
    from qa.articles.edits import apply_edits  # its patterns take long to compile, and most files have no edit

    return [story.article for story in apply_edits(page, edits)]


def _moved(edit: Edit, old: Mapping[str, str], stories: Sequence[Article]) -> Edit:
    texts = {one.id: one.text for one in stories}
    article = _heir(edit.article, old, texts)
    joins = _heir(edit.joins, old, texts) if edit.joins else None
    if article is None or (article, joins) == (edit.article, edit.joins):
        return edit
    if edit.joins and (joins is None or (article, joins) not in pairwise(texts)):
        return edit
    split_at = None if edit.split_at is None else _place(old[edit.article], edit.split_at, texts[article])
    is_lost = edit.split_at is not None and split_at is None
    return edit if is_lost else replace(edit, article=article, joins=joins, split_at=split_at)


def _heir(article: str, old: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    if article in now:
        return article
    return successors({article: old[article]}, now).get(article) if article in old else None


def _place(text: str, position: int, new: str) -> int | None:
    """Where a new form of a text has the words that followed a position of the old one, or else those before it, once;
    None where it has neither.
    """
    behind, ahead = ("".join(part.split()) for part in (text[:position], text[position:]))
    for size in _WORDS:
        for words, is_ahead in ((ahead[:size], True), (behind[-size:], False)):
            found = [match.span() for match in re.finditer(r"\s*".join(map(re.escape, words)), new)] if words else []
            if len(found) == 1:
                return found[0][0] if is_ahead else found[0][1]
    return None
